//! The seam between sound and tokens: what every engine that listens must do.

use std::ops::Range;

use quartet_runtime::Cancel;

use super::types::Mel;
use crate::{Result, text::TokenId};

/// A network that hears a window and says, token by token, what was said in it.
pub trait SpeechRecogniser: Send {
    /// Bands of the spectrogram it wants.
    fn bands(&self) -> usize;

    /// The fewest frames it takes; the most are 3,000.
    fn least_frames(&self) -> usize;

    /// Hears a window; what was written of the last one is forgotten.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `NotFinite`, `Cancelled`, and those of the runtime.
    fn hear(&mut self, mel: &Mel, cancel: &Cancel) -> Result<()>;

    /// Takes tokens in and gives the logits of the one that follows them.
    ///
    /// # Errors
    /// As [`SpeechRecogniser::hear`].
    fn read(&mut self, tokens: &[TokenId], cancel: &Cancel) -> Result<&[f32]>;

    /// Takes tokens in as if nothing had been read, and nothing heard but a part of the window: `frames`
    /// of 20 ms. Gives the logits of the token that follows; none where the network cannot. What was
    /// read before is forgotten.
    ///
    /// # Errors
    /// As [`SpeechRecogniser::hear`].
    fn read_part(
        &mut self,
        frames: Range<usize>,
        tokens: &[TokenId],
        cancel: &Cancel,
    ) -> Result<Option<&[f32]>> {
        let _ = (frames, tokens, cancel);
        Ok(None)
    }

    /// Forgets all tokens, to write of the same window anew.
    ///
    /// # Errors
    /// Those of the runtime.
    fn rewind(&mut self) -> Result<()>;
}
