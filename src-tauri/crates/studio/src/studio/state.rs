//! The studio itself: its parts, and what it says of the program and the computer.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    films::Films,
    jobs::Jobs,
    sounds::{Hardware, Sounds},
};
use crate::{
    Failure, Paths, Result,
    jobs::{Queue, Worker},
    models::{Loader, OrtLoader},
    resources::{Models, Resources, Works},
    settings::Settings,
    sound::{SoundInput, SoundOutput},
    vitals::{self, MB, Vitals},
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    pub version: String,
    pub runtime: RuntimeState,
    pub library_folder: String,
    pub model_folders: Vec<String>,
    /// What was found wrong at the start: settings set aside, a library that cannot be written to.
    pub warnings: Vec<Failure>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum RuntimeState {
    Ready {
        version: String,
        /// Path of the ONNX Runtime library.
        library: String,
        devices: Vec<Device>,
        /// The id of the one in use.
        device: String,
    },
    Failed {
        failure: Failure,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// ONNX Runtime's name of the execution provider.
    pub id: String,
    /// For people.
    pub name: String,
}

/// Everything Quartet can do, without a window.
#[derive(Debug)]
pub struct Studio {
    resources: Arc<Resources>,
    loader: Arc<OrtLoader>,
    jobs: Jobs,
    sounds: Arc<Sounds>,
    films: Arc<Films>,
    warnings: Vec<Failure>,
}

impl Studio {
    /// Opens the settings and the library; loads nothing else. A library that cannot be opened is
    /// reported by every call that needs it, and keeps nobody from generating.
    ///
    /// # Errors
    /// `Internal` when the system gives no thread.
    pub fn open(paths: Paths) -> Result<Self> {
        let loader = Arc::new(OrtLoader::new(&paths));
        Self::open_with(paths, Arc::clone(&loader), loader, Hardware::own())
    }

    /// A studio with another source of loaded models.
    ///
    /// # Errors
    /// `Internal` when the system gives no thread.
    pub fn with_loader(paths: Paths, loader: Arc<dyn Loader>) -> Result<Self> {
        let runtime = Arc::new(OrtLoader::new(&paths));
        Self::open_with(paths, runtime, loader, Hardware::own())
    }

    /// A studio with another source of loaded models, other loudspeakers and other microphones.
    ///
    /// # Errors
    /// `Internal` when the system gives no thread.
    pub fn with_hardware(
        paths: Paths,
        loader: Arc<dyn Loader>,
        output: Arc<dyn SoundOutput>,
        input: Arc<dyn SoundInput>,
    ) -> Result<Self> {
        let runtime = Arc::new(OrtLoader::new(&paths));
        Self::open_with(paths, runtime, loader, Hardware::new(output, input))
    }

    fn open_with(
        paths: Paths,
        runtime: Arc<OrtLoader>,
        loader: Arc<dyn Loader>,
        hardware: Hardware,
    ) -> Result<Self> {
        let (resources, warnings) = Resources::open(paths);
        let resources = Arc::new(resources);
        let queue = Arc::new(Queue::new(Worker::new(Arc::clone(&resources), loader))?);
        let sounds = Arc::new(Sounds::new(Arc::clone(&resources), hardware)?);
        let films = Arc::new(Films::new(Arc::clone(&resources), Arc::clone(&queue)));
        Ok(Self {
            jobs: Jobs::new(
                Arc::clone(&resources),
                queue,
                Arc::clone(&sounds),
                Arc::clone(&films),
            ),
            resources,
            loader: runtime,
            sounds,
            films,
            warnings,
        })
    }

    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    pub fn models(&self) -> &Models {
        &self.resources.models
    }

    pub fn works(&self) -> &Works {
        &self.resources.works
    }

    pub fn sounds(&self) -> &Sounds {
        &self.sounds
    }

    pub fn films(&self) -> &Films {
        &self.films
    }

    /// The data folder.
    pub fn home(&self) -> &Path {
        &self.resources.paths.home
    }

    /// What the program and the computer offer. Loads ONNX Runtime if nothing has yet, which
    /// takes some tens of milliseconds.
    pub fn state(&self) -> AppState {
        let runtime = match self.loader.runtime() {
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
                device: self.settings().device_id().as_str().to_owned(),
            },
            Err(failure) => RuntimeState::Failed { failure },
        };
        let folders = self.resources.paths.models.iter();
        AppState {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            runtime,
            library_folder: self.resources.paths.home.display().to_string(),
            model_folders: folders.map(|path| path.display().to_string()).collect(),
            warnings: self.warnings.clone(),
        }
    }

    /// What was found before the studio was opened is told first.
    #[must_use]
    pub fn also_warning(mut self, warnings: Vec<Failure>) -> Self {
        self.warnings.splice(0..0, warnings);
        self
    }

    /// Where things are.
    pub fn paths(&self) -> &Paths {
        &self.resources.paths
    }

    /// What was found wrong when the studio was opened.
    pub fn warnings(&self) -> &[Failure] {
        &self.warnings
    }

    pub fn vitals(&self) -> Vitals {
        let budget = vitals::budget_bytes(self.settings().memory_budget_mb);
        Vitals {
            resident_mb: (vitals::resident_bytes() / MB) as u32,
            models_mb: (self.resources.models.cached().bytes / MB) as u32,
            budget_mb: (budget / MB) as u32,
            connections: vitals::connections(),
            threads: vitals::threads(),
            jobs: self.jobs.len() as u32,
        }
    }

    pub fn settings(&self) -> Settings {
        self.resources.settings.load()
    }

    /// # Errors
    /// `SettingsNotSaved`.
    pub fn save_settings(&self, settings: Settings) -> Result<Settings> {
        let saved = self.resources.settings.save(settings)?;
        self.sounds.player().device(saved.sound_output.clone());
        Ok(saved)
    }

    /// Takes a folder that a person added off the list and out of memory, and says which it was; deletes
    /// nothing.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelBuiltIn`, `ModelShared`, `SettingsNotSaved`.
    pub fn remove_model(&self, id: &str) -> Result<PathBuf> {
        let folder = self.resources.models.remove(id)?;
        self.jobs.forget(id);
        Ok(folder)
    }

    /// Stops every job, takes no more, and waits a moment for the running one to end; ends a
    /// recording, so that its file is whole.
    pub fn close(&self) {
        self.sounds.stop_recording();
        self.jobs.close();
    }
}
