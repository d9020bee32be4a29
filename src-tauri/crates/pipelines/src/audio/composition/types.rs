//! What goes into a composition and what comes out, as it crosses to the window.

use serde::{Deserialize, Serialize};

/// An enum of words that a network was taught, each with the text of its token.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$case_meta:meta])* $case:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(specta::Type))]
        pub enum $name {
            $($(#[$case_meta])* #[serde(rename = $text)] $case,)+
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$case,)+];

            /// As it stands in requests and in a model's tokens.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$case => $text,)+ }
            }
        }
    };
}

words!(
    /// What a tune is like.
    Mood {
        Cheerful = "cheerful",
        Calm = "calm",
        Wistful = "wistful",
        Solemn = "solemn",
        Dance = "dance",
        Lullaby = "lullaby",
    }
);

words!(
    /// How a bar is counted.
    Metre {
        Two = "2/4",
        Three = "3/4",
        Four = "4/4",
        Six = "6/8",
    }
);

words!(
    /// The scale on the tonic.
    Mode {
        Major = "major",
        Minor = "minor",
        Dorian = "dorian",
        Mixolydian = "mixolydian",
        Pentatonic = "pentatonic",
    }
);

words!(
    /// Which parts of a tune are one another's repeats. All but `Free` need a number of bars that can be
    /// divided by four, and at least eight.
    Form {
        /// Written from the first bar to the last.
        Free = "free",
        Aaba = "aaba",
        Aabb = "aabb",
        Abab = "abab",
    }
);

words!(
    /// What sounds beside the melody.
    Accompaniment {
        /// What suits mood and metre.
        Auto = "auto",
        Nothing = "none",
        /// Each chord as long as it lasts.
        Held = "held",
        /// Bass on the beat, chord after it.
        Rhythm = "rhythm",
        /// A chord's notes one after the other.
        Broken = "broken",
        /// The tonic and its fifth throughout.
        Drone = "drone",
    }
);

impl Metre {
    /// Of a bar.
    pub fn ticks(self) -> u32 {
        match self {
            Self::Two => 24,
            Self::Three | Self::Six => 36,
            Self::Four => 48,
        }
    }

    /// Of what the tempo counts: a quarter, in 6/8 a dotted one.
    pub fn beat(self) -> u32 {
        match self {
            Self::Six => 18,
            _ => 12,
        }
    }
}

impl Mode {
    /// Semitones from the tonic to the third of its chord.
    pub(super) fn third(self) -> i32 {
        match self {
            Self::Minor | Self::Dorian => 3,
            Self::Major | Self::Mixolydian | Self::Pentatonic => 4,
        }
    }
}

impl Mood {
    /// A tempo that suits it, in beats a minute.
    pub fn tempo(self) -> f32 {
        match self {
            Self::Cheerful => 112.0,
            Self::Calm => 84.0,
            Self::Wistful => 76.0,
            Self::Solemn => 66.0,
            Self::Dance => 120.0,
            Self::Lullaby => 70.0,
        }
    }
}

/// A tune to be written and played.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CompositionRequest {
    /// What the tune is called; decides nothing.
    #[serde(default)]
    pub title: Option<String>,
    pub mood: Mood,
    pub metre: Metre,
    pub mode: Mode,
    /// The tonic in semitones above C; in [0, 11].
    pub key: u8,
    /// In [4, 64].
    pub bars: u32,
    /// Beats a minute: quarters, in 6/8 dotted ones; in [40, 220]. None takes the mood's own.
    #[serde(default)]
    pub tempo: Option<f32>,
    /// One of [`CompositionModelInfo::instruments`]; none takes the first.
    #[serde(default)]
    pub instrument: Option<String>,
    #[serde(default = "auto")]
    pub accompaniment: Accompaniment,
    #[serde(default = "free")]
    pub form: Form,
    /// 0 always takes the likeliest; at most 2. None takes the model's own.
    #[serde(default)]
    pub temperature: Option<f32>,
    /// Keep the likeliest that together hold this much probability; in (0, 1]. None: the model's own.
    #[serde(default)]
    pub top_p: Option<f32>,
    /// Random seed: with the same request it gives the same tune; none draws one.
    #[serde(default)]
    pub seed: Option<u32>,
    /// What the tune must begin with: a fork of an earlier one.
    #[serde(default)]
    pub start: Vec<GivenNote>,
}

