//! The studio: one object over everything, the same for a window and for a terminal.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use quartet_pipelines::text::{Alternative, TextRequest, TokenPiece};
use quartet_runtime::{Cancel, DeviceId};

use crate::{
    Code, Failure, Modality, Paths, Result,
    bench::{Bench, ShelfState},
    engine::{Engine, Loader},
    jobs::{Ask, JobId, Outlet, Queue, TextJob},
    models::{self, Model, ModelSummary, Shelf, VerifyProgress},
    settings::{Settings, SettingsStore},
    vitals::{self, MB, Vitals},
    wire::{AppState, CacheKind, Device, LoadedText, RuntimeState, TextSink, WorkDetail},
    works::{ExportRecipe, Library, WorksPage, WorksQuery},
};

/// Everything Quartet can do, without a window.
#[derive(Debug)]
pub struct Studio {
    paths: Paths,
    engine: Arc<Engine>,
    settings: Arc<SettingsStore>,
    library: Arc<Result<Library>>,
    shelf: Arc<Mutex<ShelfState>>,
    models: Mutex<Vec<Model>>,
    /// What verifying found wrong, by model id, until the next verification.
    verified: Mutex<Vec<(String, Failure)>>,
    /// The question about the next token that is being answered; a newer one takes its place.
    probe: Mutex<Cancel>,
    /// The same for a model being loaded ahead of its use.
    preload: Mutex<Cancel>,
    warnings: Vec<Failure>,
    queue: Queue,
}

impl Studio {
    /// Opens the settings and the library; loads nothing else. A library that cannot be opened is
    /// told by every call that needs it, and does not keep anybody from generating.
    ///
    /// # Errors
    /// `Internal` when the system gives no thread.
    pub fn open(paths: Paths) -> Result<Self> {
        let engine = Arc::new(Engine::new(paths.runtime.clone()));
        Self::open_with(paths, Arc::clone(&engine), engine)
    }

    /// The same with another source of loaded models.
    ///
    /// # Errors
    /// As [`Studio::open`].
    pub fn with_loader(paths: Paths, loader: Arc<dyn Loader>) -> Result<Self> {
        let engine = Arc::new(Engine::new(paths.runtime.clone()));
        Self::open_with(paths, engine, loader)
    }

    fn open_with(paths: Paths, engine: Arc<Engine>, loader: Arc<dyn Loader>) -> Result<Self> {
        let settings = Arc::new(SettingsStore::new(&paths.home));
        let mut warnings: Vec<_> = settings.check().into_iter().collect();
        let library = match Library::open(&paths.home) {
            Ok(opened) => {
                warnings.extend(opened.warning);
                Ok(opened.library)
            }
            Err(failure) => {
                warnings.push(failure.clone());
                Err(failure)
            }
        };
        let library = Arc::new(library);
        let shelf = Arc::new(Mutex::new(ShelfState::default()));
        let queue = Queue::new(Bench {
            loader,
            settings: Arc::clone(&settings),
            library: Arc::clone(&library),
            state: Arc::clone(&shelf),
            texts: Shelf::default(),
        })?;
        Ok(Self {
            paths,
            engine,
            settings,
            library,
            shelf,
            models: Mutex::default(),
            verified: Mutex::default(),
            probe: Mutex::default(),
            preload: Mutex::default(),
            warnings,
            queue,
        })
    }

    /// What the program and the computer offer. Loads ONNX Runtime if nothing has yet, which
    /// takes some tens of milliseconds.
    pub fn state(&self) -> AppState {
        let runtime = match self.engine.runtime() {
            Ok(runtime) => RuntimeState::Ready {
                version: runtime.version().to_owned(),
                library: runtime.path().display().to_string(),
                devices: runtime
                    .devices()
                    .into_iter()
                    .map(|device| Device {
                        id: device.id.as_str().to_owned(),
                        name: device.name,
                    })
                    .collect(),
                device: DeviceId::CPU.to_owned(),
            },
            Err(failure) => RuntimeState::Failed { failure },
        };
        let folders = self.paths.models.iter();
        AppState {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            runtime,
            library_folder: self.paths.home.display().to_string(),
            model_folders: folders.map(|path| path.display().to_string()).collect(),
            warnings: self.warnings.clone(),
        }
    }

