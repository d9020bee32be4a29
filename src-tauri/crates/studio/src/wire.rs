//! What crosses to a window or a terminal, beside the types that the parts define themselves.

mod video;

use quartet_pipelines::{
    audio::{
        SpeechStats, SpokenWord, VoiceInfo, WordTiming,
        composition::{
            ComposedNote, CompositionRequest, CompositionStats, InstrumentInfo, Metre, Mode, Mood,
        },
        transcription::{LanguageGuess, Segment, TranscriptionRequest, TranscriptionStats},
    },
    image::{ImageModelInfo, ImageStage, ImageStats, PromptReport},
    text::{TextParameters, TextStats, Token},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    Failure, ImageCost, JobEvent, Recipe, Sink, jobs::common_events, recipe::MinutesStats,
    works::Work,
};
pub use video::{
    Caption, ClipFacts, ClipSource, DroppedFile, FilmCost, FilmId, FilmPromise, FilmSheet,
    FrameMark, Inbetweens, Narration, RetimingOrder, StoryLine, StoryOrder, TravelOrder,
    VideoJobEvent, VideoSink,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    pub version: String,
    pub runtime: RuntimeState,
    pub library_folder: String,
    pub model_folders: Vec<String>,
    /// What was found wrong at the start: settings set aside, a library that cannot be written to.
    pub warnings: Vec<Failure>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum RuntimeState {
    Ready {
        version: String,
        /// Path of the ONNX Runtime library.
        library: String,
        devices: Vec<Device>,
        /// The id of the one in use.
        device: String,
    },
    Failed {
        failure: Failure,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// ONNX Runtime's name of the execution provider.
    pub id: String,
    /// For people.
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CacheKind {
    /// Keys and values are written into one buffer.
    InPlace,
    /// They are copied at every token.
    Concatenated,
}

/// What a loaded text model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "TextModelInfo")]
pub struct LoadedText {
    /// Its id.
    pub model: String,
    /// In tokens.
    pub context_length: u32,
    pub vocabulary_size: u32,
    pub layers: u32,
    /// The model's own.
    pub defaults: TextParameters,
    pub system_prompt: Option<String>,
    pub cache: CacheKind,
    /// What it runs on, for people.
    pub device: String,
}

/// What becomes of one request, in order; `Done` or `Failed` is the last. About 30 a second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TextJobEvent {
    /// Other jobs come first.
    Queued {
        ahead: u32,
    },
    /// The model is being loaded, for so many seconds now; the last load took `expected_seconds`.
    Loading {
        model: String,
        seconds: f64,
        expected_seconds: Option<f64>,
    },
    /// Tokens of the prompt read; `reused` of them were still in the cache.
    Prompt {
        done: u32,
        total: u32,
        reused: u32,
    },
    Tokens {
        tokens: Vec<Token>,
    },
    Done {
        stats: TextStats,
        /// Its id in the library.
        work: Option<String>,
        /// Why the result was not kept; the result itself is whole.
        keep_failure: Option<Failure>,
    },
    /// With the code `cancelled` when it was stopped.
    Failed {
        failure: Failure,
    },
}

pub type TextSink = Sink<TextJobEvent>;

impl JobEvent for TextJobEvent {
    common_events!();

    fn absorb(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Tokens { tokens }, Self::Tokens { tokens: more }) => {
                tokens.extend(more);
                None
            }
            // Progress that was not shown yet is overtaken.
            (before @ Self::Prompt { .. }, next @ Self::Prompt { .. }) => {
                *before = next;
                None
            }
            (_, next) => Some(next),
        }
    }
}

/// What a loaded speech model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LoadedSpeech {
    /// Its id.
    pub model: String,
    pub voices: Vec<VoiceInfo>,
    pub sample_rate: u32,
    /// What it runs on, for people.
    pub device: String,
}

