//! Where a film is written, and how it ends there.

use std::{fs::File, io};

use quartet_library::{AtomicFile, Draft, PendingWork, Work};

use crate::{
    Code, Failure, Modality, Result,
    films::{EncoderThread, Film, FilmFormat, Label, OwnFile},
    jobs::{Keep, worker::Worker},
};

/// Where frames are written.
pub(super) enum Output {
    Library(Box<PendingWork>),
    File(AtomicFile),
    /// Nothing keeps it, or the library takes nothing, for this reason: the film can be looked at all the
    /// same, and saved elsewhere.
    Unkept(Option<Failure>),
}

impl Output {
    /// # Errors
    /// `ExportFailed`, for a file that cannot be written; those of the disk for a film that is not kept.
    pub(super) fn begin(
        keep: &Keep,
        worker: &Worker,
        film: &Film,
        format: FilmFormat,
    ) -> Result<(Self, File)> {
        let unkept = |failure| {
            let file = film.proxies.another_file();
            let file = file.map_err(|error| refused(keep, worker, &error))?;
            Ok((Self::Unkept(failure), file))
        };
        match keep {
            Keep::File(path) => {
                let failed = |error: io::Error| Failure::at(Code::ExportFailed, path, error);
                let atomic = AtomicFile::begin(path).map_err(failed)?;
                let file = atomic.file().map_err(failed)?;
                Ok((Self::File(atomic), file))
            }
            Keep::Library => {
                let library = worker.library();
                match library.and_then(|library| Ok(library.begin(format.extension())?)) {
                    Ok((pending, file)) => Ok((Self::Library(Box::new(pending)), file)),
                    Err(failure) => unkept(Some(failure)),
                }
            }
            Keep::No => unkept(None),
        }
    }

    /// Writes the end of the film and enters it where it is to be kept: the work, or why there is none.
    ///
    /// # Errors
    /// `ExportFailed`, for a file that is no library's.
    pub(super) fn finish(
        self,
        (encoder, own): (EncoderThread, OwnFile),
        keep: &Keep,
        worker: &Worker,
        finished: &FinishedFilm<'_>,
    ) -> Result<std::result::Result<Work, Option<Failure>>> {
        let refused = |error: io::Error| refused(keep, worker, &error);
        match self {
            Self::Library(pending) => {
                let draft = finished.draft();
                let label = Label {
                    id: pending.stamp.id.clone(),
                    provenance: draft.provenance(&pending.stamp),
                };
                if let Err(error) = encoder.finish(&label) {
                    return Ok(Err(Some(refused(error))));
                }
                let library = worker.library();
                Ok(library
                    .and_then(|library| Ok(library.complete(*pending, &draft)?))
                    .map_err(|failure| {
                        // All frames are made, and can be looked at and saved elsewhere.
                        finished.film.keep_file(own);
                        Some(failure)
                    }))
            }
            Self::File(file) => {
                encoder.finish(&own.label).map_err(refused)?;
                file.publish().map_err(refused)?;
                Ok(Err(None))
            }
            Self::Unkept(failure) => {
                encoder.finish(&own.label).map_err(refused)?;
                finished.film.keep_file(own);
                Ok(Err(failure))
            }
        }
    }
}

/// A film whose frames are all made.
pub(super) struct FinishedFilm<'a> {
    pub(super) film: &'a Film,
    pub(super) title: &'a str,
    /// The id of the model that it is mostly made by.
    pub(super) model: &'a str,
    pub(super) seconds: f64,
    pub(super) prompt: &'a str,
    /// JSON.
    pub(super) recipe: &'a str,
    pub(super) format: FilmFormat,
}

impl FinishedFilm<'_> {
    fn draft(&self) -> Draft<'_> {
        Draft {
            modality: Modality::Video,
            title: self.title,
            model: self.model,
            seconds: self.seconds,
            prompt: self.prompt,
            content: self.prompt,
            recipe: self.recipe,
            extension: self.format.extension(),
        }
    }
}

/// What a disk says that takes no more.
pub(super) fn refused(keep: &Keep, worker: &Worker, error: &io::Error) -> Failure {
    match (keep, worker.library()) {
        (Keep::File(path), _) => Failure::at(Code::ExportFailed, path, error),
        (_, Ok(library)) => library.refused(error).into(),
        (_, Err(failure)) => failure,
    }
}
