//! A film being rendered: its frames are handed to the encoder as they are made, marked and reported.

use std::{
    io,
    time::{Duration, Instant},
};

use quartet_media::data_url;
use quartet_pipelines::video::{
    FilmFrame, FrameKind, TICKS_PER_SECOND, VideoEvent, VideoPlan, VideoStats,
};

use super::{
    backend::FilmModels,
    estimate::FilmEstimator,
    notices,
    output::Output,
    progress::{FilmMade, FilmProgress},
};
use crate::{
    Failure, JobEvent, Result,
    events::EventSender,
    films::{EncoderThread, Film, FrameMark, OwnFile},
    models::Model,
};

pub(super) type FilmEvents<'a> = EventSender<'a, JobEvent<FilmProgress, FilmMade>>;

/// The shortest time between two previews; each costs the job some milliseconds.
const PREVIEW: Duration = Duration::from_millis(100);

/// A film on its way.
pub(super) struct Render {
    // Before the output: the file is closed before it is removed.
    pub(super) encoder: EncoderThread,
    pub(super) output: Output,
    /// What is written, for a film that is not kept in the end.
    pub(super) own: OwnFile,
    pub(super) estimator: FilmEstimator,
    pub(super) plan: VideoPlan,
    /// Of the job, and of the rendering without the loading.
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
    /// What a person should know of the film.
    pub(super) notices: Vec<Failure>,
    /// Frames that are shown for less time than players can: some of them are left out of the file.
    pub(super) short: u32,
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

/// Takes a film's frames as they are made, hands them on and reports them.
pub(super) fn drain(
    sender: &mut FilmEvents<'_>,
    film: &Film,
    models: &FilmModels,
    render: &mut Render,
    events: &mut dyn Iterator<Item = Result<VideoEvent>>,
) -> Result<(), Stopped> {
    for event in events {
        match event? {
            VideoEvent::Plan(plan) => {
                render.plan = plan;
                let mut facts = film.facts();
                (facts.width, facts.height) = (plan.width, plan.height);
                drop(facts);
                let id = |model: &Option<Model>| model.as_ref().map(|model| model.id.clone());
                sender.progress(FilmProgress::Plan {
                    promise: render.estimator.promise(plan),
                    inbetween: id(&models.inbetween),
                    upscaler: id(&models.upscaler),
                });
            }
            VideoEvent::Drawn {
                done,
                total,
                from,
                to,
                share,
                picture,
            } => sender.progress(FilmProgress::Drawn {
                done,
                total,
                from,
                to,
                share,
                picture: data_url::frame(&picture),
            }),
            VideoEvent::Frame(frame) => push_frame(sender, film, render, frame)?,
            VideoEvent::Notice(notice) => render.notices.push(notices::of_clip(notice)),
            VideoEvent::Fewer { frames, asked } => {
                let format = render.own.format;
                render.notices.push(notices::fewer(frames, asked, format));
            }
            VideoEvent::Done(stats) => render.stats = Some(stats),
        }
    }
    Ok(())
}

fn push_frame(
    sender: &mut FilmEvents<'_>,
    film: &Film,
    render: &mut Render,
    frame: FilmFrame,
) -> Result<(), Stopped> {
    let mark = FrameMark {
        seconds: frame.ticks as f64 / TICKS_PER_SECOND as f64,
        frame: frame.kind,
        difference: frame.difference,
    };
    if frame.kind == FrameKind::Key {
        render
            .keys
            .push((render.ticks * 1000 / TICKS_PER_SECOND) as u32);
    }
    render.ticks += frame.ticks;
    let shown = frame.kind != FrameKind::Held;
    render.short += u32::from(shown && frame.ticks < render.own.format.shortest_frame());
    let due = render
        .previewed
        .is_none_or(|last| last.elapsed() >= PREVIEW);
    let preview = due.then(|| data_url::frame(&frame.picture));
    if due {
        render.previewed = Some(Instant::now());
    }
    film.proxies.announce(mark);
    let handed = render.encoder.frame(frame.picture, frame.ticks);
    handed.map_err(Stopped::Disk)?;
    let first = FilmProgress::Frames {
        first: frame.index,
        frames: vec![mark],
        preview,
    };
    if frame.index == 0 {
        render.first_frame = render.job_began.elapsed().as_secs_f64();
        sender.progress(first);
    } else {
        sender.coalesced(first);
    }
    Ok(())
}
