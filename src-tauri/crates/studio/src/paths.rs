//! Where things are: the data folder, the models, the ONNX Runtime library.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy;

use crate::{Code, Failure, Result};

/// What the platform calls the library.
#[cfg(target_os = "linux")]
const LIBRARY: &str = "libonnxruntime.so.1";
#[cfg(target_os = "macos")]
const LIBRARY: &str = "libonnxruntime.dylib";
#[cfg(windows)]
const LIBRARY: &str = "onnxruntime.dll";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// library.sqlite, works/, settings.json.
    pub home: PathBuf,
    /// Each holds model folders.
    pub models: Vec<PathBuf>,
    /// The ONNX Runtime library.
    pub runtime: PathBuf,
}

/// Whether `QUARTET_ORT` may name the ONNX Runtime library. A library is code that runs as the program:
/// one that was installed loads its own alone, whatever the environment of who starts it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignLibrary {
    Allowed,
    Ignored,
}

impl Paths {
    /// From `QUARTET_HOME`, `QUARTET_MODELS` and `QUARTET_ORT`, else the platform's data folder
    /// and what was installed beside the program.
    ///
    /// # Errors
    /// `LibraryUnavailable` when the system names no home folder.
    pub fn from_env() -> Result<Self> {
        Self::with_resources(None, ForeignLibrary::Allowed)
    }

    /// From the environment like [`Paths::from_env`], with `resources` searched before what was installed
    /// beside the program.
    ///
    /// # Errors
    /// As [`Paths::from_env`].
    pub fn with_resources(resources: Option<PathBuf>, foreign: ForeignLibrary) -> Result<Self> {
        let home = match variable("QUARTET_HOME") {
            Some(home) => PathBuf::from(home),
            None => data_folder()?,
        };
        let resources: Vec<_> = resources.into_iter().chain(beside_program()).collect();
        let models = match variable("QUARTET_MODELS") {
            Some(list) => env::split_paths(&list).collect(),
            None => resources
                .iter()
                .map(|folder| folder.join("models"))
                .filter(|folder| folder.is_dir())
                .take(1)
                .chain([home.join("models")])
                .collect(),
        };
        let named = variable("QUARTET_ORT").filter(|_| foreign == ForeignLibrary::Allowed);
        let runtime = named.map_or_else(|| installed_runtime(&resources), PathBuf::from);
        Ok(Self {
            home,
            models,
            runtime,
        })
    }
}

fn variable(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn data_folder() -> Result<PathBuf> {
    let strategy = etcetera::base_strategy::choose_native_strategy()
        .map_err(|error| Failure::at(Code::LibraryUnavailable, Path::new("QUARTET_HOME"), error))?;
    Ok(strategy.data_dir().join("quartet"))
}

/// The folders an installer may have put the resources in, seen from the running program: beside
/// it, in a macOS bundle, and where Debian and RPM packages put them.
fn beside_program() -> Vec<PathBuf> {
    let Ok(program) = env::current_exe() else {
        return Vec::new();
    };
    let Some(folder) = program.parent() else {
        return Vec::new();
    };
    [
        "resources",
        "../Resources/resources",
        "../lib/Quartet/resources",
    ]
    .iter()
    .map(|relative| folder.join(relative))
    .collect()
}

/// The library in the first resource folder that has it. Its name may carry a version.
fn installed_runtime(resources: &[PathBuf]) -> PathBuf {
    let stem = LIBRARY.split(".so").next().unwrap_or(LIBRARY);
    for folder in resources.iter().map(|folder| folder.join("onnxruntime")) {
        let exact = folder.join(LIBRARY);
        if exact.is_file() {
            return exact;
        }
        let found = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .find(|path| {
                let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
                name.starts_with(stem) && !name.contains("providers")
            });
        if let Some(found) = found {
            return found;
        }
    }
    // Named in the failure that follows.
    resources
        .first()
        .map_or_else(PathBuf::new, |folder| folder.join("onnxruntime"))
        .join(LIBRARY)
}
