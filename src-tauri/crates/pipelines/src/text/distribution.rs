//! The model's own next-token distribution: softmax of the logits, before any filter.

use super::TokenId;
use crate::{Error, Result};

/// Softmax over logits `l`: log p(i) = l(i) − log Σ exp l(j), with the sum kept as `log_sum`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Distribution<'a> {
    logits: &'a [f32],
    log_sum: f32,
}

impl<'a> Distribution<'a> {
    /// # Errors
    /// `NotFinite` when a logit is NaN or +∞, or none is above −∞.
    pub(super) fn new(logits: &'a [f32]) -> Result<Self> {
        let best = maximum(logits);
        // Looked at to the end, which vectorises, rather than up to the first.
        let broken = logits.iter().fold(false, |nan, logit| nan | logit.is_nan());
        if !best.is_finite() || broken {
            return Err(Error::NotFinite);
        }
        let log_sum = best + (sum_exp(logits, best).ln() as f32);
        Ok(Self { logits, log_sum })
    }

    /// Natural logarithm of the probability of `id`.
    pub(super) fn logprob(&self, id: TokenId) -> f32 {
        self.logits
            .get(id as usize)
            .map_or(f32::NEG_INFINITY, |logit| logit - self.log_sum)
    }

    /// The `count` likeliest tokens, likeliest first, the smaller id first of equals.
    pub(super) fn top(&self, count: usize) -> Vec<TokenId> {
        let mut top: Vec<(f32, TokenId)> = Vec::with_capacity(count + 1);
        let mut least = f32::NEG_INFINITY;
        for (run, first) in runs(self.logits) {
            // Almost always true.
            if top.len() == count && maximum(run) <= least {
                continue;
            }
            for (id, &logit) in (first..).zip(run) {
                if top.len() < count || logit > least {
                    let at = top.partition_point(|(other, _)| *other >= logit);
                    top.insert(at, (logit, id));
                    top.truncate(count);
                    if top.len() == count {
                        least = top.last().map_or(least, |(logit, _)| *logit);
                    }
                }
            }
        }
        top.into_iter().map(|(_, id)| id).collect()
    }
}

/// Short runs of logits, each with the id of its first: most of a vocabulary can be passed over by
/// looking at the largest of each.
pub(super) fn runs(logits: &[f32]) -> impl Iterator<Item = (&[f32], TokenId)> {
    const RUN: usize = 64;
    logits.chunks(RUN).zip((0..).step_by(RUN))
}

/// The largest logit, NaN left out; −∞ of none. In lanes, because `f32::max` one after the other
/// takes several times as long, and this is done for every token.
pub(super) fn maximum(logits: &[f32]) -> f32 {
    const LANES: usize = 16;
    let larger = |best: f32, logit: f32| if logit > best { logit } else { best };
    let mut best = [f32::NEG_INFINITY; LANES];
    let chunks = logits.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (best, &logit) in best.iter_mut().zip(chunk) {
            *best = larger(*best, logit);
        }
    }
    let all = best.iter().chain(rest).copied();
    all.fold(f32::NEG_INFINITY, larger)
}

/// Σ exp(l − best) over all logits, to about 1e-7 relative.
pub(super) fn sum_exp(logits: &[f32], best: f32) -> f64 {
    const LANES: usize = 16;
    let mut sums = [0.0_f32; LANES];
    let mut total = 0.0_f64;
    // Short runs, so that the float32 lanes never hold enough to lose small terms.
    for run in logits.chunks(LANES * 256) {
        let chunks = run.chunks_exact(LANES);
        let rest = chunks.remainder();
        for chunk in chunks {
            for (sum, &logit) in sums.iter_mut().zip(chunk) {
                *sum += exp_nonpositive(logit - best);
            }
        }
        total += sums.iter().copied().map(f64::from).sum::<f64>();
        sums = [0.0; LANES];
        total += rest
            .iter()
            .map(|&logit| f64::from(exp_nonpositive(logit - best)))
            .sum::<f64>();
    }
    total
}

/// exp(x) for x ≤ 0, to 2 ulp, without a branch or a call, so that it vectorises: the standard
/// library's takes as long for a vocabulary of 151,936 as two layers of the model.
///
/// Range reduction x = n ln 2 + r, then the degree-6 polynomial of Cephes' expf.
fn exp_nonpositive(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³: adding it rounds to an integer in the low bits
    let x = x.max(-87.0);
    // Not `mul_add`: without the FMA instruction in the target it is a function call.
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let mut p = 1.987_569_1e-4_f32;
    for coefficient in [
        1.398_2e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        p = p * r + coefficient;
    }
    let fraction = p * r * r + r + 1.0;
    fraction * f32::from_bits((shifted.to_bits().wrapping_add(127)) << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_close_everywhere() {
        for step in 0..=8700 {
            let x = -step as f32 / 100.0;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp_nonpositive(x)) - exact).abs() / exact;
            assert!(error < 3e-7, "exp({x}) is off by {error}");
        }
        assert!(exp_nonpositive(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn probabilities_sum_to_one_over_a_large_vocabulary() {
        let logits: Vec<f32> = (0..151_936)
            .map(|i| ((i * 37) % 1000) as f32 / 50.0)
            .collect();
        let distribution = Distribution::new(&logits).unwrap();
        let sum: f64 = (0..151_936)
            .map(|id| f64::from(distribution.logprob(id)).exp())
            .sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    }

    #[test]
    fn the_largest_is_found_wherever_it_stands() {
        for length in [1, 15, 16, 17, 64, 100] {
            for at in 0..length {
                let mut logits = vec![-3.0; length];
                logits[at] = -1.0;
                logits[(at + 1) % length] = if length > 1 { f32::NAN } else { -1.0 };
                assert_eq!(
                    maximum(&logits).to_bits(),
                    (-1.0_f32).to_bits(),
                    "{at}/{length}"
                );
            }
        }
        assert!(maximum(&[]).is_infinite());
    }

    #[test]
    fn the_likeliest_are_those_of_a_whole_sort() {
        let logits: Vec<f32> = (0..1000).map(|i| ((i * 7919) % 613) as f32).collect();
        let mut sorted: Vec<TokenId> = (0..1000).collect();
        sorted.sort_by(|a, b| logits[*b as usize].total_cmp(&logits[*a as usize]));
        let distribution = Distribution::new(&logits).unwrap();
        assert_eq!(distribution.top(20), sorted[..20]);
    }

    #[test]
    fn the_likeliest_come_first_and_ties_by_id() {
        let distribution = Distribution::new(&[0.0, 5.0, 1.0, 5.0, 2.0]).unwrap();
        assert_eq!(distribution.top(4), [1, 3, 4, 2]);
        assert_eq!(distribution.top(9).len(), 5);
        assert!(distribution.top(0).is_empty());
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        assert_eq!(
            Distribution::new(&[0.0, f32::NAN]).unwrap_err(),
            Error::NotFinite
        );
        assert_eq!(
            Distribution::new(&[0.0, f32::INFINITY]).unwrap_err(),
            Error::NotFinite
        );
        assert_eq!(Distribution::new(&[]).unwrap_err(), Error::NotFinite);
        assert!(
            Distribution::new(&[0.0, f32::NEG_INFINITY]).is_ok(),
            "a masked token is fine"
        );
    }
}
