//! What every kind of clip is to those who read it.

use crate::{Error, Picture, Result, TICKS_PER_SECOND};

/// The longest side of a clip, in pixels.
pub const CLIP_LIMIT: u32 = 4096;

/// How long a frame is shown whose file gives it no time, as browsers do: a tenth of a second.
pub(super) const NO_TIME: u64 = TICKS_PER_SECOND / 10;

/// A film of more frames is no animation.
pub(super) const MAX_FRAMES: u32 = 100_000;

/// How long a frame of an animation is shown whose file says `ticks`: up to a hundredth of a second is
/// what files say that mean "as browsers like".
pub(super) fn shown_for(ticks: u64) -> u64 {
    if ticks <= TICKS_PER_SECOND / 100 {
        NO_TIME
    } else {
        ticks
    }
}

/// One frame of a clip, opaque.
#[derive(Debug, Clone, PartialEq)]
pub struct ClipFrame {
    pub picture: Picture,
    /// How long it is shown, of [`TICKS_PER_SECOND`]; never 0.
    pub ticks: u64,
}

/// What a person should know of a clip that was read all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClipNotice {
    /// The file ends before its last frame: these are what was whole.
    CutShort { frames: u32 },
    /// So many frames could not be decoded, and were left out.
    Undecoded { frames: u32 },
}

/// Frames, one after the other.
pub trait ClipSource {
    /// What they are kept in, by its name in the field: `GIF`, `H.264`.
    fn format(&self) -> &'static str;

    /// How many there are, where that is known before the end.
    fn frames(&self) -> Option<u32>;

    /// The next frame; None after the last. A clip that is cut short ends where it is cut.
    ///
    /// # Errors
    /// `NotAFilm`, `FilmEncoding`, `PictureTooLarge`, `UnreadablePicture`.
    fn frame(&mut self) -> Result<Option<ClipFrame>>;

    /// What was wrong with it, as far as it was read.
    fn notices(&self) -> Vec<ClipNotice> {
        Vec::new()
    }
}

pub(super) fn not_a_film(reason: &str) -> Error {
    Error::NotAFilm {
        reason: reason.to_owned(),
    }
}

/// Refuses sizes that are not to be allocated.
pub(super) fn check_size(width: u32, height: u32) -> Result<()> {
    if width == 0 || height == 0 {
        return Err(not_a_film("its frames have no pixels"));
    }
    if width.max(height) > CLIP_LIMIT {
        return Err(Error::PictureTooLarge {
            width,
            height,
            limit: CLIP_LIMIT,
        });
    }
    Ok(())
}
