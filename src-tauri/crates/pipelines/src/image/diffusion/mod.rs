//! Diffusion models that users add, in the layout of diffusers' ONNX exports: Stable Diffusion
//! 1 and 2, XL, their turbo and consistency variants, and those for inpainting.
//!
//! Deliberately absent: control networks, adapters, refiners, and models whose denoiser is a
//! transformer; such folders are refused with the reason.

mod config;
mod folder;
mod footprint;
mod guidance;
mod inpaint;
mod model;
mod parts;
mod pipeline;
mod plan;
mod preview;
mod prompt;
mod run;
mod tensors;
mod text_encoder;
mod tokenizer;
mod unet;
mod vae;

pub use config::DiffusionFamily;
pub use folder::is_diffusion_folder;
pub use footprint::{FolderSize, ImageFootprint};
pub use pipeline::DiffusionPipeline;
pub use run::DiffusionRun;
