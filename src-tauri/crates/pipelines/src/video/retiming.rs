//! A clip made slower, smoother or sharper, frame by frame, as an iterator of events.
//!
//! Two frames of the clip are in memory at a time. Frames are not made across a jump to another scene.

use std::time::Instant;

use quartet_media::{
    Error as MediaError,
    clip::{ClipFrame, ClipNotice, ClipSource},
};
use quartet_runtime::Cancel;
use serde::{Deserialize, Serialize};

use super::{
    FilmFrame, FlowField, FrameBackend, FrameKind, TICKS_PER_SECOND, VideoEvent, VideoPlan,
    VideoStats, keyframes,
};
use crate::{
    Error, Result, check_choice,
    image::{Picture, upscale::check_within},
    run,
};

/// The longest side of what is made: what encoders and browsers take everywhere.
const LARGEST: u32 = 4096;

/// What the frames in between are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum SpeedMode {
    /// Lasts as long, with more frames a second.
    #[default]
    Smoother,
    /// As many frames a second, and lasts longer.
    Slower,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", default)]
pub struct RetimingRequest {
    /// How many frames each becomes: 1, 2, 4 or 8.
    pub factor: u32,
    pub pace: SpeedMode,
    /// How many times as wide and high: 1, 2 or 4.
    pub sharpen: u32,
}

impl RetimingRequest {
    /// How many frames one becomes that is shown for `ticks`: fewer than [`Self::factor`] where they would be shown
    /// for less than `shortest`, in ticks.
    pub fn parts(&self, ticks: u64, shortest: u64) -> u32 {
        let factor = u64::from(self.factor);
        let most = match self.pace {
            SpeedMode::Smoother => ticks.checked_div(shortest).unwrap_or(factor),
            SpeedMode::Slower => factor,
        };
        most.clamp(1, factor.max(1)) as u32
    }

    /// Refuses a clip of `size` that would become larger than encoders and browsers take everywhere.
    ///
    /// # Errors
    /// `PictureTooLarge`, `ResultTooLarge`.
    pub fn check_size(&self, size: (u32, u32)) -> Result<()> {
        if self.sharpen > 1 {
            return check_within(LARGEST, size, self.sharpen, &[2, 4]);
        }
        let (width, height) = size;
        if width.max(height) > LARGEST {
            let limit = LARGEST;
            return Err(MediaError::PictureTooLarge {
                width,
                height,
                limit,
            }
            .into());
        }
        Ok(())
    }
}

impl Default for RetimingRequest {
    fn default() -> Self {
        Self {
            factor: 2,
            pace: SpeedMode::Smoother,
            sharpen: 1,
        }
    }
}

enum State {
    Plan,
    /// How many frames of the current pair are made.
    Pair(u32),
    Notices,
    Done,
    Finished,
}

/// Makes a clip slower, smoother or sharper. No frame is divided into some that are shown for less than `shortest`
/// ticks: where that is for too short a time to be shown at all, more frames would be a film less smooth.
///
/// # Errors
/// `Parameter`; the iterator ends in those of the source and of the backend, and `Cancelled`.
pub fn retime<'a, B: FrameBackend>(
    source: Box<dyn ClipSource + 'a>,
    backend: &'a mut B,
    request: RetimingRequest,
    shortest: u64,
    cancel: &'a Cancel,
) -> Result<impl Iterator<Item = Result<VideoEvent, B::Error>>> {
    let mut retiming = Retiming::new(source, backend, request, shortest, cancel)?;
    Ok(run::events(move || retiming.step()))
}

struct Retiming<'a, B> {
    source: Box<dyn ClipSource + 'a>,
    backend: &'a mut B,
    cancel: &'a Cancel,
    request: RetimingRequest,
    shortest: u64,
    /// How many frames the current one becomes.
    parts: u32,
    /// Frames that were asked for and are not made: they would be shown for too short a time.
    unmade: u32,
    now: Option<ClipFrame>,
    after: Option<ClipFrame>,
    /// Whether the current pair belongs to two scenes.
    cut: bool,
    shown: Option<Picture>,
    index: u32,
    ticks: u64,
    stats: VideoStats,
    state: State,
    /// What is still to be told of the clip.
    notices: Vec<ClipNotice>,
}

