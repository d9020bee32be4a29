//! Hibari: a small network that predicts spectra, and the synthesis that makes samples of them.
//!
//! Folder: `hibari.json` (symbols, voices), one graph a voice, and the English tables.

use std::path::Path;

use quartet_runtime::{Cancel, Outputs, Runtime, Session, SessionOptions, Tensor};
use serde::Deserialize;

use super::{
    durations,
    phoneme_vocab::{PhonemeVocab, SAMPLE_RATE, VoicesConfig, check, unknown_voice},
    synthesis::{HOP, Spectra, Synthesizer},
    types::VoiceInfo,
    voice::{Noise, SpeakOptions, Utterance, Voice},
};
use crate::{Result, folder::ModelFolder};

/// What the description of a folder is called.
pub(super) const DESCRIPTION: &str = "hibari.json";

/// Samples of one of the frames that durations are counted in: the graph doubles them afterwards.
const DURATION_HOP: usize = 2 * HOP;

/// Longer sentences are said in pieces: what the network was taught on was shorter.
const MAX_PHONEMES: usize = 400;

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
    phonemes: PhonemeVocab,
    /// In the order of the voices.
    graphs: Vec<Session>,
    synthesizer: Synthesizer,
}

impl HibariVoice {
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let folder = ModelFolder::new(folder);
        let description: VoicesConfig<DescribedVoice> = VoicesConfig::read(&folder, DESCRIPTION)?;
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
        Ok(Self {
            phonemes: PhonemeVocab {
                vocabulary: description.vocabulary,
                voices,
            },
            graphs,
            synthesizer: Synthesizer::new(),
        })
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
        &self.phonemes.voices
    }

    fn sample_rate(&self) -> u32 {
        SAMPLE_RATE
    }

    fn max_phonemes(&self) -> usize {
        MAX_PHONEMES
    }

    fn knows(&self, phoneme: char) -> bool {
        self.phonemes.knows(phoneme)
    }

    fn speak(
        &mut self,
        phonemes: &[char],
        options: &SpeakOptions<'_>,
        noise: &mut Noise<'_>,
        cancel: &Cancel,
    ) -> Result<Utterance> {
        let ids = self.phonemes.padded(phonemes)?;
        let graph = self.graphs.get_mut(self.phonemes.place(options.voice)?);
        let graph = graph.ok_or_else(|| unknown_voice(options.voice, &self.phonemes.voices))?;
        if phonemes.is_empty() {
            return Ok(Utterance::nothing());
        }
        let ids = Tensor::new(&[1, ids.len()], ids)?;
        let speed = Tensor::new(&[1], vec![options.speed])?;
        let outputs = graph.run(&[("ids", &ids), ("speed", &speed)], cancel)?;
        cancel.check()?;
        let samples = self.synthesizer.synthesize(&spectra(&outputs)?, noise)?;
        Ok(Utterance {
            ends: durations::ends(&outputs, DURATION_HOP, phonemes.len(), samples.len())?,
            samples,
        })
    }
}
