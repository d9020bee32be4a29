//! The seam between a generation and the network that predicts its next token.

use quartet_runtime::Cancel;

use super::TokenId;
use crate::Result;

/// Reads tokens and predicts the next one, remembering what it read.
pub trait LanguageModel {
    /// The most tokens it can remember.
    fn context_length(&self) -> usize;

    /// How many tokens it remembers now.
    fn len(&self) -> usize;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all but the first `len` tokens. Longer than what it remembers changes nothing.
    fn truncate(&mut self, len: usize) -> Result<()>;

    /// Reads on. After an error nothing of `tokens` counts as read.
    fn read(&mut self, tokens: &[TokenId], cancel: &Cancel) -> Result<()>;

    /// The prediction after the last token read: one logit a vocabulary entry.
    fn logits(&self) -> &[f32];

    /// How many tokens of a prompt are read at once; never changes for a model.
    fn chunk(&self) -> usize;
}
