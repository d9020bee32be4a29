//! GIF, APNG and animated WebP, composed by the image crate a frame at a time.

use std::{
    fs::File,
    io::{BufReader, Seek},
};

use ::image::{
    AnimationDecoder, Frames, ImageDecoder, ImageResult, Limits,
    codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder},
};

use super::source::{CLIP_LIMIT, ClipFrame, ClipSource, NO_TIME, check_size, not_a_film};
use crate::{Picture, Result, TICKS_PER_SECOND};

/// More than the canvases that composing the largest frame takes.
const MAX_ALLOCATION: u64 = 512 << 20;

/// A film longer than this is no animation.
const MAX_FRAMES: u32 = 100_000;

pub(super) struct Animation {
    frames: Frames<'static>,
    format: &'static str,
    count: Option<u32>,
    read: u32,
}

impl Animation {
    /// None where the file is no animation of these formats.
    ///
    /// # Errors
    /// `NotAFilm`, `PictureTooLarge`.
    pub(super) fn open(mut file: File, head: &[u8]) -> Result<Option<Self>> {
        let unreadable = |error: ::image::ImageError| not_a_film(&error.to_string());
        let kind = match head {
            [b'G', b'I', b'F', b'8', ..] => b'G',
            [0x89, b'P', b'N', b'G', ..] => b'P',
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => b'W',
            _ => return Ok(None),
        };
        // Counted by their headers: nothing is decoded.
        let count = match kind {
            b'G' => count_gif(&file),
            _ => None,
        };
        file.rewind()
            .map_err(|error| not_a_film(&error.to_string()))?;
        let input = BufReader::new(file);
        let (frames, count) = match kind {
            b'G' => {
                let mut decoder = GifDecoder::new(input).map_err(unreadable)?;
                limit(&mut decoder)?;
                (decoder.into_frames(), count)
            }
            b'P' => {
                let mut decoder = PngDecoder::new(input).map_err(unreadable)?;
                limit(&mut decoder)?;
                if !decoder.is_apng().map_err(unreadable)? {
                    return Ok(None);
                }
                (decoder.apng().map_err(unreadable)?.into_frames(), None)
            }
            _ => {
                let mut decoder = WebPDecoder::new(input).map_err(unreadable)?;
                limit(&mut decoder)?;
                if !decoder.has_animation() {
                    return Ok(None);
                }
                (decoder.into_frames(), None)
            }
        };
        Ok(Some(Self {
            frames,
            format: match kind {
                b'G' => "GIF",
                b'P' => "APNG",
                _ => "WebP",
            },
            count,
            read: 0,
        }))
    }
}

fn limit(decoder: &mut impl ImageDecoder) -> Result<()> {
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(CLIP_LIMIT);
    limits.max_image_height = Some(CLIP_LIMIT);
    limits.max_alloc = Some(MAX_ALLOCATION);
    let limited = decoder.set_limits(limits);
    limited.map_err(|error| not_a_film(&error.to_string()))
}

/// Frames of a GIF; None where it breaks off.
fn count_gif(file: &File) -> Option<u32> {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(file.try_clone().ok()?).ok()?;
    let mut count = 0;
    while decoder.next_frame_info().ok()?.is_some() {
        count += 1;
        if count > MAX_FRAMES {
            return None;
        }
    }
    Some(count)
}

impl ClipSource for Animation {
    fn format(&self) -> &'static str {
        self.format
    }

    fn frames(&self) -> Option<u32> {
        self.count
    }

    fn frame(&mut self) -> Result<Option<ClipFrame>> {
        if self.read == MAX_FRAMES {
            return Ok(None);
        }
        let next: Option<ImageResult<_>> = self.frames.next();
        let frame = match next {
            None => return Ok(None),
            // What came before the break is a film of its own.
            Some(Err(_)) if self.read > 0 => return Ok(None),
            Some(Err(error)) => return Err(not_a_film(&error.to_string())),
            Some(Ok(frame)) => frame,
        };
        self.read += 1;
        let (numerator, denominator) = frame.delay().numer_denom_ms();
        let ticks =
            u64::from(numerator) * TICKS_PER_SECOND / (1000 * u64::from(denominator.max(1)));
        let pixels = frame.into_buffer();
        let (width, height) = pixels.dimensions();
        let alpha = pixels.pixels().map(|pixel| pixel.0[3]).collect();
        let rgb = pixels.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2]]);
        let picture = Picture::new(width, height, rgb.collect())
            .and_then(|picture| picture.with_alpha(alpha))
            .ok_or_else(|| not_a_film("a frame has no pixels"))?;
        Ok(Some(ClipFrame {
            picture: picture.opaque(),
            // Up to a hundredth of a second is what files say that mean "as browsers like".
            ticks: if ticks <= TICKS_PER_SECOND / 100 {
                NO_TIME
            } else {
                ticks
            },
        }))
    }
}
