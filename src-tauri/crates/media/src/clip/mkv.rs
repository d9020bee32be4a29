//! MKV with H.264 (RFC 9559), read by symphonia; other films in MKV and `WebM` are named by what they say.

use std::{
    collections::VecDeque,
    fs::File,
    io::{Read, Seek},
};

use symphonia::core::{
    codecs::{CodecParameters, video::well_known::CODEC_ID_H264},
    formats::{FormatOptions, FormatReader, TrackType, probe::Hint},
    io::{MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
};

use super::{
    display::{Display, Turn},
    h264::{Configuration, Pictures, Shown, Sps},
    source::{ClipFrame, ClipNotice, ClipSource, NO_TIME, check_size, not_a_film},
};
use crate::{
    Error, Picture, Result, TICKS_PER_SECOND,
    yuv::{Colours, ToRgb},
};

/// What a file says of its tracks stands at its beginning.
const LOOKED_AT: u64 = 1 << 20;
/// A film with larger pieces is no film.
const MAX_PACKET: usize = 64 << 20;
/// Longest that a frame may be shown: files with broken clocks say years.
const LONGEST: u64 = TICKS_PER_SECOND * 60;
pub(super) struct Mkv {
    format: Box<dyn FormatReader>,
    track: u32,
    /// Seconds a unit of the track's clock.
    unit: f64,
    decoder: Pictures,
    to_rgb: ToRgb,
    display: Display,
    /// Decoded, in the order in which they are shown.
    ready: VecDeque<Shown>,
    ended: bool,
    last_ticks: u64,
    /// Samples read, and pictures shown.
    read: usize,
    shown: u32,
}

impl Mkv {
    /// # Errors
    /// `NotAFilm` for files without pictures, `FilmEncoding` for those in another encoding.
    pub(super) fn open(mut file: File) -> Result<Self> {
        let named = named(&mut file);
        let other = |codec: String| Error::FilmEncoding { codec };
        if let Some(codec) = named.filter(|codec| *codec != "H.264") {
            return Err(other(codec.to_owned()));
        }
        let rewound = file.rewind();
        rewound.map_err(|error| not_a_film(&error.to_string()))?;
        let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
        let mut hint = Hint::new();
        hint.with_extension("mkv");
        let (options, metadata) = (FormatOptions::default(), MetadataOptions::default());
        let format = symphonia::default::get_probe().probe(&hint, stream, options, metadata);
        let format = format.map_err(|error| not_a_film(&error.to_string()))?;
        let track = format.default_track(TrackType::Video);
        let track = track.ok_or_else(|| not_a_film("it has no pictures in it"))?;
        let Some(CodecParameters::Video(parameters)) = &track.codec_params else {
            return Err(other("an unknown one".to_owned()));
        };
        if parameters.codec != CODEC_ID_H264 {
            return Err(other("an unknown one".to_owned()));
        }
        let mut data = parameters.extra_data.iter();
        let configuration = data.find_map(|extra| Configuration::read(&extra.data));
        let configuration =
            configuration.ok_or_else(|| not_a_film("its H.264 parameters are missing"))?;
        let sps = configuration.sps.clone().unwrap_or_default();
        if configuration.sps.is_some() {
            check_size(sps.width, sps.height)?;
            if let Some(codec) = sps.undecodable() {
                return Err(other(codec));
            }
        }
        let unit = track.time_base.map_or(0.001, |base| {
            f64::from(base.numer.get()) / f64::from(base.denom.get())
        });
        Ok(Self {
            track: track.id,
            unit,
            decoder: Pictures::new(configuration)?,
            to_rgb: ToRgb::new(colours(&sps)),
            display: Display {
                pixel_aspect: sps.pixel_aspect,
                turn: Turn::default(),
            },
            format,
            ready: VecDeque::new(),
            ended: false,
            last_ticks: NO_TIME,
            read: 0,
            shown: 0,
        })
    }

    /// Reads until the two pictures are there that are shown next.
    fn fill(&mut self) -> Result<()> {
        while !self.ended && self.ready.len() < 2 {
            // A file that is cut short reads like its end.
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => packet,
                Ok(Some(_)) => continue,
                Ok(None) | Err(_) => {
                    self.ended = true;
                    self.ready.extend(self.decoder.finish()?);
                    break;
                }
            };
            if packet.data.len() > MAX_PACKET {
                return Err(not_a_film("a frame of it is larger than any frame is"));
            }
            let number = self.read;
            self.read += 1;
            let ready = self
                .decoder
                .decode(&packet.data, packet.pts.get(), number)?;
            self.ready.extend(ready);
        }
        Ok(())
    }
}

