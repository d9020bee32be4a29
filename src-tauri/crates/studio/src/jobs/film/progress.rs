//! The progress of a film, and its result.

use quartet_pipelines::{image::Subject, video::VideoStats};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::estimate::{FilmCost, FilmEstimate};
use crate::{
    Failure, Merge,
    film_orders::StoryLine,
    films::FrameMark,
    jobs::{EventOf, SpeechJob},
};

/// The progress of a film.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FilmProgress {
    /// Of a story: what more was written of its lines.
    Text { text: String },
    /// Of a story: all its lines.
    Lines { lines: Vec<StoryLine> },
    /// An event of the narration. Its `done` names the work; `failed` never occurs here.
    Narration { event: EventOf<SpeechJob> },
    /// What the words of each scene are taken for, in the scenes' order, before anything is drawn; none where the
    /// model knows nothing by name.
    Subjects { subjects: Vec<Option<Subject>> },
    /// What will be made, with what it is estimated to take.
    Plan {
        promise: FilmEstimate,
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
        /// The scene it leaves, the one it goes to, and how much of the way is behind.
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
}

/// A finished film.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilmMade {
    pub stats: VideoStats,
    pub cost: FilmCost,
    /// The id of its narration.
    pub narration: Option<String>,
    /// Of the kept file, in bytes; 0 where it was not kept.
    pub bytes: u64,
    /// What a person should know of the film: what of the clip is not in it, and what to do.
    pub notices: Vec<Failure>,
}

impl Merge for FilmProgress {
    fn merge(&mut self, next: Self) -> Option<Self> {
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
    use quartet_pipelines::video::FrameKind;

    use super::*;

    fn frames(first: u32, count: usize) -> FilmProgress {
        let mark = FrameMark {
            seconds: 0.25,
            frame: FrameKind::Key,
            difference: 0.0,
        };
        FilmProgress::Frames {
            first,
            frames: vec![mark; count],
            preview: Some(first.to_string()),
        }
    }

    #[test]
    fn frames_that_were_not_shown_yet_are_reported_together() {
        let mut held = frames(3, 2);
        assert_eq!(held.merge(frames(5, 1)), None);
        let FilmProgress::Frames {
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
            held.merge(FilmProgress::Finishing),
            Some(FilmProgress::Finishing)
        );
    }
}
