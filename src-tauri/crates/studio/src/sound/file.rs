//! Sounds as files: read from the library, written for people.

use std::{io::BufReader, path::Path};

use quartet_library::write_atomic;
use quartet_media::{Pcm, SoundFormat, bounded::open_regular, labels::Provenance};

use crate::{Code, Failure, Result};

/// Reads a sound of the library.
///
/// # Errors
/// `WorkFileMissing`; `WorkFileBroken` for one that is no mono 16-bit WAV.
pub(crate) fn read(path: &Path) -> Result<Pcm> {
    let file =
        open_regular(path).map_err(|error| Failure::at(Code::WorkFileMissing, path, error))?;
    let pcm = Pcm::read_wav(BufReader::new(file));
    pcm.map_err(|error| Failure::at(Code::WorkFileBroken, path, error))
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
    let format = SoundFormat::of(path)?;
    let marked = audible.then(|| pcm.clone().with_audible_mark());
    let pcm = marked.as_ref().unwrap_or(pcm);
    write_atomic(path, |out| pcm.write(out, format, id, provenance))
        .map_err(|error| Failure::at(Code::ExportFailed, path, error))
}