impl<'a, B: FrameBackend> Retiming<'a, B> {
    /// # Errors
    /// `Parameter`.
    fn new(
        source: Box<dyn ClipSource + 'a>,
        backend: &'a mut B,
        request: RetimingRequest,
        shortest: u64,
        cancel: &'a Cancel,
    ) -> Result<Self> {
        check_choice("factor", request.factor, &[1, 2, 4, 8])?;
        check_choice("sharpen", request.sharpen, &[1, 2, 4])?;
        Ok(Self {
            source,
            backend,
            cancel,
            request,
            shortest,
            parts: request.factor,
            unmade: 0,
            now: None,
            after: None,
            cut: false,
            shown: None,
            index: 0,
            ticks: 0,
            stats: VideoStats::default(),
            state: State::Plan,
            notices: Vec::new(),
        })
    }

    fn step(&mut self) -> Result<Option<VideoEvent>, B::Error> {
        self.cancel.check().map_err(Error::from)?;
        loop {
            match self.state {
                State::Plan => return Ok(Some(self.begin()?)),
                State::Pair(done) if done == self.parts => self.next_pair()?,
                State::Pair(done) => {
                    let Some(now) = self.now.take() else {
                        self.end();
                        continue;
                    };
                    // At the end there is nothing to go to: the last frame is held as long as its parts.
                    let last = self.after.is_none();
                    let event = self.part(&now, done, last);
                    self.now = Some(now);
                    self.state = State::Pair(if last { self.parts } else { done + 1 });
                    return event.map(Some);
                }
                State::Notices => {
                    if let Some(notice) = self.notices.pop() {
                        return Ok(Some(VideoEvent::Notice(notice)));
                    }
                    self.state = State::Done;
                    if self.unmade > 0 {
                        let frames = self.index;
                        let asked = frames.saturating_add(self.unmade);
                        return Ok(Some(VideoEvent::Fewer { frames, asked }));
                    }
                }
                State::Done => {
                    self.state = State::Finished;
                    self.stats.frames = self.index;
                    self.stats.seconds = self.ticks as f64 / TICKS_PER_SECOND as f64;
                    return Ok(Some(VideoEvent::Done(self.stats.clone())));
                }
                State::Finished => return Ok(None),
            }
        }
    }

    fn begin(&mut self) -> Result<VideoEvent> {
        let first = self.source.frame()?.ok_or_else(|| MediaError::NotAFilm {
            reason: "it has no frames".to_owned(),
        })?;
        let size = (first.picture.width(), first.picture.height());
        self.request.check_size(size)?;
        let (width, height) = (
            size.0.saturating_mul(self.request.sharpen),
            size.1.saturating_mul(self.request.sharpen),
        );
        (self.stats.width, self.stats.height) = (width, height);
        self.stats.keys = 1;
        self.now = Some(first);
        self.fetch()?;
        self.state = State::Pair(0);
        let keys = self.source.frames().unwrap_or(0);
        let betweens = keys.saturating_sub(1).saturating_mul(self.parts - 1);
        Ok(VideoEvent::Plan(VideoPlan {
            frames: keys.saturating_add(betweens),
            keys,
            width,
            height,
        }))
    }

    /// No frame comes any more.
    fn end(&mut self) {
        self.notices = self.source.notices();
        self.notices.reverse();
        self.state = State::Notices;
    }

    fn next_pair(&mut self) -> Result<()> {
        self.now = self.after.take();
        if self.now.is_none() {
            self.end();
            return Ok(());
        }
        self.stats.keys += 1;
        self.fetch()?;
        self.state = State::Pair(0);
        Ok(())
    }

