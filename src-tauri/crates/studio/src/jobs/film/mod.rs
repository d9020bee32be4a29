//! Films as a job: told and spoken where they are stories, drawn or read, made frame by frame while an
//! encoder writes on a thread of its own, kept.

mod foresight;
mod story;
mod telling;
mod workshop;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use quartet_pipelines::{
    Result as PipelineResult,
    video::{
        FilmFrame, FrameKind, Retiming, TICKS_PER_SECOND, Travel, TravelRequest, VideoEvent,
        VideoPlan, VideoStats, clip,
    },
};
use quartet_runtime::{Cancel, time_in_runs};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Outlet, Task};
use crate::{
    Code, Failure, JobEvent, Modality, Result,
    bench::Bench,
    clock,
    films::{self, Beside, Film, FilmFormat, Label, Recorder, Reeled},
    labels::Provenance,
    models::Model,
    pictures,
    recipe::{self, FilmRecipe, Recipe, RecipeModel},
    wire::{FilmCost, FrameMark, RetimingOrder, VideoJobEvent},
    works::{Begun, Draft, Replacing, Work},
};
pub(crate) use foresight::Foresight;
use telling::Told;
pub(crate) use telling::{Narrating, Story, captions as spoken_captions};
use workshop::Shop;
pub(crate) use workshop::Tools;

/// A window sees no more previews than so many a second; each costs the making some milliseconds.
const PREVIEW: Duration = Duration::from_millis(100);

/// What a film is made of.
pub(crate) enum Plot {
    Travel(TravelRequest),
    /// With the files of its source, and whether they are a person's own.
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

/// Where frames are written.
enum Place {
    Library(Box<Begun>),
    File(Replacing),
    /// The library takes nothing, for this reason: the film can be looked at all the same.
    Nowhere(Failure),
}

/// A film on its way.
struct Making {
    // Before the place: the file is closed before it is removed.
    recorder: Recorder,
    place: Place,
    foresight: Foresight,
    plan: VideoPlan,
    /// Of the job, and of the making without the loading.
    job_began: Instant,
    began: Instant,
    runs_before: Duration,
    first_frame: f64,
    previewed: Option<Instant>,
    ticks: u64,
    /// When key frames begin, in thousandths of a second.
    keys: Vec<u32>,
    stats: Option<VideoStats>,
    memory: Option<u64>,
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
        let mut follow = |events: &mut dyn Iterator<Item = PipelineResult<VideoEvent>>| {
            follow(&mut self.outlet, &self.film, &self.tools, making, events)
        };
        let made = match (&told.travel, &self.plot) {
            (Some(travel), _) => Travel::new(&mut shop, travel.clone(), cancel)
                .map_err(Stopped::from)
                .and_then(|mut events| follow(&mut events)),
            (None, Plot::Clip(order, paths)) => clip::open(paths, order.source.fps())
                .and_then(|source| Retiming::new(source, &mut shop, order.request, cancel))
                .map_err(Stopped::from)
                .and_then(|mut events| follow(&mut events)),
            (None, _) => Err(Failure::new(Code::Internal, "a film of nothing").into()),
        };
        match (made, shop.failure.take()) {
            (Ok(()), _) => Ok(()),
            // What a model says is told as it is; the pipeline only heard that there is no picture.
            (Err(_), Some(failure)) => Err(failure),
            (Err(Stopped::Failure(failure)), None) => Err(*failure),
            (Err(Stopped::Disk(error)), None) => Err(self.refused(bench, &error)),
        }
    }

    fn finish(
        &mut self,
        bench: &Bench,
        told: Told,
        making: Making,
        checksum: Option<JoinHandle<Option<String>>>,
    ) -> Result<()> {
        self.outlet.send(VideoJobEvent::Finishing);
        let stats = making.stats.clone();
        let stats = stats.ok_or_else(|| Failure::new(Code::Internal, "a film without an end"))?;
        let seconds = making.began.elapsed().as_secs_f64();
        let clip = checksum.and_then(|thread| thread.join().ok().flatten());
        let narration = told.narration.clone();
        let recipe = self.recipe(bench, told, &making, &stats, clip, seconds);
        let promised = making.foresight.promise(making.plan);
        let (job_began, began, first_frame) = (making.job_began, making.began, making.first_frame);
        let (runs_before, memory) = (making.runs_before, making.memory);
        making.foresight.remember(bench, &stats, seconds, memory);
        let (work, keep_failure) = self.keep(bench, making, &recipe, seconds)?;
        self.film.reel.end();
        self.film.facts().work = work.as_ref().map(|work| work.id.clone());
        let seconds = began.elapsed().as_secs_f64();
        let in_runs = time_in_runs().saturating_sub(runs_before).as_secs_f64();
        self.outlet.send(VideoJobEvent::Done {
            stats,
            cost: FilmCost {
                promised,
                seconds,
                job_seconds: job_began.elapsed().as_secs_f64(),
                first_frame_seconds: first_frame,
                outside_seconds: (seconds - in_runs).max(0.0),
                memory_mb: memory.map(super::promise::megabytes),
            },
            bytes: work.as_ref().map_or(0, |work| work.bytes),
            work: work.map(|work| work.id),
            narration,
            keep_failure,
        });
        Ok(())
    }

