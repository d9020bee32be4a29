//! The seam at which a text model without weights takes the place of a real one.

use quartet_runtime::Cancel;

use super::{Alternative, TextEvent, TextModelInfo, TextRequest, TokenId, TokenPiece};
use crate::{Events, Result};

/// A loaded text model.
pub trait TextModel: Send {
    fn info(&self) -> TextModelInfo;

    /// The tokenizer's view of a text that a person wrote.
    ///
    /// # Errors
    /// `PromptTooLong` where it could never fit the context.
    fn tokenize(&mut self, text: &str) -> Result<Vec<TokenPiece>>;

    /// The text of tokens, as a generation would have shown it.
    fn decode(&self, ids: &[TokenId]) -> String;

    /// The `count` likeliest tokens to come next, of the model's own distribution, likeliest first.
    ///
    /// # Errors
    /// `EmptyPrompt`, `PromptTooLong`, `UnknownToken`, `Template`, `NotFinite`, `Cancelled`, and those
    /// of the runtime.
    fn next_token(
        &mut self,
        request: &TextRequest,
        count: u32,
        cancel: &Cancel,
    ) -> Result<Vec<Alternative>>;

    /// How likely an answer is that somebody else wrote: the natural logarithm of the probability of each of its
    /// tokens, in the model's own distribution, after the conversation and the tokens before it.
    ///
    /// # Errors
    /// As [`TextModel::next_token`]; `EmptyPrompt` for an empty answer.
    fn likelihood(
        &mut self,
        request: &TextRequest,
        answer: &str,
        cancel: &Cancel,
    ) -> Result<Vec<f32>>;

    /// Checks the request; the work happens as events are pulled.
    ///
    /// # Errors
    /// `Parameter`, `EmptyPrompt`, `PromptTooLong`, `UnknownToken`, `Template`; the iterator ends
    /// in `Cancelled`, `NotFinite` or an error of the runtime.
    fn run<'a>(
        &'a mut self,
        request: TextRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, TextEvent>>;
}
