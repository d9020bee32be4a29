//! Whether a sound file is as long as it says. What is missing is told from what files say of their
//! bytes; one that says nothing of them, as most Ogg and many MP3 files, counts as whole.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
};

/// Lengths that recorders write before they know them: `0x7FFF_F000`, all ones.
const UNKNOWN: u64 = 0x7FFF_0000;
/// Chunks and boxes looked at.
const MOST: usize = 4096;
/// MP3 files are written with a few bytes more or less than their first frame says.
const SPARE: u64 = 2048;

/// Whether the file ends before what it says it holds; leaves it at any place.
pub(super) fn is_cut_short(file: &mut File, length: u64) -> bool {
    let mut head = [0; 12];
    let head = match bytes(file, 0, &mut head) {
        Ok(()) => head,
        Err(_) => return false,
    };
    let cut = match &head {
        [b'R', b'I', b'F', b'F', .., b'W', b'A', b'V', b'E'] => riff(file, length),
        [
            b'F',
            b'O',
            b'R',
            b'M',
            size @ ..,
            b'A',
            b'I',
            b'F',
            b'F' | b'C',
        ] => {
            let size = u64::from(u32::from_be_bytes(*size));
            Ok(size < UNKNOWN && size + 8 > length + 1)
        }
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => boxes(file, length),
        [0x1A, 0x45, 0xDF, 0xA3, ..] => ebml(file, length),
        [b'I', b'D', b'3', ..] | [0xFF, 0xE0..=0xFF, ..] => mp3(file, &head, length),
        _ => Ok(false),
    };
    // One that cannot be read tells it when it is read.
    cut.unwrap_or(false)
}

