//! The straight path from noise to a picture: pure functions.
//!
//! "Flow Matching for Generative Modeling" (Lipman et al., 2022) in rectified-flow form: at time t
//! a sample is `t x + (1 - t) n`, noise n at 0 and latents x at 1. The network predicts x.

/// The times at which the network is asked: `steps` of them, equally spaced from 0, with what comes
/// after each.
pub(super) fn time(index: u32, steps: u32) -> f32 {
    index as f32 / steps as f32
}

/// One Euler step from time `now` to `after` with the network's estimate of the clean latents.
pub(super) fn step(latents: &mut [f32], clean: &[f32], now: f32, after: f32) {
    let share = (after - now) / (1.0 - now);
    for (value, clean) in latents.iter_mut().zip(clean) {
        *value += share * (clean - *value);
    }
}

/// Clean latents with the noise that belongs to a time.
pub(super) fn mix(clean: &[f32], noise: &[f32], time: f32) -> Vec<f32> {
    let pairs = clean.iter().zip(noise);
    pairs.map(|(x, n)| time * x + (1.0 - time) * n).collect()
}

/// Classifier-free guidance (Ho and Salimans, 2022): away from what is drawn for no prompt.
pub(super) fn guided(wanted: &[f32], plain: &[f32], guidance: f32) -> Vec<f32> {
    let pairs = wanted.iter().zip(plain);
    pairs
        .map(|(wanted, plain)| plain + guidance * (wanted - plain))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_knows_the_answer_is_led_to_it_exactly() {
        let (clean, mut latents) = ([0.5, -1.0], vec![2.0, 3.0]);
        for index in 0..5 {
            step(&mut latents, &clean, time(index, 5), time(index + 1, 5));
        }
        assert!(latents.iter().zip(clean).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn on_the_way_is_the_mixture_of_noise_and_picture() {
        let (clean, noise) = ([1.0, 0.0], [0.0, 4.0]);
        let mut latents = noise.to_vec();
        step(&mut latents, &clean, 0.0, 0.25);
        assert_eq!(latents, mix(&clean, &noise, 0.25));
    }

    #[test]
    fn guidance_of_one_is_the_prompt_alone_and_of_zero_is_no_prompt() {
        assert_eq!(guided(&[3.0], &[1.0], 1.0), vec![3.0]);
        assert_eq!(guided(&[3.0], &[1.0], 0.0), vec![1.0]);
        assert_eq!(guided(&[3.0], &[1.0], 2.0), vec![5.0]);
    }
}
