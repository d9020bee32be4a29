//! What goes into speech and what comes out, as it crosses to the window.

use serde::{Deserialize, Serialize};

/// A text to be spoken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SpeechRequest {
    /// Plain text; `[word](/fəˈnɛtɪks/)` says how a word is pronounced.
    pub text: String,
    /// One of [`SpeechModelInfo::voices`]; none takes the first.
    #[serde(default)]
    pub voice: Option<String>,
    /// 1 is the voice's own pace; in [0.5, 2].
    #[serde(default = "own_pace")]
    pub speed: f32,
    /// Random seed: with the same request it gives the same samples; none draws one.
    #[serde(default)]
    pub seed: Option<u32>,
}

fn own_pace() -> f32 {
    1.0
}

/// A word as it stands in the text, with how it is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SpokenWord {
    /// The words of the text with what clings to them: `7:30 pm`, `there.`
    pub text: String,
    /// Where it stands in the request's text, in characters (Unicode scalar values).
    pub start: u32,
    pub end: u32,
    /// In the notation of misaki, one character a phoneme: `ðˈɛɹ.`; empty where nothing is said.
    pub phonemes: String,
}

/// When a word sounds, in samples of its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct WordTiming {
    /// The index of the word in its sentence's `words`.
    pub word: u32,
    pub from: u32,
    pub to: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum SpeechEvent {
    /// A sentence is about to be said.
    Sentence {
        /// Counts from 0.
        index: u32,
        words: Vec<SpokenWord>,
        /// Characters of the request's text before this sentence, and in all: progress.
        done: u32,
        total: u32,
    },
    /// Something that no voice here can say was left out.
    Skipped { text: String, start: u32, end: u32 },
    /// The sentence `index` as mono samples, mostly within [-1, 1].
    Audio {
        index: u32,
        samples: Vec<f32>,
        /// Empty where the network gives no times.
        timings: Vec<WordTiming>,
    },
    /// Always the last event.
    Done(SpeechStats),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SpeechStats {
    /// The seed that was used, also when the request named none.
    pub seed: u32,
    pub voice: String,
    pub sample_rate: u32,
    pub sentences: u32,
    pub words: u32,
    /// Places that were left out.
    pub skipped: u32,
    pub audio_seconds: f64,
    /// From text to phonemes.
    pub phoneme_seconds: f64,
    /// From phonemes to samples.
    pub voice_seconds: f64,
    /// From the request to the first samples.
    pub first_sound_seconds: f64,
}

/// One voice of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct VoiceInfo {
    /// `heart`
    pub id: String,
    /// A BCP 47 tag: `en-US`.
    pub language: String,
    /// `female` or `male`, as the voice's makers say.
    pub gender: String,
}

/// What a loaded speech model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SpeechModelInfo {
    pub voices: Vec<VoiceInfo>,
    pub sample_rate: u32,
    /// The device the graph runs on, for people: `CPU`.
    pub device: String,
}
