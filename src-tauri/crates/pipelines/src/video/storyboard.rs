//! From scenes with seconds to segments of frames: pure arithmetic.

use std::ops::RangeInclusive;

use super::{TICKS_PER_SECOND, TravelParameters, TravelRequest, VideoPlan};
use crate::{Error, Result, check_choice, check_range};

pub const MAX_SCENES: usize = 8;
/// Of the whole film.
pub const MAX_SECONDS: f32 = 120.0;

/// A segment's keys are all in memory at once: longer ways are cut.
const LONGEST_STRETCH: f64 = 4.0;

/// Frames between two prompts, or a part of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Segment {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Of the way between the two prompts.
    pub(super) shares: [f32; 2],
    /// Frames of the film, both ends included: neighbours share a frame.
    pub(super) frames: RangeInclusive<usize>,
    /// Pictures drawn, both ends included; at least two.
    pub(super) keys: usize,
}

/// The film's frames and how they follow from the storyboard.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Storyboard {
    pub(super) segments: Vec<Segment>,
    pub(super) frames: usize,
    pub(super) fps: u32,
    pub(super) seconds: f64,
}

/// What a film of `request` will be made of. `travels` is whether the model draws places between two
/// prompts.
///
/// # Errors
/// `NothingToDraw` without scenes or with an empty one; `Parameter`.
pub fn plan(request: &TravelRequest, travels: bool) -> Result<VideoPlan> {
    let board = Storyboard::new(request, travels)?;
    let size = request.parameters.size;
    Ok(board.plan(size))
}

impl Storyboard {
    pub(super) fn plan(&self, size: u32) -> VideoPlan {
        VideoPlan {
            frames: self.frames as u32,
            keys: self.keys() as u32,
            width: size,
            height: size,
        }
    }

    /// `travels` is whether there are pictures between two prompts; otherwise only the prompts' own are
    /// drawn.
    ///
    /// # Errors
    /// `NothingToDraw` without scenes or with an empty one; `Parameter`.
    pub(super) fn new(request: &TravelRequest, travels: bool) -> Result<Self> {
        check(request)?;
        let TravelParameters {
            fps,
            circle,
            keys_per_second,
            ..
        } = request.parameters;
        let lengths: Vec<f64> = request
            .scenes
            .iter()
            .map(|scene| f64::from(scene.seconds))
            .collect();
        let seconds: f64 = lengths.iter().sum();
        let frames = ((seconds * f64::from(fps)).round() as usize).max(2);
        // A circle's last frame is the one before its first.
        let last = if circle { frames } else { frames - 1 };
        let mut segments = Vec::new();
        let mut begin = 0.0;
        for (from, to, length) in ways(&lengths, circle) {
            let parts = if travels {
                (length / LONGEST_STRETCH).ceil().max(1.0)
            } else {
                1.0
            };
            for part in 0..parts as usize {
                let shares = [part as f64 / parts, (part + 1) as f64 / parts];
                let ends = shares.map(|share| {
                    (((begin + length * share) / seconds * last as f64).round() as usize).min(last)
                });
                if ends[1] <= ends[0] {
                    continue;
                }
                let room = ends[1] - ends[0] + 1;
                let wanted = (length / parts * f64::from(keys_per_second)).round() as usize + 1;
                // Where nothing changes between the ends, two pictures are all there is to draw.
                let moves = travels && (from != to || request.parameters.drift > 0.0);
                segments.push(Segment {
                    from,
                    to,
                    shares: shares.map(|share| share as f32),
                    frames: ends[0]..=ends[1],
                    keys: if moves { wanted.clamp(2, room) } else { 2 },
                });
            }
            begin += length;
        }
        Ok(Self {
            segments,
            frames,
            fps,
            seconds: frames as f64 / f64::from(fps),
        })
    }

    /// Pictures drawn in all, counted once where segments meet.
    pub(super) fn keys(&self) -> usize {
        1 + self
            .segments
            .iter()
            .map(|segment| segment.keys - 1)
            .sum::<usize>()
    }

    /// How long a frame is shown, so that none is ever off by more than a tick.
    pub(super) fn ticks(&self, frame: usize) -> u64 {
        let begin = |frame: usize| frame as u64 * TICKS_PER_SECOND / u64::from(self.fps);
        begin(frame + 1) - begin(frame)
    }

    /// How far into the film a frame is, 0 to 1.
    pub(super) fn share(&self, frame: usize) -> f32 {
        frame as f32 / (self.frames - 1).max(1) as f32
    }
}

/// Ways between neighbouring prompts with their seconds. The first prompt is pure at the beginning and
/// the last at the end; those between in the middle of their seconds.
fn ways(lengths: &[f64], circle: bool) -> Vec<(usize, usize, f64)> {
    let count = lengths.len();
    let end = count - 1;
    if count == 1 {
        return vec![(0, 0, lengths[0])];
    }
    let half = |scene: usize| {
        let whole = !circle && (scene == 0 || scene == end);
        lengths[scene] * if whole { 1.0 } else { 0.5 }
    };
    let open = (0..end).map(|scene| (scene, scene + 1, half(scene) + half(scene + 1)));
    let back = circle.then(|| (end, 0, half(end) + half(0)));
    open.chain(back).collect()
}

