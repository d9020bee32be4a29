//! The seam between tokens and notes: what every network that writes melodies must do.

use quartet_runtime::Cancel;

use crate::{Result, text::TokenId};

/// A network that reads a melody token by token.
pub trait MelodyModel: std::fmt::Debug + Send {
    /// Forgets all that was read.
    fn restart(&mut self) -> Result<()>;

    /// Reads one more token; afterwards [`MelodyModel::logits`] is what it expects next.
    ///
    /// # Errors
    /// `NotFinite`, `UnsupportedGraph`, `Cancelled`, and those of the runtime.
    fn read(&mut self, token: TokenId, cancel: &Cancel) -> Result<()>;

    /// One number a token of the vocabulary; empty before the first was read.
    fn logits(&self) -> &[f32];
}
