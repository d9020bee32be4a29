//! From tokens to the vectors that lead the denoiser.

use quartet_runtime::{Cancel, Session};

use super::{
    tensors::{input, numbers, output, tensor},
    tokenizer::Tokens,
};
use crate::{Error, Result};

const PART: &str = "text encoder";

/// What one text encoder makes of a prompt.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Encoded {
    /// Row-major `[tokens, width]`.
    pub(super) hidden: Vec<f32>,
    pub(super) width: usize,
    /// One vector for the whole prompt; empty where the graph gives none.
    pub(super) pooled: Vec<f32>,
}

/// Runs a text encoder. `penultimate` takes the hidden states before the last layer, as XL does.
///
/// # Errors
/// `UnsupportedGraph`, `NotFiniteIn`, `Cancelled`, and those of the runtime.
pub(super) fn encode(
    session: &mut Session,
    tokens: &Tokens,
    penultimate: bool,
    cancel: &Cancel,
) -> Result<Encoded> {
    let count = tokens.ids.len();
    let ids: Vec<f32> = tokens.ids.iter().map(|&id| id as f32).collect();
    let ids = tensor(input(session, PART, &["input_ids"])?, &[1, count], &ids)?;
    let mask = match session.input("attention_mask") {
        Some(spec) => Some(tensor(spec, &[1, count], &vec![1.0; count])?),
        None => None,
    };
    let mut inputs = vec![("input_ids", &ids)];
    inputs.extend(mask.as_ref().map(|mask| ("attention_mask", mask)));
    let layer = penultimate.then(|| second_last(session)).transpose()?;
    let outputs = session.run(&inputs, cancel)?;
    let hidden = match &layer {
        Some(name) => outputs.get(name)?,
        None => output(&outputs, PART, &["last_hidden_state"])?,
    };
    let width = match hidden.shape()[..] {
        [1, rows, width] if rows == count => width,
        ref other => {
            return Err(Error::unsupported(format!(
                "the {PART} gives {other:?} for {count} tokens"
            )));
        }
    };
    let mut hidden = numbers(PART, hidden)?;
    weigh(&mut hidden, width, &tokens.weights);
    let pooled = match output(&outputs, PART, &["text_embeds", "pooler_output"]) {
        Ok(pooled) => numbers(PART, pooled)?,
        Err(_) => Vec::new(),
    };
    Ok(Encoded {
        hidden,
        width,
        pooled,
    })
}

/// The output that holds what the layer before the last one gave: `hidden_states.N`, second from
/// the end.
fn second_last(session: &Session) -> Result<String> {
    let number = |name: &str| name.strip_prefix("hidden_states.")?.parse::<u32>().ok();
    let mut layers: Vec<(u32, &str)> = session
        .outputs()
        .iter()
        .filter_map(|spec| Some((number(&spec.name)?, spec.name.as_str())))
        .collect();
    layers.sort_unstable();
    match layers[..] {
        [.., (_, before), _] => Ok(before.to_owned()),
        _ => Err(Error::unsupported(format!(
            "the {PART} does not give its hidden states, which XL needs"
        ))),
    }
}

/// Multiplies each token's vector by its weight and brings the mean of all back to what it was, so
/// that weights shift attention without making the whole prompt louder.
fn weigh(hidden: &mut [f32], width: usize, weights: &[f32]) {
    if weights.iter().all(|weight| (weight - 1.0).abs() < 1e-6) {
        return;
    }
    let mean = |values: &[f32]| values.iter().map(|&v| f64::from(v)).sum::<f64>();
    let before = mean(hidden);
    for (vector, weight) in hidden.chunks_exact_mut(width.max(1)).zip(weights) {
        for value in vector {
            *value *= weight;
        }
    }
    let factor = (before / mean(hidden)) as f32;
    // A mean near nothing says nothing about loudness.
    if (0.5..2.0).contains(&factor) {
        for value in hidden {
            *value *= factor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f32], expected: &[f32]) -> bool {
        let pairs = found.iter().zip(expected);
        found.len() == expected.len() && pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-6)
    }

    #[test]
    fn weights_keep_the_mean() {
        let mut hidden = vec![1.0, 2.0, 3.0, 4.0];
        weigh(&mut hidden, 2, &[1.0, 1.5]);
        let sum: f32 = hidden.iter().sum();
        assert!((sum - 10.0).abs() < 1e-5);
        assert!(hidden[2] / hidden[0] > 3.0 * 1.4);
        let mut plain = vec![1.0, -1.0];
        weigh(&mut plain, 1, &[1.0, 1.0]);
        assert!(near(&plain, &[1.0, -1.0]), "{plain:?}");
    }

    #[test]
    fn a_mean_of_nothing_does_not_blow_up() {
        let mut hidden = vec![1.0, -1.0];
        weigh(&mut hidden, 1, &[2.0, 1.0]);
        assert!(near(&hidden, &[2.0, -1.0]), "{hidden:?}");
    }
}
