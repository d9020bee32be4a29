//! MP4 and MOV with H.264, by openh264.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use openh264::{decoder::Decoder, formats::YUVSource};
use symphonia::core::{
    codecs::{
        CodecParameters,
        video::VideoCodecParameters,
        video::well_known::{CODEC_ID_AV1, CODEC_ID_H264, CODEC_ID_HEVC, CODEC_ID_VP9},
    },
    formats::{FormatOptions, FormatReader, TrackType, probe::Hint},
    io::{MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
};

use super::source::{ClipFrame, ClipSource, NO_TIME, check_size, not_a_film};
use crate::{Error, Picture, Result, TICKS_PER_SECOND};

/// A film with larger pieces is no film.
const MAX_PACKET: usize = 64 << 20;
/// Longest that a frame may be shown: files with broken clocks say years.
const LONGEST: u64 = TICKS_PER_SECOND * 60;

pub(super) struct Mp4 {
    format: Box<dyn FormatReader>,
    decoder: Decoder,
    track: u32,
    /// Seconds a unit of the track's clock.
    unit: f64,
    count: Option<u32>,
    /// Sequence and picture parameters, as a stream: sent before the first frame.
    head: Vec<u8>,
    /// Bytes that say how long a piece is.
    length_size: usize,
    /// Times of frames that are decoded or being decoded, the earliest first: frames leave the decoder in
    /// the order in which they are shown.
    times: BinaryHeap<Reverse<i64>>,
    /// Decoded and waiting for the time of the next.
    waiting: Option<(Picture, i64)>,
    /// Shown last, for how long: the last frame of a film says nothing of its own.
    last_ticks: u64,
    drained: Vec<Picture>,
    ended: bool,
}

impl Mp4 {
    /// # Errors
    /// `NotAFilm` for files without pictures, `FilmEncoding` for those in another encoding.
    pub(super) fn open(file: File) -> Result<Self> {
        let again = file.try_clone();
        let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
        let mut hint = Hint::new();
        hint.with_extension("mp4");
        let format = symphonia::default::get_probe()
            .probe(
                &hint,
                stream,
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(|error| {
                // The reader gives up on descriptions that it finds too long, as those of HEVC are.
                let other = again.ok().and_then(other_encoding);
                other.map_or_else(
                    || not_a_film(&error.to_string()),
                    |codec| Error::FilmEncoding {
                        codec: codec.to_owned(),
                    },
                )
            })?;
        let track = format
            .default_track(TrackType::Video)
            .ok_or_else(|| not_a_film("it has no pictures in it"))?;
        let Some(CodecParameters::Video(parameters)) = &track.codec_params else {
            return Err(Error::FilmEncoding {
                codec: "an unknown one".to_owned(),
            });
        };
        if parameters.codec != CODEC_ID_H264 {
            return Err(Error::FilmEncoding {
                codec: name(parameters),
            });
        }
        if let (Some(width), Some(height)) = (parameters.width, parameters.height) {
            check_size(u32::from(width), u32::from(height))?;
        }
        let (head, length_size) = parameters
            .extra_data
            .iter()
            .find_map(|extra| configuration(&extra.data))
            .ok_or_else(|| not_a_film("its H.264 parameters are missing"))?;
        let unit = track.time_base.map_or(1.0 / 90_000.0, |base| {
            f64::from(base.numer.get()) / f64::from(base.denom.get())
        });
        let count = track.num_frames.and_then(|count| u32::try_from(count).ok());
        let decoder = Decoder::new().map_err(|error| not_a_film(&error.to_string()))?;
        Ok(Self {
            track: track.id,
            unit,
            count: count.filter(|&count| count > 0),
            head,
            length_size,
            decoder,
            format,
            times: BinaryHeap::new(),
            waiting: None,
            last_ticks: NO_TIME,
            drained: Vec::new(),
            ended: false,
        })
    }

    /// The next decoded frame in the order of showing.
    fn decoded(&mut self) -> Result<Option<Picture>> {
        while !self.ended {
            // A file that is cut short reads like its end.
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => packet,
                Ok(Some(_)) => continue,
                Ok(None) | Err(_) => {
                    self.ended = true;
                    break;
                }
            };
            if packet.data.len() > MAX_PACKET {
                return Err(not_a_film("a frame of it is larger than any frame is"));
            }
            let mut stream = std::mem::take(&mut self.head);
            annex_b(&packet.data, self.length_size, &mut stream);
            self.times.push(Reverse(packet.pts.get()));
            // A frame that cannot be decoded is left out; the next key frame mends the rest.
            if let Ok(Some(frame)) = self.decoder.decode(&stream) {
                return picture(&frame).map(Some);
            }
        }
        if self.drained.is_empty()
            && let Ok(frames) = self.decoder.flush_remaining()
        {
            let pictures: Result<Vec<_>> = frames.iter().map(picture).collect();
            self.drained = pictures?;
            self.drained.reverse();
        }
        Ok(self.drained.pop())
    }
}

/// The encoding whose description stands somewhere in a file, where it is one that is not decoded here.
fn other_encoding(mut file: File) -> Option<&'static str> {
    /// Descriptions stand at the beginning or at the end of a file, and are short.
    const LOOKED_AT: u64 = 8 << 20;
    file.rewind().ok()?;
    let length = file.metadata().ok()?.len();
    let mut bytes = Vec::new();
    file.by_ref().take(LOOKED_AT).read_to_end(&mut bytes).ok()?;
    if length > LOOKED_AT {
        let begin = (length - LOOKED_AT).max(LOOKED_AT);
        file.seek(SeekFrom::Start(begin)).ok()?;
        file.take(LOOKED_AT).read_to_end(&mut bytes).ok()?;
    }
    bytes.windows(4).find_map(|name| match name {
        b"hvcC" => Some("HEVC (H.265)"),
        b"av1C" => Some("AV1"),
        b"vpcC" => Some("VP9"),
        _ => None,
    })
}

