//! What a `lesson.toml` holds. The names and limits here are the published schema, and what `check` keeps.

use quartet_studio::{ExperimentMade, LocalText, Measure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    act::{self, Act, Need},
    texts::{self, ANCHOR, ID, PICTURE},
};

/// The version of the format that this Quartet reads.
pub const SCHEMA: u32 = 1;

/// The order in which fields are written, wherever they stand.
#[rustfmt::skip]
pub(crate) const FORMAT_ORDER: &[&str] = &[
    // of a lesson
    "schema", "id", "act", "topic", "minutes", "age", "mode", "needs", "models", "competences", "words", "title",
    "goal", "misconception", "teacher", "claim", "notes", "questions",
    // of a claim
    "step", "group", "minus", "measure", "atLeast", "atMost",
    // of a step
    "part", "say", "picture", "look", "go", "compare", "break", "keep", "predict", "do", "ask", "choices",
    // of a text, a choice, a row
    "en", "zh", "label", "text", "to", "prompt", "a", "b", "system", "voice", "model", "right", "answer",
    // of acts
    "scenes", "place", "seed", "seeds", "steps", "guidance", "count", "temperature", "maxTokens", "probabilities",
    "mood", "metre", "key", "bars", "tempo", "instrument", "accompaniment", "form", "seconds", "show", "groups",
    "rows",
];

/// A lesson: steps over what the panels can do, in English and Simplified Chinese.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lesson {
    /// Version of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub schema: u32,
    /// The name of the lesson's folder.
    #[schemars(regex(pattern = ID))]
    pub id: String,
    pub topic: Topic,
    /// How long it takes.
    #[schemars(range(min = 1, max = 30))]
    pub minutes: u32,
    /// Of the youngest that it is for.
    #[schemars(range(min = 6, max = 99))]
    pub age: u32,
    /// How it is meant to be used.
    pub mode: LessonMode,
    /// What models must be able to do.
    #[serde(default)]
    #[schemars(length(max = 7))]
    pub needs: Vec<Need>,
    /// Ids of models that it cannot do without, beside the default ones.
    #[serde(default)]
    #[schemars(length(max = 10), inner(length(min = 1, max = 100)))]
    pub models: Vec<String>,
    /// Frameworks of education and what of them is practised.
    #[serde(default)]
    #[schemars(length(max = 20), inner(length(min = 1, max = 200)))]
    pub competences: Vec<String>,
    /// Ids in the glossary.
    #[serde(default)]
    #[schemars(length(max = 40), inner(regex(pattern = ID)))]
    pub words: Vec<String>,
    #[schemars(schema_with = "texts::line")]
    pub title: LocalText,
    /// What people can do afterwards.
    #[schemars(schema_with = "texts::say")]
    pub goal: LocalText,
    /// One sentence that many believe, and that the lesson breaks.
    #[schemars(schema_with = "texts::say")]
    pub misconception: LocalText,
    #[serde(default)]
    pub teacher: Option<Teacher>,
    #[serde(default)]
    pub claim: Option<Claim>,
    #[schemars(length(min = 1, max = 200))]
    pub steps: Vec<Step>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Topic {
    Basics,
    Limits,
    Industry,
    Craft,
    Risks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LessonMode {
    /// Somebody in front leads it.
    Led,
    /// Learners run it, somebody is near.
    Supervised,
    /// Learners run it alone.
    Free,
}

/// For who teaches with it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Teacher {
    #[schemars(schema_with = "texts::notes")]
    pub notes: Option<LocalText>,
    /// To be asked in class.
    #[schemars(schema_with = "texts::lines")]
    pub questions: Vec<LocalText>,
}

