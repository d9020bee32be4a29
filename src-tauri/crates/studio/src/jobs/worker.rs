//! What the worker thread works with: the models in memory, and how they get there.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use quartet_library::Library;
use quartet_runtime::{Cancel, SessionOptions};

use crate::{
    Code, Failure, Result, Settings,
    models::{CacheState, Kind, LoadOptions, Loaded, Loader, Model, ModelCache},
    resources::Resources,
    vitals::{self, MB, PeakWatch},
};

/// How often a model that is being loaded says that it still is.
const LOADING_INTERVAL: Duration = Duration::from_millis(250);

/// Hears how long a model has been loading, in seconds, and how long its last load took.
pub(crate) type Loading<'a> = &'a mut (dyn FnMut(f64, Option<f64>) + Send);

pub(crate) struct Worker {
    pub(crate) resources: Arc<Resources>,
    loader: Arc<dyn Loader>,
    cache: ModelCache<LoadOptions, Loaded>,
    last_load: Option<LastLoad>,
    /// Whether a model has left since the start, or was given up while it was loaded.
    evicted: bool,
}

/// The memory of the process around the model that was loaded last, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LastLoad {
    model: String,
    before: u64,
    /// While it was loaded.
    peak: u64,
    /// The largest of its runs so far: what that took stays with the process.
    largest: u64,
}

impl Worker {
    pub(crate) fn new(resources: Arc<Resources>, loader: Arc<dyn Loader>) -> Self {
        Self {
            resources,
            loader,
            cache: ModelCache::default(),
            last_load: None,
            evicted: false,
        }
    }

    /// # Errors
    /// Why there is no library.
    pub(crate) fn library(&self) -> Result<&Library> {
        self.resources.works.library()
    }

    /// Of the runtime that models run on, for recipes.
    pub(crate) fn runtime_version(&self) -> String {
        self.loader.runtime_version()
    }

    /// What models run on with these settings, for people.
    pub(crate) fn device_name(&self, settings: &Settings) -> String {
        self.loader.device_name(&settings.device_id())
    }

    /// Ids of the models in memory, the least recently used first.
    pub(crate) fn loaded(&self) -> Vec<String> {
        self.cache.ids()
    }

    /// What a model takes for a run of some size, whose peak `watch` saw: from before it was loaded
    /// to its most. None where other models came or went, or larger runs: then it is unknown.
    pub(crate) fn footprint(&mut self, model: &str, size: u64, watch: &PeakWatch) -> Option<u64> {
        let load = self.last_load.as_mut();
        let load = load.filter(|load| load.model == model && !self.evicted)?;
        if size < load.largest {
            return None;
        }
        load.largest = size;
        Some(watch.peak().max(load.peak).saturating_sub(load.before))
    }

    /// The model, loaded first if it is not here as `settings` ask; `tell` hears of the loading.
    ///
    /// # Errors
    /// `ModelTooLarge`, `ModelWrongKind`, `Cancelled`, and whatever the loader finds wrong.
    pub(crate) fn model<K: Kind + ?Sized>(
        &mut self,
        model: &Model,
        settings: &Settings,
        tell: Loading<'_>,
        cancel: &Cancel,
    ) -> Result<&mut K> {
        let budget = vitals::budget_bytes(settings.memory_budget_mb);
        let taken = model.memory_within(budget);
        let options = LoadOptions {
            session: SessionOptions {
                threads: settings.threads as usize,
                spinning: settings.spinning,
                device: settings.device_id(),
                ..SessionOptions::default()
            },
            // Only where it matters: another budget is no reason to load a model again.
            memory_budget: (taken < model.memory_bytes()).then_some(budget),
        };
        if !self.cache.holds(&model.id, &options) {
            // Before the new one is loaded: two copies need not fit.
            self.evicted |= self.cache.remove(&model.id);
            self.make_room(model, taken, budget)?;
            let before = vitals::resident_bytes();
            let watch = PeakWatch::start();
            let loaded = self.load(model, &options, tell, cancel);
            // What a load took that was given up stays with the process too.
            self.evicted |= loaded.is_err();
            let loaded = loaded?;
            self.cache.put(model.id.clone(), options, taken, loaded);
            self.publish();
            self.last_load = Some(LastLoad {
                model: model.id.clone(),
                before,
                peak: watch.peak(),
                largest: 0,
            });
        }
        let loaded = self.cache.get_mut(&model.id);
        let loaded =
            loaded.ok_or_else(|| Failure::new(Code::Internal, "a model left the cache"))?;
        K::of(loaded).ok_or_else(|| model.wrong_kind())
    }

    /// The model, loaded without reporting progress.
    ///
    /// # Errors
    /// As [`Worker::model`].
    pub(crate) fn silently<K: Kind + ?Sized>(
        &mut self,
        model: &Model,
        settings: &Settings,
        cancel: &Cancel,
    ) -> Result<&mut K> {
        self.model(model, settings, &mut |_, _| (), cancel)
    }

    pub(crate) fn forget(&mut self, id: &str) {
        self.cache.remove(id);
        self.evicted = true;
        self.publish();
    }

    pub(crate) fn forget_models(&mut self) {
        // Published first: dropping a model that panicked may panic again.
        let cache = std::mem::take(&mut self.cache);
        self.evicted = true;
        self.publish();
        drop(cache);
    }

    fn make_room(&mut self, model: &Model, taken: u64, budget: u64) -> Result<()> {
        if taken > budget {
            let (needed, budget) = ((taken / MB).to_string(), (budget / MB).to_string());
            let values = [("needed", needed.as_str()), ("budget", budget.as_str())];
            // The same model under other options may have just left.
            self.publish();
            return Err(Failure::with(Code::ModelTooLarge, &values, &model.id));
        }
        if self.cache.make_room(taken, budget) {
            // What they held may stay with the process: nothing measured after is true.
            self.evicted = true;
        }
        self.publish();
        Ok(())
    }

    fn load(
        &self,
        model: &Model,
        options: &LoadOptions,
        tell: Loading<'_>,
        cancel: &Cancel,
    ) -> Result<Loaded> {
        let started = Instant::now();
        let library = self.library().ok();
        let expected_seconds = library.and_then(|library| library.load_seconds(&model.id));
        let loaded = thread::scope(|scope| {
            let (stop, stopped) = mpsc::channel::<()>();
            scope.spawn(move || {
                loop {
                    tell(started.elapsed().as_secs_f64(), expected_seconds);
                    // Ends when the other end is dropped, also by a panic.
                    if stopped.recv_timeout(LOADING_INTERVAL)
                        != Err(mpsc::RecvTimeoutError::Timeout)
                    {
                        break;
                    }
                }
            });
            let _stop = stop;
            self.loader.load(model, options, cancel)
        })?;
        // A load that ended as it was stopped must not go on to run.
        cancel.check()?;
        if let Some(library) = library {
            library.remember_load(&model.id, started.elapsed().as_secs_f64());
        }
        Ok(loaded)
    }

    fn publish(&self) {
        self.resources.models.publish(CacheState {
            loaded: self.cache.ids(),
            bytes: self.cache.bytes(),
        });
    }
}