impl ClipSource for Mp4 {
    fn format(&self) -> &'static str {
        "H.264"
    }

    fn frames(&self) -> Option<u32> {
        self.count
    }

    fn frame(&mut self) -> Result<Option<ClipFrame>> {
        loop {
            let next = self.decoded()?;
            let next = next.map(|picture| {
                let time = self.times.pop().map_or(0, |Reverse(time)| time);
                (picture, time)
            });
            let end = next.is_none();
            let Some((picture, time)) = std::mem::replace(&mut self.waiting, next) else {
                if end {
                    return Ok(None);
                }
                continue;
            };
            if let Some((_, after)) = &self.waiting {
                let seconds = after.saturating_sub(time) as f64 * self.unit;
                let ticks = (seconds * TICKS_PER_SECOND as f64).round() as u64;
                self.last_ticks = if ticks == 0 {
                    NO_TIME
                } else {
                    ticks.min(LONGEST)
                };
            }
            return Ok(Some(ClipFrame {
                picture,
                ticks: self.last_ticks,
            }));
        }
    }
}

fn name(parameters: &VideoCodecParameters) -> String {
    let known = [
        (CODEC_ID_HEVC, "HEVC (H.265)"),
        (CODEC_ID_AV1, "AV1"),
        (CODEC_ID_VP9, "VP9"),
    ];
    let known = known.iter().find(|(id, _)| *id == parameters.codec);
    known.map_or_else(
        || "an unknown one".to_owned(),
        |(_, name)| (*name).to_owned(),
    )
}

fn picture(frame: &openh264::decoder::DecodedYUV<'_>) -> Result<Picture> {
    let (width, height) = frame.dimensions();
    check_size(width as u32, height as u32)?;
    let mut rgb = vec![0; 3 * width * height];
    frame.write_rgb8(&mut rgb);
    Picture::new(width as u32, height as u32, rgb)
        .ok_or_else(|| not_a_film("a frame has no pixels"))
}

/// From `AVCDecoderConfigurationRecord` (ISO/IEC 14496-15, 5.3.3.1): the parameter sets as a stream, and
/// how many bytes hold a piece's length. None where it is broken.
fn configuration(record: &[u8]) -> Option<(Vec<u8>, usize)> {
    let length_size = usize::from(*record.get(4)? & 3) + 1;
    let mut stream = Vec::new();
    let mut at = 6;
    let mut sets = |count: u8, at: &mut usize| {
        for _ in 0..count {
            let length = record.get(*at..*at + 2)?;
            let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
            stream.extend([0, 0, 0, 1]);
            stream.extend(record.get(*at + 2..*at + 2 + length)?);
            *at += 2 + length;
        }
        Some(())
    };
    sets(*record.get(5)? & 31, &mut at)?;
    let pictures = *record.get(at)?;
    at += 1;
    sets(pictures, &mut at)?;
    Some((stream, length_size))
}

/// Pieces with their lengths before them, as a stream with start codes; what does not fit is left out.
fn annex_b(mut pieces: &[u8], length_size: usize, stream: &mut Vec<u8>) {
    while let Some((length, rest)) = pieces.split_at_checked(length_size) {
        let length = length
            .iter()
            .fold(0_usize, |length, &byte| length << 8 | usize::from(byte));
        let Some((piece, rest)) = rest.split_at_checked(length) else {
            return;
        };
        stream.extend([0, 0, 0, 1]);
        stream.extend(piece);
        pieces = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_become_start_codes_and_a_broken_end_is_left_out() {
        let mut stream = Vec::new();
        annex_b(&[0, 0, 0, 2, 7, 8, 0, 0, 0, 9, 1], 4, &mut stream);
        assert_eq!(stream, [0, 0, 0, 1, 7, 8]);
        stream.clear();
        annex_b(&[0, 1, 5], 2, &mut stream);
        assert_eq!(stream, [0, 0, 0, 1, 5]);
    }

    #[test]
    fn parameter_sets_are_found_and_broken_records_refused() {
        let record = [1, 66, 0, 30, 0xff, 0xe1, 0, 2, 0x67, 1, 1, 0, 1, 0x68];
        let (stream, size) = configuration(&record).unwrap();
        assert_eq!(stream, [0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68]);
        assert_eq!(size, 4);
        for end in 0..record.len() {
            assert!(configuration(&record[..end]).is_none(), "{end}");
        }
    }
}
