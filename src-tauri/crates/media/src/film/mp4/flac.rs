//! FLAC (RFC 9639) without compression: mono samples of 16 bits as they are, in frames that players take.
//!
//! Speech under a film is a megabyte or two; an encoder that predicts would halve it and need a crate.

/// Samples of a frame.
pub(super) const FRAME: usize = 4096;

/// One frame, and how many samples it holds.
pub(super) struct FlacFrame {
    pub(super) bytes: Vec<u8>,
    pub(super) samples: u32,
}

/// All samples as frames.
pub(super) fn frames(samples: &[i16]) -> impl Iterator<Item = FlacFrame> {
    let blocks = samples.chunks(FRAME).enumerate();
    blocks.map(|(number, block)| FlacFrame {
        bytes: frame(number as u32, block),
        samples: block.len() as u32,
    })
}

fn frame(number: u32, block: &[i16]) -> Vec<u8> {
    // Fixed blocks; their length in 16 bits at the end of the head; rate as described; mono; 16 bits.
    let mut bytes = vec![0xff, 0xf8, 0x70, 0x08];
    bytes.extend(coded(number));
    bytes.extend((block.len() as u16 - 1).to_be_bytes());
    bytes.push(checksum(&bytes, 8, 0x07) as u8);
    // A subframe as it is.
    bytes.push(0x02);
    bytes.extend(block.iter().flat_map(|sample| sample.to_be_bytes()));
    let sum = checksum(&bytes, 16, 0x8005);
    bytes.extend(sum.to_be_bytes());
    bytes
}

/// A number as UTF-8 would code it.
fn coded(number: u32) -> Vec<u8> {
    if number < 0x80 {
        return vec![number as u8];
    }
    // Each further byte holds six bits, the first one less with each.
    let mut further = 1;
    while further < 6 && number >> (6 * further) >= 1 << (6 - further) {
        further += 1;
    }
    let mark = (0xff_u32 << (7 - further)) & 0xff;
    let mut bytes = vec![(mark | (number >> (6 * further))) as u8];
    bytes.extend(
        (0..further)
            .rev()
            .map(|place| (0x80 | ((number >> (6 * place)) & 0x3f)) as u8),
    );
    bytes
}

/// A cyclic redundancy check of 8 or 16 bits.
fn checksum(bytes: &[u8], bits: u32, polynomial: u16) -> u16 {
    let (top, mask) = (1_u32 << (bits - 1), (1_u32 << bits) - 1);
    let sum = bytes.iter().fold(0_u32, |sum, &byte| {
        (0..8).fold(sum ^ (u32::from(byte) << (bits - 8)), |sum, _| {
            let carry = sum & top != 0;
            ((sum << 1) & mask) ^ if carry { u32::from(polynomial) } else { 0 }
        })
    });
    sum as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_coded_as_utf_8() {
        for number in [0, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x1_0000] {
            let character = char::from_u32(number).unwrap();
            let mut utf8 = [0; 4];
            assert_eq!(coded(number), character.encode_utf8(&mut utf8).as_bytes());
        }
    }

    #[test]
    fn checksums_are_those_of_the_catalogue() {
        // CRC-8/SMBUS and CRC-16/UMTS over "123456789".
        assert_eq!(checksum(b"123456789", 8, 0x07), 0xf4);
        assert_eq!(checksum(b"123456789", 16, 0x8005), 0xfee8);
    }
}
