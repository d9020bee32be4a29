//! The phonemes that a network which speaks knows, and its voices.

use std::collections::HashMap;

use quartet_runtime::Session;
use serde::Deserialize;

use super::types::VoiceInfo;
use crate::{Error, Result, folder::ModelFolder};

/// Samples a second of everything that is spoken here.
pub(super) const SAMPLE_RATE: u32 = 24_000;

/// A description of our recipes; `V` is what it says of a voice.
#[derive(Debug, Deserialize)]
pub(super) struct VoicesConfig<V> {
    sample_rate: u32,
    /// Of all voices, where they share one.
    #[serde(default)]
    pub(super) graph: String,
    pub(super) vocabulary: HashMap<char, i64>,
    pub(super) voices: Vec<V>,
}

impl<V: for<'de> Deserialize<'de>> VoicesConfig<V> {
    /// # Errors
    /// `MissingPart`, `ModelFile`, also where it has no voices or another rate; `EscapingPath`.
    pub(super) fn read(folder: &ModelFolder<'_>, name: &'static str) -> Result<Self> {
        let description: Self = folder.json(name, name)?;
        if description.sample_rate != SAMPLE_RATE {
            let reason = format!("{} samples a second", description.sample_rate);
            return Err(folder.broken(name, reason));
        }
        if description.voices.is_empty() {
            return Err(folder.broken(name, "no voices"));
        }
        Ok(description)
    }
}

/// The symbols that a model's graphs read, and its voices.
#[derive(Debug)]
pub(super) struct PhonemeVocab {
    pub(super) vocabulary: HashMap<char, i64>,
    pub(super) voices: Vec<VoiceInfo>,
}

impl PhonemeVocab {
    pub(super) fn knows(&self, phoneme: char) -> bool {
        self.vocabulary.contains_key(&phoneme)
    }

    /// The place of a voice among all.
    ///
    /// # Errors
    /// `Parameter` where there is none of that name.
    pub(super) fn place(&self, voice: &str) -> Result<usize> {
        let place = self.voices.iter().position(|one| one.id == voice);
        place.ok_or_else(|| unknown_voice(voice, &self.voices))
    }

    /// The ids of phonemes as the graphs read them, with a 0 before and after.
    ///
    /// # Errors
    /// `Parameter` where one is not in the vocabulary.
    pub(super) fn padded(&self, phonemes: &[char]) -> Result<Vec<i64>> {
        const PAD: i64 = 0;
        let known = phonemes.iter().filter_map(|p| self.vocabulary.get(p));
        let mut ids = vec![PAD];
        ids.extend(known);
        ids.push(PAD);
        if ids.len() == phonemes.len() + 2 {
            return Ok(ids);
        }
        Err(Error::parameter(
            "phonemes",
            phonemes.iter().collect::<String>(),
            (
                "made of symbols that the voice knows",
                "由这个声音认识的符号组成",
            ),
        ))
    }
}

/// A voice that the model does not have, which has these.
pub(super) fn unknown_voice(voice: &str, has: &[VoiceInfo]) -> Error {
    let ids: Vec<_> = has.iter().map(|voice| voice.id.clone()).collect();
    Error::parameter("voice", voice, ids)
}

/// That a voice's network has the inputs and outputs it will be used by.
pub(super) fn check(session: &Session, inputs: &[&str], outputs: &[&str]) -> Result<()> {
    let no_input = inputs.iter().find(|name| session.input(name).is_none());
    let no_output = || outputs.iter().find(|name| session.output(name).is_none());
    match no_input.or_else(no_output) {
        None => Ok(()),
        Some(name) => Err(Error::unsupported(format!("it has no {name}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_taught_is_refused() {
        let taught = PhonemeVocab {
            vocabulary: HashMap::from([('a', 7)]),
            voices: Vec::new(),
        };
        assert_eq!(taught.padded(&['a', 'a']), Ok(vec![0, 7, 7, 0]));
        assert!(matches!(
            taught.padded(&['b']),
            Err(Error::Parameter { .. })
        ));
        assert!(matches!(taught.place("x"), Err(Error::Parameter { .. })));
    }
}
