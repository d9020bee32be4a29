//! MP4 (ISO/IEC 14496-12): H.264 by openh264, in the colours of BT.709; sound as FLAC, or as it was encoded
//! in a clip, and captions as timed text where there are some.
//!
//! Frames go to the disk as they are encoded; the index, which players want first, is put before
//! them at the end ("fast start"). Deliberately absent: AAC, for which there is no free encoder to use.

mod flac;
mod index;

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
};

use openh264::{
    OpenH264API,
    encoder::{
        Encoder, EncoderConfig, FrameRate, IntraFramePeriod, QpRange, RateControlMode, UsageType,
        VuiConfig,
    },
    formats::YUVBuffer,
    nal_units,
};

use super::writer::{FilmWriter, SideTracks, no_frames};
use crate::{
    Caption, Picture, TICKS_PER_SECOND,
    labels::{self, Label},
    yuv::{self, Colours},
};
use index::{Index, SoundTrack, Track};

/// The box that holds the film, with a size of 64 bits that is put in at the end.
const DATA_HEAD: u64 = 16;
/// A key frame at least so often, so that players can jump.
const KEY_EVERY: u32 = 48;
/// Quantisation: small steps, because what is drawn has hard edges. The first is what nearly all frames
/// get, the second where the first frames begin.
const STEPS: (u8, u8) = (18, 26);
/// Pixels on a side.
const SMALLEST: u32 = 16;
/// Captions are timed to the thousandth of a second.
const CAPTION_CLOCK: u32 = 1000;
/// Types of pieces of H.264 (ITU-T H.264, table 7-1).
const PICTURE_KEY: u8 = 5;
const SEQUENCE_SET: u8 = 7;
const PICTURE_SET: u8 = 8;

pub(super) struct Mp4Writer {
    out: BufWriter<File>,
    encoder: Option<Encoder>,
    /// Of what is encoded: sides are even.
    size: (u32, u32),
    sequence_set: Vec<u8>,
    picture_set: Vec<u8>,
    track: Track,
    /// Bytes of frames that are written.
    written: u64,
    side_tracks: SideTracks,
}

fn failed(error: &openh264::Error) -> io::Error {
    io::Error::other(error.to_string())
}

impl Mp4Writer {
    pub(super) fn new(file: File, side_tracks: SideTracks) -> Self {
        Self {
            out: BufWriter::new(file),
            encoder: None,
            size: (0, 0),
            sequence_set: Vec::new(),
            picture_set: Vec::new(),
            track: Track::new(TICKS_PER_SECOND as u32, 0),
            written: 0,
            side_tracks,
        }
    }

    fn begin(&mut self) -> io::Result<()> {
        let config = EncoderConfig::new()
            .usage_type(UsageType::CameraVideoRealTime)
            // Steps by the frame, not by the bit rate: the modes that mind that one would leave frames
            // out, and say on stderr that they may not.
            .rate_control_mode(RateControlMode::Bufferbased)
            .qp(QpRange::new(STEPS.0, STEPS.1))
            .bitrate(openh264::encoder::BitRate::from_bps(8_000_000))
            .max_frame_rate(FrameRate::from_hz(30.0))
            .skip_frames(false)
            .scene_change_detect(false)
            .vui(VuiConfig::bt709())
            .intra_frame_period(IntraFramePeriod::from_num_frames(KEY_EVERY));
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config);
        self.encoder = Some(encoder.map_err(|error| failed(&error))?);
        self.out.write_all(&index::file_type()?)?;
        self.out.write_all(&[0; DATA_HEAD as usize])
    }

    /// A tiny picture some whole number of times as large: the encoder takes no smaller ones.
    fn large_enough(picture: Picture) -> Picture {
        let (width, height) = (picture.width(), picture.height());
        match SMALLEST.div_ceil(width.min(height)) {
            0 | 1 => picture,
            times => picture.scaled(width * times, height * times),
        }
    }

    /// Takes the parameter sets out and writes the rest with lengths before the pieces.
    fn write_sample(&mut self, stream: &[u8], ticks: u64) -> io::Result<()> {
        let (mut size, mut key) = (0, false);
        for piece in nal_units(stream) {
            let piece = without_start(piece);
            match piece.first().map(|head| head & 31) {
                Some(SEQUENCE_SET) => piece.clone_into(&mut self.sequence_set),
                Some(PICTURE_SET) => piece.clone_into(&mut self.picture_set),
                Some(kind) => {
                    key |= kind == PICTURE_KEY;
                    let length = u32::try_from(piece.len()).map_err(io::Error::other)?;
                    self.out.write_all(&length.to_be_bytes())?;
                    self.out.write_all(piece)?;
                    size += length + 4;
                }
                None => {}
            }
        }
        self.written += u64::from(size);
        self.track.push(size, ticks);
        if key {
            self.track.mark_key();
        }
        Ok(())
    }
}

impl Mp4Writer {
    fn write_sound(&mut self) -> io::Result<Option<SoundTrack>> {
        let sound = self.side_tracks.sound.take();
        let Some(sound) = sound.filter(|sound| !sound.samples.is_empty()) else {
            return self.copy_sound();
        };
        let mut track = Track::new(sound.sample_rate, self.written);
        for frame in flac::frames(&sound.samples) {
            self.out.write_all(&frame.bytes)?;
            track.push(frame.bytes.len() as u32, u64::from(frame.samples));
        }
        self.written += track.bytes();
        Ok(Some(SoundTrack::flac(track)))
    }