fn bytes(file: &mut File, place: u64, into: &mut [u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(into)
}

/// The chunk of samples lies wholly in the file, whatever lies before it.
fn riff(file: &mut File, length: u64) -> io::Result<bool> {
    let mut place = 12;
    for _ in 0..MOST {
        let mut head = [0; 8];
        bytes(file, place, &mut head)?;
        let [name @ .., a, b, c, d] = head;
        let size = u64::from(u32::from_le_bytes([a, b, c, d]));
        if &name == b"data" {
            return Ok(size < UNKNOWN && place + 8 + size > length);
        }
        place += 8 + size + size % 2;
    }
    Ok(false)
}

/// The last box reaches to the end of the file.
fn boxes(file: &mut File, length: u64) -> io::Result<bool> {
    let mut place = 0;
    for _ in 0..MOST {
        if place >= length {
            return Ok(place > length);
        }
        let mut head = [0; 16];
        let known = usize::try_from(length - place).unwrap_or(16).min(16);
        bytes(file, place, &mut head[..known])?;
        if known < 8 {
            return Ok(true);
        }
        let [a, b, c, d, _, _, _, _, long @ ..] = head;
        let size = match u32::from_be_bytes([a, b, c, d]) {
            // Up to the end, however far that is.
            0 => return Ok(false),
            1 => u64::from_be_bytes(long),
            size => u64::from(size),
        };
        if size < 8 {
            return Ok(false);
        }
        place = place.saturating_add(size);
    }
    Ok(false)
}

/// The segment of a Matroska file has its length, unless it was written on the way.
fn ebml(file: &mut File, length: u64) -> io::Result<bool> {
    let (head, behind) = element(file, 4)?;
    let Some(head) = head else { return Ok(false) };
    let segment = behind.saturating_add(head);
    let mut name = [0; 4];
    bytes(file, segment, &mut name)?;
    if name != [0x18, 0x53, 0x80, 0x67] {
        return Ok(false);
    }
    let (size, behind) = element(file, segment + 4)?;
    Ok(size.is_some_and(|size| behind.saturating_add(size) > length))
}

/// A length of one to eight bytes, none where it is unknown, and the place behind it.
fn element(file: &mut File, place: u64) -> io::Result<(Option<u64>, u64)> {
    let mut first = [0];
    bytes(file, place, &mut first)?;
    let more = first[0].leading_zeros();
    if more > 7 {
        return Ok((None, place + 1));
    }
    let mut rest = [0; 7];
    let rest = &mut rest[..more as usize];
    file.read_exact(rest)?;
    let most = (1_u64 << (7 * (more + 1))) - 1;
    let start = u64::from(first[0]) & (0x7F >> more);
    let size = rest
        .iter()
        .fold(start, |size, byte| size << 8 | u64::from(*byte));
    Ok(((size < most).then_some(size), place + 1 + u64::from(more)))
}

/// The first frame of many MP3 files says how many bytes there are (Xing and LAME's `Info`).
fn mp3(file: &mut File, head: &[u8; 12], length: u64) -> io::Result<bool> {
    let start = match head {
        [b'I', b'D', b'3', _, _, _, sizes @ ..] => {
            let sizes = sizes[..4].iter();
            10 + sizes.fold(0, |size, byte| size << 7 | u64::from(byte & 0x7F))
        }
        _ => 0,
    };
    let mut frame = [0; 64];
    bytes(file, start, &mut frame)?;
    let mut marks = frame.windows(4);
    let Some(at) = marks.position(|mark| mark == b"Xing" || mark == b"Info") else {
        return Ok(false);
    };
    let word = |at: usize| {
        let word = frame.get(at..at + 4).and_then(|word| word.try_into().ok());
        word.map_or(0, u32::from_be_bytes)
    };
    // Of the flags the first says that frames are counted, the second that bytes are.
    let flags = word(at + 4);
    let told = u64::from(word(at + 8 + if flags & 1 == 1 { 4 } else { 0 }));
    Ok(flags & 2 == 2 && start + told > length + SPARE)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn cut(content: &[u8]) -> bool {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        is_cut_short(&mut file, content.len() as u64)
    }

    fn wav(told: u32, samples: usize) -> Vec<u8> {
        let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        file.extend([0; 16]);
        file.extend(b"data");
        file.extend(told.to_le_bytes());
        file.resize(file.len() + samples, 0);
        file
    }

    #[test]
    fn a_file_shorter_than_it_says_is_cut() {
        assert!(!cut(&wav(1000, 1000)));
        assert!(cut(&wav(1000, 600)));
        // A recorder that wrote on the way did not know.
        assert!(!cut(&wav(u32::MAX, 600)));
        assert!(!cut(&wav(0x7FFF_F000, 600)));
        let aiff = [&b"FORM\0\0\x01\0AIFF"[..], &[0; 252]].concat();
        assert!(!cut(&aiff));
        assert!(cut(&aiff[..200]));
        let m4a = [&b"\0\0\0\x0Cftypmp42\0\0\0\x20mdat"[..], &[0; 24]].concat();
        assert!(!cut(&m4a));
        assert!(cut(&m4a[..30]));
        assert!(!cut(
            &[&b"\0\0\0\x0Cftypmp42\0\0\0\0mdat"[..], &[0; 24]].concat()
        ));
        let webm = [
            &b"\x1A\x45\xDF\xA3\x82\0\0\x18\x53\x80\x67\x90"[..],
            &[0; 16],
        ]
        .concat();
        assert!(!cut(&webm));
        assert!(cut(&webm[..20]));
        assert!(!cut(
            b"\x1A\x45\xDF\xA3\x82\0\0\x18\x53\x80\x67\xFF and what was written"
        ));
    }

    #[test]
    fn an_mp3_tells_it_where_its_first_frame_counts_bytes() {
        let mp3 = |flags: u8, id3: &[u8], length: usize| {
            let mut file = id3.to_vec();
            file.extend([0xFF, 0xFB, 0x90, 0]);
            file.extend([0; 32]);
            file.extend(b"Info");
            file.extend([0, 0, 0, flags, 0, 0, 0, 99, 0, 0, 0x40, 0]);
            file.resize(length, 0);
            file
        };
        assert!(!cut(&mp3(3, b"", 0x4000)));
        assert!(cut(&mp3(3, b"", 0x2000)));
        assert!(cut(&mp3(3, b"ID3\x04\0\0\0\0\0\0", 0x2000)));
        assert!(!cut(&mp3(1, b"", 0x2000)));
        assert!(!cut(b"ID3\x04\0\0\x7F\x7F\x7F\x7F"));
    }
}
