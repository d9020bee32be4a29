//! Pictures from text, and from other pictures.
//!
//! A request goes round so: words → text encoder → noise → denoiser, step after step, led by a
//! scheduler → decoder → pixels. What every engine shares stands here; one folder holds one engine.

pub mod diffusion;
pub mod glyph;
mod latents;
mod model;
mod noise;
pub mod schedulers;
mod types;
pub mod upscale;

pub use latents::Latents;
pub use model::ImageModel;
pub use noise::SeededNoise;
pub use quartet_media::{Mask, PICTURE_LIMIT, Picture};
pub use types::{
    ImageEvent, ImageModelInfo, ImageParameters, ImageRequest, ImageStage, ImageStats, ImageStep,
    PromptReport, StyleInfo,
};
