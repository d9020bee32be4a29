//! From logits to a token: pure functions over slices, so that what they do can be shown.
//!
//! Order, as the field has it: repetition penalty → temperature → top-k → top-p → min-p → draw.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

use super::{
    TextParameters, TokenId,
    distribution::{maximum, runs, sum_exp},
};
use crate::{Error, Result, check_range};

/// The repetition penalty looks back this far.
pub const PENALTY_WINDOW: usize = 256;

/// Chooses the next token from the logits of the last position.
pub trait Sampler {
    /// `logits` holds one number a vocabulary entry; `history` all tokens so far, oldest first.
    fn sample(&mut self, logits: &[f32], history: &[TokenId]) -> Choice;
}

/// A drawn token and how likely the draw was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    pub id: TokenId,
    /// Natural logarithm of its probability after penalties and filters.
    pub logprob: f32,
}

/// Seeded sampling as [`TextParameters`] describes it.
#[derive(Debug)]
pub struct SeededSampler {
    parameters: TextParameters,
    random: ChaCha8Rng,
    /// Reused between tokens: allocating a vocabulary's worth of numbers each time shows.
    penalised: Vec<f32>,
    candidates: Vec<(f32, TokenId)>,
}

impl SeededSampler {
    /// # Errors
    /// `Parameter`, naming the one out of range. NaN is out of every range.
    pub fn new(parameters: &TextParameters, seed: u32) -> Result<Self> {
        check(parameters)?;
        // The 256-bit key is the seed, little-endian, then zeros: ChaCha's stream is specified
        // (RFC 8439), so the same seed draws the same numbers on any machine.
        let mut key = [0; 32];
        key[..4].copy_from_slice(&seed.to_le_bytes());
        Ok(Self {
            parameters: parameters.clone(),
            random: ChaCha8Rng::from_seed(key),
            penalised: Vec::new(),
            candidates: Vec::new(),
        })
    }