/// The measured number that breaks the misconception.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Claim {
    /// The id of a step whose act is an experiment.
    #[schemars(regex(pattern = ID))]
    pub step: String,
    /// One of its groups.
    #[schemars(regex(pattern = ID))]
    pub group: String,
    /// Another of its groups: the difference between the two is what counts.
    #[serde(default)]
    #[schemars(regex(pattern = ID))]
    pub minus: Option<String>,
    #[schemars(schema_with = "act::measures")]
    pub measure: Measure,
    /// The claim holds where the number is no smaller.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// The claim holds where the number is no larger.
    #[serde(default)]
    pub at_most: Option<f64>,
}

impl Claim {
    /// What it is about, in what was counted; none where there was nothing to measure it by.
    pub fn number(&self, made: &ExperimentMade) -> Option<f64> {
        let of = |id: &str| {
            let group = made.groups.iter().find(|group| group.group == id);
            group.and_then(|group| group.get(self.measure))
        };
        let one = of(&self.group)?;
        let number = match &self.minus {
            None => one,
            Some(minus) => one - of(minus)?,
        };
        number.is_finite().then_some(number)
    }

    /// Whether it holds for what was measured.
    pub fn holds(&self, measured: f64) -> bool {
        measured.is_finite()
            && self.at_least.is_none_or(|least| measured >= least)
            && self.at_most.is_none_or(|most| measured <= most)
    }
}

/// One card of a lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// Needed where something names the step.
    #[serde(default)]
    #[schemars(regex(pattern = ID))]
    pub id: Option<String>,
    /// What the card calls the step.
    pub part: Part,
    #[schemars(schema_with = "texts::say")]
    pub say: LocalText,
    /// A file of the folder: png, jpg or webp, at most 2 MB and 4096 pixels a side.
    #[serde(default)]
    #[schemars(regex(pattern = PICTURE), length(max = 200))]
    pub picture: Option<String>,
    /// A named place of the page that is lifted while the rest dims, as `text.answer`.
    #[serde(default)]
    #[schemars(regex(pattern = ANCHOR), length(max = 60))]
    pub look: Option<String>,
    /// What leads on to the next step.
    #[serde(default)]
    pub go: Go,
    #[serde(default)]
    pub predict: Option<Predict>,
    /// What a panel does.
    #[serde(default, rename = "do")]
    pub act: Option<Act>,
    #[serde(default, rename = "break")]
    pub broken: Option<Break>,
    #[serde(default)]
    pub keep: Option<Keep>,
    /// Ids of earlier steps whose predictions and results are shown beside each other.
    #[serde(default)]
    #[schemars(length(min = 1, max = 8), inner(regex(pattern = ID)))]
    pub compare: Option<Vec<String>>,
}

impl Step {
    /// The name that its recorded run goes by: its id, else its place, counted from 1.
    pub fn name(&self, index: usize) -> String {
        let id = self.id.clone();
        id.unwrap_or_else(|| format!("step-{}", index + 1))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Say what will come out.
    Predict,
    /// See what comes out.
    Run,
    /// What was said beside what came out.
    Compare,
    /// Change it until it fails.
    Break,
    /// What to take away.
    Keep,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Go {
    /// The end of the act.
    Done,
    /// Somebody presses Next.
    #[default]
    Click,
    /// A choice of `predict`.
    Answer,
}

/// A question before the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Predict {
    #[schemars(schema_with = "texts::say")]
    pub ask: LocalText,
    #[schemars(length(min = 2, max = 5))]
    pub choices: Vec<Choice>,
    /// Which choice is right, counted from 0; left out where the run decides.
    #[serde(default)]
    #[schemars(range(min = 0, max = 4))]
    pub right: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Choice {
    #[schemars(schema_with = "texts::line")]
    pub text: LocalText,
    /// The id of a later step that this choice leads to.
    #[serde(default)]
    #[schemars(regex(pattern = ID))]
    pub to: Option<String>,
}

/// The act's own prompt, which the learner changes and runs as often as they like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Break {
    #[schemars(schema_with = "texts::say")]
    pub ask: LocalText,
}

/// A sentence of reflection that is typed and kept with the lesson's results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Keep {
    #[schemars(schema_with = "texts::say")]
    pub ask: LocalText,
}