    /// What was found wrong when the studio was opened.
    pub fn warnings(&self) -> &[Failure] {
        &self.warnings
    }

    pub fn vitals(&self) -> Vitals {
        let budget = vitals::budget_bytes(self.settings.load().memory_budget_mb);
        Vitals {
            resident_mb: (vitals::resident_bytes() / MB) as u32,
            models_mb: (lock(&self.shelf).bytes / MB) as u32,
            budget_mb: (budget / MB) as u32,
            connections: vitals::connections(),
            threads: vitals::threads(),
            jobs: self.queue.len() as u32,
        }
    }

    pub fn settings(&self) -> Settings {
        self.settings.load()
    }

    /// # Errors
    /// `SettingsNotSaved`.
    pub fn save_settings(&self, settings: Settings) -> Result<Settings> {
        self.settings.save(settings)
    }

    /// Stops every job, takes no more, and waits a moment for the running one to end.
    pub fn close(&self) {
        self.queue.close();
    }
}

/// Models.
impl Studio {
    /// Looks into the folders again.
    pub fn models(&self) -> Vec<ModelSummary> {
        let found = models::scan(&self.paths.models, &self.settings.model_folders());
        lock(&self.models).clone_from(&found);
        found.iter().map(|model| self.summary(model)).collect()
    }

    /// The model of that id.
    ///
    /// # Errors
    /// `ModelUnknown`, or the model's own problem.
    pub fn model(&self, id: &str) -> Result<Model> {
        // The list is let go before the folders are looked into again, which takes it anew.
        let known = || {
            lock(&self.models)
                .iter()
                .find(|model| model.id == id)
                .cloned()
        };
        let found = known().or_else(|| {
            self.models();
            known()
        });
        let model = found.ok_or_else(|| Failure::with(Code::ModelUnknown, &[("model", id)], ""))?;
        match &model.problem {
            Some(problem) => Err(problem.clone()),
            None => Ok(model),
        }
    }

    /// The id of the text model to begin with: the one chosen in the settings, else the default,
    /// else any.
    ///
    /// # Errors
    /// `ModelNone`.
    pub fn default_text_model(&self) -> Result<String> {
        let chosen = self.settings.load().text_model;
        // The list is sorted with the defaults first.
        let usable = self
            .models()
            .into_iter()
            .filter(|model| model.modality == Modality::Text && model.problem.is_none());
        let mut first = None;
        for model in usable {
            if Some(&model.id) == chosen.as_ref() {
                return Ok(model.id);
            }
            first.get_or_insert(model.id);
        }
        let looked_in: Vec<_> = self
            .paths
            .models
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        first.ok_or_else(|| {
            Failure::new(
                Code::ModelNone,
                format!("looked in {}", looked_in.join(", ")),
            )
        })
    }

    /// Lists a folder of the person's, where it is.
    ///
    /// # Errors
    /// What is wrong with the folder; `SettingsNotSaved`.
    pub fn add_model(&self, folder: &Path) -> Result<ModelSummary> {
        let folder = folder
            .canonicalize()
            .map_err(|error| Failure::at(Code::ModelFolderMissing, folder, error))?;
        let model = models::describe(&folder)?;
        if let Some(problem) = model.problem {
            return Err(problem);
        }
        let mut folders = self.settings.model_folders();
        let listed = models::scan(&self.paths.models, &folders);
        if !listed.iter().any(|model| is_same(&model.folder, &folder)) {
            folders.push(folder.clone());
            self.settings.set_model_folders(&folders)?;
        }
        let summaries = self.models();
        summaries
            .into_iter()
            .find(|model| is_same(Path::new(&model.folder), &folder))
            .ok_or_else(|| Failure::with(Code::ModelUnknown, &[("model", &model.id)], ""))
    }

