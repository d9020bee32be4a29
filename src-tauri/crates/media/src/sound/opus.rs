//! Opus packets as samples at 48 kHz.
//!
//! Source of the header: RFC 7845, section 5.1.

use std::panic::{AssertUnwindSafe, catch_unwind};

use opus_decoder::OpusMultistreamDecoder;
use symphonia::core::errors::Error as SymphoniaError;

use super::shape::{Shape, not_sound};
use crate::{Error, Result};

const RATE: u32 = 48_000;
/// A packet is at most 120 ms.
const LONGEST: usize = 5760;
/// Of the channel mappings of RFC 7845, families 0 and 1.
const MOST_CHANNELS: usize = 8;

pub(super) struct OpusStream {
    decoder: OpusMultistreamDecoder,
    channels: usize,
    /// Frames at the beginning that only the encoder's delay made.
    skip: usize,
    /// That the samples are multiplied by.
    gain: f32,
    packet: Vec<f32>,
}

impl OpusStream {
    /// # Errors
    /// `NotSound` where `header` is no `OpusHead`; `SoundEncoding` for ambisonics and the like.
    pub(super) fn new(header: &[u8]) -> Result<Self> {
        let broken = || not_sound("the header of its Opus stream is broken");
        let fixed: &[u8; 19] = header.first_chunk().ok_or_else(broken)?;
        if !fixed.starts_with(b"OpusHead") {
            return Err(broken());
        }
        let channels = usize::from(fixed[9]);
        let family = fixed[18];
        if family > 1 || channels > MOST_CHANNELS {
            return Err(Error::SoundEncoding {
                codec: format!("Opus with {channels} channels"),
            });
        }
        let (streams, coupled, mapping) = match (family, &header[19..]) {
            (0, _) if channels <= 2 => (1, usize::from(channels == 2), vec![0, 1]),
            (1, [streams, coupled, mapping @ ..]) => (
                usize::from(*streams),
                usize::from(*coupled),
                mapping.to_vec(),
            ),
            _ => return Err(broken()),
        };
        let mapping = mapping.get(..channels).ok_or_else(broken)?;
        let decoder = OpusMultistreamDecoder::new(RATE, channels, streams, coupled, mapping)
            .map_err(|_| broken())?;
        // In 256ths of a decibel.
        let gain = f32::from(i16::from_le_bytes([fixed[16], fixed[17]])) / 256.0;
        Ok(Self {
            decoder,
            channels,
            skip: usize::from(u16::from_le_bytes([fixed[10], fixed[11]])),
            gain: 10_f32.powf(gain / 20.0),
            packet: vec![0.0; LONGEST * channels],
        })
    }

    /// # Errors
    /// `DecodeError` for a packet that is damaged.
    pub(super) fn decode(
        &mut self,
        packet: &[u8],
        interleaved: &mut Vec<f32>,
    ) -> Result<Shape, SymphoniaError> {
        interleaved.clear();
        let (decoder, samples) = (&mut self.decoder, &mut self.packet);
        // The decoder is young: a packet that it stumbles over is a damaged one, whatever it is.
        let decoded = catch_unwind(AssertUnwindSafe(|| {
            // An empty packet asks it to make up what was lost.
            decoder.decode_float(packet, samples, false)
        }));
        let frames = decoded
            .ok()
            .and_then(Result::ok)
            .ok_or(SymphoniaError::DecodeError("opus: a damaged packet"))?;
        let skipped = self.skip.min(frames);
        self.skip -= skipped;
        let sound = self
            .packet
            .get(skipped * self.channels..frames * self.channels);
        let sound = sound.unwrap_or_default().iter();
        interleaved.extend(sound.map(|sample| sample * self.gain));
        Ok(Shape {
            rate: RATE,
            channels: self.channels,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_a_damaged_packet_and_no_more() {
        let mut state = 7_u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as u8
        };
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        for header in [
            head(1, 0, &[]),
            head(2, 0, &[]),
            head(6, 1, &[4, 2, 0, 4, 1, 2, 3, 5]),
        ] {
            let mut stream = OpusStream::new(&header).unwrap();
            let mut sound = Vec::new();
            for length in 0..400 {
                let packet: Vec<u8> = (0..length % 90).map(|_| random()).collect();
                let _ = stream.decode(&packet, &mut sound);
                assert!(sound.len() <= LONGEST * MOST_CHANNELS);
                assert!(sound.iter().all(|sample| sample.is_finite()));
            }
        }
        std::panic::set_hook(hook);
    }

    fn head(channels: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let mut head = b"OpusHead\x01".to_vec();
        head.extend([channels, 56, 1, 0x80, 0xbb, 0, 0, 0, 0, family]);
        head.extend(rest);
        head
    }

    #[test]
    fn headers_of_one_to_eight_channels_are_read_and_others_named() {
        for header in [
            head(1, 0, &[]),
            head(2, 0, &[]),
            head(2, 1, &[1, 1, 0, 1]),
            head(6, 1, &[4, 2, 0, 4, 1, 2, 3, 5]),
        ] {
            assert!(OpusStream::new(&header).is_ok(), "{header:?}");
        }
        for header in [
            Vec::new(),
            head(1, 0, &[])[..18].to_vec(),
            head(0, 1, &[1, 0]),
            head(3, 0, &[]),
            head(2, 1, &[]),
            head(2, 1, &[1, 1, 0]),
            head(2, 1, &[1, 9, 0, 1]),
            head(2, 1, &[0, 0, 0, 1]),
            b"OpusTags00000000000".to_vec(),
        ] {
            let refused = OpusStream::new(&header).err();
            assert!(
                matches!(refused, Some(Error::NotSound { .. })),
                "{header:?}"
            );
        }
        let ambisonic = OpusStream::new(&head(4, 2, &[4, 0, 0, 1, 2, 3])).err();
        assert!(matches!(ambisonic, Some(Error::SoundEncoding { .. })));
    }
}
