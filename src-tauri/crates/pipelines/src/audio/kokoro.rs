//! Kokoro: a network of 82 million parameters that makes samples of phonemes in a voice's style.
//!
//! Folder: `kokoro.json` (symbols, voices), `kokoro.onnx`, a file of styles for each voice, and the
//! tables of English and, where a voice speaks it, of Mandarin. It draws no noise: a seed changes
//! nothing.

use std::{collections::HashMap, fs, path::Path};

use quartet_runtime::{Cancel, Runtime, Session, SessionOptions, Tensor};
use serde::Deserialize;

use super::{
    durations,
    folder::ModelFolder,
    hibari::{check, padded, unknown_voice},
    types::VoiceInfo,
    voice::{Manner, Noise, Utterance, Voice},
};
use crate::{Error, Result};

/// What the description of a folder is called.
pub(super) const DESCRIPTION: &str = "kokoro.json";

const SAMPLE_RATE: u32 = 24_000;

/// Samples of one of the frames that durations are counted in: 40 a second.
const HOP: usize = 600;

/// Numbers in a style.
const STYLE: usize = 256;

/// A voice has a style for each number of phonemes; more are said in the last one's.
const MAX_STYLES: usize = 4096;

/// The network reads 510 phonemes. Fewer at once sound as well and are heard sooner: a second of
/// sound takes a quarter of one to make.
const MAX_PHONEMES: usize = 250;

#[derive(Debug, Deserialize)]
struct Description {
    sample_rate: u32,
    graph: String,
    vocabulary: HashMap<char, i64>,
    voices: Vec<DescribedVoice>,
}

#[derive(Debug, Deserialize)]
struct DescribedVoice {
    id: String,
    language: String,
    gender: String,
    /// f32 `[phonemes, 256]`, little-endian.
    styles: String,
}

/// The engine with the styles of all its voices loaded: half a megabyte each.
#[derive(Debug)]
pub struct KokoroVoice {
    vocabulary: HashMap<char, i64>,
    voices: Vec<VoiceInfo>,
    /// In the order of `voices`: rows of [`STYLE`] numbers.
    styles: Vec<Vec<f32>>,
    graph: Session,
}

impl KokoroVoice {
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
        if description.voices.is_empty() {
            return Err(folder.broken(DESCRIPTION, "no voices"));
        }
        let (mut voices, mut styles) = (Vec::new(), Vec::new());
        for voice in description.voices {
            styles.push(read_styles(&folder, &voice.styles)?);
            voices.push(VoiceInfo {
                id: voice.id,
                language: voice.language,
                gender: voice.gender,
            });
        }
        let path = folder.part(&description.graph, "graph of the voices")?;
        let graph = Session::open(runtime, &path, options, cancel)?;
        check(&graph, &INPUTS, &OUTPUTS)?;
        Ok(Self {
            vocabulary: description.vocabulary,
            voices,
            styles,
            graph,
        })
    }
}

/// Reads a voice: whole rows of finite numbers, at least one.
fn read_styles(folder: &ModelFolder<'_>, name: &str) -> Result<Vec<f32>> {
    let path = folder.part(name, "styles of a voice")?;
    let broken = |reason: String| folder.broken(name, reason);
    let bytes = path.metadata().map_or(u64::MAX, |data| data.len());
    let most = (MAX_STYLES * STYLE * size_of::<f32>()) as u64;
    if bytes == 0 || bytes > most || bytes % (STYLE * size_of::<f32>()) as u64 != 0 {
        return Err(broken(format!(
            "{bytes} bytes are no rows of {STYLE} numbers"
        )));
    }
    let bytes = fs::read(&path).map_err(|error| broken(error.to_string()))?;
    let (numbers, _) = bytes.as_chunks::<4>();
    let styles: Vec<f32> = numbers
        .iter()
        .map(|four| f32::from_le_bytes(*four))
        .collect();
    if styles.iter().all(|number| number.is_finite()) {
        Ok(styles)
    } else {
        Err(broken("it holds numbers that are not finite".to_owned()))
    }
}

/// `tokens` i64 `[1, L]`, `style` f32 `[1, 256]` and `speed` f32 `[1]` go in, `audio` f32 comes out.
const INPUTS: [&str; 3] = ["tokens", "style", "speed"];
const OUTPUTS: [&str; 1] = ["audio"];

/// The style for so many phonemes.
fn style(styles: &[f32], phonemes: usize) -> Option<&[f32]> {
    let row = phonemes.min((styles.len() / STYLE).checked_sub(1)?);
    styles.get(row * STYLE..(row + 1) * STYLE)
}

impl Voice for KokoroVoice {
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
        _: &mut Noise<'_>,
        cancel: &Cancel,
    ) -> Result<Utterance> {
        let ids = padded(&self.vocabulary, phonemes)?;
        let index = self
            .voices
            .iter()
            .position(|voice| voice.id == manner.voice);
        let styles = index.and_then(|index| self.styles.get(index));
        let style = styles.and_then(|styles| style(styles, phonemes.len()));
        let style = style.ok_or_else(|| unknown_voice(manner.voice))?;
        if phonemes.is_empty() {
            return Ok(Utterance {
                samples: Vec::new(),
                ends: Some(Vec::new()),
            });
        }
        let tokens = Tensor::new(&[1, ids.len()], ids)?;
        let style = Tensor::new(&[1, STYLE], style.to_vec())?;
        let speed = Tensor::new(&[1], vec![manner.speed])?;
        let inputs = [("tokens", &tokens), ("style", &style), ("speed", &speed)];
        let outputs = self.graph.run(&inputs, cancel)?;
        cancel.check()?;
        let samples = outputs.get("audio")?.data::<f32>()?.to_vec();
        if !samples.iter().all(|sample| sample.is_finite()) {
            return Err(Error::NotFinite);
        }
        Ok(Utterance {
            ends: durations::ends(&outputs, HOP, phonemes.len(), samples.len())?,
            samples,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_has_a_style_for_each_length() {
        let styles: Vec<f32> = (0..3 * STYLE).map(|index| (index / STYLE) as f32).collect();
        let first = |phonemes| style(&styles, phonemes).map(|style| style[0]);
        assert_eq!(
            [first(0), first(2), first(500)],
            [Some(0.0), Some(2.0), Some(2.0)]
        );
        assert_eq!(style(&[], 3), None);
    }

    #[test]
    fn styles_that_are_none_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let folder = ModelFolder::new(root.path());
        let file = root.path().join("x.bin");
        for bytes in [
            Vec::new(),
            vec![0; 1000],
            f32::NAN.to_le_bytes().repeat(STYLE),
        ] {
            fs::write(&file, bytes).unwrap();
            let error = read_styles(&folder, "x.bin").unwrap_err();
            assert!(matches!(error, Error::BrokenFile { .. }), "{error}");
        }
        fs::write(&file, 1_f32.to_le_bytes().repeat(STYLE)).unwrap();
        assert_eq!(read_styles(&folder, "x.bin"), Ok(vec![1.0; STYLE]));
    }
}
