//! Making pictures two or four times as large.
//!
//! A large picture is cut into tiles that overlap by as far as the network sees, so that no pixel
//! of the result knows where the cuts were, and memory does not grow with the picture.

mod model;
mod pipeline;
mod run;
mod tiles;
mod upscaler;

pub use model::UpscaleModel;
pub use pipeline::UpscalePipeline;
pub use run::{UpscaleEvent, UpscaleRequest, UpscaleStats, memory};
pub use upscaler::{Upscaler, check_size, check_within, factors_of};
