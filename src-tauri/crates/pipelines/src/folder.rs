//! Reading a model's folder: sizes and paths are checked before anything is trusted.

use std::{
    fs,
    path::{Path, PathBuf},
};

use quartet_g2p::Tables;
use quartet_media::bounded;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// No table of words or settings is larger.
const MAX_BYTES: u64 = 64 << 20;

/// A model's folder, whose files are looked at before they are read.
#[derive(Debug, Clone, Copy)]
pub struct ModelFolder<'a> {
    root: &'a Path,
}

impl<'a> ModelFolder<'a> {
    pub fn new(root: &'a Path) -> Self {
        Self { root }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The path of a file; None where there is none.
    ///
    /// # Errors
    /// `EscapingPath` where a link leads out of the folder, `ModelFile` for what is no regular file.
    pub fn find(&self, name: &str) -> Result<Option<PathBuf>> {
        let path = self.root.join(name);
        let Ok(found) = fs::metadata(&path) else {
            return Ok(None);
        };
        if !holds(self.root, &path) {
            return Err(Error::EscapingPath { path });
        }
        if !found.is_file() {
            return Err(self.broken(name, "it is not a regular file"));
        }
        Ok(Some(path))
    }

    /// The path of a file that the model cannot do without.
    ///
    /// # Errors
    /// `MissingPart` with `what`, `EscapingPath`.
    pub(crate) fn part(&self, name: &str, what: &'static str) -> Result<PathBuf> {
        self.find(name)?.ok_or_else(|| self.missing(what))
    }

    /// The text of a file; None where there is none.
    ///
    /// # Errors
    /// `EscapingPath`, and `ModelFile` where it is too large or no text.
    pub(crate) fn text_if_any(&self, name: &str) -> Result<Option<String>> {
        self.text_within(name, MAX_BYTES)
    }

    /// The text of a file of at most `most` bytes; None where there is none.
    ///
    /// # Errors
    /// `EscapingPath`, and `ModelFile` where it is too large or no text.
    pub fn text_within(&self, name: &str, most: u64) -> Result<Option<String>> {
        let Some(path) = self.find(name)? else {
            return Ok(None);
        };
        let text = bounded::read_text(&path, most);
        text.map(Some)
            .map_err(|error| self.broken(name, error.to_string()))
    }

    /// The text of a file that the model cannot do without.
    ///
    /// # Errors
    /// `MissingPart` with `what`, `EscapingPath`, and `ModelFile` where it is too large or no text.
    pub(crate) fn text(&self, name: &str, what: &'static str) -> Result<String> {
        self.text_if_any(name)?.ok_or_else(|| self.missing(what))
    }

    /// The content of a JSON file; None where there is none.
    ///
    /// # Errors
    /// `EscapingPath`, and `ModelFile` where it is too large or not what it should be.
    pub(crate) fn json_if_any<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let parse = |text: String| {
            serde_json::from_str(&text).map_err(|error| self.broken(name, error.to_string()))
        };
        self.text_if_any(name)?.map(parse).transpose()
    }

    /// The content of a JSON file that the model cannot do without.
    ///
    /// # Errors
    /// `MissingPart` with `what`, `EscapingPath`, and `ModelFile` where it is too large or not what it
    /// should be.
    pub(crate) fn json<T: DeserializeOwned>(&self, name: &str, what: &'static str) -> Result<T> {
        self.json_if_any(name)?.ok_or_else(|| self.missing(what))
    }

    pub(crate) fn missing(&self, what: &'static str) -> Error {
        Error::MissingPart {
            folder: self.root.to_owned(),
            what,
        }
    }

    pub(crate) fn broken(&self, name: &str, reason: impl Into<String>) -> Error {
        Error::ModelFile {
            path: self.root.join(name),
            reason: reason.into(),
        }
    }
}

/// Whether a file of a model's folder, wherever links and `..` lead, lies in that folder; one outside would
/// let a model read what its owner never meant to show. Every file of a model is looked at by this one
/// function. The caches of Hugging Face's tools keep files beside it, in `models--<who>--<what>/blobs`, and link to them: there
/// the whole of `models--<who>--<what>` is the model's.
pub fn holds(root: &Path, file: &Path) -> bool {
    let (Ok(root), Ok(real)) = (root.canonicalize(), file.canonicalize()) else {
        return false;
    };
    real.starts_with(cache_of(&root).unwrap_or(&root))
}

/// The `models--<who>--<what>` of a cache that a folder is a snapshot in, or a part of a snapshot.
fn cache_of(folder: &Path) -> Option<&Path> {
    let named = |folder: &Path, fits: fn(&str) -> bool| {
        let name = folder.file_name().and_then(|name| name.to_str());
        name.is_some_and(fits)
    };
    let snapshots = folder
        .ancestors()
        .skip(1)
        .find(|folder| named(folder, |name| name == "snapshots"))?;
    let cache = snapshots.parent()?;
    named(cache, |name| name.starts_with("models--")).then_some(cache)
}

