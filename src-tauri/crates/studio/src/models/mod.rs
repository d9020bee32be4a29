//! Models as folders on the disk: finding them, describing them, checking them, holding the loaded
//! ones in memory. What the studio knows of an architecture stands in one table, `architectures`.
//!
//! Deliberately absent: downloading. Folders come with the installation, or people add them.

mod architectures;
mod cache;
mod elsewhere;
mod ids;
mod info;
mod loaded;
mod loader;
mod manifest;
mod model;
mod recognise;
mod scan;
mod verify;

pub(crate) use cache::{CacheState, ModelCache};
pub use ids::FolderIds;
pub use info::{CacheKind, LoadedComposer, LoadedImage, LoadedInfo, LoadedSpeech, LoadedText};
pub use loaded::Kind;
pub use loaded::{LoadOptions, Loaded, Loader};
pub(crate) use loader::OrtLoader;
pub(crate) use manifest::is_id;
pub use manifest::{Architecture, Manifest, ManifestFile, Skill};
pub use model::hex;
pub use model::{Model, ModelNearby, ModelSummary};
pub(crate) use scan::folder_of_file;
pub use scan::{describe, nearby, scan};
pub use verify::{VerifyProgress, verify};
