//! What a step does: an act of a panel with its request, or an experiment.

use std::collections::BTreeMap;

use quartet_studio::{
    Language, LocalText, Measure,
    audio::composition::{Accompaniment, Form, Metre, Mode as Scale, Mood},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::texts::{self, ID};

/// What models must be able to do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Need {
    Text,
    Speech,
    Transcription,
    Composition,
    Image,
    Upscale,
    Video,
}

/// What a panel does in a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(tag = "act", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Act {
    /// Asks the text model.
    #[serde(rename = "text.ask")]
    TextAsk {
        #[schemars(schema_with = "texts::prompt")]
        prompt: LocalText,
        #[serde(default)]
        #[schemars(schema_with = "texts::prompt")]
        system: Option<LocalText>,
        #[serde(default)]
        seed: Option<u32>,
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 5.0))]
        temperature: Option<f32>,
        #[serde(default)]
        #[schemars(range(min = 1, max = 1024))]
        max_tokens: Option<u32>,
        /// Words coloured by how sure the model was.
        #[serde(default)]
        probabilities: bool,
    },
    /// The likeliest beginnings of the answer, in Inside.
    #[serde(rename = "text.nextWord")]
    TextNextWord {
        #[schemars(schema_with = "texts::prompt")]
        prompt: LocalText,
    },
    /// The tokeniser's pieces of a text, in Inside.
    #[serde(rename = "text.tokens")]
    TextTokens {
        #[schemars(schema_with = "texts::prompt")]
        text: LocalText,
    },
    /// Two questions in two lanes.
    #[serde(rename = "text.compare")]
    TextCompare {
        a: Sides,
        b: Sides,
        #[serde(default)]
        #[schemars(range(min = 1, max = 1024))]
        max_tokens: Option<u32>,
    },
    /// A question put many ways, counted.
    #[serde(rename = "experiment")]
    Experiment(Experiment),
    /// Draws pictures.
    #[serde(rename = "image.draw")]
    ImageDraw {
        #[schemars(schema_with = "texts::prompt")]
        prompt: LocalText,
        #[serde(default)]
        seed: Option<u32>,
        #[serde(default)]
        #[schemars(range(min = 1, max = 200))]
        steps: Option<u32>,
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 50.0))]
        guidance: Option<f32>,
        #[serde(default)]
        #[schemars(range(min = 1, max = 4))]
        count: Option<u32>,
    },
    /// What the picture in view looked like on its way from noise (0) to picture (1).
    #[serde(rename = "image.step")]
    ImageStep {
        #[schemars(range(min = 0.0, max = 1.0))]
        step: f32,
    },
    /// Says a text.
    #[serde(rename = "audio.speak")]
    AudioSpeak {
        #[schemars(schema_with = "texts::prompt")]
        text: LocalText,
        /// A voice of the speech model, for each language.
        #[serde(default)]
        #[schemars(schema_with = "texts::prompt")]
        voice: Option<LocalText>,
        #[serde(default)]
        seed: Option<u32>,
    },
    /// Writes a tune.
    #[serde(rename = "audio.compose")]
    AudioCompose {
        seed: u32,
        #[serde(default)]
        #[schemars(schema_with = "moods")]
        mood: Option<Mood>,
        #[serde(default)]
        #[schemars(schema_with = "metres")]
        metre: Option<Metre>,
        #[serde(default)]
        #[schemars(schema_with = "scales")]
        mode: Option<Scale>,
        /// The tonic in semitones above C.
        #[serde(default)]
        #[schemars(range(min = 0, max = 11))]
        key: Option<u8>,
        #[serde(default)]
        #[schemars(range(min = 4, max = 64))]
        bars: Option<u32>,
        /// Beats a minute.
        #[serde(default)]
        #[schemars(range(min = 40.0, max = 220.0))]
        tempo: Option<f32>,
        #[serde(default)]
        #[schemars(length(min = 1, max = 100))]
        instrument: Option<String>,
        #[serde(default)]
        #[schemars(schema_with = "accompaniments")]
        accompaniment: Option<Accompaniment>,
        #[serde(default)]
        #[schemars(schema_with = "forms")]
        form: Option<Form>,
    },
    /// A film from prompt to prompt.
    #[serde(rename = "video.travel")]
    VideoTravel {
        #[schemars(schema_with = "texts::scenes")]
        scenes: Vec<LocalText>,
        #[serde(default)]
        seed: Option<u32>,
        /// Of each scene.
        #[serde(default)]
        #[schemars(range(min = 0.2, max = 10.0))]
        seconds: Option<f32>,
    },
    /// Goes to a place of the window.
    #[serde(rename = "open")]
    Open { place: Place },
}

