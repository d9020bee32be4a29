//! What the window asks for: a lesson's results as it keeps them.

use std::collections::BTreeMap;

use quartet_studio::{ExperimentMade, Language};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What is handed in; steps count from 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandInOrder {
    /// Its id.
    pub lesson: String,
    /// Of the lesson when it was begun, as its listing says it.
    pub digest: String,
    pub language: Language,
    /// As it was typed; may be empty.
    pub name: String,
    /// RFC 3339, UTC.
    pub begun: String,
    /// How long the lesson was open.
    pub seconds: f64,
    pub finished: bool,
    /// Choices by step.
    pub predictions: BTreeMap<u32, u32>,
    /// Sentences by step.
    pub reflections: BTreeMap<u32, String>,
    /// In the order in which they are shown.
    pub runs: Vec<HandInRun>,
}

/// A run of a step's act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandInRun {
    pub step: u32,
    /// The learner's own words, where they changed the lesson's.
    pub words: Option<String>,
    /// What was written or said; of two lanes, both.
    pub texts: Vec<String>,
    /// A `data:` address, where the picture is not in the library.
    pub picture: Option<String>,
    /// Ids in the library.
    pub works: Vec<String>,
    pub experiment: Option<ExperimentMade>,
    /// It came with the lesson.
    pub recorded: bool,
    /// Its id, where the library does not say it.
    pub model: Option<String>,
    /// Where neither the library nor the lesson says it.
    pub seed: Option<u32>,
    /// RFC 3339, UTC.
    pub at: String,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandInWritten {
    /// Of the file.
    pub bytes: u64,
    /// Pictures and runs that would have made it larger than 5 MB.
    pub left_out: u32,
}
