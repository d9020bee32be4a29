//! Which sampling methods there are, and what they are called.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

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
}

/// A variant of a scheduler that its configuration asks for and that is not known here.
pub(super) fn unknown(kind: SchedulerKind, reason: impl Into<String>) -> Error {
    Error::UnknownScheduler {
        name: kind.name().to_owned(),
        reason: reason.into(),
    }
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
