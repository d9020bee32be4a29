//! GIF, composed by the image crate a frame at a time.

use std::{
    fs::File,
    io::{BufReader, Seek},
};

use ::image::{
    AnimationDecoder, Frames, ImageDecoder, ImageResult, Limits, codecs::gif::GifDecoder,
};

use super::source::{
    CLIP_LIMIT, ClipFrame, ClipNotice, ClipSource, MAX_FRAMES, check_size, not_a_film, shown_for,
};
use crate::{Picture, Result, TICKS_PER_SECOND};

/// More than the canvases that composing the largest frame takes.
const MAX_ALLOCATION: u64 = 512 << 20;

pub(super) struct Gif {
    frames: Frames<'static>,
    count: Option<u32>,
    read: u32,
    cut: bool,
}

impl Gif {
    /// # Errors
    /// `NotAFilm`, `PictureTooLarge`.
    pub(super) fn open(mut file: File) -> Result<Self> {
        // Counted by their headers: nothing is decoded.
        let count = count(&file);
        let rewound = file.rewind();
        rewound.map_err(|error| not_a_film(&error.to_string()))?;
        let decoder = GifDecoder::new(BufReader::new(file));
        let mut decoder = decoder.map_err(|error| not_a_film(&error.to_string()))?;
        limit(&mut decoder)?;
        Ok(Self {
            frames: decoder.into_frames(),
            count,
            read: 0,
            cut: false,
        })
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
fn count(file: &File) -> Option<u32> {
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

impl ClipSource for Gif {
    fn format(&self) -> &'static str {
        "GIF"
    }

    fn frames(&self) -> Option<u32> {
        self.count
    }

    fn frame(&mut self) -> Result<Option<ClipFrame>> {
        if self.read == MAX_FRAMES || self.cut {
            return Ok(None);
        }
        let next: Option<ImageResult<_>> = self.frames.next();
        let frame = match next {
            None => {
                // The decoder takes some breaks for the end.
                self.cut = self.count.is_none();
                return Ok(None);
            }
            // What came before the break is a film of its own.
            Some(Err(_)) if self.read > 0 => {
                self.cut = true;
                return Ok(None);
            }
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
            ticks: shown_for(ticks),
        }))
    }

    fn notices(&self) -> Vec<ClipNotice> {
        let frames = self.read;
        let cut = self.cut.then_some(ClipNotice::CutShort { frames });
        cut.into_iter().collect()
    }
}
