//! What every writer of films is to those who make them.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

use crate::{Caption, Pcm, Picture, Result, UnknownFormat, format, labels::Label};

/// What a film can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum FilmFormat {
    /// Animated WebP: small, and every window shows it.
    #[default]
    WebP,
    Gif,
    /// APNG: exact pixels.
    Png,
    /// H.264 in MP4: for players and for sound.
    Mp4,
}

impl FilmFormat {
    pub const ALL: [Self; 4] = [Self::WebP, Self::Gif, Self::Png, Self::Mp4];

    const ENDINGS: [(Self, &'static [&'static str]); 4] = [
        (Self::WebP, &["webp"]),
        (Self::Gif, &["gif"]),
        (Self::Png, &["png", "apng"]),
        (Self::Mp4, &["mp4", "m4v"]),
    ];

    /// Of files, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Png => "png",
            Self::Mp4 => "mp4",
        }
    }

    /// The format that a path's ending names.
    ///
    /// # Errors
    /// [`UnknownFormat`].
    pub fn of(path: &Path) -> Result<Self, UnknownFormat> {
        format::of(path, &Self::ENDINGS)
    }
}

/// A film being written.
pub trait FilmWriter: Send {
    /// Adds a frame that is shown for `ticks` of [`TICKS_PER_SECOND`](crate::TICKS_PER_SECOND); all frames have
    /// the first one's size.
    ///
    /// # Errors
    /// Those of the disk and of the encoder.
    fn frame(&mut self, picture: Picture, ticks: u64) -> io::Result<()>;

    /// Writes what is held, the label and what the format has at its ends.
    ///
    /// # Errors
    /// Those of the disk; `InvalidInput` for a film without frames.
    fn finish(self: Box<Self>, label: &Label) -> io::Result<()>;
}

/// Sound under a film and captions over it; MP4 alone holds them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SideTracks {
    pub sound: Option<Pcm>,
    /// In the order in which they are read.
    pub captions: Vec<Caption>,
}

pub(super) fn no_frames() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "a film without frames")
}
