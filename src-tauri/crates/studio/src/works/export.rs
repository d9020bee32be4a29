//! Works on their way out of the library, each with the label that says an AI made it.

use std::path::Path;

use super::{Library, write_file};
use crate::{
    Code, Failure, Modality, Result, films,
    labels::{self, Provenance},
    pictures,
    recipe::Recipe,
    sound,
};

/// Whether a path's ending asks for notes instead of a sound.
pub(crate) fn is_midi(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    ending == "mid" || ending == "midi"
}

/// Only tunes have notes.
fn not_a_tune(path: &Path) -> Failure {
    let values = [("kind", "mid"), ("allowed", "wav, flac")];
    Failure::with(Code::ExportFormat, &values, path.display())
}

/// How much of its making a work takes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportRecipe {
    /// That an AI made it, which model, and when.
    Omitted,
    /// The whole recipe, so that it can be made again: it holds the prompt.
    Included,
}

impl Library {
    /// Writes a labelled copy of a work to `path`, which is replaced if it exists. With `audible`,
    /// the label of a sound can be heard as well.
    ///
    /// # Errors
    /// `WorkUnknown`, `WorkFileMissing`, `WorkFileBroken`, `ExportFormat`, `ExportFailed`.
    pub fn export(&self, id: &str, path: &Path, recipe: ExportRecipe, audible: bool) -> Result<()> {
        let opened = self.open_work(id)?;
        let failed = |error: std::io::Error| Failure::at(Code::ExportFailed, path, error);
        let whole = recipe == ExportRecipe::Included;
        let recipe = opened.recipe.clone();
        let provenance = Provenance {
            title: whole.then_some(opened.work.title),
            created: opened.work.created_at,
            model: opened.work.model,
            recipe: whole.then_some(opened.recipe),
        };
        let id = &opened.work.id;
        match opened.work.modality {
            Modality::Text => write_file(path, |out| {
                labels::text::write(out, id, &provenance, &opened.content)
            })
            .map_err(failed),
            Modality::Audio if is_midi(path) => {
                let made = Recipe::parse(&recipe).and_then(|recipe| recipe.composition);
                let tune = made.ok_or_else(|| not_a_tune(path))?;
                write_file(path, |out| labels::midi::write(out, id, &provenance, &tune))
                    .map_err(failed)
            }
            Modality::Audio => {
                let pcm = sound::read(&opened.file)?;
                sound::export(path, id, &provenance, &pcm, audible)
            }
            Modality::Image => {
                let picture = pictures::read_kept(&opened.file)?;
                pictures::export(path, id, &provenance, &picture)
            }
            Modality::Video => {
                if let Some(problem) = opened.work.problem {
                    return Err(problem);
                }
                let beside = self.beside(&recipe).unwrap_or_default();
                films::export(&opened.file, path, id, provenance, beside)
            }
        }
    }

    /// What lies beside a film's frames; a sound that is gone is no reason to keep the film back.
    fn beside(&self, recipe: &str) -> Option<films::Beside> {
        let film = Recipe::parse(recipe)?.film?;
        let sound = film.narration.and_then(|id| {
            let file = self.open_work(&id).ok()?.file;
            sound::read(&file).ok()
        });
        Some(films::Beside {
            sound,
            captions: film.captions,
        })
    }
}
