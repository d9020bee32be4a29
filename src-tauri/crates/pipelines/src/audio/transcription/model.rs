//! The seam at which a model that listens without weights takes the place of a real one.

use quartet_runtime::Cancel;

use super::types::{TranscriptionEvent, TranscriptionModelInfo, TranscriptionRequest};
use crate::{Events, Result};

/// A loaded model that listens.
pub trait TranscriptionModel: Send {
    fn info(&self) -> TranscriptionModelInfo;

    /// Checks the request and opens the recording; the work happens as events are pulled.
    ///
    /// # Errors
    /// `ModelFile`, `NotSound`, `Parameter`; the iterator ends in `NotSound` where there is not a
    /// sample in the file, in `Cancelled`, `NotFinite` or an error of the runtime.
    fn run<'a>(
        &'a mut self,
        request: TranscriptionRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, TranscriptionEvent>>;
}
