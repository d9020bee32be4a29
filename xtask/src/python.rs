//! Python for the recipes: an interpreter found, a virtual environment made from pinned hashes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cache::{self, Cache, Stamp};
use crate::process;
use crate::progress::{Meter, Unit};
use crate::workspace;

/// The pip that builds the environment and downloads wheels: one version everywhere, because
/// `--progress-bar raw` and `--resume-retries` are young.
const PIP: &str = "pip==26.3 \
    --hash=sha256:f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13";
const OLDEST: (u32, u32) = (3, 11);

/// A Python that can make virtual environments.
#[derive(Debug, Clone)]
pub struct Python {
    command: Vec<String>,
    version: String,
}

/// What was found when looking for a Python.
#[derive(Debug)]
pub enum Found {
    Ready(Python),
    /// Debian and Ubuntu keep `ensurepip` in a package of its own.
    WithoutVenv,
    /// The newest one found, if there was any.
    TooOld(Option<String>),
}

/// Looks for Python 3.11 or newer under its usual names.
pub fn find() -> Found {
    let names: &[&[&str]] = if cfg!(windows) {
        &[&["py", "-3"], &["python"], &["python3"]]
    } else {
        &[
            &["python3"],
            &["python3.13"],
            &["python3.12"],
            &["python3.11"],
            &["python"],
        ]
    };
    let mut newest_old = None;
    let mut without_venv = false;
    for words in names {
        let Some(said) = ask(words) else { continue };
        match judge(&said) {
            Verdict::Ready(version) => return Found::Ready(python(words, version)),
            Verdict::WithoutVenv => without_venv = true,
            Verdict::TooOld(version) => newest_old = newest_old.max(Some(version)),
            Verdict::Unreadable => {}
        }
    }
    if without_venv {
        Found::WithoutVenv
    } else {
        Found::TooOld(newest_old)
    }
}

fn python(words: &[&str], version: String) -> Python {
    Python {
        command: words.iter().map(ToString::to_string).collect(),
        version,
    }
}

fn ask(words: &[&str]) -> Option<String> {
    const PROBE: &str = "import sys
try:
    import venv, ensurepip
    able = 'venv'
except ImportError:
    able = 'bare'
print(sys.version_info[0], sys.version_info[1], able)";
    process::probe(Command::new(words[0]).args(&words[1..]).args(["-c", PROBE]))
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Ready(String),
    WithoutVenv,
    TooOld(String),
    Unreadable,
}

/// Reads `3 11 venv` as the probe prints it.
fn judge(said: &str) -> Verdict {
    let words: Vec<&str> = said.split_whitespace().collect();
    let [major, minor, able] = words[..] else {
        return Verdict::Unreadable;
    };
    let (Ok(major), Ok(minor)) = (major.parse(), minor.parse()) else {
        return Verdict::Unreadable;
    };
    let version = format!("{major}.{minor}");
    match ((major, minor) >= OLDEST, able) {
        (false, _) => Verdict::TooOld(version),
        (true, "venv") => Verdict::Ready(version),
        (true, _) => Verdict::WithoutVenv,
    }
}

/// The recipes' virtual environment: its folder's name is the hash of all that makes it.
#[derive(Debug)]
pub struct Venv {
    folder: PathBuf,
    requirements: PathBuf,
    stamp: Stamp,
}

impl Venv {
    pub fn for_recipes(cache: &Cache, python: &Python) -> Result<Self> {
        Self::described_by(workspace::recipes().join("requirements.txt"), cache, python)
    }

    /// The environment of the recipes, with what their own tests need besides.
    pub fn for_tests(cache: &Cache, python: &Python) -> Result<Self> {
        Self::described_by(
            workspace::recipes().join("requirements-dev.txt"),
            cache,
            python,
        )
    }

    fn described_by(requirements: PathBuf, cache: &Cache, python: &Python) -> Result<Self> {
        let text = fs::read(&requirements)
            .with_context(|| format!("cannot read {}", requirements.display()))?;
        let hash = cache::sha256_of([&text[..], PIP.as_bytes(), python.version.as_bytes()]);
        let folder = cache.root().join(format!("recipes-venv-{}", &hash[..12]));
        let stamp = Stamp::new(folder.join("quartet-ready"), hash);
        Ok(Self {
            folder,
            requirements,
            stamp,
        })
    }

    /// The environment's interpreter.
    pub fn python(&self) -> PathBuf {
        if cfg!(windows) {
            self.folder.join("Scripts").join("python.exe")
        } else {
            self.folder.join("bin").join("python")
        }
    }

    pub fn is_ready(&self) -> bool {
        // The interpreter is a link to the system's: it breaks when that is removed.
        self.stamp.is_current() && self.python().exists()
    }

    /// Makes the environment. The caller holds the cache's lock.
    pub fn install(&self, python: &Python) -> Result<()> {
        self.stamp.clear()?;
        let text = fs::read_to_string(&self.requirements)?;
        let count = text.lines().filter(|line| line.contains("==")).count() as u64;
        let mut meter = Meter::new("Python packages of the recipes", Unit::Steps, count);
        meter.set(0);
        let [program, arguments @ ..] = python.command.as_slice() else {
            bail!("no Python")
        };
        process::capture(
            Command::new(program)
                .args(arguments)
                .args(["-m", "venv", "--clear"])
                .arg(&self.folder),
        )?;
        let pinned = self.folder.join("pip-requirements.txt");
        fs::write(&pinned, PIP)?;
        self.pip_install(&pinned, &mut |_| {})?;
        self.pip_install(&self.requirements, &mut |done| meter.set(done))
            .context("the recipes' Python packages could not be installed")?;
        meter.finish();
        self.stamp.write()
    }

    /// `progress` gets the number of packages that pip has come to.
    fn pip_install(&self, requirements: &Path, progress: &mut dyn FnMut(u64)) -> Result<()> {
        let mut command = Command::new(self.python());
        command
            .args([
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
            ])
            .args([
                "--require-hashes",
                "--only-binary",
                ":all:",
                "--retries",
                "10",
            ])
            .args(["--progress-bar", "off", "--requirement"])
            .arg(requirements);
        let mut packages = 0;
        process::watch(&mut command, &mut |line| {
            if line.starts_with("Collecting ") {
                packages += 1;
                progress(packages);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(judge("3 11 venv\n"), Verdict::Ready("3.11".into()));
        assert_eq!(judge("4 0 venv"), Verdict::Ready("4.0".into()));
        assert_eq!(judge("3 9 venv"), Verdict::TooOld("3.9".into()));
        assert_eq!(judge("2 7 bare"), Verdict::TooOld("2.7".into()));
        assert_eq!(judge("3 12 bare"), Verdict::WithoutVenv);
        assert_eq!(
            judge("Python was not found; run without arguments"),
            Verdict::Unreadable
        );
    }

    #[test]
    fn another_requirement_or_python_means_another_environment() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::at(root.path().to_owned()).unwrap();
        let requirements = root.path().join("requirements.txt");
        let folder = |text: &str, version: &str| {
            fs::write(&requirements, text).unwrap();
            let python = python(&["python3"], version.into());
            Venv::described_by(requirements.clone(), &cache, &python)
                .unwrap()
                .folder
        };
        let first = folder("numpy==2.0", "3.11");
        assert_eq!(first, folder("numpy==2.0", "3.11"));
        assert_ne!(first, folder("numpy==2.0", "3.12"));
        assert_ne!(first, folder("numpy==2.1", "3.11"));
    }
}
