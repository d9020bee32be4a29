//! Euler's method on the probability flow (Karras et al., 2022, algorithm 2 without churn).

use super::{
    betas::{self, alphas_cumprod},
    config::{PredictionType, SchedulerConfig, Spacing, refuse},
    kind::{SchedulerKind, unknown},
    scheduler::{Noise, Scheduler, StepOutput, combine},
    sigmas::{SigmaTable, exponential, karras, noise_share},
    spacing::timesteps,
};
use crate::Result;

/// Timesteps and sigmas of schedulers whose latents are `clean + sigma * noise`.
#[derive(Debug, Clone)]
pub(super) struct VeSchedule {
    pub(super) timesteps: Vec<f32>,
    /// One more than there are steps: the last is what is left in the end.
    pub(super) sigmas: Vec<f64>,
    initial_sigma: f64,
    prediction: PredictionType,
}

impl VeSchedule {
    fn new(
        config: &SchedulerConfig,
        spacing: Spacing,
        timesteps: Vec<f64>,
        mut sigmas: Vec<f64>,
        end: f64,
    ) -> Self {
        // Sigmas travel in float32 in the reference.
        sigmas.push(end);
        let sigmas: Vec<f64> = sigmas.into_iter().map(|s| f64::from(s as f32)).collect();
        let most = sigmas.iter().copied().fold(0.0, f64::max);
        Self {
            timesteps: timesteps.into_iter().map(|t| t as f32).collect(),
            sigmas,
            initial_sigma: match spacing {
                Spacing::Linspace | Spacing::Trailing => most,
                Spacing::Leading => (most * most + 1.0).sqrt(),
            },
            prediction: config.prediction_type,
        }
    }

    pub(super) fn noise_level(&self, index: usize) -> f32 {
        noise_share(self.sigmas[index])
    }

    pub(super) fn initial_sigma(&self) -> f32 {
        self.initial_sigma as f32
    }

    pub(super) fn input_scale(&self, index: usize) -> f32 {
        let sigma = self.sigmas[index];
        (1.0 / (sigma * sigma + 1.0).sqrt()) as f32
    }

    pub(super) fn add_noise(&self, index: usize, clean: &[f32], noise: &[f32]) -> Vec<f32> {
        combine(1.0, clean, self.sigmas[index], noise)
    }

    /// The clean latents, as `clean + sigma * noise` has them.
    pub(super) fn denoised(&self, index: usize, output: &[f32], latents: &[f32]) -> Vec<f32> {
        let sigma = self.sigmas[index];
        match self.prediction {
            PredictionType::Velocity => {
                let power = sigma * sigma + 1.0;
                combine(1.0 / power, latents, -sigma / power.sqrt(), output)
            }
            other => other.denoised(output, latents, 1.0, sigma),
        }
    }
}

/// Timesteps of the spacing and the sigmas there.
pub(super) fn spaced(
    config: &SchedulerConfig,
    kind: SchedulerKind,
    steps: usize,
) -> Result<VeSchedule> {
    if config.prediction_type == PredictionType::Flow {
        return Err(unknown(kind, "the model predicts flows"));
    }
    let table = SigmaTable::new(config, &alphas_cumprod(config, betas::DDPM));
    let spacing = config.timestep_spacing.unwrap_or(Spacing::Linspace);
    let timesteps = timesteps(config, spacing, steps);
    let sigmas = timesteps.iter().map(|&t| table.at(t)).collect();
    Ok(VeSchedule::new(config, spacing, timesteps, sigmas, 0.0))
}

#[derive(Debug, Clone)]
pub(super) struct Euler {
    schedule: VeSchedule,
}

impl Euler {
    pub(super) fn new(config: &SchedulerConfig, steps: usize) -> Result<Self> {
        let kind = SchedulerKind::Euler;
        let interpolation = config.interpolation_type.as_deref();
        let continuous = config.timestep_type.as_deref() == Some("continuous");
        refuse(
            kind,
            &[
                ("use_beta_sigmas", config.use_beta_sigmas == Some(true)),
                (
                    "interpolation_type",
                    interpolation.is_some_and(|name| name != "linear"),
                ),
            ],
        )?;
        let mut schedule = spaced(config, kind, steps)?;
        let table = SigmaTable::new(config, &alphas_cumprod(config, betas::DDPM));
        let (from, to) = (schedule.sigmas[0], schedule.sigmas[steps - 1]);
        let sigmas = if config.use_karras_sigmas == Some(true) {
            Some(karras(config, from, to, steps))
        } else if config.use_exponential_sigmas == Some(true) {
            Some(exponential(config, from, to, steps))
        } else {
            None
        };
        let spacing = config.timestep_spacing.unwrap_or(Spacing::Linspace);
        let mut timesteps: Vec<f64> = schedule.timesteps.iter().map(|&t| f64::from(t)).collect();
        let sigmas = match sigmas {
            Some(sigmas) => {
                timesteps = sigmas.iter().map(|&sigma| table.timestep(sigma)).collect();
                sigmas
            }
            None => schedule.sigmas[..steps].to_vec(),
        };
        // Models of continuous time (Karras et al., 2022, table 1: c_noise) get the sigma.
        if continuous && config.prediction_type == PredictionType::Velocity {
            timesteps = sigmas.iter().map(|sigma| 0.25 * sigma.ln()).collect();
        }
        schedule = VeSchedule::new(config, spacing, timesteps, sigmas, table.end(config));
        Ok(Self { schedule })
    }
}

impl Scheduler for Euler {
    fn timesteps(&self) -> &[f32] {
        &self.schedule.timesteps
    }

    fn noise_level(&self, index: usize) -> f32 {
        self.schedule.noise_level(index)
    }

    fn initial_sigma(&self) -> f32 {
        self.schedule.initial_sigma()
    }

    fn input_scale(&self, index: usize) -> f32 {
        self.schedule.input_scale(index)
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
        let denoised = self.schedule.denoised(index, output, latents);
        // The straight line from the latents to the clean ones, as far as the next sigma.
        let rest = self.schedule.sigmas[index + 1] / self.schedule.sigmas[index];
        StepOutput {
            latents: combine(rest, latents, 1.0 - rest, &denoised),
            denoised,
        }
    }
}
