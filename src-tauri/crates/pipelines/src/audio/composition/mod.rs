//! Tunes: a small network writes a melody with chords, note by note; a few patterns accompany it, and
//! a sampling synthesizer plays both.
//!
//! A request goes round so: begin, metre, mode, mood → bars of notes (a grammar leaves only what fits
//! the bar, a form writes earlier bars again) → an accompaniment and a player's small liberties →
//! samples, a bar at a time.

mod accompaniment;
mod band;
mod grammar;
mod melody_model;
mod model;
mod onnx;
mod performance;
mod pipeline;
mod plan;
mod run;
mod soundfont;
mod types;
mod vocabulary;
mod writer;

pub use melody_model::MelodyModel;
pub use model::CompositionModel;
pub use performance::performance;
pub use pipeline::CompositionPipeline;
pub use types::{
    Accompaniment, ComposedChord, ComposedNote, CompositionEvent, CompositionModelInfo,
    CompositionRequest, CompositionStats, Form, GivenNote, InstrumentInfo, InstrumentName, Metre,
    Mode, Mood, NoteAlternative, NoteKind,
};

/// Ticks of a quarter note in everything that is composed.
pub const TICKS_PER_QUARTER: u32 = 12;

/// Samples a second of everything that is played.
pub const SAMPLE_RATE: u32 = 44_100;