fn check(request: &TravelRequest) -> Result<()> {
    let (scenes, parameters) = (&request.scenes, &request.parameters);
    if scenes.is_empty() || scenes.iter().any(|scene| scene.prompt.trim().is_empty()) {
        return Err(Error::NothingToDraw);
    }
    if scenes.len() > MAX_SCENES {
        return check_range("scenes", scenes.len(), 1..=MAX_SCENES);
    }
    for scene in scenes {
        check_range("seconds", scene.seconds, 0.2..=60.0)?;
    }
    let seconds: f32 = scenes.iter().map(|scene| scene.seconds).sum();
    if seconds > MAX_SECONDS {
        return Err(Error::parameter(
            "seconds",
            seconds,
            ("at most 120 in all", "总共最多 120"),
        ));
    }
    check_range("fps", parameters.fps, 12..=30)?;
    check_choice("size", parameters.size, &[256, 512])?;
    let (keys, drift, strength) = (
        parameters.keys_per_second,
        parameters.drift,
        parameters.camera.strength,
    );
    check_range("keysPerSecond", keys, 1.0..=12.0)?;
    check_range("drift", drift, 0.0..=1.0)?;
    check_range("strength", strength, 0.0..=1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::Scene;

    fn request(seconds: &[f32]) -> TravelRequest {
        let scene = |&seconds: &f32| Scene {
            prompt: "cat".to_owned(),
            seconds,
            subject: None,
        };
        TravelRequest {
            scenes: seconds.iter().map(scene).collect(),
            ..TravelRequest::default()
        }
    }

    #[test]
    fn two_scenes_of_a_second_are_48_frames_and_13_drawings() {
        let board = Storyboard::new(&request(&[1.0, 1.0]), true).unwrap();
        assert_eq!((board.frames, board.keys()), (48, 13));
        assert_eq!(board.segments[0].frames, 0..=47);
        let still = Storyboard::new(&request(&[1.0, 1.0]), false).unwrap();
        assert_eq!(still.keys(), 2);
    }

    #[test]
    fn stretches_meet_and_reach_from_the_first_frame_to_the_last() {
        for circle in [false, true] {
            let mut request = request(&[1.0, 9.0, 0.5, 2.0]);
            request.parameters.circle = circle;
            let board = Storyboard::new(&request, true).unwrap();
            assert_eq!(board.frames, 300);
            assert_eq!(*board.segments[0].frames.start(), 0);
            let end = *board.segments.last().unwrap().frames.end();
            assert_eq!(end, if circle { 300 } else { 299 });
            for pair in board.segments.windows(2) {
                assert_eq!(pair[0].frames.end(), pair[1].frames.start());
            }
        }
    }

    #[test]
    fn the_middle_prompt_is_pure_in_the_middle_of_its_seconds() {
        let board = Storyboard::new(&request(&[1.0, 2.0, 1.0]), true).unwrap();
        assert_eq!(*board.segments[0].frames.end(), 48);
        assert_eq!(board.segments[0].to, 1);
    }

    #[test]
    fn frames_last_exactly_as_long_as_the_film_at_every_rate() {
        for fps in 12..=30 {
            let mut request = request(&[7.0]);
            request.parameters.fps = fps;
            let board = Storyboard::new(&request, true).unwrap();
            let ticks: u64 = (0..board.frames).map(|frame| board.ticks(frame)).sum();
            assert_eq!(ticks, 7 * TICKS_PER_SECOND, "{fps}");
        }
    }

    #[test]
    fn what_cannot_be_made_is_refused_by_name() {
        let name = |change: &dyn Fn(&mut TravelRequest)| {
            let mut request = request(&[1.0, 1.0]);
            change(&mut request);
            match Storyboard::new(&request, true).unwrap_err() {
                Error::Parameter { name, .. } => name,
                Error::NothingToDraw => "empty",
                other => panic!("{other}"),
            }
        };
        assert_eq!(name(&|r| r.scenes.clear()), "empty");
        assert_eq!(name(&|r| r.scenes[1].prompt = " ".to_owned()), "empty");
        assert_eq!(name(&|r| r.scenes[0].seconds = 0.0), "seconds");
        assert_eq!(name(&|r| r.scenes[0].seconds = f32::NAN), "seconds");
        assert_eq!(name(&|r| r.scenes = vec![r.scenes[0].clone(); 9]), "scenes");
        assert_eq!(name(&|r| r.parameters.fps = 60), "fps");
        assert_eq!(name(&|r| r.parameters.size = 300), "size");
        assert_eq!(name(&|r| r.parameters.drift = 2.0), "drift");
    }
}
