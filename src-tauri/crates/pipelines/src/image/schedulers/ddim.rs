//! DDIM without added noise (Song et al., 2020, "Denoising diffusion implicit models", eta = 0).

use super::{
    alpha_schedule::{AlphaSchedule, roots},
    betas::{self, alphas_cumprod},
    config::{PredictionType, SchedulerConfig, Spacing},
    kind::{SchedulerKind, unknown},
    prediction::Bounds,
    scheduler::{Noise, Scheduler, StepOutput, combine},
    spacing::timesteps,
};
use crate::Result;

#[derive(Debug, Clone)]
pub(super) struct Ddim {
    schedule: AlphaSchedule,
    /// The signal power after the last step.
    end: f32,
    /// How many training steps one step goes.
    stride: usize,
    prediction: PredictionType,
    bounds: Bounds,
}

impl Ddim {
    pub(super) fn new(config: &SchedulerConfig, steps: usize) -> Result<Self> {
        if config.prediction_type == PredictionType::Flow {
            return Err(unknown(SchedulerKind::Ddim, "the model predicts flows"));
        }
        let spacing = config.timestep_spacing.unwrap_or(Spacing::Leading);
        let timesteps = timesteps(config, spacing, steps).into_iter();
        let alphas_cumprod = alphas_cumprod(config, betas::DDPM);
        let end = if config.set_alpha_to_one.unwrap_or(true) {
            1.0
        } else {
            alphas_cumprod[0]
        };
        Ok(Self {
            schedule: AlphaSchedule {
                timesteps: timesteps.map(|t| t.round_ties_even() as f32).collect(),
                alphas_cumprod,
            },
            end,
            stride: config.num_train_timesteps / steps,
            prediction: config.prediction_type,
            bounds: Bounds::of(config, true),
        })
    }
}

impl Scheduler for Ddim {
    fn timesteps(&self) -> &[f32] {
        &self.schedule.timesteps
    }

    fn noise_level(&self, index: usize) -> f32 {
        self.schedule.noise(index)
    }

    fn initial_sigma(&self) -> f32 {
        1.0
    }

    fn input_scale(&self, _index: usize) -> f32 {
        1.0
    }

    fn add_noise(&self, index: usize, clean: &[f32], noise: &[f32]) -> Vec<f32> {
        self.schedule.add_noise(index, clean, noise)
    }

    fn step(
        &mut self,
        index: usize,
        output: &[f32],
        latents: &[f32],
        _noise: &mut Noise<'_>,
    ) -> StepOutput {
        let (alpha, sigma) = self.schedule.at(index);
        let mut denoised = self.prediction.denoised(output, latents, alpha, sigma);
        // The noise is what the network said, not what bounds make of the clean latents.
        let epsilon = match self.prediction {
            PredictionType::Velocity => combine(alpha, output, sigma, latents),
            PredictionType::Sample => combine(1.0 / sigma, latents, -alpha / sigma, &denoised),
            PredictionType::Epsilon | PredictionType::Flow => output.to_vec(),
        };
        self.bounds.apply(&mut denoised);
        let next = (self.schedule.timesteps[index] as usize).checked_sub(self.stride);
        let (alpha, sigma) =
            roots(next.map_or(self.end, |next| self.schedule.alphas_cumprod[next]));
        StepOutput {
            latents: combine(alpha, &denoised, sigma, &epsilon),
            denoised,
        }
    }
}
