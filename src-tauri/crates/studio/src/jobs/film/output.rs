//! Where a film is written, and how it ends there.

use std::{fs::File, io, path::PathBuf};

use quartet_library::{AtomicFile, Draft, PendingWork, Work};
use quartet_media::labels::SourceType;

use crate::{
    Code, Failure, Modality, Result,
    films::{EncoderThread, Film, FilmFormat, Label, OwnFile, unnamed_file},
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
    /// Where a film is written first; after `refusal`, for which the library's disk took no more, elsewhere.
    ///
    /// # Errors
    /// `ExportFailed`, for a file that cannot be written; those of the disk for a film that is not kept.
    pub(super) fn begin(
        keep: &Keep,
        worker: &Worker,
        film: &Film,
        format: FilmFormat,
        refusal: Option<Refusal>,
    ) -> Result<(Self, File)> {
        let unkept = |failure: Option<Failure>, elsewhere: bool| {
            let own = || film.proxies.another_file();
            let file = if elsewhere {
                let mut folders = elsewhere_folders(keep).into_iter();
                let file = folders.find_map(|folder| unnamed_file(&folder).ok());
                file.map_or_else(own, Ok)
            } else {
                own()
            };
            let file = file.map_err(|error| refused(keep, worker, &error))?;
            Ok((Self::Unkept(failure), file))
        };
        if let Some(Refusal(failure)) = refusal {
            film.proxies.begin_again(&elsewhere_folders(keep));
            return unkept(failure, true);
        }
        match keep {
            Keep::File(path) => {
                let failed = |error: io::Error| Failure::at(Code::ExportFailed, path, error);
                let atomic = AtomicFile::begin(path).map_err(failed)?;
                let file = atomic.file().map_err(failed)?;
                Ok((Self::File(atomic), file))
            }
            Keep::Library | Keep::LibraryNear(_) => {
                let library = worker.library();
                match library.and_then(|library| Ok(library.begin(format.extension())?)) {
                    Ok((pending, file)) => Ok((Self::Library(Box::new(pending)), file)),
                    Err(failure) => unkept(Some(failure), true),
                }
            }
            Keep::No => unkept(None, false),
        }
    }

    /// Whether a film that the disk refuses could be written elsewhere: a person's own file could not.
    pub(super) fn is_movable(&self) -> bool {
        !matches!(self, Self::File(_))
    }

    /// Writes the end of the film and enters it where it is to be kept: the work, or why there is none.
    ///
    /// # Errors
    /// What the disk said that the film was written to.
    pub(super) fn finish(
        self,
        (encoder, own): (EncoderThread, OwnFile),
        worker: &Worker,
        finished: &FinishedFilm<'_>,
    ) -> io::Result<std::result::Result<Work, Option<Failure>>> {
        match self {
            Self::Library(pending) => {
                let draft = finished.draft();
                let label = Label {
                    id: pending.stamp.id.clone(),
                    provenance: draft.provenance(&pending.stamp),
                };
                encoder.finish(&label)?;
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
                encoder.finish(&own.label)?;
                file.publish()?;
                Ok(Err(None))
            }
            Self::Unkept(failure) => {
                encoder.finish(&own.label)?;
                finished.film.keep_file(own);
                Ok(Err(failure))
            }
        }
    }
}

/// The library's disk took no more of a film: what is said of that, where it was to be kept.
pub(super) struct Refusal(pub(super) Option<Failure>);

/// Folders on other disks than the library's, as far as can be known: where the film is to go, then the
/// system's.
fn elsewhere_folders(keep: &Keep) -> Vec<PathBuf> {
    let near = match keep {
        Keep::LibraryNear(path) => path.parent().map(|folder| match folder.as_os_str() {
            name if name.is_empty() => PathBuf::from("."),
            _ => folder.to_owned(),
        }),
        Keep::Library | Keep::File(_) | Keep::No => None,
    };
    near.into_iter().chain([std::env::temp_dir()]).collect()
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
    /// How much of it models made.
    pub(super) source: SourceType,
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
            source: self.source,
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
