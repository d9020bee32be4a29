//! Schedules in sigmas: the noise's standard deviation where the signal's is 1.

use super::config::{FinalSigma, SchedulerConfig};

/// Sigmas at the training steps, and what is between them.
#[derive(Debug, Clone)]
pub(super) struct SigmaTable {
    sigmas: Vec<f32>,
}

impl SigmaTable {
    pub(super) fn new(config: &SchedulerConfig, alphas_cumprod: &[f32]) -> Self {
        let mut sigmas: Vec<f32> = alphas_cumprod
            .iter()
            .map(|&alpha| ((1.0 - alpha) / alpha).sqrt())
            .collect();
        // Noise alone would be an infinite sigma: the smallest float16 stands for no signal.
        if let (true, Some(last)) = (config.rescale_betas_zero_snr, sigmas.last_mut()) {
            let alpha = 2_f32.powi(-24);
            *last = ((1.0 - alpha) / alpha).sqrt();
        }
        Self { sigmas }
    }

    /// The sigma at a training step, which may be fractional.
    pub(super) fn at(&self, timestep: f64) -> f64 {
        let last = self.sigmas.len() - 1;
        let low = (timestep.max(0.0).floor() as usize).min(last);
        let high = (low + 1).min(last);
        let share = (timestep - low as f64).clamp(0.0, 1.0);
        let (low, high) = (f64::from(self.sigmas[low]), f64::from(self.sigmas[high]));
        low + (high - low) * share
    }

    /// The training step at which a sigma is reached, by its logarithm.
    pub(super) fn timestep(&self, sigma: f64) -> f64 {
        let log = sigma.max(1e-10).ln();
        let log_at = |index: usize| f64::from(self.sigmas[index].ln());
        // Sigmas rise with the training step.
        let above = self
            .sigmas
            .partition_point(|&one| f64::from(one.ln()) <= log);
        let low = above.saturating_sub(1).min(self.sigmas.len() - 2);
        let (below, above) = (log_at(low), log_at(low + 1));
        let share = ((below - log) / (below - above)).clamp(0.0, 1.0);
        low as f64 + share
    }

    pub(super) fn first(&self) -> f64 {
        f64::from(self.sigmas[0])
    }

    pub(super) fn last(&self) -> f64 {
        f64::from(self.sigmas[self.sigmas.len() - 1])
    }

    /// What is left after the last step.
    pub(super) fn end(&self, config: &SchedulerConfig) -> f64 {
        match config.final_sigmas_type {
            None | Some(FinalSigma::Zero) => 0.0,
            Some(FinalSigma::SigmaMin) => self.first(),
        }
    }
}

/// The ends of a schedule: the configuration's, or those of the steps that it stands in for.
fn ends(config: &SchedulerConfig, from: f64, to: f64) -> (f64, f64) {
    (
        config.sigma_max.unwrap_or(from),
        config.sigma_min.unwrap_or(to),
    )
}

fn ramp(steps: usize) -> impl Iterator<Item = f64> {
    let gaps = steps.saturating_sub(1).max(1) as f64;
    (0..steps).map(move |index| index as f64 / gaps)
}

/// The schedule of Karras et al., 2022, equation 5, with rho = 7.
pub(super) fn karras(config: &SchedulerConfig, from: f64, to: f64, steps: usize) -> Vec<f64> {
    const RHO: f64 = 7.0;
    let (from, to) = ends(config, from, to);
    let (high, low) = (from.powf(1.0 / RHO), to.powf(1.0 / RHO));
    ramp(steps)
        .map(|share| (high + share * (low - high)).powf(RHO))
        .collect()
}

/// Sigmas in equal ratios.
pub(super) fn exponential(config: &SchedulerConfig, from: f64, to: f64, steps: usize) -> Vec<f64> {
    let (from, to) = ends(config, from, to);
    let (high, low) = (from.ln(), to.ln());
    ramp(steps)
        .map(|share| (high + share * (low - high)).exp())
        .collect()
}

/// A sigma as the share of noise in latents of variance 1.
pub(super) fn noise_share(sigma: f64) -> f32 {
    (sigma / (sigma * sigma + 1.0).sqrt()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::schedulers::betas::{self, alphas_cumprod};

    fn table() -> SigmaTable {
        let config = SchedulerConfig::default();
        SigmaTable::new(&config, &alphas_cumprod(&config, betas::DDPM))
    }

    #[test]
    fn a_sigma_finds_its_timestep_again() {
        let table = table();
        for timestep in [0.0, 1.0, 500.0, 998.0, 999.0] {
            let found = table.timestep(table.at(timestep));
            assert!((found - timestep).abs() < 1e-3, "{timestep}: {found}");
        }
        assert!(table.timestep(0.0).abs() < 1e-9);
        assert!((table.timestep(1e9) - 999.0).abs() < 1e-9);
    }

    #[test]
    fn both_schedules_run_from_end_to_end() {
        let config = SchedulerConfig::default();
        for schedule in [karras, exponential] {
            let sigmas = schedule(&config, 14.6, 0.03, 8);
            assert!((sigmas[0] - 14.6).abs() < 1e-9 && (sigmas[7] - 0.03).abs() < 1e-9);
            assert!(sigmas.is_sorted_by(|a, b| a > b));
        }
    }
}
