//! People's clips, frame by frame: GIF, APNG, animated WebP, Y4M, MP4 with H.264, and pictures
//! one after the other.
//!
//! A clip is read as it is needed: one frame is in memory, and what the format itself must remember.
//! Sizes are looked at before anything is allocated. Transparent places are laid on white.

mod animation;
mod facts;
mod mp4;
mod pictures;
mod source;
mod y4m;

use std::{
    fs::File,
    io::{self, Read, Seek},
    path::{Path, PathBuf},
};

use crate::{Error, Result, bounded::open_regular};
pub use facts::{ClipFacts, facts};
use source::not_a_film;
pub use source::{CLIP_LIMIT, ClipFrame, ClipSource};

/// Opens what is at the paths: one film, or pictures that become one, `fps` of them a second.
///
/// # Errors
/// `NotAFilm`, `FilmEncoding`, `PictureTooLarge`, `UnreadablePicture`, `FrameRate`, `Missing`.
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
    let file = open_regular(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => not_a_film(&error.to_string()),
        _ => Error::missing(path, &error),
    })?;
    Ok(match film(file)? {
        Some(film) => film,
        // A still picture: a film of one frame.
        None => Box::new(pictures::Pictures::new(vec![path.to_owned()], fps)?),
    })
}

/// The frames of a film that is open already, from its beginning, wherever the file is read at.
///
/// # Errors
/// `NotAFilm`, also for a still picture; `FilmEncoding`, `PictureTooLarge`.
pub fn read(mut file: File) -> Result<Box<dyn ClipSource>> {
    let rewound = file.rewind();
    rewound.map_err(|error| not_a_film(&error.to_string()))?;
    film(file)?.ok_or_else(|| not_a_film("it is a still picture"))
}

/// None for what is no film and may be a still picture.
fn film(mut file: File) -> Result<Option<Box<dyn ClipSource>>> {
    if !file.metadata().is_ok_and(|data| data.is_file()) {
        return Err(not_a_film("it is not a file"));
    }
    let mut head = Vec::new();
    let read = file.by_ref().take(32).read_to_end(&mut head);
    read.and_then(|_| file.rewind())
        .map_err(|error| not_a_film(&error.to_string()))?;
    Ok(match head.as_slice() {
        [b'Y', b'U', b'V', b'4', b'M', b'P', b'E', b'G', b'2', ..] => {
            Some(Box::new(y4m::Y4m::open(file)?))
        }
        [_, _, _, _, b'f', b't', b'y', b'p' | b's', ..] => Some(Box::new(mp4::Mp4::open(file)?)),
        _ => match animation::Animation::open(file, &head)? {
            Some(animation) => Some(Box::new(animation)),
            None => None,
        },
    })
}

#[cfg(test)]
mod tests;
