//! Speech from text; text from speech is in [`transcription`], tunes are in [`composition`].
//!
//! A request goes round so: sentences → normalised text → tokens with parts of speech → phonemes →
//! a voice's network (→ spectra) → samples, a sentence at a time.

mod breaths;
pub mod composition;
mod cut;
mod durations;
mod english;
mod hibari;
mod kokoro;
mod mandarin;
mod model;
mod phonemizer;
mod pipeline;
mod readers;
mod rule;
mod simplified;
mod speaking;
mod synthesis;
mod table;
mod taught;
mod traced;
pub mod transcription;
mod types;
mod voice;
mod wav;

pub use english::{Accent, English};
pub use hibari::HibariVoice;
pub use kokoro::{BroughtVoices, KokoroVoice, kokoro_graph};
pub use mandarin::{Mandarin, is_chinese};
pub use model::SpeechModel;
pub use phonemizer::{Phonemizer, ReadWord, joined};
pub use pipeline::SpeechPipeline;
pub use types::{
    SpeechEvent, SpeechModelInfo, SpeechRequest, SpeechStats, SpokenWord, VoiceInfo, WordTiming,
};
pub use voice::{Manner, Noise, SeededNoise, Utterance, Voice};
pub use wav::wav;
