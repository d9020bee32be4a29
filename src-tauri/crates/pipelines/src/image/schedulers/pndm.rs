//! Pseudo linear multistep (Liu et al., 2022, "Pseudo numerical methods for diffusion models on
//! manifolds"), without the Runge-Kutta start: what Stable Diffusion's own folders name.

use super::{
    alpha_schedule::{AlphaSchedule, roots},
    betas::{self, alphas_cumprod},
    config::{PredictionType, SchedulerConfig, Spacing},
    kind::{SchedulerKind, unknown},
    scheduler::{Noise, Scheduler, StepOutput, combine},
    spacing::timesteps,
};
use crate::Result;

#[derive(Debug, Clone)]
pub(super) struct Pndm {
    /// The second timestep is visited twice: the first visit only measures the slope there.
    schedule: AlphaSchedule,
    end: f32,
    stride: usize,
    prediction: PredictionType,
    /// What the network predicted before, newest last; at most three.
    outputs: Vec<Vec<f32>>,
    /// The latents that the step to be made again began at.
    restart: Option<Vec<f32>>,
}

impl Pndm {
    pub(super) fn new(config: &SchedulerConfig, steps: usize) -> Result<Self> {
        let kind = SchedulerKind::Pndm;
        if !matches!(
            config.prediction_type,
            PredictionType::Epsilon | PredictionType::Velocity
        ) {
            return Err(unknown(
                kind,
                "the model predicts neither noise nor velocity",
            ));
        }
        // Folders of this class say whether; those of others, whose schedule may be borrowed, not.
        if config.class_name == "PNDMScheduler" && !config.skip_prk_steps {
            return Err(unknown(kind, "skip_prk_steps is off"));
        }
        let alphas_cumprod = alphas_cumprod(config, betas::DDPM);
        let spacing = config.timestep_spacing.unwrap_or(Spacing::Leading);
        let mut timesteps: Vec<f32> = timesteps(config, spacing, steps)
            .into_iter()
            .map(|t| t.round_ties_even() as f32)
            .collect();
        if let Some(&second) = timesteps.get(1) {
            timesteps.insert(1, second);
        }
        Ok(Self {
            end: if config.set_alpha_to_one.unwrap_or(false) {
                1.0
            } else {
                alphas_cumprod[0]
            },
            schedule: AlphaSchedule {
                timesteps,
                alphas_cumprod,
            },
            stride: config.num_train_timesteps / steps,
            prediction: config.prediction_type,
            outputs: Vec::new(),
            restart: None,
        })
    }

    fn power(&self, timestep: Option<usize>) -> f32 {
        let found = timestep.and_then(|timestep| self.schedule.alphas_cumprod.get(timestep));
        found.copied().unwrap_or(self.end)
    }

    /// Formula 9 of the paper.
    fn transfer(
        &self,
        latents: &[f32],
        from: usize,
        to: Option<usize>,
        output: &[f32],
    ) -> Vec<f32> {
        let (power_from, power_to) = (self.power(Some(from)), self.power(to));
        let ((alpha, sigma), (alpha_to, sigma_to)) = (roots(power_from), roots(power_to));
        let epsilon = match self.prediction {
            PredictionType::Velocity => combine(alpha, output, sigma, latents),
            _ => output.to_vec(),
        };
        let (power_from, power_to) = (f64::from(power_from), f64::from(power_to));
        let divisor = power_from * sigma_to + alpha * sigma * alpha_to;
        let share = (power_to - power_from) / divisor;
        combine(alpha_to / alpha, latents, -share, &epsilon)
    }
}

/// The slope from the newest output and those before (Adams and Bashforth).
fn multistep(newest: &[f32], before: &[Vec<f32>]) -> Vec<f32> {
    let weights: &[f64] = match before.len() {
        0 => &[1.0],
        1 => &[3.0 / 2.0, -1.0 / 2.0],
        2 => &[23.0 / 12.0, -16.0 / 12.0, 5.0 / 12.0],
        _ => &[55.0 / 24.0, -59.0 / 24.0, 37.0 / 24.0, -9.0 / 24.0],
    };
    let start = combine(weights[0], newest, 0.0, newest);
    let older = before.iter().rev().zip(&weights[1..]);
    older.fold(start, |sum, (output, &weight)| {
        combine(1.0, &sum, weight, output)
    })
}

impl Scheduler for Pndm {
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
        let timestep = self.schedule.timesteps[index] as usize;
        let (alpha, sigma) = roots(self.power(Some(timestep)));
        let denoised = self.prediction.denoised(output, latents, alpha, sigma);
        let restart = self.restart.take();
        let latents = if let (Some(start), Some(first)) = (restart, self.outputs.last()) {
            // The second visit: the first step again, with the mean of the slopes at both ends.
            let slope = combine(0.5, output, 0.5, first);
            let from = timestep + self.stride;
            self.transfer(&start, from, Some(timestep), &slope)
        } else {
            let slope = multistep(output, &self.outputs);
            if index == 0 && self.schedule.timesteps.len() > 1 {
                self.restart = Some(latents.to_vec());
            }
            self.outputs.push(output.to_vec());
            if self.outputs.len() > 3 {
                self.outputs.remove(0);
            }
            let to = timestep.checked_sub(self.stride);
            self.transfer(latents, timestep, to, &slope)
        };
        StepOutput { latents, denoised }
    }
}
