//! XMP packets in files that keep one: WebP, PNG, JPEG, GIF and MP4, stills and films, wherever in the file
//! they stand; and the `AIGC` text of a PNG, which is the alternative of the standard's annex. Writing is
//! done by those who write the pictures.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

use flate2::Crc;

use super::{
    label::Claim,
    xmp::{self, GIF_XMP, JPEG_XMP, MP4_XMP, PNG_XMP},
};
use crate::container::{Container, Piece, Pieces, content};

/// Bytes of a label; a longer one is not Quartet's and is not read.
const MAX_LABEL: u64 = 16 << 20;
/// A GIF's label stands at its end.
const TAIL: u64 = 4 << 20;
/// What stands before the JSON in a PNG's text.
const PNG_AIGC: &[u8] = b"AIGC\0";

/// What a picture's or film's file claims. `None` when it carries no `AIGC` label.
pub(super) fn read(file: &mut (impl Read + Seek)) -> Option<Claim> {
    let Some(Place { packet, .. }) = place(file) else {
        return png_text(file);
    };
    let packet = content(file, &packet, MAX_LABEL)?;
    xmp::read(&String::from_utf8_lossy(&packet))
}

/// A file's XMP, whoever wrote it.
pub(super) fn packet(file: &mut (impl Read + Seek)) -> Option<String> {
    let Place { packet, .. } = place(file)?;
    let packet = content(file, &packet, MAX_LABEL)?;
    Some(String::from_utf8_lossy(&packet).into_owned())
}

fn png_text(file: &mut (impl Read + Seek)) -> Option<Claim> {
    if container(file)? != Kind::Pieces(Container::Png) {
        return None;
    }
    let mut pieces = Pieces::new(file, Container::Png);
    while let Some(piece) = pieces.next() {
        if piece.name == *b"tEXt"
            && let Some(text) = pieces.content(&piece, MAX_LABEL)
            && let Some(json) = text.strip_prefix(PNG_AIGC)
        {
            return Some(Claim {
                aigc: serde_json::from_slice(json).ok()?,
                ..Claim::default()
            });
        }
    }
    None
}

/// Puts another label in the place of a film's own, which must be as long at least: XMP may end in white
/// space. Films hold their label where nothing points behind it.
///
/// # Errors
/// Those of the disk; `InvalidData` for a film without a label, or with a shorter one.
pub(crate) fn replace(file: &mut File, packet: &str) -> io::Result<()> {
    let wrong = || io::Error::from(io::ErrorKind::InvalidData);
    let place = place(file).ok_or_else(wrong)?;
    let (content, end) = packet.split_once(END).ok_or_else(wrong)?;
    let room = place.packet.length.checked_sub(packet.len() as u64);
    let padding = " ".repeat(usize::try_from(room.ok_or_else(wrong)?).map_err(|_| wrong())?);
    let packet = [content, &padding, END, end].concat();
    file.seek(SeekFrom::Start(place.packet.begin))?;
    file.write_all(packet.as_bytes())?;
    if let Some(text) = place.checked {
        // The checksum of a PNG's chunk stands behind it, over its name and all of its content.
        file.seek(SeekFrom::Start(text))?;
        let mut sum = Crc::new();
        let length = place.packet.begin + place.packet.length - text;
        let mut chunk = vec![0; usize::try_from(length).map_err(|_| wrong())?];
        file.read_exact(&mut chunk)?;
        sum.update(&chunk);
        file.write_all(&sum.sum().to_be_bytes())?;
    }
    Ok(())
}

/// Where a label's packet is in a file.
struct Place {
    packet: Piece,
    /// Where the name of the chunk stands that carries a checksum.
    checked: Option<u64>,
}

/// What an XMP packet ends with, and a packet's white space stands before.
const END: &str = "<?xpacket end";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pieces(Container),
    Gif,
}

fn container(file: &mut (impl Read + Seek)) -> Option<Kind> {
    let mut head = [0; 12];
    file.rewind().ok()?;
    let read = file.read(&mut head).ok()?;
    Some(match &head[..read] {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => {
            Kind::Pieces(Container::Riff)
        }
        [b'G', b'I', b'F', ..] => Kind::Gif,
        [0x89, b'P', b'N', b'G', ..] => Kind::Pieces(Container::Png),
        [0xff, 0xd8, ..] => Kind::Pieces(Container::Jpeg),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Kind::Pieces(Container::Bmff),
        _ => return None,
    })
}

fn place(file: &mut (impl Read + Seek)) -> Option<Place> {
    let container = match container(file)? {
        Kind::Pieces(container) => container,
        Kind::Gif => return gif(file),
    };
    let mut pieces = Pieces::new(file, container);
    while let Some(piece) = pieces.next() {
        // What stands before the packet in a piece of this name.
        let (head, fixed): (&[u8], usize) = match (container, &piece.name) {
            (Container::Riff, b"XMP ") => (&[], 0),
            // Two flags and two empty texts, each ended by a zero, behind that of the keyword.
            (Container::Png, b"iTXt") => (PNG_XMP.as_bytes(), 5),
            (Container::Bmff, b"uuid") => (&MP4_XMP, 0),
            (Container::Jpeg, b"\xff\xe1\0\0") => (JPEG_XMP, 0),
            _ => continue,
        };
        let head_length = (head.len() + fixed) as u64;
        let start = Piece {
            length: piece.length.min(head.len() as u64),
            ..piece
        };
        if piece.length < head_length || pieces.content(&start, MAX_LABEL)? != head {
            continue;
        }
        let packet = Piece {
            begin: piece.begin + head_length,
            length: piece.length - head_length,
            ..piece
        };
        let checked = (container == Container::Png).then(|| piece.begin - 4);
        return (packet.length <= MAX_LABEL).then_some(Place { packet, checked });
    }
    None
}

fn gif(file: &mut (impl Read + Seek)) -> Option<Place> {
    let length = file.seek(SeekFrom::End(0)).ok()?;
    let begin = length.saturating_sub(TAIL);
    let mut packet = Piece {
        name: *b"GIF8",
        begin,
        length: length - begin,
    };
    let tail = content(file, &packet, TAIL)?;
    let mut places = tail.windows(GIF_XMP.len());
    let at = places.rposition(|window| window == GIF_XMP)? + GIF_XMP.len();
    // Bytes follow it that lead other readers back.
    let rest = &tail[at..];
    let mut ends = rest.windows(END.len());
    let end = ends.position(|window| window == END.as_bytes())?;
    let close = rest[end..].iter().position(|byte| *byte == b'>')?;
    packet.begin += at as u64;
    packet.length = (end + close + 1) as u64;
    Some(Place {
        packet,
        checked: None,
    })
}
