//! AVI (Microsoft, AVI RIFF file reference) with Motion JPEG or H.264, as cameras write it: read from its
//! beginning to its end, without its index.

use std::{
    collections::VecDeque,
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use super::{
    h264::{Configuration, Pictures},
    source::{ClipFrame, ClipNotice, ClipSource, NO_TIME, check_size, not_a_film},
};
use crate::{
    Error, Picture, Result, TICKS_PER_SECOND,
    yuv::{Colours, Planes, ToRgb},
};

/// A frame of more bytes is none; the same for what is said of a stream.
const MAX_FRAME: u32 = 64 << 20;
const MAX_HEAD: u32 = 4096;
/// Streams beyond these are not looked at.
const MAX_STREAMS: u32 = 64;
/// Chunks looked at for the next frame: sound and empty ones lie between.
const MAX_CHUNKS: u32 = 1_000_000;

enum Decoder {
    Stills,
    H264(Box<(Pictures, ToRgb)>),
}

pub(super) struct Avi {
    file: File,
    length: u64,
    /// Where the next chunk begins.
    at: u64,
    /// How chunks of its pictures are named: `00dc`, `00db`.
    names: [[u8; 4]; 2],
    /// Of one frame.
    ticks: u64,
    count: u32,
    /// Frames found in the file, and those of them that were shown.
    read: u32,
    shown: u32,
    /// Frames that the head counts and that show the one before once more.
    repeated: u32,
    cut: bool,
    ended: bool,
    decoder: Decoder,
    /// Decoded, in their order.
    ready: VecDeque<Picture>,
}

/// What the head of the file says of the stream of pictures.
#[derive(Default)]
struct Stream {
    number: Option<u32>,
    /// Units of time a frame, and units a second.
    clock: (u32, u32),
    count: u32,
    encoding: [u8; 4],
    size: (u32, u32),
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let word = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
    word.map_or(0, u32::from_le_bytes)
}

impl Avi {
    /// # Errors
    /// `NotAFilm`, `FilmEncoding`, `PictureTooLarge`.
    pub(super) fn open(mut file: File) -> Result<Self> {
        let length = file
            .metadata()
            .map_err(|error| not_a_film(&error.to_string()))?;
        let length = length.len();
        let (stream, at) = head(&mut file, length);
        let number = stream.number;
        let number = number.ok_or_else(|| not_a_film("it has no pictures in it"))?;
        let at = at.ok_or_else(|| not_a_film("it has no frames"))?;
        check_size(stream.size.0, stream.size.1)?;
        let decoder = match &stream.encoding.map(|letter| letter.to_ascii_uppercase()) {
            b"MJPG" | b"JPEG" | b"AVRN" | b"DMB1" => Decoder::Stills,
            b"H264" | b"X264" | b"AVC1" | b"DAVC" => Decoder::H264(Box::new((
                Pictures::new(Configuration::stream())?,
                ToRgb::new(Colours::guessed(stream.size.0, stream.size.1)),
            ))),
            other => return Err(unknown(*other)),
        };
        let (tens, ones) = (b'0' + (number / 10) as u8, b'0' + (number % 10) as u8);
        let (unit, second) = stream.clock;
        let ticks = match second {
            0 => NO_TIME,
            _ => u64::from(unit) * TICKS_PER_SECOND / u64::from(second),
        };
        Ok(Self {
            file,
            length,
            at,
            names: [[tens, ones, b'd', b'c'], [tens, ones, b'd', b'b']],
            ticks: ticks.clamp(1, 60 * TICKS_PER_SECOND),
            count: stream.count,
            read: 0,
            shown: 0,
            repeated: 0,
            cut: false,
            ended: false,
            decoder,
            ready: VecDeque::new(),
        })
    }

    /// The bytes of the next frame; none in it where the one before is shown again.
    fn next(&mut self) -> Option<Vec<u8>> {
        for _ in 0..MAX_CHUNKS {
            let Some((name, size)) = chunk(&mut self.file, self.at) else {
                // Fewer than the head promised.
                self.cut |= self.read.saturating_add(self.repeated) < self.count;
                return None;
            };
            let begin = self.at + 8;
            if [*b"RIFF", *b"LIST"].contains(&name) {
                // What lies within comes next, behind its kind.
                self.at = begin + 4;
                continue;
            }
            self.at = begin + u64::from(size) + u64::from(size % 2);
            if self.names.contains(&name) {
                if size > MAX_FRAME || begin + u64::from(size) > self.length {
                    self.cut = true;
                    return None;
                }
                return bytes(&mut self.file, begin, size);
            }
        }
        None
    }

    fn decode(&mut self, bytes: &[u8]) -> Result<()> {
        let (number, time) = (self.read as usize, i64::from(self.read));
        self.read += 1;
        match &mut self.decoder {
            Decoder::Stills => {
                let picture = Picture::decode(bytes).ok();
                self.ready.extend(picture.map(Picture::opaque));
            }
            Decoder::H264(decoder) => {
                let (pictures, to_rgb) = &mut **decoder;
                let mut found = Configuration::stream();
                found.look_into(bytes);
                if let Some(sps) = found.sps {
                    if let Some(codec) = sps.undecodable() {
                        return Err(Error::FilmEncoding { codec });
                    }
                    let colours = Colours::guessed(sps.width, sps.height);
                    let colours = colours.with_matrix(sps.matrix.unwrap_or(2));
                    *to_rgb = ToRgb::new(colours.with_range(sps.full_range.unwrap_or(false)));
                }
                // A chunk is one frame's time: pictures come in their order.
                let ready = pictures.decode(bytes, time, number)?;
                let ready = ready.iter().filter_map(|shown| rgb(to_rgb, &shown.planes));
                self.ready.extend(ready);
            }
        }
        Ok(())
    }

    /// Gets out of the decoder what it still holds.
    fn end(&mut self) -> Result<()> {
        self.ended = true;
        if let Decoder::H264(decoder) = &mut self.decoder {
            let (pictures, to_rgb) = &mut **decoder;
            let rest = pictures.finish()?;
            let rest = rest.iter().filter_map(|shown| rgb(to_rgb, &shown.planes));
            self.ready.extend(rest);
        }
        Ok(())
    }
}

fn rgb(to_rgb: &ToRgb, planes: &Planes) -> Option<Picture> {
    Picture::new(
        planes.width as u32,
        planes.height as u32,
        to_rgb.rgb(planes),
    )
}

fn chunk(file: &mut File, at: u64) -> Option<([u8; 4], u32)> {
    file.seek(SeekFrom::Start(at)).ok()?;
    let mut head = [0; 8];
    file.read_exact(&mut head).ok()?;
    let [a, b, c, d, size @ ..] = head;
    Some(([a, b, c, d], u32::from_le_bytes(size)))
}

fn bytes(file: &mut File, begin: u64, size: u32) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(begin)).ok()?;
    let mut bytes = Vec::new();
    file.take(u64::from(size)).read_to_end(&mut bytes).ok()?;
    (bytes.len() == size as usize).then_some(bytes)
}

