//! The noise a seed means, on every machine the same.
//!
//! It is `torch.randn` of a CUDA generator with that seed, so that seeds people know from other
//! programs mean the same noise here: Philox 4x32-10 (Salmon et al., "Parallel random numbers: as
//! easy as 1, 2, 3", 2011) with the seed as the key, and the sine half of Box and Muller's method.
//! Element `i` of the `n`-th request takes the block at counter `(n, 0, i, 0)`, its first word as
//! the radius and its second as the angle. (CUDA itself departs from this beyond about a million
//! numbers a request, where one thread computes more than one.)

use std::f32::consts::TAU;

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// Standard normal numbers that a seed decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeededNoise {
    key: [u32; 2],
    /// How many requests came before: each gets numbers of its own.
    requests: u32,
}

impl SeededNoise {
    pub fn new(seed: u32) -> Self {
        Self {
            key: [seed, 0],
            requests: 0,
        }
    }

    /// Fills `values` with the next request's numbers.
    pub fn fill(&mut self, values: &mut [f32]) {
        for (index, value) in values.iter_mut().enumerate() {
            let words = philox([self.requests, 0, index as u32, 0], self.key);
            *value = normal(words[0], words[1]);
        }
        self.requests = self.requests.wrapping_add(1);
    }

    pub fn vector(&mut self, length: usize) -> Vec<f32> {
        let mut values = vec![0.0; length];
        self.fill(&mut values);
        values
    }
}

fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..ROUNDS {
        if round > 0 {
            key = [
                key[0].wrapping_add(KEY_STEPS[0]),
                key[1].wrapping_add(KEY_STEPS[1]),
            ];
        }
        let (high0, low0) = multiply(MULTIPLIERS[0], counter[0]);
        let (high1, low1) = multiply(MULTIPLIERS[1], counter[2]);
        counter = [
            high1 ^ counter[1] ^ key[0],
            low1,
            high0 ^ counter[3] ^ key[1],
            low0,
        ];
    }
    counter
}

/// The high and the low half of a product.
fn multiply(a: u32, b: u32) -> (u32, u32) {
    let product = u64::from(a) * u64::from(b);
    ((product >> 32) as u32, product as u32)
}

/// Logarithm and sine come from `libm` in float64: the system's own differ in their last bits.
fn normal(radius: u32, angle: u32) -> f32 {
    const STEP: f32 = 1.0 / 4_294_967_296.0;
    let u = radius as f32 * STEP + STEP / 2.0;
    let v = angle as f32 * (STEP * TAU) + STEP * TAU / 2.0;
    let length = libm::sqrt(-2.0 * libm::log(f64::from(u)));
    (length * libm::sin(f64::from(v))) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_gives_the_authors_own_numbers() {
        // kat_vectors of Random123, philox4x32 10.
        assert_eq!(
            philox([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn a_seed_means_the_noise_that_torch_draws_for_it() {
        // torch.randn(4, generator=torch.Generator("cuda").manual_seed(0), device="cuda")
        let expected = [-0.924_7, -0.425_3, -2.643_8, 0.145_2];
        let found = SeededNoise::new(0).vector(4);
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-4, "{found} is not {expected}");
        }
    }

    #[test]
    fn noise_is_standard_normal_and_never_repeats_a_request() {
        let mut noise = SeededNoise::new(7);
        let values = noise.vector(100_000);
        let mean = values.iter().sum::<f32>() / 1e5;
        let variance = values.iter().map(|value| value * value).sum::<f32>() / 1e5;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02);
        assert_ne!(values, noise.vector(100_000));
        assert_eq!(values, SeededNoise::new(7).vector(100_000));
    }
}
