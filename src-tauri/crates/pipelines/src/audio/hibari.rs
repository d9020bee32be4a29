//! Hibari: a small network that predicts spectra, and the synthesis that makes samples of them.
//!
//! Folder: `hibari.json` (symbols, voices), one graph a voice, and the English tables.

use std::{collections::HashMap, path::Path};

use quartet_runtime::{Cancel, Outputs, Runtime, Session, SessionOptions, Tensor};
use serde::Deserialize;

use super::{
    durations,
    folder::ModelFolder,
    synthesis::{HOP, SAMPLE_RATE, Spectra, Synthesizer},
    types::VoiceInfo,
    voice::{Manner, Noise, Utterance, Voice},
};
use crate::{Error, Result};

/// What the description of a folder is called.
pub(super) const DESCRIPTION: &str = "hibari.json";

/// Samples of one of the frames that durations are counted in: the graph doubles them afterwards.
const DURATION_HOP: usize = 2 * HOP;

/// Longer sentences are said in pieces: what the network was taught on was shorter.
const MAX_PHONEMES: usize = 400;

#[derive(Debug, Deserialize)]
struct Description {
    sample_rate: u32,
    vocabulary: HashMap<char, i64>,
    voices: Vec<DescribedVoice>,
}

#[derive(Debug, Deserialize)]
struct DescribedVoice {
    id: String,
    language: String,
    gender: String,
    graph: String,
}

/// The engine with the graphs of all its voices loaded: 8 MB each.
#[derive(Debug)]
pub struct HibariVoice {
    vocabulary: HashMap<char, i64>,
    voices: Vec<VoiceInfo>,
    /// In the order of `voices`.
    graphs: Vec<Session>,
    synthesizer: Synthesizer,
}

impl HibariVoice {
    /// # Errors
    /// `MissingPart`, `BrokenFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let folder = ModelFolder::new(folder);
        let description: Description = folder.json(DESCRIPTION, DESCRIPTION)?;
        if description.sample_rate != SAMPLE_RATE {
            let reason = format!("{} samples a second", description.sample_rate);
            return Err(folder.broken(DESCRIPTION, reason));
        }
        let (mut voices, mut graphs) = (Vec::new(), Vec::new());
        for voice in description.voices {
            let path = folder.part(&voice.graph, "graph of a voice")?;
            let session = Session::open(runtime, &path, options, cancel)?;
            check(&session, &INPUTS, &OUTPUTS)?;
            graphs.push(session);
            voices.push(VoiceInfo {
                id: voice.id,
                language: voice.language,
                gender: voice.gender,
            });
        }
        if voices.is_empty() {
            return Err(folder.broken(DESCRIPTION, "no voices"));
        }
        Ok(Self {
            vocabulary: description.vocabulary,
            voices,
            graphs,
            synthesizer: Synthesizer::new(),
        })
    }
}

/// That a voice's network has the inputs and outputs it will be used by.
pub(super) fn check(session: &Session, inputs: &[&str], outputs: &[&str]) -> Result<()> {
    let no_input = inputs.iter().find(|name| session.input(name).is_none());
    let no_output = || outputs.iter().find(|name| session.output(name).is_none());
    match no_input.or_else(no_output) {
        None => Ok(()),
        Some(name) => Err(Error::UnsupportedGraph {
            reason: format!("it has no {name}"),
        }),
    }
}

/// `ids` i64 `[1, L]` and `speed` f32 `[1]` go in; spectra and pitch come out.
const INPUTS: [&str; 2] = ["ids", "speed"];
const OUTPUTS: [&str; 6] = ["lh", "theta", "ln", "lr", "phi", "f0"];

fn spectra(outputs: &Outputs) -> Result<Spectra<'_>> {
    let plane = |name: &str| -> Result<&[f32]> { Ok(outputs.get(name)?.data()?) };
    Ok(Spectra {
        harmonic_level: plane("lh")?,
        harmonic_phase: plane("theta")?,
        noise_level: plane("ln")?,
        free_level: plane("lr")?,
        free_phase: plane("phi")?,
        pitch: plane("f0")?,
    })
}

impl Voice for HibariVoice {
    fn voices(&self) -> &[VoiceInfo] {
        &self.voices
    }

    fn sample_rate(&self) -> u32 {
        SAMPLE_RATE
    }

    fn max_phonemes(&self) -> usize {
        MAX_PHONEMES
    }

    fn knows(&self, phoneme: char) -> bool {
        self.vocabulary.contains_key(&phoneme)
    }

    fn speak(
        &mut self,
        phonemes: &[char],
        manner: &Manner<'_>,
        noise: &mut Noise<'_>,
        cancel: &Cancel,
    ) -> Result<Utterance> {
        let ids = padded(&self.vocabulary, phonemes)?;
        let voice = self
            .voices
            .iter()
            .position(|voice| voice.id == manner.voice);
        let graph = voice.and_then(|index| self.graphs.get_mut(index));
        let graph = graph.ok_or_else(|| unknown_voice(manner.voice))?;
        if phonemes.is_empty() {
            return Ok(Utterance {
                samples: Vec::new(),
                ends: Some(Vec::new()),
            });
        }
        let ids = Tensor::new(&[1, ids.len()], ids)?;
        let speed = Tensor::new(&[1], vec![manner.speed])?;
        let outputs = graph.run(&[("ids", &ids), ("speed", &speed)], cancel)?;
        cancel.check()?;
        let samples = self.synthesizer.synthesize(&spectra(&outputs)?, noise)?;
        Ok(Utterance {
            ends: durations::ends(&outputs, DURATION_HOP, phonemes.len(), samples.len())?,
            samples,
        })
    }
}

/// Phonemes as the graphs read them, nought before and after.
///
/// # Errors
/// `Parameter` where one is not in the vocabulary.
pub(super) fn padded(vocabulary: &HashMap<char, i64>, phonemes: &[char]) -> Result<Vec<i64>> {
    const PAD: i64 = 0;
    let known = phonemes.iter().filter_map(|p| vocabulary.get(p));
    let mut ids = vec![PAD];
    ids.extend(known);
    ids.push(PAD);
    if ids.len() == phonemes.len() + 2 {
        return Ok(ids);
    }
    Err(Error::Parameter {
        name: "phonemes",
        found: phonemes.iter().collect(),
        allowed: "made of symbols that the voice knows",
    })
}

/// A voice that the model does not have.
pub(super) fn unknown_voice(voice: &str) -> Error {
    Error::Parameter {
        name: "voice",
        found: voice.to_owned(),
        allowed: "one of the model's voices",
    }
}
