//! All that it takes to make a work again.

use std::path::Path;

use quartet_media::Caption;
use quartet_pipelines::{
    audio::{
        SpeechRequest, SpeechStats,
        composition::{ComposedNote, CompositionRequest, CompositionStats},
        transcription::{Segment, TranscriptionRequest, TranscriptionStats},
    },
    image::{ImageRequest, ImageStats},
    text::{Role, TextRequest, TextStats},
    video::{TravelRequest, VideoStats},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    Code, Failure, Modality, Result,
    captions::SpokenSentence,
    film_orders::{RetimingOrder, StoryLine},
    films::FilmFormat,
    models::Model,
};

/// What is kept beside every work: same model, same request with its seed, same runtime, same
/// bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Recipe {
    /// The version of Quartet.
    pub quartet: String,
    pub modality: Modality,
    pub model: RecipeModel,
    pub runtime: RecipeRuntime,
    /// What was asked for and what came of it, by the kind of job.
    #[serde(flatten)]
    pub made: Made,
    /// What making it took.
    pub seconds: f64,
}

/// One variant a kind of job; seeds and everything else that was left open are those that were used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Made {
    Text(TextRecipe),
    Speech(SpeechRecipe),
    Transcription(TranscriptionRecipe),
    Composition(CompositionRecipe),
    Minutes(MinutesRecipe),
    Image(ImageRecipe),
    Upscale(UpscaleRecipe),
    Film(FilmRecipe),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecipeModel {
    pub id: String,
    /// sha256 over the paths and checksums of its files, as its description lists them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// SPDX.
    pub licence: String,
}

