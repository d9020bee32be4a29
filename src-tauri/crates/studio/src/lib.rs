//! What a window and a terminal both need: jobs, loaded models, the library, labels, settings.
//!
//! Deliberately absent: anything that knows of a window or of tauri, and any network.

mod bench;
mod clock;
mod engine;
mod failure;
mod jobs;
pub mod labels;
mod local_text;
mod modality;
pub mod models;
mod paths;
mod recipe;
mod settings;
mod studio;
mod vitals;
mod wire;
pub mod works;

pub use engine::{Loader, TextModel};
pub use failure::{Code, Failure, Result};
pub use jobs::JobId;
pub use local_text::{Language, LocalText};
pub use modality::Modality;
pub use models::ModelSummary;
pub use paths::Paths;
pub use quartet_pipelines::text;
pub use quartet_runtime::Cancel;
pub use recipe::{Recipe, RecipeModel, RecipeRuntime, TextRecipe};
pub use settings::{Settings, Theme};
pub use studio::Studio;
pub use vitals::Vitals;
pub use wire::{
    AppState, CacheKind, Device, LoadedText, RuntimeState, TextJobEvent, TextSink, WorkDetail,
};
