//! How much noise is left at each step, and how to get from one step to the next.
//!
//! Each scheduler is a pure machine built from a `scheduler_config.json` as diffusers writes it and
//! a number of steps: slices in, values out. All are checked step by step against diffusers'
//! numbers (`tests/golden/image/schedulers.json`).

use crate::{Allowed, Error, Result};

mod alpha_schedule;
mod betas;
mod config;
mod ddim;
mod dpm_solver;
mod euler;
mod euler_ancestral;
mod flow_euler;
mod kind;
mod lcm;
mod pndm;
mod prediction;
mod scheduler;
mod sigmas;
mod spacing;

pub use config::SchedulerConfig;
pub use kind::SchedulerKind;
pub use scheduler::{Noise, Scheduler, StepOutput};

impl SchedulerKind {
    /// The scheduler for a number of steps. `tokens` is the number of patches a flow transformer
    /// sees, for schedules that depend on the picture's size.
    ///
    /// # Errors
    /// `UnknownScheduler` where the configuration asks for a variant that is not known here; `Parameter`
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
                Allowed::Range {
                    from: "1".to_owned(),
                    to: config.num_train_timesteps.to_string(),
                },
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
