//! Films that say of themselves that an AI made them: XMP in animated WebP, GIF, APNG and MP4, wherever in
//! the file it stands. Writing is done by whoever writes the film.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

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
    let mut file = File::open(path).ok()?;
    let mut head = [0; 12];
    file.read_exact(&mut head).ok()?;
    let packet = match &head {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => riff(&mut file),
        [b'G', b'I', b'F', ..] => gif(&mut file),
        [0x89, b'P', b'N', b'G', ..] => png(&mut file),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => mp4(&mut file),
        _ => None,
    }?;
    xmp::read(&String::from_utf8_lossy(&packet))
}

fn content(file: &mut File, length: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut part = file.take(length.min(MAX_LABEL));
    part.read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == length).then_some(bytes)
}

fn skip(file: &mut File, length: u64) -> Option<()> {
    file.seek(SeekFrom::Current(i64::try_from(length).ok()?))
        .ok()?;
    Some(())
}

fn riff(file: &mut File) -> Option<Vec<u8>> {
    for _ in 0..MAX_PIECES {
        let mut head = [0; 8];
        file.read_exact(&mut head).ok()?;
        let [a, b, c, d, sizes @ ..] = head;
        let size = u64::from(u32::from_le_bytes(sizes));
        if [a, b, c, d] == *b"XMP " {
            return content(file, size);
        }
        skip(file, size + size % 2)?;
    }
    None
}

fn gif(file: &mut File) -> Option<Vec<u8>> {
    let length = file.metadata().ok()?.len();
    let begin = length.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(begin)).ok()?;
    let tail = content(file, length - begin)?;
    let mut places = tail.windows(GIF_XMP.len());
    let at = places.rposition(|window| window == GIF_XMP)?;
    Some(tail[at + GIF_XMP.len()..].to_vec())
}

fn png(file: &mut File) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(8)).ok()?;
    for _ in 0..MAX_PIECES {
        let mut head = [0; 8];
        file.read_exact(&mut head).ok()?;
        let [a, b, c, d, name @ ..] = head;
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        if name == *b"iTXt" {
            let text = content(file, size)?;
            if let Some(rest) = text.strip_prefix(PNG_XMP.as_bytes()) {
                // A nought, two flags, and two empty texts that end in a nought.
                return rest.get(5..).map(<[u8]>::to_vec);
            }
            skip(file, 4)?;
        } else {
            skip(file, size + 4)?;
        }
    }
    None
}

fn mp4(file: &mut File) -> Option<Vec<u8>> {
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
                return content(file, rest - 16);
            }
            skip(file, rest - 16)?;
        } else {
            skip(file, rest)?;
        }
    }
    None
}
