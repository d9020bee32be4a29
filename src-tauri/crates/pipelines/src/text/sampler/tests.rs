//! The samplers against a slow, plain version of the same definitions.

use proptest::prelude::*;

use super::*;

fn parameters() -> TextParameters {
    TextParameters {
        temperature: 1.0,
        top_k: 0,
        top_p: 1.0,
        ..TextParameters::default()
    }
}

/// The definition, word for word: everything in float64, everything sorted.
fn plain(logits: &[f32], parameters: &TextParameters) -> Vec<(f64, TokenId)> {
    let best = f64::from(maximum(logits));
    let temperature = f64::from(parameters.temperature);
    let weight = |logit: &f32| ((f64::from(*logit) - best) / temperature).exp();
    let mut all: Vec<_> = logits
        .iter()
        .enumerate()
        .map(|(id, logit)| (weight(logit), id as TokenId))
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    if parameters.top_k > 0 {
        all.truncate(parameters.top_k as usize);
    }
    if parameters.top_p < 1.0 {
        let total: f64 = all.iter().map(|(weight, _)| weight).sum();
        let mut sum = 0.0;
        let keep = all.iter().take_while(|(weight, _)| {
            let before = sum;
            sum += weight;
            before < f64::from(parameters.top_p) * total
        });
        let keep = keep.count();
        all.truncate(keep);
    }
    all.retain(|(weight, _)| *weight >= f64::from(parameters.min_p));
    all
}

prop_compose! {
    /// Logits on a grid, so that no result hangs on the last bit; with ties and far outliers.
    fn any_logits()(values in proptest::collection::vec(-120_i16..120, 1..300)) -> Vec<f32> {
        values.into_iter().map(|value| f32::from(value) / 4.0).collect()
    }
}

prop_compose! {
    fn any_parameters()(
        temperature in prop_oneof![Just(0.25_f32), Just(1.0), Just(4.0)],
        top_k in 0..20_u32,
        top_p in prop_oneof![Just(1.0_f32), 0.05..0.99_f32],
        min_p in prop_oneof![Just(0.0_f32), 0.01..0.9_f32],
    ) -> TextParameters {
        TextParameters { temperature, top_k, top_p, min_p, ..TextParameters::default() }
    }
}

proptest! {
    #[test]
    fn filters_keep_what_the_definitions_keep(
        logits in any_logits(), parameters in any_parameters()
    ) {
        let expected = plain(&logits, &parameters);
        let mut kept = Vec::new();
        filter(&logits, &parameters, &mut kept);
        // Without a filter nothing is sorted.
        sort(&mut kept, &logits);
        // A border that falls on a rounding error may differ by one token; no more.
        let near = kept.len().abs_diff(expected.len()) <= 1;
        prop_assert!(near, "{} kept, {} expected", kept.len(), expected.len());
        for ((weight, id), (expected, expected_id)) in kept.iter().zip(&expected) {
            prop_assert_eq!(id, expected_id);
            prop_assert!((f64::from(*weight) - expected).abs() < 1e-5);
        }
    }

    #[test]
    fn a_draw_is_always_one_of_the_kept(
        logits in any_logits(), parameters in any_parameters(), seed: u32
    ) {
        let mut sampler = SeededSampler::new(&parameters, seed).unwrap();
        let mut kept = Vec::new();
        filter(&logits, &parameters, &mut kept);
        for _ in 0..8 {
            let choice = sampler.sample(&logits, &[]);
            prop_assert!(kept.iter().any(|(_, id)| *id == choice.id));
            prop_assert!(choice.logprob <= 0.0);
        }
    }

    #[test]
    fn a_seed_replays(logits in any_logits(), seed: u32) {
        let draws = || {
            let mut sampler = SeededSampler::new(&parameters(), seed).unwrap();
            (0..16).map(|_| sampler.sample(&logits, &[]).id).collect::<Vec<_>>()
        };
        prop_assert_eq!(draws(), draws());
    }
}

#[test]
fn draws_follow_the_distribution() {
    let logits = [0.0, 1.0, 2.0, -1.0];
    let mut sampler = SeededSampler::new(&parameters(), 7).unwrap();
    let mut counts = [0_u32; 4];
    for _ in 0..20_000 {
        counts[sampler.sample(&logits, &[]).id as usize] += 1;
    }
    let total: f32 = logits.iter().map(|l: &f32| l.exp()).sum();
    for (count, logit) in counts.iter().zip(&logits) {
        let expected = logit.exp() / total;
        // Five standard deviations of a binomial count.
        let slack = 5.0 * (expected * (1.0 - expected) / 20_000.0).sqrt();
        assert!(
            (*count as f32 / 20_000.0 - expected).abs() < slack,
            "{counts:?}"
        );
    }
}

#[test]
fn temperature_zero_takes_the_likeliest_and_the_first_of_equals() {
    let greedy = TextParameters {
        temperature: 0.0,
        ..parameters()
    };
    let mut sampler = SeededSampler::new(&greedy, 0).unwrap();
    assert_eq!(sampler.sample(&[1.0, 3.0, 3.0], &[]).id, 1);
}

#[test]
fn a_penalty_makes_recent_tokens_less_likely_once_each() {
    #[expect(clippy::float_cmp, reason = "halves and doubles are exact")]
    let same = |found: [f32; 4], expected: [f32; 4]| assert_eq!(found, expected);
    let mut logits = [2.0, -2.0, 1.0, 4.0];
    penalise(&mut logits, &[0, 0, 1, 9], 2.0);
    same(logits, [1.0, -4.0, 1.0, 4.0]);
    let mut long = vec![3; PENALTY_WINDOW];
    long.insert(0, 2);
    penalise(&mut logits, &long, 2.0);
    // What comes before the window is not penalised.
    same(logits, [1.0, -4.0, 1.0, 2.0]);
}

#[test]
fn meaningless_parameters_are_refused_by_name() {
    let refused = |change: fn(&mut TextParameters)| {
        let mut parameters = parameters();
        change(&mut parameters);
        match check(&parameters) {
            Err(Error::Parameter { name, .. }) => name,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(|p| p.temperature = f32::NAN), "temperature");
    assert_eq!(refused(|p| p.temperature = -0.1), "temperature");
    assert_eq!(refused(|p| p.top_p = 0.0), "top_p");
    assert_eq!(refused(|p| p.top_p = f32::NAN), "top_p");
    assert_eq!(refused(|p| p.min_p = 1.0), "min_p");
    assert_eq!(
        refused(|p| p.repetition_penalty = f32::INFINITY),
        "repetition_penalty"
    );
    assert_eq!(refused(|p| p.max_tokens = 0), "max_tokens");
    assert_eq!(refused(|p| p.stop = vec![String::new(); 9]), "stop");
}
