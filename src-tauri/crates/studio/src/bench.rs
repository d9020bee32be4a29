//! What the worker thread works with: the shelf of loaded models, the loader, the library.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use quartet_pipelines::video::Interpolator;
use quartet_runtime::{Cancel, DeviceId};

use crate::{
    Code, Failure, JobEvent, Modality, Result,
    engine::{
        CompositionModel, ImageModel, LoadOptions, Loaded, Loader, SpeechModel, TextModel,
        TranscriptionModel, UpscaleModel,
    },
    jobs::Outlet,
    models::{Model, Shelf},
    recipe::{Recipe, RecipeModel, RecipeRuntime},
    settings::{Settings, SettingsStore},
    vitals::{self, MB, PeakWatch},
    works::Library,
};

/// How often a model that is being loaded says that it still is.
const LOADING_INTERVAL: Duration = Duration::from_millis(250);

/// What others may know of the shelf without waiting for the worker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ShelfState {
    pub(crate) loaded: Vec<String>,
    pub(crate) bytes: u64,
}

pub(crate) struct Bench {
    pub(crate) loader: Arc<dyn Loader>,
    pub(crate) settings: Arc<SettingsStore>,
    pub(crate) library: Arc<Result<Library>>,
    pub(crate) state: Arc<Mutex<ShelfState>>,
    pub(crate) shelf: Shelf<LoadOptions, Loaded>,
    pub(crate) last_load: Option<LastLoad>,
    /// Whether a model has left since the start, or was given up while it was loaded.
    pub(crate) evicted: bool,
}

/// The memory of the process around the model that was loaded last, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LastLoad {
    model: String,
    before: u64,
    /// While it was loaded.
    peak: u64,
    /// The largest of its runs so far: what that took stays with the process.
    largest: u64,
}

impl Bench {
    /// # Errors
    /// Why there is no library.
    pub(crate) fn library(&self) -> Result<&Library> {
        (*self.library).as_ref().map_err(Clone::clone)
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings.load()
    }

    /// What a model takes for a run of some size, whose peak `watch` saw: from before it was loaded
    /// to its most. None where other models came or went, or larger runs: then nobody can tell.
    pub(crate) fn footprint(&mut self, model: &str, size: u64, watch: &PeakWatch) -> Option<u64> {
        let load = self.last_load.as_mut();
        let load = load.filter(|load| load.model == model && !self.evicted)?;
        if size < load.largest {
            return None;
        }
        load.largest = size;
        Some(watch.peak().max(load.peak).saturating_sub(load.before))
    }

    /// What is in memory.
    pub(crate) fn is_loaded(&self, model: &str) -> bool {
        self.shelf.ids().iter().any(|id| id == model)
    }

    /// What is the same in the recipe of every kind of work.
    pub(crate) fn recipe(
        &self,
        modality: Modality,
        model: &Model,
        device: String,
        seconds: f64,
    ) -> Recipe {
        self.recipe_by(modality, RecipeModel::of(model), device, seconds)
    }

    /// The same for a work that no single model made.
    pub(crate) fn recipe_by(
        &self,
        modality: Modality,
        model: RecipeModel,
        device: String,
        seconds: f64,
    ) -> Recipe {
        Recipe {
            quartet: env!("CARGO_PKG_VERSION").to_owned(),
            modality,
            model,
            runtime: RecipeRuntime {
                version: self.loader.runtime_version(),
                device,
                threads: self.settings().threads,
            },
            text: None,
            speech: None,
            transcription: None,
            composition: None,
            minutes: None,
            image: None,
            upscale: None,
            film: None,
            seconds,
        }
    }

    /// The text model, loaded first if it is not; `outlet` hears of the loading.
    ///
    /// # Errors
    /// `ModelTooLarge`, `ModelWrongKind`, `Cancelled`, and whatever the loader finds wrong.
    pub(crate) fn text<E: JobEvent>(
        &mut self,
        model: &Model,
        outlet: &mut Outlet<E>,
        cancel: &Cancel,
    ) -> Result<&mut dyn TextModel> {
        let Loaded::Text(loaded) = self.loaded(model, outlet, cancel)? else {
            return Err(model.wrong_kind());
        };
        Ok(loaded.as_mut())
    }

    /// The same for a model that speaks.
    ///
    /// # Errors
    /// As [`Bench::text`].
    pub(crate) fn speech<E: JobEvent>(
        &mut self,
        model: &Model,
        outlet: &mut Outlet<E>,
        cancel: &Cancel,
    ) -> Result<&mut dyn SpeechModel> {
        let Loaded::Speech(loaded) = self.loaded(model, outlet, cancel)? else {
            return Err(model.wrong_kind());
        };
        Ok(loaded.as_mut())
    }

    /// The same for a model that listens.
    ///
    /// # Errors
    /// As [`Bench::text`].
    pub(crate) fn transcription<E: JobEvent>(
        &mut self,
        model: &Model,
        outlet: &mut Outlet<E>,
        cancel: &Cancel,
    ) -> Result<&mut dyn TranscriptionModel> {
        match self.loaded(model, outlet, cancel)? {
            Loaded::Transcription(loaded) => Ok(loaded.as_mut()),
            _ => Err(model.wrong_kind()),
        }
    }

