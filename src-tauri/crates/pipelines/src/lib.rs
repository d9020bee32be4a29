//! Pure machines: a pipeline is handed a model folder and a request, and yields events.
//!
//! Deliberately absent: who asked, where the result is kept, how it is labelled, which model is in
//! memory (all `quartet-studio`), and the tensor library (`quartet-runtime` alone names it).

pub mod audio;
mod error;
mod folder;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod image;
pub mod text;
pub mod video;

pub use error::{Error, Result};

/// The shape all four modalities share: a generation is an iterator of events.
///
/// Progress is `next()`. A pull that finds the cancel flag up ends in `Error::Cancelled`; after an
/// error or the last event the iterator is finished. A half-made result is never `Ok`.
pub trait Pipeline: Send {
    type Request;
    type Event;

    /// Checks the request and prepares the run; the work happens as events are pulled.
    fn run<'a>(
        &'a mut self,
        request: Self::Request,
        cancel: &'a quartet_runtime::Cancel,
    ) -> Result<Events<'a, Self::Event>>;
}

/// What [`Pipeline::run`] hands back.
pub type Events<'a, Event> = Box<dyn Iterator<Item = Result<Event>> + 'a>;
