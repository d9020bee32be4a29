//! Multistep consistency sampling (Luo et al., 2023, "Latent consistency models", algorithm 1).

use super::{
    alpha_schedule::AlphaSchedule,
    betas::{BetaDefaults, alphas_cumprod},
    config::{BetaSchedule, PredictionType, SchedulerConfig},
    kind::{SchedulerKind, unknown},
    prediction::Bounds,
    scheduler::{Noise, Scheduler, StepOutput, combine},
};
use crate::{Allowed, Error, Result};

/// The standard deviation of the data, in the boundary condition.
const SIGMA_DATA: f64 = 0.5;

const DEFAULTS: BetaDefaults = BetaDefaults {
    start: 0.00085,
    end: 0.012,
    schedule: BetaSchedule::ScaledLinear,
};

#[derive(Debug, Clone)]
pub(super) struct Lcm {
    schedule: AlphaSchedule,
    timestep_scaling: f64,
    prediction: PredictionType,
    bounds: Bounds,
}

impl Lcm {
    pub(super) fn new(config: &SchedulerConfig, steps: usize) -> Result<Self> {
        if config.prediction_type == PredictionType::Flow {
            return Err(unknown(SchedulerKind::Lcm, "the model predicts flows"));
        }
        let original = config.original_inference_steps;
        if steps > original {
            return Err(Error::parameter(
                "steps",
                steps,
                Allowed::Range {
                    from: "1".to_owned(),
                    to: original.to_string(),
                },
            ));
        }
        // Evenly among the steps it was distilled from.
        let stride = config.num_train_timesteps / original;
        let timestep = |index: usize| {
            let skipped = index * original / steps;
            ((original - skipped) * stride - 1) as f32
        };
        Ok(Self {
            schedule: AlphaSchedule {
                timesteps: (0..steps).map(timestep).collect(),
                alphas_cumprod: alphas_cumprod(config, DEFAULTS),
            },
            timestep_scaling: config.timestep_scaling,
            prediction: config.prediction_type,
            bounds: Bounds::of(config, false),
        })
    }
}

impl Scheduler for Lcm {
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
        noise: &mut Noise<'_>,
    ) -> StepOutput {
        let (alpha, sigma) = self.schedule.at(index);
        let mut clean = self.prediction.denoised(output, latents, alpha, sigma);
        self.bounds.apply(&mut clean);
        // The boundary condition: at time 0 the network may change nothing.
        let time = f64::from(self.schedule.timesteps[index]) * self.timestep_scaling;
        let power = time * time + SIGMA_DATA * SIGMA_DATA;
        let skip = SIGMA_DATA * SIGMA_DATA / power;
        let denoised = combine(time / power.sqrt(), &clean, skip, latents);
        if index + 1 == self.schedule.timesteps.len() {
            return StepOutput {
                latents: denoised.clone(),
                denoised,
            };
        }
        let mut fresh = vec![0.0; latents.len()];
        noise(&mut fresh);
        let (alpha, sigma) = self.schedule.at(index + 1);
        StepOutput {
            latents: combine(alpha, &denoised, sigma, &fresh),
            denoised,
        }
    }
}
