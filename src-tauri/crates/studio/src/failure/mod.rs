//! What a person reads when something does not work: what happened, what to do, in two languages.
//!
//! The window and the terminal act on the code and show the words; neither matches on words.

mod catalogue;
mod convert;
mod parameters;

use std::{fmt, path::Path};

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{LocalText, shown};
pub use catalogue::{Cause, Code};

/// Characters of a value among the words, and of a detail: as long as paths are.
const MOST: usize = 4096;

pub type Result<T, E = Failure> = std::result::Result<T, E>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    pub code: Code,
    /// What happened. Boxed, as is the next: a failure rides in every `Result`.
    pub message: Box<LocalText>,
    /// What the person can do.
    pub next_step: Box<LocalText>,
    /// For the developer: the technical cause, in English; may be empty.
    pub detail: String,
}

impl Failure {
    /// A failure whose words have no gaps to fill.
    pub fn new(code: Code, detail: impl fmt::Display) -> Self {
        Self::with(code, &[], detail)
    }

    /// Fills the `{name}` gaps of the catalogue's words with values.
    pub fn with(code: Code, values: &[(&str, &str)], detail: impl fmt::Display) -> Self {
        Self::in_both(code, [values, values], detail)
    }

    /// Fills the gaps with values of their own in English and in Chinese.
    pub fn in_both(code: Code, values: [&[(&str, &str)]; 2], detail: impl fmt::Display) -> Self {
        let words = code.words();
        // Names and paths of strangers are among the values.
        let [en, zh] = values.map(|values| {
            let values = values.iter();
            let values = values.map(|(name, value)| (*name, bounded(value)));
            values.collect::<Vec<_>>()
        });
        let text = |words: (&str, &str)| {
            Box::new(LocalText {
                en: fill(words.0, &en),
                zh: fill(words.1, &zh),
            })
        };
        Self {
            code,
            message: text(words.message),
            next_step: text(words.next_step),
            detail: bounded(&detail.to_string()),
        }
    }

    /// A failure about one path.
    pub fn at(code: Code, path: &Path, detail: impl fmt::Display) -> Self {
        Self::with(code, &[("path", &path.display().to_string())], detail)
    }

    pub fn is_cancelled(&self) -> bool {
        self.code == Code::Cancelled
    }

    /// The value of a caught panic as words; a defect of Quartet's, never of the person's.
    pub(crate) fn from_panic(panic: &(dyn std::any::Any + Send)) -> Self {
        let reason = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned());
        Self::new(
            Code::Internal,
            reason.unwrap_or_else(|| "a panic without words".to_owned()),
        )
    }
}

fn bounded(text: &str) -> String {
    let start: String = text.chars().take(MOST).collect();
    shown::escaped(&start)
}

/// Values may themselves hold braces: a gap is looked up once and its value is never read again.
fn fill(text: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, after) = rest.split_at(start);
        filled.push_str(before);
        let Some(end) = after.find('}') else {
            rest = after;
            break;
        };
        let name = &after[1..end];
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(&after[..=end]),
        }
        rest = &after[end + 1..];
    }
    filled.push_str(rest);
    filled
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({:?})", self.message.en, self.code)?;
        if !self.detail.is_empty() {
            write!(formatter, ": {}", self.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_once_and_values_are_not_read_again() {
        let values = [("a", "{b}".to_owned()), ("b", "x".to_owned())];
        assert_eq!(fill("1 {a} {b} {c} {", &values), "1 {b} x {c} {");
    }

    #[test]
    fn a_panic_becomes_words() {
        let panic = std::panic::catch_unwind(|| panic!("index {} is out", 3)).unwrap_err();
        let failure = Failure::from_panic(panic.as_ref());
        assert_eq!(failure.code, Code::Internal);
        assert_eq!(failure.detail, "index 3 is out");
    }
}