/// A cheerful tune in C major of sixteen bars.
impl Default for CompositionRequest {
    fn default() -> Self {
        Self {
            title: None,
            mood: Mood::Cheerful,
            metre: Metre::Four,
            mode: Mode::Major,
            key: 0,
            bars: 16,
            tempo: None,
            instrument: None,
            accompaniment: auto(),
            form: free(),
            temperature: None,
            top_p: None,
            seed: None,
            start: Vec::new(),
        }
    }
}

fn auto() -> Accompaniment {
    Accompaniment::Auto
}

fn free() -> Form {
    Form::Free
}

/// What stands at one place of a melody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum NoteKind {
    /// In semitones from the tonic.
    Pitch {
        pitch: i32,
    },
    /// The note before goes on across the bar line.
    Hold,
    Rest,
}

/// A note that the request decides on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct GivenNote {
    /// The chord that begins with it; none: the one before goes on.
    #[serde(default)]
    pub chord: Option<String>,
    pub what: NoteKind,
    /// In ticks, 12 a quarter.
    pub length: u32,
}

/// A note as it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ComposedNote {
    /// Counts from 0, as does the bar.
    pub bar: u32,
    /// Where it begins, in ticks from the beginning of the tune.
    pub at: u32,
    /// In ticks, 12 a quarter.
    pub length: u32,
    pub what: NoteKind,
    /// The key that sounds, as MIDI counts them (60 is middle C); none for rests.
    pub key: Option<u8>,
    /// The chord that begins with it; none: the one before goes on.
    pub chord: Option<ComposedChord>,
    /// How likely the network held it, among all that could stand here; in [0, 1].
    pub probability: f32,
    /// What else it might have been, likeliest first, itself included.
    pub alternatives: Vec<NoteAlternative>,
    /// The form or the request decided on it.
    pub given: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ComposedChord {
    /// The model's name for it, by its step: `V7`.
    pub name: String,
    /// Its notes in semitones above any C, its root first; in [0, 11].
    pub classes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct NoteAlternative {
    pub what: NoteKind,
    /// The key that would sound, as MIDI counts them (60 is middle C); none for rests.
    pub key: Option<u8>,
    /// How likely the network held it, among all that could stand here; in [0, 1].
    pub probability: f32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum CompositionEvent {
    /// What the request comes to: nothing in it is left open any more.
    Begun { request: CompositionRequest },
    /// A note was written.
    Note(ComposedNote),
    /// All notes of a bar were.
    Bar {
        /// Counts from 0.
        index: u32,
        /// The part of the form that it belongs to, from 0; repeats share it.
        part: u32,
        /// The bar that it repeats note for note.
        repeats: Option<u32>,
    },
    /// A bar as mono samples within [-1, 1]; the last one rings out.
    Audio {
        /// Counts from 0.
        bar: u32,
        samples: Vec<f32>,
    },
    /// Always the last event.
    Done(CompositionStats),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CompositionStats {
    /// The seed that was used, also when the request named none.
    pub seed: u32,
    pub sample_rate: u32,
    pub bars: u32,
    pub notes: u32,
    /// That the network read.
    pub tokens: u32,
    /// What plays melody, chords and bass, as General MIDI numbers instruments, from 0.
    pub programs: [u8; 3],
    pub audio_seconds: f64,
    /// From the request to the last note.
    pub writing_seconds: f64,
    /// From notes to samples.
    pub playing_seconds: f64,
    /// From the request to the first samples.
    pub first_sound_seconds: f64,
}

/// One instrument of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct InstrumentInfo {
    /// `harp`
    pub id: String,
    /// As General MIDI numbers them, from 0.
    pub program: u8,
    pub name: InstrumentName,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct InstrumentName {
    pub en: String,
    pub zh: String,
}

/// What a loaded model that composes says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CompositionModelInfo {
    pub instruments: Vec<InstrumentInfo>,
    pub moods: Vec<Mood>,
    pub metres: Vec<Metre>,
    pub modes: Vec<Mode>,
    pub temperature: f32,
    pub top_p: f32,
    /// The device the graph runs on, for people: `CPU`.
    pub device: String,
}
