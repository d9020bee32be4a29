//! A film being made from a storyboard, as an iterator of events.
//!
//! For each segment of the way: its key pictures are drawn, each where it says most ([`super::keyframes`]);
//! they get their frames; the frames between are made one by one. No more than a segment's small
//! pictures and two large ones are in memory, however long the film is.

use std::{f32::consts::FRAC_PI_2, f32::consts::TAU, time::Instant};

use quartet_runtime::Cancel;

use super::{
    FilmFrame, FlowField, FrameBackend, FrameKind, TravelRequest, VideoEvent, VideoStats, Waypoint,
    keyframes,
    storyboard::{Segment, Storyboard},
};
use crate::{Error, Result, image::Picture, run};

enum State {
    Plan,
    /// The very first key is drawn; its frame is due.
    FirstFrame,
    /// Keys of the segment are being drawn.
    Draw,
    /// The frame with this index is next.
    Frames(usize),
    Done,
    Finished,
}

/// What is in memory of the current segment.
#[derive(Default)]
struct Keys {
    /// Of the segment, 0 to 1, ascending.
    places: Vec<f32>,
    pictures: Vec<Picture>,
    /// Between neighbours.
    distances: Vec<f32>,
    /// Frames of the film at which keys are shown, ascending, each with its key.
    shown: Vec<(usize, usize)>,
    /// Enlarged, with their keys: the one before the current frame and the one after.
    large: [Option<(usize, Picture)>; 2],
}

/// Makes a film of a request. `backend` must have read its prompts, with the request's seed or one that
/// it drew.
///
/// # Errors
/// `NothingToDraw`, `Parameter`; the iterator ends in those of the backend, and `Cancelled`.
pub fn travel<'a, B: FrameBackend>(
    backend: &'a mut B,
    request: TravelRequest,
    cancel: &'a Cancel,
) -> Result<impl Iterator<Item = Result<VideoEvent, B::Error>>> {
    let mut travel = Travel::new(backend, request, cancel)?;
    Ok(run::events(move || travel.step()))
}

struct Travel<'a, B> {
    backend: &'a mut B,
    cancel: &'a Cancel,
    request: TravelRequest,
    board: Storyboard,
    segment: usize,
    keys: Keys,
    before: Option<Picture>,
    stats: VideoStats,
    state: State,
}

impl<'a, B: FrameBackend> Travel<'a, B> {
    /// # Errors
    /// `NothingToDraw`, `Parameter`.
    fn new(backend: &'a mut B, request: TravelRequest, cancel: &'a Cancel) -> Result<Self> {
        let board = Storyboard::new(&request, backend.travels())?;
        let size = request.parameters.size;
        let stats = VideoStats {
            seed: request.parameters.seed.unwrap_or_default(),
            frames: board.frames as u32,
            width: size,
            height: size,
            seconds: board.seconds,
            ..VideoStats::default()
        };
        Ok(Self {
            backend,
            cancel,
            request,
            board,
            segment: 0,
            keys: Keys::default(),
            before: None,
            stats,
            state: State::Plan,
        })
    }

    fn step(&mut self) -> Result<Option<VideoEvent>, B::Error> {
        self.cancel.check().map_err(Error::from)?;
        loop {
            match self.state {
                State::Plan => {
                    self.state = State::Draw;
                    return Ok(Some(VideoEvent::Plan(self.board.plan(self.stats.width))));
                }
                State::FirstFrame => {
                    self.state = State::Draw;
                    let picture = self.large(0, 0)?;
                    return Ok(Some(self.frame(0, picture, FrameKind::Key, None)));
                }
                State::Draw => {
                    if let Some(drawn) = self.draw_next()? {
                        if self.segment == 0 && self.keys.places.len() == 1 {
                            self.state = State::FirstFrame;
                        }
                        return Ok(Some(drawn));
                    }
                    self.lay_out();
                    let begin = *self.segment().frames.start();
                    self.state = State::Frames(begin + 1);
                }
                State::Frames(index) => {
                    // The last frame of a circle is its first one, shown already.
                    if index > *self.segment().frames.end() || index >= self.board.frames {
                        self.next_stretch();
                        continue;
                    }
                    let event = self.make(index)?;
                    self.state = State::Frames(index + 1);
                    return Ok(Some(event));
                }
                State::Done => {
                    self.state = State::Finished;
                    return Ok(Some(VideoEvent::Done(self.stats.clone())));
                }
                State::Finished => return Ok(None),
            }
        }
    }

    fn segment(&self) -> &Segment {
        &self.board.segments[self.segment]
    }

    fn next_stretch(&mut self) {
        self.segment += 1;
        if self.segment == self.board.segments.len() {
            self.state = State::Done;
            return;
        }
        // Where a segment ends the next begins, with the same picture.
        let pictures: Vec<_> = self.keys.pictures.pop().into_iter().collect();
        self.keys = Keys {
            places: vec![0.0; pictures.len()],
            pictures,
            ..Keys::default()
        };
        self.state = State::Draw;
    }

