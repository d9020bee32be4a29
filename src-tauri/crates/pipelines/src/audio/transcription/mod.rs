//! Text from speech, with Whisper.
//!
//! A recording goes round so: file → mono samples at 16 kHz → a window of at most 30 s → log-mel
//! spectrogram → encoder → tokens, one after the other, times among them → segments; the next
//! window begins where the last whole segment ended.

mod activity;
mod attempt;
mod captions;
mod characters;
mod edges;
mod export;
mod folder;
mod languages;
mod lost;
mod mel;
mod model;
mod onnx;
mod pipeline;
mod recogniser;
mod repetition;
mod rules;
mod run;
mod script;
mod segments;
mod types;
mod vocabulary;
mod window;

pub use export::{TranscriptFormat, transcript};
pub use folder::is_whisper_folder;
pub use mel::LogMel;
pub use model::TranscriptionModel;
pub use pipeline::TranscriptionPipeline;
pub use quartet_media::{SAMPLE_RATE, SoundFile, SoundSource};
pub use recogniser::SpeechRecogniser;
pub use types::{
    ChineseScript, LanguageGuess, Mel, Segment, TranscribedPiece, TranscriptionEvent,
    TranscriptionModelInfo, TranscriptionRequest, TranscriptionStats,
};
