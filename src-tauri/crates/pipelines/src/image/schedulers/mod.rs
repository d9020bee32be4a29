//! How much noise is left at each step, and how to get from one step to the next.
//!
//! Each scheduler is a pure machine built from a `scheduler_config.json` as diffusers writes it and
//! a number of steps: slices in, values out. All are checked step by step against diffusers'
//! numbers (`tests/golden/image/schedulers.json`).

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

mod betas;
mod config;
mod ddim;
mod dpm_solver;
mod euler;
mod euler_ancestral;
mod flow_euler;
mod lcm;
mod levels;
mod pndm;
mod prediction;
mod sigmas;
mod spacing;

pub use config::SchedulerConfig;

/// Fills a slice with standard normal numbers.
pub type Noise<'a> = dyn FnMut(&mut [f32]) + 'a;

/// What one step gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Stepped {
    /// The latents with less noise, for the next step.
    pub latents: Vec<f32>,
    /// The estimate of the clean latents that the step was made from.
    pub denoised: Vec<f32>,
}

/// The way from noise to one picture. Solvers of several steps remember the earlier ones, so each
/// picture has a scheduler of its own, stepped through in order from any index on.
pub trait Scheduler: Send + std::fmt::Debug {
    /// What the denoiser is told at each step; as many as there are steps.
    fn timesteps(&self) -> &[f32];

    /// The share of noise before step `index`, 0 to 1 (see [`super::ImageStep::noise_level`]).
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
    ) -> Stepped;
}

/// The sampling methods there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum SchedulerKind {
    Ddim,
    Pndm,
    Euler,
    EulerAncestral,
    DpmSolver,
    Lcm,
    FlowEuler,
}

impl SchedulerKind {
    /// Those that any diffusion model can be sampled with; the others need a model of their own.
    pub const INTERCHANGEABLE: &'static [Self] = &[
        Self::Ddim,
        Self::Pndm,
        Self::Euler,
        Self::EulerAncestral,
        Self::DpmSolver,
    ];

    /// Those that a model can be sampled with whose own kind is this; None is not known.
    pub fn choices(own: Option<Self>) -> &'static [Self] {
        match own {
            Some(Self::Lcm | Self::FlowEuler) => &[],
            _ => Self::INTERCHANGEABLE,
        }
    }

    /// By its name in diffusers: `EulerDiscreteScheduler`.
    ///
    /// # Errors
    /// `UnknownScheduler`.
    pub fn of_class(class: &str) -> Result<Self> {
        Ok(match class {
            "DDIMScheduler" => Self::Ddim,
            "PNDMScheduler" => Self::Pndm,
            "EulerDiscreteScheduler" => Self::Euler,
            "EulerAncestralDiscreteScheduler" => Self::EulerAncestral,
            "DPMSolverMultistepScheduler" => Self::DpmSolver,
            "LCMScheduler" => Self::Lcm,
            "FlowMatchEulerDiscreteScheduler" => Self::FlowEuler,
            other => {
                return Err(Error::UnknownScheduler {
                    name: other.to_owned(),
                    reason: "choose another for the run".to_owned(),
                });
            }
        })
    }

    /// The name in the field: `DPM-Solver++ 2M`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ddim => "DDIM",
            Self::Pndm => "PNDM",
            Self::Euler => "Euler",
            Self::EulerAncestral => "Euler ancestral",
            Self::DpmSolver => "DPM-Solver++ 2M",
            Self::Lcm => "LCM",
            Self::FlowEuler => "Flow-matching Euler",
        }
    }

    /// The scheduler for a number of steps. `tokens` is the number of patches a flow transformer
    /// sees, for schedules that depend on the picture's size.
    ///
    /// # Errors
    /// `UnknownScheduler` where the configuration asks for a variant nobody here knows; `Parameter`
    /// for steps it cannot make.
    pub fn build(
        self,
        config: &SchedulerConfig,
        steps: usize,
        tokens: usize,
    ) -> Result<Box<dyn Scheduler>> {
        config.check()?;
        if steps == 0 || steps > config.num_train_timesteps {
            return Err(Error::parameter(
                "steps",
                steps,
                "1 to the number of steps that the model was trained with",
            ));
        }
        Ok(match self {
            Self::Ddim => Box::new(ddim::Ddim::new(config, steps)?),
            Self::Pndm => Box::new(pndm::Pndm::new(config, steps)?),
            Self::Euler => Box::new(euler::Euler::new(config, steps)?),
            Self::EulerAncestral => Box::new(euler_ancestral::EulerAncestral::new(config, steps)?),
            Self::DpmSolver => Box::new(dpm_solver::DpmSolver::new(config, steps)?),
            Self::Lcm => Box::new(lcm::Lcm::new(config, steps)?),
            Self::FlowEuler => Box::new(flow_euler::FlowEuler::new(config, steps, tokens)?),
        })
    }
}

/// A variant of a scheduler that its configuration asks for and nobody here knows.
fn unknown(kind: SchedulerKind, reason: impl Into<String>) -> Error {
    Error::UnknownScheduler {
        name: kind.name().to_owned(),
        reason: reason.into(),
    }
}

/// `a * x + b * y`, element by element.
fn combine(a: f64, x: &[f32], b: f64, y: &[f32]) -> Vec<f32> {
    let (a, b) = (a as f32, b as f32);
    x.iter().zip(y).map(|(x, y)| a * x + b * y).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_taught_another_way_of_sampling_keep_it() {
        assert!(SchedulerKind::choices(Some(SchedulerKind::Lcm)).is_empty());
        assert!(SchedulerKind::choices(None).contains(&SchedulerKind::DpmSolver));
    }
}
