//! What every scheduler does.

/// Fills a slice with standard normal numbers.
pub type Noise<'a> = dyn FnMut(&mut [f32]) + 'a;

/// What one step gave.
#[derive(Debug, Clone, PartialEq)]
pub struct StepOutput {
    /// The latents with less noise, for the next step.
    pub latents: Vec<f32>,
    /// The estimate of the clean latents that the step was made from.
    pub denoised: Vec<f32>,
}

/// The way from noise to one picture. Solvers of several steps remember the earlier ones, so each
/// picture has a scheduler of its own, stepped through in order from any index on.
pub trait Scheduler: Send + std::fmt::Debug {
    /// The denoiser's time at each step; as many as there are steps.
    fn timesteps(&self) -> &[f32];

    /// The share of noise before step `index`, 0 to 1 (see [`crate::image::ImageStep`]).
    fn noise_level(&self, index: usize) -> f32;

    /// The standard deviation of the noise that a picture from nothing begins as.
    fn initial_sigma(&self) -> f32;

    /// What the latents are multiplied by before the denoiser sees them at step `index`.
    fn input_scale(&self, index: usize) -> f32;

    /// Clean latents with the noise that belongs before step `index`.
    fn add_noise(&self, index: usize, clean: &[f32], noise: &[f32]) -> Vec<f32>;

    /// Step `index`: from the denoiser's `output` for `latents` (unscaled) to the next latents.
    fn step(
        &mut self,
        index: usize,
        output: &[f32],
        latents: &[f32],
        noise: &mut Noise<'_>,
    ) -> StepOutput;
}

/// `a * x + b * y`, element by element.
pub(super) fn combine(a: f64, x: &[f32], b: f64, y: &[f32]) -> Vec<f32> {
    let (a, b) = (a as f32, b as f32);
    x.iter().zip(y).map(|(x, y)| a * x + b * y).collect()
}
