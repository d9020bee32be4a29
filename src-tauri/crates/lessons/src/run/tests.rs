use quartet_studio::{GroupMeasures, Measure};

use super::*;

fn group(id: &str, right: Option<f64>, words: f64) -> GroupMeasures {
    GroupMeasures {
        group: id.to_owned(),
        answers: 2,
        right,
        asks: 0.0,
        words,
        repeated: 0.0,
        confidence: 0.5,
        confidence_when_wrong: None,
        distinct: 1.0,
        log_probability: None,
        tokens: 3.0,
        seconds: 0.1,
    }
}

fn claim(minus: Option<&str>, measure: Measure, at_least: f64) -> Claim {
    Claim {
        step: "five".to_owned(),
        group: "kind".to_owned(),
        minus: minus.map(str::to_owned),
        measure,
        at_least: Some(at_least),
        at_most: None,
    }
}

#[test]
fn a_claim_is_about_a_group_or_the_difference_of_two() {
    let made = ExperimentMade {
        rows: Vec::new(),
        groups: vec![group("kind", Some(0.75), 9.0), group("rude", None, 4.0)],
    };
    let of = |minus, measure, least| {
        let measured = measure_of(&claim(minus, measure, least), &made);
        (measured.number, measured.holds)
    };
    assert_eq!(of(None, Measure::Right, 0.75), (Some(0.75), true));
    assert_eq!(of(None, Measure::Right, 0.8), (Some(0.75), false));
    assert_eq!(of(Some("rude"), Measure::Words, 5.0), (Some(5.0), true));
    // Nobody judges the other group: nothing is claimed in silence.
    assert_eq!(of(Some("rude"), Measure::Right, 0.0), (None, false));
}

fn measure_of(claim: &Claim, made: &ExperimentMade) -> Measured {
    measure(claim, made, vec![1])
}

#[test]
fn tries_have_seeds_of_their_own() {
    assert_eq!([shift(0), shift(1), shift(2)], [0, 1000, 2000]);
}
