//! Which of the training steps are visited (Lin et al., 2023, table 2).

use super::config::{SchedulerConfig, Spacing};

/// Timesteps from noise to picture; not rounded where `Linspace` falls between two.
pub(super) fn timesteps(config: &SchedulerConfig, spacing: Spacing, steps: usize) -> Vec<f64> {
    let trained = config.num_train_timesteps;
    let from_picture = |at: &dyn Fn(usize) -> f64| (0..steps).rev().map(at).collect();
    match spacing {
        Spacing::Linspace => {
            let gap = (trained - 1) as f64 / steps.saturating_sub(1).max(1) as f64;
            from_picture(&|index| index as f64 * gap)
        }
        Spacing::Leading => {
            let ratio = trained / steps;
            let limit = (trained - 1) as f64;
            from_picture(&|index| {
                ((index * ratio) as f64 + config.steps_offset as f64).clamp(0.0, limit)
            })
        }
        Spacing::Trailing => trailing(trained, trained as f64 / steps as f64, steps),
    }
}

/// From the last training step down in equal strides.
pub(super) fn trailing(last: usize, stride: f64, steps: usize) -> Vec<f64> {
    (0..steps)
        .map(|index| ((last as f64 - index as f64 * stride).round_ties_even() - 1.0).max(0.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_ways_of_the_paper() {
        let config = SchedulerConfig {
            steps_offset: 1,
            ..SchedulerConfig::default()
        };
        let of = |spacing| timesteps(&config, spacing, 4);
        assert_eq!(of(Spacing::Linspace), [999.0, 666.0, 333.0, 0.0]);
        assert_eq!(of(Spacing::Leading), [751.0, 501.0, 251.0, 1.0]);
        assert_eq!(of(Spacing::Trailing), [999.0, 749.0, 499.0, 249.0]);
    }

    #[test]
    fn one_step_and_all_steps_can_be_had() {
        let config = SchedulerConfig::default();
        for spacing in [Spacing::Linspace, Spacing::Leading, Spacing::Trailing] {
            for steps in [1, 7, 999, 1000] {
                let found = timesteps(&config, spacing, steps);
                assert_eq!(found.len(), steps);
                assert!(
                    found.iter().all(|&t| (0.0..1000.0).contains(&t)),
                    "{spacing:?}"
                );
            }
        }
    }
}
