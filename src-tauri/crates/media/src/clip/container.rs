//! What a file is, by its first bytes.

/// So many are looked at.
pub(super) const HEAD: u64 = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Y4m,
    /// And MOV.
    Mp4,
    /// And `WebM`.
    Matroska,
    Avi,
    Gif,
    Png,
    WebP,
    /// What may be a still picture, or is one that is named where pictures are read.
    Picture,
    /// A film that is not opened here, by its name.
    Other(&'static str),
    Unknown,
}

impl Container {
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [b'Y', b'U', b'V', b'4', b'M', b'P', b'E', b'G', b'2', ..] => Self::Y4m,
            [b'G', b'I', b'F', b'8', ..] => Self::Gif,
            [0x89, b'P', b'N', b'G', ..] => Self::Png,
            [0x1a, 0x45, 0xdf, 0xa3, ..] => Self::Matroska,
            [b'R', b'I', b'F', b'F' | b'X', _, _, _, _, kind @ ..] => Self::riff(kind),
            [_, _, _, _, kind @ ..] if is_mp4(kind) => Self::Mp4,
            [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, ..] => Self::Other("WMV (Windows Media)"),
            [b'F', b'L', b'V', 1, ..] => Self::Other("FLV (Flash Video)"),
            [b'.', b'R', b'M', b'F', ..] => Self::Other("RealMedia"),
            [b'O', b'g', b'g', b'S', ..] => Self::Other("Ogg (Theora)"),
            [0, 0, 1, 0xba, ..] => Self::Other("MPEG (VOB, MPG)"),
            [0, 0, 1, 0xb3, ..] => Self::Other("MPEG"),
            [b'D', b'K', b'I', b'F', ..] => {
                Self::Other("IVF (VP8, VP9 or AV1 without a container)")
            }
            _ if is_stream(head, 0) || is_stream(head, 4) => {
                Self::Other("MPEG transport stream (TS, M2TS)")
            }
            [0, 0, 0, 1, unit, ..] | [0, 0, 1, unit, ..] if matches!(unit & 0x9f, 7 | 9) => {
                Self::Other("H.264 without a container")
            }
            _ if is_picture(head) => Self::Picture,
            _ => Self::Unknown,
        }
    }

    fn riff(kind: &[u8]) -> Self {
        match kind {
            [b'A', b'V', b'I', b' ', ..] => Self::Avi,
            [b'W', b'E', b'B', b'P', ..] => Self::WebP,
            _ => Self::Unknown,
        }
    }
}

/// By the name of the first box, and what the file says it is.
fn is_mp4(kind: &[u8]) -> bool {
    const FIRST: [&[u8; 4]; 8] = [
        b"ftys", b"moov", b"mdat", b"wide", b"styp", b"pnot", b"free", b"skip",
    ];
    // Pictures in the same boxes.
    const PICTURES: [&[u8; 4]; 6] = [b"heic", b"heix", b"mif1", b"avif", b"avis", b"crx "];
    let Some((name, rest)) = kind.split_first_chunk::<4>() else {
        return false;
    };
    let is_picture = || PICTURES.iter().any(|brand| rest.starts_with(*brand));
    FIRST.contains(&name) || name == b"ftyp" && !is_picture()
}

/// Packets of 188 bytes that begin with `G`, or of 192 where four bytes are before each.
fn is_stream(head: &[u8], before: usize) -> bool {
    let at = |packet: usize| head.get(packet * (188 + before) + before) == Some(&0x47);
    at(0) && at(1) && at(2)
}

/// What readers of pictures read, or name: they know more of it.
fn is_picture(head: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 10] = [
        b"\xff\xd8",
        b"BM",
        b"II*\0",
        b"MM\0*",
        b"\xff\x0a",
        b"\0\0\0\x0cJ",
        b"\0\0\0\x0cj",
        b"%PDF",
        b"8BPS",
        b"\0\0\x01\0",
    ];
    let text = String::from_utf8_lossy(head.get(..256).unwrap_or(head));
    let text = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    BEGINNINGS.iter().any(|begin| head.starts_with(begin))
        || head.get(4..8) == Some(b"ftyp")
        || text.starts_with("<svg")
        || text.starts_with("<?xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_how_they_begin() {
        let rows: [(&[u8], Container); 12] = [
            (b"\0\0\0\x18ftypisom", Container::Mp4),
            (b"\0\0\0\x08wide\0\0", Container::Mp4),
            (b"\0\0\0\x18ftypheic", Container::Picture),
            (b"\0\0\0\x18ftypavif", Container::Picture),
            (b"RIFF\0\0\0\0AVI LIST", Container::Avi),
            (b"RIFF\0\0\0\0WEBPVP8X", Container::WebP),
            (b"RIFF\0\0\0\0WAVEfmt ", Container::Unknown),
            (b"\x1a\x45\xdf\xa3", Container::Matroska),
            (b"FLV\x01\x05", Container::Other("FLV (Flash Video)")),
            (
                b"\0\0\0\x01\x67\x64",
                Container::Other("H.264 without a container"),
            ),
            (b"hello there", Container::Unknown),
            (b"", Container::Unknown),
        ];
        for (head, right) in rows {
            assert_eq!(Container::of(head), right, "{head:?}");
        }
        let mut stream = vec![0; 600];
        for packet in 0..3 {
            stream[packet * 188] = 0x47;
        }
        assert!(matches!(Container::of(&stream), Container::Other(name) if name.contains("TS")));
    }
}