    /// Takes a folder that a person added off the list; deletes nothing.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelBuiltIn`, `SettingsNotSaved`.
    pub fn remove_model(&self, id: &str) -> Result<()> {
        let folders = self.settings.model_folders();
        let listed = models::scan(&self.paths.models, &folders);
        let values = [("model", id)];
        let model = listed
            .iter()
            .find(|model| model.id == id)
            .ok_or_else(|| Failure::with(Code::ModelUnknown, &values, ""))?;
        if !model.added {
            return Err(Failure::with(Code::ModelBuiltIn, &values, ""));
        }
        let rest: Vec<PathBuf> = folders
            .into_iter()
            .filter(|folder| !is_same(folder, &model.folder))
            .collect();
        self.settings.set_model_folders(&rest)?;
        self.models();
        let id = id.to_owned();
        // Nobody waits for it to leave the memory.
        let forget = Ask::new(move |bench: &mut Bench, _: &Cancel| {
            bench.forget(&id);
            Ok(())
        });
        self.queue.start(forget.0);
        Ok(())
    }

    /// Compares a model's files with their checksums, on the calling thread. Files that are wrong
    /// become the model's problem.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelUnverifiable`, `Cancelled`.
    pub fn verify_model(
        &self,
        id: &str,
        cancel: &Cancel,
        progress: impl FnMut(VerifyProgress),
    ) -> Result<ModelSummary> {
        self.models();
        let model = lock(&self.models)
            .iter()
            .find(|model| model.id == id)
            .cloned();
        let model = model.ok_or_else(|| Failure::with(Code::ModelUnknown, &[("model", id)], ""))?;
        let outcome = models::verify(&model, cancel, progress);
        if let Err(failure) = &outcome
            && matches!(failure.code, Code::Cancelled | Code::ModelUnverifiable)
        {
            return Err(failure.clone());
        }
        let mut verified = lock(&self.verified);
        verified.retain(|(known, _)| known != id);
        verified.extend(outcome.err().map(|failure| (id.to_owned(), failure)));
        drop(verified);
        Ok(self.summary(&model))
    }

    fn summary(&self, model: &Model) -> ModelSummary {
        let loaded = lock(&self.shelf).loaded.contains(&model.id);
        let mut summary = model.summarise(loaded);
        if summary.problem.is_none() {
            let verified = lock(&self.verified);
            let found = verified.iter().find(|(id, _)| *id == model.id);
            summary.problem = found.map(|(_, failure)| failure.clone());
        }
        summary
    }
}

