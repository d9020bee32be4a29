//! Which tokens may come next: times in pairs, never running backwards.
//!
//! Source: openai/whisper, whisper/decoding.py, `ApplyTimestampRules`, `SuppressTokens`.

use super::vocabulary::Vocabulary;
use crate::text::TokenId;

const NEVER: f32 = f32::NEG_INFINITY;

/// Bars from `logits` what may not follow `written`, the tokens of this window so far.
pub(super) fn constrain(logits: &mut [f32], written: &[TokenId], vocabulary: &Vocabulary) {
    let first = vocabulary.first_time() as usize;
    bar(logits, &vocabulary.suppressed);
    if logits.len() <= first {
        return;
    }
    let is_time = |id: &TokenId| vocabulary.time(*id).is_some();
    let last_is_time = written.last().is_some_and(is_time);
    // The first token counts as if a time stood before it.
    let before_is_time = written.len() < 2 || written.iter().rev().nth(1).is_some_and(is_time);
    if written.is_empty() {
        bar(logits, &vocabulary.suppressed_at_first);
        logits[..first].fill(NEVER);
        let latest = first + vocabulary.latest_first as usize + 1;
        if let Some(later) = logits.get_mut(latest..) {
            later.fill(NEVER);
        }
    } else if last_is_time && before_is_time {
        logits[first..].fill(NEVER);
        if written.len() == 1 {
            bar(logits, &vocabulary.suppressed_at_first);
        }
    } else if last_is_time {
        // One time closed a segment: another opens the next, or the end comes.
        logits[..vocabulary.end as usize].fill(NEVER);
    }
    if let Some(last) = written.iter().rev().find(|id| is_time(id)) {
        // A segment that is opened must be longer than nothing.
        let opening = last_is_time && !before_is_time;
        let least = *last as usize + usize::from(!opening);
        let end = least.clamp(first, logits.len());
        logits[first..end].fill(NEVER);
    }
    if !written.is_empty() && times_outweigh(logits, first) {
        logits[..first].fill(NEVER);
    }
}

fn bar(logits: &mut [f32], ids: &[TokenId]) {
    for &id in ids {
        if let Some(logit) = logits.get_mut(id as usize) {
            *logit = NEVER;
        }
    }
}

/// Whether all times together are likelier than the likeliest word.
fn times_outweigh(logits: &[f32], first: usize) -> bool {
    let (words, times) = logits.split_at(first);
    let most = |values: &[f32]| values.iter().copied().fold(NEVER, f32::max);
    let (word, time) = (most(words), most(times));
    if time == NEVER {
        return false;
    }
    let sum: f32 = times.iter().map(|logit| (logit - time).exp()).sum();
    time + sum.ln() > word
}

#[cfg(test)]
mod tests {
    use super::{super::vocabulary::tests::small, *};

    /// The ids that may follow, of letters 0 to 9, the end 10 and times 17 to 1,517.
    fn allowed(written: &[TokenId]) -> Vec<usize> {
        let vocabulary = small();
        let mut logits = vec![0.0; vocabulary.len()];
        // Words are likely enough to outweigh all times together.
        logits[..11].fill(20.0);
        constrain(&mut logits, written, &vocabulary);
        let open = logits
            .iter()
            .enumerate()
            .filter(|(_, logit)| **logit > NEVER);
        open.map(|(id, _)| id).collect()
    }

    #[test]
    fn a_window_begins_with_a_time_in_its_first_second() {
        assert_eq!(allowed(&[]), (17..=67).collect::<Vec<_>>());
    }

    #[test]
    fn words_follow_the_time_that_opens_and_times_the_one_that_closes() {
        assert_eq!(allowed(&[20]), (0..=10).collect::<Vec<_>>());
        let after_words = allowed(&[20, 3]);
        assert!(after_words.contains(&3) && after_words.contains(&21));
        assert!(!after_words.contains(&20), "a segment takes time");
        let closed = allowed(&[20, 3, 40]);
        assert_eq!(closed[..2], [10, 40], "the end, or the next segment");
        assert_eq!(allowed(&[20, 3, 40, 40])[..], (0..=10).collect::<Vec<_>>());
    }

    #[test]
    fn where_times_outweigh_words_a_time_comes() {
        let vocabulary = small();
        let mut logits = vec![0.0; vocabulary.len()];
        constrain(&mut logits, &[20, 3], &vocabulary);
        assert!(logits[..17].iter().all(|logit| *logit == NEVER));
    }
}
