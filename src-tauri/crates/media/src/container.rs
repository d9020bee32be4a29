//! Files that are made of pieces, each with a name and a length: RIFF (IBM and Microsoft, Multimedia
//! Programming Interface 1.0), PNG (third edition, 5), the boxes of MP4 (ISO/IEC 14496-12) and the segments
//! of JPEG (ITU-T T.81, B).

use std::io::{self, Read, Seek, SeekFrom, Write};

/// Pieces looked at before the rest of a file is taken for nothing of interest.
const MOST: u32 = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Riff,
    Png,
    Bmff,
    /// Up to the scan; a name is the two bytes of a marker and zeros.
    Jpeg,
}

/// Where a piece's content is in a file that may end before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) name: [u8; 4],
    pub(crate) begin: u64,
    pub(crate) length: u64,
}

/// The pieces of a file, one after the other; none where no head can be read.
pub(crate) struct Pieces<'a, File> {
    file: &'a mut File,
    container: Container,
    next: u64,
    left: u32,
}

impl<'a, File: Read + Seek> Pieces<'a, File> {
    pub(crate) fn new(file: &'a mut File, container: Container) -> Self {
        let next = match container {
            Container::Riff => 12,
            Container::Png => 8,
            Container::Bmff => 0,
            Container::Jpeg => 2,
        };
        Self {
            file,
            container,
            next,
            left: MOST,
        }
    }

    pub(crate) fn next(&mut self) -> Option<Piece> {
        self.left = self.left.checked_sub(1)?;
        self.file.seek(SeekFrom::Start(self.next)).ok()?;
        // The name, the length of the head, of the content, and of what follows it.
        let (name, head, length, tail) = match self.container {
            Container::Riff => {
                let [a, b, c, d, length @ ..] = self.bytes::<8>()?;
                let length = u64::from(u32::from_le_bytes(length));
                ([a, b, c, d], 8, length, length % 2)
            }
            Container::Png => {
                let [a, b, c, d, name @ ..] = self.bytes::<8>()?;
                (name, 8, u64::from(u32::from_be_bytes([a, b, c, d])), 4)
            }
            Container::Bmff => {
                let [a, b, c, d, name @ ..] = self.bytes::<8>()?;
                match u32::from_be_bytes([a, b, c, d]) {
                    1 => {
                        let size = u64::from_be_bytes(self.bytes::<8>()?);
                        (name, 16, size.checked_sub(16)?, 0)
                    }
                    size => (name, 8, u64::from(size).checked_sub(8)?, 0),
                }
            }
            Container::Jpeg => match self.bytes::<4>()? {
                [0xff, marker, high, low] if marker != 0xda => {
                    let size = u64::from(u16::from_be_bytes([high, low]));
                    ([0xff, marker, 0, 0], 4, size.checked_sub(2)?, 0)
                }
                _ => return None,
            },
        };
        let begin = self.next.checked_add(head)?;
        self.next = begin.checked_add(length)?.checked_add(tail)?;
        Some(Piece {
            name,
            begin,
            length,
        })
    }

    /// A piece's content; None for one that is longer than `most` bytes, or cut short.
    pub(crate) fn content(&mut self, piece: &Piece, most: u64) -> Option<Vec<u8>> {
        content(self.file, piece, most)
    }

    fn bytes<const COUNT: usize>(&mut self) -> Option<[u8; COUNT]> {
        let mut bytes = [0; COUNT];
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }
}

/// A piece's content; None for one that is longer than `most` bytes, or cut short.
pub(crate) fn content(file: &mut (impl Read + Seek), piece: &Piece, most: u64) -> Option<Vec<u8>> {
    if piece.length > most {
        return None;
    }
    file.seek(SeekFrom::Start(piece.begin)).ok()?;
    let mut bytes = Vec::new();
    file.take(piece.length).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == piece.length).then_some(bytes)
}

/// Writes a chunk of RIFF, padded to an even length.
///
/// # Errors
/// Those of `out`; one for contents beyond 4 GB.
pub(crate) fn write_riff(out: &mut impl Write, name: [u8; 4], content: &[u8]) -> io::Result<()> {
    let size = u32::try_from(content.len()).map_err(io::Error::other)?;
    out.write_all(&name)?;
    out.write_all(&size.to_le_bytes())?;
    out.write_all(content)?;
    out.write_all(&b"\0"[..content.len() % 2])
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    const ALL: [Container; 4] = [
        Container::Riff,
        Container::Png,
        Container::Bmff,
        Container::Jpeg,
    ];

    fn names(file: &[u8], container: Container) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
        let mut file = Cursor::new(file);
        let mut pieces = Pieces::new(&mut file, container);
        let mut found = Vec::new();
        while let Some(piece) = pieces.next() {
            found.push((piece.name.to_vec(), pieces.content(&piece, 100)));
        }
        found
    }

    #[test]
    fn pieces_are_found_with_their_contents() {
        let mut riff = b"RIFF\0\0\0\0WAVE".to_vec();
        write_riff(&mut riff, *b"odd ", b"abc").unwrap();
        write_riff(&mut riff, *b"even", b"de").unwrap();
        riff.extend(b"cut \x09\0\0\0x");
        let found = names(&riff, Container::Riff);
        assert_eq!(found[0], (b"odd ".to_vec(), Some(b"abc".to_vec())));
        assert_eq!(found[1], (b"even".to_vec(), Some(b"de".to_vec())));
        assert_eq!(found[2], (b"cut ".to_vec(), None));
        let boxes = b"\0\0\0\x0aftypab\0\0\0\x01free\0\0\0\0\0\0\0\x11c\0\0\0\x07bad!";
        let found = names(boxes, Container::Bmff);
        assert_eq!(found[1], (b"free".to_vec(), Some(b"c".to_vec())));
        assert_eq!(found.len(), 2);
        let segments = b"\xff\xd8\xff\xe1\0\x04ab\xff\xda\0\x02\xff\xe1\0\x02";
        let found = names(segments, Container::Jpeg);
        assert_eq!(found, [(b"\xff\xe1\0\0".to_vec(), Some(b"ab".to_vec()))]);
    }

    proptest! {
        #[test]
        fn no_file_makes_the_walk_panic(file in prop::collection::vec(any::<u8>(), 0..100)) {
            for container in ALL {
                names(&file, container);
            }
        }
    }
}
