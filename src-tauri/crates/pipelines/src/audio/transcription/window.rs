//! A window that is being written down, and the pieces of what is written.

use super::{
    activity::{Activity, seconds},
    attempt::Attempt,
    types::TranscribedPiece,
};
use crate::text::{Detokenizer, TokenId};

/// A window that is being written.
pub(super) struct Window {
    pub(super) samples: usize,
    pub(super) activity: Activity,
    pub(super) language: String,
    pub(super) no_speech: f32,
    pub(super) prompt: Vec<TokenId>,
    pub(super) attempt: Attempt,
    /// The best of the attempts before, which made no sense either.
    pub(super) best: Option<Attempt>,
    pub(super) tried: usize,
}

impl Window {
    pub(super) fn seconds(&self) -> f64 {
        seconds(self.samples)
    }

    /// For how long there is something to hear.
    pub(super) fn sounding(&self) -> f64 {
        self.activity.seconds(0.0, self.seconds())
    }
}

/// The pieces of tokens, each with the probability of its least likely token; `convert` writes them as the
/// language is written.
pub(super) fn pieces(
    tokens: &[TokenId],
    probabilities: &[f32],
    decode: impl Fn(&[TokenId]) -> String,
    convert: impl Fn(String) -> String,
) -> Vec<TranscribedPiece> {
    let mut detokenizer = Detokenizer::default();
    let mut pieces = Vec::new();
    let mut least = 1.0_f32;
    for (&id, &probability) in tokens.iter().zip(probabilities) {
        least = least.min(probability);
        let text = detokenizer.push(id, &decode);
        if !text.is_empty() {
            pieces.push(TranscribedPiece {
                text: convert(text),
                probability: least,
            });
            least = 1.0;
        }
    }
    pieces
}

/// Leaves out so many characters at the beginning, spaces not counted.
pub(super) fn drop_start(pieces: &mut Vec<TranscribedPiece>, mut characters: usize) {
    while characters > 0 && !pieces.is_empty() {
        let piece = &mut pieces[0].text;
        while characters > 0 && !piece.is_empty() {
            characters -= usize::from(!piece.remove(0).is_whitespace());
        }
        if piece.is_empty() {
            pieces.remove(0);
        }
    }
}
