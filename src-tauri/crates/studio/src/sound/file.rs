//! Sounds as files: read from the library, written for people.

use std::{fs::File, io::BufReader, path::Path};

use super::Pcm;
use crate::{
    Code, Failure, Result,
    labels::{self, Provenance},
    works::write_file,
};

/// Reads a sound of the library.
///
/// # Errors
/// `WorkFileMissing`; `WorkFileBroken` for one that is no mono 16-bit WAV.
pub(crate) fn read(path: &Path) -> Result<Pcm> {
    let file = File::open(path).map_err(|error| Failure::at(Code::WorkFileMissing, path, error))?;
    let broken = |error: hound::Error| Failure::at(Code::WorkFileBroken, path, error);
    let mut reader = hound::WavReader::new(BufReader::new(file)).map_err(broken)?;
    let spec = reader.spec();
    if (spec.channels, spec.bits_per_sample) != (1, 16) {
        return Err(broken(hound::Error::Unsupported));
    }
    let samples = reader.samples().collect::<Result<_, _>>().map_err(broken)?;
    Ok(Pcm {
        sample_rate: spec.sample_rate,
        samples,
    })
}

/// What a sound can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Wav,
}

impl Format {
    /// The format that a path's ending names.
    ///
    /// # Errors
    /// `ExportFormat`.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        match ending.to_ascii_lowercase().as_str() {
            "wav" => Ok(Self::Wav),
            kind => {
                let values = [("kind", kind), ("allowed", "wav")];
                Err(Failure::with(Code::ExportFormat, &values, path.display()))
            }
        }
    }
}

/// Writes a labelled sound in the format that the path's ending names.
///
/// # Errors
/// `ExportFormat`, `ExportFailed`.
pub(crate) fn export(path: &Path, id: &str, provenance: &Provenance, pcm: &Pcm) -> Result<()> {
    match Format::of(path)? {
        Format::Wav => write_file(path, |out| labels::wav::write(out, id, provenance, pcm))
            .map_err(|error| Failure::at(Code::ExportFailed, path, error)),
    }
}
