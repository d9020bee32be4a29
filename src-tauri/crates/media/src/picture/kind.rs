//! What a file is that cannot be read as a picture, by its first bytes: people are told its name, and what to
//! do, instead of that it is damaged.
//!
//! Names are proper ones, the same in every language.

use super::tiff;

/// Bytes of a file that are looked at.
const HEAD: usize = 4096;

/// What files begin with.
const SIGNATURES: [(&[u8], &str); 37] = [
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"II\xbc", "JPEG XR"),
    (b"\x8aMNG", "MNG"),
    (b"%PDF-", "PDF"),
    (b"%!PS", "PostScript"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"8BPS", "Photoshop PSD"),
    (b"gimp xcf", "GIMP XCF"),
    (b"BPG\xfb", "BPG"),
    (b"qoif", "QOI"),
    (b"DDS ", "DDS"),
    (b"farbfeld", "farbfeld"),
    (b"v/1\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"#?RGBE", "Radiance HDR"),
    (b"icns", "ICNS"),
    (b"/* XPM */", "XPM"),
    (b"id=ImageMagick", "MIFF"),
    (b"\x01\xda", "SGI"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
    (b"AT&TFORM", "DjVu"),
    (b"FUJIFILMCCD-RAW", "Fujifilm RAF"),
    (b"IIRO", "Olympus ORF"),
    (b"IIRS", "Olympus ORF"),
    (b"IIU\0", "Panasonic RW2"),
    (b"\0\x05\x16\x07", "AppleDouble"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"\x1aE\xdf\xa3", "Matroska / WebM"),
    (b"ID3", "MP3"),
    (b"fLaC", "FLAC"),
    (b"OggS", "Ogg"),
];

/// The kind of a file that nothing here decodes as a picture; None where its beginning does not say.
pub(super) fn named(file: &[u8]) -> Option<&'static str> {
    let head = &file[..file.len().min(HEAD)];
    let signed = SIGNATURES.iter().find(|(start, _)| head.starts_with(start));
    if let Some((_, name)) = signed {
        return Some(name);
    }
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', rest @ ..] => Some(brand(rest)),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'A',
            b'V',
            b'E',
            ..,
        ] => Some("WAV"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'A',
            b'V',
            b'I',
            b' ',
            ..,
        ] => Some("AVI"),
        [b'P', b'1'..=b'7', b' ' | b'\n' | b'\r' | b'\t' | b'#', ..] => Some("PNM"),
        [0x0a, 0..=5, 0 | 1, 1 | 2 | 4 | 8, ..] => Some("PCX"),
        // How many pictures there are tells them from a TGA without colours of its own.
        [0, 0, 1, 0, count, 0, ..] if *count > 0 => Some("ICO"),
        [0, 0, 2, 0, count, 0, ..] if *count > 0 => Some("CUR"),
        [_, 0, 2 | 3 | 10 | 11, 0, 0, 0, 0, 0, ..] if is_tga(head) => Some("TGA"),
        _ if head.get(128..132) == Some(b"DICM") => Some("DICOM"),
        _ if head.get(40..44) == Some(b" EMF") => Some("EMF"),
        _ => text(head),
    }
}

/// A TGA says nothing of itself: sizes and bits must be plausible.
fn is_tga(head: &[u8]) -> bool {
    let has_size = |at: usize| head.get(at..at + 2).is_some_and(|size| size != [0, 0]);
    let bits = head.get(16).copied().unwrap_or_default();
    has_size(12) && has_size(14) && [8, 16, 24, 32].contains(&bits)
}

/// What the brands of an ISO base media file stand for: the main one, then those it is compatible with.
fn brand(rest: &[u8]) -> &'static str {
    let main = rest.get(..4).unwrap_or_default();
    let compatible = rest.get(8..64.min(rest.len())).unwrap_or_default();
    for brand in [main].into_iter().chain(compatible.chunks_exact(4)) {
        match brand {
            b"avif" | b"avis" => return "AVIF",
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => return "HEIC",
            b"crx " => return "Canon CR3",
            b"j2ki" | b"jp2 " => return "JPEG 2000",
            _ => {}
        }
    }
    match main {
        b"mif1" | b"msf1" => "HEIF",
        _ => "MP4",
    }
}

