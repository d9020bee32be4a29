//! A window's tokens as segments, and where the next window begins.
//!
//! Source: openai/whisper, whisper/transcribe.py.

use std::ops::Range;

use super::vocabulary::Vocabulary;
use crate::text::TokenId;

/// A segment's times within its window and its tokens, times left out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TokenSpan {
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) tokens: Range<usize>,
}

/// Cuts a window of `seconds` at its pairs of times. What follows the last whole segment is left to
/// the next window, which begins after the seconds that are returned, more than 0.
pub(super) fn spans(
    tokens: &[TokenId],
    vocabulary: &Vocabulary,
    seconds: f64,
) -> (Vec<TokenSpan>, f64) {
    let time = |index: usize| tokens.get(index).and_then(|&id| vocabulary.time(id));
    let mut spans = Vec::new();
    let (mut from, mut opened) = (0, None);
    for index in 0..tokens.len() {
        let Some(at) = time(index) else { continue };
        if from < index {
            spans.push(TokenSpan {
                start: opened.unwrap_or(0.0),
                end: at,
                tokens: from..index,
            });
        }
        (from, opened) = (index + 1, Some(at));
    }
    let ends_in_one_time = !tokens.is_empty()
        && time(tokens.len() - 1).is_some()
        && tokens
            .len()
            .checked_sub(2)
            .is_none_or(|before| time(before).is_none());
    let cut_off = from < tokens.len();
    let last_end = spans.last().map(|span: &TokenSpan| span.end);
    match last_end {
        // Speech went on at the window's end: what is not whole is heard again.
        Some(end) if !ends_in_one_time && end > 0.0 && end < seconds => (spans, end),
        _ => {
            if cut_off {
                spans.push(TokenSpan {
                    start: opened.unwrap_or(0.0),
                    end: seconds,
                    tokens: from..tokens.len(),
                });
            }
            (spans, seconds)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::vocabulary::tests::small, *};

    /// `<|0.00|>` is 17, a second 50 more.
    fn cut(tokens: &[TokenId]) -> (Vec<(f64, f64, Range<usize>)>, f64) {
        let (spans, next) = spans(tokens, &small(), 30.0);
        let plain = spans.into_iter().map(|s| (s.start, s.end, s.tokens));
        (plain.collect(), next)
    }

    #[test]
    fn a_window_that_ends_in_one_time_is_whole() {
        let (spans, next) = cut(&[17, 1, 2, 67, 67, 3, 117]);
        assert_eq!(spans, [(0.0, 1.0, 1..3), (1.0, 2.0, 5..6)]);
        assert!((next - 30.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_cut_off_is_heard_again() {
        let (spans, next) = cut(&[17, 1, 2, 67, 67, 3]);
        assert_eq!(spans, [(0.0, 1.0, 1..3)]);
        assert!((next - 1.0).abs() < 1e-9);
        let (spans, next) = cut(&[17, 1, 67, 67]);
        assert_eq!((spans.len(), next), (1, 1.0));
    }

    #[test]
    fn without_a_second_time_the_window_is_one_segment() {
        assert_eq!(cut(&[17, 1, 2]), (vec![(0.0, 30.0, 1..3)], 30.0));
        assert_eq!(cut(&[1, 2]), (vec![(0.0, 30.0, 0..2)], 30.0));
        assert_eq!(cut(&[]), (vec![], 30.0));
        assert_eq!(cut(&[17]), (vec![], 30.0));
    }

    #[test]
    fn every_window_gets_on() {
        for tokens in [&[17, 17][..], &[17, 1, 17, 17], &[17, 17, 17, 1]] {
            assert!(cut(tokens).1 > 0.0, "{tokens:?}");
        }
    }
}
