//! What a job of pictures is estimated to take, and what it teaches about the next.

use quartet_library::{
    Library, Measurement, RunTiming, TimingKey,
    estimate::{self, Estimate, Workload},
};
use quartet_pipelines::image::ImageStats;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::worker::Worker;
use crate::{
    Settings,
    models::Model,
    resources::Resources,
    vitals::{self, MB},
};

/// What is asked of a model, as far as it decides what it will take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImageAsked {
    /// In pixels, as the model draws.
    pub width: u32,
    pub height: u32,
    /// Steps that will be made: fewer than asked where there is a picture to start from.
    pub steps: u32,
    pub count: u32,
    /// Whether the network is asked twice, with the prompt and without.
    pub guided: bool,
    pub previews: bool,
    /// How much the pictures are enlarged afterwards; 1: not at all.
    pub factor: u32,
}

/// What it will take.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImageEstimate {
    /// None until a picture of the model was made on this computer.
    pub seconds: Option<f64>,
    /// What the models and what they compute with take together.
    pub memory_mb: u32,
    /// Whether the memory was measured in an earlier run.
    pub measured: bool,
}

/// What a job was estimated to take, from the moment its model was loaded, and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImageCost {
    pub promised: ImageEstimate,
    pub seconds: f64,
    /// None where other models came and went meanwhile: then it is unknown.
    pub memory_mb: Option<u32>,
}

impl ImageAsked {
    /// `together`: whether the model computes several pictures in one run.
    pub(super) fn workload(&self, together: bool) -> Workload {
        let count = self.count.max(1);
        let (at_once, batches) = if together { (count, 1) } else { (1, count) };
        Workload {
            rows: at_once * if self.guided { 2 } else { 1 },
            pixels: u64::from(self.width) * u64::from(self.height),
            batches,
            steps: self.steps,
            count,
            previews: self.previews,
        }
    }
}

/// What making a picture larger took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Upscaled {
    pub(super) seconds: f64,
    /// In bytes.
    pub(super) memory: Option<u64>,
}

/// What estimates are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Estimator<'a> {
    pub(crate) library: Option<&'a Library>,
    /// Ids of the models in memory.
    pub(crate) loaded: &'a [String],
    /// What models may take together, in bytes.
    pub(crate) budget: u64,
}

impl<'a> Estimator<'a> {
    pub(crate) fn new(resources: &'a Resources, settings: &Settings, loaded: &'a [String]) -> Self {
        Self {
            library: resources.works.library().ok(),
            loaded,
            budget: vitals::budget_bytes(settings.memory_budget_mb),
        }
    }

    /// What pictures of `model` will take, enlarged by `upscaler` where `asked` has a factor.
    pub(crate) fn image(
        &self,
        model: &Model,
        upscaler: Option<&Model>,
        asked: &ImageAsked,
    ) -> ImageEstimate {
        let work = asked.workload(model.architecture.draws_together());
        let drawing = self.estimate(model, (work.rows, work.pixels), |timings, model_bytes| {
            estimate::drawing(timings, &work, model_bytes)
        });
        let Some(upscaler) = upscaler.filter(|_| asked.factor > 1) else {
            return drawing;
        };
        let pixels = u64::from(asked.width) * u64::from(asked.height);
        let enlarging = self.upscale(upscaler, pixels, asked.count, asked.factor);
        ImageEstimate {
            seconds: drawing.seconds.zip(enlarging.seconds).map(|(a, b)| a + b),
            memory_mb: drawing.memory_mb.saturating_add(enlarging.memory_mb),
            measured: drawing.measured && enlarging.measured,
        }
    }

    /// What enlarging `count` pictures of `pixels` pixels is estimated to take.
    pub(crate) fn upscale(
        &self,
        upscaler: &Model,
        pixels: u64,
        count: u32,
        factor: u32,
    ) -> ImageEstimate {
        self.estimate(upscaler, (factor, pixels), |timings, model_bytes| {
            estimate::upscaling(timings, pixels, count, factor, model_bytes)
        })
    }

    /// `rows` and `pixels` as in [`Model::memory_for`].
    fn estimate(
        &self,
        model: &Model,
        (rows, pixels): (u32, u64),
        estimate: impl FnOnce(&[RunTiming], &dyn Fn(u32, u64) -> u64) -> Option<Estimate>,
    ) -> ImageEstimate {
        let model_bytes = |rows, pixels| model.memory_for(self.budget, rows, pixels);
        let timings = self.library.map(|library| library.timings(&key(model)));
        let estimate = estimate(timings.as_deref().unwrap_or_default(), &model_bytes);
        let load = if self.loaded.contains(&model.id) {
            0.0
        } else {
            let seconds = self.library.and_then(|one| one.load_seconds(&model.id));
            seconds.unwrap_or(0.0)
        };
        let measured = estimate.and_then(|estimate| estimate.memory);
        let memory = measured.unwrap_or_else(|| model_bytes(rows, pixels));
        ImageEstimate {
            seconds: estimate.map(|estimate| estimate.seconds + load),
            memory_mb: megabytes(memory),
            measured: measured.is_some(),
        }
    }
}

fn key(model: &Model) -> TimingKey {
    TimingKey::Model(model.id.clone())
}

pub(crate) fn megabytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(MB)).unwrap_or(u32::MAX)
}

/// Learns from pictures that took `seconds` in all, enlarging aside.
pub(super) fn remember(
    worker: &Worker,
    model: &Model,
    work: &Workload,
    stats: &ImageStats,
    seconds: f64,
    memory: Option<u64>,
) {
    let stepping = stats.denoise_seconds;
    let finishing = stats.decode_seconds;
    let timing = RunTiming {
        pixels: work.pixels,
        memory,
        measurement: Measurement::Draw {
            rows: work.rows,
            previews: work.previews,
            fixed: (seconds - stepping - finishing).max(0.0),
            per_step: stepping / f64::from(stats.steps.max(1)) / f64::from(work.batches.max(1)),
            per_picture: finishing / f64::from(stats.count.max(1)),
        },
    };
    if let Ok(library) = worker.library() {
        library.remember_timing(&key(model), &timing);
    }
}

/// Learns from a picture that was made larger.
pub(super) fn remember_upscaling(
    worker: &Worker,
    model: &Model,
    pixels: u64,
    factor: u32,
    took: Upscaled,
) {
    let timing = RunTiming {
        pixels,
        memory: took.memory,
        measurement: Measurement::Upscale {
            factor,
            seconds: took.seconds,
        },
    };
    if let Ok(library) = worker.library() {
        library.remember_timing(&key(model), &timing);
    }
}
