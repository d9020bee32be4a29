//! Pictures from text, and from other pictures.
//!
//! A request goes round so: words → text encoder → noise → denoiser, step after step, led by a
//! scheduler → decoder → pixels. What every engine shares stands here; one folder holds one engine.

mod colour;
pub mod diffusion;
pub mod glyph;
mod latents;
mod model;
mod noise;
mod recolour;
pub mod schedulers;
mod subject;
mod types;
pub mod upscale;

pub use colour::{Colour, Oklch};
pub use latents::Latents;
pub use model::ImageModel;
pub use noise::SeededNoise;
pub use quartet_media::{Mask, PICTURE_LIMIT, Picture};
pub use recolour::recolour;
pub use subject::{NotDrawn, Subject, SubjectChoice, TakenBy, Thing};
pub use types::{
    ImageEvent, ImageModelInfo, ImageParameters, ImageRequest, ImageStage, ImageStats, ImageStep,
    MAX_COUNT, PromptReport, StyleInfo,
};
