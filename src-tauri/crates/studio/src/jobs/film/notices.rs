//! What a person should know of a film that was made all the same.

use std::path::PathBuf;

use quartet_media::clip::{self, ClipNotice, ClipSound};
use quartet_pipelines::video::SpeedMode;

use crate::{
    Code, Failure, Result,
    film_orders::RetimingOrder,
    films::{FilmFormat, SideTracks, too_large},
};

pub(super) fn of_clip(notice: ClipNotice) -> Failure {
    match notice {
        ClipNotice::CutShort { frames } => counted(Code::FilmCutShort, frames),
        ClipNotice::Undecoded { frames } => counted(Code::FilmFramesLost, frames),
    }
}

fn counted(code: Code, frames: u32) -> Failure {
    Failure::with(code, &[("frames", &frames.to_string())], "")
}

/// Of frames that are too short for a format, so that some of them are not in it; None where there are none.
pub(super) fn of_short(frames: u32, format: FilmFormat) -> Option<Failure> {
    let values = [("format", name(format))];
    (frames > 0).then(|| Failure::with(Code::FilmFramesShort, &values, ""))
}

/// Of frames in between that were not made, since players would not show them.
pub(super) fn fewer(frames: u32, asked: u32, format: FilmFormat) -> Failure {
    let (frames, asked) = (frames.to_string(), asked.to_string());
    let values = [
        ("frames", frames.as_str()),
        ("asked", &asked),
        ("format", name(format)),
    ];
    Failure::with(Code::FilmFramesFewer, &values, "")
}

fn name(format: FilmFormat) -> &'static str {
    match format {
        FilmFormat::WebP => "WebP",
        FilmFormat::Gif => "GIF",
        FilmFormat::Png => "PNG",
        FilmFormat::Mp4 => "MP4",
    }
}

/// The clip's sound beside its film, or why it is not in it.
pub(super) fn add_sound(
    order: &RetimingOrder,
    paths: &[PathBuf],
    format: FilmFormat,
    tracks: &mut SideTracks,
) -> Option<Failure> {
    let sound = clip::sound(paths)?;
    if order.request.factor > 1 && order.request.pace == SpeedMode::Slower {
        return Some(Failure::new(Code::FilmSoundSlower, ""));
    }
    let notice = match sound {
        ClipSound::Other(codec) => Some(Failure::with(
            Code::FilmSoundEncoding,
            &[("codec", &codec)],
            "",
        )),
        ClipSound::Encoded(sound) => {
            // Also beside a file that holds none: the film may be saved as another.
            tracks.copied = Some(sound);
            None
        }
    };
    // To convert a sound does not help where the film's file holds none of any kind.
    if format.holds_sound() {
        return notice;
    }
    let values = [("format", name(format))];
    Some(Failure::with(Code::FilmSoundFormat, &values, ""))
}

/// Refuses a clip whose film would be larger than its format holds.
///
/// # Errors
/// `FilmTooLarge`, `PictureTooLarge`, `ResultTooLarge`, and those of the clip's readers.
pub(super) fn check_size(
    order: &RetimingOrder,
    paths: &[PathBuf],
    format: FilmFormat,
) -> Result<()> {
    let first = clip::open(paths, order.source.fps())?.frame()?;
    let Some(first) = first else { return Ok(()) };
    let size = (first.picture.width(), first.picture.height());
    order.request.check_size(size)?;
    let larger = |side: u32| side.saturating_mul(order.request.sharpen);
    let (width, height) = (larger(size.0), larger(size.1));
    if format.holds_size(width, height) {
        return Ok(());
    }
    Err(too_large(width, height))
}
