//! A model as a folder on the disk.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use specta::Type;

use super::manifest::{Architecture, ManifestFile, Skill};
use crate::{Code, Failure, LocalText, Modality, vitals::MB};

/// A model's folder, described.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub id: String,
    pub name: LocalText,
    pub summary: LocalText,
    pub modality: Modality,
    pub architecture: Architecture,
    /// BCP 47; empty when the folder does not say.
    pub languages: Vec<String>,
    /// SPDX, or as the folder names it; empty when it does not.
    pub licence: String,
    /// Of all its files.
    pub bytes: u64,
    /// What it takes in memory when loaded.
    pub memory_mb: u32,
    /// The one a new person gets, of its modality.
    pub is_default: bool,
    /// The system message that its makers recommend.
    pub system_prompt: Option<String>,
    pub folder: PathBuf,
    /// With their checksums; empty for folders that carry none.
    pub files: Vec<ManifestFile>,
    /// Whether a person added the folder, and so may take it off the list.
    pub added: bool,
    /// Why it cannot be used.
    pub problem: Option<Failure>,
}

/// A model as the window and the terminal list it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ModelSummary {
    pub id: String,
    pub name: LocalText,
    pub summary: LocalText,
    pub modality: Modality,
    /// What it can be asked for; none when this version does not run it.
    pub skill: Option<Skill>,
    pub languages: Vec<String>,
    pub licence: String,
    pub bytes: u64,
    pub memory_mb: u32,
    pub is_default: bool,
    pub folder: String,
    /// Whether it is in memory.
    pub loaded: bool,
    /// Whether it can be taken off the list.
    pub added: bool,
    pub problem: Option<Failure>,
}

/// A model that lies in or around a folder that was chosen and is none itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ModelNearby {
    /// Of its folder, as it can be added.
    pub path: String,
    pub name: LocalText,
    /// Its folder as it is to be shown, from the one that was chosen.
    pub within: String,
}

impl Model {
    pub fn memory_bytes(&self) -> u64 {
        u64::from(self.memory_mb) * MB
    }

    /// sha256 over the paths and checksums of its files: two copies of one model have the same.
    /// None when the folder carries no checksums.
    pub fn digest(&self) -> Option<String> {
        if self.files.is_empty() {
            return None;
        }
        let mut files: Vec<_> = self.files.iter().collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut hash = Sha256::new();
        for file in files {
            hash.update(format!(
                "{} {}\n",
                file.sha256.to_ascii_lowercase(),
                file.path
            ));
        }
        Some(hex(&hash.finalize()))
    }

    /// It was asked for what it cannot do.
    pub(crate) fn wrong_kind(&self) -> Failure {
        Failure::with(Code::ModelWrongKind, &[("model", &self.id)], "")
    }

    pub fn summarise(&self, skill: Option<Skill>, loaded: bool) -> ModelSummary {
        ModelSummary {
            id: self.id.clone(),
            name: self.name.clone(),
            summary: self.summary.clone(),
            modality: self.modality,
            skill,
            languages: self.languages.clone(),
            licence: self.licence.clone(),
            bytes: self.bytes,
            memory_mb: self.memory_mb,
            is_default: self.is_default,
            folder: self.folder.display().to_string(),
            loaded,
            added: self.added,
            problem: self.problem.clone(),
        }
    }
}

/// In hexadecimal, lower case.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
