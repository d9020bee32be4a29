//! What a sequence parameter set of H.264 says (ITU-T H.264, 7.3.2.1.1 and annex E).

use std::fmt::Write as _;

/// Of a sequence of pictures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::clip) struct Sps {
    profile: u8,
    /// 0 without colours, 1 with a pair for four pixels, 2 for two, 3 for each.
    chroma_format: u32,
    /// Bits a value.
    depth: u32,
    lossless: bool,
    interlaced: bool,
    pub(in crate::clip) width: u32,
    pub(in crate::clip) height: u32,
    /// How wide a pixel is for how high.
    pub(in crate::clip) pixel_aspect: Option<(u32, u32)>,
    pub(in crate::clip) full_range: Option<bool>,
    /// As H.273 numbers them.
    pub(in crate::clip) matrix: Option<u16>,
}

impl Sps {
    /// Reads a parameter set with its head of one byte; None where it is broken.
    pub(in crate::clip) fn read(piece: &[u8]) -> Option<Self> {
        let bytes = without_escapes(piece.get(1..)?);
        let mut bits = Bits {
            bytes: &bytes,
            at: 0,
        };
        let mut sps = Self {
            profile: bits.take(8)? as u8,
            chroma_format: 1,
            depth: 8,
            ..Self::default()
        };
        bits.take(16)?;
        bits.exponential()?;
        // The profiles that say more of colours.
        if [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135].contains(&sps.profile) {
            sps.colours(&mut bits)?;
        }
        bits.exponential()?;
        order_of_pictures(&mut bits)?;
        bits.exponential()?;
        bits.take(1)?;
        sps.size(&mut bits)?;
        if bits.flag()? {
            // What is broken here takes nothing from the rest.
            let _ = sps.usability(&mut bits);
        }
        Some(sps)
    }

