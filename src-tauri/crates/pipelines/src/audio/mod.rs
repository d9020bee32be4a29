//! Speech from text.
//!
//! A request goes round so: sentences → normalised text → tokens with parts of speech → phonemes →
//! a voice's network → spectra → samples, a sentence at a time.

mod folder;
mod hibari;
mod synthesis;
mod types;
mod voice;
mod wav;

pub use hibari::HibariVoice;
pub use types::{
    SpeechEvent, SpeechModelInfo, SpeechRequest, SpeechStats, SpokenWord, VoiceInfo, WordTiming,
};
pub use voice::{Manner, Noise, SeededNoise, Utterance, Voice};
pub use wav::wav;
