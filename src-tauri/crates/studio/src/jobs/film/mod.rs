//! Films as a job: told and spoken where they are stories, drawn or read, made frame by frame while an
//! encoder writes on a thread of its own, kept.

mod foresight;
mod keeping;
mod making;
mod story;
mod telling;
mod workshop;

use std::{fs::File, io, path::PathBuf, sync::Arc, time::Instant};

use quartet_pipelines::video::{TravelRequest, VideoEvent, VideoPlan, clip, retime, travel};
use quartet_runtime::{Cancel, time_in_runs};

use super::{Outlet, Task};
use crate::{
    Code, Failure, JobEvent, Result,
    bench::Bench,
    films::{self, Beside, Film, FilmFormat, Recorder, Reeled},
    wire::{RetimingOrder, VideoJobEvent},
    works::Replacing,
};
pub(crate) use foresight::Foresight;
use keeping::Place;
pub(crate) use keeping::checksum;
use making::{Making, Stopped, follow};
use telling::Told;
pub(crate) use telling::{Narrating, Story, captions as spoken_captions};
use workshop::Shop;
pub(crate) use workshop::Tools;

/// What a film is made of.
pub(crate) enum Plot {
    Travel(TravelRequest),
    /// With the files of its source.
    Clip(RetimingOrder, Vec<PathBuf>),
    /// What is travelled is written first.
    Story(Box<Story>),
}

/// Where a film goes.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Library,
    /// A labelled file of a person's, and no trace in the library.
    File(PathBuf),
}

pub(crate) struct FilmJob {
    pub(crate) plot: Plot,
    pub(crate) tools: Tools,
    pub(crate) format: FilmFormat,
    pub(crate) narrating: Narrating,
    pub(crate) target: Target,
    /// Grows as it is made.
    pub(crate) film: Arc<Film>,
    pub(crate) outlet: Outlet<VideoJobEvent>,
}

impl Task for FilmJob {
    fn run(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<()> {
        let began = Instant::now();
        let told = self.tell(bench, cancel)?;
        self.film.facts().captions.clone_from(&told.captions);
        self.film.facts().model = self.tools.name();
        let watch = foresight::Watch::start(bench, &self.tools);
        self.tools.load(bench, &mut self.outlet, cancel)?;
        let foresight = Foresight::at_the_bench(bench, &self.tools);
        let checksum = self.checksum();
        let mut making = self.begin(bench, &told, foresight, began)?;
        self.make(bench, &told, &mut making, cancel)?;
        making.memory = watch.end(bench, &self.tools);
        self.finish(bench, told, making, checksum)
    }

    fn fail(&mut self, failure: Failure) {
        // What was made before can be looked at.
        self.film.reel.end();
        self.narrating.end();
        self.outlet.send(VideoJobEvent::failed(failure));
    }

    fn ahead(&mut self, jobs: u32) {
        self.outlet.send(VideoJobEvent::queued(jobs));
    }
}

impl FilmJob {
    fn begin(
        &self,
        bench: &Bench,
        told: &Told,
        foresight: Foresight,
        job_began: Instant,
    ) -> Result<Making> {
        let (place, file) = self.place(bench)?;
        let beside = Beside {
            sound: told.sound.clone(),
            captions: told.captions.clone(),
        };
        let reeled = Reeled {
            writer: file.map(|file| films::writer(self.format, file, beside)),
            film: Arc::clone(&self.film),
        };
        let recorder = Recorder::new(Box::new(reeled));
        Ok(Making {
            recorder: recorder.map_err(|error| Failure::new(Code::Internal, error))?,
            place,
            foresight,
            plan: VideoPlan::default(),
            job_began,
            began: Instant::now(),
            runs_before: time_in_runs(),
            first_frame: 0.0,
            previewed: None,
            ticks: 0,
            keys: Vec::new(),
            stats: None,
            memory: None,
        })
    }

    fn place(&self, bench: &Bench) -> Result<(Place, Option<File>)> {
        match &self.target {
            Target::File(path) => {
                let failed = |error: io::Error| Failure::at(Code::ExportFailed, path, error);
                let replacing = Replacing::begin(path).map_err(failed)?;
                let file = replacing.file().map_err(failed)?;
                Ok((Place::File(replacing), Some(file)))
            }
            Target::Library => {
                let begun = bench
                    .library()
                    .and_then(|library| library.begin(self.format.extension()));
                Ok(match begun {
                    Ok((begun, file)) => (Place::Library(Box::new(begun)), Some(file)),
                    Err(failure) => (Place::Nowhere(failure), None),
                })
            }
        }
    }

    /// What a disk says that takes no more.
    fn refused(&self, bench: &Bench, error: &io::Error) -> Failure {
        match (&self.target, bench.library()) {
            (Target::File(path), _) => Failure::at(Code::ExportFailed, path, error),
            (Target::Library, Ok(library)) => Failure::library_io(library.home(), error),
            (Target::Library, Err(failure)) => failure,
        }
    }

    fn make(
        &mut self,
        bench: &mut Bench,
        told: &Told,
        making: &mut Making,
        cancel: &Cancel,
    ) -> Result<()> {
        let mut shop = Shop::new(bench, &self.tools, told.travel.as_ref());
        let mut follow = |events: &mut dyn Iterator<Item = Result<VideoEvent>>| {
            follow(&mut self.outlet, &self.film, &self.tools, making, events)
        };
        let made = match (&told.travel, &self.plot) {
            (Some(request), _) => travel(&mut shop, request.clone(), cancel)
                .map_err(Stopped::from)
                .and_then(|mut events| follow(&mut events)),
            (None, Plot::Clip(order, paths)) => clip::open(paths, order.source.fps())
                .and_then(|source| retime(source, &mut shop, order.request, cancel))
                .map_err(Stopped::from)
                .and_then(|mut events| follow(&mut events)),
            (None, _) => Err(Failure::new(Code::Internal, "a film of nothing").into()),
        };
        match made {
            Ok(()) => Ok(()),
            Err(Stopped::Failure(failure)) => Err(*failure),
            Err(Stopped::Disk(error)) => Err(self.refused(bench, &error)),
        }
    }
}
