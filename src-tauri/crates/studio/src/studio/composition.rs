//! Tunes: loading a model that composes, composing, and notes as a file.

use std::path::Path;

use quartet_pipelines::audio::composition::CompositionRequest;
use quartet_runtime::Cancel;

use super::{Studio, Take, replace};
use crate::{
    Code, Failure, Result, Skill,
    bench::Bench,
    jobs::{Ask, CompositionJob, Outlet},
    labels,
    recipe::CompositionRecipe,
    sound::Format,
    wire::{CompositionSink, LoadedComposer},
    works::{is_midi, write_file},
};

impl Studio {
    /// Loads a model ahead of its use and waits for it; an older call that still waits is stopped.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, `ModelTooLarge`, `Cancelled`, and whatever is wrong with
    /// the model.
    pub fn load_composer(&self, model: &str, sink: CompositionSink) -> Result<LoadedComposer> {
        let model = self.model_that(model, Skill::Composition)?;
        let cancel = replace(&self.preload);
        let mut outlet = Outlet::new(sink, cancel.clone());
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let info = bench.composition(&model, &mut outlet, cancel)?.info();
            Ok(LoadedComposer {
                model: model.id,
                instruments: info.instruments,
                moods: info.moods,
                metres: info.metres,
                modes: info.modes,
                temperature: info.temperature,
                top_p: info.top_p,
                device: info.device,
            })
        });
        self.queue.start_with(ask, cancel);
        answer.wait()
    }

    /// Queues a tune to be composed and kept in the library.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, or the model's own problem; everything later goes to the
    /// sink.
    pub fn start_composition(
        &self,
        model: &str,
        request: CompositionRequest,
        sink: CompositionSink,
    ) -> Result<Take> {
        self.queue_composition(model, request, sink, true)
    }

    /// The same, leaving no trace in the library.
    ///
    /// # Errors
    /// As [`Studio::start_composition`].
    pub fn start_unkept_composition(
        &self,
        model: &str,
        request: CompositionRequest,
        sink: CompositionSink,
    ) -> Result<Take> {
        self.queue_composition(model, request, sink, false)
    }

    fn queue_composition(
        &self,
        model: &str,
        request: CompositionRequest,
        sink: CompositionSink,
        keep: bool,
    ) -> Result<Take> {
        let model = self.model_that(model, Skill::Composition)?;
        Ok(
            self.queue_take(model.id.clone(), |sound, cancel| CompositionJob {
                model,
                request,
                keep,
                sound,
                outlet: Outlet::new(sink, cancel),
            }),
        )
    }

    /// Writes a labelled copy of a tune that is in no library: its sound, or its notes where the path
    /// ends in `.mid`.
    ///
    /// # Errors
    /// `ExportFormat`, `ExportFailed`.
    pub fn export_tune(
        &self,
        take: &Take,
        tune: &CompositionRecipe,
        path: &Path,
        audible: bool,
    ) -> Result<()> {
        if !is_midi(path) {
            return self.export_take(take, path, audible);
        }
        let (id, provenance) = take.stamp();
        write_file(path, |out| labels::midi::write(out, &id, &provenance, tune))
            .map_err(|error| Failure::at(Code::ExportFailed, path, error))
    }
}

/// Whether a tune can be written to a path, by its ending.
///
/// # Errors
/// `ExportFormat`.
pub fn tune_format(path: &Path) -> Result<()> {
    if is_midi(path) || Format::of(path).is_ok() {
        return Ok(());
    }
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let values = [("kind", &*ending), ("allowed", "mid, wav, flac")];
    Err(Failure::with(Code::ExportFormat, &values, path.display()))
}
