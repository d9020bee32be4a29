//! Films: prompts that travel, frames in between, clips made smoother and sharper.
//!
//! Text to video here is a journey between pictures, not a model of motion: key pictures are drawn on the
//! way from one prompt to the next, enlarged, and the frames between them are made by a network that
//! moves pixels. Deliberately absent: which models draw, enlarge and interpolate ([`FrameBackend`]
//! is the seam), and writing files.

mod backend;
mod camera;
mod flow;
mod frame_interpolator;
mod keyframes;
mod retiming;
mod storyboard;
mod travel;
mod types;

pub use backend::{FrameBackend, Waypoint};
pub use camera::{Camera, CameraMove};
pub use flow::FlowField;
pub use frame_interpolator::{
    Blending, FrameInterpolator, FrameInterpolatorPipeline, Interpolated,
};
pub use keyframes::difference_of as difference;
pub use quartet_media::{TICKS_PER_SECOND, clip};
pub use retiming::{RetimingRequest, SpeedMode, retime};
pub use storyboard::{MAX_SCENES, MAX_SECONDS, plan};
pub use travel::travel;
pub use types::{
    FilmFrame, FrameKind, Scene, TravelParameters, TravelRequest, VideoEvent, VideoPlan, VideoStats,
};