/// What becomes of a text to be spoken, in order; `Done` or `Failed` is the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum SpeechJobEvent {
    Queued {
        ahead: u32,
    },
    Loading {
        model: String,
        seconds: f64,
        expected_seconds: Option<f64>,
    },
    /// A sentence is about to be said.
    Sentence {
        /// Counts from 0.
        index: u32,
        words: Vec<SpokenWord>,
        /// Characters of the text that lie behind, and all of them.
        done: u32,
        total: u32,
    },
    /// Something that the voice cannot say was left out.
    Skipped {
        text: String,
        start: u32,
        end: u32,
    },
    /// The sentence sounds.
    Audio {
        index: u32,
        /// In samples of the sentence; empty where the network does not tell.
        timings: Vec<WordTiming>,
        /// Where it begins and ends, in samples of the whole sound.
        from: u32,
        to: u32,
        sample_rate: u32,
    },
    Done {
        stats: SpeechStats,
        /// Its id in the library.
        work: Option<String>,
        /// Why the result was not kept; the result itself is whole.
        keep_failure: Option<Failure>,
    },
    /// With the code `cancelled` when it was stopped.
    Failed {
        failure: Failure,
    },
}

pub type SpeechSink = Sink<SpeechJobEvent>;

impl JobEvent for SpeechJobEvent {
    common_events!();
}

/// What a loaded model that composes says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LoadedComposer {
    /// Its id.
    pub model: String,
    pub instruments: Vec<InstrumentInfo>,
    pub moods: Vec<Mood>,
    pub metres: Vec<Metre>,
    pub modes: Vec<Mode>,
    /// The model's own.
    pub temperature: f32,
    pub top_p: f32,
    /// What it runs on, for people.
    pub device: String,
}

/// What becomes of a tune, in order; `Done` or `Failed` is the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum CompositionJobEvent {
    Queued {
        ahead: u32,
    },
    Loading {
        model: String,
        seconds: f64,
        expected_seconds: Option<f64>,
    },
    /// What the request comes to: nothing in it is left open any more.
    Begun {
        request: CompositionRequest,
    },
    Notes {
        notes: Vec<ComposedNote>,
    },
    /// All notes of a bar are written.
    Bar {
        /// Counts from 0.
        index: u32,
        /// The part of the form that it belongs to, from 0; repeats have the same.
        part: u32,
        /// The bar that it repeats note for note.
        repeats: Option<u32>,
    },
    /// The bar sounds.
    Audio {
        bar: u32,
        /// Where it begins and ends, in samples of the whole sound; the last one rings out.
        from: u32,
        to: u32,
        sample_rate: u32,
    },
    Done {
        stats: CompositionStats,
        /// Its id in the library.
        work: Option<String>,
        /// Why the result was not kept; the result itself is whole.
        keep_failure: Option<Failure>,
    },
    /// With the code `cancelled` when it was stopped.
    Failed {
        failure: Failure,
    },
}

pub type CompositionSink = Sink<CompositionJobEvent>;

impl JobEvent for CompositionJobEvent {
    common_events!();

    fn absorb(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Notes { notes }, Self::Notes { notes: more }) => {
                notes.extend(more);
                None
            }
            (_, next) => Some(next),
        }
    }
}

/// What becomes of a recording to be written down, in order; `Done` or `Failed` is the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TranscriptionJobEvent {
    Queued {
        ahead: u32,
    },
    Loading {
        model: String,
        seconds: f64,
        expected_seconds: Option<f64>,
    },
    /// What is spoken: as heard, or as asked for (then without guesses).
    Language {
        code: String,
        probability: f32,
        guesses: Vec<LanguageGuess>,
    },
    /// What is written so far from `from` seconds on; it may yet be taken back.
    Partial {
        from: f64,
        text: String,
    },
    /// Final.
    Segment {
        segment: Segment,
    },
    /// Seconds of sound that lie behind, and all of them where that is known.
    Progress {
        done: f64,
        total: Option<f64>,
    },
    Done {
        stats: TranscriptionStats,
        /// Its id in the library.
        work: Option<String>,
        /// Why the result was not kept; the result itself is whole.
        keep_failure: Option<Failure>,
    },
    /// With the code `cancelled` when it was stopped.
    Failed {
        failure: Failure,
    },
}

pub type TranscriptionSink = Sink<TranscriptionJobEvent>;

impl JobEvent for TranscriptionJobEvent {
    common_events!();

    fn absorb(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            // What was not shown yet is overtaken.
            (before @ Self::Partial { .. }, next @ Self::Partial { .. })
            | (before @ Self::Progress { .. }, next @ Self::Progress { .. }) => {
                *before = next;
                None
            }
            (_, next) => Some(next),
        }
    }
}