    /// A clip's own sound, as it is encoded there.
    fn copy_sound(&mut self) -> io::Result<Option<SoundTrack>> {
        let copied = self.side_tracks.copied.take();
        let Some(copied) = copied.filter(|sound| !sound.samples.is_empty()) else {
            return Ok(None);
        };
        let mut track = Track::new(copied.clock, self.written);
        for sample in &copied.samples {
            self.out.write_all(&copied.read(sample)?)?;
            track.push(sample.size, u64::from(sample.duration));
        }
        track.hear(&copied.heard);
        self.written += track.bytes();
        let codec = copied.codec.clone();
        Ok(Some(SoundTrack { track, codec }))
    }

    fn write_captions(&mut self) -> io::Result<Option<Track>> {
        let captions = std::mem::take(&mut self.side_tracks.captions);
        if captions.is_empty() {
            return Ok(None);
        }
        let mut track = Track::new(CAPTION_CLOCK, self.written);
        let mut now = 0;
        let mut put = |text: &str, length: u32| {
            // A length of 16 bits before it; no caption has as many.
            let text = text.get(..usize::from(u16::MAX)).unwrap_or(text);
            self.out.write_all(&(text.len() as u16).to_be_bytes())?;
            self.out.write_all(text.as_bytes())?;
            track.push(text.len() as u32 + 2, u64::from(length));
            io::Result::Ok(())
        };
        let place = |seconds: f64| (seconds * f64::from(CAPTION_CLOCK)).max(0.0) as u32;
        for Caption { from, to, text } in &captions {
            let from = place(*from).max(now);
            // Nothing is read meanwhile.
            if from > now {
                put("", from - now)?;
            }
            let to = place(*to).max(from + 1);
            put(text, to - from)?;
            now = to;
        }
        // The last one ends; players would show it until the film does.
        put("", 1)?;
        self.written += track.bytes();
        Ok(Some(track))
    }
}

fn without_start(piece: &[u8]) -> &[u8] {
    let zeros = piece.iter().take_while(|&&byte| byte == 0).count();
    piece.get(zeros + 1..).unwrap_or_default()
}

impl FilmWriter for Mp4Writer {
    fn frame(&mut self, picture: Picture, ticks: u64) -> io::Result<()> {
        if self.encoder.is_none() {
            self.begin()?;
        }
        let picture = Self::large_enough(picture);
        let even = even(&picture);
        let size = (even.width() as usize, even.height() as usize);
        self.size = (even.width(), even.height());
        let planes = yuv::from_rgb(Colours::OURS, even.rgb(), size);
        let frame = YUVBuffer::from_vec(planes, size.0, size.1);
        let encoder = self.encoder.as_mut().ok_or_else(no_frames)?;
        let stream = encoder
            .encode(&frame)
            .map_err(|error| failed(&error))?
            .to_vec();
        if stream.is_empty() {
            // The encoder left it out: the frame before is shown longer.
            self.track.lengthen(ticks);
            return Ok(());
        }
        self.write_sample(&stream, ticks)
    }

    fn finish(mut self: Box<Self>, label: &Label) -> io::Result<()> {
        if self.track.is_empty() {
            return Err(no_frames());
        }
        let sound = self.write_sound()?;
        let captions = self.write_captions()?;
        let mut file = self
            .out
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        let head = index::file_type()?.len() as u64;
        let end = file.stream_position()?;
        file.seek(SeekFrom::Start(head))?;
        file.write_all(&index::data_head(end - head))?;
        let index = Index {
            size: self.size,
            sequence_set: &self.sequence_set,
            picture_set: &self.picture_set,
            pictures: &self.track,
            sound: sound.as_ref(),
            captions: captions.as_ref(),
            aigc: &labels::aigc_json(&label.id),
            xmp: &labels::xmp::packet(&label.id, &label.provenance),
        };
        // Where the frames begin depends on how long the index is, and that on nothing.
        let length = index.bytes(0)?.len() as u64;
        let bytes = index.bytes(head + length + DATA_HEAD)?;
        make_room(&mut file, head, end, length)?;
        file.seek(SeekFrom::Start(head))?;
        file.write_all(&bytes)
    }
}

/// Moves the bytes from `from` to `end` on by `room` bytes, from its end to its beginning.
fn make_room(file: &mut File, from: u64, end: u64, room: u64) -> io::Result<()> {
    const PIECE: u64 = 1 << 20;
    let mut piece = vec![0; PIECE as usize];
    let mut at = end;
    while at > from {
        let length = PIECE.min(at - from);
        at -= length;
        let piece = &mut piece[..length as usize];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(piece)?;
        file.seek(SeekFrom::Start(at + room))?;
        file.write_all(piece)?;
    }
    Ok(())
}

/// The picture with even sides, its last column and row repeated where needed.
fn even(picture: &Picture) -> Picture {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let (wide, high) = (width.next_multiple_of(2), height.next_multiple_of(2));
    if (wide, high) == (width, height) {
        return picture.clone();
    }
    let mut rgb = Vec::with_capacity(wide * high * 3);
    for row in 0..high {
        let begin = row.min(height - 1) * width * 3;
        let row = &picture.rgb()[begin..begin + width * 3];
        rgb.extend_from_slice(row);
        if wide > width {
            rgb.extend_from_slice(&row[row.len() - 3..]);
        }
    }
    Picture::new(wide as u32, high as u32, rgb).unwrap_or_else(|| picture.clone())
}