    /// Draws the next key of the segment; None when it has them all.
    fn draw_next(&mut self) -> Result<Option<VideoEvent>, B::Error> {
        let (at, place) = match self.keys.places.len() {
            0 => (0, 0.0),
            1 => (1, 1.0),
            count if count < self.segment().keys => {
                match keyframes::widest(&self.keys.places, &self.keys.distances) {
                    Some((pair, place)) => (pair + 1, place),
                    None => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        let (waypoint, share) = self.waypoint(place);
        let began = Instant::now();
        let picture = self.backend.draw(&waypoint, self.cancel)?;
        self.stats.draw_seconds += began.elapsed().as_secs_f64();
        self.stats.keys += 1;
        let keys = &mut self.keys;
        keys.places.insert(at, place);
        keys.pictures.insert(at, picture.clone());
        let pairs = keys.pictures.windows(2);
        keys.distances = pairs
            .map(|pair| keyframes::difference(pair[0].rgb(), pair[1].rgb()))
            .collect();
        Ok(Some(VideoEvent::Drawn {
            done: self.stats.keys,
            total: self.board.keys() as u32,
            from: waypoint.from as u32,
            to: waypoint.to as u32,
            share,
            picture,
        }))
    }

    /// A place of the segment (0 to 1) as the backend reads it.
    fn waypoint(&self, place: f32) -> (Waypoint, f32) {
        let segment = self.segment();
        let [begin, end] = segment.shares;
        let share = begin + (end - begin) * place;
        let frames = (*segment.frames.start() as f32, *segment.frames.end() as f32);
        let share_of_film = (frames.0 + (frames.1 - frames.0) * place) / self.board.frames as f32;
        let seconds = self.board.seconds as f32;
        let parameters = &self.request.parameters;
        let turn = FRAC_PI_2 * parameters.drift * seconds;
        let turn = if parameters.circle {
            // There and back: the end meets the beginning.
            turn * 0.25 * (1.0 - (TAU * share_of_film).cos())
        } else {
            turn * share_of_film
        };
        let waypoint = Waypoint {
            from: segment.from,
            to: segment.to,
            share,
            turn,
        };
        (waypoint, share)
    }

    /// Gives the segment's keys their frames.
    fn lay_out(&mut self) {
        let (begin, end) = (*self.segment().frames.start(), *self.segment().frames.end());
        let keys = &mut self.keys;
        let frames = keyframes::frames_of(&keys.places, &keys.distances, end - begin + 1);
        let shown = frames.iter().enumerate();
        keys.shown = shown
            .filter_map(|(key, frame)| Some((begin + (*frame)?, key)))
            .collect();
        keys.large = [None, None];
    }

    /// The frame with this index, which is not the segment's first.
    fn make(&mut self, index: usize) -> Result<VideoEvent, B::Error> {
        let shown = &self.keys.shown;
        let after = shown.partition_point(|(frame, _)| *frame < index);
        // The first and the last frame of a segment are keys'.
        let (after_frame, after_key) = shown[after.min(shown.len() - 1)];
        if after_frame == index {
            let picture = self.large(after_key, 1)?;
            return Ok(self.frame(index, picture, FrameKind::Key, None));
        }
        let (before_frame, before_key) = shown[after.saturating_sub(1)];
        let before = self.large(before_key, 0)?;
        if self.keys.pictures[before_key] == self.keys.pictures[after_key] {
            return Ok(self.frame(index, before, FrameKind::Held, None));
        }
        let after = self.large(after_key, 1)?;
        let time = (index - before_frame) as f32 / (after_frame - before_frame) as f32;
        let began = Instant::now();
        let made = self
            .backend
            .interpolate(&before, &after, time, self.cancel)?;
        self.stats.between_seconds += began.elapsed().as_secs_f64();
        self.stats.betweens += 1;
        Ok(self.frame(index, made.picture, FrameKind::Between { time }, made.flow))
    }

    /// A key of the segment, enlarged; `side` 0 is before the current frame, 1 after it.
    fn large(&mut self, key: usize, side: usize) -> Result<Picture, B::Error> {
        let kept = self
            .keys
            .large
            .iter()
            .flatten()
            .find(|(kept, _)| *kept == key);
        let picture = if let Some((_, picture)) = kept {
            picture.clone()
        } else {
            let size = (self.stats.width, self.stats.height);
            let began = Instant::now();
            let small = self.keys.pictures[key].clone();
            let picture = self.backend.upscale(small, size, self.cancel)?;
            self.stats.enlarge_seconds += began.elapsed().as_secs_f64();
            picture
        };
        self.keys.large[side] = Some((key, picture.clone()));
        Ok(picture)
    }

    fn frame(
        &mut self,
        index: usize,
        picture: Picture,
        kind: FrameKind,
        flow: Option<FlowField>,
    ) -> VideoEvent {
        let share = self.board.share(index);
        let picture = self.request.parameters.camera.see(picture, share);
        let before = self.before.as_ref();
        let difference = before.map_or(0.0, |before| {
            keyframes::difference(before.rgb(), picture.rgb())
        });
        self.before = Some(picture.clone());
        VideoEvent::Frame(FilmFrame {
            index: index as u32,
            picture,
            ticks: self.board.ticks(index),
            kind,
            difference,
            flow,
        })
    }
}

#[cfg(test)]
mod tests;
