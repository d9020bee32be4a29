//! Euler's method on a rectified flow (Lipman et al., 2022; Esser et al., 2024): latents are
//! `(1 - sigma) * clean + sigma * noise`, and the network predicts `noise - clean`.

use super::{
    config::{SchedulerConfig, refuse},
    kind::{SchedulerKind, unknown},
    scheduler::{Noise, Scheduler, StepOutput, combine},
    sigmas::{exponential, karras},
};
use crate::Result;

#[derive(Debug, Clone)]
pub(super) struct FlowEuler {
    timesteps: Vec<f32>,
    /// One more than there are steps; the last is 0.
    sigmas: Vec<f64>,
    stochastic: bool,
}

impl FlowEuler {
    pub(super) fn new(config: &SchedulerConfig, steps: usize, tokens: usize) -> Result<Self> {
        let kind = SchedulerKind::FlowEuler;
        refuse(
            kind,
            &[
                ("use_beta_sigmas", config.use_beta_sigmas == Some(true)),
                ("invert_sigmas", config.invert_sigmas),
            ],
        )?;
        let trained = config.num_train_timesteps as f64;
        let shift = |sigma: f64| config.shift * sigma / (1.0 + (config.shift - 1.0) * sigma);
        let shifts_by_size = config.use_dynamic_shifting;
        let least = 1.0 / trained;
        let least = if shifts_by_size { least } else { shift(least) };
        let gaps = steps.saturating_sub(1).max(1) as f64;
        let even = (0..steps).map(|index| 1.0 + (least - 1.0) * index as f64 / gaps);
        let mut sigmas: Vec<f64> = if shifts_by_size {
            // The larger the picture, the more noise it takes to hide it.
            let slope = (config.max_shift - config.base_shift)
                / (config.max_image_seq_len - config.base_image_seq_len);
            let mu = config.base_shift + slope * (tokens as f64 - config.base_image_seq_len);
            let factor = match config.time_shift_type.as_deref().unwrap_or("exponential") {
                "exponential" => mu.exp(),
                "linear" => mu,
                other => return Err(unknown(kind, format!("time_shift_type {other}"))),
            };
            even.map(|sigma| factor / (factor + (1.0 / sigma - 1.0)))
                .collect()
        } else {
            even.map(shift).collect()
        };
        if let (Some(end), Some(&last)) = (config.shift_terminal, sigmas.last()) {
            let scale = (1.0 - last) / (1.0 - end);
            for sigma in &mut sigmas {
                *sigma = 1.0 - (1.0 - *sigma) / scale;
            }
        }
        let (from, to) = (sigmas[0], sigmas[steps - 1]);
        if config.use_karras_sigmas == Some(true) {
            sigmas = karras(config, from, to, steps);
        } else if config.use_exponential_sigmas == Some(true) {
            sigmas = exponential(config, from, to, steps);
        }
        let sigmas: Vec<f32> = sigmas.into_iter().map(|sigma| sigma as f32).collect();
        Ok(Self {
            timesteps: sigmas.iter().map(|sigma| sigma * trained as f32).collect(),
            sigmas: sigmas.iter().map(|&s| f64::from(s)).chain([0.0]).collect(),
            stochastic: config.stochastic_sampling,
        })
    }
}

impl Scheduler for FlowEuler {
    fn timesteps(&self) -> &[f32] {
        &self.timesteps
    }

    fn noise_level(&self, index: usize) -> f32 {
        self.sigmas[index] as f32
    }

    fn initial_sigma(&self) -> f32 {
        1.0
    }

    fn input_scale(&self, _index: usize) -> f32 {
        1.0
    }

    fn add_noise(&self, index: usize, clean: &[f32], noise: &[f32]) -> Vec<f32> {
        let sigma = self.sigmas[index];
        combine(1.0 - sigma, clean, sigma, noise)
    }

    fn step(
        &mut self,
        index: usize,
        output: &[f32],
        latents: &[f32],
        noise: &mut Noise<'_>,
    ) -> StepOutput {
        let (from, to) = (self.sigmas[index], self.sigmas[index + 1]);
        let denoised = combine(1.0, latents, -from, output);
        let latents = if self.stochastic {
            let mut fresh = vec![0.0; latents.len()];
            noise(&mut fresh);
            combine(1.0 - to, &denoised, to, &fresh)
        } else {
            combine(1.0, latents, to - from, output)
        };
        StepOutput { latents, denoised }
    }
}
