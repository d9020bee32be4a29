//! Whether a JPEG file is whole: its decoder paints what is missing grey and says nothing.
//!
//! Source: ITU-T T.81, B.

use std::io::Cursor;

use ::image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::limits::{MAX_ALLOCATION, PICTURE_LIMIT};

/// What a missing part could as well hold, as bits of a scan: no marker is among them.
const FILLED: [u8; 4] = [0x5A, 0x96, 0x3C, 0xA5];
const FILLING: usize = 4096;

/// Whether something of the picture is missing. Cameras leave out the mark of the end and are whole all
/// the same: what is missing is told by its taking another look where other bytes follow.
pub(super) fn is_cut_short(file: &[u8]) -> bool {
    if ends(file).unwrap_or(false) {
        return false;
    }
    let Some(shown) = pixels(file) else {
        // The decoder says what is wrong.
        return false;
    };
    let filling = FILLED.iter().copied().cycle().take(FILLING);
    let filled: Vec<u8> = file
        .iter()
        .copied()
        .chain(filling)
        .chain([0xFF, 0xD9])
        .collect();
    pixels(&filled).is_none_or(|filled| filled != shown)
}

/// Whether the mark of the end follows the last scan; None where the file ends in a segment.
fn ends(file: &[u8]) -> Option<bool> {
    let mut at = 2;
    loop {
        if *file.get(at)? != 0xFF {
            // Nothing but scans has bytes that are no marker's.
            at += memchr::memchr(0xFF, file.get(at..)?)?;
        }
        let marker = *file.get(at + 1)?;
        at += match marker {
            0xD9 => return Some(true),
            // Filled up, a byte of a scan, what has no length
            0xFF => 1,
            0x00 | 0x01 | 0xD0..=0xD8 => 2,
            _ => 2 + usize::from(u16::from_be_bytes([*file.get(at + 2)?, *file.get(at + 3)?])),
        };
    }
}

/// As the decoder gives them, within the limits of every picture.
fn pixels(file: &[u8]) -> Option<DynamicImage> {
    let reader = ImageReader::with_format(Cursor::new(file), ImageFormat::Jpeg);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > PICTURE_LIMIT {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOCATION);
    decoder.set_limits(limits).ok()?;
    DynamicImage::from_decoder(decoder).ok()
}

#[cfg(test)]
mod tests {
    use ::image::RgbImage;

    use super::*;

    /// Something else in every corner, so that no part of it looks like what is missing.
    fn file() -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let picture = RgbImage::from_fn(256, 256, |x, y| {
            ::image::Rgb([(x * 3 + y) as u8, (y * 4) as u8, (x * y / 7) as u8])
        });
        picture.write_to(&mut file, ImageFormat::Jpeg).unwrap();
        file.into_inner()
    }

    #[test]
    fn what_is_missing_is_found() {
        let file = file();
        assert_eq!(ends(&file), Some(true));
        assert!(!is_cut_short(&file));
        for part in [2, 3, 5, 8] {
            assert!(
                is_cut_short(&file[..file.len() * (part - 1) / part]),
                "{part}"
            );
        }
    }

    #[test]
    fn a_whole_picture_needs_no_mark_of_its_end() {
        let file = file();
        let bare = file.strip_suffix(&[0xFF, 0xD9]).unwrap();
        assert_ne!(ends(bare), Some(true));
        assert!(!is_cut_short(bare));
        // What was appended is not the picture's.
        assert!(!is_cut_short(&[file.as_slice(), b"and more \xFF"].concat()));
    }

    #[test]
    fn noise_ends_somewhere() {
        for file in [&b""[..], b"\xFF\xD8", b"\xFF\xD8\xFF\xE0\0\0", &[0xFF; 99]] {
            assert!(!is_cut_short(file));
        }
    }
}
