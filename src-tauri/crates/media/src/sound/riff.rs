//! WAV files whose header gives no length, or a wrong one: their recorder died before it could write
//! it, or they are longer than its 32 bits count (RF64, BW64).
//!
//! Source of RF64: EBU Tech 3306.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
};

use symphonia::core::io::MediaSource;

/// Headers with more chunks before the sound are left as they are.
const MOST_CHUNKS: usize = 64;

/// A part of a file, of which a few bytes read otherwise.
#[derive(Debug)]
pub(super) struct Mended {
    file: File,
    /// Where the part begins; what follows counts from there.
    start: u64,
    position: u64,
    length: u64,
    /// Where four other bytes stand.
    patches: Vec<(u64, [u8; 4])>,
}

impl Mended {
    /// Of any file: one that is no WAV file, or a whole one, reads as it is.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn open(mut file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        file.rewind()?;
        let patches = patches(&mut file, length).unwrap_or_default();
        file.rewind()?;
        Ok(Self {
            file,
            start: 0,
            position: 0,
            length,
            patches,
        })
    }

    /// The bytes of `part` alone.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn part(mut file: File, part: &Range<u64>) -> io::Result<Self> {
        file.seek(SeekFrom::Start(part.start))?;
        Ok(Self {
            file,
            start: part.start,
            position: 0,
            length: part.end.saturating_sub(part.start),
            patches: Vec::new(),
        })
    }
}

/// What is to be read otherwise; none where the file is cut off before its sound.
fn patches(file: &mut File, length: u64) -> Option<Vec<(u64, [u8; 4])>> {
    let mut head = [0; 12];
    file.read_exact(&mut head).ok()?;
    let long = head.starts_with(b"RF64") || head.starts_with(b"BW64");
    if !(long || head.starts_with(b"RIFF")) || &head[8..] != b"WAVE" {
        return None;
    }
    let mut told = None;
    let mut place = 12;
    for _ in 0..MOST_CHUNKS {
        let (name, size) = chunk(file, place)?;
        let content = place + 8;
        if &name == b"ds64" {
            let mut sizes = [0; 16];
            file.read_exact(&mut sizes).ok()?;
            told = sizes.last_chunk().map(|size| u64::from_le_bytes(*size));
        }
        if &name == b"data" {
            let rest = length.checked_sub(content)?;
            let whole = u64::from(size) <= rest && size > 0 && size < u32::MAX;
            let empty = size == 0 && chunks_follow(file, content, length);
            if (whole || empty) && !long {
                return None;
            }
            let told = told.filter(|told| long && (1..=rest).contains(told));
            // All ones: up to the end of the file.
            let size = u32::try_from(told.unwrap_or(rest)).unwrap_or(u32::MAX);
            let riff = u32::try_from(content - 8 + u64::from(size)).unwrap_or(u32::MAX);
            return Some(vec![
                (0, *b"RIFF"),
                (4, riff.to_le_bytes()),
                (place + 4, size.to_le_bytes()),
            ]);
        }
        place = content + u64::from(size) + u64::from(size % 2);
    }
    None
}

fn chunk(file: &mut File, place: u64) -> Option<([u8; 4], u32)> {
    let mut header = [0; 8];
    file.seek(SeekFrom::Start(place)).ok()?;
    file.read_exact(&mut header).ok()?;
    let [a, b, c, d, size @ ..] = header;
    Some(([a, b, c, d], u32::from_le_bytes(size)))
}

/// Whether there is nothing but whole chunks from here to the file's end: then there is no sound.
fn chunks_follow(file: &mut File, mut place: u64, length: u64) -> bool {
    for _ in 0..MOST_CHUNKS {
        if place >= length {
            return true;
        }
        let Some((name, size)) = chunk(file, place) else {
            return false;
        };
        if !name.iter().all(|byte| (b' '..=b'~').contains(byte)) {
            return false;
        }
        place += 8 + u64::from(size) + u64::from(size % 2);
    }
    false
}

impl Read for Mended {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.position);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        let count = self.file.read(&mut into[..most])?;
        let end = self.position + count as u64;
        for (place, bytes) in &self.patches {
            for (at, byte) in (*place..).zip(bytes) {
                if (self.position..end).contains(&at) {
                    into[(at - self.position) as usize] = *byte;
                }
            }
        }
        self.position = end;
        Ok(count)
    }
}

impl Seek for Mended {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(place) => (place, 0),
            SeekFrom::Current(by) => (self.position, by),
            SeekFrom::End(by) => (self.length, by),
        };
        let place = from
            .checked_add_signed(by)
            .ok_or(io::ErrorKind::InvalidInput)?;
        self.file
            .seek(SeekFrom::Start(self.start.saturating_add(place)))?;
        self.position = place;
        Ok(place)
    }
}

impl MediaSource for Mended {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}