impl Act {
    /// As the file names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TextAsk { .. } => "text.ask",
            Self::TextNextWord { .. } => "text.nextWord",
            Self::TextTokens { .. } => "text.tokens",
            Self::TextCompare { .. } => "text.compare",
            Self::Experiment(_) => "experiment",
            Self::ImageDraw { .. } => "image.draw",
            Self::ImageStep { .. } => "image.step",
            Self::AudioSpeak { .. } => "audio.speak",
            Self::AudioCompose { .. } => "audio.compose",
            Self::VideoTravel { .. } => "video.travel",
            Self::Open { .. } => "open",
        }
    }

    /// What a model must be able to do for it.
    pub fn need(&self) -> Option<Need> {
        match self {
            Self::TextAsk { .. }
            | Self::TextNextWord { .. }
            | Self::TextTokens { .. }
            | Self::TextCompare { .. }
            | Self::Experiment(_) => Some(Need::Text),
            Self::ImageDraw { .. } | Self::ImageStep { .. } => Some(Need::Image),
            Self::AudioSpeak { .. } => Some(Need::Speech),
            Self::AudioCompose { .. } => Some(Need::Composition),
            Self::VideoTravel { .. } => Some(Need::Video),
            Self::Open { .. } => None,
        }
    }

    /// Whether it has a prompt that a learner can change.
    pub fn has_prompt(&self) -> bool {
        !matches!(
            self,
            Self::ImageStep { .. } | Self::AudioCompose { .. } | Self::Open { .. }
        )
    }
}

/// One of two questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sides {
    #[schemars(schema_with = "texts::prompt")]
    pub prompt: LocalText,
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 5.0))]
    pub temperature: Option<f32>,
    #[serde(default)]
    pub seed: Option<u32>,
}

/// Rows that are each asked once for every seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Experiment {
    #[schemars(length(min = 1, max = 40))]
    pub rows: Vec<Row>,
    /// What the groups of rows are called, by id.
    #[schemars(schema_with = "texts::names")]
    pub groups: BTreeMap<String, LocalText>,
    #[schemars(length(min = 1, max = 10))]
    pub seeds: Vec<u32>,
    /// 0 always takes the likeliest token.
    #[serde(default = "temperature")]
    #[schemars(range(min = 0.0, max = 5.0))]
    pub temperature: f32,
    /// Of each answer.
    #[serde(default = "max_tokens")]
    #[schemars(range(min = 1, max = 128))]
    pub max_tokens: u32,
    /// Columns of the table.
    #[schemars(schema_with = "columns")]
    pub show: Vec<Measure>,
}

fn temperature() -> f32 {
    0.7
}

fn max_tokens() -> u32 {
    64
}

/// A question of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Row {
    #[schemars(schema_with = "texts::line")]
    pub label: LocalText,
    /// The id of one of the experiment's groups.
    #[schemars(regex(pattern = ID))]
    pub group: String,
    #[schemars(schema_with = "texts::prompt")]
    pub prompt: LocalText,
    #[serde(default)]
    #[schemars(schema_with = "texts::prompt")]
    pub system: Option<LocalText>,
    /// The id of another model than the default one.
    #[serde(default)]
    #[schemars(length(min = 1, max = 100))]
    pub model: Option<String>,
    /// Accepted answers: one of them stands in a right answer as whole words.
    #[serde(default)]
    #[schemars(schema_with = "texts::answers")]
    pub right: Option<Lists>,
    /// An answer whose probability is measured; nothing is generated then.
    #[serde(default)]
    #[schemars(schema_with = "texts::prompt")]
    pub answer: Option<LocalText>,
}

/// Texts in the two languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    pub en: Vec<String>,
    /// Simplified Chinese.
    pub zh: Vec<String>,
}

impl Lists {
    pub fn of(&self, language: Language) -> &[String] {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }
}

/// A place of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    Text,
    Image,
    Audio,
    Video,
    Library,
    Models,
    Settings,
    Start,
}

fn moods(_: &mut SchemaGenerator) -> Schema {
    texts::one_of(Mood::ALL.iter().map(|one| one.as_str()))
}

fn metres(_: &mut SchemaGenerator) -> Schema {
    texts::one_of(Metre::ALL.iter().map(|one| one.as_str()))
}

fn scales(_: &mut SchemaGenerator) -> Schema {
    texts::one_of(Scale::ALL.iter().map(|one| one.as_str()))
}

fn forms(_: &mut SchemaGenerator) -> Schema {
    texts::one_of(Form::ALL.iter().map(|one| one.as_str()))
}

fn accompaniments(_: &mut SchemaGenerator) -> Schema {
    texts::one_of(Accompaniment::ALL.iter().map(|one| one.as_str()))
}

/// What is counted of answers, as studio names it.
const MEASURES: [Measure; 10] = [
    Measure::Right,
    Measure::Asks,
    Measure::Words,
    Measure::Repeated,
    Measure::Confidence,
    Measure::ConfidenceWhenWrong,
    Measure::Distinct,
    Measure::LogProbability,
    Measure::Tokens,
    Measure::Seconds,
];

/// As a file names it.
pub(crate) fn measure_name(measure: Measure) -> String {
    let name = serde_json::to_value(measure).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

pub(crate) fn measures(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": MEASURES.map(measure_name) })
}

fn columns(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array", "items": measures(generator), "minItems": 1, "maxItems": MEASURES.len(),
    })
}
