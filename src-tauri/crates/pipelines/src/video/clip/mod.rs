//! Clips that people bring, frame by frame: GIF, APNG, animated WebP, Y4M, MP4 with H.264, and pictures
//! one after the other.
//!
//! A clip is read as it is needed: one frame is in memory, and what the format itself must remember.
//! Sizes are looked at before anything is allocated. Transparent places are laid on white.

mod animation;
mod mp4;
mod pictures;
mod y4m;

use std::{
    fs::File,
    io::{Read, Seek},
    path::{Path, PathBuf},
};

use crate::{Error, Result, image::Picture};

/// The longest side of a clip, in pixels.
pub const CLIP_LIMIT: u32 = 4096;

/// How long a frame is shown whose file gives it no time, as browsers do: a tenth of a second.
const NO_TIME: u64 = super::TICKS_PER_SECOND / 10;

/// One frame of a clip, opaque.
#[derive(Debug, Clone, PartialEq)]
pub struct ClipFrame {
    pub picture: Picture,
    /// How long it is shown, of [`super::TICKS_PER_SECOND`]; never 0.
    pub ticks: u64,
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
}

/// Opens what lies at the paths: one film, or pictures that become one, `fps` of them a second.
///
/// # Errors
/// `NotAFilm`, `FilmEncoding`, `PictureTooLarge`, `UnreadablePicture`, `BrokenFile`.
pub fn open(paths: &[PathBuf], fps: u32) -> Result<Box<dyn ClipSource>> {
    match paths {
        [] => Err(not_a_film("there is no file")),
        [one] if one.is_dir() => {
            let paths = pictures::of_folder(one)?;
            Ok(Box::new(pictures::Pictures::new(paths, fps)?))
        }
        [one] => open_file(one, fps),
        many => Ok(Box::new(pictures::Pictures::new(many.to_vec(), fps)?)),
    }
}

fn open_file(path: &Path, fps: u32) -> Result<Box<dyn ClipSource>> {
    let mut file = File::open(path).map_err(|error| Error::BrokenFile {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    if !file.metadata().is_ok_and(|data| data.is_file()) {
        return Err(not_a_film("it is not a file"));
    }
    let mut head = Vec::new();
    let read = file.by_ref().take(32).read_to_end(&mut head);
    read.and_then(|_| file.rewind())
        .map_err(|error| not_a_film(&error.to_string()))?;
    Ok(match head.as_slice() {
        [b'Y', b'U', b'V', b'4', b'M', b'P', b'E', b'G', b'2', ..] => {
            Box::new(y4m::Y4m::open(file)?)
        }
        [_, _, _, _, b'f', b't', b'y', b'p' | b's', ..] => Box::new(mp4::Mp4::open(file)?),
        _ => match animation::Animation::open(file, &head)? {
            Some(animation) => Box::new(animation),
            // A still picture: a film of one frame.
            None => Box::new(pictures::Pictures::new(vec![path.to_owned()], fps)?),
        },
    })
}

fn not_a_film(reason: &str) -> Error {
    Error::NotAFilm {
        reason: reason.to_owned(),
    }
}

/// Refuses sizes that are not to be allocated.
fn check_size(width: u32, height: u32) -> Result<()> {
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

#[cfg(test)]
mod tests;
