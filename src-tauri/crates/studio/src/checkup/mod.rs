//! Before a class: whether everything that is going to be shown works on this computer, and how fast.
//!
//! Nothing is asserted: models are hashed, every panel makes something small and is timed, the library is
//! written to. What was made leaves no trace.

mod computer;
mod finding;
mod same_seed;
mod trials;

use std::time::Instant;

use quartet_runtime::Cancel;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Studio;
use finding::Finding;
pub use finding::{Check, CheckName, CheckVerdict};
pub use same_seed::SameSeed;

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

type Look = fn(&Studio, &mut trials::Trials<'_>) -> crate::Result<Finding>;

/// In this order: what was made is listened to, and memory is looked at when the models have been in use.
const LOOKS: [(CheckName, Look); 14] = [
    (CheckName::Engine, computer::engine),
    (CheckName::Clock, |_, _| Ok(computer::clock())),
    (CheckName::Library, computer::library),
    (CheckName::Disk, computer::disk),
    (CheckName::SoundOut, |studio, _| {
        Ok(computer::sound_out(studio))
    }),
    (CheckName::Microphone, |studio, _| {
        Ok(computer::microphone(studio))
    }),
    (CheckName::Models, computer::models),
    (CheckName::Text, trials::text),
    (CheckName::Picture, trials::picture),
    (CheckName::Speech, trials::speech),
    (CheckName::Hearing, trials::hearing),
    (CheckName::Tune, trials::tune),
    (CheckName::Film, trials::film),
    (CheckName::Memory, |studio, _| Ok(computer::memory(studio))),
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
