//! The index of an MP4 file, which players want first: its tracks, where their samples are and when they are
//! shown, and the labels.

use std::io;

use mp4_atom::{
    Audio, Avc1, Avcc, Co64, Codec, Colr, Dfla, Dinf, Dref, DrefEntry, Edts, Elst, ElstEntry,
    Encode, ExtendedType, FlacMetadataBlock, FontEntry, FourCC, Ftab, Ftyp, Hdlr, Ilst, IlstData,
    IlstDataValue, KeyEntry, Keys, Mdhd, Mdia, Meta, Minf, Moov, Mvhd, Nmhd, RgbaColor, Smhd, Stbl,
    Stsc, StscEntry, Stsd, Stss, Stsz, StszSamples, Stts, SttsEntry, Tkhd, Trak, Tx3g, Udta, Url,
    Uuid, Visual, Vmhd,
};

use super::flac;
use crate::{TICKS_PER_SECOND, labels::xmp::MP4_XMP, sound::Heard};

/// Samples of one kind, one after the other.
#[derive(Debug)]
pub(super) struct Track {
    /// Of its clock, a second.
    rate: u32,
    /// Bytes of all tracks before it.
    begin: u64,
    sizes: Vec<u32>,
    /// Runs of samples of one length: how many, and how long.
    times: Vec<(u32, u32)>,
    /// Numbers of key frames, from 1; none where every sample is one.
    keys: Vec<u32>,
    /// How long it lasts, by its clock.
    length: u64,
    /// What of it is heard; all where there is nothing.
    heard: Vec<Heard>,
}

impl Track {
    pub(super) fn new(rate: u32, begin: u64) -> Self {
        Self {
            rate,
            begin,
            sizes: Vec::new(),
            times: Vec::new(),
            keys: Vec::new(),
            length: 0,
            heard: Vec::new(),
        }
    }

    /// Only these stretches are heard, one after the other.
    pub(super) fn hear(&mut self, heard: &[Heard]) {
        self.heard = heard.to_vec();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// Bytes of all of it.
    pub(super) fn bytes(&self) -> u64 {
        self.sizes.iter().map(|&size| u64::from(size)).sum()
    }

    /// Adds a sample of `size` bytes that lasts for `length` of the track's clock.
    pub(super) fn push(&mut self, size: u32, length: u64) {
        self.sizes.push(size);
        self.add_time(length);
    }

    /// What was pushed last can be begun with.
    pub(super) fn mark_key(&mut self) {
        self.keys.push(self.sizes.len() as u32);
    }

    /// The last sample lasts longer.
    pub(super) fn lengthen(&mut self, more: u64) {
        let Some((count, last)) = self.times.last().copied() else {
            return;
        };
        self.length -= u64::from(last);
        if count == 1 {
            self.times.pop();
        } else if let Some(run) = self.times.last_mut() {
            run.0 -= 1;
        }
        self.add_time(u64::from(last) + more);
    }

    fn add_time(&mut self, length: u64) {
        self.length += length;
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        match self.times.last_mut() {
            Some((count, last)) if *last == length => *count += 1,
            _ => self.times.push((1, length)),
        }
    }

    fn ticks(&self) -> u64 {
        if !self.heard.is_empty() {
            return self.heard.iter().map(|heard| heard.ticks).sum();
        }
        self.length * TICKS_PER_SECOND / u64::from(self.rate.max(1))
    }
}

/// Sound, and how it is encoded.
#[derive(Debug)]
pub(super) struct SoundTrack {
    pub(super) track: Track,
    pub(super) codec: Codec,
}

/// All that players want to know first.
pub(super) struct Index<'a> {
    pub(super) size: (u32, u32),
    pub(super) sequence_set: &'a [u8],
    pub(super) picture_set: &'a [u8],
    pub(super) pictures: &'a Track,
    pub(super) sound: Option<&'a SoundTrack>,
    pub(super) captions: Option<&'a Track>,
    pub(super) aigc: &'a str,
    pub(super) xmp: &'a str,
}

fn failed(error: mp4_atom::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}

pub(super) fn file_type() -> io::Result<Vec<u8>> {
    let brands = [b"isom", b"iso2", b"avc1", b"mp41"];
    let mut bytes = Vec::new();
    Ftyp {
        major_brand: FourCC::new(b"isom"),
        minor_version: 0x200,
        compatible_brands: brands.map(FourCC::new).to_vec(),
    }
    .encode(&mut bytes)
    .map_err(failed)?;
    Ok(bytes)
}

