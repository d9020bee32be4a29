//! Samples as they are kept: mono, 16 bits.

use std::{
    io::{self, Read},
    path::Path,
};

use crate::{UnknownFormat, format};

/// Mono samples.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pcm {
    /// Samples a second.
    pub sample_rate: u32,
    pub samples: Vec<i16>,
}

/// What a sound can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoundFormat {
    Wav,
    Flac,
}

impl SoundFormat {
    const ENDINGS: [(Self, &'static [&'static str]); 2] =
        [(Self::Wav, &["wav"]), (Self::Flac, &["flac"])];

    /// The format that a path's ending names.
    ///
    /// # Errors
    /// [`UnknownFormat`].
    pub fn of(path: &Path) -> Result<Self, UnknownFormat> {
        format::of(path, &Self::ENDINGS)
    }
}

impl Pcm {
    /// Reads a mono 16-bit WAV file, as [`Pcm::write`] makes them.
    ///
    /// # Errors
    /// Those of the disk; `InvalidData` for any other file.
    pub fn read_wav(file: impl Read) -> io::Result<Self> {
        let broken = |error: hound::Error| match error {
            hound::Error::IoError(error) => error,
            other => io::Error::new(io::ErrorKind::InvalidData, other),
        };
        let mut reader = hound::WavReader::new(file).map_err(broken)?;
        let spec = reader.spec();
        if (spec.channels, spec.bits_per_sample) != (1, 16) {
            return Err(broken(hound::Error::Unsupported));
        }
        let samples = reader.samples().collect::<Result<_, _>>();
        Ok(Self {
            sample_rate: spec.sample_rate,
            samples: samples.map_err(broken)?,
        })
    }
}
