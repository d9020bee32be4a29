//! What is counted, an answer and a group.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    reading::{asks, is_right, repeated, words},
    rows::{ExperimentAnswer, ExperimentRow, RowAnswers},
};

/// What was counted in the answers to a group's rows. Shares are from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GroupMeasures {
    pub group: String,
    /// How many answers there are.
    pub answers: u32,
    /// The share that is right, of those that are judged; none where nobody judges.
    pub right: Option<f64>,
    /// The share that asks back.
    pub asks: f64,
    /// Means over the answers.
    pub words: f64,
    pub repeated: f64,
    pub confidence: f64,
    /// Of the wrong answers; none where none is.
    pub confidence_when_wrong: Option<f64>,
    /// The mean over its rows of how much the answers to one differ: 0 where all are the same, 1 where no two
    /// are.
    pub distinct: f64,
    /// The mean over the given answers; none where none was given.
    pub log_probability: Option<f64>,
    /// The mean over its prompts.
    pub tokens: f64,
    /// The mean over its answers.
    pub seconds: f64,
}

/// One of the numbers of [`GroupMeasures`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Measure {
    Right,
    Asks,
    Words,
    Repeated,
    Confidence,
    ConfidenceWhenWrong,
    Distinct,
    LogProbability,
    Tokens,
    Seconds,
}

impl GroupMeasures {
    /// `None` where there was nothing to measure it by.
    pub fn get(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::Right => self.right,
            Measure::Asks => Some(self.asks),
            Measure::Words => Some(self.words),
            Measure::Repeated => Some(self.repeated),
            Measure::Confidence => Some(self.confidence),
            Measure::ConfidenceWhenWrong => self.confidence_when_wrong,
            Measure::Distinct => Some(self.distinct),
            Measure::LogProbability => self.log_probability,
            Measure::Tokens => Some(self.tokens),
            Measure::Seconds => Some(self.seconds),
        }
    }
}

/// Counts in one answer, whose tokens had these natural logarithms of probability.
pub(super) fn of_answer(
    row: &ExperimentRow,
    seed: u32,
    text: String,
    logprobs: &[f32],
    tokens: u32,
    seconds: f64,
) -> ExperimentAnswer {
    let words = words(&text);
    let given = row.answer.is_some();
    let probabilities = logprobs.iter().map(|logprob| logprob.exp());
    ExperimentAnswer {
        seed,
        right: (!given && !row.right.is_empty()).then(|| is_right(&text, &row.right)),
        asks: asks(&text, &row.prompt),
        words: words.len() as u32,
        repeated: repeated(&words),
        confidence: probabilities.sum::<f32>() / logprobs.len().max(1) as f32,
        log_probability: given.then(|| logprobs.iter().sum()),
        tokens,
        seconds,
        text,
    }
}

/// Counts in the groups, in the order in which rows name them.
pub(super) fn of_groups(rows: &[RowAnswers]) -> Vec<GroupMeasures> {
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        if !names.contains(&row.row.group.as_str()) {
            names.push(&row.row.group);
        }
    }
    names.into_iter().map(|name| of_group(name, rows)).collect()
}

fn of_group(name: &str, rows: &[RowAnswers]) -> GroupMeasures {
    let rows: Vec<_> = rows.iter().filter(|row| row.row.group == name).collect();
    let answers: Vec<_> = rows.iter().flat_map(|row| &row.answers).collect();
    let over = |value: fn(&ExperimentAnswer) -> f64| mean(answers.iter().map(|one| value(one)));
    let judged = answers.iter().filter_map(|one| one.right);
    let wrong = answers.iter().filter(|one| one.right == Some(false));
    let given = answers.iter().filter_map(|one| one.log_probability);
    GroupMeasures {
        group: name.to_owned(),
        answers: answers.len() as u32,
        right: mean(judged.map(|right| f64::from(u8::from(right)))),
        asks: over(|one| f64::from(u8::from(one.asks))).unwrap_or_default(),
        words: over(|one| f64::from(one.words)).unwrap_or_default(),
        repeated: over(|one| f64::from(one.repeated)).unwrap_or_default(),
        confidence: over(|one| f64::from(one.confidence)).unwrap_or_default(),
        confidence_when_wrong: mean(wrong.map(|one| f64::from(one.confidence))),
        distinct: mean(rows.iter().map(|row| distinct(&row.answers))).unwrap_or_default(),
        log_probability: mean(given.map(f64::from)),
        tokens: over(|one| f64::from(one.tokens)).unwrap_or_default(),
        seconds: over(|one| one.seconds).unwrap_or_default(),
    }
}

/// 0 where all answers are the same, 1 where no two are.
fn distinct(answers: &[ExperimentAnswer]) -> f64 {
    let kinds: HashSet<_> = answers.iter().map(|one| one.text.trim()).collect();
    match answers.len() {
        0 | 1 => 0.0,
        count => (kinds.len() - 1) as f64 / (count - 1) as f64,
    }
}

/// `None` of nothing.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0_u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(group: &str, right: &[&str], answers: &[&str]) -> RowAnswers {
        let row = ExperimentRow {
            group: group.to_owned(),
            right: right.iter().map(|&one| one.to_owned()).collect(),
            ..ExperimentRow::default()
        };
        let half = [0.5_f32.ln()];
        let answer =
            |(seed, &text): (u32, &&str)| of_answer(&row, seed, text.to_owned(), &half, 4, 1.0);
        let answers = (0..).zip(answers).map(answer).collect();
        RowAnswers { row, answers }
    }

    #[test]
    fn groups_are_counted_apart_and_in_order() {
        let rows = [
            row("easy", &["4"], &["4", "It is 4", "5"]),
            row("hard", &["95"], &["95"]),
            row("easy", &["6"], &["six?"]),
        ];
        let groups = of_groups(&rows);
        assert_eq!(groups[0].group, "easy");
        assert_eq!(groups[0].answers, 4);
        assert_eq!(groups[0].right, Some(0.5));
        assert!((groups[0].asks - 0.25).abs() < 1e-9);
        assert!((groups[0].words - 1.5).abs() < 1e-9);
        assert!((groups[0].confidence_when_wrong.unwrap() - 0.5).abs() < 1e-6);
        // Three different answers of three, and one of one.
        assert!((groups[0].distinct - 0.5).abs() < 1e-9);
        assert_eq!(groups[1].right, Some(1.0));
        assert_eq!(groups[1].confidence_when_wrong, None);
        assert_eq!(groups[1].log_probability, None);
    }

    #[test]
    fn a_given_answer_is_not_judged_but_weighed() {
        let row = ExperimentRow {
            right: vec!["yes".to_owned()],
            answer: Some("yes".to_owned()),
            ..ExperimentRow::default()
        };
        let weighed = of_answer(&row, 1, "yes".to_owned(), &[-1.0, -0.5], 4, 1.0);
        assert_eq!(weighed.right, None);
        assert_eq!(weighed.log_probability, Some(-1.5));
    }

    #[test]
    fn nobody_judges_without_right_answers() {
        assert_eq!(of_groups(&[row("", &[], &["a", "a"])])[0].right, None);
        assert!(of_groups(&[row("", &[], &["a", "a"])])[0].distinct.abs() < 1e-9);
    }
}
