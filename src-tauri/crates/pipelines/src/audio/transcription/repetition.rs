//! Telling text from loops: networks that lost the thread say the same again and again.

use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};

use crate::text::TokenId;

/// How much smaller zlib makes a text; Whisper's authors take more than 2.4 for a loop.
pub(super) fn compression_ratio(text: &str) -> f32 {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let compressed = encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish());
    match compressed {
        Ok(bytes) if !bytes.is_empty() => text.len() as f32 / bytes.len() as f32,
        _ => 1.0,
    }
}

/// The longest phrase, in tokens, whose repetition is noticed.
const LONGEST: usize = 24;
/// How often it must come, and how many tokens that must be at least.
const TIMES: usize = 5;
const LEAST: usize = 20;

/// The length of `tokens` without the repetitions at their end, the phrase itself kept once; `None`
/// where they do not end in a loop.
pub(super) fn before_loop(tokens: &[TokenId]) -> Option<usize> {
    (1..=LONGEST).find_map(|length| {
        let phrase = &tokens[tokens.len().checked_sub(length)?..];
        let repeated = tokens
            .rchunks_exact(length)
            .take_while(|chunk| *chunk == phrase)
            .count();
        (repeated >= TIMES && repeated * length >= LEAST)
            .then(|| tokens.len() - (repeated - 1) * length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_compress_and_sentences_do_not() {
        assert!(compression_ratio(&"Thank you. ".repeat(20)) > 5.0);
        assert!(compression_ratio("The train from Chicago leaves at five past eight.") < 1.5);
        assert!(compression_ratio("") < 2.4);
    }

    #[test]
    fn a_phrase_again_and_again_is_cut_to_one() {
        let mut tokens = vec![1, 2, 3];
        for _ in 0..7 {
            tokens.extend([8, 9, 7]);
        }
        assert_eq!(before_loop(&tokens), Some(6));
        assert_eq!(before_loop(&[5; 30]), Some(1));
    }

    #[test]
    fn what_is_said_a_few_times_stays() {
        assert_eq!(before_loop(&[4, 4, 4, 4]), None);
        assert_eq!(before_loop(&[]), None);
        assert_eq!(before_loop(&(0..100).collect::<Vec<_>>()), None);
    }
}
