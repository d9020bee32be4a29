//! Everything that must be there before Quartet is built, run or tested; each step costs nothing
//! once done.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::apt;
use crate::cache::Cache;
use crate::manifest::{self, Manifest};
use crate::models;
use crate::node;
use crate::onnxruntime;
use crate::platform::{Os, Platform};
use crate::process;
use crate::progress;
use crate::python::{self, Found, Python, Venv};
use crate::workspace;

/// How much has to be there.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// System packages and Node: what building the app takes.
    pub build: bool,
    /// What only the tests need.
    pub tests: bool,
    /// Optional models, by id.
    pub with: Vec<String>,
}

impl Wanted {
    pub fn to_build() -> Self {
        Self {
            build: true,
            ..Self::default()
        }
    }

    pub fn to_test() -> Self {
        Self {
            tests: true,
            ..Self::to_build()
        }
    }
}

/// What is there after set-up.
#[derive(Debug)]
pub struct Ready {
    pub cache: Cache,
    pub platform: Platform,
    /// The ONNX Runtime library to load.
    pub onnxruntime: PathBuf,
    pub manifests: Vec<Manifest>,
    /// The Python of the recipes' environment.
    pub python: PathBuf,
}

impl Ready {
    /// Points a program of ours at the library and the models.
    pub fn environment(&self, command: &mut Command) {
        command.env("QUARTET_ORT", &self.onnxruntime);
        if std::env::var_os("QUARTET_MODELS").is_none() {
            command.env("QUARTET_MODELS", self.cache.models());
        }
    }
}

/// What is there when the system is as it must be and the page's packages are installed: enough to
/// compile, not yet to run.
#[derive(Debug)]
pub struct Ground {
    platform: Platform,
    python: Python,
}

/// Brings the machine to where `wanted` works; says nothing when there is nothing to do.
pub fn ensure(wanted: &Wanted) -> Result<Ready> {
    complete(&prepare(wanted)?, wanted)
}

/// The first part of [`ensure`]: the system's packages and the page's.
pub fn prepare(wanted: &Wanted) -> Result<Ground> {
    let platform = Platform::current()?;
    let python = system(platform, wanted)?;
    if wanted.build {
        node::install()?;
    }
    Ok(Ground { platform, python })
}

/// The second part of [`ensure`]: the recipes' Python, ONNX Runtime and the models.
pub fn complete(ground: &Ground, wanted: &Wanted) -> Result<Ready> {
    let Ground { platform, python } = ground;
    let platform = *platform;
    let cache = Cache::open()?;
    let manifests = manifest::choose(Manifest::all(&workspace::models())?, &wanted.with)?;
    let venv = if wanted.tests {
        Venv::for_tests(&cache, python)?
    } else {
        Venv::for_recipes(&cache, python)?
    };
    if !is_ready(&cache, platform, &venv, &manifests)? {
        install(&cache, platform, &venv, python, &manifests)?;
    }
    for manifest in &manifests {
        models::refresh(&cache, manifest)?;
    }
    let onnxruntime = onnxruntime::library(&cache, platform)?;
    Ok(Ready {
        cache,
        platform,
        onnxruntime,
        manifests,
        python: venv.python(),
    })
}

/// The system's own part; returns the Python to use.
fn system(platform: Platform, wanted: &Wanted) -> Result<Python> {
    // The parts are independent programs to ask: together they take as long as the slowest.
    let (node, found) = std::thread::scope(|scope| {
        let node = scope.spawn(node::check);
        let found = python::find();
        (node.join(), found)
    });
    match node {
        Ok(outcome) => outcome?,
        Err(_) => bail!("looking for Node failed"),
    }
    let (found, extra): (_, &[&str]) = match found {
        Found::WithoutVenv => (found, &["python3-venv"]),
        Found::TooOld(_) => (found, &["python3", "python3-venv"]),
        Found::Ready(_) => (found, &[]),
    };
    if wanted.build {
        apt::ensure(platform, wanted.tests, extra)?;
    } else if !extra.is_empty() {
        apt::ensure_only(extra)?;
    }
    if let Found::Ready(python) = found {
        return Ok(python);
    }
    match python::find() {
        Found::Ready(python) => Ok(python),
        Found::WithoutVenv => bail!("Python was found, but its venv and ensurepip modules not"),
        Found::TooOld(version) => {
            let found = version.map_or_else(String::new, |found| format!(" (found {found})"));
            let place = match platform.os {
                Os::Linux => "your system's packages or https://www.python.org",
                Os::Macos => "https://www.python.org or `brew install python`",
                Os::Windows => "https://www.python.org or `winget install Python.Python.3.12`",
            };
            bail!("Python 3.11 or newer is needed{found}: get it from {place}");
        }
    }
}

fn is_ready(
    cache: &Cache,
    platform: Platform,
    venv: &Venv,
    manifests: &[Manifest],
) -> Result<bool> {
    Ok(onnxruntime::is_ready(cache, platform)?
        && venv.is_ready()
        && manifests
            .iter()
            .all(|manifest| models::is_installed(cache, manifest)))
}

fn install(
    cache: &Cache,
    platform: Platform,
    venv: &Venv,
    python: &Python,
    manifests: &[Manifest],
) -> Result<()> {
    let started = std::time::Instant::now();
    eprintln!("Setting up in {}", cache.root().display());
    let _lock = cache.lock()?;
    models::sweep(cache)?;
    if !onnxruntime::is_ready(cache, platform)? {
        onnxruntime::install(cache, platform)?;
    }
    if !venv.is_ready() {
        venv.install(python)?;
    }
    for manifest in manifests {
        if !models::is_installed(cache, manifest) {
            models::install(cache, manifest, &venv.python())?;
        }
    }
    eprintln!("Set up in {}", progress::duration(started.elapsed()));
    Ok(())
}

/// rustfmt and clippy, which a minimal toolchain lacks.
pub fn rust_components() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if process::probe(process::cargo().args([subcommand, "--version"])).is_some() {
            continue;
        }
        if !process::exists("rustup") {
            bail!("cargo {subcommand} is missing: install {component} for your Rust toolchain");
        }
        process::run(Command::new("rustup").args(["component", "add", component]))?;
    }
    Ok(())
}
