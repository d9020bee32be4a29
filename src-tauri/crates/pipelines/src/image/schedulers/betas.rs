//! How fast the picture was drowned in noise while the model was trained.

use super::config::{BetaSchedule, SchedulerConfig};

/// What a class takes where its configuration names nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct BetaDefaults {
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) schedule: BetaSchedule,
}

pub(super) const DDPM: BetaDefaults = BetaDefaults {
    start: 0.0001,
    end: 0.02,
    schedule: BetaSchedule::Linear,
};

/// The share of signal power that is left at each training step: the running product of 1 - beta,
/// in the precision that models were trained with.
pub(super) fn alphas_cumprod(config: &SchedulerConfig, defaults: BetaDefaults) -> Vec<f32> {
    let count = config.num_train_timesteps;
    let start = config.beta_start.unwrap_or(defaults.start);
    let end = config.beta_end.unwrap_or(defaults.end);
    let betas: Vec<f32> = match (&config.trained_betas, config.beta_schedule) {
        (Some(betas), _) => betas.iter().map(|&beta| beta as f32).collect(),
        (None, schedule) => match schedule.unwrap_or(defaults.schedule) {
            BetaSchedule::Linear => linear(start, end, count).collect(),
            BetaSchedule::ScaledLinear => {
                let roots = linear(start.sqrt(), end.sqrt(), count);
                roots.map(|root| root * root).collect()
            }
            BetaSchedule::SquaredCosine => cosine(count),
        },
    };
    let alphas = betas.iter().map(|beta| 1.0 - beta);
    let products = running_product(alphas);
    if config.rescale_betas_zero_snr {
        return running_product(zero_terminal_snr(&products).into_iter());
    }
    products
}

/// As `torch.linspace` in float32: from both ends to the middle.
fn linear(start: f64, end: f64, count: usize) -> impl Iterator<Item = f32> {
    let (start, end) = (start as f32, end as f32);
    let step = (end - start) / (count - 1) as f32;
    (0..count).map(move |index| {
        if index < count / 2 {
            start + step * index as f32
        } else {
            end - step * (count - 1 - index) as f32
        }
    })
}

fn cosine(count: usize) -> Vec<f32> {
    const MAX_BETA: f64 = 0.999;
    let alpha_bar = |at: usize| {
        let time = at as f64 / count as f64;
        ((time + 0.008) / 1.008 * std::f64::consts::FRAC_PI_2)
            .cos()
            .powi(2)
    };
    (0..count)
        .map(|index| (1.0 - alpha_bar(index + 1) / alpha_bar(index)).min(MAX_BETA) as f32)
        .collect()
}

fn running_product(values: impl Iterator<Item = f32>) -> Vec<f32> {
    values
        .scan(1.0_f64, |product, value| {
            *product *= f64::from(value);
            Some(*product as f32)
        })
        .collect()
}

/// The alphas of a schedule whose last step is noise alone (Lin et al., 2023, algorithm 1).
fn zero_terminal_snr(products: &[f32]) -> Vec<f32> {
    let roots: Vec<f32> = products.iter().map(|product| product.sqrt()).collect();
    // The configuration was checked: there are at least two steps.
    let (first, last) = (roots[0], roots[roots.len() - 1]);
    let scale = first / (first - last);
    let shifted = roots.iter().map(|root| (root - last) * scale);
    let squares: Vec<f32> = shifted.map(|root| root * root).collect();
    let ratios = squares.windows(2).map(|pair| pair[1] / pair[0]);
    let alphas = std::iter::once(squares[0]).chain(ratios);
    // Through betas and back, which rounds as the reference does.
    alphas.map(|alpha| 1.0 - (1.0 - alpha)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signal_only_ever_falls() {
        for schedule in [
            BetaSchedule::Linear,
            BetaSchedule::ScaledLinear,
            BetaSchedule::SquaredCosine,
        ] {
            let config = SchedulerConfig {
                beta_schedule: Some(schedule),
                ..SchedulerConfig::default()
            };
            let products = alphas_cumprod(&config, DDPM);
            assert_eq!(products.len(), 1000);
            assert!(products.is_sorted_by(|a, b| a > b), "{schedule:?}");
        }
    }

    #[test]
    fn a_rescaled_schedule_ends_in_noise_alone() {
        let config = SchedulerConfig {
            rescale_betas_zero_snr: true,
            ..SchedulerConfig::default()
        };
        let products = alphas_cumprod(&config, DDPM);
        assert!(products[999].abs() < f32::MIN_POSITIVE && products[998] > 0.0);
        assert!((products[0] - 0.9999).abs() < 1e-6);
    }
}