    /// Uniform in [0, 1): the top 53 bits of a draw.
    fn uniform(&mut self) -> f64 {
        (self.random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl Sampler for SeededSampler {
    fn sample(&mut self, logits: &[f32], history: &[TokenId]) -> Choice {
        self.penalised.clear();
        self.penalised.extend_from_slice(logits);
        penalise(
            &mut self.penalised,
            history,
            self.parameters.repetition_penalty,
        );
        if self.parameters.temperature <= 0.0 {
            return Choice {
                id: argmax(&self.penalised),
                logprob: 0.0,
            };
        }
        filter(&self.penalised, &self.parameters, &mut self.candidates);
        let total: f64 = self
            .candidates
            .iter()
            .map(|(weight, _)| f64::from(*weight))
            .sum();
        let mut left = self.uniform() * total;
        let mut chosen = self.candidates.len() - 1;
        for (index, (weight, _)) in self.candidates.iter().enumerate() {
            left -= f64::from(*weight);
            if left < 0.0 {
                chosen = index;
                break;
            }
        }
        let (weight, id) = self.candidates[chosen];
        Choice {
            id,
            logprob: (f64::from(weight) / total).ln() as f32,
        }
    }
}

/// Divides the logits of recent tokens by `penalty` where positive, multiplies where negative
/// (CTRL, Keskar et al. 2019, section 4.1; a token counts once however often it came).
pub fn penalise(logits: &mut [f32], history: &[TokenId], penalty: f32) {
    if (penalty - 1.0).abs() < f32::EPSILON {
        return;
    }
    let mut recent = history[history.len().saturating_sub(PENALTY_WINDOW)..].to_vec();
    recent.sort_unstable();
    recent.dedup();
    for id in recent {
        if let Some(logit) = logits.get_mut(id as usize) {
            *logit = if *logit > 0.0 {
                *logit / penalty
            } else {
                *logit * penalty
            };
        }
    }
}

/// Fills `kept` with what temperature, top-k, top-p and min-p leave, as weights relative to the
/// likeliest token (1). Never empty. Likeliest first, ties by the smaller id, so that the result
/// does not depend on how sorting works; in vocabulary order where no filter is on, because
/// sorting all of it would take as long as the model.
pub fn filter(logits: &[f32], parameters: &TextParameters, kept: &mut Vec<(f32, TokenId)>) {
    let best = maximum(logits);
    let inverse = 1.0 / parameters.temperature.max(1e-4);
    let weight = |logit: f32| ((logit - best) * inverse).exp();
    let TextParameters {
        top_k,
        top_p,
        min_p,
        ..
    } = *parameters;
    if top_k == 0 && top_p >= 1.0 && min_p <= 0.0 {
        kept.clear();
        kept.extend(
            logits
                .iter()
                .zip(0..)
                .map(|(&logit, id)| (weight(logit), id)),
        );
        return;
    }
    let limit = if top_k == 0 {
        logits.len()
    } else {
        (top_k as usize).min(logits.len())
    };
    let scaled_total = || sum_exp_scaled(logits, best, inverse);
    let total = if top_p < 1.0 && top_k == 0 {
        scaled_total()
    } else {
        0.0
    };
    // Only tokens within `reach` (in units of temperature) of the best can matter; the reach is
    // widened until all beyond it is certainly dropped. Most steps need one pass over the
    // vocabulary and a sort of a few dozen tokens.
    let mut reach = 12.0_f32;
    loop {
        kept.clear();
        let border = best - reach / inverse;
        for (run, first) in runs(logits) {
            if maximum(run) >= border {
                let near = (first..).zip(run).filter(|(_, logit)| **logit >= border);
                kept.extend(near.map(|(id, &logit)| (weight(logit), id)));
            }
        }
        let inside: f64 = kept.iter().map(|(weight, _)| f64::from(*weight)).sum();
        let enough = kept.len() >= limit
            || (top_k == 0 && top_p < 1.0 && inside >= f64::from(top_p) * total)
            || (min_p > 0.0 && min_p >= (-reach).exp());
        if enough || reach > 1e6 {
            sort(kept, logits);
            cut(kept, limit, total, parameters);
            return;
        }
        reach *= 4.0;
    }
}

/// Σ exp((l − best) · inverse) over all logits.
fn sum_exp_scaled(logits: &[f32], best: f32, inverse: f32) -> f64 {
    if (inverse - 1.0).abs() < f32::EPSILON {
        return sum_exp(logits, best);
    }
    let scaled: Vec<f32> = logits
        .iter()
        .map(|logit| (logit - best) * inverse)
        .collect();
    sum_exp(&scaled, 0.0)
}

/// By logit, not by weight: far from the best, weights underflow to equal zeros.
fn sort(kept: &mut [(f32, TokenId)], logits: &[f32]) {
    kept.sort_unstable_by(|(_, a), (_, b)| {
        logits[*b as usize]
            .total_cmp(&logits[*a as usize])
            .then(a.cmp(b))
    });
}

/// Top-k, top-p and min-p on sorted weights. `total` is the weight of the whole vocabulary, used
/// where top-k is off; where it is on, top-p is a share of the k that are left.
fn cut(kept: &mut Vec<(f32, TokenId)>, limit: usize, total: f64, parameters: &TextParameters) {
    kept.truncate(limit);
    if parameters.top_p < 1.0 {
        let total = match parameters.top_k {
            0 => total,
            _ => kept.iter().map(|(weight, _)| f64::from(*weight)).sum(),
        };
        let enough = f64::from(parameters.top_p) * total;
        let mut sum = 0.0;
        let reached = kept.iter().position(|(weight, _)| {
            sum += f64::from(*weight);
            sum >= enough
        });
        kept.truncate(reached.map_or(kept.len(), |at| at + 1));
    }
    if parameters.min_p > 0.0 {
        kept.retain(|(weight, _)| *weight >= parameters.min_p);
    }
}

/// The index of the largest logit, the first of equals; 0 where all are −∞ or NaN.
pub fn argmax(logits: &[f32]) -> TokenId {
    let best = maximum(logits);
    let at = logits.iter().position(|&logit| logit >= best);
    at.unwrap_or_default() as TokenId
}

/// Refuses parameters that have no meaning, before a model is touched.
///
/// # Errors
/// `Parameter`.
pub(super) fn check(parameters: &TextParameters) -> Result<()> {
    let TextParameters {
        temperature,
        top_p,
        min_p,
        repetition_penalty,
        max_tokens,
        ..
    } = parameters;
    check_range("temperature", *temperature, 0.0..=5.0)?;
    if !(*top_p > 0.0 && *top_p <= 1.0) {
        return Err(Error::parameter(
            "top_p",
            top_p,
            ("above 0 and at most 1", "大于 0，最大为 1"),
        ));
    }
    if !(0.0..1.0).contains(min_p) {
        return Err(Error::parameter(
            "min_p",
            min_p,
            ("from 0 to below 1", "0 到 1（不含 1）"),
        ));
    }
    let name = "repetition_penalty";
    check_range(name, *repetition_penalty, 0.5..=3.0)?;
    if *max_tokens == 0 {
        return Err(Error::parameter(
            "max_tokens",
            0,
            ("at least 1", "至少为 1"),
        ));
    }
    if parameters.stop.len() > 8 {
        return Err(Error::parameter(
            "stop",
            parameters.stop.len(),
            ("at most 8 texts", "最多 8 个"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
