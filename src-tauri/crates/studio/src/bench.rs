//! What the worker thread works with: the shelf of loaded models, the loader, the library.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use quartet_pipelines::text::TextOptions;
use quartet_runtime::{Cancel, DeviceId};

use crate::{
    Code, Failure, Result,
    engine::{Loader, TextModel},
    jobs::Outlet,
    models::{Model, Shelf},
    settings::{Settings, SettingsStore},
    vitals::{self, MB},
    wire::TextJobEvent,
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

/// What a text model was opened with; a change opens it again.
type TextKey = (u32, bool);

pub(crate) struct Bench {
    pub(crate) loader: Arc<dyn Loader>,
    pub(crate) settings: Arc<SettingsStore>,
    pub(crate) library: Arc<Result<Library>>,
    pub(crate) state: Arc<Mutex<ShelfState>>,
    pub(crate) texts: Shelf<TextKey, Box<dyn TextModel>>,
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

    pub(crate) fn runtime_version(&self) -> String {
        self.loader.runtime_version()
    }

    /// The model, loaded first if it is not; `outlet` hears of the loading.
    ///
    /// # Errors
    /// `ModelTooLarge`, `Cancelled`, and whatever the loader finds wrong.
    pub(crate) fn text(
        &mut self,
        model: &Model,
        outlet: &mut Outlet,
        cancel: &Cancel,
    ) -> Result<&mut dyn TextModel> {
        let settings = self.settings();
        let key = (settings.threads, settings.spinning);
        if !self.texts.holds(&model.id, &key) {
            // Before the new one is loaded: two copies need not fit.
            self.texts.remove(&model.id);
            self.make_room(model, &settings)?;
            let options = TextOptions {
                threads: settings.threads as usize,
                spinning: settings.spinning,
                device: DeviceId::cpu(),
                context_limit: None,
            };
            let loaded = self.load(model, &options, outlet, cancel)?;
            self.texts
                .put(model.id.clone(), key, model.memory_bytes(), loaded);
            self.publish();
        }
        match self.texts.take_up(&model.id) {
            Some(loaded) => Ok(loaded.as_mut()),
            None => Err(Failure::new(Code::Internal, "a model left the shelf")),
        }
    }

    pub(crate) fn forget(&mut self, id: &str) {
        self.texts.remove(id);
        self.publish();
    }

    pub(crate) fn forget_models(&mut self) {
        // Published first: dropping a model that panicked may panic again.
        let texts = std::mem::take(&mut self.texts);
        self.publish();
        drop(texts);
    }

    fn make_room(&mut self, model: &Model, settings: &Settings) -> Result<()> {
        let budget = vitals::budget_bytes(settings.memory_budget_mb);
        if model.memory_bytes() > budget {
            let (needed, budget) = (model.memory_mb.to_string(), (budget / MB).to_string());
            let values = [("needed", needed.as_str()), ("budget", budget.as_str())];
            return Err(Failure::with(Code::ModelTooLarge, &values, &model.id));
        }
        self.texts.make_room(model.memory_bytes(), budget);
        self.publish();
        Ok(())
    }

    fn load(
        &self,
        model: &Model,
        options: &TextOptions,
        outlet: &mut Outlet,
        cancel: &Cancel,
    ) -> Result<Box<dyn TextModel>> {
        let started = Instant::now();
        let library = self.library().ok();
        let expected_seconds = library.and_then(|library| library.load_seconds(&model.id));
        let loaded = thread::scope(|scope| {
            let (stop, stopped) = mpsc::channel::<()>();
            scope.spawn(move || {
                loop {
                    outlet.send(TextJobEvent::Loading {
                        model: model.id.clone(),
                        seconds: started.elapsed().as_secs_f64(),
                        expected_seconds,
                    });
                    // Ends when the other end is dropped, also by a panic.
                    if stopped.recv_timeout(LOADING_INTERVAL)
                        != Err(mpsc::RecvTimeoutError::Timeout)
                    {
                        break;
                    }
                }
            });
            let _stop = stop;
            self.loader.text(model, options, cancel)
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
            loaded: self.texts.ids(),
            bytes: self.texts.bytes(),
        };
    }
}
