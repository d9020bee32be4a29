//! Films on their way out.

use std::{fmt::Display, fs::File, io, path::Path};

use quartet_library::AtomicFile;
use quartet_media::{
    film::{self, CopyError, FilmFormat, SideTracks},
    labels::Label,
};

use crate::{Code, Failure, Result};

/// Writes a labelled copy of the film at `kept` to `path`, in the format that its ending names. A copy in
/// the film's own format has its very frames; one in another has the side tracks, where that holds them.
///
/// # Errors
/// `ExportFormat`, `ExportFailed`, `FilmTooLarge`, `WorkFileBroken`.
pub(crate) fn export(
    kept: &Path,
    path: &Path,
    label: &Label,
    side_tracks: SideTracks,
) -> Result<()> {
    let broken = |error: &dyn Display| Failure::at(Code::WorkFileBroken, kept, error);
    let mut file = File::open(kept).map_err(|error| broken(&error))?;
    let own = FilmFormat::of(kept).ok();
    copy((&mut file, own), path, label, side_tracks, broken)
}

/// A film's own file that no library holds, open: it has no name any more, or never had one, and is gone
/// when it is dropped.
#[derive(Debug)]
pub(crate) struct OwnFile {
    pub(crate) file: File,
    pub(crate) format: FilmFormat,
    pub(crate) side_tracks: SideTracks,
    /// Under which it goes out.
    pub(crate) label: Label,
}

impl OwnFile {
    /// Writes a labelled copy to `path`, as [`export`] does for a film of the library.
    ///
    /// # Errors
    /// `ExportFormat`, `ExportFailed`; `FilmGone` where the frames cannot be read again.
    pub(crate) fn export(&mut self, path: &Path) -> Result<()> {
        let gone = |error: &dyn Display| Failure::new(Code::FilmGone, error);
        let source = (&mut self.file, Some(self.format));
        copy(source, path, &self.label, self.side_tracks.clone(), gone)
    }
}

fn copy(
    source: (&mut File, Option<FilmFormat>),
    path: &Path,
    label: &Label,
    side_tracks: SideTracks,
    broken: impl Fn(&dyn Display) -> Failure,
) -> Result<()> {
    let format = FilmFormat::of(path)?;
    let failed = |error: io::Error| Failure::at(Code::ExportFailed, path, error);
    let atomic = AtomicFile::begin(path).map_err(failed)?;
    let target = (atomic.file().map_err(failed)?, format);
    film::copy(source, target, label, side_tracks).map_err(|error| match error {
        CopyError::Target(error) => failed(error),
        CopyError::TooLarge { width, height } => too_large(width, height),
        source => broken(&source),
    })?;
    atomic.publish().map_err(failed)
}

/// A film of frames that its format does not hold.
pub(crate) fn too_large(width: u32, height: u32) -> Failure {
    let [width, height] = [width, height].map(|side| side.to_string());
    let values = [("width", width.as_str()), ("height", height.as_str())];
    Failure::with(Code::FilmTooLarge, &values, "")
}
