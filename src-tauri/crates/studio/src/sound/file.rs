//! Sounds as files: read from the library, written for people.

use std::{fs::File, io::BufReader, path::Path};

use super::{Pcm, append_rhythm};
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
    Flac,
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
            "flac" => Ok(Self::Flac),
            kind => {
                let values = [("kind", kind), ("allowed", "wav, flac")];
                Err(Failure::with(Code::ExportFormat, &values, path.display()))
            }
        }
    }
}

/// Writes a labelled sound in the format that the path's ending names; with `audible`, the mark can
/// be heard as well.
///
/// # Errors
/// `ExportFormat`, `ExportFailed`.
pub(crate) fn export(
    path: &Path,
    id: &str,
    provenance: &Provenance,
    pcm: &Pcm,
    audible: bool,
) -> Result<()> {
    let format = Format::of(path)?;
    let marked = audible.then(|| {
        let mut marked = pcm.clone();
        append_rhythm(&mut marked);
        marked
    });
    let pcm = marked.as_ref().unwrap_or(pcm);
    write_file(path, |out| match format {
        Format::Wav => labels::wav::write(out, id, provenance, pcm),
        Format::Flac => labels::flac::write(out, id, provenance, pcm),
    })
    .map_err(|error| Failure::at(Code::ExportFailed, path, error))
}
