//! APNG (PNG, third edition, 11.3.5): each frame its changed part, exact; the container is ours, because
//! the number of frames stands at the beginning and is known at the end.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

use flate2::Crc;
use quartet_pipelines::{image::Picture, video::TICKS_PER_SECOND};

use super::{
    FilmWriter, Label,
    held::{Held, Holder},
    no_frames,
    patch::Patch,
};
use crate::labels::{self, picture::PNG_XMP};

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
/// Where the count of frames stands: behind the signature and the header's chunk.
const COUNT_AT: u64 = 8 + 25;

pub(super) struct ApngWriter {
    out: BufWriter<File>,
    holder: Holder,
    frames: u32,
    sequence: u32,
}

impl ApngWriter {
    pub(super) fn new(file: File) -> Self {
        Self {
            out: BufWriter::new(file),
            holder: Holder::default(),
            frames: 0,
            sequence: 0,
        }
    }

    fn header(&mut self, picture: &Picture) -> io::Result<()> {
        self.out.write_all(&SIGNATURE)?;
        let mut content = Vec::new();
        content.extend(picture.width().to_be_bytes());
        content.extend(picture.height().to_be_bytes());
        // Eight bits, RGB, and the only ways there are of compressing and filtering.
        content.extend([8, 2, 0, 0, 0]);
        chunk(&mut self.out, *b"IHDR", &content)?;
        chunk(&mut self.out, *b"acTL", &[0; 8])
    }

    fn write(&mut self, held: &Held) -> io::Result<()> {
        let patch = held.patch;
        let mut control = self.next().to_vec();
        for value in [patch.width, patch.height, patch.left, patch.top] {
            control.extend(value.to_be_bytes());
        }
        let (numerator, denominator) = fraction(held.from, held.to);
        control.extend(numerator.to_be_bytes());
        control.extend(denominator.to_be_bytes());
        // Stays, and replaces what is there.
        control.extend([0, 0]);
        chunk(&mut self.out, *b"fcTL", &control)?;
        for data in pixels(&patch.cut(&held.picture), patch)? {
            if self.frames == 0 {
                chunk(&mut self.out, *b"IDAT", &data)?;
            } else {
                let data = [&self.next()[..], &data].concat();
                chunk(&mut self.out, *b"fdAT", &data)?;
            }
        }
        self.frames += 1;
        Ok(())
    }

    fn next(&mut self) -> [u8; 4] {
        self.sequence += 1;
        (self.sequence - 1).to_be_bytes()
    }
}

impl FilmWriter for ApngWriter {
    fn frame(&mut self, picture: Picture, ticks: u64) -> io::Result<()> {
        if self.holder.is_empty() {
            self.header(&picture)?;
        }
        match self.holder.frame(picture, ticks) {
            Some(held) => self.write(&held),
            None => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>, label: &Label) -> io::Result<()> {
        let last = self.holder.last().ok_or_else(no_frames)?;
        self.write(&last)?;
        let aigc = [b"AIGC\0", labels::aigc_json(&label.id).as_bytes()].concat();
        chunk(&mut self.out, *b"tEXt", &aigc)?;
        let packet = labels::xmp::packet(&label.id, &label.provenance);
        // Not compressed, no language, no translated keyword.
        let text = [PNG_XMP.as_bytes(), &[0; 5], packet.as_bytes()].concat();
        chunk(&mut self.out, *b"iTXt", &text)?;
        chunk(&mut self.out, *b"IEND", &[])?;
        let mut file = self
            .out
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(COUNT_AT))?;
        // Played over and over again.
        let count = [self.frames.to_be_bytes(), [0; 4]].concat();
        chunk(&mut file, *b"acTL", &count)
    }
}

/// The time between two ticks in seconds, as exactly as 16 bits a side tell it.
fn fraction(from: u64, to: u64) -> (u16, u16) {
    let (ticks, second) = (to - from, TICKS_PER_SECOND);
    let divisor = gcd(ticks, second);
    let exact = (
        u16::try_from(ticks / divisor),
        u16::try_from(second / divisor),
    );
    if let (Ok(numerator), Ok(denominator)) = exact {
        return (numerator, denominator);
    }
    let milliseconds = |ticks: u64| (ticks * 1000 + second / 2) / second;
    let shown = milliseconds(to) - milliseconds(from);
    (u16::try_from(shown).unwrap_or(u16::MAX), 1000)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}

/// The compressed pixels as a PNG encoder makes them, piece by piece.
fn pixels(rgb: &[u8], patch: Patch) -> io::Result<Vec<Vec<u8>>> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, patch.width, patch.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(io::Error::other)?;
    writer.write_image_data(rgb).map_err(io::Error::other)?;
    writer.finish().map_err(io::Error::other)?;
    let mut pieces = Vec::new();
    let mut rest = file.get(8..).unwrap_or_default();
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some((data, after)) = after.split_at_checked(length) else {
            break;
        };
        if &head[4..] == b"IDAT" {
            pieces.push(data.to_vec());
        }
        // Past the checksum.
        rest = after.get(4..).unwrap_or_default();
    }
    Ok(pieces)
}

fn chunk(out: &mut impl Write, id: [u8; 4], content: &[u8]) -> io::Result<()> {
    let size = u32::try_from(content.len()).map_err(io::Error::other)?;
    let mut sum = Crc::new();
    sum.update(&id);
    sum.update(content);
    out.write_all(&size.to_be_bytes())?;
    out.write_all(&id)?;
    out.write_all(content)?;
    out.write_all(&sum.sum().to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_exact_where_a_fraction_tells_them() {
        assert_eq!(fraction(0, 5000), (1, 24));
        assert_eq!(fraction(7, 7 + 4004), (1001, 30000));
        assert_eq!(fraction(0, 240_000), (2, 1));
        // No fraction of 16 bits: to the millisecond, and the roundings do not add up.
        let (first, second) = (fraction(0, 9233), fraction(9233, 18466));
        assert_eq!((first.1, second.1), (1000, 1000));
        assert_eq!(first.0 + second.0, 154);
    }
}