/// Pictures, and what is taken for pictures, that are written in words.
fn text(head: &[u8]) -> Option<&'static str> {
    let plain: Vec<u8> = match head {
        // Of UTF-16 every other byte is a Latin letter.
        [0xff, 0xfe, rest @ ..] => rest.iter().copied().step_by(2).collect(),
        [0xfe, 0xff, rest @ ..] => rest.iter().copied().skip(1).step_by(2).collect(),
        [0xef, 0xbb, 0xbf, rest @ ..] => rest.to_vec(),
        _ => head.to_vec(),
    };
    let words = String::from_utf8_lossy(&plain).to_ascii_lowercase();
    let start = words.trim_start();
    if start.starts_with("%pdf-") {
        return Some("PDF");
    }
    if !start.starts_with('<') {
        return None;
    }
    if start.contains("<svg") {
        return Some("SVG");
    }
    (start.starts_with("<!doctype html") || start.contains("<html")).then_some("HTML")
}

/// Cameras write their raw files as TIFF whose first picture is a thumbnail: that is not what people mean.
pub(super) fn raw_tiff(file: &[u8]) -> Option<&'static str> {
    if file.get(8..10) == Some(b"CR") {
        return Some("Canon CR2");
    }
    let (mut is_reduced, mut has_others, mut has_maker) = (false, false, false);
    for entry in tiff::entries(file) {
        match entry.tag {
            // DNG's version.
            50_706 => return Some("DNG"),
            // What kind of picture the first one is: bit 0 says that it is a reduced one.
            254 => is_reduced = entry.value & 1 == 1,
            271 => has_maker = true,
            330 => has_others = true,
            _ => {}
        }
    }
    (is_reduced && (has_others || has_maker)).then_some("RAW")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_called_by_its_name() {
        let avif_in_heif = b"\0\0\0\x20ftypmif1\0\0\0\0mif1avifmiaf";
        for (file, name) in [
            (&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], "HEIC"),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf", "HEIF"),
            (b"\0\0\0\x18ftypavif\0\0\0\0mif1", "AVIF"),
            (avif_in_heif, "AVIF"),
            (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "Canon CR3"),
            (b"\0\0\0\x18ftypisom\0\0\0\x01isom", "MP4"),
            (b"\xff\x0a\x00", "JPEG XL"),
            (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
            (b"%PDF-1.7\n", "PDF"),
            (
                b"\xef\xbb\xbf<?xml version=\"1.0\"?><svg xmlns=\"x\">",
                "SVG",
            ),
            (b"\xff\xfe<\0s\0v\0g\0 \0", "SVG"),
            (b"<!-- a drawing -->\n<svg>", "SVG"),
            (b"\n<!DOCTYPE html><title>404", "HTML"),
            (b"8BPS\0\x01", "Photoshop PSD"),
            (b"\0\0\x01\0\x01\0\x08\x08", "ICO"),
            (b"\0\0\x02\0\0\0\0\0\0\0\0\0\x08\0\x08\0\x18\0", "TGA"),
            (b"P6\n2 2\n255\n", "PNM"),
            (b"RIFF\0\0\0\0WAVEfmt ", "WAV"),
        ] {
            assert_eq!(named(file), Some(name), "{file:?}");
        }
        for file in [
            &b""[..],
            b"words",
            b"Patience",
            b"<",
            b"\x89PNG",
            b"\xff\xfe",
            b"RIFF",
            &[0; 40],
        ] {
            assert_eq!(named(file), None, "{file:?}");
        }
    }

    /// A TIFF head with one directory of such entries.
    fn tiff(entries: &[(u16, u32)]) -> Vec<u8> {
        let mut file = b"II*\0\x08\0\0\0".to_vec();
        file.extend((entries.len() as u16).to_le_bytes());
        for (tag, value) in entries {
            file.extend(tag.to_le_bytes());
            file.extend([4, 0, 1, 0, 0, 0]);
            file.extend(value.to_le_bytes());
        }
        file
    }

    #[test]
    fn raw_files_of_cameras_are_no_tiff() {
        assert_eq!(raw_tiff(&tiff(&[(254, 1), (50_706, 1)])), Some("DNG"));
        assert_eq!(raw_tiff(&tiff(&[(254, 1), (330, 9)])), Some("RAW"));
        assert_eq!(raw_tiff(b"II*\0\x10\0\0\0CR\x02\0"), Some("Canon CR2"));
        for scan in [tiff(&[(254, 0), (271, 9)]), tiff(&[]), b"II*\0".to_vec()] {
            assert_eq!(raw_tiff(&scan), None);
        }
    }
}
