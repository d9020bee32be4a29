//! H.264 to pictures, by openh264, each with the time at which it is shown.

mod sps;

use std::{cmp::Reverse, collections::BinaryHeap};

use openh264::{
    OpenH264API,
    decoder::{DecodedYUV, Decoder, DecoderConfig, Flush},
    formats::YUVSource,
};

pub(super) use sps::Sps;

use super::source::{check_size, not_a_film};
use crate::{
    Result,
    yuv::{Chroma, Planes},
};

/// A piece of a stream with these bits in its head is a sequence parameter set.
const SEQUENCE_SET: u8 = 7;

/// How samples are kept in a file (ISO/IEC 14496-15, 5.3.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Configuration {
    /// Parameter sets as a stream with start codes: sent before the first sample.
    sets: Vec<u8>,
    /// Bytes that say how long a piece is; none where samples have start codes themselves.
    length_size: Option<usize>,
    pub(super) sps: Option<Sps>,
}

impl Configuration {
    /// Of a stream whose samples have start codes, and their parameter sets among them.
    pub(super) fn stream() -> Self {
        Self {
            sets: Vec::new(),
            length_size: None,
            sps: None,
        }
    }

    /// From an `AVCDecoderConfigurationRecord`; None where it is broken.
    pub(super) fn read(record: &[u8]) -> Option<Self> {
        let length_size = usize::from(*record.get(4)? & 3) + 1;
        let (mut sets, mut sps) = (Vec::new(), None);
        let mut at = 6;
        let mut take = |count: u8, at: &mut usize| {
            for _ in 0..count {
                let length = record.get(*at..*at + 2)?;
                let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                let set = record.get(*at + 2..*at + 2 + length)?;
                sets.extend([0, 0, 0, 1]);
                sets.extend(set);
                if set.first().map(|head| head & 31) == Some(SEQUENCE_SET) {
                    sps = sps.take().or_else(|| Sps::read(set));
                }
                *at += 2 + length;
            }
            Some(())
        };
        take(*record.get(5)? & 31, &mut at)?;
        let pictures = *record.get(at)?;
        at += 1;
        take(pictures, &mut at)?;
        Some(Self {
            sets,
            length_size: Some(length_size),
            sps,
        })
    }

    /// Looks for a sequence parameter set in a sample, where none was known before.
    pub(super) fn look_into(&mut self, sample: &[u8]) {
        if self.sps.is_some() {
            return;
        }
        let mut stream = Vec::new();
        self.stream_of(sample, &mut stream);
        let pieces = openh264::nal_units(&stream).map(|piece| {
            let zeros = piece.iter().take_while(|&&byte| byte == 0).count();
            piece.get(zeros + 1..).unwrap_or_default()
        });
        let is_set = |piece: &&[u8]| piece.first().is_some_and(|head| head & 31 == SEQUENCE_SET);
        self.sps = pieces.filter(is_set).find_map(Sps::read);
    }

    /// Adds a sample to a stream with start codes; what does not fit in it is left out.
    fn stream_of(&self, mut sample: &[u8], stream: &mut Vec<u8>) {
        let Some(length_size) = self.length_size else {
            stream.extend(sample);
            return;
        };
        while let Some((length, rest)) = sample.split_at_checked(length_size) {
            let length = length
                .iter()
                .fold(0_usize, |length, &byte| length << 8 | usize::from(byte));
            let Some((piece, rest)) = rest.split_at_checked(length) else {
                return;
            };
            stream.extend([0, 0, 0, 1]);
            stream.extend(piece);
            sample = rest;
        }
    }
}

/// A decoded picture, with when it is shown and the number of the sample that it is taken for.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) time: i64,
    pub(super) number: usize,
    pub(super) planes: Planes,
}

pub(super) struct Pictures {
    decoder: Decoder,
    configuration: Configuration,
    /// Whether the parameter sets were sent.
    begun: bool,
    /// Samples whose pictures are still to come, the earliest first.
    pending: BinaryHeap<Reverse<(i64, usize)>>,
    /// Whether a sample failed, and its picture may be missing or not.
    failed: bool,
}

impl Pictures {
    /// # Errors
    /// `NotAFilm` where there is no memory for a decoder.
    pub(super) fn new(configuration: Configuration) -> Result<Self> {
        Ok(Self {
            decoder: decoder()?,
            configuration,
            begun: false,
            pending: BinaryHeap::new(),
            failed: false,
        })
    }

