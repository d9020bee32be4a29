//! The seam at which an upscaler without weights takes the place of a real one.

use quartet_runtime::Cancel;

use super::run::{UpscaleEvent, UpscaleRequest};
use crate::{Events, Result};

/// A loaded model that makes pictures larger.
pub trait UpscaleModel: Send {
    /// Checks the request; the work happens as events are pulled.
    ///
    /// # Errors
    /// `Parameter`, `ResultTooLarge`; the iterator ends in `Cancelled`, `NotFinite` or an error of
    /// the runtime.
    fn run<'a>(
        &'a mut self,
        request: UpscaleRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, UpscaleEvent>>;
}
