//! What loaded models say of themselves.

use quartet_pipelines::{
    audio::{
        SpeechModel, VoiceInfo,
        composition::{CompositionModel, InstrumentInfo, Metre, Mode, Mood},
    },
    image::{ImageModel, ImageModelInfo},
    text::{TextModel, TextParameters},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{loaded::Kind, manifest::Skill, model::Model};

/// What a kind of model says of itself once it is loaded.
pub trait LoadedInfo: Send + Sized + 'static {
    type Model: Kind + ?Sized;
    const SKILL: Skill;

    fn of(model: &Model, loaded: &Self::Model) -> Self;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CacheKind {
    /// Keys and values are written into one buffer.
    InPlace,
    /// They are copied at every token.
    Concatenated,
}

/// What a loaded text model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "TextModelInfo")]
pub struct LoadedText {
    /// Its id.
    pub model: String,
    /// In tokens.
    pub context_length: u32,
    pub vocabulary_size: u32,
    pub layers: u32,
    /// The model's own.
    pub defaults: TextParameters,
    pub system_prompt: Option<String>,
    pub cache: CacheKind,
    /// What it runs on, for people.
    pub device: String,
}

impl LoadedInfo for LoadedText {
    type Model = dyn TextModel;
    const SKILL: Skill = Skill::Text;

    fn of(model: &Model, loaded: &Self::Model) -> Self {
        let info = loaded.info();
        Self {
            model: model.id.clone(),
            context_length: info.context_length,
            vocabulary_size: info.vocabulary_size,
            layers: info.layers,
            defaults: info.defaults,
            system_prompt: model.system_prompt.clone(),
            cache: if info.cache_in_place {
                CacheKind::InPlace
            } else {
                CacheKind::Concatenated
            },
            device: info.device,
        }
    }
}

/// What a loaded speech model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LoadedSpeech {
    /// Its id.
    pub model: String,
    pub voices: Vec<VoiceInfo>,
    pub sample_rate: u32,
    /// What it runs on, for people.
    pub device: String,
}

impl LoadedInfo for LoadedSpeech {
    type Model = dyn SpeechModel;
    const SKILL: Skill = Skill::Speech;

    fn of(model: &Model, loaded: &Self::Model) -> Self {
        let info = loaded.info();
        Self {
            model: model.id.clone(),
            voices: info.voices,
            sample_rate: info.sample_rate,
            device: info.device,
        }
    }
}

/// What a loaded model that composes says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LoadedComposer {
    /// Its id.
    pub model: String,
    pub instruments: Vec<InstrumentInfo>,
    pub moods: Vec<Mood>,
    pub metres: Vec<Metre>,
    pub modes: Vec<Mode>,
    /// The model's own.
    pub temperature: f32,
    pub top_p: f32,
    /// What it runs on, for people.
    pub device: String,
}

impl LoadedInfo for LoadedComposer {
    type Model = dyn CompositionModel;
    const SKILL: Skill = Skill::Composition;

    fn of(model: &Model, loaded: &Self::Model) -> Self {
        let info = loaded.info();
        Self {
            model: model.id.clone(),
            instruments: info.instruments,
            moods: info.moods,
            metres: info.metres,
            modes: info.modes,
            temperature: info.temperature,
            top_p: info.top_p,
            device: info.device,
        }
    }
}

/// What a loaded image model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LoadedImage {
    /// Its id.
    pub model: String,
    pub info: ImageModelInfo,
}

impl LoadedInfo for LoadedImage {
    type Model = dyn ImageModel;
    const SKILL: Skill = Skill::Image;

    fn of(model: &Model, loaded: &Self::Model) -> Self {
        Self {
            model: model.id.clone(),
            info: loaded.info(),
        }
    }
}
