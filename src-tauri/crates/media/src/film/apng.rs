//! APNG (PNG, third edition, 11.3.5): each frame its changed part, exact. The number of frames stands at the
//! beginning and is known at the end: it is put in then.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

use flate2::Crc;
use png::text_metadata::{ITXtChunk, TEXtChunk};

use super::{
    frame_delay::{FrameDelay, PendingFrame},
    writer::{FilmWriter, no_frames},
};
use crate::{
    Picture, TICKS_PER_SECOND,
    labels::{
        Label, aigc_json,
        xmp::{self, PNG_XMP},
    },
};

/// Where the name of the chunk with the count of frames stands: behind the signature, the header's chunk
/// and a length.
const COUNT_AT: u64 = 8 + 25 + 4;

/// Ticks: players show frames of ten thousandths of a second and less for a hundred.
const SHORTEST: u64 = 11 * TICKS_PER_SECOND / 1000;

pub(super) struct ApngWriter {
    file: File,
    /// Once the first frame gave the size.
    out: Option<png::Writer<BufWriter<File>>>,
    delay: FrameDelay,
    frames: u32,
}

fn failed(error: png::EncodingError) -> io::Error {
    match error {
        png::EncodingError::IoError(error) => error,
        other => io::Error::other(other),
    }
}

impl ApngWriter {
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            out: None,
            delay: FrameDelay::new(TICKS_PER_SECOND, SHORTEST),
            frames: 0,
        }
    }

    fn begin(&mut self, picture: &Picture) -> io::Result<()> {
        let out = BufWriter::new(self.file.try_clone()?);
        let mut encoder = png::Encoder::new(out, picture.width(), picture.height());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        // As many frames as come, played over and over again.
        encoder.set_animated(u32::MAX, 0).map_err(failed)?;
        self.out = Some(encoder.write_header().map_err(failed)?);
        Ok(())
    }

    fn write(&mut self, frame: &PendingFrame) -> io::Result<()> {
        let rect = frame.rect;
        let out = self.out.as_mut().ok_or_else(no_frames)?;
        let (numerator, denominator) = fraction(frame.from, frame.to);
        // The corner first: place and size must fit the film at any time.
        out.set_frame_position(0, 0)
            .and_then(|()| out.set_frame_dimension(rect.width, rect.height))
            .and_then(|()| out.set_frame_position(rect.left, rect.top))
            .and_then(|()| out.set_frame_delay(numerator, denominator))
            .and_then(|()| out.write_image_data(&rect.cut(&frame.picture)))
            .map_err(failed)?;
        self.frames += 1;
        Ok(())
    }
}

impl FilmWriter for ApngWriter {
    fn frame(&mut self, picture: Picture, ticks: u64) -> io::Result<()> {
        if self.out.is_none() {
            self.begin(&picture)?;
        }
        match self.delay.frame(picture, ticks) {
            Some(frame) => self.write(&frame),
            None => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>, label: &Label) -> io::Result<()> {
        if self.delay.is_empty() {
            return Err(no_frames());
        }
        for frame in self.delay.last() {
            self.write(&frame)?;
        }
        let mut out = self.out.take().ok_or_else(no_frames)?;
        let packet = xmp::packet(&label.id, &label.provenance);
        out.write_text_chunk(&TEXtChunk::new("AIGC", aigc_json(&label.id)))
            .and_then(|()| out.write_text_chunk(&ITXtChunk::new(PNG_XMP, packet)))
            .and_then(|()| out.finish())
            .map_err(failed)?;
        let mut control = b"acTL".to_vec();
        control.extend(self.frames.to_be_bytes());
        control.extend([0; 4]);
        let mut sum = Crc::new();
        sum.update(&control);
        control.extend(sum.sum().to_be_bytes());
        self.file.seek(SeekFrom::Start(COUNT_AT))?;
        self.file.write_all(&control)
    }
}

/// The time between two ticks in seconds, as exactly as 16 bits a side express it.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_exact_where_a_fraction_expresses_them() {
        assert_eq!(fraction(0, 5000), (1, 24));
        assert_eq!(fraction(7, 7 + 4004), (1001, 30000));
        assert_eq!(fraction(0, 240_000), (2, 1));
        // No fraction of 16 bits: to the millisecond, and the roundings do not add up.
        let (first, second) = (fraction(0, 9233), fraction(9233, 18466));
        assert_eq!((first.1, second.1), (1000, 1000));
        assert_eq!(first.0 + second.0, 154);
    }
}
