//! Where things are: the data folder, the models, the ONNX Runtime library.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy;

use crate::{
    Code, Failure, Result,
    portable::{PassingHome, Portable},
};

/// Models that all accounts of the computer share; an administrator puts them there
/// (`quartet pack install --shared`), and whoever runs Quartet only reads them.
#[cfg(target_os = "linux")]
const SHARED: &[&str] = &[
    "/usr/local/share/quartet/models",
    "/usr/share/quartet/models",
];
#[cfg(target_os = "macos")]
const SHARED: &[&str] = &["/Library/Application Support/Quartet/models"];
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
const SHARED: &[&str] = &[];

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

/// Where things are for the running program, and what must be held while it runs.
#[derive(Debug)]
pub struct Located {
    pub paths: Paths,
    /// Where the program runs from where it lies, as on a stick.
    pub portable: Option<Portable>,
    /// Wipes the data folder when it is dropped, where nothing is to be kept.
    pub passing: Option<PassingHome>,
    /// What people are to be told: that nothing is kept though it should be.
    pub warnings: Vec<Failure>,
}

impl Paths {
    /// From `QUARTET_HOME`, `QUARTET_MODELS` and `QUARTET_ORT`, else the platform's data folder (a portable
    /// program's own) and what was installed beside the program.
    ///
    /// # Errors
    /// `LibraryUnavailable` when the system names no home folder; `PortableFile`.
    pub fn from_env() -> Result<Located> {
        Self::with_resources(None, ForeignLibrary::Allowed)
    }

    /// From the environment like [`Paths::from_env`], with `resources` searched before what was installed
    /// beside the program.
    ///
    /// # Errors
    /// As [`Paths::from_env`].
    pub fn with_resources(resources: Option<PathBuf>, foreign: ForeignLibrary) -> Result<Located> {
        let portable = Portable::of_program()?;
        let (mut passing, mut warnings) = (None, Vec::new());
        let home = match (variable("QUARTET_HOME"), &portable) {
            (Some(home), _) => PathBuf::from(home),
            (None, Some(portable)) => {
                let home = portable.home()?;
                passing = home.passing;
                warnings.extend(home.warning);
                home.folder
            }
            (None, None) => data_folder()?,
        };
        let resources: Vec<_> = resources.into_iter().chain(beside_program()).collect();
        let models = match variable("QUARTET_MODELS") {
            Some(list) => env::split_paths(&list).collect(),
            None => model_roots(&resources, portable.as_ref(), &home),
        };
        let named = variable("QUARTET_ORT").filter(|_| foreign == ForeignLibrary::Allowed);
        let runtime = named.map_or_else(|| installed_runtime(&resources), PathBuf::from);
        Ok(Located {
            paths: Self {
                home,
                models,
                runtime,
            },
            portable,
            passing,
            warnings,
        })
    }

    /// The data folder of whoever runs this, also where the program is a portable one and keeps its own.
    ///
    /// # Errors
    /// `LibraryUnavailable` when the system names no home folder.
    pub fn installed_home() -> Result<PathBuf> {
        match variable("QUARTET_HOME") {
            Some(home) => Ok(PathBuf::from(home)),
            None => data_folder(),
        }
    }

    /// Where all accounts of this computer look for models; they need not be there.
    pub fn shared_models() -> Vec<PathBuf> {
        let mut places: Vec<_> = SHARED.iter().map(PathBuf::from).collect();
        if cfg!(windows) {
            let data = variable("ProgramData").map(PathBuf::from);
            places.extend(data.map(|data| data.join("Quartet").join("models")));
        }
        places
    }

    /// Whether a model's folder is one that all accounts share.
    pub fn is_shared(folder: &Path) -> bool {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = real(folder);
        let mut places = Self::shared_models().into_iter();
        places.any(|place| folder.starts_with(real(&place)))
    }
}

/// What was installed, a person's own, the stick's, those that all accounts share.
fn model_roots(resources: &[PathBuf], portable: Option<&Portable>, home: &Path) -> Vec<PathBuf> {
    let installed = resources.iter().map(|folder| folder.join("models"));
    let installed = installed.filter(|folder| folder.is_dir()).take(1);
    let stick = portable.map(|portable| portable.folder.join("models"));
    let stick = stick.filter(|folder| folder.is_dir());
    let shared = Paths::shared_models().into_iter();
    let shared = shared.filter(|folder| folder.is_dir());
    installed
        .chain([home.join("models")])
        .chain(stick)
        .chain(shared)
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_looked_for_where_they_were_installed_on_the_stick_and_at_home() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        for folder in ["second/models", "third/models", "stick/models"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        let resources = ["first", "second", "third"].map(at);
        let portable = Portable {
            folder: at("stick"),
            data: crate::portable::PortableData::Beside,
            is_pack: true,
        };
        let home = at("home");
        let roots = model_roots(&resources, Some(&portable), &home);
        let expected = ["second/models", "home/models", "stick/models"].map(at);
        assert_eq!(roots[..3], expected);
        assert_eq!(
            model_roots(&[], None, &home)[..1],
            [at("home/models")],
            "also before there are any"
        );
    }

    #[test]
    fn the_places_that_accounts_share_are_known_by_their_folders() {
        for place in Paths::shared_models() {
            assert!(place.is_absolute());
            assert!(Paths::is_shared(&place.join("glyph")));
        }
        assert!(!Paths::is_shared(Path::new("/home/ada/models/glyph")));
    }
}
