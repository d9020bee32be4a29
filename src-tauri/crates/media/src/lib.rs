//! Bytes to pictures, sound and frames, and back.
//!
//! Files are read as hostile: sizes are looked at before anything is allocated, and what is broken is an
//! [`Error`] that names the person's file. Deliberately absent: models, jobs, the library, and words for
//! people; what a file is made for is known by those who call.

pub mod bounded;
mod caption;
pub mod clip;
mod container;
pub mod data_url;
mod error;
pub mod film;
pub mod format;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod labels;
mod picture;
pub mod picture_file;
pub mod score;
mod sound;
mod still;
mod written;
mod yuv;

pub use caption::Caption;
pub use error::{Error, Result};
pub use format::UnknownFormat;
pub use picture::{Mask, PICTURE_LIMIT, Picture};
pub use picture_file::PictureFormat;
pub use sound::{EncodedSound, Pcm, SAMPLE_RATE, SoundFile, SoundFormat, SoundSource, wav};
pub use still::preview_webp;

/// The clock of all films: whole ticks for 24, 25, 30 and 29.97 frames a second, for the thousandths of
/// WebP and the hundredths of GIF.
pub const TICKS_PER_SECOND: u64 = 120_000;
