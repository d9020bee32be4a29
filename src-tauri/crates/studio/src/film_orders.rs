//! What films can be ordered; recipes hold these orders, so they stand below the jobs.
//!
//! A model that is not named is the default one of its kind.

use std::path::Path;

use quartet_pipelines::{
    audio::SpeechRequest,
    video::{RetimingRequest, TravelParameters, TravelRequest},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::films::FilmFormat;

/// How frames between frames are made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Inbetweens {
    /// By the default network for it; blended where there is none.
    #[default]
    Best,
    /// By one of the networks here.
    Network { model: String },
    /// One frame fades into the other: what moves is seen twice.
    Blended,
}

/// A sound that plays with a film from its beginning: in the file where that is an MP4, and beside it
/// otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Narration {
    /// A kept sound.
    Work { id: String },
    /// Spoken first, and kept as a work of its own. None is the default voice.
    Spoken {
        model: Option<String>,
        request: SpeechRequest,
    },
}

/// A film from prompts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TravelOrder {
    /// The id of the model that draws; none is the default one.
    #[serde(default)]
    pub model: Option<String>,
    pub request: TravelRequest,
    #[serde(default)]
    pub inbetweens: Inbetweens,
    /// Whether the enlarging network makes the pictures larger, where there is one; else arithmetic does.
    #[serde(default = "yes")]
    pub sharpen: bool,
    #[serde(default)]
    pub format: FilmFormat,
    #[serde(default)]
    pub narration: Option<Narration>,
}

fn yes() -> bool {
    true
}

/// A clip from outside the studio, or a film that it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ClipSource {
    /// One film, one folder of pictures, or several pictures in the order of the film. `fps`, 1 to 60, is
    /// for pictures; films have their own times.
    Files { paths: Vec<String>, fps: u32 },
    /// A kept film.
    Work { id: String },
}

impl ClipSource {
    pub(crate) fn is_files(&self) -> bool {
        matches!(self, Self::Files { .. })
    }

    /// Pictures a second, for pictures.
    pub(crate) fn fps(&self) -> u32 {
        match self {
            Self::Files { fps, .. } => *fps,
            // A kept film has its own times.
            Self::Work { .. } => 25,
        }
    }

    /// The id of a kept film.
    pub(crate) fn work(&self) -> Option<&str> {
        match self {
            Self::Files { .. } => None,
            Self::Work { id } => Some(id),
        }
    }

    /// The file's name; a kept film's title is known to the library alone.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Files { paths, .. } => {
                let first = paths.first().map(Path::new);
                let name = first.and_then(Path::file_name).unwrap_or_default();
                name.to_string_lossy().into_owned()
            }
            Self::Work { id } => id.clone(),
        }
    }
}

/// A clip to be made slower, smoother or sharper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RetimingOrder {
    pub source: ClipSource,
    #[serde(default)]
    pub request: RetimingRequest,
    #[serde(default)]
    pub inbetweens: Inbetweens,
    #[serde(default)]
    pub format: FilmFormat,
}

/// A story in one click: a topic becomes lines, a voice that says them, pictures, and a film with
/// captions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StoryOrder {
    pub topic: String,
    /// The language of the lines; Chinese where it begins with `zh`, else English.
    pub language: String,
    /// The id of the model that writes; none is the default one, as for those below.
    #[serde(default)]
    pub writer: Option<String>,
    #[serde(default)]
    pub speaker: Option<String>,
    #[serde(default)]
    pub voice: Option<String>,
    /// Whether the lines are spoken; otherwise each lasts four seconds.
    #[serde(default = "yes")]
    pub spoken: bool,
    /// The id of the model that draws.
    #[serde(default)]
    pub model: Option<String>,
    /// How the film travels from line to line; its seconds are those of the voice.
    #[serde(default)]
    pub parameters: TravelParameters,
    #[serde(default)]
    pub inbetweens: Inbetweens,
    #[serde(default)]
    pub format: FilmFormat,
}

/// A line of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StoryLine {
    /// What is said, and shown as a caption.
    pub text: String,
    /// What is drawn.
    pub prompt: String,
}
