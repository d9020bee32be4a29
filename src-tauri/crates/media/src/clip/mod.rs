//! People's clips, frame by frame: GIF, APNG, animated WebP, Y4M, MP4, MOV and MKV with H.264, Motion JPEG,
//! and pictures one after the other.
//!
//! A clip is read as it is needed: one frame is in memory, and what the format itself must remember.
//! Sizes are looked at before anything is allocated. Transparent places are laid on white. What cannot be
//! read is named, so that a person knows what to do with it.

mod apng;
mod avi;
mod canvas;
mod container;
mod display;
mod facts;
mod gif;
mod h264;
mod mkv;
mod mp4;
mod pictures;
mod sound;
mod source;
mod webp;
mod y4m;

use std::{
    fs::File,
    io::{Read, Seek},
    path::{Path, PathBuf},
};

use crate::{Error, Result, bounded::open_given};
use container::Container;
pub use facts::{ClipFacts, facts};
pub use sound::{ClipSound, sound};
use source::not_a_film;
pub use source::{CLIP_LIMIT, ClipFrame, ClipNotice, ClipSource};

/// Opens what is at the paths: one film, or pictures that become one, `fps` of them a second.
///
/// # Errors
/// `NotAFilm`, `FilmEncoding`, `FilmContainer`, `PictureTooLarge`, `UnreadablePicture`, `FrameRate`,
/// `Missing`, `NoPictures`, `NotRegular`, `Empty`.
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
    if let Some(film) = film(open_given(path)?)? {
        return Ok(film);
    }
    // A still picture: a film of one frame.
    Ok(Box::new(pictures::Pictures::new(
        vec![path.to_owned()],
        fps,
    )?))
}

/// The frames of a film that is open already, from its beginning, wherever the file is read at.
///
/// # Errors
/// `NotAFilm`, also for a still picture; `FilmEncoding`, `FilmContainer`, `PictureTooLarge`.
pub fn read(mut file: File) -> Result<Box<dyn ClipSource>> {
    let rewound = file.rewind();
    rewound.map_err(|error| not_a_film(&error.to_string()))?;
    film(file)?.ok_or_else(|| not_a_film("it is a still picture"))
}

/// None for a picture that does not move.
fn film(mut file: File) -> Result<Option<Box<dyn ClipSource>>> {
    if !file.metadata().is_ok_and(|data| data.is_file()) {
        return Err(not_a_film("it is not a file"));
    }
    let mut head = Vec::new();
    let read = file.by_ref().take(container::HEAD).read_to_end(&mut head);
    read.and_then(|_| file.rewind())
        .map_err(|error| not_a_film(&error.to_string()))?;
    let boxed = |film: Option<Box<dyn ClipSource>>| Ok(film);
    match Container::of(&head) {
        Container::Y4m => boxed(Some(Box::new(y4m::Y4m::open(file)?))),
        Container::Mp4 => boxed(Some(Box::new(mp4::Mp4::open(file)?))),
        Container::Matroska => boxed(Some(Box::new(mkv::Mkv::open(file)?))),
        Container::Avi => boxed(Some(Box::new(avi::Avi::open(file)?))),
        Container::Gif => boxed(Some(Box::new(gif::Gif::open(file)?))),
        Container::Png => match apng::Apng::open(file)? {
            Some(film) => boxed(Some(Box::new(film))),
            None => Ok(None),
        },
        Container::WebP => match webp::WebP::open(file)? {
            Some(film) => boxed(Some(Box::new(film))),
            None => Ok(None),
        },
        Container::Picture => Ok(None),
        Container::Other(container) => Err(Error::FilmContainer {
            container: container.to_owned(),
        }),
        Container::Unknown => Err(not_a_film("it is neither a film nor a picture")),
    }
}

#[cfg(test)]
mod tests;
