//! A tune as a job: load, compose bar by bar, keep, tell.

use std::sync::Arc;

use quartet_pipelines::audio::composition::{
    ComposedNote, CompositionEvent, CompositionRequest, CompositionStats,
};
use quartet_runtime::Cancel;

use super::{Outlet, Task};
use crate::{
    Code, Failure, JobEvent, Modality, Result,
    bench::Bench,
    labels,
    models::Model,
    recipe::{self, ComposedBar, CompositionRecipe, Recipe},
    sound::Sound,
    wire::CompositionJobEvent,
    works::{Draft, Work},
};

pub(crate) struct CompositionJob {
    pub(crate) model: Model,
    pub(crate) request: CompositionRequest,
    /// Whether the result goes into the library.
    pub(crate) keep: bool,
    /// Grows as it is played.
    pub(crate) sound: Arc<Sound>,
    pub(crate) outlet: Outlet<CompositionJobEvent>,
}

impl Task for CompositionJob {
    fn run(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<()> {
        let model = bench.composition(&self.model, &mut self.outlet, cancel)?;
        let device = model.info().device;
        let mut notes: Vec<ComposedNote> = Vec::new();
        let mut bars: Vec<ComposedBar> = Vec::new();
        let mut finished = None;
        for event in model.run(self.request.clone(), cancel)? {
            match event? {
                CompositionEvent::Begun { request } => {
                    self.request = request.clone();
                    self.outlet.send(CompositionJobEvent::Begun { request });
                }
                CompositionEvent::Note(note) => {
                    notes.push(note.clone());
                    let notes = vec![note];
                    self.outlet.gather(CompositionJobEvent::Notes { notes });
                }
                CompositionEvent::Bar {
                    index,
                    part,
                    repeats,
                } => {
                    bars.push(ComposedBar {
                        part,
                        repeats,
                        ..ComposedBar::default()
                    });
                    self.outlet.send(CompositionJobEvent::Bar {
                        index,
                        part,
                        repeats,
                    });
                }
                CompositionEvent::Audio { bar, samples } => {
                    let sample_rate = quartet_pipelines::audio::composition::SAMPLE_RATE;
                    let place = self.sound.append(sample_rate, &samples);
                    if let Some(bar) = bars.get_mut(bar as usize) {
                        (bar.from, bar.to) = (place.start, place.end);
                    }
                    self.outlet.send(CompositionJobEvent::Audio {
                        bar,
                        from: place.start,
                        to: place.end,
                        sample_rate,
                    });
                }
                CompositionEvent::Done(stats) => finished = Some(stats),
            }
        }
        self.sound.end();
        let stats =
            finished.ok_or_else(|| Failure::new(Code::Internal, "a tune without an end"))?;
        let tune = CompositionRecipe {
            request: self.request.clone(),
            stats: stats.clone(),
            notes,
            bars,
        };
        let kept = self.keep.then(|| self.keep(bench, tune, &stats, device));
        let (work, keep_failure) = match kept.transpose() {
            Ok(work) => (work.map(|work| work.id), None),
            Err(failure) => (None, Some(failure)),
        };
        self.outlet.send(CompositionJobEvent::Done {
            stats,
            work,
            keep_failure,
        });
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.sound.end();
        self.outlet.send(CompositionJobEvent::failed(failure));
    }

    fn ahead(&mut self, jobs: u32) {
        self.outlet.send(CompositionJobEvent::queued(jobs));
    }
}

impl CompositionJob {
    fn keep(
        &self,
        bench: &Bench,
        tune: CompositionRecipe,
        stats: &CompositionStats,
        device: String,
    ) -> Result<Work> {
        let library = bench.library()?;
        let seconds = stats.writing_seconds + stats.playing_seconds;
        let called = recipe::called(&tune.request);
        let recipe = Recipe {
            composition: Some(tune),
            ..bench.recipe(Modality::Audio, &self.model, device, seconds)
        }
        .json()?;
        let draft = Draft {
            modality: Modality::Audio,
            title: &recipe::title(&called),
            model: &self.model.id,
            seconds,
            prompt: &called,
            content: &called,
            recipe: &recipe,
            extension: "wav",
        };
        library.keep(&draft, |stamp, out| {
            let provenance = draft.provenance(stamp);
            self.sound
                .with(|pcm| labels::wav::write(out, &stamp.id, &provenance, pcm))
        })
    }
}
