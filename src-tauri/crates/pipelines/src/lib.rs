//! Pure machines: a pipeline is handed a model folder and a request, and yields events.
//!
//! Deliberately absent: who asked, where the result is kept, how it is labelled, which model is in
//! memory (all `quartet-studio`), the tensor library (`quartet-runtime` alone names it), and files of
//! people (`quartet-media`).

pub mod audio;
mod error;
mod folder;
pub mod image;
mod run;
pub mod seed;
pub mod text;
pub mod video;

pub use error::{Allowed, Error, Result};
pub(crate) use error::{check_choice, check_range};
pub use folder::{ModelFolder, folder_name, holds};

/// What a model's `run` returns: progress is `next()`.
///
/// A pull that finds the cancel flag up ends in `Error::Cancelled`; after an error or the last event
/// the iterator is finished. A half-made result is never `Ok`.
pub type Events<'a, Event> = Box<dyn Iterator<Item = Result<Event>> + 'a>;
