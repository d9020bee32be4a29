//! What a film is promised to take, and what it teaches about the next.

use quartet_pipelines::video::{VideoPlan, VideoStats};

use super::workshop::Tools;
use crate::{
    bench::Bench,
    jobs::promise::{self, Known},
    pace::{self, Pace},
    vitals::{self, PeakWatch},
    wire::FilmPromise,
};

/// Frames in memory at a time: two large keys, the one before, those waiting for the encoder, and what
/// it writes.
const FRAMES: u64 = 12;

/// What earlier films of the same tools took.
#[derive(Debug)]
pub(crate) struct Foresight {
    key: String,
    paces: Vec<Pace>,
    /// Seconds until the tools are loaded that are not.
    load: f64,
    /// What they take together, in bytes.
    tools: u64,
}

impl Foresight {
    pub(crate) fn new(known: Known<'_>, tools: &Tools) -> Self {
        let key = key(tools);
        let library = known.library;
        let missing = tools
            .all()
            .filter(|model| !known.loaded.contains(&model.id));
        let load = |id: &str| library.and_then(|library| library.load_seconds(id));
        Self {
            paces: library.map_or_else(Vec::new, |library| library.paces(&key)),
            load: missing.filter_map(|model| load(&model.id)).sum(),
            tools: tools
                .all()
                .map(|model| model.memory_within(known.budget))
                .sum(),
            key,
        }
    }

    pub(super) fn at_the_bench(bench: &Bench, tools: &Tools) -> Self {
        let loaded = bench.shelf.ids();
        Self::new(promise::known(bench, &loaded), tools)
    }

    pub(crate) fn promise(&self, plan: VideoPlan) -> FilmPromise {
        let pixels = u64::from(plan.width) * u64::from(plan.height);
        let predicted = pace::predict_film(&self.paces, pixels, plan.keys, plan.frames);
        let measured = predicted.and_then(|(_, memory)| memory);
        let reckoned = self.tools + FRAMES * pixels * 3;
        FilmPromise {
            // A clip that does not say how many frames it has cannot be promised a time.
            seconds: predicted
                .filter(|_| plan.frames > 0)
                .map(|(seconds, _)| seconds + self.load),
            memory_mb: promise::megabytes(measured.unwrap_or(reckoned)),
            measured: measured.is_some(),
            plan,
        }
    }

    /// Learns from a film that took `seconds`.
    pub(super) fn remember(
        &self,
        bench: &Bench,
        stats: &VideoStats,
        seconds: f64,
        memory: Option<u64>,
    ) {
        let pace = Pace {
            rows: 1,
            pixels: u64::from(stats.width) * u64::from(stats.height),
            previews: false,
            fixed: 0.0,
            per_step: stats.draw_seconds / f64::from(stats.keys.max(1)),
            per_picture: (seconds - stats.draw_seconds).max(0.0) / f64::from(stats.frames.max(1)),
            memory,
        };
        if let Ok(library) = bench.library() {
            library.remember_pace(&self.key, &pace);
        }
    }
}

/// Films of the same tools are measured together; no model's id holds a space.
fn key(tools: &Tools) -> String {
    let id = |model: &Option<crate::models::Model>| {
        model
            .as_ref()
            .map_or("-".to_owned(), |model| model.id.clone())
    };
    format!(
        "film {} {} {}",
        id(&tools.drawer),
        id(&tools.upscaler),
        id(&tools.inbetween)
    )
}

/// The memory of the process from before the tools are loaded to its most.
pub(super) struct Watch {
    before: u64,
    peak: PeakWatch,
    /// Whether none of the tools was there, so that all of them are measured.
    fresh: bool,
    others: Vec<String>,
}

impl Watch {
    pub(super) fn start(bench: &Bench, tools: &Tools) -> Self {
        let others = bench.shelf.ids();
        Self {
            before: vitals::resident_bytes(),
            peak: PeakWatch::start(),
            fresh: !tools.all().any(|model| others.contains(&model.id)),
            others,
        }
    }

    /// None where tools were loaded before, or other models left meanwhile: then nobody can tell.
    pub(super) fn end(self, bench: &Bench, tools: &Tools) -> Option<u64> {
        let all = self.others.iter().cloned();
        let mut all = all.chain(tools.all().map(|model| model.id.clone()));
        let loaded = bench.shelf.ids();
        let tells = self.fresh && all.all(|id| loaded.contains(&id));
        tells.then(|| self.peak.peak().saturating_sub(self.before))
    }
}
