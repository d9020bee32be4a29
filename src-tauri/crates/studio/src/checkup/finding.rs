//! What was found of one thing.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Failure, LocalText};

/// One thing that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CheckName {
    Engine,
    Models,
    Library,
    Disk,
    Memory,
    Clock,
    SoundOut,
    Microphone,
    Text,
    Picture,
    Speech,
    Hearing,
    Tune,
    Film,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CheckVerdict {
    Fine,
    /// It works, but not as one would wish in front of people.
    Doubtful,
    Wrong,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    pub name: CheckName,
    pub verdict: CheckVerdict,
    pub found: LocalText,
    /// What to do about it; none where all is fine.
    pub next_step: Option<LocalText>,
    /// What looking took.
    pub seconds: f64,
}

/// What one look came to.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) verdict: CheckVerdict,
    pub(super) found: LocalText,
    pub(super) next_step: Option<LocalText>,
}

impl Finding {
    pub(super) fn fine(en: String, zh: String) -> Self {
        Self {
            verdict: CheckVerdict::Fine,
            found: LocalText { en, zh },
            next_step: None,
        }
    }

    /// It works, but …
    pub(super) fn doubtful(self, en: &str, zh: &str) -> Self {
        Self {
            verdict: CheckVerdict::Doubtful,
            next_step: Some(LocalText {
                en: en.to_owned(),
                zh: zh.to_owned(),
            }),
            ..self
        }
    }

    pub(super) fn wrong(failure: Failure) -> Self {
        Self {
            verdict: CheckVerdict::Wrong,
            found: *failure.message,
            next_step: Some(*failure.next_step),
        }
    }
}