/// What minutes are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum MinutesSource {
    /// A recording, which is written down first.
    Recording { request: TranscriptionRequest },
    /// A transcript in the library.
    Transcript { work: String },
}

/// What is written at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum MinutesStep {
    /// Notes of one piece of a transcript too long to be read at once.
    Notes,
    Minutes,
}

/// What becomes of minutes, in order; `Done` or `Failed` is the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum MinutesJobEvent {
    Queued {
        ahead: u32,
    },
    /// Of the model that writes.
    Loading {
        model: String,
        seconds: f64,
        expected_seconds: Option<f64>,
    },
    /// What becomes of the transcript.
    Listening {
        event: TranscriptionJobEvent,
    },
    /// Begins now.
    Step {
        step: MinutesStep,
        /// Counts from 0.
        index: u32,
        total: u32,
    },
    /// Tokens of the step's piece that were read.
    Prompt {
        done: u32,
        total: u32,
    },
    /// What more was written of the step.
    Text {
        text: String,
    },
    Done {
        minutes: String,
        stats: MinutesStats,
        /// Their id in the library.
        work: Option<String>,
        /// Why they were not kept; they are whole.
        keep_failure: Option<Failure>,
    },
    /// With the code `cancelled` when it was stopped.
    Failed {
        failure: Failure,
    },
}

pub type MinutesSink = Sink<MinutesJobEvent>;

impl JobEvent for MinutesJobEvent {
    common_events!();

    fn absorb(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Text { text }, Self::Text { text: more }) => {
                text.push_str(&more);
                None
            }
            (before @ Self::Prompt { .. }, next @ Self::Prompt { .. }) => {
                *before = next;
                None
            }
            (_, next) => Some(next),
        }
    }
}

/// What a loaded image model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LoadedImage {
    /// Its id.
    pub model: String,
    pub info: ImageModelInfo,
}

/// A picture that somebody brings, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BroughtPicture {
    /// A `data:` address, of a copy where the picture itself is larger than asked for.
    pub address: String,
    /// Of the picture itself.
    pub width: u32,
    pub height: u32,
}

/// What becomes of pictures, in order; `Done` or `Failed` is the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ImageJobEvent {
    Queued {
        ahead: u32,
    },
    Loading {
        model: String,
        seconds: f64,
        expected_seconds: Option<f64>,
    },
    /// Begins now.
    Stage {
        stage: ImageStage,
    },
    /// How the prompt fitted.
    Prompt {
        report: PromptReport,
    },
    /// One step of denoising, done.
    Step {
        /// Counts from 0.
        index: u32,
        total: u32,
        /// The share of noise before the step, 0 to 1.
        noise_level: f32,
        /// What each picture is believed to become: `data:` addresses.
        previews: Vec<String>,
    },
    /// So many tiles of an enlargement are done.
    Tile {
        done: u32,
        total: u32,
    },
    /// A picture; the same index comes again when it was made larger.
    Picture {
        /// Counts from 0.
        index: u32,
        /// A `data:` address.
        picture: String,
        width: u32,
        height: u32,
    },
    Done {
        stats: ImageStats,
        /// What it took, and what was promised.
        cost: ImageCost,
        /// Their ids in the library.
        works: Vec<String>,
        /// Why some were not kept; the pictures themselves are whole.
        keep_failure: Option<Failure>,
    },
    /// With the code `cancelled` when it was stopped.
    Failed {
        failure: Failure,
    },
}

pub type ImageSink = Sink<ImageJobEvent>;

impl JobEvent for ImageJobEvent {
    common_events!();

    fn absorb(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            // Progress that was not shown yet is overtaken.
            (before @ Self::Tile { .. }, next @ Self::Tile { .. }) => {
                *before = next;
                None
            }
            (_, next) => Some(next),
        }
    }
}

/// A work with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WorkDetail {
    pub work: Work,
    /// For text works, the text; for speech, what is said.
    pub content: String,
    /// JSON, indented.
    pub recipe: String,
    /// The same, read: its request, sent again, makes the same work. None for the recipe of a later
    /// version.
    pub made: Option<Recipe>,
    /// Path in the library.
    pub file: String,
}