    /// Reads the frame after the current one, in the first one's size.
    fn fetch(&mut self) -> Result<()> {
        self.after = self.source.frame()?;
        let (Some(now), Some(after)) = (&self.now, &mut self.after) else {
            return Ok(());
        };
        self.parts = self.request.parts(now.ticks, self.shortest);
        let unmade = self.request.factor - self.parts;
        self.unmade = self.unmade.saturating_add(unmade);
        let size = (now.picture.width(), now.picture.height());
        if (after.picture.width(), after.picture.height()) != size {
            after.picture = after.picture.fitted(size.0, size.1);
        }
        self.cut = self.request.factor > 1 && is_cut(&now.picture, &after.picture);
        self.stats.cuts += u32::from(self.cut);
        Ok(())
    }

    /// Part `done` of the current frame.
    fn part(&mut self, now: &ClipFrame, done: u32, last: bool) -> Result<VideoEvent, B::Error> {
        let factor = u64::from(self.parts);
        let ticks = match (self.request.pace, last) {
            (SpeedMode::Slower, false) | (SpeedMode::Smoother, true) => now.ticks,
            (SpeedMode::Slower, true) => now.ticks * factor,
            (SpeedMode::Smoother, false) => {
                let begin = |part: u64| now.ticks * part / factor;
                begin(u64::from(done) + 1) - begin(u64::from(done))
            }
        };
        let after = self.after.as_ref().map(|after| &after.picture);
        let (picture, kind, flow) = match after {
            _ if done == 0 => (now.picture.clone(), FrameKind::Key, None),
            Some(after) if !self.cut && *after != now.picture => {
                let time = done as f32 / self.parts as f32;
                let began = Instant::now();
                let made = self
                    .backend
                    .interpolate(&now.picture, after, time, self.cancel)?;
                self.stats.between_seconds += began.elapsed().as_secs_f64();
                self.stats.betweens += 1;
                (made.picture, FrameKind::Between { time }, made.flow)
            }
            _ => (now.picture.clone(), FrameKind::Held, None),
        };
        self.finished(picture, kind, flow, ticks)
    }

    fn finished(
        &mut self,
        picture: Picture,
        kind: FrameKind,
        flow: Option<FlowField>,
        ticks: u64,
    ) -> Result<VideoEvent, B::Error> {
        let picture = if self.request.sharpen == 1 {
            picture
        } else if let (FrameKind::Held, Some(shown)) = (kind, &self.shown) {
            shown.clone()
        } else {
            let began = Instant::now();
            let size = (self.stats.width, self.stats.height);
            let picture = self.backend.upscale(picture, size, self.cancel)?;
            self.stats.enlarge_seconds += began.elapsed().as_secs_f64();
            picture
        };
        let before = self.shown.as_ref();
        let difference = before.map_or(0.0, |before| {
            keyframes::difference(before.rgb(), picture.rgb())
        });
        self.shown = Some(picture.clone());
        let index = self.index;
        self.index += 1;
        self.ticks += ticks;
        Ok(VideoEvent::Frame(FilmFrame {
            index,
            picture,
            ticks,
            kind,
            difference,
            flow,
        }))
    }
}

/// Whether two neighbouring frames show two scenes: their colours are others, and so are their places.
/// Motion changes places and keeps colours; a flash changes colours for a moment and is taken for a cut,
/// which costs nothing but a frame held.
fn is_cut(a: &Picture, b: &Picture) -> bool {
    const SIDE: u32 = 32;
    let (a, b) = (a.scaled(SIDE, SIDE), b.scaled(SIDE, SIDE));
    let places = keyframes::difference(a.rgb(), b.rgb());
    let histogram = |rgb: &[u8]| {
        let mut counts = [0_i32; 64];
        for pixel in rgb.chunks_exact(3) {
            let bin = pixel
                .iter()
                .fold(0, |bin, value| bin * 4 + usize::from(value >> 6));
            counts[bin] += 1;
        }
        counts
    };
    let (first, second) = (histogram(a.rgb()), histogram(b.rgb()));
    let moved: i32 = first.iter().zip(second).map(|(a, b)| (a - b).abs()).sum();
    let colours = moved as f32 / (2 * SIDE * SIDE) as f32;
    (places > 0.08 && places + colours > 0.45) || places > 0.3
}

#[cfg(test)]
mod tests;
