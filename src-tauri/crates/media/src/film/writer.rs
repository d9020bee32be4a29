//! What every writer of films is to those who make them.

use std::{io, path::Path, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    Caption, EncodedSound, Pcm, Picture, Result, TICKS_PER_SECOND, UnknownFormat, format,
    labels::Label,
};

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

    /// Whether sound and captions can be in it.
    pub fn holds_sound(self) -> bool {
        self == Self::Mp4
    }

    /// The shortest time for which players show a frame of it, in ticks; shorter ones they show for a tenth
    /// of a second, so they are left out when it is written. 0: any time.
    pub fn shortest_frame(self) -> u64 {
        match self {
            // As their writers leave them out.
            Self::Gif => 2 * TICKS_PER_SECOND / 100,
            Self::WebP | Self::Png => 11 * TICKS_PER_SECOND / 1000,
            Self::Mp4 => 0,
        }
    }

    /// Whether a film of this size can be written in it.
    pub fn holds_size(self, width: u32, height: u32) -> bool {
        match self {
            Self::Mp4 => {
                let side = |side: u32| u64::from(side.next_multiple_of(2));
                side(width) * side(height) <= MP4_PIXELS
            }
            Self::WebP | Self::Gif | Self::Png => true,
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

/// Pixels of the largest frame that H.264 is encoded for here: 3840 x 2160 and a little more.
const MP4_PIXELS: u64 = 36_864 << 8;

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
#[derive(Debug, Clone, Default)]
pub struct SideTracks {
    pub sound: Option<Pcm>,
    /// A clip's own sound, where there is no other.
    pub copied: Option<Arc<EncodedSound>>,
    /// In the order in which they are read.
    pub captions: Vec<Caption>,
}

pub(super) fn no_frames() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "a film without frames")
}
