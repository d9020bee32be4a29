//! Animated WebP (RFC 9649): each frame its changed part, lossy by libwebp; the container is ours, so that
//! frames can go to the disk as they are made.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use quartet_pipelines::{image::Picture, video::TICKS_PER_SECOND};

use super::{
    FilmWriter, Label,
    held::{Held, Holder},
    no_frames,
};
use crate::labels;

/// Of kept films: edges stay clean.
const QUALITY: f32 = 90.0;
/// Of frames that are shown for a moment.
const PREVIEW_QUALITY: f32 = 75.0;
/// Longest side of those.
const PREVIEW_SIDE: u32 = 256;
/// How hard libwebp tries, 0 to 6.
const EFFORT: i32 = 3;

/// Flags of the header: animation, XMP.
const FLAGS: u8 = 0x02 | 0x04;
/// A frame replaces what is there (no blending), and stays.
const REPLACE: u8 = 0x02;

pub(super) struct WebPWriter {
    out: BufWriter<File>,
    holder: Holder,
}

impl WebPWriter {
    pub(super) fn new(file: File) -> Self {
        Self {
            out: BufWriter::new(file),
            holder: Holder::even(),
        }
    }

    fn header(&mut self, picture: &Picture) -> io::Result<()> {
        // The size is put in at the end.
        self.out.write_all(b"RIFF\0\0\0\0WEBP")?;
        let mut content = vec![FLAGS, 0, 0, 0];
        content.extend(short(picture.width() - 1));
        content.extend(short(picture.height() - 1));
        chunk(&mut self.out, *b"VP8X", &content)?;
        // White behind all, over and over again.
        chunk(&mut self.out, *b"ANIM", &[255, 255, 255, 255, 0, 0])
    }

    fn write(&mut self, held: &Held) -> io::Result<()> {
        let Held {
            picture,
            patch,
            from,
            to,
        } = held;
        let milliseconds = |ticks: u64| (ticks * 1000 + TICKS_PER_SECOND / 2) / TICKS_PER_SECOND;
        let shown = milliseconds(*to) - milliseconds(*from);
        let pixels = patch.cut(picture);
        let still = encoded(&pixels, (patch.width, patch.height), QUALITY, EFFORT)?;
        let mut content = Vec::with_capacity(still.len() + 16);
        content.extend(short(patch.left / 2));
        content.extend(short(patch.top / 2));
        content.extend(short(patch.width - 1));
        content.extend(short(patch.height - 1));
        content.extend(short(shown.min(0xff_ffff) as u32));
        content.push(REPLACE);
        // The still's own chunks, behind `RIFF`, a size and `WEBP`.
        content.extend(still.get(12..).unwrap_or_default());
        chunk(&mut self.out, *b"ANMF", &content)
    }
}

impl FilmWriter for WebPWriter {
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
        let packet = labels::xmp::packet(&label.id, &label.provenance);
        chunk(&mut self.out, *b"XMP ", packet.as_bytes())?;
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

fn chunk(out: &mut impl Write, id: [u8; 4], content: &[u8]) -> io::Result<()> {
    let size = u32::try_from(content.len()).map_err(io::Error::other)?;
    out.write_all(&id)?;
    out.write_all(&size.to_le_bytes())?;
    out.write_all(content)?;
    out.write_all(&b"\0"[..content.len() % 2])
}

/// A picture as a WebP file that is quickly made: for frames that are looked at, not kept.
pub(super) fn quick(picture: &Picture) -> io::Result<Vec<u8>> {
    let size = (picture.width(), picture.height());
    encoded(picture.rgb(), size, PREVIEW_QUALITY, 0)
}

/// A still, lossy.
fn encoded(rgb: &[u8], size: (u32, u32), quality: f32, effort: i32) -> io::Result<Vec<u8>> {
    let failed = |what: String| io::Error::other(format!("libwebp: {what}"));
    let mut config =
        ::webp::WebPConfig::new().map_err(|()| failed("no configuration".to_owned()))?;
    config.quality = quality;
    config.method = effort;
    let encoder = ::webp::Encoder::from_rgb(rgb, size.0, size.1);
    let still = encoder.encode_advanced(&config);
    Ok(still
        .map_err(|error| failed(format!("{error:?}")))?
        .to_vec())
}

/// A picture with at most `limit` pixels on a side.
pub(super) fn within(picture: &Picture, limit: u32) -> Option<Picture> {
    let longest = picture.width().max(picture.height());
    (longest > limit).then(|| {
        let scale = |side: u32| (side * limit / longest).max(1);
        picture.scaled(scale(picture.width()), scale(picture.height()))
    })
}

/// A frame as a `data:` address, small: shown for a moment, and not kept.
pub fn data_address(picture: &Picture) -> String {
    let small = within(picture, PREVIEW_SIDE);
    let picture = small.as_ref().unwrap_or(picture);
    // A frame that cannot be shown is not shown: the film itself is written elsewhere.
    let still = quick(picture).unwrap_or_default();
    format!("data:image/webp;base64,{}", STANDARD.encode(still))
}
