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
    #[error("{name} is {found}; it must be {}", allowed.in_english())]
    Parameter {
        name: &'static str,
        found: String,
        allowed: Allowed,
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
        allowed: impl Into<Allowed>,
    ) -> Self {
        Self::Parameter {
            name,
            found: found.to_string(),
            allowed: allowed.into(),
        }
    }
}

/// What a parameter may be, as it is said in English and in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// Both ends included.
    Range { from: String, to: String },
    /// One of these, as they are written.
    OneOf(Vec<String>),
    /// A multiple of `step`; `near` is the one nearest to what was found.
    Multiple { step: u32, near: u32 },
    /// What else can be said, in both languages.
    Words {
        english: &'static str,
        chinese: &'static str,
    },
}

impl Allowed {
    /// Behind "it must be".
    pub fn in_english(&self) -> String {
        match self {
            Self::Range { from, to } => format!("from {from} to {to}"),
            Self::OneOf(choices) => match choices.as_slice() {
                [] => "left out: this model has none".to_owned(),
                [only] => only.clone(),
                choices => format!("one of: {}", choices.join(", ")),
            },
            Self::Multiple { step, near } => format!("a multiple of {step}, such as {near}"),
            Self::Words { english, .. } => (*english).to_owned(),
        }
    }

    /// Behind 可以是.
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Range { from, to } => format!("{from} 到 {to}"),
            Self::OneOf(choices) => match choices.as_slice() {
                [] => "不填（这个模型没有可选项）".to_owned(),
                choices => choices.join("、"),
            },
            Self::Multiple { step, near } => format!("{step} 的倍数，例如 {near}"),
            Self::Words { chinese, .. } => (*chinese).to_owned(),
        }
    }
}

/// English and Chinese.
impl From<(&'static str, &'static str)> for Allowed {
    fn from((english, chinese): (&'static str, &'static str)) -> Self {
        Self::Words { english, chinese }
    }
}

impl From<Vec<String>> for Allowed {
    fn from(choices: Vec<String>) -> Self {
        Self::OneOf(choices)
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
) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    let allowed = Allowed::Range {
        from: range.start().to_string(),
        to: range.end().to_string(),
    };
    Err(Error::parameter(name, value, allowed))
}

/// Refuses a number that is none of a few.
///
/// # Errors
/// `Parameter`.
pub(crate) fn check_choice(name: &'static str, value: u32, choices: &[u32]) -> Result<()> {
    if choices.contains(&value) {
        return Ok(());
    }
    let choices: Vec<_> = choices.iter().map(u32::to_string).collect();
    Err(Error::parameter(name, value, choices))
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
