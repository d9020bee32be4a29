//! Before a class: whether everything that is going to be shown works on this computer, and how fast.
//!
//! Nothing is asserted: models are hashed, every panel makes something small and is timed, the library is
//! written to. What was made leaves no trace.

mod computer;
mod same_seed;
mod trials;

use std::time::Instant;

use quartet_runtime::Cancel;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Failure, LocalText, Studio};
pub use same_seed::SameSeed;

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

/// A whole check-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Checkup {
    pub checks: Vec<Check>,
    /// The worst of them.
    pub verdict: CheckVerdict,
    /// None where text or pictures could not be made.
    pub same_seed: Option<SameSeed>,
    pub seconds: f64,
}

/// What a check-up tells while it goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum CheckupEvent {
    /// Looked at now: the `index`th, from 0, of `total`.
    Began {
        name: CheckName,
        index: u32,
        total: u32,
    },
    Found {
        check: Check,
    },
}

/// What one look came to.
#[derive(Debug)]
struct Finding {
    verdict: CheckVerdict,
    found: LocalText,
    next_step: Option<LocalText>,
}

impl Finding {
    fn fine(en: String, zh: String) -> Self {
        Self {
            verdict: CheckVerdict::Fine,
            found: LocalText { en, zh },
            next_step: None,
        }
    }

    /// It works, but …
    fn doubtful(self, en: &str, zh: &str) -> Self {
        Self {
            verdict: CheckVerdict::Doubtful,
            next_step: Some(LocalText {
                en: en.to_owned(),
                zh: zh.to_owned(),
            }),
            ..self
        }
    }

    fn wrong(failure: Failure) -> Self {
        Self {
            verdict: CheckVerdict::Wrong,
            found: *failure.message,
            next_step: Some(*failure.next_step),
        }
    }
}

type Look = fn(&Studio, &mut trials::Trials<'_>) -> crate::Result<Finding>;

const LOOKS: [(CheckName, Look); 14] = [
    (CheckName::Engine, computer::engine),
    (CheckName::Clock, computer::clock),
    (CheckName::Library, computer::library),
    (CheckName::Disk, computer::disk),
    (CheckName::SoundOut, computer::sound_out),
    (CheckName::Microphone, computer::microphone),
    (CheckName::Models, computer::models),
    (CheckName::Text, trials::text),
    (CheckName::Picture, trials::picture),
    (CheckName::Speech, trials::speech),
    (CheckName::Hearing, trials::hearing),
    (CheckName::Tune, trials::tune),
    (CheckName::Film, trials::film),
    (CheckName::Memory, computer::memory),
];

/// Looks at everything, one after the other, on the calling thread; `tell` hears of each.
///
/// # Errors
/// `Cancelled`; what is wrong with the computer is among the checks.
pub fn check_up(
    studio: &Studio,
    cancel: &Cancel,
    mut tell: impl FnMut(CheckupEvent),
) -> crate::Result<Checkup> {
    let began = Instant::now();
    let mut trials = trials::Trials::new(cancel);
    let mut checks = Vec::with_capacity(LOOKS.len());
    for (index, (name, look)) in (0..).zip(LOOKS) {
        cancel.check()?;
        let total = LOOKS.len() as u32;
        tell(CheckupEvent::Began { name, index, total });
        let looking = Instant::now();
        let finding = match look(studio, &mut trials) {
            Ok(finding) => finding,
            Err(failure) if failure.is_cancelled() => return Err(failure),
            Err(failure) => Finding::wrong(failure),
        };
        let check = Check {
            name,
            verdict: finding.verdict,
            found: finding.found,
            next_step: finding.next_step,
            seconds: looking.elapsed().as_secs_f64(),
        };
        tell(CheckupEvent::Found {
            check: check.clone(),
        });
        checks.push(check);
    }
    Ok(Checkup {
        verdict: checks
            .iter()
            .map(|check| check.verdict)
            .max()
            .unwrap_or(CheckVerdict::Fine),
        checks,
        same_seed: trials.same_seed(studio),
        seconds: began.elapsed().as_secs_f64(),
    })
}