    /// The same for a model that composes.
    ///
    /// # Errors
    /// As [`Bench::text`].
    pub(crate) fn composition<E: JobEvent>(
        &mut self,
        model: &Model,
        outlet: &mut Outlet<E>,
        cancel: &Cancel,
    ) -> Result<&mut dyn CompositionModel> {
        match self.loaded(model, outlet, cancel)? {
            Loaded::Composition(loaded) => Ok(loaded.as_mut()),
            _ => Err(model.wrong_kind()),
        }
    }

    /// The same for a model that draws.
    ///
    /// # Errors
    /// As [`Bench::text`].
    pub(crate) fn image<E: JobEvent>(
        &mut self,
        model: &Model,
        outlet: &mut Outlet<E>,
        cancel: &Cancel,
    ) -> Result<&mut dyn ImageModel> {
        match self.loaded(model, outlet, cancel)? {
            Loaded::Image(loaded) => Ok(loaded.as_mut()),
            _ => Err(model.wrong_kind()),
        }
    }

    /// The same for a model that enlarges.
    ///
    /// # Errors
    /// As [`Bench::text`].
    pub(crate) fn upscaler<E: JobEvent>(
        &mut self,
        model: &Model,
        outlet: &mut Outlet<E>,
        cancel: &Cancel,
    ) -> Result<&mut dyn UpscaleModel> {
        match self.loaded(model, outlet, cancel)? {
            Loaded::Upscaler(loaded) => Ok(loaded.as_mut()),
            _ => Err(model.wrong_kind()),
        }
    }

    /// The same for a model that makes frames between frames.
    ///
    /// # Errors
    /// As [`Bench::text`].
    pub(crate) fn inbetween<E: JobEvent>(
        &mut self,
        model: &Model,
        outlet: &mut Outlet<E>,
        cancel: &Cancel,
    ) -> Result<&mut dyn Interpolator> {
        match self.loaded(model, outlet, cancel)? {
            Loaded::Inbetween(loaded) => Ok(loaded.as_mut()),
            _ => Err(model.wrong_kind()),
        }
    }

    fn loaded<E: JobEvent>(
        &mut self,
        model: &Model,
        outlet: &mut Outlet<E>,
        cancel: &Cancel,
    ) -> Result<&mut Loaded> {
        let settings = self.settings();
        let budget = vitals::budget_bytes(settings.memory_budget_mb);
        let taken = model.memory_within(budget);
        let options = LoadOptions {
            threads: settings.threads as usize,
            spinning: settings.spinning,
            device: DeviceId::cpu(),
            // Only where it matters: another budget is no reason to load a model again.
            memory_budget: (taken < model.memory_bytes()).then_some(budget),
        };
        if !self.shelf.holds(&model.id, &options) {
            // Before the new one is loaded: two copies need not fit.
            self.evicted |= self.is_loaded(&model.id);
            self.shelf.remove(&model.id);
            self.make_room(model, taken, budget)?;
            let before = vitals::resident_bytes();
            let watch = PeakWatch::start();
            let loaded = self.load(model, &options, outlet, cancel);
            // What a load took that was given up stays with the process too.
            self.evicted |= loaded.is_err();
            let loaded = loaded?;
            self.shelf.put(model.id.clone(), options, taken, loaded);
            self.publish();
            self.last_load = Some(LastLoad {
                model: model.id.clone(),
                before,
                peak: watch.peak(),
                largest: 0,
            });
        }
        self.shelf
            .take_up(&model.id)
            .ok_or_else(|| Failure::new(Code::Internal, "a model left the shelf"))
    }

    pub(crate) fn forget(&mut self, id: &str) {
        self.shelf.remove(id);
        self.evicted = true;
        self.publish();
    }

    pub(crate) fn forget_models(&mut self) {
        // Published first: dropping a model that panicked may panic again.
        let shelf = std::mem::take(&mut self.shelf);
        self.publish();
        drop(shelf);
    }

    fn make_room(&mut self, model: &Model, taken: u64, budget: u64) -> Result<()> {
        if taken > budget {
            let (needed, budget) = ((taken / MB).to_string(), (budget / MB).to_string());
            let values = [("needed", needed.as_str()), ("budget", budget.as_str())];
            return Err(Failure::with(Code::ModelTooLarge, &values, &model.id));
        }
        if self.shelf.make_room(taken, budget) {
            // What they held may stay with the process: nothing measured after tells the truth.
            self.evicted = true;
        }
        self.publish();
        Ok(())
    }

    fn load<E: JobEvent>(
        &self,
        model: &Model,
        options: &LoadOptions,
        outlet: &mut Outlet<E>,
        cancel: &Cancel,
    ) -> Result<Loaded> {
        let started = Instant::now();
        let library = self.library().ok();
        let expected_seconds = library.and_then(|library| library.load_seconds(&model.id));
        let loaded = thread::scope(|scope| {
            let (stop, stopped) = mpsc::channel::<()>();
            scope.spawn(move || {
                loop {
                    let seconds = started.elapsed().as_secs_f64();
                    outlet.send(E::loading(&model.id, seconds, expected_seconds));
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
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = ShelfState {
            loaded: self.shelf.ids(),
            bytes: self.shelf.bytes(),
        };
    }
}
