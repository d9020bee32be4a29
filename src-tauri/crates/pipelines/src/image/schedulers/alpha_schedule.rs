//! Timesteps and the noise that belongs to each: what the methods share that compute with signal power
//! rather than in sigmas.

use super::scheduler::combine;

#[derive(Debug, Clone)]
pub(super) struct AlphaSchedule {
    pub(super) timesteps: Vec<f32>,
    /// The signal's power at each training step.
    pub(super) alphas_cumprod: Vec<f32>,
}

impl AlphaSchedule {
    /// Signal and noise at a step, as standard deviations.
    pub(super) fn at(&self, index: usize) -> (f64, f64) {
        roots(self.alphas_cumprod[self.timesteps[index] as usize])
    }

    /// The noise alone.
    pub(super) fn noise(&self, index: usize) -> f32 {
        self.at(index).1 as f32
    }

    pub(super) fn add_noise(&self, index: usize, clean: &[f32], noise: &[f32]) -> Vec<f32> {
        let (alpha, sigma) = self.at(index);
        combine(alpha, clean, sigma, noise)
    }
}

/// Signal and noise from the signal's power.
pub(super) fn roots(alpha_cumprod: f32) -> (f64, f64) {
    let power = f64::from(alpha_cumprod);
    (power.sqrt(), (1.0 - power).sqrt())
}