/// The head of the box that holds the samples, whose size has 64 bits.
pub(super) fn data_head(size: u64) -> [u8; 16] {
    let mut head = *b"\0\0\0\x01mdat\0\0\0\0\0\0\0\0";
    head[8..].copy_from_slice(&size.to_be_bytes());
    head
}

impl Index<'_> {
    /// `moov` and the label, for samples that begin at `data` in the file.
    pub(super) fn bytes(&self, data: u64) -> io::Result<Vec<u8>> {
        let sound = self.sound.map(|sound| &sound.track);
        let tracks = [Some(self.pictures), sound, self.captions];
        let ticks = tracks.into_iter().flatten().map(Track::ticks).max();
        let mut trak = vec![self.picture_track(data)];
        trak.extend(self.sound.map(|sound| sound.trak(data)));
        let captions = self.captions;
        trak.extend(captions.map(|captions| caption_track(captions, data, self.size)));
        let mut bytes = Vec::new();
        let movie = Moov {
            mvhd: Mvhd {
                timescale: TICKS_PER_SECOND as u32,
                duration: ticks.unwrap_or(0),
                // Shown at its own speed, heard at its own loudness.
                rate: 1.into(),
                volume: 1.into(),
                next_track_id: trak.len() as u32 + 1,
                ..Mvhd::default()
            },
            trak,
            udta: Some(Udta {
                meta: Some(self.label()),
                ..Udta::default()
            }),
            ..Moov::default()
        };
        movie.encode(&mut bytes).map_err(failed)?;
        let xmp = Uuid::Unknown(ExtendedType::new(&MP4_XMP), self.xmp.as_bytes().to_vec());
        xmp.encode(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    fn picture_track(&self, data: u64) -> Trak {
        let at = |index: usize| self.sequence_set.get(index).copied().unwrap_or_default();
        let codec = Avc1 {
            visual: Visual {
                data_reference_index: 1,
                width: self.size.0 as u16,
                height: self.size.1 as u16,
                ..Visual::default()
            },
            avcc: Avcc {
                configuration_version: 1,
                avc_profile_indication: at(1),
                profile_compatibility: at(2),
                avc_level_indication: at(3),
                length_size: 4,
                sequence_parameter_sets: vec![self.sequence_set.to_vec()],
                picture_parameter_sets: vec![self.picture_set.to_vec()],
                ext: None,
            },
            btrt: None,
            // As the stream itself says: BT.709 in studio range.
            colr: Some(Colr::Nclx {
                colour_primaries: 1,
                transfer_characteristics: 1,
                matrix_coefficients: 1,
                full_range_flag: false,
            }),
            pasp: None,
            taic: None,
            fiel: None,
            spatial: None,
        };
        let mut track = trak(1, *b"vide", self.pictures, data, codec.into());
        (track.tkhd.width, track.tkhd.height) = sides(self.size);
        track.mdia.minf.vmhd = Some(Vmhd::default());
        track
    }

    /// The key `AIGC` (GB 45438-2025, annex for video).
    fn label(&self) -> Meta {
        let mut meta = Meta {
            hdlr: handler(*b"mdta"),
            items: Vec::new(),
        };
        meta.push(Keys {
            entries: vec![KeyEntry {
                key_namespace: FourCC::new(b"mdta"),
                key_value: "AIGC".to_owned(),
            }],
        });
        let data = IlstData {
            country_indicator: 0,
            language_indicator: 0,
            value: IlstDataValue::Utf8(self.aigc.to_owned()),
        };
        meta.push(Ilst {
            mdta: vec![(1, data)],
            ..Ilst::default()
        });
        meta
    }
}

impl SoundTrack {
    pub(super) fn flac(track: Track) -> Self {
        let codec = mp4_atom::Flac {
            audio: Audio {
                data_reference_index: 1,
                channel_count: 1,
                sample_size: 16,
                // Rates beyond 16 bits stand in the stream's own description alone.
                sample_rate: u16::try_from(track.rate).unwrap_or(0).into(),
            },
            dfla: Dfla {
                blocks: vec![FlacMetadataBlock::StreamInfo {
                    minimum_block_size: flac::FRAME as u16,
                    maximum_block_size: flac::FRAME as u16,
                    // Unknown, and no checksum of the whole.
                    minimum_frame_size: [0; 3].into(),
                    maximum_frame_size: [0; 3].into(),
                    sample_rate: track.rate,
                    num_channels_minus_one: 0,
                    bits_per_sample_minus_one: 15,
                    number_of_interchannel_samples: track.length,
                    md5_checksum: vec![0; 16],
                }],
            },
        };
        Self {
            track,
            codec: codec.into(),
        }
    }

    fn trak(&self, data: u64) -> Trak {
        let mut track = trak(2, *b"soun", &self.track, data, self.codec.clone());
        track.tkhd.volume = 1.into();
        track.mdia.minf.smhd = Some(Smhd::default());
        let edits = self.track.heard.iter().map(|heard| ElstEntry {
            segment_duration: heard.ticks,
            media_time: heard.from,
            media_rate: 1.into(),
        });
        let entries: Vec<_> = edits.collect();
        track.edts = (!entries.is_empty()).then_some(Edts {
            elst: Some(Elst { entries }),
        });
        track
    }
}

/// Timed text (3GPP TS 26.245): white letters on a dark ground, at the bottom.
fn caption_track(captions: &Track, data: u64, size: (u32, u32)) -> Trak {
    const CENTRE: i8 = 1;
    const BOTTOM: i8 = -1;
    const FONT: u8 = 1;
    let (wide, high) = (size.0 as i16, size.1 as i16);
    // A sixteenth of the height, in pixels.
    let letters = (size.1 / 16).clamp(8, 96) as u8;
    let codec = Tx3g {
        data_reference_index: 1,
        display_flags: 0,
        horizontal_justification: CENTRE,
        vertical_justification: BOTTOM,
        bg_color_rgba: RgbaColor {
            red: 0,
            green: 0,
            blue: 0,
            alpha: 160,
        },
        // The box that text stands in, from its top: the lowest quarter.
        box_record: [high - high / 4, 0, high, wide],
        // All characters, the font, plain, the size, white.
        style_record: [0, 0, 0, 0, 0, FONT, 0, letters, 255, 255, 255, 255],
        ftab: Some(Ftab {
            font_entries: vec![FontEntry {
                font_id: u16::from(FONT),
                font: "Sans-Serif".to_owned(),
            }],
        }),
        disp: None,
    };
    let mut track = trak(3, *b"sbtl", captions, data, codec.into());
    (track.tkhd.width, track.tkhd.height) = sides(size);
    // Before the picture: lower layers are nearer.
    track.tkhd.layer = 0xffff;
    track.mdia.minf.nmhd = Some(Nmhd {});
    track
}

fn sides((width, height): (u32, u32)) -> (mp4_atom::FixedPoint<u16>, mp4_atom::FixedPoint<u16>) {
    ((width as u16).into(), (height as u16).into())
}

fn handler(kind: [u8; 4]) -> Hdlr {
    Hdlr {
        handler: FourCC::new(&kind),
        name: String::new(),
    }
}

/// A track that is on; its samples are one chunk in this very file.
fn trak(id: u32, kind: [u8; 4], track: &Track, data: u64, codec: Codec) -> Trak {
    let runs = track.times.iter();
    let runs = runs.map(|&(sample_count, sample_delta)| SttsEntry {
        sample_count,
        sample_delta,
    });
    let samples = Stbl {
        stsd: Stsd {
            codecs: vec![codec],
        },
        stts: Stts {
            entries: runs.collect(),
        },
        stss: (!track.keys.is_empty()).then(|| Stss {
            entries: track.keys.clone(),
        }),
        stsc: Stsc {
            entries: vec![StscEntry {
                first_chunk: 1,
                samples_per_chunk: track.sizes.len() as u32,
                sample_description_index: 1,
            }],
        },
        stsz: Stsz {
            samples: StszSamples::Different {
                sizes: track.sizes.clone(),
            },
        },
        co64: Some(Co64 {
            entries: vec![data + track.begin],
        }),
        ..Stbl::default()
    };
    Trak {
        tkhd: Tkhd {
            track_id: id,
            duration: track.ticks(),
            enabled: true,
            in_movie: true,
            ..Tkhd::default()
        },
        mdia: Mdia {
            mdhd: Mdhd {
                timescale: track.rate,
                duration: track.length,
                language: "und".to_owned(),
                ..Mdhd::default()
            },
            hdlr: handler(kind),
            minf: Minf {
                dinf: Dinf {
                    dref: Dref {
                        entries: vec![DrefEntry::Url(Url::default())],
                    },
                },
                stbl: samples,
                ..Minf::default()
            },
        },
        ..Trak::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_left_out_lengthens_the_one_before() {
        let mut track = Track::new(TICKS_PER_SECOND as u32, 0);
        track.push(10, 5000);
        track.mark_key();
        track.push(5, 5000);
        track.lengthen(5000);
        track.push(5, 5000);
        assert_eq!(track.times, [(1, 5000), (1, 10_000), (1, 5000)]);
        assert_eq!((track.ticks(), track.keys.as_slice()), (20_000, &[1][..]));
    }
}
