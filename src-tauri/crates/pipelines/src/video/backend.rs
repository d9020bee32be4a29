//! The seam between a film and the models that make its pictures.

use quartet_runtime::Cancel;

use super::Interpolated;
use crate::{Error, image::Picture};

/// A point on the way between two prompts of a storyboard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waypoint {
    pub from: usize,
    pub to: usize,
    /// How far along the way, 0 to 1.
    pub share: f32,
    /// How far the noise has turned, in radians.
    pub turn: f32,
}

/// Draws, upscales and interpolates. One object, because the models behind it share one memory budget.
pub trait FrameBackend {
    /// What can go wrong here; a film ends in it unchanged.
    type Error: From<Error>;

    /// Whether pictures between prompts can be drawn; otherwise only `share` 0 and 1 are asked for.
    fn travels(&self) -> bool;

    /// Draws the picture of a waypoint.
    ///
    /// # Errors
    /// Those of the model.
    fn draw(&mut self, waypoint: &Waypoint, cancel: &Cancel) -> Result<Picture, Self::Error>;

    /// Makes a picture `size` pixels wide and high.
    ///
    /// # Errors
    /// Those of the model.
    fn upscale(
        &mut self,
        picture: Picture,
        size: (u32, u32),
        cancel: &Cancel,
    ) -> Result<Picture, Self::Error>;

    /// The frame at `time` (0 to 1) between two of the same size.
    ///
    /// # Errors
    /// Those of the model.
    fn interpolate(
        &mut self,
        before: &Picture,
        after: &Picture,
        time: f32,
        cancel: &Cancel,
    ) -> Result<Interpolated, Self::Error>;
}
