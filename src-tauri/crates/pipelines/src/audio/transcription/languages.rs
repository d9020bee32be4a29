//! Which language is spoken where in a window.

use std::ops::Range;

use super::activity::{Activity, samples};
use crate::text::TokenId;

/// A window is listened to in parts of so many seconds, one every so many.
pub(super) const PART: f64 = 3.0;
pub(super) const STEP: f64 = 1.5;
/// A part of which less is sound says nothing.
const LEAST_SOUND: f64 = 1.2;
/// What is less likely than this is a guess.
const SURE: f32 = 0.8;
/// A single part at the end of the window must be as sure as this.
const VERY_SURE: f32 = 0.95;
/// Another language that lasts for a shorter time is a quotation or a name.
const LEAST_SECONDS: f64 = 2.0;
/// A pause between two languages may be as short as this.
const LEAST_PAUSE: f64 = 0.06;

/// What is spoken in one part.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Heard {
    /// Seconds within the window.
    pub(super) from: f64,
    pub(super) to: f64,
    /// An index into the model's languages.
    pub(super) language: usize,
    pub(super) probability: f32,
}

impl Heard {
    fn middle(&self) -> f64 {
        f64::midpoint(self.from, self.to)
    }
}

/// The parts of a window of `seconds` in which there is enough to hear.
pub(super) fn parts(seconds: f64, activity: &Activity) -> Vec<(f64, f64)> {
    let count = (seconds / STEP).ceil() as usize;
    (0..count)
        .map(|index| {
            let from = index as f64 * STEP;
            (from, (from + PART).min(seconds))
        })
        .filter(|(from, to)| activity.seconds(*from, *to) >= LEAST_SOUND)
        .collect()
}

/// Where within a window another language begins than the one before, in seconds: between the last
/// part that is surely the one and the first that is surely the other.
pub(super) fn change(heard: &[Heard], seconds: f64) -> Option<Range<f64>> {
    let sure: Vec<&Heard> = heard
        .iter()
        .filter(|part| part.probability >= SURE)
        .collect();
    let first = sure.first()?;
    let at = sure
        .iter()
        .position(|part| part.language != first.language)?;
    let (last, other) = (sure[at - 1], sure[at]);
    let next = sure.get(at + 1);
    let lasts = match next {
        Some(next) => next.language == other.language,
        None => other.probability >= VERY_SURE && other.to >= seconds - STEP,
    };
    // One part of another language amid the first says nothing; what follows may.
    if !lasts {
        let rest: Vec<Heard> = heard
            .iter()
            .filter(|part| *part != other)
            .cloned()
            .collect();
        return change(&rest, seconds);
    }
    let begins = last.middle()..(other.middle() + 1.0).min(seconds);
    (begins.start >= LEAST_SECONDS / 2.0).then_some(begins)
}

/// The sample at which a window is to end so that one language is spoken in it.
pub(super) fn cut(begins: &Range<f64>, activity: &Activity) -> Option<usize> {
    let within = samples(begins.start)..samples(begins.end);
    activity
        .pause(within.clone(), LEAST_PAUSE)
        .or_else(|| activity.quietest(within))
        .filter(|cut| *cut > 0)
}

/// The probabilities of some tokens among themselves.
pub(super) fn share(
    logits: &[f32],
    ids: impl Iterator<Item = TokenId>,
) -> impl Iterator<Item = f32> {
    let chosen: Vec<f32> = ids
        .map(|id| {
            logits
                .get(id as usize)
                .copied()
                .unwrap_or(f32::NEG_INFINITY)
        })
        .collect();
    let most = chosen.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = chosen.iter().map(|logit| (logit - most).exp()).sum();
    chosen
        .into_iter()
        .map(move |logit| (logit - most).exp() / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(parts: &[(usize, f32)]) -> Vec<Heard> {
        let one = |(index, (language, probability)): (usize, &(usize, f32))| Heard {
            from: index as f64 * STEP,
            to: index as f64 * STEP + PART,
            language: *language,
            probability: *probability,
        };
        parts.iter().enumerate().map(one).collect()
    }

    #[test]
    fn the_place_at_which_another_language_begins_is_found() {
        let parts = heard(&[(0, 0.9), (0, 1.0), (0, 0.5), (1, 0.9), (1, 1.0)]);
        assert_eq!(change(&parts, 9.0), Some(3.0..7.0));
        let at_the_end = heard(&[(0, 0.9), (0, 1.0), (1, 0.97)]);
        assert_eq!(change(&at_the_end, 6.0), Some(3.0..5.5));
    }

    #[test]
    fn a_name_a_guess_and_one_language_are_no_change() {
        assert_eq!(
            change(&heard(&[(0, 0.9), (1, 0.9), (0, 1.0), (0, 0.9)]), 7.5),
            None
        );
        assert_eq!(change(&heard(&[(0, 0.9), (1, 0.6), (1, 0.7)]), 6.0), None);
        assert_eq!(change(&heard(&[(0, 0.9), (0, 0.9)]), 4.5), None);
        assert_eq!(change(&[], 4.5), None);
    }

    #[test]
    fn a_change_after_a_name_is_found_all_the_same() {
        let parts = heard(&[(0, 0.9), (1, 0.9), (0, 1.0), (0, 0.9), (1, 0.9), (1, 0.9)]);
        assert_eq!(change(&parts, 10.5), Some(6.0..8.5));
    }
}
