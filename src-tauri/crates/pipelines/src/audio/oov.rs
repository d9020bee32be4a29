//! Words that no dictionary has: a small network reads their letters.
//!
//! One run a word; its output is collapsed as CTC is (Graves et al. 2006): repeats become one, then
//! blanks go. Source: `hibari/g2p/oov.py` of hibari-tts 0.2.1 (Apache-2.0).

use std::collections::HashMap;

use quartet_g2p::Accent;
use quartet_runtime::{Cancel, Runtime, Session, SessionOptions, Tensor};
use serde::Deserialize;

use crate::{Error, Result, folder::ModelFolder};

/// Their symbols; index + 1 is the id on either side, 0 the blank.
#[derive(Debug, Deserialize)]
struct Symbols {
    letters: Vec<char>,
    phonemes: Vec<char>,
    /// Longer words are cut off.
    max_letters: usize,
}

/// Phonemes for words out of the vocabulary.
#[derive(Debug)]
pub(super) struct OovG2p {
    session: Session,
    ids: HashMap<char, i64>,
    phonemes: Vec<char>,
    max_letters: usize,
    /// Names and new words come again and again.
    known: HashMap<String, Option<String>>,
}

/// Words remembered before all are forgotten.
const MEMORY: usize = 4096;

impl OovG2p {
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub(super) fn open(
        runtime: &Runtime,
        folder: &ModelFolder<'_>,
        accent: Accent,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let part = |name: &str| format!("{}/{name}", accent.folder());
        let symbols: Symbols = folder.json(&part("oov.json"), "alphabet")?;
        let path = folder.part(&part("oov.onnx"), "graph for unknown words")?;
        // A word takes a millisecond: more threads would only wait for one another.
        let options = SessionOptions {
            threads: 1,
            memory_pattern: false,
            ..options.clone()
        };
        let session = Session::open(runtime, &path, &options, cancel)?;
        for (name, there) in [
            ("input chars", session.input("chars").is_some()),
            ("output ids", session.output("ids").is_some()),
        ] {
            if !there {
                let reason = format!("the graph for unknown words has no {name}");
                return Err(Error::unsupported(reason));
            }
        }
        Ok(Self {
            session,
            ids: symbols.letters.into_iter().zip(1..).collect(),
            phonemes: symbols.phonemes,
            max_letters: symbols.max_letters,
            known: HashMap::new(),
        })
    }

    /// The phonemes of a word; none where it has no letter that is known.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `Cancelled`, and those of the runtime.
    pub(super) fn read(&mut self, word: &str, cancel: &Cancel) -> Result<Option<String>> {
        if let Some(known) = self.known.get(word) {
            return Ok(known.clone());
        }
        let phonemes = self.run(word, cancel)?;
        if self.known.len() >= MEMORY {
            self.known.clear();
        }
        self.known.insert(word.to_owned(), phonemes.clone());
        Ok(phonemes)
    }

    fn run(&mut self, word: &str, cancel: &Cancel) -> Result<Option<String>> {
        let ids = word.chars().filter_map(|letter| self.ids.get(&letter));
        let ids: Vec<i64> = ids.take(self.max_letters).copied().collect();
        if ids.is_empty() {
            return Ok(None);
        }
        let letters = Tensor::new(&[1, ids.len()], ids)?;
        let outputs = self.session.run(&[("chars", &letters)], cancel)?;
        let symbols = outputs.get("ids")?.data::<i64>()?;
        Ok(Some(collapse(symbols, &self.phonemes)))
    }
}

/// Drops repeats, then blanks and ids that stand for nothing.
fn collapse(symbols: &[i64], phonemes: &[char]) -> String {
    let mut before = 0;
    let fresh = symbols.iter().filter(|&&symbol| {
        let fresh = symbol != before;
        before = symbol;
        fresh
    });
    let phoneme = |&symbol: &i64| {
        let index = usize::try_from(symbol.checked_sub(1)?).ok()?;
        phonemes.get(index)
    };
    fresh.filter_map(phoneme).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_and_blanks_go() {
        let phonemes = ['a', 'b'];
        assert_eq!(collapse(&[0, 1, 1, 0, 1, 2, 2, 0], &phonemes), "aab");
        assert_eq!(collapse(&[9, -4, i64::MIN, 2], &phonemes), "b");
        assert_eq!(collapse(&[], &phonemes), "");
    }
}
