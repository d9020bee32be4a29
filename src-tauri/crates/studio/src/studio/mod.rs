//! The studio: one object over everything, the same for a window and for a terminal.

mod composition;
mod films;
mod image;
mod minutes;
mod models;
mod sound;
mod speech;
mod text;
mod transcription;
mod video;
mod works;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use quartet_runtime::{Cancel, DeviceId};

pub use composition::tune_format;
pub use image::Sitting;
pub use minutes::{MinutesModels, export_minutes};
pub use speech::Take;
pub use transcription::{export_segments, transcript_format, transcript_text};

use crate::{
    Failure, Paths, Result,
    bench::{Bench, ShelfState},
    engine::{Engine, Loader},
    films::Film,
    jobs::{JobId, Queue},
    models::{Model, Shelf},
    settings::{Settings, SettingsStore},
    sound::{Listing, Player, Recorder, Rodio, Sound, SoundId, SoundInput, SoundOutput},
    vitals::{self, MB, Vitals},
    wire::{AppState, Device, FilmId, RuntimeState},
    works::Library,
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
    /// Folders of models that are listed for this process only.
    guests: Mutex<Vec<PathBuf>>,
    warnings: Vec<Failure>,
    queue: Queue,
    hardware: Hardware,
    player: Player,
    recorder: Recorder,
    sounds: Mutex<Listing<SoundId, Sound>>,
    films: Mutex<Listing<FilmId, Film>>,
}

/// Loudspeakers and microphones.
#[derive(Clone)]
struct Hardware {
    output: Arc<dyn SoundOutput>,
    input: Arc<dyn SoundInput>,
}

impl std::fmt::Debug for Hardware {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Hardware")
    }
}

impl Studio {
    /// Opens the settings and the library; loads nothing else. A library that cannot be opened is
    /// told by every call that needs it, and does not keep anybody from generating.
    ///
    /// # Errors
    /// `Internal` when the system gives no thread.
    pub fn open(paths: Paths) -> Result<Self> {
        let engine = Arc::new(Engine::new(&paths));
        Self::open_with(paths, Arc::clone(&engine), engine)
    }

    /// The same with another source of loaded models.
    ///
    /// # Errors
    /// As [`Studio::open`].
    pub fn with_loader(paths: Paths, loader: Arc<dyn Loader>) -> Result<Self> {
        let engine = Arc::new(Engine::new(&paths));
        Self::open_with(paths, engine, loader)
    }

    /// The same with other loudspeakers and microphones.
    ///
    /// # Errors
    /// As [`Studio::open`].
    pub fn with_hardware(
        mut self,
        output: Arc<dyn SoundOutput>,
        input: Arc<dyn SoundInput>,
    ) -> Result<Self> {
        let recordings = self.paths.home.join("recordings");
        self.player = Player::new(Arc::clone(&output), self.settings.load().sound_output)?;
        self.recorder = Recorder::new(Arc::clone(&input), recordings);
        self.hardware = Hardware { output, input };
        Ok(self)
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
        let state = Arc::new(Mutex::new(ShelfState::default()));
        let queue = Queue::new(Bench {
            loader,
            settings: Arc::clone(&settings),
            library: Arc::clone(&library),
            state: Arc::clone(&state),
            shelf: Shelf::default(),
            last_load: None,
            evicted: false,
        })?;
        let hardware = Hardware {
            output: Arc::new(Rodio),
            input: Arc::new(Rodio),
        };
        let device = settings.load().sound_output;
        let player = Player::new(Arc::clone(&hardware.output), device)?;
        let recordings = paths.home.join("recordings");
        Ok(Self {
            player,
            recorder: Recorder::new(Arc::clone(&hardware.input), recordings),
            hardware,
            sounds: Mutex::default(),
            films: Mutex::default(),
            paths,
            engine,
            settings,
            library,
            shelf: state,
            models: Mutex::default(),
            verified: Mutex::default(),
            probe: Mutex::default(),
            preload: Mutex::default(),
            guests: Mutex::default(),
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
        let saved = self.settings.save(settings)?;
        self.player.device(saved.sound_output.clone());
        Ok(saved)
    }

    /// Stops a job, queued or running; one that has ended is left alone.
    pub fn cancel(&self, job: JobId) {
        self.queue.cancel(job);
    }

    /// Stops every job, takes no more, and waits a moment for the running one to end; ends a
    /// recording, so that its file is whole.
    pub fn close(&self) {
        self.recorder.stop();
        self.queue.close();
    }
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
