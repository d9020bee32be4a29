//! What jobs make, as the library keeps it.

use std::path::Path;

use quartet_library::{Draft, WorkPart};
use quartet_media::labels::{Label, SourceType};

use super::worker::Worker;
use crate::{
    Modality, Result, Settings,
    export::Body,
    models::Model,
    pictures::Part,
    recipe::{Made, Recipe, RecipeModel, RecipeRuntime},
};

/// A finished result on its way into the library or into a file.
#[derive(Debug)]
pub struct Product<'a> {
    pub(crate) modality: Modality,
    pub(crate) model: &'a Model,
    /// What making it took.
    pub(crate) seconds: f64,
    pub(crate) title: String,
    /// What search finds it by besides its prompt; none: by that alone.
    pub(crate) content: Option<String>,
    pub(crate) made: Made,
    /// How much of it models made.
    pub(crate) source: SourceType,
    /// What it was made from.
    pub(crate) parts: Vec<(WorkPart, Part)>,
    pub(crate) body: Body<'a>,
}

impl Product<'_> {
    /// Enters it into the library and gives its id there.
    ///
    /// # Errors
    /// Why there is no library; `LibraryReadOnly`, `LibraryFull`, `LibraryBusy`, `LibraryFailed`.
    pub(super) fn keep(self, worker: &Worker, settings: &Settings) -> Result<String> {
        let library = worker.library()?;
        let prompt = self.made.prompt();
        let model = RecipeModel::of(self.model);
        let recipe = recipe(worker, settings, self.modality, model, self.made);
        let recipe = recipe.taking(self.seconds).json()?;
        let draft = Draft {
            modality: self.modality,
            title: &self.title,
            model: &self.model.id,
            seconds: self.seconds,
            prompt: &prompt,
            content: self.content.as_deref().unwrap_or(&prompt),
            recipe: &recipe,
            source: self.source,
            extension: self.body.extension(),
        };
        let parts: Vec<_> = self
            .parts
            .into_iter()
            .map(|(name, part)| part.file(name))
            .collect();
        let work = library.keep_with(&draft, &parts, |stamp, out| {
            self.body.write(
                out,
                &Label {
                    id: stamp.id.clone(),
                    provenance: draft.provenance(stamp),
                },
            )
        })?;
        Ok(work.id)
    }

    /// Writes it to a labelled file and leaves no trace in the library.
    ///
    /// # Errors
    /// `ExportFormat`, `ExportFailed`.
    pub(super) fn write_to(&self, path: &Path, settings: &Settings) -> Result<()> {
        let label = Label::anonymous(self.model.id.clone(), self.source);
        self.body.export(path, &label, settings.audible_label)
    }
}

/// The recipe of a work that was made with these settings.
pub(crate) fn recipe(
    worker: &Worker,
    settings: &Settings,
    modality: Modality,
    model: RecipeModel,
    made: Made,
) -> Recipe {
    Recipe {
        quartet: env!("CARGO_PKG_VERSION").to_owned(),
        modality,
        model,
        runtime: RecipeRuntime {
            version: worker.runtime_version(),
            device: worker.device_name(settings),
            threads: settings.threads,
        },
        made,
        seconds: 0.0,
    }
}
