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
    #[error("{path} cannot be read: {reason}")]
    BrokenFile { path: PathBuf, reason: String },
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
    /// A picture that someone gave, not one that was made.
    #[error("the picture cannot be read: {reason}")]
    UnreadablePicture { reason: String },
    #[error("the picture is {width} x {height} pixels; at most {limit} on a side can be read")]
    PictureTooLarge { width: u32, height: u32, limit: u32 },
    /// A clip that someone gave holds no frames that can be read.
    #[error("it is not a film that can be read: {reason}")]
    NotAFilm { reason: String },
    /// A film whose frames are encoded in a way that nothing here decodes.
    #[error("the film's pictures are encoded as {codec}; H.264 can be read")]
    FilmEncoding { codec: String },
    /// A sampling method that the folder or the request names and nobody here knows.
    #[error("the scheduler {name} is not known here: {reason}")]
    UnknownScheduler { name: String, reason: String },
    /// No voice of the model can say any of the text.
    #[error("there is nothing in the text that can be said")]
    NothingToSay,
    /// The text is Chinese, which the voice does not speak; `able` are the model's voices that do.
    #[error("the voice {voice} does not speak Chinese")]
    VoiceLanguage { voice: String, able: Vec<String> },
    /// A file that was to be listened to holds no sound that can be decoded.
    #[error("it is not a sound file that can be read: {reason}")]
    NotSound { reason: String },
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
    /// The same from one graph of several.
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
