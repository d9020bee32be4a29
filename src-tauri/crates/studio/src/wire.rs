//! What crosses to a window or a terminal, beside the types that the parts define themselves.

use std::ops::ControlFlow;

use quartet_pipelines::text::{TextParameters, TextRequest, TextStats, Token};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Failure, works::Work};

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CacheKind {
    /// Keys and values are written into one buffer.
    InPlace,
    /// They are copied at every token.
    Concatenated,
}

/// What a loaded text model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "TextModelInfo")]
pub struct LoadedText {
    /// Its id.
    pub model: String,
    /// In tokens.
    pub context_length: u32,
    pub vocabulary_size: u32,
    pub layers: u32,
    /// The model's own.
    pub defaults: TextParameters,
    pub system_prompt: Option<String>,
    pub cache: CacheKind,
    /// What it runs on, for people.
    pub device: String,
}

/// What becomes of one request, in order; `Done` or `Failed` is the last. About 30 a second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TextJobEvent {
    /// Other jobs come first.
    Queued {
        ahead: u32,
    },
    /// The model is being loaded, for so many seconds now; the last load took `expected_seconds`.
    Loading {
        model: String,
        seconds: f64,
        expected_seconds: Option<f64>,
    },
    /// Tokens of the prompt read; `reused` of them were still in the cache.
    Prompt {
        done: u32,
        total: u32,
        reused: u32,
    },
    Tokens {
        tokens: Vec<Token>,
    },
    Done {
        stats: TextStats,
        /// Its id in the library.
        work: Option<String>,
        /// Why the result was not kept; the result itself is whole.
        keep_failure: Option<Failure>,
    },
    /// With the code `cancelled` when it was stopped.
    Failed {
        failure: Failure,
    },
}

/// Where a job's events go. `Break` says that nobody listens any more, which stops the job. It is
/// called from studio's threads and must not call studio back.
pub type TextSink = Box<dyn FnMut(TextJobEvent) -> ControlFlow<()> + Send>;

/// A work with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WorkDetail {
    pub work: Work,
    /// For text works, the text.
    pub content: String,
    /// JSON, indented.
    pub recipe: String,
    /// For text works: sent again, it makes the same text.
    pub request: Option<TextRequest>,
    /// Path in the library.
    pub file: String,
}
