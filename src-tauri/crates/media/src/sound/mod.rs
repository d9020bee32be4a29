//! Sound as samples: read from files of many kinds, and written.

mod downmix;
mod encoded;
mod file;
mod opus;
mod pcm;
mod resample;
mod rhythm;
mod riff;
mod shape;
mod stream;
mod wav;
mod whole;
mod write;

pub use encoded::EncodedSound;
pub(crate) use encoded::{EncodedSample, Heard};
pub use file::{SoundFile, SoundSource};
pub use pcm::{Pcm, SoundFormat};
pub use wav::wav;

/// Samples a second of what [`SoundFile`] reads: the rate that Whisper hears.
pub const SAMPLE_RATE: u32 = 16_000;
