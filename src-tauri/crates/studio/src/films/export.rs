//! A kept film as another file: under the label that goes out, and in the format that is asked for.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use quartet_pipelines::video::clip;

use super::{Beside, FilmFormat, Label, writer};
use crate::{
    Code, Failure, Result,
    labels::{self, Provenance, xmp},
    works::Replacing,
};

/// Writes a labelled copy of the film at `kept` to `path`, in the format that its ending names. A copy in
/// the film's own format has its very frames; one in another has what lies `beside` them, where that holds it.
///
/// # Errors
/// `ExportFormat`, `ExportFailed`, `WorkFileBroken`.
pub(crate) fn export(
    kept: &Path,
    path: &Path,
    id: &str,
    provenance: Provenance,
    beside: Beside,
) -> Result<()> {
    let format = FilmFormat::of(path)?;
    let failed = |error: io::Error| Failure::at(Code::ExportFailed, path, error);
    let broken = |error: quartet_pipelines::Error| Failure::at(Code::WorkFileBroken, kept, error);
    let replacing = Replacing::begin(path).map_err(failed)?;
    let mut file = replacing.file().map_err(failed)?;
    if FilmFormat::of(kept).is_ok_and(|kept| kept == format) {
        let mut film = File::open(kept).map_err(failed)?;
        io::copy(&mut film, &mut file).map_err(failed)?;
        let packet = xmp::packet(id, &provenance);
        labels::film::replace(&mut file, &packet)
            .map_err(|error| Failure::at(Code::WorkFileBroken, kept, error))?;
    } else {
        let label = Label {
            id: id.to_owned(),
            provenance,
        };
        let mut frames = clip::open(&[PathBuf::from(kept)], 25).map_err(broken)?;
        let mut film = writer(format, file, beside);
        while let Some(frame) = frames.frame().map_err(broken)? {
            film.frame(frame.picture, frame.ticks).map_err(failed)?;
        }
        film.finish(&label).map_err(failed)?;
    }
    replacing.publish().map_err(failed)
}