/// The name that a model's folder goes by; of a snapshot in a cache, whose own name is a number, that
/// of the model.
pub fn folder_name(folder: &Path) -> Option<String> {
    let real = folder.canonicalize();
    let cache = real.as_deref().ok().and_then(cache_of);
    if let Some(name) = cache.and_then(Path::file_name) {
        let name = name.to_string_lossy();
        return name.rsplit("--").next().map(ToOwned::to_owned);
    }
    Some(folder.file_name()?.to_string_lossy().into_owned())
}

impl Tables for ModelFolder<'_> {
    type Error = Error;

    fn text(&self, name: &str, what: &'static str) -> Result<String> {
        self.text(name, what)
    }

    fn broken(&self, name: &str, reason: &str) -> Error {
        self.broken(name, reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_broken_is_named() {
        let root = tempfile::tempdir().unwrap();
        let folder = ModelFolder::new(root.path());
        let error = folder.text("a.json", "the words").unwrap_err();
        assert!(
            matches!(
                error,
                Error::MissingPart {
                    what: "the words",
                    ..
                }
            ),
            "{error}"
        );
        fs::write(root.path().join("a.json"), "[1").unwrap();
        let error = folder.json::<Vec<u32>>("a.json", "the words").unwrap_err();
        assert!(matches!(error, Error::ModelFile { .. }), "{error}");
    }

    /// `models--ours--tiny/snapshots/0001` with a link to `blobs`.
    #[cfg(unix)]
    fn cached(root: &Path) -> PathBuf {
        let cache = root.join("models--ours--tiny");
        let snapshot = cache.join("snapshots/0001");
        fs::create_dir_all(snapshot.join("onnx")).unwrap();
        fs::create_dir(cache.join("blobs")).unwrap();
        fs::write(cache.join("blobs/aa"), "{}").unwrap();
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, snapshot.join(name));
        link("../../blobs/aa", "config.json").unwrap();
        link("../../../blobs/aa", "onnx/model.json").unwrap();
        snapshot
    }

    #[cfg(unix)]
    #[test]
    fn links_within_a_cache_of_the_hub_are_followed() {
        let root = tempfile::tempdir().unwrap();
        let snapshot = cached(root.path());
        let folder = ModelFolder::new(&snapshot);
        for name in ["config.json", "onnx/model.json"] {
            assert_eq!(folder.text(name, "x").unwrap(), "{}");
        }
        assert_eq!(folder_name(&snapshot).as_deref(), Some("tiny"));
        let part = snapshot.join("onnx");
        assert!(ModelFolder::new(&part).text("model.json", "x").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_a_cache_or_into_another_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let snapshot = cached(root.path());
        let other = root.path().join("models--ours--other/blobs");
        fs::create_dir_all(&other).unwrap();
        fs::write(other.join("bb"), "{}").unwrap();
        fs::write(root.path().join("secret"), "{}").unwrap();
        let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, snapshot.join(name));
        link(&other.join("bb"), "another.json").unwrap();
        link(&root.path().join("secret"), "out.json").unwrap();
        for name in ["another.json", "out.json"] {
            let error = ModelFolder::new(&snapshot).text(name, "x").unwrap_err();
            assert!(matches!(error, Error::EscapingPath { .. }), "{error}");
        }
        // A folder that only looks like a snapshot is none.
        let alone = root.path().join("snapshots/0001");
        fs::create_dir_all(&alone).unwrap();
        std::os::unix::fs::symlink(root.path().join("secret"), alone.join("a.json")).unwrap();
        assert!(!holds(&alone, &alone.join("a.json")));
    }

    #[test]
    fn byte_order_marks_are_passed_over() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a.json"), "\u{feff}[1]").unwrap();
        let list: Vec<u32> = ModelFolder::new(root.path()).json("a.json", "x").unwrap();
        assert_eq!(list, [1]);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_told_at_once() {
        let root = tempfile::tempdir().unwrap();
        let made = std::process::Command::new("mkfifo")
            .arg(root.path().join("a.json"))
            .status();
        assert!(made.unwrap().success());
        fs::create_dir(root.path().join("b.json")).unwrap();
        let folder = ModelFolder::new(root.path());
        for name in ["a.json", "b.json"] {
            let error = folder.text(name, "x").unwrap_err();
            assert!(matches!(error, Error::ModelFile { .. }), "{error}");
        }
        // Links that go round lead nowhere.
        std::os::unix::fs::symlink("c.json", root.path().join("c.json")).unwrap();
        assert!(folder.find("c.json").unwrap().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let secret = tempfile::NamedTempFile::new().unwrap();
        std::os::unix::fs::symlink(secret.path(), root.path().join("a.tsv")).unwrap();
        let error = ModelFolder::new(root.path())
            .text("a.tsv", "x")
            .unwrap_err();
        assert!(matches!(error, Error::EscapingPath { .. }), "{error}");
    }
}
