//! What a job of pictures is promised to take, and what it teaches about the next.

use quartet_pipelines::image::ImageStats;

use crate::{
    ImageAsked, ImagePromise,
    bench::Bench,
    models::{Architecture, Model},
    pace::{self, Pace, Work},
    vitals::{self, MB},
    works::Library,
};

/// What making a picture larger took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Enlarged {
    pub(super) seconds: f64,
    /// In bytes.
    pub(super) memory: Option<u64>,
}

/// What a promise is made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) library: Option<&'a Library>,
    /// Ids of the models in memory.
    pub(crate) loaded: &'a [String],
    /// What models may take together, in bytes.
    pub(crate) budget: u64,
}

/// Whether the model computes several pictures in one run.
pub(super) fn is_together(model: &Model) -> bool {
    model.architecture == Architecture::Diffusion
}

pub(crate) fn megabytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(MB)).unwrap_or(u32::MAX)
}

/// What pictures of `model` will take, enlarged by `upscaler` where `asked` has a factor.
pub(crate) fn promise(
    known: Known<'_>,
    model: &Model,
    upscaler: Option<&Model>,
    asked: &ImageAsked,
) -> ImagePromise {
    let work = asked.work(is_together(model));
    let drawing = known.told(model, (work.rows, work.pixels), |paces, reckon| {
        pace::predict(paces, &work, reckon)
    });
    let Some(upscaler) = upscaler.filter(|_| asked.factor > 1) else {
        return drawing;
    };
    let pixels = u64::from(asked.width) * u64::from(asked.height);
    let enlarging = known.enlarging(upscaler, pixels, asked.count, asked.factor);
    ImagePromise {
        seconds: drawing.seconds.zip(enlarging.seconds).map(|(a, b)| a + b),
        memory_mb: drawing.memory_mb.saturating_add(enlarging.memory_mb),
        measured: drawing.measured && enlarging.measured,
    }
}

/// What one picture of `pixels` will take to be made larger alone.
pub(crate) fn enlarging(
    known: Known<'_>,
    upscaler: &Model,
    pixels: u64,
    factor: u32,
) -> ImagePromise {
    known.enlarging(upscaler, pixels, 1, factor)
}

impl Known<'_> {
    fn enlarging(&self, upscaler: &Model, pixels: u64, count: u32, factor: u32) -> ImagePromise {
        self.told(upscaler, (factor, pixels), |paces, reckon| {
            pace::predict_enlarging(paces, pixels, count, factor, reckon)
        })
    }

    /// `rows` and `pixels` as in [`Model::memory_for`].
    fn told(
        &self,
        model: &Model,
        (rows, pixels): (u32, u64),
        predict: impl FnOnce(&[Pace], &dyn Fn(u32, u64) -> u64) -> Option<pace::Prediction>,
    ) -> ImagePromise {
        let reckon = |rows, pixels| model.memory_for(self.budget, rows, pixels);
        let paces = self.library.map(|library| library.paces(&model.id));
        let predicted = predict(paces.as_deref().unwrap_or_default(), &reckon);
        let load = if self.loaded.contains(&model.id) {
            0.0
        } else {
            let seconds = self.library.and_then(|one| one.load_seconds(&model.id));
            seconds.unwrap_or(0.0)
        };
        let measured = predicted.and_then(|(_, memory)| memory);
        let memory = measured.unwrap_or_else(|| reckon(rows, pixels));
        ImagePromise {
            seconds: predicted.map(|(seconds, _)| seconds + load),
            memory_mb: megabytes(memory),
            measured: measured.is_some(),
        }
    }
}

/// The promise of a job whose model is loaded already.
pub(super) fn at_the_bench(
    bench: &Bench,
    model: &Model,
    upscaler: Option<&Model>,
    asked: &ImageAsked,
) -> ImagePromise {
    let loaded = bench.shelf.ids();
    promise(known(bench, &loaded), model, upscaler, asked)
}

pub(super) fn known<'a>(bench: &'a Bench, loaded: &'a [String]) -> Known<'a> {
    Known {
        library: bench.library().ok(),
        loaded,
        budget: vitals::budget_bytes(bench.settings().memory_budget_mb),
    }
}

/// Learns from pictures that took `seconds` in all, enlarging aside.
pub(super) fn remember(
    bench: &Bench,
    model: &Model,
    work: &Work,
    stats: &ImageStats,
    seconds: f64,
    memory: Option<u64>,
) {
    let stepping = stats.denoise_seconds;
    let finishing = stats.decode_seconds;
    let pace = Pace {
        rows: work.rows,
        pixels: work.pixels,
        previews: work.previews,
        fixed: (seconds - stepping - finishing).max(0.0),
        per_step: stepping / f64::from(stats.steps.max(1)) / f64::from(work.batches.max(1)),
        per_picture: finishing / f64::from(stats.count.max(1)),
        memory,
    };
    if let Ok(library) = bench.library() {
        library.remember_pace(&model.id, &pace);
    }
}

/// The same for a picture that was made larger.
pub(super) fn remember_enlarging(
    bench: &Bench,
    model: &Model,
    pixels: u64,
    factor: u32,
    took: Enlarged,
) {
    let pace = Pace {
        rows: factor,
        pixels,
        previews: false,
        fixed: 0.0,
        per_step: 0.0,
        per_picture: took.seconds,
        memory: took.memory,
    };
    if let Ok(library) = bench.library() {
        library.remember_pace(&model.id, &pace);
    }
}