    /// Decodes a sample that is shown at a time, in the order in which samples lie in the file. Gives the
    /// pictures that are ready, in the order in which they are shown; one that cannot be decoded never comes.
    ///
    /// # Errors
    /// `PictureTooLarge`.
    pub(super) fn decode(&mut self, sample: &[u8], time: i64, number: usize) -> Result<Vec<Shown>> {
        let mut stream = Vec::with_capacity(sample.len() + 64);
        self.configuration.stream_of(sample, &mut stream);
        let mut ready = Vec::new();
        if self.failed && begins_anew(&stream) {
            // What is counted wrong since something failed ends here.
            ready = self.finish()?;
            self.decoder = decoder()?;
            self.begun = false;
            self.failed = false;
        }
        if !self.begun {
            stream.splice(..0, self.configuration.sets.iter().copied());
            self.begun = true;
        }
        match self.decoder.decode(&stream) {
            Ok(frame) => {
                let planes = frame.map(|frame| planes(&frame)).transpose()?;
                if holds_picture(&stream) {
                    self.pending.push(Reverse((time, number)));
                }
                // Pictures leave the decoder in the order in which they are shown.
                ready.extend(planes.and_then(|planes| shown(&mut self.pending, planes)));
            }
            Err(_) => self.failed = true,
        }
        Ok(ready)
    }

    /// The pictures that are still to come. The decoder is of no use for others then.
    ///
    /// # Errors
    /// `PictureTooLarge`.
    pub(super) fn finish(&mut self) -> Result<Vec<Shown>> {
        let mut ready = Vec::new();
        for frame in self.decoder.flush_remaining().unwrap_or_default() {
            ready.extend(shown(&mut self.pending, planes(&frame)?));
        }
        self.pending.clear();
        Ok(ready)
    }
}

fn decoder() -> Result<Decoder> {
    // Flushed once, at the end: what is flushed before it is lost to pictures that build on it.
    let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
    let decoder = Decoder::with_api_config(OpenH264API::from_source(), config);
    decoder.map_err(|error| not_a_film(&error.to_string()))
}

fn shown(pending: &mut BinaryHeap<Reverse<(i64, usize)>>, planes: Planes) -> Option<Shown> {
    let Reverse((time, number)) = pending.pop()?;
    Some(Shown {
        time,
        number,
        planes,
    })
}

/// The kinds of the pieces in a stream (table 7-1).
fn kinds(stream: &[u8]) -> impl Iterator<Item = u8> + '_ {
    openh264::nal_units(stream).filter_map(|piece| {
        let zeros = piece.iter().take_while(|&&byte| byte == 0).count();
        Some(piece.get(zeros + 1)? & 31)
    })
}

/// Whether nothing after it builds on what was before.
fn begins_anew(stream: &[u8]) -> bool {
    kinds(stream).any(|kind| kind == 5)
}

fn holds_picture(stream: &[u8]) -> bool {
    kinds(stream).any(|kind| matches!(kind, 1..=5))
}

fn planes(frame: &DecodedYUV<'_>) -> Result<Planes> {
    let (width, height) = frame.dimensions();
    check_size(width as u32, height as u32)?;
    let (luma, blue, red) = frame.strides();
    let plane = |bytes: &[u8], stride: usize, (width, height): (usize, usize)| {
        let rows = bytes.chunks(stride.max(1)).take(height);
        let rows = rows.map(|row| row.get(..width));
        let plane = rows.collect::<Option<Vec<&[u8]>>>()?.concat();
        (plane.len() == width * height).then_some(plane)
    };
    let half = (width.div_ceil(2), height.div_ceil(2));
    let planes = || {
        Some(Planes {
            width,
            height,
            luma: plane(frame.y(), luma, (width, height))?,
            chroma: Some(Chroma {
                blue: plane(frame.u(), blue, half)?,
                red: plane(frame.v(), red, half)?,
                shared: (2, 2),
            }),
        })
    };
    planes().ok_or_else(|| not_a_film("a frame has no pixels"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_become_start_codes_and_a_broken_end_is_left_out() {
        let of = |length_size, sample: &[u8]| {
            let mut stream = Vec::new();
            let configuration = Configuration {
                length_size,
                ..Configuration::stream()
            };
            configuration.stream_of(sample, &mut stream);
            stream
        };
        let cut = [0, 0, 0, 2, 7, 8, 0, 0, 0, 9, 1];
        assert_eq!(of(Some(4), &cut), [0, 0, 0, 1, 7, 8]);
        assert_eq!(of(Some(2), &[0, 1, 5]), [0, 0, 0, 1, 5]);
        assert_eq!(of(None, &[0, 0, 1, 5]), [0, 0, 1, 5]);
    }

    #[test]
    fn parameter_sets_are_found_and_broken_records_refused() {
        let record = [1, 66, 0, 30, 0xff, 0xe1, 0, 2, 0x67, 1, 1, 0, 1, 0x68];
        let found = Configuration::read(&record).unwrap();
        assert_eq!(found.sets, [0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68]);
        assert_eq!(found.length_size, Some(4));
        for end in 0..record.len() {
            assert!(Configuration::read(&record[..end]).is_none(), "{end}");
        }
    }
}
