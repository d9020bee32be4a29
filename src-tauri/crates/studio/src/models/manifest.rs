//! `model.toml`: what a model's folder says of itself.
//!
//! A manifest is untrusted: paths are checked before anything is opened, and keys that only matter to
//! the maker of the folder (source, recipe) are not read.

use std::path::{Component, Path, PathBuf};

use quartet_pipelines::{Error as PipelineError, ModelFolder, holds};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Code, Failure, LocalText, Modality, Result};

pub const MANIFEST: &str = "model.toml";

/// A description with more than this is none.
const MAX_MANIFEST_BYTES: u64 = 4 << 20;

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Manifest {
    pub id: String,
    pub name: LocalText,
    #[serde(default)]
    pub summary: LocalText,
    pub modality: Modality,
    pub architecture: Architecture,
    #[serde(default)]
    pub languages: Vec<String>,
    #[serde(default)]
    pub default: bool,
    pub licence: Licence,
    /// Measured when loaded; 0: unknown.
    #[serde(default)]
    pub memory_mb: u32,
    /// The system message that its makers recommend, where they do.
    #[serde(default)]
    pub system_prompt: Option<String>,
    #[serde(default)]
    pub files: Vec<ManifestFile>,
}

/// Which pipeline runs it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Architecture {
    /// Decoder-only language models in the layout of transformers.js and optimum.
    CausalLm,
    /// English speech.
    Hibari,
    /// English and Mandarin speech.
    Kokoro,
    /// Melodies with chords, note by note, and the instruments that play them.
    Melody,
    /// Text from speech: our recipe's folders, and those of transformers.js.
    Whisper,
    /// Small pictures from a latent flow transformer, with its own text encoder.
    #[serde(rename = "latent-flow")]
    Glyph,
    /// Pictures from folders of diffusers' ONNX exports.
    Diffusion,
    /// Larger pictures from small ones.
    Upscaler,
    /// Frames between frames: our network, and RIFE 4 graphs.
    Inbetween,
    /// One that a later version runs.
    #[serde(other)]
    Unknown,
}

/// What a model is asked for: a modality may hold several. A new kind of model begins here; the
/// compiler then asks for the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Skill {
    /// Text from text.
    Text,
    /// Sound from text.
    Speech,
    /// Text from sound.
    Transcription,
    /// Tunes from a mood.
    Composition,
    /// Pictures from text.
    Image,
    /// Larger pictures from small ones.
    Upscale,
    /// Frames between frames.
    Inbetween,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Licence {
    pub spdx: String,
}

/// One file of the folder, pinned.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ManifestFile {
    /// Relative to the folder, with forward slashes.
    pub path: String,
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Reads and checks the manifest of a folder. None when it has none.
    ///
    /// # Errors
    /// `ModelDescription`, `ModelEscapes`.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let text = ModelFolder::new(folder).text_within(MANIFEST, MAX_MANIFEST_BYTES);
        let text = text.map_err(|error| match error {
            PipelineError::EscapingPath { path } => Failure::at(Code::ModelEscapes, &path, ""),
            error => Failure::at(Code::ModelDescription, folder, error),
        })?;
        text.map(|text| Self::checked(folder, &text)).transpose()
    }

    /// The manifest written in `text`, if all it says can be used for `folder`.
    pub(crate) fn checked(folder: &Path, text: &str) -> Result<Self> {
        let invalid =
            |reason: &dyn std::fmt::Display| Failure::at(Code::ModelDescription, folder, reason);
        let manifest = Self::parse(text).map_err(|error| invalid(&error))?;
        if !is_id(&manifest.id) {
            return Err(invalid(&format!(
                "the id {:?} must be letters, digits, dots, dashes and underscores",
                manifest.id
            )));
        }
        for file in &manifest.files {
            inside(folder, &file.path)?;
        }
        Ok(manifest)
    }

    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

/// Ids become parts of commands and of recipes.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// The path of a file that a manifest names, once it is certain to be in the folder: no absolute
/// path, no `..`, no link that leads out. A file that does not exist is for `verify` to report.
///
/// # Errors
/// `ModelEscapes`.
pub(super) fn inside(folder: &Path, relative: &str) -> Result<PathBuf> {
    let path = folder.join(relative);
    let escapes = |reason: &str| Failure::at(Code::ModelEscapes, &path, reason);
    let plain = !relative.is_empty()
        // Windows would read a backslash as a separator and "c:x" as another drive.
        && !relative.contains(['\\', ':', '\0'])
        && Path::new(relative)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
    if !plain {
        return Err(escapes("not a plain relative path"));
    }
    if path.exists() && !holds(folder, &path) {
        return Err(escapes("a link leads out of the folder"));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_repositorys_own_manifests_are_read() {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../models");
        let mut count = 0;
        let entries = fs::read_dir(models).unwrap().flatten();
        for entry in entries.filter(|entry| entry.path().is_dir()) {
            if let Some(manifest) = Manifest::read(&entry.path()).unwrap() {
                assert_eq!(entry.file_name().to_str(), Some(manifest.id.as_str()));
                assert!(!manifest.name.zh.is_empty() && !manifest.summary.zh.is_empty());
                count += 1;
            }
        }
        assert!(count >= 2);
    }

    #[test]
    fn paths_that_leave_the_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            "../x",
            "/etc/passwd",
            "a/../../x",
            "",
            "c:x",
            "a\\..\\x",
            ".",
        ] {
            let failure = inside(folder.path(), path).unwrap_err();
            assert_eq!(failure.code, Code::ModelEscapes, "{path}");
        }
        assert!(inside(folder.path(), "onnx/model.onnx").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_is_refused_and_one_that_stays_is_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "x").unwrap();
        std::os::unix::fs::symlink("a", folder.path().join("stays")).unwrap();
        std::os::unix::fs::symlink("/etc", folder.path().join("leaves")).unwrap();
        assert!(inside(folder.path(), "stays").is_ok());
        let failure = inside(folder.path(), "leaves/passwd").unwrap_err();
        assert_eq!(failure.code, Code::ModelEscapes);
    }

    proptest! {
        #[test]
        fn no_manifest_makes_the_reader_panic(text in any::<String>(), path in any::<String>()) {
            let _ = Manifest::parse(&text);
            let _ = inside(Path::new("/models/x"), &path);
        }
    }
}
