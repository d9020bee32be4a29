//! What a window and a terminal both need: jobs, loaded models, the library, settings.
//!
//! Deliberately absent: anything that knows of a window or of tauri, any network, and what is in a file
//! (`quartet-media`).

mod captions;
mod checkup;
mod destination;
mod events;
mod export;
mod failure;
mod file_names;
mod film_orders;
pub mod films;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod grounding;
mod jobs;
mod local_text;
mod locks;
pub mod models;
mod paths;
pub mod pictures;
mod portable;
mod recent;
mod recipe;
mod resources;
mod settings;
mod shown;
pub mod sound;
mod studio;
mod tune;
mod vitals;
pub mod works;

pub use captions::{SpokenSentence, captions_of};
pub use checkup::{Check, CheckName, CheckVerdict, Checkup, CheckupEvent, SameSeed, check_up};
pub use destination::{check_destination, check_input};
pub use events::{JobEvent, JobId, Merge, Sink};
pub use export::{
    Body, picture_format, text_format, transcript_format, transcript_text, tune_format,
};
pub use failure::{Cause, Code, Failure, Result};
pub use file_names::portable_name;
pub use film_orders::*;
pub use jobs::*;
pub use local_text::{Language, LocalText};
pub use models::{
    CacheKind, LoadOptions, Loaded, LoadedComposer, LoadedImage, LoadedInfo, LoadedSpeech,
    LoadedText, Loader, ModelNearby, ModelSummary, Skill, hex,
};
pub use paths::{ForeignLibrary, Located, Paths};
pub use portable::{PORTABLE_FILE, PassingHome, Portable, PortableData};
pub use quartet_library::{Modality, clock, write_atomic};
pub use quartet_media::{Caption, bounded::read_text, clip::ClipFacts, labels};
pub use quartet_pipelines::{audio, image, text, video};
pub use quartet_runtime::Cancel;
pub use recipe::{
    ComposedBar, CompositionRecipe, FilmRecipe, ImageRecipe, Made, MinutesRecipe, MinutesStats,
    PartRecipe, Recipe, RecipeModel, RecipeRuntime, SpeechRecipe, TextRecipe, TranscriptionRecipe,
    UpscaleRecipe,
};
pub use resources::{
    ExportRecipe, ImportedPicture, LeftOut, Models, PackProgress, Packed, WorkDetail, Works,
};
pub use settings::{Letters, Settings, Theme};
pub use shown::{escaped, escaped_json, one_line};
pub use studio::{
    AppState, Device, DroppedFile, FilmSheet, Films, JobHandle, Jobs, Live, Loading, RuntimeState,
    Sounds, Studio,
};
pub use vitals::Vitals;