    /// Writes the end of the film and enters it where it is to be kept.
    fn keep(
        &self,
        bench: &Bench,
        making: Making,
        recipe: &Recipe,
        seconds: f64,
    ) -> Result<(Option<Work>, Option<Failure>)> {
        let Making {
            recorder, place, ..
        } = making;
        let refused = |error: io::Error| self.refused(bench, &error);
        match place {
            Place::Library(begun) => {
                let json = recipe.json()?;
                let prompt = recipe.prompt();
                let title = self.title(&prompt);
                let draft = Draft {
                    modality: Modality::Video,
                    title: &title,
                    model: &recipe.model.id,
                    seconds,
                    prompt: &prompt,
                    content: &prompt,
                    recipe: &json,
                    extension: self.format.extension(),
                };
                let label = Label {
                    id: begun.stamp.id.clone(),
                    provenance: draft.provenance(&begun.stamp),
                };
                let finished = recorder.finish(&label).map_err(refused);
                let kept = finished.and_then(|()| bench.library()?.complete(*begun, &draft));
                // All frames are made, and can be looked at and saved elsewhere.
                Ok(match kept {
                    Ok(work) => (Some(work), None),
                    Err(failure) => (None, Some(failure)),
                })
            }
            Place::File(replacing) => {
                recorder.finish(&self.anonymous()).map_err(refused)?;
                replacing.publish().map_err(refused)?;
                Ok((None, None))
            }
            Place::Nowhere(failure) => {
                // Waits for the last frame to be there to look at.
                recorder.finish(&self.anonymous()).map_err(refused)?;
                Ok((None, Some(failure)))
            }
        }
    }

    /// What a film says of itself that is in no library.
    fn anonymous(&self) -> Label {
        let id = Uuid::now_v7();
        Label {
            id: id.to_string(),
            provenance: Provenance {
                title: None,
                created: clock::rfc3339(clock::millis_of(&id)),
                model: self.tools.name(),
                recipe: None,
            },
        }
    }

    fn title(&self, prompt: &str) -> String {
        match &self.plot {
            Plot::Story(story) => recipe::title(&story.topic),
            Plot::Travel(_) | Plot::Clip(..) => recipe::title(prompt),
        }
    }

    fn recipe(
        &self,
        bench: &Bench,
        told: Told,
        making: &Making,
        stats: &VideoStats,
        clip: Option<String>,
        seconds: f64,
    ) -> Recipe {
        let id = |model: &Option<Model>| model.as_ref().map(|model| model.id.clone());
        let retiming = match &self.plot {
            Plot::Clip(order, _) => Some(order.clone()),
            Plot::Travel(_) | Plot::Story(_) => None,
        };
        let film = FilmRecipe {
            travel: told.travel,
            retiming,
            clip,
            format: self.format,
            inbetween: id(&self.tools.inbetween),
            upscaler: id(&self.tools.upscaler),
            narration: told.narration,
            captions: told.captions,
            lines: told.lines,
            keys: making.keys.clone(),
            stats: stats.clone(),
        };
        let model = self.tools.main().map_or_else(
            || RecipeModel {
                id: self.tools.name(),
                digest: None,
                licence: String::new(),
            },
            RecipeModel::of,
        );
        Recipe {
            film: Some(film),
            ..bench.recipe_by(Modality::Video, model, "CPU".to_owned(), seconds)
        }
    }

    /// Of the clip's files, reckoned beside the making.
    fn checksum(&self) -> Option<JoinHandle<Option<String>>> {
        let Plot::Clip(order, paths) = &self.plot else {
            return None;
        };
        // A kept film has its own, and a folder's pictures may come and go.
        if !order.source.is_files() || paths.iter().any(|path| path.is_dir()) {
            return None;
        }
        let paths = paths.clone();
        thread::Builder::new()
            .name("quartet-checksum".to_owned())
            .spawn(move || checksum(&paths).ok())
            .ok()
    }
}

/// Why a film was not made to its end.
enum Stopped {
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
fn follow(
    outlet: &mut Outlet<VideoJobEvent>,
    film: &Film,
    tools: &Tools,
    making: &mut Making,
    events: &mut dyn Iterator<Item = PipelineResult<VideoEvent>>,
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

/// sha256 of a file, or over those of several.
pub(crate) fn checksum(paths: &[PathBuf]) -> io::Result<String> {
    let one = |path: &Path| -> io::Result<String> {
        let mut hash = Sha256::new();
        io::copy(&mut File::open(path)?, &mut HashWriter(&mut hash))?;
        Ok(crate::models::hex(&hash.finalize()))
    };
    match paths {
        [path] => one(path),
        many => {
            let sums = many.iter().map(|path| one(path));
            let sums = sums.collect::<io::Result<Vec<_>>>()?;
            Ok(pictures::checksum(sums.join("\n").as_bytes()))
        }
    }
}

struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
