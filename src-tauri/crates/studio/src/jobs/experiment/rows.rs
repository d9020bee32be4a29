//! Questions and their answers.

use serde::{Deserialize, Serialize};
use specta::Type;

/// One way to put the question.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct ExperimentRow {
    /// What the row is called.
    pub label: String,
    /// Rows of one group are counted together.
    pub group: String,
    pub prompt: String,
    /// None: the model's own role.
    pub system: Option<String>,
    pub model: Option<String>,
    /// Any of these in an answer makes it right; empty: nobody judges.
    pub right: Vec<String>,
    /// How likely is this answer? Nothing is generated then.
    pub answer: Option<String>,
}

/// An answer, and what is counted in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExperimentAnswer {
    pub seed: u32,
    pub text: String,
    /// None: nobody judges.
    pub right: Option<bool>,
    /// Whether it asks back.
    pub asks: bool,
    /// Chinese characters count as words.
    pub words: u32,
    /// The share, from 0 to 1, of its runs of three words that stand in it more than once.
    pub repeated: f32,
    /// The mean probability, from 0 to 1, of its tokens in the model's own distribution.
    pub confidence: f32,
    /// The natural logarithm of its probability; of given answers only.
    pub log_probability: Option<f32>,
    /// Of the row's prompt.
    pub tokens: u32,
    pub seconds: f64,
}

/// A row and how it was answered, one answer a seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RowAnswers {
    pub row: ExperimentRow,
    pub answers: Vec<ExperimentAnswer>,
}
