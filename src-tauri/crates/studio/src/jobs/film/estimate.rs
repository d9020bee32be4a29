//! What a film is estimated to take, and what it teaches about the next.

use quartet_library::{Measurement, RunTiming, TimingKey};
use quartet_pipelines::video::{VideoPlan, VideoStats};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::backend::FilmModels;
use crate::{
    jobs::{
        estimate::{self, Estimator},
        worker::Worker,
    },
    models::Model,
    vitals::{self, PeakWatch},
};

/// Frames in memory at a time: two large keys, the one before, those waiting for the encoder, and what
/// it writes.
const FRAMES: u64 = 12;

/// What a film is estimated to take.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilmEstimate {
    /// None until such a film was made on this computer.
    pub seconds: Option<f64>,
    /// What the models and what they compute with take together; it does not grow with the film's length.
    pub memory_mb: u32,
    /// Whether the memory was measured in an earlier run.
    pub measured: bool,
    /// Frames, and those of them that are drawn; 0 where a clip does not say before its end.
    pub plan: VideoPlan,
}

/// What a film was estimated to take, and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilmCost {
    pub promised: FilmEstimate,
    /// From the moment the models were loaded.
    pub seconds: f64,
    /// From the start of the job, with loading, writing and speaking.
    pub job_seconds: f64,
    /// From the start of the job to the first frame.
    pub first_frame_seconds: f64,
    /// Of `seconds`, those in which no network computed.
    pub outside_seconds: f64,
    /// None where other models came and went meanwhile: then it is unknown.
    pub memory_mb: Option<u32>,
}

/// What earlier films of the same models took.
#[derive(Debug)]
pub(crate) struct FilmEstimator {
    key: TimingKey,
    timings: Vec<RunTiming>,
    /// Seconds until the models are loaded that are not.
    load: f64,
    /// What they take together, in bytes.
    models: u64,
}

impl FilmEstimator {
    pub(crate) fn new(known: Estimator<'_>, models: &FilmModels) -> Self {
        let key = key(models);
        let library = known.library;
        let missing = models
            .all()
            .filter(|model| !known.loaded.contains(&model.id));
        let load = |id: &str| library.and_then(|library| library.load_seconds(id));
        Self {
            timings: library.map_or_else(Vec::new, |library| library.timings(&key)),
            load: missing.filter_map(|model| load(&model.id)).sum(),
            models: models
                .all()
                .map(|model| model.memory_within(known.budget))
                .sum(),
            key,
        }
    }

    pub(crate) fn promise(&self, plan: VideoPlan) -> FilmEstimate {
        let pixels = u64::from(plan.width) * u64::from(plan.height);
        let estimate =
            quartet_library::estimate::film(&self.timings, pixels, plan.keys, plan.frames);
        let measured = estimate.and_then(|estimate| estimate.memory);
        let reckoned = self.models + FRAMES * pixels * 3;
        FilmEstimate {
            // A clip that does not say how many frames it has gets no estimate of time.
            seconds: estimate
                .filter(|_| plan.frames > 0)
                .map(|estimate| estimate.seconds + self.load),
            memory_mb: estimate::megabytes(measured.unwrap_or(reckoned)),
            measured: measured.is_some(),
            plan,
        }
    }

    /// Learns from a film that took `seconds`.
    pub(super) fn remember(
        &self,
        worker: &Worker,
        stats: &VideoStats,
        seconds: f64,
        memory: Option<u64>,
    ) {
        let rest = (seconds - stats.draw_seconds).max(0.0);
        let timing = RunTiming {
            pixels: u64::from(stats.width) * u64::from(stats.height),
            memory,
            measurement: Measurement::Film {
                per_key: stats.draw_seconds / f64::from(stats.keys.max(1)),
                per_frame: rest / f64::from(stats.frames.max(1)),
            },
        };
        if let Ok(library) = worker.library() {
            library.remember_timing(&self.key, &timing);
        }
    }
}

fn key(models: &FilmModels) -> TimingKey {
    let id = |model: &Option<Model>| model.as_ref().map(|model| model.id.clone());
    TimingKey::Film {
        drawer: id(&models.image),
        upscaler: id(&models.upscaler),
        inbetween: id(&models.inbetween),
    }
}

/// The memory of the process from before the models are loaded to its most.
pub(super) struct Watch {
    before: u64,
    peak: PeakWatch,
    /// Whether none of the models was there, so that all of them are measured.
    fresh: bool,
    others: Vec<String>,
}

impl Watch {
    pub(super) fn start(worker: &Worker, models: &FilmModels) -> Self {
        let others = worker.loaded();
        Self {
            before: vitals::resident_bytes(),
            peak: PeakWatch::start(),
            fresh: !models.all().any(|model| others.contains(&model.id)),
            others,
        }
    }

    /// None where models were loaded before, or other models left meanwhile: then it is unknown.
    pub(super) fn end(self, worker: &Worker, models: &FilmModels) -> Option<u64> {
        let all = self.others.iter().cloned();
        let mut all = all.chain(models.all().map(|model| model.id.clone()));
        let loaded = worker.loaded();
        let tells = self.fresh && all.all(|id| loaded.contains(&id));
        tells.then(|| self.peak.peak().saturating_sub(self.before))
    }
}
