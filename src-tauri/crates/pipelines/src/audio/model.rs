//! The seam at which a model that speaks without weights takes the place of a real one.

use quartet_runtime::Cancel;

use super::types::{SpeechEvent, SpeechModelInfo, SpeechRequest};
use crate::{Events, Result};

/// A loaded model that speaks.
pub trait SpeechModel: Send {
    fn info(&self) -> SpeechModelInfo;

    /// Checks the request; the work happens as events are pulled.
    ///
    /// # Errors
    /// `NothingToSay`, `Parameter`, `VoiceLanguage`, and, where a language is read for the first time,
    /// what opening its tables gives; the iterator ends in `NothingToSay` where no voice here can say
    /// any of the text, in `Cancelled`, `NotFinite` or an error of the runtime.
    fn run<'a>(
        &'a mut self,
        request: SpeechRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, SpeechEvent>>;
}
