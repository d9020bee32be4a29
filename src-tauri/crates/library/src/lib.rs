//! The library: every finished work is a file in `works/` and a row in `library.sqlite`.
//!
//! Nothing kept is lost. A work is written to a temporary file, synced, renamed, and only then
//! becomes a row; the next start sweeps what a killed process left behind. Several processes may
//! share one library: rows are guarded by SQLite, sweeping by a lock on `library.lock` that only a
//! process alone in the library can take. What is deleted lies in a bin first.
//!
//! Deliberately absent: what a recipe says. It is JSON text here; the little that must be known of it,
//! where a work is entered again from its file, is read by a function that [`Library::open`] is given.
//! Jobs, models and words for people are above; what is in a file is `quartet-media`'s.

mod bin;
pub mod clock;
mod collections;
mod desks;
mod disk;
mod error;
pub mod estimate;
mod expiry;
mod library;
mod modality;
mod parts;
mod poster_files;
mod posters;
pub mod private;
mod query;
mod schema;
mod storage;
mod sweep;
mod timings;
mod work;

pub use collections::{COLLECTION_NAME, Collection, RemovedCollection};
pub use desks::DESK_BYTES;
pub use disk::{AtomicFile, write_atomic, write_private};
pub use error::{Error, Result};
pub use expiry::KEPT_DAYS;
pub use library::{Library, Opened};
pub use modality::Modality;
pub use parts::{PartFile, WorkPart};
pub use query::{Shelf, WorksOrder, WorksPage, WorksQuery};
pub use storage::{KindStorage, Storage};
pub use sweep::{ReadRecipe, RecipeFacts};
pub use timings::{Measurement, RunTiming, TimingKey};
pub use work::{Draft, EXCERPT, OpenedWork, PendingWork, Stamp, Work};

#[cfg(test)]
mod tests;
