//! The seam between text and phonemes: what every language that is read must do.

use std::ops::Range;

use quartet_g2p::ReadWord;
use quartet_runtime::Cancel;

use crate::Result;

/// Reads a language aloud, on paper.
pub trait Phonemizer: Send {
    /// The pieces of a text that are read, and said, at once: ranges of its bytes in ascending
    /// order, none empty, none so long that reading it takes seconds.
    fn sentences(&self, text: &str) -> Vec<Range<usize>>;

    /// How one of them is said; `start` is where it begins in the whole text, in characters.
    ///
    /// # Errors
    /// `Cancelled`, and those of the runtime.
    fn read(&mut self, sentence: &str, start: u32, cancel: &Cancel) -> Result<Vec<ReadWord>>;
}

impl<Reader: Phonemizer + ?Sized> Phonemizer for &mut Reader {
    fn sentences(&self, text: &str) -> Vec<Range<usize>> {
        (**self).sentences(text)
    }

    fn read(&mut self, sentence: &str, start: u32, cancel: &Cancel) -> Result<Vec<ReadWord>> {
        (**self).read(sentence, start, cancel)
    }
}
