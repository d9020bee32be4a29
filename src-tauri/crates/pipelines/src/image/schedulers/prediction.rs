//! What a network was trained to predict, and the clean latents that follow from it.

use super::{
    config::{PredictionType, SchedulerConfig},
    scheduler::combine,
};

impl PredictionType {
    /// The clean latents, from latents that are `alpha * clean + sigma * noise`.
    pub(super) fn denoised(
        self,
        output: &[f32],
        latents: &[f32],
        alpha: f64,
        sigma: f64,
    ) -> Vec<f32> {
        match self {
            Self::Epsilon => combine(1.0 / alpha, latents, -sigma / alpha, output),
            Self::Velocity => combine(alpha, latents, -sigma, output),
            Self::Sample => output.to_vec(),
            Self::Flow => combine(1.0, latents, -sigma, output),
        }
    }
}

/// Keeps the estimate of the clean latents in bounds, as the configuration asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bounds {
    None,
    Clip(f32),
    /// Dynamic thresholding (Saharia et al., 2022, 2.3): a quantile of the values, and the most it
    /// may become.
    Threshold {
        quantile: f64,
        max: f32,
    },
}

impl Bounds {
    /// `clips` is what the class does where the configuration does not say.
    pub(super) fn of(config: &SchedulerConfig, clips: bool) -> Self {
        if config.thresholding {
            Self::Threshold {
                quantile: config.dynamic_thresholding_ratio.clamp(0.0, 1.0),
                max: config.sample_max_value.max(1.0) as f32,
            }
        } else if config.clip_sample.unwrap_or(clips) {
            Self::Clip(config.clip_sample_range.abs() as f32)
        } else {
            Self::None
        }
    }

    pub(super) fn apply(self, denoised: &mut [f32]) {
        match self {
            Self::None => {}
            Self::Clip(range) => {
                for value in denoised {
                    *value = value.clamp(-range, range);
                }
            }
            Self::Threshold { quantile, max } => {
                let size = quantile_of_sizes(denoised, quantile).clamp(1.0, max);
                for value in denoised {
                    *value = value.clamp(-size, size) / size;
                }
            }
        }
    }
}

/// As `torch.quantile`: linear between the two values next to it.
fn quantile_of_sizes(values: &[f32], quantile: f64) -> f32 {
    let mut sizes: Vec<f32> = values.iter().map(|value| value.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let Some(last) = sizes.len().checked_sub(1) else {
        return 0.0;
    };
    let place = quantile * last as f64;
    let low = place.floor() as usize;
    let (below, above) = (sizes[low], sizes[(low + 1).min(last)]);
    below + (above - below) * (place - low as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f32], expected: &[f32]) -> bool {
        let pairs = found.iter().zip(expected);
        found.len() == expected.len() && pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-6)
    }

    #[test]
    fn every_prediction_finds_the_clean_latents_again() {
        let (alpha, sigma) = (0.8_f64, 0.6_f64);
        let (clean, noise) = ([0.3_f32, -1.5], [1.1_f32, 0.2]);
        let latents = combine(alpha, &clean, sigma, &noise);
        let velocity = combine(alpha, &noise, -sigma, &clean);
        for (kind, output) in [
            (PredictionType::Epsilon, noise.to_vec()),
            (PredictionType::Velocity, velocity),
            (PredictionType::Sample, clean.to_vec()),
        ] {
            let found = kind.denoised(&output, &latents, alpha, sigma);
            for (found, clean) in found.iter().zip(clean) {
                assert!((found - clean).abs() < 1e-6, "{kind:?}");
            }
        }
    }

    #[test]
    fn a_few_wild_values_are_tamed_without_flattening_the_rest() {
        let mut values = [0.5, -0.5, 2.0, -4.0];
        Bounds::Threshold {
            quantile: 1.0,
            max: 10.0,
        }
        .apply(&mut values);
        assert!(near(&values, &[0.125, -0.125, 0.5, -1.0]), "{values:?}");
        let mut values = [0.5, -3.0];
        Bounds::Clip(1.0).apply(&mut values);
        assert!(near(&values, &[0.5, -1.0]), "{values:?}");
        Bounds::Threshold {
            quantile: 0.5,
            max: 1.0,
        }
        .apply(&mut []);
    }
}
