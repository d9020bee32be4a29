//! Kokoro: a network of 82 million parameters that makes samples of phonemes in a voice's style.
//!
//! Folder: `kokoro.json` (symbols, voices), `kokoro.onnx`, a file of styles for each voice, and the
//! tables of English and, where a voice speaks it, of Mandarin; or one in the layout of
//! transformers.js, without tables. It draws no noise: a seed changes nothing.

mod folder;

use std::path::Path;

use quartet_runtime::{Cancel, Runtime, Session, SessionOptions, Tensor};

pub use self::folder::{BroughtVoices, kokoro_graph};
use self::folder::{DESCRIPTION, KokoroFolder, Names, STYLE};
use super::{
    durations,
    phoneme_vocab::{PhonemeVocab, SAMPLE_RATE, check, unknown_voice},
    types::VoiceInfo,
    voice::{Noise, SpeakOptions, Utterance, Voice},
};
use crate::{Error, Result};

/// Samples of one of the frames that durations are counted in: 40 a second.
const HOP: usize = 600;

/// The network reads 510 phonemes. Fewer at once sound as well and are heard sooner: a second of
/// sound takes a quarter of one to make.
const MAX_PHONEMES: usize = 250;

/// The engine with the styles of all its voices loaded: half a megabyte each.
#[derive(Debug)]
pub struct KokoroVoice {
    phonemes: PhonemeVocab,
    /// In the order of the voices: rows of [`STYLE`] numbers.
    styles: Vec<Vec<f32>>,
    graph: Session,
    names: Names,
}

impl KokoroVoice {
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let folder = KokoroFolder::open(folder)?;
        let (names, graph) = (folder.names, &folder.graph);
        let graph = Session::open(runtime, graph, options, cancel)?;
        // `style` is f32 `[1, 256]`, `speed` f32 `[1]`.
        check(&graph, &[names.tokens, "style", "speed"], &[names.samples])?;
        Ok(Self {
            phonemes: folder.phonemes,
            styles: folder.styles,
            graph,
            names,
        })
    }
}

/// Whether a folder is to be opened as Kokoro's.
pub(super) fn is_kokoro(folder: &Path) -> bool {
    folder.join(DESCRIPTION).is_file() || kokoro_graph(folder).is_some()
}

/// The style for this many phonemes: `styles` holds a row for each number of them.
fn style(styles: &[f32], phonemes: usize) -> Option<&[f32]> {
    let row = phonemes.min((styles.len() / STYLE).checked_sub(1)?);
    styles.get(row * STYLE..(row + 1) * STYLE)
}

impl Voice for KokoroVoice {
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
        _: &mut Noise<'_>,
        cancel: &Cancel,
    ) -> Result<Utterance> {
        let ids = self.phonemes.padded(phonemes)?;
        let styles = self.styles.get(self.phonemes.place(options.voice)?);
        let style = styles.and_then(|styles| style(styles, phonemes.len()));
        let style = style.ok_or_else(|| unknown_voice(options.voice, &self.phonemes.voices))?;
        if phonemes.is_empty() {
            return Ok(Utterance::nothing());
        }
        let tokens = Tensor::new(&[1, ids.len()], ids)?;
        let style = Tensor::new(&[1, STYLE], style.to_vec())?;
        let speed = Tensor::new(&[1], vec![options.speed])?;
        let tokens = (self.names.tokens, &tokens);
        let inputs = [tokens, ("style", &style), ("speed", &speed)];
        let outputs = self.graph.run(&inputs, cancel)?;
        cancel.check()?;
        let samples = outputs.get(self.names.samples)?.data::<f32>()?.to_vec();
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
}