/// Text.
impl Studio {
    /// Loads a model ahead of its use and waits for it; an older call that still waits is stopped.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelTooLarge`, `Cancelled`, and whatever is wrong with the model.
    pub fn load_text(&self, model: &str, sink: TextSink) -> Result<LoadedText> {
        let model = self.model(model)?;
        let cancel = replace(&self.preload);
        let mut outlet = Outlet::new(sink, cancel.clone());
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let info = bench.text(&model, &mut outlet, cancel)?.info();
            Ok(LoadedText {
                model: model.id,
                context_length: info.context_length,
                vocabulary_size: info.vocabulary_size,
                layers: info.layers,
                defaults: info.defaults,
                system_prompt: model.system_prompt,
                cache: if info.cache_in_place {
                    CacheKind::InPlace
                } else {
                    CacheKind::Concatenated
                },
                device: info.device,
            })
        });
        self.queue.start_with(ask, cancel);
        answer.wait()
    }

    /// Queues a generation whose result is kept in the library.
    ///
    /// # Errors
    /// `ModelUnknown`, or the model's own problem; everything later goes to the sink.
    pub fn start_text(&self, model: &str, request: TextRequest, sink: TextSink) -> Result<JobId> {
        self.queue_text(model, request, sink, true)
    }

    /// The same, leaving no trace in the library.
    ///
    /// # Errors
    /// As [`Studio::start_text`].
    pub fn start_unkept_text(
        &self,
        model: &str,
        request: TextRequest,
        sink: TextSink,
    ) -> Result<JobId> {
        self.queue_text(model, request, sink, false)
    }

    fn queue_text(
        &self,
        model: &str,
        request: TextRequest,
        sink: TextSink,
        keep: bool,
    ) -> Result<JobId> {
        let model = self.model(model)?;
        let cancel = Cancel::new();
        let job = TextJob {
            model,
            request,
            keep,
            outlet: Outlet::new(sink, cancel.clone()),
        };
        Ok(self.queue.start_with(job, cancel))
    }

    /// Stops a job, queued or running; one that has ended is left alone.
    pub fn cancel(&self, job: JobId) {
        self.queue.cancel(job);
    }

    /// The tokeniser's view of a text. Waits for the job that is running, and loads the model if
    /// it is not.
    ///
    /// # Errors
    /// As [`Studio::load_text`]; `PromptTooLong`.
    pub fn tokenize(&self, model: &str, text: String) -> Result<Vec<TokenPiece>> {
        let model = self.model(model)?;
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let loaded = bench.text(&model, &mut silent(cancel), cancel)?;
            Ok(loaded.tokenize(&text)?)
        });
        self.queue.start(ask);
        answer.wait()
    }

    /// The likeliest next tokens before one is drawn. Waits as `tokenize` does; an older question
    /// that still waits is stopped.
    ///
    /// # Errors
    /// As [`Studio::load_text`]; `PromptEmpty`, `PromptTooLong`, `TokenUnknown`.
    pub fn next_token(
        &self,
        model: &str,
        request: TextRequest,
        top: u32,
    ) -> Result<Vec<Alternative>> {
        let model = self.model(model)?;
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let loaded = bench.text(&model, &mut silent(cancel), cancel)?;
            Ok(loaded.next_token(&request, top, cancel)?)
        });
        let cancel = replace(&self.probe);
        self.queue.start_with(ask, cancel);
        answer.wait()
    }
}

/// The library.
impl Studio {
    /// # Errors
    /// Why there is no library.
    pub fn library(&self) -> Result<&Library> {
        (*self.library).as_ref().map_err(Clone::clone)
    }

    /// # Errors
    /// As [`Library::list`].
    pub fn works(&self, query: &WorksQuery) -> Result<WorksPage> {
        self.library()?.list(query)
    }

    /// # Errors
    /// As [`Library::open_work`].
    pub fn open_work(&self, id: &str) -> Result<WorkDetail> {
        let opened = self.library()?.open_work(id)?;
        let recipe: Option<serde_json::Value> = serde_json::from_str(&opened.recipe).ok();
        let indented = recipe.and_then(|recipe| serde_json::to_string_pretty(&recipe).ok());
        let parsed = crate::recipe::Recipe::parse(&opened.recipe);
        Ok(WorkDetail {
            work: opened.work,
            content: opened.content,
            request: parsed
                .and_then(|recipe| recipe.text)
                .map(|text| text.request),
            recipe: indented.unwrap_or(opened.recipe),
            file: opened.file.display().to_string(),
        })
    }

    /// # Errors
    /// As [`Library::remove`].
    pub fn remove_work(&self, id: &str) -> Result<()> {
        self.library()?.remove(id)
    }

    /// # Errors
    /// As [`Library::restore`].
    pub fn restore_work(&self, id: &str) -> Result<()> {
        self.library()?.restore(id)
    }

    /// # Errors
    /// As [`Library::export`].
    pub fn export_work(&self, id: &str, path: &Path, recipe: ExportRecipe) -> Result<()> {
        self.library()?.export(id, path, recipe)
    }
}

/// An outlet for what nobody listens to.
fn silent(cancel: &Cancel) -> Outlet {
    Outlet::new(
        Box::new(|_| std::ops::ControlFlow::Continue(())),
        cancel.clone(),
    )
}

/// Stops the older question and hands out the flag of the newer one.
fn replace(slot: &Mutex<Cancel>) -> Cancel {
    let new = Cancel::new();
    let old = std::mem::replace(&mut *lock(slot), new.clone());
    old.raise();
    new
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What these guard is replaced whole, never left half-changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(a) == real(b)
}
