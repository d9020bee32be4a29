//! The seam between phonemes and samples: what every engine that speaks must do.

use std::fmt;

use quartet_runtime::Cancel;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use super::types::VoiceInfo;
use crate::Result;

/// A network that says phonemes.
pub trait Voice: fmt::Debug + Send {
    /// What can speak here; never empty.
    fn voices(&self) -> &[VoiceInfo];

    /// Samples a second of everything this engine says.
    fn sample_rate(&self) -> u32;

    /// The most phonemes it says at once.
    fn max_phonemes(&self) -> usize;

    /// Whether the network was taught this phoneme, stress or punctuation mark.
    fn knows(&self, phoneme: char) -> bool;

    /// Says phonemes, all of them known, as one chunk.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `NotFinite`, `Cancelled`, and those of the runtime.
    fn speak(
        &mut self,
        phonemes: &[char],
        options: &SpeakOptions<'_>,
        noise: &mut Noise<'_>,
        cancel: &Cancel,
    ) -> Result<Utterance>;
}

/// How something is said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeakOptions<'a> {
    /// One of [`Voice::voices`], by its id.
    pub voice: &'a str,
    /// 1 is the voice's own pace, 2 twice as fast.
    pub speed: f32,
}

/// Fills a slice with standard normal numbers; what makes two renditions differ.
pub type Noise<'a> = dyn FnMut(&mut [f32]) + 'a;

/// What was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Utterance {
    /// Mono, mostly within [-1, 1].
    pub samples: Vec<f32>,
    /// For each phoneme the sample at which it ends, where the network says.
    pub ends: Option<Vec<usize>>,
}

impl Utterance {
    /// What is said of no phonemes.
    pub(super) fn nothing() -> Self {
        Self {
            samples: Vec::new(),
            ends: Some(Vec::new()),
        }
    }
}

/// Noise that a seed decides, the same on every machine.
#[derive(Debug)]
pub struct SeededNoise(ChaCha8Rng);

impl SeededNoise {
    pub fn new(seed: u32) -> Self {
        Self(ChaCha8Rng::seed_from_u64(u64::from(seed)))
    }

    pub fn fill(&mut self, values: &mut [f32]) {
        for value in values {
            *value = StandardNormal.sample(&mut self.0);
        }
    }
}
