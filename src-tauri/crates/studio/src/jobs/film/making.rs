//! A film's frames taken as they are made: handed to the encoder, marked, told.

use std::{
    io,
    time::{Duration, Instant},
};

use quartet_pipelines::video::{
    FilmFrame, FrameKind, TICKS_PER_SECOND, VideoEvent, VideoPlan, VideoStats,
};

use super::{Foresight, Tools, keeping::Place};
use crate::{
    Failure, Result,
    films::{self, Film, Recorder},
    jobs::Outlet,
    models::Model,
    wire::{FrameMark, VideoJobEvent},
};

/// A window sees no more previews than so many a second; each costs the making some milliseconds.
const PREVIEW: Duration = Duration::from_millis(100);

/// A film on its way.
pub(super) struct Making {
    // Before the place: the file is closed before it is removed.
    pub(super) recorder: Recorder,
    pub(super) place: Place,
    pub(super) foresight: Foresight,
    pub(super) plan: VideoPlan,
    /// Of the job, and of the making without the loading.
    pub(super) job_began: Instant,
    pub(super) began: Instant,
    pub(super) runs_before: Duration,
    pub(super) first_frame: f64,
    pub(super) previewed: Option<Instant>,
    pub(super) ticks: u64,
    /// When key frames begin, in thousandths of a second.
    pub(super) keys: Vec<u32>,
    pub(super) stats: Option<VideoStats>,
    pub(super) memory: Option<u64>,
}

/// Why a film was not made to its end.
pub(super) enum Stopped {
    Failure(Box<Failure>),
    /// What the disk said that the film was written to.
    Disk(io::Error),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failure(Box::new(failure))
    }
}

impl From<quartet_pipelines::Error> for Stopped {
    fn from(error: quartet_pipelines::Error) -> Self {
        Failure::from(error).into()
    }
}

/// Takes a film's frames as they are made, hands them on and tells of them.
pub(super) fn follow(
    outlet: &mut Outlet<VideoJobEvent>,
    film: &Film,
    tools: &Tools,
    making: &mut Making,
    events: &mut dyn Iterator<Item = Result<VideoEvent>>,
) -> Result<(), Stopped> {
    for event in events {
        match event? {
            VideoEvent::Plan(plan) => {
                making.plan = plan;
                let mut facts = film.facts();
                (facts.width, facts.height) = (plan.width, plan.height);
                drop(facts);
                let id = |model: &Option<Model>| model.as_ref().map(|model| model.id.clone());
                outlet.send(VideoJobEvent::Plan {
                    promise: making.foresight.promise(plan),
                    inbetween: id(&tools.inbetween),
                    upscaler: id(&tools.upscaler),
                });
            }
            VideoEvent::Drawn {
                done,
                total,
                from,
                to,
                share,
                picture,
            } => outlet.send(VideoJobEvent::Drawn {
                done,
                total,
                from,
                to,
                share,
                picture: films::data_address(&picture),
            }),
            VideoEvent::Frame(frame) => take(outlet, film, making, frame)?,
            VideoEvent::Done(stats) => making.stats = Some(stats),
        }
    }
    outlet.flush();
    Ok(())
}

fn take(
    outlet: &mut Outlet<VideoJobEvent>,
    film: &Film,
    making: &mut Making,
    frame: FilmFrame,
) -> Result<(), Stopped> {
    let mark = FrameMark {
        seconds: frame.ticks as f64 / TICKS_PER_SECOND as f64,
        frame: frame.kind,
        difference: frame.difference,
    };
    if frame.kind == FrameKind::Key {
        making
            .keys
            .push((making.ticks * 1000 / TICKS_PER_SECOND) as u32);
    }
    making.ticks += frame.ticks;
    let due = making
        .previewed
        .is_none_or(|last| last.elapsed() >= PREVIEW);
    let preview = due.then(|| films::data_address(&frame.picture));
    if due {
        making.previewed = Some(Instant::now());
    }
    film.reel.announce(mark);
    let handed = making.recorder.frame(frame.picture, frame.ticks);
    handed.map_err(Stopped::Disk)?;
    let first = VideoJobEvent::Frames {
        first: frame.index,
        frames: vec![mark],
        preview,
    };
    if frame.index == 0 {
        making.first_frame = making.job_began.elapsed().as_secs_f64();
        outlet.send(first);
    } else {
        outlet.gather(first);
    }
    Ok(())
}
