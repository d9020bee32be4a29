//! Euler's method that goes too far at each step and adds fresh noise (k-diffusion's
//! `sample_euler_ancestral`).

use super::{
    config::SchedulerConfig,
    euler::{VeSchedule, spaced},
    kind::SchedulerKind,
    scheduler::{Noise, Scheduler, StepOutput, combine},
};
use crate::Result;

#[derive(Debug, Clone)]
pub(super) struct EulerAncestral {
    schedule: VeSchedule,
}

impl EulerAncestral {
    pub(super) fn new(config: &SchedulerConfig, steps: usize) -> Result<Self> {
        Ok(Self {
            schedule: spaced(config, SchedulerKind::EulerAncestral, steps)?,
        })
    }
}

impl Scheduler for EulerAncestral {
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
        noise: &mut Noise<'_>,
    ) -> StepOutput {
        let denoised = self.schedule.denoised(index, output, latents);
        let (from, to) = (self.schedule.sigmas[index], self.schedule.sigmas[index + 1]);
        // to² = down² + up²: what the step goes down to, and the noise that lifts it up again.
        let up = (to * to * (from * from - to * to) / (from * from)).sqrt();
        let down = (to * to - up * up).max(0.0).sqrt();
        let rest = down / from;
        let calm = combine(rest, latents, 1.0 - rest, &denoised);
        // Drawn at the last step too, where it counts for nothing: the reference does.
        let mut fresh = vec![0.0; latents.len()];
        noise(&mut fresh);
        StepOutput {
            latents: combine(1.0, &calm, up, &fresh),
            denoised,
        }
    }
}
