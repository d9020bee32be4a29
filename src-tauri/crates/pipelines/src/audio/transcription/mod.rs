//! Text from speech, with Whisper.
//!
//! A recording goes round so: file → mono samples at 16 kHz → a window of at most 30 s → log-mel
//! spectrogram → encoder → tokens, one after the other, times among them → segments; the next
//! window begins where the last whole segment ended.

mod attempt;
mod export;
mod folder;
mod mel;
mod model;
mod onnx;
mod pipeline;
mod recogniser;
mod repetition;
mod resample;
mod rules;
mod script;
mod segments;
mod sound_file;
mod transcribing;
mod types;
mod vocabulary;

pub use export::{TranscriptFormat, transcript};
pub use folder::is_whisper_folder;
pub use mel::LogMel;
pub use model::TranscriptionModel;
pub use pipeline::TranscriptionPipeline;
pub use recogniser::SpeechRecogniser;
pub use sound_file::{SoundFile, SoundSource};
pub use types::{
    ChineseScript, LanguageGuess, Mel, Segment, TranscribedPiece, TranscriptionEvent,
    TranscriptionModelInfo, TranscriptionRequest, TranscriptionStats,
};

/// Samples a second of everything Whisper hears.
pub const SAMPLE_RATE: u32 = 16_000;
