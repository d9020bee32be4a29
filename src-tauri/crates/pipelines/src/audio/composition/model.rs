//! The seam at which a model that composes without weights takes the place of a real one.

use quartet_runtime::Cancel;

use super::types::{CompositionEvent, CompositionModelInfo, CompositionRequest};
use crate::{Events, Result};

/// A loaded model that composes.
pub trait CompositionModel: Send {
    fn info(&self) -> CompositionModelInfo;

    /// Checks the request; the work happens as events are pulled.
    ///
    /// # Errors
    /// `Parameter`; the iterator ends in `Parameter` for given notes that do not fit their bars, in
    /// `Cancelled`, `NotFinite`, `UnsupportedGraph` or an error of the runtime.
    fn run<'a>(
        &'a mut self,
        request: CompositionRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, CompositionEvent>>;
}
