//! What goes into a picture and what comes out, as it crosses to the window.

use serde::{Deserialize, Serialize};

/// The most pictures of one request.
pub const MAX_COUNT: u32 = 4;

use super::{Mask, Picture, schedulers::SchedulerKind, subject::SubjectChoice};

/// What is wanted. Pictures in it never travel as JSON: they are set by the code that runs the request.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", default)]
pub struct ImageRequest {
    /// Diffusion models read `(word:1.2)` as "mind this word 1.2 times as much".
    pub prompt: String,
    /// What guidance leads away from; models without guidance ignore it.
    pub negative_prompt: String,
    pub parameters: ImageParameters,
    /// For models that draw what they know by name; the others follow the prompt alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectChoice>,
    /// The picture to start from instead of noise alone; fitted to the size by scaling and cutting.
    #[serde(skip)]
    pub start: Option<Picture>,
    /// Where to paint over `start`; of any size, it is scaled to the picture's.
    #[serde(skip)]
    pub mask: Option<Mask>,
}

/// How to make it; what is none follows the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", default)]
pub struct ImageParameters {
    /// In pixels; a multiple of [`ImageModelInfo::size_step`].
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// How many times the denoiser is asked; 1 to 200.
    pub steps: Option<u32>,
    /// Classifier-free guidance (Ho and Salimans, 2022): 1 follows the prompt as the network
    /// alone does and takes half the time; 0 to 50.
    pub guidance: Option<f32>,
    /// Takes back the over-exposure of strong guidance (Lin et al., 2023, 3.4); 0 to 1, 0 is off.
    pub guidance_rescale: f32,
    /// Random seed: with the same request it gives the same picture; none draws one. Picture `i` of
    /// several has the seed plus `i`: alone with that seed it comes out the same.
    pub seed: Option<u32>,
    /// How many pictures; 1 to [`MAX_COUNT`].
    pub count: u32,
    /// With a picture to start from: 1 keeps nothing of it, near 0 nearly all; over 0, at most 1.
    pub strength: f32,
    /// One of [`ImageModelInfo::styles`]; none takes the model's own choice.
    pub style: Option<String>,
    /// Another sampling method than the model's own.
    pub scheduler: Option<SchedulerKind>,
    /// Whether [`ImageStep`]s carry previews.
    pub previews: bool,
}

impl Default for ImageParameters {
    fn default() -> Self {
        Self {
            width: None,
            height: None,
            steps: None,
            guidance: None,
            guidance_rescale: 0.0,
            seed: None,
            count: 1,
            strength: 0.75,
            style: None,
            scheduler: None,
            previews: true,
        }
    }
}

/// What an engine is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum ImageStage {
    /// Reading a part of the model into memory.
    Loading,
    /// The prompt becomes vectors.
    ReadingPrompt,
    /// The picture to start from becomes latents.
    ReadingPicture,
    Denoising,
    /// Latents become pixels.
    Decoding,
}

/// How the prompt fitted the text encoder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct PromptReport {
    /// Tokens of the prompt that were read, and the most that can be.
    pub tokens: u32,
    pub limit: u32,
    /// The end of the prompt that did not fit; empty where all did.
    pub cut: String,
    /// The end of the negative prompt that did not fit; empty where all did.
    pub cut_negative: String,
}

/// One step of denoising, done.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageStep {
    /// Counts from 0.
    pub index: u32,
    pub total: u32,
    /// The denoiser's time.
    pub timestep: f32,
    /// The share of noise that was in the latents before the step, 0 to 1 (of the standard
    /// deviation: signal² + noise² = 1, or signal + noise = 1 where flows are matched).
    pub noise_level: f32,
    /// What the network believes each picture will be; small, and empty where none were asked.
    pub previews: Vec<Picture>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ImageEvent {
    /// Begins now; a stage may come several times.
    Stage(ImageStage),
    Prompt(PromptReport),
    Step(ImageStep),
    /// A finished picture; `index` counts from 0.
    Picture {
        index: u32,
        picture: Picture,
    },
    /// Always the last event.
    Done(ImageStats),
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ImageStats {
    /// The seed of the first picture, also when the request named none.
    pub seed: u32,
    pub width: u32,
    pub height: u32,
    pub count: u32,
    /// Steps that were made: fewer than asked when there was a picture to start from.
    pub steps: u32,
    pub guidance: f32,
    /// The sampling method, by its name in the field: `DPM-Solver++ 2M`.
    pub scheduler: String,
    pub load_seconds: f64,
    /// Prompt and pictures to vectors.
    pub encode_seconds: f64,
    pub denoise_seconds: f64,
    pub decode_seconds: f64,
}

/// A way of drawing that a model was taught by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct StyleInfo {
    pub id: String,
}

/// What a loaded image model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ImageModelInfo {
    /// For people: `Stable Diffusion XL`.
    pub family: String,
    /// The size it was trained for, in pixels.
    pub width: u32,
    pub height: u32,
    /// Width and height must be multiples of this; where it equals them, no other size can be had.
    pub size_step: u32,
    pub max_side: u32,
    pub steps: u32,
    pub guidance: f32,
    /// The model's own, by its name in the field.
    pub scheduler: String,
    /// Those that may be chosen instead; empty where there is no choice.
    pub schedulers: Vec<SchedulerKind>,
    pub styles: Vec<StyleInfo>,
    /// The most tokens of a prompt that are read; what follows them is left out.
    pub prompt_tokens: u32,
    /// Whether guidance, and with it a negative prompt, has an effect.
    pub negative_prompt: bool,
    /// Whether a picture to start from can be read.
    pub start: bool,
    /// Whether a mask can be painted on it.
    pub mask: bool,
    /// The device the graphs run on, for people: `CPU`.
    pub device: String,
}