/// What is said of the first stream of pictures, and where the frames begin.
fn head(file: &mut File, length: u64) -> (Stream, Option<u64>) {
    let (mut stream, mut streams, mut pictures) = (Stream::default(), 0, false);
    let mut at = 12;
    while at < length && streams <= MAX_STREAMS {
        let Some((name, size)) = chunk(file, at) else {
            break;
        };
        let begin = at + 8;
        at = begin + u64::from(size) + u64::from(size % 2);
        match &name {
            b"LIST" => match bytes(file, begin, 4).as_deref() {
                Some(b"movi") => return (stream, Some(begin + 4)),
                Some(b"hdrl" | b"strl") => at = begin + 4,
                _ => {}
            },
            b"strh" => {
                let content = bytes(file, begin, size.min(MAX_HEAD)).unwrap_or_default();
                pictures = content.starts_with(b"vids") && stream.number.is_none();
                if pictures {
                    stream.number = Some(streams);
                    stream.clock = (word(&content, 20), word(&content, 24));
                    stream.count = word(&content, 32);
                }
                streams += 1;
            }
            b"strf" if pictures => {
                let content = bytes(file, begin, size.min(MAX_HEAD)).unwrap_or_default();
                stream.encoding = word(&content, 16).to_le_bytes();
                // Rows from the top are told by a negative height.
                let high = word(&content, 8).cast_signed().unsigned_abs();
                stream.size = (word(&content, 4), high);
                pictures = false;
            }
            _ => {}
        }
    }
    (stream, None)
}

fn unknown(encoding: [u8; 4]) -> Error {
    let codec = match &encoding {
        b"XVID" | b"DIVX" | b"DX50" | b"FMP4" | b"MP4V" | b"DIV3" | b"MP43" => {
            "MPEG-4 Part 2 (DivX, Xvid)".to_owned()
        }
        b"CVID" => "Cinepak".to_owned(),
        b"HEVC" | b"H265" | b"HVC1" => "HEVC (H.265)".to_owned(),
        b"FFV1" => "FFV1".to_owned(),
        [b'D', b'V', ..] => "DV".to_owned(),
        [0, 0, 0, 0] | b"DIB " | b"YUY2" | b"UYVY" | b"I420" | b"YV12" => {
            "uncompressed pictures".to_owned()
        }
        other => format!("“{}”", other.escape_ascii().to_string().trim()),
    };
    Error::FilmEncoding { codec }
}

impl ClipSource for Avi {
    fn format(&self) -> &'static str {
        match self.decoder {
            Decoder::Stills => "Motion JPEG",
            Decoder::H264(..) => "H.264",
        }
    }

    fn frames(&self) -> Option<u32> {
        (self.count > 0).then_some(self.count)
    }

    fn frame(&mut self) -> Result<Option<ClipFrame>> {
        let mut ticks = self.ticks;
        loop {
            if let Some(picture) = self.ready.pop_front() {
                check_size(picture.width(), picture.height())?;
                self.shown += 1;
                return Ok(Some(ClipFrame { picture, ticks }));
            }
            match self.next() {
                // An empty chunk shows the frame before once more: the next one is late by as much.
                Some(bytes) if bytes.is_empty() => {
                    ticks += self.ticks;
                    self.repeated += 1;
                }
                Some(bytes) => self.decode(&bytes)?,
                None if !self.ended => self.end()?,
                None if self.shown == 0 => {
                    return Err(not_a_film("none of its frames could be decoded"));
                }
                None => return Ok(None),
            }
        }
    }

    fn notices(&self) -> Vec<ClipNotice> {
        let frames = self.read.saturating_sub(self.shown);
        let lost = (self.ended && self.ready.is_empty() && frames > 0)
            .then_some(ClipNotice::Undecoded { frames });
        let frames = self.shown;
        let cut = self.cut.then_some(ClipNotice::CutShort { frames });
        cut.into_iter().chain(lost).collect()
    }
}
