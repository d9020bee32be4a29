//! Everything a pipeline can refuse or fail at. `quartet-studio` turns each into words for people.

use std::{fmt::Display, ops::RangeInclusive, path::PathBuf};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Runtime(quartet_runtime::Error),
    #[error("stopped")]
    Cancelled,
    /// The folder lacks a file without which the model cannot run.
    #[error("{folder} has no {what}")]
    MissingPart { folder: PathBuf, what: &'static str },
    /// A file of the model's folder is not what it should be.
    #[error("{path} cannot be read: {reason}")]
    ModelFile { path: PathBuf, reason: String },
    /// A file of the folder points outside of it.
    #[error("{path} points outside the model's folder")]
    EscapingPath { path: PathBuf },
    /// The graph needs something this pipeline does not know how to give.
    #[error("the model's graph is not one this pipeline can run: {reason}")]
    UnsupportedGraph { reason: String },
    #[error("the model's chat template failed: {reason}")]
    Template { reason: String },
    #[error("the conversation is empty")]
    EmptyPrompt,
    /// Nothing says what to draw.
    #[error("there is nothing to draw")]
    NothingToDraw,
    /// A picture cannot be made `factor` times as large; `fitting` is the largest factor that it can be, `side`
    /// the longest side for the smallest factor.
    #[error("the result would be {width} x {height} pixels; at most {limit} on a side are made")]
    ResultTooLarge {
        width: u32,
        height: u32,
        factor: u32,
        limit: u32,
        fitting: Option<u32>,
        side: u32,
    },
    /// A picture, clip or recording that a person gave.
    #[error(transparent)]
    Input(#[from] quartet_media::Error),
    /// A sampling method that the folder or the request names and that is not known here.
    #[error("the scheduler {name} is not known here: {reason}")]
    UnknownScheduler { name: String, reason: String },
    /// No voice of the model can say any of the text.
    #[error("there is nothing in the text that can be said")]
    NothingToSay,
    /// The text is Chinese, which the voice does not speak; `able` are the model's voices that do.
    #[error("the voice {voice} does not speak Chinese")]
    VoiceLanguage { voice: String, able: Vec<String> },
    #[error("the prompt is {tokens} tokens long; the model reads {context_length}")]
    PromptTooLong {
        tokens: usize,
        context_length: usize,
    },
    #[error("{name} is {found}; it must be {allowed}")]
    Parameter {
        name: &'static str,
        found: String,
        allowed: &'static str,
    },
    #[error("token {id} is not in the model's vocabulary of {vocabulary_size}")]
    UnknownToken { id: u32, vocabulary_size: usize },
    /// NaN or infinity where there should be numbers: a broken or overflowing graph.
    #[error("the model gave numbers that are not finite")]
    NotFinite,
    /// NaN or infinity from one graph of several.
    #[error("the {part} gave numbers that are not finite{}", if *.half {
        ": it computes in float16, whose numbers end at 65,504; a float32 export of it would not"
    } else {
        ""
    })]
    NotFiniteIn { part: &'static str, half: bool },
}

impl Error {
    pub(crate) fn unsupported(reason: impl Display) -> Self {
        Self::UnsupportedGraph {
            reason: reason.to_string(),
        }
    }

    pub(crate) fn parameter(
        name: &'static str,
        found: impl Display,
        allowed: &'static str,
    ) -> Self {
        Self::Parameter {
            name,
            found: found.to_string(),
            allowed,
        }
    }
}

/// Refuses a value outside of a range; NaN is outside of every one.
///
/// # Errors
/// `Parameter`.
pub(crate) fn check_range<T: PartialOrd + Display>(
    name: &'static str,
    value: T,
    range: RangeInclusive<T>,
    allowed: &'static str,
) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(Error::parameter(name, value, allowed))
}

impl From<quartet_runtime::Error> for Error {
    fn from(error: quartet_runtime::Error) -> Self {
        match error {
            quartet_runtime::Error::Cancelled => Self::Cancelled,
            other => Self::Runtime(other),
        }
    }
}

impl From<quartet_runtime::Cancelled> for Error {
    fn from(_: quartet_runtime::Cancelled) -> Self {
        Self::Cancelled
    }
}
