//! What crosses for films.

use std::path::Path;

use quartet_pipelines::{
    audio::{SpeechRequest, transcription::Segment},
    video::{FrameKind, RetimingRequest, TravelParameters, TravelRequest, VideoPlan, VideoStats},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::SpeechJobEvent;
use crate::{
    Failure, JobEvent, Sink,
    films::FilmFormat,
    jobs::{JobId, common_events},
    sound::SoundId,
};

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

/// A sound that lies under a film from its beginning: in the file where that is an MP4, and beside it
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

/// A film from prompts, as it is asked for.
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

/// A clip that somebody brings.
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

/// A file that was dropped on the page, which knows no path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DroppedFile {
    pub name: String,
    /// Its bytes as base64.
    pub base64: String,
}

/// What a clip says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClipFacts {
    /// The file's name, or the work's title.
    pub name: String,
    /// `GIF`, `APNG`, `WebP`, `Y4M`, `H.264`, `PNG, JPEG, …` for pictures.
    pub format: String,
    pub width: u32,
    pub height: u32,
    /// None where the file does not say and is too long to be counted at once.
    pub frames: Option<u32>,
    /// How long it lasts; reckoned from its beginning where that is all that was read.
    pub seconds: Option<f64>,
    /// The mean of what was read.
    pub fps: f64,
    /// Whether its frames are shown for different lengths of time.
    pub variable: bool,
    /// Its first frame as a `data:` address, small.
    pub poster: String,
}

/// A clip made slower, smoother or sharper, as it is asked for.
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

/// What a film will take, told before it is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilmPromise {
    /// None until such a film was made on this computer.
    pub seconds: Option<f64>,
    /// What the models and what they compute with take together; it does not grow with the film's length.
    pub memory_mb: u32,
    /// Whether the memory was measured in an earlier run.
    pub measured: bool,
    /// Frames, and those of them that are drawn; 0 where a clip does not say before its end.
    pub plan: VideoPlan,
}

/// What a film was promised to take, and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilmCost {
    pub promised: FilmPromise,
    /// From the moment the models were loaded.
    pub seconds: f64,
    /// The same from the start of the job, with loading, writing and speaking.
    pub job_seconds: f64,
    /// From the start of the job to the first frame.
    pub first_frame_seconds: f64,
    /// Of `seconds`, those in which no network computed.
    pub outside_seconds: f64,
    /// None where other models came and went beside it: then nobody can tell.
    pub memory_mb: Option<u32>,
}

/// A frame as timelines show it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FrameMark {
    /// How long it is shown.
    pub seconds: f64,
    pub frame: FrameKind,
    /// How much it differs from the frame before: mean over all values, 0 to 1.
    pub difference: f32,
}

/// Words that are shown for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Caption {
    /// In seconds from the film's beginning.
    pub from: f64,
    pub to: f64,
    pub text: String,
}

impl From<&Caption> for Segment {
    fn from(caption: &Caption) -> Self {
        Self {
            start: caption.from,
            end: caption.to,
            text: caption.text.clone(),
            pieces: Vec::new(),
            temperature: 0.0,
        }
    }
}

/// Which film is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum FilmId {
    /// What a job makes or made; the last few are at hand.
    Take { job: JobId },
    /// A work of the library.
    Work { id: String },
    /// A clip that somebody brings.
    Clip { source: ClipSource },
}

/// A film as far as it is there to be looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilmSheet {
    pub width: u32,
    pub height: u32,
    /// Frames whose pictures can be asked for.
    pub frames: Vec<FrameMark>,
    /// Whether more will come.
    pub ended: bool,
    /// What lies under it.
    pub narration: Option<SoundId>,
    pub captions: Vec<Caption>,
}

/// What becomes of a film, in order; `Done` or `Failed` is the last. About 30 a second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum VideoJobEvent {
    /// Other jobs come first.
    Queued { ahead: u32 },
    Loading {
        model: String,
        seconds: f64,
        expected_seconds: Option<f64>,
    },
    /// Of a story: what more was written of its lines.
    Text { text: String },
    /// Of a story: all its lines.
    Lines { lines: Vec<StoryLine> },
    /// What becomes of the narration. Its own `done` tells the work; `failed` never comes in here.
    Narration { event: SpeechJobEvent },
    /// What will be made, with what it is promised to take.
    Plan {
        promise: FilmPromise,
        /// The id of the network that makes frames in between; none: they are blended.
        inbetween: Option<String>,
        /// The id of the network that enlarges; none: arithmetic.
        upscaler: Option<String>,
    },
    /// A picture was drawn.
    Drawn {
        /// Drawn so far, and all.
        done: u32,
        total: u32,
        /// The scene it leaves, the one it goes to, and how much of the way lies behind.
        from: u32,
        to: u32,
        share: f32,
        /// A `data:` address, as small as the model draws.
        picture: String,
    },
    /// Frames are finished: the next ones in order.
    Frames {
        /// The index of the first of them; counts from 0.
        first: u32,
        frames: Vec<FrameMark>,
        /// One of the last of them as a `data:` address, at most 256 pixels on a side; not with every
        /// message.
        preview: Option<String>,
    },
    /// All frames are made; the file is being finished.
    Finishing,
    Done {
        stats: VideoStats,
        cost: FilmCost,
        /// Its id in the library.
        work: Option<String>,
        /// That of its narration.
        narration: Option<String>,
        /// Of the file, in bytes; 0 where it was not kept.
        bytes: u64,
        /// Why the result was not kept; the film can be looked at and saved all the same.
        keep_failure: Option<Failure>,
    },
    /// With the code `cancelled` when it was stopped.
    Failed { failure: Failure },
}

pub type VideoSink = Sink<VideoJobEvent>;

impl JobEvent for VideoJobEvent {
    common_events!();

    fn absorb(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Text { text }, Self::Text { text: more }) => {
                text.push_str(&more);
                None
            }
            (
                Self::Frames {
                    frames, preview, ..
                },
                Self::Frames {
                    frames: more,
                    preview: newer,
                    ..
                },
            ) => {
                frames.extend(more);
                *preview = newer.or(preview.take());
                None
            }
            (_, next) => Some(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(first: u32, count: usize) -> VideoJobEvent {
        let mark = FrameMark {
            seconds: 0.25,
            frame: FrameKind::Key,
            difference: 0.0,
        };
        VideoJobEvent::Frames {
            first,
            frames: vec![mark; count],
            preview: Some(first.to_string()),
        }
    }

    #[test]
    fn frames_that_were_not_shown_yet_are_told_together() {
        let mut held = frames(3, 2);
        assert_eq!(held.absorb(frames(5, 1)), None);
        let VideoJobEvent::Frames {
            first,
            frames,
            preview,
        } = &held
        else {
            panic!("{held:?}");
        };
        assert_eq!(
            (*first, frames.len(), preview.as_deref()),
            (3, 3, Some("5"))
        );
        assert_eq!(
            held.absorb(VideoJobEvent::Finishing),
            Some(VideoJobEvent::Finishing)
        );
    }
}
