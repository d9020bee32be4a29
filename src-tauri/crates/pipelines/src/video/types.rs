//! What goes into a film and what comes out, as it crosses to the window.

use quartet_media::clip::ClipNotice;
use serde::{Deserialize, Serialize};

use super::{Camera, FlowField};
use crate::image::{Picture, SubjectChoice};

/// One place of the journey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Scene {
    pub prompt: String,
    /// How much of the film belongs to it; 0.2 to 60.
    pub seconds: f32,
    /// As of a picture: for models that draw what they know by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectChoice>,
}

/// A storyboard: one to eight scenes. The first prompt is seen pure at the beginning, the last at the
/// end, the others in the middle of their seconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", default)]
pub struct TravelRequest {
    pub scenes: Vec<Scene>,
    pub parameters: TravelParameters,
}

/// How to travel; what is none follows the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", default)]
pub struct TravelParameters {
    /// Frames a second; 12 to 30.
    pub fps: u32,
    /// Width and height of the film in pixels: 256 or 512.
    pub size: u32,
    /// Pictures that are drawn for each second; the others are made between them. 1 to 12.
    pub keys_per_second: f32,
    /// Random seed: with the same request it gives the same film; none draws one.
    pub seed: Option<u32>,
    /// How far the noise turns in a second, in quarter turns; 0 keeps it, 1 exchanges it. 0 to 1.
    pub drift: f32,
    /// Ends where it began.
    pub circle: bool,
    /// One of the image model's styles.
    pub style: Option<String>,
    /// For each drawn picture; 1 to 200.
    pub steps: Option<u32>,
    /// 0 to 50.
    pub guidance: Option<f32>,
    pub camera: Camera,
}

impl Default for TravelParameters {
    fn default() -> Self {
        Self {
            fps: 24,
            size: 256,
            keys_per_second: 6.0,
            seed: None,
            drift: 0.0,
            circle: false,
            style: None,
            steps: Some(12),
            guidance: None,
            camera: Camera::default(),
        }
    }
}

/// What will be made, the first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct VideoPlan {
    /// Of the whole film; 0 where a clip does not say before its end.
    pub frames: u32,
    /// Of them drawn, or taken from a clip; 0 likewise.
    pub keys: u32,
    pub width: u32,
    pub height: u32,
}

/// Where a frame comes from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum FrameKind {
    /// Drawn, or a frame of the clip.
    Key,
    /// Made between its neighbours, `time` of the way from the one to the other.
    Between { time: f32 },
    /// The key before it, shown again: nothing moves here, or the clip jumps to another scene.
    Held,
}

/// A finished frame.
#[derive(Debug, Clone, PartialEq)]
pub struct FilmFrame {
    /// Counts from 0.
    pub index: u32,
    pub picture: Picture,
    /// How long it is shown, of [`quartet_media::TICKS_PER_SECOND`].
    pub ticks: u64,
    pub kind: FrameKind,
    /// How much it differs from the frame before: mean over all values, 0 to 1; 0 for the first.
    pub difference: f32,
    /// How pixels moved to make it; small. None for keys, and where frames are only blended.
    pub flow: Option<FlowField>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum VideoEvent {
    Plan(VideoPlan),
    /// A picture was drawn, as small as the model draws it.
    Drawn {
        /// Keys drawn, this one included, and all.
        done: u32,
        total: u32,
        /// The scene it leaves, the one it goes to, and how far along the way it is, 0 to 1.
        from: u32,
        to: u32,
        share: f32,
        picture: Picture,
    },
    Frame(FilmFrame),
    /// What was wrong with the clip that the film was made of; behind its last frame.
    Notice(ClipNotice),
    /// So many `frames` were made and not as many as `asked`: they would be shown for too short a time.
    Fewer {
        frames: u32,
        asked: u32,
    },
    /// Always the last event.
    Done(VideoStats),
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct VideoStats {
    /// Also when the request named none.
    pub seed: u32,
    pub frames: u32,
    pub keys: u32,
    pub betweens: u32,
    /// Scene cuts that were not interpolated across.
    pub cuts: u32,
    pub width: u32,
    pub height: u32,
    /// How long the film is.
    pub seconds: f64,
    pub draw_seconds: f64,
    pub enlarge_seconds: f64,
    pub between_seconds: f64,
}
