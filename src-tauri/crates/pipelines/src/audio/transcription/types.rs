//! What goes into a transcription and what comes out, as it crosses to the window.

use quartet_media::Caption;
use serde::{Deserialize, Serialize};

/// A recording to be written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TranscriptionRequest {
    /// The sound file: WAV, MP3, FLAC, Ogg (Vorbis, Opus), `WebM`, M4A.
    pub path: String,
    /// One of [`TranscriptionModelInfo::languages`]; none: what each window sounds like.
    #[serde(default)]
    pub language: Option<String>,
    /// Into English.
    #[serde(default)]
    pub translate: bool,
    /// How Chinese is written; none: Mandarin in simplified characters, Cantonese as the model writes it.
    #[serde(default)]
    pub script: Option<ChineseScript>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum ChineseScript {
    Simplified,
    Traditional,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TranscriptionEvent {
    /// What is spoken from here on: as heard, or as asked for (then with the probability 1).
    Language {
        code: String,
        probability: f32,
        /// The likeliest, in descending order; empty when the request named the language.
        guesses: Vec<LanguageGuess>,
    },
    /// A window of the sound as the network sees it, before anything of it is written.
    Window { from: f64, to: f64, mel: Mel },
    /// What is written of the window so far; it may yet be taken back.
    Partial { from: f64, text: String },
    /// A sentence or a part of one, final.
    Segment(Segment),
    /// Seconds of sound that are done, and in all where the file says how long it is.
    Progress { done: f64, total: Option<f64> },
    /// Always the last event.
    Done(TranscriptionStats),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct LanguageGuess {
    pub code: String,
    pub probability: f32,
}

/// A log-mel spectrogram: `values[band * frames + frame]`, about [-1.5, 2], 100 frames a second.
#[derive(Debug, Clone, PartialEq)]
pub struct Mel {
    pub bands: usize,
    pub frames: usize,
    pub values: Vec<f32>,
}

/// A stretch of speech and what was said in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// Seconds from the beginning of the recording.
    pub start: f64,
    pub end: f64,
    pub text: String,
    pub pieces: Vec<TranscribedPiece>,
    /// 0 but where the likeliest words made no sense and others were drawn.
    pub temperature: f32,
}

impl From<&Caption> for Segment {
    fn from(caption: &Caption) -> Self {
        Self {
            start: caption.from,
            end: caption.to,
            text: caption.text.clone(),
            pieces: Vec::new(),
            temperature: 0.0,
        }
    }
}

/// One token, or several that only together are characters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TranscribedPiece {
    pub text: String,
    /// Of the least likely of its tokens.
    pub probability: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TranscriptionStats {
    /// What was spoken for the longest time.
    pub language: String,
    pub segments: u32,
    pub tokens: u32,
    /// Windows that were passed over because there was no speech.
    pub silent_windows: u32,
    /// Windows in which the likeliest words made no sense and others were drawn.
    pub doubtful_windows: u32,
    /// The file ended before what it says it holds: what was heard is its beginning.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut_short: bool,
    pub audio_seconds: f64,
    pub encode_seconds: f64,
    pub decode_seconds: f64,
    pub seconds: f64,
}

/// What a loaded model says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TranscriptionModelInfo {
    /// Codes as Whisper has them, mostly ISO 639-1; empty for a model of English alone.
    pub languages: Vec<String>,
    pub translates: bool,
    /// The device the graphs run on, for people: `CPU`.
    pub device: String,
}
