//! What a window and a terminal both need: jobs, loaded models, the library, labels, settings.
//!
//! Deliberately absent: anything that knows of a window or of tauri, and any network.

mod bench;
mod captions;
mod clock;
mod engine;
mod failure;
pub mod films;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod jobs;
pub mod labels;
mod local_text;
mod modality;
pub mod models;
mod pace;
mod paths;
pub mod pictures;
mod recipe;
mod settings;
pub mod sound;
mod studio;
mod vitals;
mod wire;
pub mod works;

pub use captions::captions_of;
pub use engine::{
    CompositionModel, ImageModel, LoadOptions, Loaded, Loader, SpeechModel, TextModel,
    TranscriptionModel, UpscaleModel,
};
pub use failure::{Code, Failure, Result};
pub use jobs::{JobEvent, JobId, Sink};
pub use local_text::{Language, LocalText};
pub use modality::Modality;
pub use models::{ModelSummary, Skill};
pub use pace::{ImageAsked, ImageCost, ImagePromise};
pub use paths::Paths;
pub use quartet_pipelines::{audio, image, text, video};
pub use quartet_runtime::Cancel;
pub use recipe::{
    ComposedBar, CompositionRecipe, FilmRecipe, ImageRecipe, MinutesRecipe, MinutesStats,
    PartRecipe, Recipe, RecipeModel, RecipeRuntime, SpeechRecipe, SpokenSentence, TextRecipe,
    TranscriptionRecipe, UpscaleRecipe,
};
pub use settings::{Settings, Theme};
pub use studio::{
    MinutesModels, Sitting, Studio, Take, export_minutes, export_segments, transcript_format,
    transcript_text, tune_format,
};
pub use vitals::Vitals;
pub use wire::{
    AppState, BroughtPicture, CacheKind, Caption, ClipFacts, ClipSource, CompositionJobEvent,
    CompositionSink, Device, DroppedFile, FilmCost, FilmId, FilmPromise, FilmSheet, FrameMark,
    ImageJobEvent, ImageSink, Inbetweens, LoadedComposer, LoadedImage, LoadedSpeech, LoadedText,
    MinutesJobEvent, MinutesSink, MinutesSource, MinutesStep, Narration, RetimingOrder,
    RuntimeState, SpeechJobEvent, SpeechSink, StoryLine, StoryOrder, TextJobEvent, TextSink,
    TranscriptionJobEvent, TranscriptionSink, TravelOrder, VideoJobEvent, VideoSink, WorkDetail,
};
