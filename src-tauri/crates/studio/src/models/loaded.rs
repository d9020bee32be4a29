//! Models in memory, whatever runs them. Tests put models without weights behind the same traits.

use quartet_pipelines::{
    audio::{SpeechModel, composition::CompositionModel, transcription::TranscriptionModel},
    image::{ImageModel, upscale::UpscaleModel},
    text::TextModel,
    video::FrameInterpolator,
};
use quartet_runtime::{Cancel, DeviceId, SessionOptions};

use super::model::Model;
use crate::Result;

/// A model in memory: one variant for each [`super::Skill`].
pub enum Loaded {
    Text(Box<dyn TextModel>),
    Speech(Box<dyn SpeechModel>),
    Transcription(Box<dyn TranscriptionModel>),
    Composition(Box<dyn CompositionModel>),
    Image(Box<dyn ImageModel>),
    Upscaler(Box<dyn UpscaleModel>),
    Inbetween(Box<dyn FrameInterpolator + Send>),
}

/// What a loaded model can be asked for.
pub trait Kind {
    /// None where it is of another kind.
    fn of(loaded: &mut Loaded) -> Option<&mut Self>;
}

macro_rules! kinds {
    ($($variant:ident: $model:ty),* $(,)?) => {
        $(impl Kind for $model {
            fn of(loaded: &mut Loaded) -> Option<&mut Self> {
                match loaded {
                    Loaded::$variant(model) => Some(model.as_mut()),
                    _ => None,
                }
            }
        })*

        impl std::fmt::Debug for Loaded {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(match self {
                    $(Self::$variant(_) => stringify!($variant),)*
                })
            }
        }
    };
}

kinds! {
    Text: dyn TextModel,
    Speech: dyn SpeechModel,
    Transcription: dyn TranscriptionModel,
    Composition: dyn CompositionModel,
    Image: dyn ImageModel,
    Upscaler: dyn UpscaleModel,
    Inbetween: dyn FrameInterpolator + Send,
}

/// How models are opened; a change opens them again.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadOptions {
    pub session: SessionOptions,
    /// In bytes, for a model that needs more and whose parts can be loaded one after the other.
    pub memory_budget: Option<u64>,
}

/// Turns model folders into loaded models.
pub trait Loader: Send + Sync {
    /// # Errors
    /// Those of the runtime and of the pipeline; `ModelWrongKind`, `Cancelled`.
    fn load(&self, model: &Model, options: &LoadOptions, cancel: &Cancel) -> Result<Loaded>;

    /// Of the runtime that models run on, for recipes.
    fn runtime_version(&self) -> String;

    /// What a device is called, for people.
    fn device_name(&self, device: &DeviceId) -> String;
}