fn colours(sps: &Sps) -> Colours {
    let colours = Colours::guessed(sps.width, sps.height);
    let colours = colours.with_matrix(sps.matrix.unwrap_or(2));
    colours.with_range(sps.full_range.unwrap_or(false))
}

/// The encoding of the first track of pictures that a file names; encodings have plain names in it.
fn named(file: &mut File) -> Option<&'static str> {
    const NAMES: [(&[u8], &str); 12] = [
        (b"V_MPEG4/ISO/AVC", "H.264"),
        (b"V_MPEGH/ISO/HEVC", "HEVC (H.265)"),
        (b"V_VP9", "VP9"),
        (b"V_VP8", "VP8"),
        (b"V_AV1", "AV1"),
        (b"V_MJPEG", "Motion JPEG in MKV"),
        (b"V_MPEG4/", "MPEG-4 Part 2 (DivX, Xvid)"),
        (b"V_MPEG", "MPEG-2"),
        (b"V_THEORA", "Theora"),
        (b"V_PRORES", "Apple ProRes"),
        (b"V_FFV1", "FFV1"),
        (b"V_MS/VFW", "an older encoding of Windows"),
    ];
    let mut head = Vec::new();
    file.by_ref().take(LOOKED_AT).read_to_end(&mut head).ok()?;
    let begins = head.windows(2).enumerate().filter(|(_, two)| two == b"V_");
    let mut begins = begins;
    begins.find_map(|(at, _)| {
        let found = NAMES.iter().find(|(name, _)| head[at..].starts_with(name));
        found.map(|(_, codec)| *codec)
    })
}

impl ClipSource for Mkv {
    fn format(&self) -> &'static str {
        "H.264"
    }

    fn frames(&self) -> Option<u32> {
        None
    }

    fn frame(&mut self) -> Result<Option<ClipFrame>> {
        self.fill()?;
        let Some(Shown { time, planes, .. }) = self.ready.pop_front() else {
            let reason = "none of its frames could be decoded";
            return if self.shown == 0 {
                Err(not_a_film(reason))
            } else {
                Ok(None)
            };
        };
        self.shown += 1;
        if let Some(after) = self.ready.front() {
            let seconds = after.time.saturating_sub(time) as f64 * self.unit;
            let ticks = (seconds * TICKS_PER_SECOND as f64).round() as u64;
            self.last_ticks = if ticks == 0 {
                NO_TIME
            } else {
                ticks.min(LONGEST)
            };
        }
        let rgb = self.to_rgb.rgb(&planes);
        let picture = Picture::new(planes.width as u32, planes.height as u32, rgb);
        let picture = picture.ok_or_else(|| not_a_film("a frame has no pixels"))?;
        Ok(Some(ClipFrame {
            picture: self.display.show(picture),
            ticks: self.last_ticks,
        }))
    }

    fn notices(&self) -> Vec<ClipNotice> {
        let frames = (self.read as u32).saturating_sub(self.shown);
        let lost = (self.ended && self.ready.is_empty() && frames > 0)
            .then_some(ClipNotice::Undecoded { frames });
        lost.into_iter().collect()
    }
}
