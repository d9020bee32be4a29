//! Films that say of themselves that an AI made them: XMP in animated WebP, GIF, APNG and MP4, wherever in
//! the file it stands. Writing is done by whoever writes the film.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use flate2::Crc;

use super::{Claim, picture::PNG_XMP, xmp};

/// Read as a label; a longer one is none of ours.
const MAX_LABEL: u64 = 16 << 20;
/// Pieces looked at before a file is taken for one that has no label.
const MAX_PIECES: usize = 1_000_000;
/// A GIF's label stands at its end.
const TAIL: u64 = 4 << 20;
/// What an application extension with XMP begins with (XMP specification, part 3).
const GIF_XMP: &[u8] = b"XMP DataXMP";
const MP4_XMP: [u8; 16] = crate::films::XMP_UUID;

/// What a film's file claims. `None` when it carries no `AIGC` label. The file is a stranger's: whatever
/// is wrong with it, it claims nothing more.
pub fn read(path: &Path) -> Option<Claim> {
    read_from(&mut File::open(path).ok()?)
}

/// The same of a file's bytes.
pub(crate) fn read_from(file: &mut (impl Read + Seek)) -> Option<Claim> {
    let place = place(file)?;
    file.seek(SeekFrom::Start(place.begin)).ok()?;
    let packet = content(file, place.length)?;
    xmp::read(&String::from_utf8_lossy(&packet))
}

/// Puts another label in the place of a film's own, which must be as long at least: XMP may end in white
/// space. Films hold their label where nothing points behind it.
///
/// # Errors
/// Those of the disk; `InvalidData` for a film without a label, or with a shorter one.
pub(crate) fn replace(file: &mut File, packet: &str) -> io::Result<()> {
    let wrong = || io::Error::from(io::ErrorKind::InvalidData);
    file.rewind()?;
    let place = place(file).ok_or_else(wrong)?;
    let (content, end) = packet.split_once(END).ok_or_else(wrong)?;
    let room = place.length.checked_sub(packet.len() as u64);
    let padding = " ".repeat(usize::try_from(room.ok_or_else(wrong)?).map_err(|_| wrong())?);
    let packet = [content, &padding, END, end].concat();
    file.seek(SeekFrom::Start(place.begin))?;
    file.write_all(packet.as_bytes())?;
    if let Some(text) = place.checked {
        // The checksum of a PNG's chunk stands behind it, over its name and all of its content.
        file.seek(SeekFrom::Start(text))?;
        let mut sum = Crc::new();
        let length = place.begin + place.length - text;
        let mut chunk = vec![0; usize::try_from(length).map_err(|_| wrong())?];
        file.read_exact(&mut chunk)?;
        sum.update(&chunk);
        file.write_all(&sum.sum().to_be_bytes())?;
    }
    Ok(())
}

/// Where a label's packet lies in a file.
struct Place {
    begin: u64,
    length: u64,
    /// Where the name of the chunk stands that carries a checksum.
    checked: Option<u64>,
}

/// What an XMP packet ends with, and a packet's white space stands before.
const END: &str = "<?xpacket end";

fn place(file: &mut (impl Read + Seek)) -> Option<Place> {
    let mut head = [0; 12];
    file.read_exact(&mut head).ok()?;
    let place = match &head {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => riff(file),
        [b'G', b'I', b'F', ..] => gif(file),
        [0x89, b'P', b'N', b'G', ..] => png(file),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => mp4(file),
        _ => None,
    }?;
    (place.length <= MAX_LABEL).then_some(place)
}

/// From where the file is read at on.
fn here(file: &mut (impl Read + Seek), length: u64) -> Option<Place> {
    Some(Place {
        begin: file.stream_position().ok()?,
        length,
        checked: None,
    })
}

fn content(file: &mut (impl Read + Seek), length: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut part = file.by_ref().take(length.min(MAX_LABEL));
    part.read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == length).then_some(bytes)
}

fn skip(file: &mut (impl Read + Seek), length: u64) -> Option<()> {
    file.seek(SeekFrom::Current(i64::try_from(length).ok()?))
        .ok()?;
    Some(())
}

fn riff(file: &mut (impl Read + Seek)) -> Option<Place> {
    for _ in 0..MAX_PIECES {
        let mut head = [0; 8];
        file.read_exact(&mut head).ok()?;
        let [a, b, c, d, sizes @ ..] = head;
        let size = u64::from(u32::from_le_bytes(sizes));
        if [a, b, c, d] == *b"XMP " {
            return here(file, size);
        }
        skip(file, size + size % 2)?;
    }
    None
}

fn gif(file: &mut (impl Read + Seek)) -> Option<Place> {
    let length = file.seek(SeekFrom::End(0)).ok()?;
    let begin = length.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(begin)).ok()?;
    let tail = content(file, length - begin)?;
    let mut places = tail.windows(GIF_XMP.len());
    let at = places.rposition(|window| window == GIF_XMP)? + GIF_XMP.len();
    // Bytes follow it that bring other readers back.
    let packet = &tail[at..];
    let mut ends = packet.windows(END.len());
    let end = ends.position(|window| window == END.as_bytes())?;
    let close = packet[end..].iter().position(|byte| *byte == b'>')?;
    Some(Place {
        begin: begin + at as u64,
        length: (end + close + 1) as u64,
        checked: None,
    })
}

fn png(file: &mut (impl Read + Seek)) -> Option<Place> {
    file.seek(SeekFrom::Start(8)).ok()?;
    for _ in 0..MAX_PIECES {
        let mut head = [0; 8];
        file.read_exact(&mut head).ok()?;
        let [a, b, c, d, name @ ..] = head;
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        if name == *b"iTXt" {
            let begin = file.stream_position().ok()?;
            let text = content(file, size)?;
            // A nought, two flags, and two empty texts that end in a nought.
            let head = PNG_XMP.len() as u64 + 5;
            if text.starts_with(PNG_XMP.as_bytes()) && size >= head {
                return Some(Place {
                    begin: begin + head,
                    length: size - head,
                    checked: Some(begin - 4),
                });
            }
            skip(file, 4)?;
        } else {
            skip(file, size + 4)?;
        }
    }
    None
}

fn mp4(file: &mut (impl Read + Seek)) -> Option<Place> {
    file.seek(SeekFrom::Start(0)).ok()?;
    for _ in 0..MAX_PIECES {
        let mut head = [0; 8];
        file.read_exact(&mut head).ok()?;
        let [a, b, c, d, name @ ..] = head;
        let (mut size, mut read) = (u64::from(u32::from_be_bytes([a, b, c, d])), 8);
        if size == 1 {
            let mut large = [0; 8];
            file.read_exact(&mut large).ok()?;
            (size, read) = (u64::from_be_bytes(large), 16);
        }
        let rest = size.checked_sub(read)?;
        if name == *b"uuid" && rest >= 16 {
            let mut kind = [0; 16];
            file.read_exact(&mut kind).ok()?;
            if kind == MP4_XMP {
                return here(file, rest - 16);
            }
            skip(file, rest - 16)?;
        } else {
            skip(file, rest)?;
        }
    }
    None
}