    fn colours(&mut self, bits: &mut Bits<'_>) -> Option<()> {
        self.chroma_format = bits.exponential()?;
        if self.chroma_format == 3 {
            bits.take(1)?;
        }
        let luma = bits.exponential()?;
        let chroma = bits.exponential()?;
        self.depth = 8 + luma.max(chroma).min(8);
        self.lossless = bits.flag()?;
        if bits.flag()? {
            let lists = if self.chroma_format == 3 { 12 } else { 8 };
            for list in 0..lists {
                if bits.flag()? {
                    scaling_list(bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
        Some(())
    }

    fn size(&mut self, bits: &mut Bits<'_>) -> Option<()> {
        let blocks = |count: u32| count.checked_add(1)?.checked_mul(16);
        self.width = blocks(bits.exponential()?)?;
        self.height = blocks(bits.exponential()?)?;
        self.interlaced = !bits.flag()?;
        if self.interlaced {
            self.height = self.height.checked_mul(2)?;
            bits.take(1)?;
        }
        bits.take(1)?;
        if bits.flag()? {
            let mut cut = [0; 4];
            for side in &mut cut {
                *side = bits.exponential()?;
            }
            let across = if matches!(self.chroma_format, 1 | 2) {
                2
            } else {
                1
            };
            let down = if self.chroma_format == 1 { 2 } else { 1 };
            let down = down * if self.interlaced { 2 } else { 1 };
            let sides = |a: u32, b: u32, unit: u32| a.checked_add(b)?.checked_mul(unit);
            self.width = self.width.checked_sub(sides(cut[0], cut[1], across)?)?;
            self.height = self.height.checked_sub(sides(cut[2], cut[3], down)?)?;
        }
        Some(())
    }

    /// Video usability information, as far as it is of use here.
    fn usability(&mut self, bits: &mut Bits<'_>) -> Option<()> {
        if bits.flag()? {
            self.pixel_aspect = match bits.take(8)? {
                255 => Some((bits.take(16)?, bits.take(16)?)),
                number => PIXEL_ASPECTS.get(number as usize).copied(),
            };
        }
        if bits.flag()? {
            bits.take(1)?;
        }
        if bits.flag()? {
            bits.take(3)?;
            self.full_range = Some(bits.flag()?);
            if bits.flag()? {
                bits.take(16)?;
                self.matrix = Some(bits.take(8)? as u16);
            }
        }
        Some(())
    }

    /// What keeps the decoder from reading such pictures, in words for a person; None where nothing does.
    pub(in crate::clip) fn undecodable(&self) -> Option<String> {
        let mut why = Vec::new();
        if self.depth > 8 {
            why.push(format!("{} bits a colour", self.depth));
        }
        match self.chroma_format {
            // What is decoded of it is right in its first picture alone.
            0 => why.push("grey, without colour".to_owned()),
            2 => why.push("4:2:2 colour".to_owned()),
            3 => why.push("4:4:4 colour".to_owned()),
            _ => {}
        }
        if self.interlaced {
            why.push("interlaced".to_owned());
        }
        if self.lossless {
            why.push("lossless".to_owned());
        }
        if why.is_empty() {
            return None;
        }
        let mut name = "H.264".to_owned();
        // Writing to a String cannot fail.
        let _ = write!(name, " ({})", why.join(", "));
        Some(name)
    }
}

/// Annex E, table E-1.
const PIXEL_ASPECTS: [(u32, u32); 17] = [
    (0, 0),
    (1, 1),
    (12, 11),
    (10, 11),
    (16, 11),
    (40, 33),
    (24, 11),
    (20, 11),
    (32, 11),
    (80, 33),
    (18, 11),
    (15, 11),
    (64, 33),
    (160, 99),
    (4, 3),
    (3, 2),
    (2, 1),
];

fn order_of_pictures(bits: &mut Bits<'_>) -> Option<()> {
    match bits.exponential()? {
        0 => {
            bits.exponential()?;
        }
        1 => {
            bits.take(1)?;
            bits.exponential()?;
            bits.exponential()?;
            let cycle = bits.exponential()?;
            if cycle > 255 {
                return None;
            }
            for _ in 0..cycle {
                bits.exponential()?;
            }
        }
        _ => {}
    }
    Some(())
}

fn scaling_list(bits: &mut Bits<'_>, length: u32) -> Option<()> {
    let (mut last, mut next) = (8_i64, 8_i64);
    for _ in 0..length {
        if next != 0 {
            let code = i64::from(bits.exponential()?);
            // Signed: 1, -1, 2, -2 …
            let delta = if code % 2 == 1 {
                (code + 1) / 2
            } else {
                -(code / 2)
            };
            next = (last + delta).rem_euclid(256);
        }
        if next != 0 {
            last = next;
        }
    }
    Some(())
}

/// Two zeros are never followed by a small number in a stream: a 3 is put between, and taken out here.
fn without_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut zeros = 0;
    for &byte in bytes {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        plain.push(byte);
    }
    plain
}

/// Bits from the highest to the lowest.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// At most 32.
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut value = 0_u32;
        for _ in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn flag(&mut self) -> Option<bool> {
        Some(self.take(1)? == 1)
    }

    /// An exponential Golomb code (9.1).
    fn exponential(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1 << zeros) - 1 + self.take(zeros)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_x264_says_its_size_its_pixels_and_its_colours() {
        // 48 x 32 with pixels of 4 to 3, from ffmpeg; no colours named.
        let plain = [
            0x67, 0x64, 0x00, 0x0a, 0xac, 0xd9, 0x4c, 0x5b, 0x01, 0xc8, 0x00, 0x00, 0x03, 0x00,
            0x08, 0x00, 0x00, 0x03, 0x00, 0xa0, 0x78, 0x91, 0x32, 0xc0,
        ];
        for end in 0..plain.len() {
            // No panic wherever it breaks off.
            let _ = Sps::read(&plain[..end]);
        }
        assert!(Sps::read(&plain).is_some());
    }

    #[test]
    fn escapes_are_taken_out_and_codes_read() {
        assert_eq!(
            without_escapes(&[0, 0, 3, 1, 0, 0, 0, 3]),
            [0, 0, 1, 0, 0, 0]
        );
        // 1, 010, 011, 00100 are 0, 1, 2, 3.
        let mut bits = Bits {
            bytes: &[0b1010_0110, 0b0100_0000],
            at: 0,
        };
        let codes: Vec<_> = (0..4).filter_map(|_| bits.exponential()).collect();
        assert_eq!(codes, [0, 1, 2, 3]);
        let mut endless = Bits {
            bytes: &[0; 8],
            at: 0,
        };
        assert_eq!(endless.exponential(), None);
    }

    #[test]
    fn what_cannot_be_decoded_is_named() {
        let sps = Sps {
            depth: 10,
            chroma_format: 3,
            interlaced: true,
            ..Sps::default()
        };
        let named = "H.264 (10 bits a colour, 4:4:4 colour, interlaced)";
        assert_eq!(sps.undecodable().as_deref(), Some(named));
        let plain = Sps {
            depth: 8,
            chroma_format: 1,
            ..Sps::default()
        };
        assert_eq!(plain.undecodable(), None);
    }
}
