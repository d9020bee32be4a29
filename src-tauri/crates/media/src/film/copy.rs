//! A film as another file: under the label that goes out, and in the format that is asked for.

use std::{
    fs::File,
    io::{self, Seek},
};

use super::{
    writer,
    writer::{FilmFormat, SideTracks},
};
use crate::{
    Error, clip,
    labels::{self, Label, xmp},
};

/// Why a film was not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The film itself cannot be read.
    #[error(transparent)]
    Source(Error),
    /// Its file cannot be read, or carries no label that could be replaced.
    #[error(transparent)]
    SourceFile(io::Error),
    /// The format holds no frames of this size.
    #[error("frames of {width} x {height} pixels are too large for the format")]
    TooLarge { width: u32, height: u32 },
    /// What it is written to takes no more.
    #[error(transparent)]
    Target(io::Error),
}

/// Writes a labelled copy of a film to an empty file. A copy in the film's `own` format has its very
/// frames; one in another has its side tracks, where that holds them.
///
/// # Errors
/// [`CopyError`].
pub fn copy(
    (source, own): (&mut File, Option<FilmFormat>),
    (mut target, format): (File, FilmFormat),
    label: &Label,
    side_tracks: SideTracks,
) -> Result<(), CopyError> {
    if own == Some(format) {
        source.rewind().map_err(CopyError::SourceFile)?;
        io::copy(source, &mut target).map_err(CopyError::Target)?;
        let packet = xmp::packet(&label.id, &label.provenance);
        return labels::replace(&mut target, &packet).map_err(CopyError::SourceFile);
    }
    let source = source.try_clone().map_err(CopyError::SourceFile)?;
    let mut frames = clip::read(source).map_err(CopyError::Source)?;
    let mut film = writer(format, target, side_tracks);
    while let Some(frame) = frames.frame().map_err(CopyError::Source)? {
        let (width, height) = (frame.picture.width(), frame.picture.height());
        if !format.holds_size(width, height) {
            return Err(CopyError::TooLarge { width, height });
        }
        let written = film.frame(frame.picture, frame.ticks);
        written.map_err(CopyError::Target)?;
    }
    film.finish(label).map_err(CopyError::Target)
}
