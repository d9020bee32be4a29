//! Classifier-free guidance (Ho and Salimans, 2022).

/// Away from what the network says without the prompt: `without + guidance * (with - without)`.
pub(super) fn guide(with: &mut [f32], without: &[f32], guidance: f32, rescale: f32) {
    let conditional = (rescale > 0.0).then(|| deviation(with));
    for (with, without) in with.iter_mut().zip(without) {
        *with = without + guidance * (*with - without);
    }
    // Lin et al., 2023, 3.4: back to the spread it had, in part.
    if let Some(before) = conditional {
        let after = deviation(with);
        if after > 0.0 {
            let factor = (f64::from(rescale) * (before / after) + 1.0 - f64::from(rescale)) as f32;
            for value in with {
                *value *= factor;
            }
        }
    }
}

/// The standard deviation of a sample, as `torch.std`.
fn deviation(values: &[f32]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / count;
    let sum: f64 = values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum();
    (sum / (count - 1.0).max(1.0)).sqrt()
}

/// The sinusoidal embedding of `guidance - 1` that consistency models are conditioned on
/// (Luo et al., 2023; `get_guidance_scale_embedding` of diffusers).
pub(super) fn embedding(guidance: f32, width: usize) -> Vec<f32> {
    let half = width / 2;
    let scale = f64::from(guidance - 1.0) * 1000.0;
    let rate = 10_000_f64.ln() / (half.max(2) - 1) as f64;
    let angle = |index: usize| scale * (-rate * index as f64).exp();
    let mut values: Vec<f32> = (0..half).map(|index| angle(index).sin() as f32).collect();
    values.extend((0..half).map(|index| angle(index).cos() as f32));
    values.resize(width, 0.0);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f32], expected: &[f32]) -> bool {
        let pairs = found.iter().zip(expected);
        found.len() == expected.len() && pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-6)
    }

    #[test]
    fn guidance_of_one_follows_the_prompt_alone() {
        let mut with = [1.0, 2.0];
        guide(&mut with, &[5.0, 5.0], 1.0, 0.0);
        assert!(near(&with, &[1.0, 2.0]), "{with:?}");
        guide(&mut with, &[0.0, 4.0], 3.0, 0.0);
        assert!(near(&with, &[3.0, -2.0]), "{with:?}");
    }

    #[test]
    fn rescaling_wholly_brings_back_the_spread() {
        let mut with = [1.0, 2.0, 3.0];
        guide(&mut with, &[-1.0, 0.5, 9.0], 8.0, 1.0);
        assert!((deviation(&with) - 1.0).abs() < 1e-6);
    }
}
