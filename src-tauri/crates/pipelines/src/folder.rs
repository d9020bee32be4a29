//! Reading a model's folder: sizes and paths are checked before anything is trusted.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// No table of words or settings is larger.
const MAX_BYTES: u64 = 64 << 20;

#[derive(Debug, Clone, Copy)]
pub(crate) struct ModelFolder<'a> {
    root: &'a Path,
}

impl<'a> ModelFolder<'a> {
    pub(crate) fn new(root: &'a Path) -> Self {
        Self { root }
    }

    /// The path of a file that the model cannot do without. A link that leads out of the folder
    /// would let a model read what its owner never meant to show.
    ///
    /// # Errors
    /// `MissingPart` with `what`, `EscapingPath`.
    pub(crate) fn part(&self, name: &str, what: &'static str) -> Result<PathBuf> {
        let path = self.root.join(name);
        if !path.is_file() {
            return Err(Error::MissingPart {
                folder: self.root.to_owned(),
                what,
            });
        }
        let inside = |real: PathBuf| {
            let root = self.root.canonicalize().ok()?;
            real.starts_with(root).then_some(())
        };
        match path.canonicalize().ok().and_then(inside) {
            Some(()) => Ok(path),
            None => Err(Error::EscapingPath { path }),
        }
    }

    /// The text of such a file.
    ///
    /// # Errors
    /// As [`ModelFolder::part`], and `BrokenFile`.
    pub(crate) fn text(&self, name: &str, what: &'static str) -> Result<String> {
        let path = self.part(name, what)?;
        let bytes = path.metadata().map_or(u64::MAX, |data| data.len());
        if bytes > MAX_BYTES {
            return Err(broken(&path, format!("{bytes} bytes is too large")));
        }
        fs::read_to_string(&path).map_err(|error| broken(&path, error.to_string()))
    }

    /// The content of such a JSON file.
    ///
    /// # Errors
    /// As [`ModelFolder::text`].
    pub(crate) fn json<T: DeserializeOwned>(&self, name: &str, what: &'static str) -> Result<T> {
        let text = self.text(name, what)?;
        serde_json::from_str(&text).map_err(|error| self.broken(name, error.to_string()))
    }

    pub(crate) fn broken(&self, name: &str, reason: impl Into<String>) -> Error {
        broken(&self.root.join(name), reason.into())
    }
}

fn broken(path: &Path, reason: String) -> Error {
    Error::BrokenFile {
        path: path.to_owned(),
        reason,
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
        assert!(matches!(error, Error::BrokenFile { .. }), "{error}");
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
