//! The seam between sounds and the machine: what loudspeakers and microphones must do.

use std::any::Any;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::CursorSource;
use crate::{Failure, Result};

/// A loudspeaker, a headphone, a microphone, as the system lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SoundDevice {
    /// The system's own name for it, the same the next time.
    pub id: String,
    /// For people.
    pub name: String,
}

/// What is plugged in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SoundDevices {
    pub outputs: Vec<SoundDevice>,
    pub inputs: Vec<SoundDevice>,
}

/// Goes on until it is dropped, on the thread that began it.
pub type Playing = Box<dyn Any>;

/// Told, from any thread, why sound no longer goes in or out.
pub type Trouble = Box<dyn FnMut(Failure) + Send>;

/// Takes mono samples in, mostly within [-1, 1], from any thread.
pub type Hearing = Box<dyn FnMut(&[f32]) + Send>;

/// Plays sounds.
pub trait SoundOutput: Send + Sync {
    fn devices(&self) -> Vec<SoundDevice>;

    /// Plays what `source` gives, on the device of that id or the system's own choice.
    ///
    /// # Errors
    /// `SoundOutputNone`, `SoundOutputFailed`.
    fn play(&self, device: Option<&str>, source: CursorSource, trouble: Trouble)
    -> Result<Playing>;
}

/// Listens to the room.
pub trait SoundInput: Send + Sync {
    fn devices(&self) -> Vec<SoundDevice>;

    /// Gives what is heard to `hearing`; returns how many samples a second that will be.
    ///
    /// # Errors
    /// `MicrophoneNone`, `MicrophoneFailed`.
    fn listen(
        &self,
        device: Option<&str>,
        hearing: Hearing,
        trouble: Trouble,
    ) -> Result<(u32, Playing)>;
}
