//! Speech from text; text from speech is in [`transcription`], tunes are in [`composition`].
//!
//! A request goes round so: sentences → normalised text → tokens with parts of speech → phonemes →
//! a voice's network (→ spectra) → samples, a sentence at a time.

mod chunking;
pub mod composition;
mod durations;
mod english;
mod g2p_set;
mod hibari;
mod kokoro;
mod model;
mod oov;
mod phoneme_vocab;
mod phonemizer;
mod pipeline;
mod speech_run;
mod synthesis;
pub mod transcription;
mod types;
mod voice;

pub use english::English;
pub use g2p_set::open_mandarin;
pub use hibari::HibariVoice;
pub use kokoro::{BroughtVoices, KokoroVoice, kokoro_graph};
pub use model::SpeechModel;
pub use phonemizer::Phonemizer;
pub use pipeline::SpeechPipeline;
pub use quartet_g2p::{Accent, Mandarin, ReadWord, is_chinese, joined};
pub use quartet_media::wav;
pub use types::{
    SpeechEvent, SpeechModelInfo, SpeechRequest, SpeechStats, SpokenWord, VoiceInfo, WordTiming,
};
pub use voice::{Noise, SeededNoise, SpeakOptions, Utterance, Voice};
