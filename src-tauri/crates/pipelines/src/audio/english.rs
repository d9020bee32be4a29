//! English to phonemes: the tables and rules of `quartet-g2p`, and a network for words out of the
//! vocabulary.

use std::{ops::Range, path::Path};

use quartet_g2p::{Accent, ReadWord};
use quartet_runtime::{Cancel, Runtime, SessionOptions};

use super::{oov::OovG2p, phonemizer::Phonemizer};
use crate::{Result, folder::ModelFolder};

/// Everything that reading English takes, loaded: about 10 MB.
#[derive(Debug)]
pub struct English {
    rules: quartet_g2p::English,
    oov: OovG2p,
}

impl English {
    /// Reads the folder `english` of a model.
    ///
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        accent: Accent,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let folder = ModelFolder::new(folder);
        let rules = quartet_g2p::English::open(&folder, accent)?;
        let oov = OovG2p::open(runtime, &folder, accent, options, cancel)?;
        cancel.check()?;
        Ok(Self { rules, oov })
    }
}

impl Phonemizer for English {
    fn sentences(&self, text: &str) -> Vec<Range<usize>> {
        self.rules.sentences(text)
    }

    fn read(&mut self, sentence: &str, start: u32, cancel: &Cancel) -> Result<Vec<ReadWord>> {
        let oov = &mut self.oov;
        self.rules
            .read(sentence, start, &mut |word| oov.read(word, cancel))
    }
}
