//! The seam in the middle of every engine: noisy latents in, the network's estimate out.

use quartet_runtime::Cancel;

use super::Latents;
use crate::Result;

/// A network that was taught to tell noise from picture, with its conditions (words, guidance,
/// masks) already set.
pub trait Denoiser: Send {
    /// What the network makes of `latents` at `timestep`: noise, velocity or the clean latents, as
    /// its scheduler's prediction type says; of the latents' shape.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `NotFiniteIn`, `Cancelled`, and those of the runtime.
    fn predict(&mut self, latents: &Latents, timestep: f32, cancel: &Cancel) -> Result<Latents>;
}