impl RecipeModel {
    pub(crate) fn of(model: &Model) -> Self {
        Self {
            id: model.id.clone(),
            digest: model.digest(),
            licence: model.licence.clone(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecipeRuntime {
    /// Of ONNX Runtime.
    pub version: String,
    pub device: String,
    /// 0: one a physical core.
    pub threads: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TextRecipe {
    pub request: TextRequest,
    pub stats: TextStats,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptionRecipe {
    pub request: TranscriptionRequest,
    pub stats: TranscriptionStats,
    /// What was said when, for captions.
    pub segments: Vec<Segment>,
}

/// What minutes were made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MinutesRecipe {
    /// The recording, and how it was heard; none where there was a transcript already.
    pub request: Option<TranscriptionRequest>,
    /// The recording's name; recipes of versions before 0.2 have it in the request alone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub recording: String,
    /// The id of the model that listened.
    pub listener: Option<String>,
    /// The transcript's id in the library.
    pub transcript: Option<String>,
    /// What was said, without the pieces of words.
    pub segments: Vec<Segment>,
    pub stats: MinutesStats,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MinutesStats {
    /// What was spoken, as a code: `en`.
    pub language: String,
    /// Into how many pieces the transcript was cut to be read; 1: it was read whole.
    pub pieces: u32,
    pub prompt_tokens: u32,
    pub generated_tokens: u32,
    /// How many lines of the draft were left out, since nobody said so; version 0.1 did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<u32>,
    /// What the writing took, without the listening.
    pub seconds: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SpeechRecipe {
    pub request: SpeechRequest,
    pub stats: SpeechStats,
    /// What was said when, for captions.
    pub script: Vec<SpokenSentence>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CompositionRecipe {
    pub request: CompositionRequest,
    pub stats: CompositionStats,
    /// In the order of time.
    pub notes: Vec<ComposedNote>,
    pub bars: Vec<ComposedBar>,
}

/// A bar of a tune.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ComposedBar {
    /// The part of the form that it belongs to, from 0; repeats have the same.
    pub part: u32,
    /// The bar that it repeats note for note, from 0.
    pub repeats: Option<u32>,
    /// Where it begins and ends, in samples of the whole sound.
    pub from: u32,
    pub to: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImageRecipe {
    pub request: ImageRequest,
    pub stats: ImageStats,
    /// How much it was enlarged afterwards; 1: not at all.
    pub factor: u32,
    /// The id of the model that enlarged it.
    #[serde(default)]
    pub upscaler: Option<String>,
    /// The picture it began with; its file is beside the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<PartRecipe>,
    /// Where that was painted over, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<PartRecipe>,
}

/// A file that a work was made from, kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PartRecipe {
    pub width: u32,
    pub height: u32,
    /// Of the file.
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UpscaleRecipe {
    /// What the picture was called: a file's name, a work's title.
    pub source: String,
    pub factor: u32,
    /// The picture itself; its file is beside the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<PartRecipe>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilmRecipe {
    /// For films from prompts; its seed is the one that was used.
    pub travel: Option<TravelRequest>,
    /// For films from a clip.
    pub retiming: Option<RetimingOrder>,
    /// sha256 of the clip's file, or of those of several pictures joined; none for a kept film and for a
    /// folder.
    #[serde(default)]
    pub clip: Option<String>,
    pub format: FilmFormat,
    /// The id of the network that made frames in between; none: they are blended.
    pub inbetween: Option<String>,
    /// That of the one that enlarged; none: arithmetic.
    pub upscaler: Option<String>,
    /// The id of the kept sound that plays with it.
    #[serde(default)]
    pub narration: Option<String>,
    #[serde(default)]
    pub captions: Vec<Caption>,
    /// Of a story.
    #[serde(default)]
    pub lines: Vec<StoryLine>,
    /// When frames that were drawn, or are the clip's own, begin to be shown; in thousandths of a second.
    pub keys: Vec<u32>,
    pub stats: VideoStats,
}

impl Recipe {
    /// `None` for a recipe of a later version that this one cannot read.
    pub fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// With what making it took, in seconds.
    #[must_use]
    pub(crate) fn taking(self, seconds: f64) -> Self {
        Self { seconds, ..self }
    }

    /// # Errors
    /// `Internal`, for numbers that JSON does not know.
    pub(crate) fn json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Failure::new(Code::Internal, error))
    }
}

impl Made {
    /// What the person asked, for searching.
    pub fn prompt(&self) -> String {
        match self {
            Self::Text(text) => prompt(&text.request),
            Self::Speech(speech) => speech.request.text.clone(),
            Self::Transcription(heard) => file_name(&heard.request.path),
            Self::Composition(tune) => default_title(&tune.request),
            Self::Minutes(minutes) => minutes.recording(),
            Self::Image(image) => image.request.prompt.clone(),
            Self::Upscale(upscale) => upscale.source.clone(),
            Self::Film(film) => film.prompt(),
        }
    }
}

impl MinutesRecipe {
    fn recording(&self) -> String {
        match &self.request {
            Some(request) if self.recording.is_empty() => file_name(&request.path),
            _ => self.recording.clone(),
        }
    }
}

/// What a recording is called.
pub(crate) fn file_name(path: &str) -> String {
    let name = Path::new(path).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

impl FilmRecipe {
    /// The prompts in the order of the scenes, or what the clip is called.
    fn prompt(&self) -> String {
        match (&self.travel, &self.retiming) {
            (Some(travel), _) => storyboard(travel),
            (None, Some(order)) => order.source.name(),
            (None, None) => String::new(),
        }
    }
}

/// The prompts of a film, in the order of its scenes.
pub(crate) fn storyboard(request: &TravelRequest) -> String {
    let prompts = request.scenes.iter().map(|scene| scene.prompt.trim());
    prompts.collect::<Vec<_>>().join(" → ")
}

/// All that the person wrote, in the order written.
pub(crate) fn prompt(request: &TextRequest) -> String {
    let said: Vec<_> = request
        .messages
        .iter()
        .filter(|message| message.role == Role::User)
        .map(|message| message.content.as_str())
        .collect();
    said.join("\n")
}

pub(crate) fn asked_last(request: &TextRequest) -> &str {
    request
        .messages
        .iter()
        .rev()
        .find(|message| message.role == Role::User)
        .map_or("", |message| message.content.as_str())
}

/// What a tune is called: by the person, else by what it is.
pub(crate) fn default_title(request: &CompositionRequest) -> String {
    if let Some(title) = &request.title {
        return title.clone();
    }
    let mood = request.mood.as_str();
    let [first, rest] = [&mood[..1], &mood[1..]];
    let instrument = request.instrument.as_deref().unwrap_or_default();
    let (mode, metre) = (request.mode.as_str(), request.metre.as_str());
    let first = first.to_ascii_uppercase();
    let key = KEYS.get(usize::from(request.key)).unwrap_or(&"C");
    format!("{first}{rest} · {key} {mode} · {metre} · {instrument}")
}

/// Tonics by their semitones above C.
const KEYS: [&str; 12] = [
    "C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B",
];

/// What a work is called until a person names it: the first line of what was asked.
pub(crate) fn title(asked: &str) -> String {
    const LONGEST: usize = 80;
    let line = asked
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let clean: String = line.chars().filter(|c| !c.is_control()).collect();
    if clean.chars().count() <= LONGEST {
        return clean;
    }
    let cut: String = clean.chars().take(LONGEST - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_line_cut_between_characters() {
        assert_eq!(title("\n  Write a poem \nabout tea"), "Write a poem");
        assert_eq!(title("a\0b"), "ab");
        assert_eq!(title(""), "");
        let long = title(&"茶".repeat(200));
        assert_eq!(long.chars().count(), 80);
        assert!(long.ends_with('…'));
    }
}
