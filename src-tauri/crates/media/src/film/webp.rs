//! Animated WebP (RFC 9649): each frame its changed part, lossy by libwebp; the container is ours, so that
//! frames can go to the disk as they are made.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

use super::{
    frame_delay::{FrameDelay, PendingFrame},
    writer::{FilmWriter, no_frames},
};
use crate::{
    Picture,
    container::write_riff,
    labels::{self, Label},
    still,
};

/// Of kept films: edges stay clean.
const QUALITY: f32 = 90.0;
/// How hard libwebp tries, 0 to 6.
const EFFORT: i32 = 3;

/// Flags of the header: animation, XMP.
const FLAGS: u8 = 0x02 | 0x04;
/// A frame replaces what is there (no blending), and stays.
const REPLACE: u8 = 0x02;

/// Thousandths of a second: players show frames of ten and less for a hundred.
const SHORTEST: u64 = 11;

pub(super) struct WebPWriter {
    out: BufWriter<File>,
    delay: FrameDelay,
}

impl WebPWriter {
    pub(super) fn new(file: File) -> Self {
        Self {
            out: BufWriter::new(file),
            delay: FrameDelay::new(1000, SHORTEST).even(),
        }
    }

    fn header(&mut self, picture: &Picture) -> io::Result<()> {
        // The size is put in at the end.
        self.out.write_all(b"RIFF\0\0\0\0WEBP")?;
        let mut content = vec![FLAGS, 0, 0, 0];
        content.extend(short(picture.width() - 1));
        content.extend(short(picture.height() - 1));
        write_riff(&mut self.out, *b"VP8X", &content)?;
        // White behind all, over and over again.
        write_riff(&mut self.out, *b"ANIM", &[255, 255, 255, 255, 0, 0])
    }

    fn write(&mut self, frame: &PendingFrame) -> io::Result<()> {
        let rect = frame.rect;
        let shown = frame.shown(1000);
        let pixels = rect.cut(&frame.picture);
        let still = still::webp(&pixels, (rect.width, rect.height), QUALITY, EFFORT)?;
        let mut content = Vec::with_capacity(still.len() + 16);
        content.extend(short(rect.left / 2));
        content.extend(short(rect.top / 2));
        content.extend(short(rect.width - 1));
        content.extend(short(rect.height - 1));
        content.extend(short(shown.min(0xff_ffff) as u32));
        content.push(REPLACE);
        // The still's own chunks, behind `RIFF`, a size and `WEBP`.
        content.extend(still.get(12..).unwrap_or_default());
        write_riff(&mut self.out, *b"ANMF", &content)
    }
}

impl FilmWriter for WebPWriter {
    fn frame(&mut self, picture: Picture, ticks: u64) -> io::Result<()> {
        if self.delay.is_empty() {
            self.header(&picture)?;
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
        let packet = labels::xmp::packet(&label.id, &label.provenance);
        write_riff(&mut self.out, *b"XMP ", packet.as_bytes())?;
        let mut file = self
            .out
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        let size = u32::try_from(file.stream_position()? - 8).map_err(io::Error::other)?;
        file.seek(SeekFrom::Start(4))?;
        file.write_all(&size.to_le_bytes())
    }
}

/// Three bytes, the lowest first.
fn short(value: u32) -> [u8; 3] {
    let [a, b, c, _] = value.to_le_bytes();
    [a, b, c]
}
