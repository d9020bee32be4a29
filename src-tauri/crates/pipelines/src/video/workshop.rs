//! The seam between a film and the models that make its pictures.

use quartet_runtime::Cancel;

use super::Interpolated;
use crate::{Result, image::Picture};

/// A place on the way between two prompts of a storyboard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub from: usize,
    pub to: usize,
    /// How much of the way lies behind, 0 to 1.
    pub share: f32,
    /// How far the noise has turned, in radians.
    pub turn: f32,
}

/// Whoever draws, enlarges and interpolates. One object: the models behind it share one shelf.
pub trait Workshop {
    /// Whether there are places between prompts; otherwise only `share` 0 and 1 are asked for.
    fn travels(&self) -> bool;

    /// Draws a picture at a place.
    ///
    /// # Errors
    /// Those of the model, and `Cancelled`.
    fn draw(&mut self, place: &Place, cancel: &Cancel) -> Result<Picture>;

    /// Makes a picture `size` pixels wide and high.
    ///
    /// # Errors
    /// Those of the model, and `Cancelled`.
    fn enlarge(&mut self, picture: Picture, size: (u32, u32), cancel: &Cancel) -> Result<Picture>;

    /// The frame at `time` (0 to 1) between two of the same size.
    ///
    /// # Errors
    /// Those of the model, and `Cancelled`.
    fn between(
        &mut self,
        before: &Picture,
        after: &Picture,
        time: f32,
        cancel: &Cancel,
    ) -> Result<Interpolated>;
}
