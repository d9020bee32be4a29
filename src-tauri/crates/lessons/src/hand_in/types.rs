//! What a hand-in holds: the JSON in its file. Written once, read by later versions too.

use quartet_studio::{Language, Measure};
use serde::{Deserialize, Serialize};

/// The version of this format.
pub const HAND_IN_SCHEMA: u32 = 1;

/// Of a file, in bytes.
pub const MAX_HAND_IN: u64 = 5_000_000;

/// What somebody hands in after a lesson. Times are RFC 3339, UTC; steps count from 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HandIn {
    /// [`HAND_IN_SCHEMA`].
    pub schema: u32,
    /// The version of Quartet.
    pub quartet: String,
    /// That it was done in.
    pub language: Language,
    /// As it was typed; empty where nothing was.
    pub name: String,
    pub lesson: Taught,
    pub begun: String,
    /// When this was put together.
    pub written: String,
    /// How long the lesson was open, in seconds.
    pub seconds: f64,
    /// To its last step.
    pub finished: bool,
    pub predictions: Vec<Prediction>,
    /// In the order of the steps, tries of one's own among them.
    pub runs: Vec<RunResult>,
    /// None where the lesson claims nothing.
    pub claim: Option<Claimed>,
    pub reflections: Vec<Reflection>,
}

/// The lesson that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Taught {
    pub id: String,
    pub title: String,
    /// sha256 of its `lesson.toml`, in hexadecimal: the same words and questions have the same.
    pub digest: String,
    pub steps: u32,
}

/// What was thought before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prediction {
    pub step: u32,
    pub ask: String,
    pub choices: Vec<String>,
    /// Which of them was chosen, counted from 0.
    pub said: u32,
    /// Which is right, counted from 0; none where the run decides.
    pub right: Option<u32>,
    /// What came out, in a few words; empty where nothing did.
    pub came: String,
}

impl Prediction {
    /// None where the run decides.
    pub fn is_right(&self) -> Option<bool> {
        self.right.map(|right| right == self.said)
    }
}

/// What was run once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunResult {
    pub step: u32,
    /// What the lesson says to it.
    pub say: String,
    /// As the lesson's file names it: `text.ask`.
    pub act: String,
    /// With words of one's own, to see where it fails.
    pub own: bool,
    pub prompts: Vec<String>,
    /// Its id; empty where it is not known.
    pub model: String,
    pub seeds: Vec<u32>,
    /// When it was done; empty where it is not known.
    pub at: String,
    /// It came with the lesson, and did not happen here.
    pub recorded: bool,
    pub result: Results,
}

/// What came out of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Results {
    Text {
        texts: Vec<String>,
    },
    /// The picture itself stands in the page.
    Picture,
    /// A sound: how long, and for each of its columns the lowest and the highest sample, -128 to 127.
    Sound {
        seconds: f64,
        wave: Vec<i8>,
    },
    /// A film: how long. Its first picture stands in the page.
    Film {
        seconds: f64,
    },
    /// A question put many ways.
    Experiment {
        measures: Vec<Measure>,
        groups: Vec<Group>,
        answers: Vec<Answer>,
    },
    /// It is not in the library any more.
    Gone,
}

/// The answers of one group, counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    pub name: String,
    pub answers: u32,
    /// One a measure; none where nothing could be measured.
    pub values: Vec<Option<f64>>,
}

/// One answer of an experiment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    pub row: String,
    pub group: String,
    pub seed: u32,
    pub text: String,
    /// None: nobody judges.
    pub right: Option<bool>,
}

/// The number that the lesson is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claimed {
    /// The group, or the two whose difference it is.
    pub what: String,
    pub measure: Measure,
    pub is_difference: bool,
    /// None where it was not measured.
    pub number: Option<f64>,
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
    /// Whether it came out as the lesson says.
    pub holds: bool,
    pub recorded: bool,
}

/// A sentence of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reflection {
    pub step: u32,
    pub ask: String,
    pub words: String,
}
