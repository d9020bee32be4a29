//! Films as a job, from the three kinds of order.

use std::{path::Path, sync::Arc, time::Instant};

use quartet_media::{UnknownFormat, labels::Label};
use quartet_pipelines::{
    audio::{SpeechRequest, is_chinese},
    image::{ImageModel, Subject, SubjectChoice},
    video::{TravelRequest, VideoEvent, VideoPlan, VideoStats, clip, plan, retime, travel},
};
use quartet_runtime::time_in_runs;

use super::{
    backend::{FilmModels, StudioBackend},
    estimate::{FilmCost, FilmEstimator, Watch},
    notices,
    output::{self, FinishedFilm, Output, Refusal},
    progress::{FilmMade, FilmProgress},
    render::{Render, Stopped, drain},
    script::{FilmScript, captions},
    source::{FilmSource, NarrationSource, Story},
};
use crate::{
    Code, Failure, Modality, Result, Skill,
    film_orders::{Inbetweens, Narration, RetimingOrder, StoryOrder, TravelOrder},
    films::{self, EncoderThread, Film, FilmFormat, OwnFile, ProxyTee, SideTracks},
    jobs::{
        Job, JobContext, Keep, Order, Prepared, SpeechJob, SpeechOrder,
        estimate::{self, Estimator},
        product,
    },
    models::Model,
    recipe::{FilmRecipe, Made, Recipe},
    resources::Resources,
    sound::SoundId,
};

#[derive(Debug)]
pub struct FilmJob {
    source: FilmSource,
    models: FilmModels,
    /// Of the library's file; one elsewhere has that of its ending.
    format: FilmFormat,
    narration: NarrationSource,
    /// Grows as it is made.
    film: Arc<Film>,
}

impl FilmJob {
    fn prepared<O: Order<Job = Self, Live = Arc<Film>>>(
        source: FilmSource,
        models: FilmModels,
        format: FilmFormat,
        narration: NarrationSource,
        resources: &Resources,
    ) -> Result<Prepared<O>> {
        let film = Arc::new(Film::empty(&resources.paths.home)?);
        Ok(Prepared {
            model: models.name(),
            live: Arc::clone(&film),
            job: Self {
                source,
                models,
                format,
                narration,
                film,
            },
        })
    }
}

impl Order for TravelOrder {
    type Job = FilmJob;
    type Live = Arc<Film>;

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        let models = travel_models(&self, resources)?;
        // Refused before anything is loaded or said.
        plan(&self.request, models.travels())?;
        let narration = match self.narration {
            None => NarrationSource::None,
            Some(Narration::Work { id }) => kept_narration(id, resources)?,
            Some(Narration::Spoken { model, request }) => {
                let language = if is_chinese(&request.text) {
                    "zh"
                } else {
                    "en"
                };
                let model = model.as_deref();
                let speaker = resources.models.fitting(model, Skill::Speech, language)?;
                NarrationSource::Spoken(Box::new(speaking(speaker, request, resources)?))
            }
        };
        let source = FilmSource::Travel(self.request);
        FilmJob::prepared(source, models, self.format, narration, resources)
    }
}

impl Order for RetimingOrder {
    type Job = FilmJob;
    type Live = Arc<Film>;

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        let models = retiming_models(&self, resources)?;
        let paths = resources.works.clip_paths(&self.source)?;
        let format = self.format;
        let source = FilmSource::Clip(self, paths);
        FilmJob::prepared(source, models, format, NarrationSource::None, resources)
    }
}

impl Order for StoryOrder {
    type Job = FilmJob;
    type Live = Arc<Film>;

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        if self.topic.trim().is_empty() {
            return Err(Failure::new(Code::NothingToDraw, "a story without a topic"));
        }
        let models = &resources.models;
        let language = self.language;
        let film_models = FilmModels {
            image: Some(models.choose(self.model.as_deref(), Skill::Image)?),
            upscaler: models.choose(None, Skill::Upscale).ok(),
            inbetween: inbetween(&self.inbetweens, resources)?,
        };
        let writer = models.fitting(self.writer.as_deref(), Skill::Text, &language)?;
        let speaker = match (self.speaker, self.spoken) {
            (_, false) => None,
            (Some(id), true) => Some(models.choose(Some(&id), Skill::Speech)?),
            // Where nothing speaks, the film is silent and its captions are read.
            (None, true) => models.fitting(None, Skill::Speech, &language).ok(),
        };
        let narration = match speaker {
            None => NarrationSource::None,
            Some(speaker) => {
                let request = SpeechRequest {
                    // Known when it is written.
                    text: String::new(),
                    voice: self.voice,
                    speed: 1.0,
                    seed: self.parameters.seed,
                };
                NarrationSource::Spoken(Box::new(speaking(speaker, request, resources)?))
            }
        };
        let story = Story {
            topic: self.topic,
            language,
            writer,
            parameters: self.parameters,
        };
        let source = FilmSource::Story(Box::new(story));
        FilmJob::prepared(source, film_models, self.format, narration, resources)
    }
}

/// The models of a film from prompts.
pub(crate) fn travel_models(order: &TravelOrder, resources: &Resources) -> Result<FilmModels> {
    let models = &resources.models;
    Ok(FilmModels {
        image: Some(models.choose(order.model.as_deref(), Skill::Image)?),
        upscaler: order
            .sharpen
            .then(|| models.choose(None, Skill::Upscale).ok())
            .flatten(),
        inbetween: inbetween(&order.inbetweens, resources)?,
    })
}

/// The models of a film from a clip.
pub(crate) fn retiming_models(order: &RetimingOrder, resources: &Resources) -> Result<FilmModels> {
    let sharpened = order.request.sharpen > 1;
    let upscaler = sharpened.then(|| resources.models.choose(None, Skill::Upscale));
    let inbetween = match order.request.factor {
        1 => None,
        _ => inbetween(&order.inbetweens, resources)?,
    };
    Ok(FilmModels {
        image: None,
        upscaler: upscaler.transpose()?,
        inbetween,
    })
}

fn inbetween(wanted: &Inbetweens, resources: &Resources) -> Result<Option<Model>> {
    Ok(match wanted {
        Inbetweens::Best => resources.models.choose(None, Skill::Inbetween).ok(),
        Inbetweens::Network { model } => {
            Some(resources.models.choose(Some(model), Skill::Inbetween)?)
        }
        Inbetweens::Blended => None,
    })
}

fn speaking(model: Model, request: SpeechRequest, resources: &Resources) -> Result<SpeechJob> {
    let model = Some(model.id);
    Ok(SpeechOrder { model, request }.prepare(resources)?.job)
}

fn kept_narration(id: String, resources: &Resources) -> Result<NarrationSource> {
    let opened = resources.works.library()?.open_work(&id)?;
    if let Some(problem) = opened.work.problem {
        return Err(problem.into());
    }
    if opened.work.modality != Modality::Audio {
        return Err(Failure::new(Code::SoundUnreadable, &id));
    }
    let captions = match Recipe::parse(&opened.recipe).map(|recipe| recipe.made) {
        Some(Made::Speech(said)) => captions(&said.script, said.stats.sample_rate),
        _ => Vec::new(),
    };
    Ok(NarrationSource::Kept {
        id,
        file: opened.file,
        captions,
    })
}

/// What the words of each scene are taken for, which is told; from here on the request, and with it the recipe,
/// names the things.
fn understand<J: Job<Progress = FilmProgress>>(
    travel: &mut TravelRequest,
    model: &Model,
    context: &mut JobContext<'_, J>,
) -> Result<()> {
    let cancel = context.cancel;
    let (model, _) = context.model::<dyn ImageModel>(model)?;
    let mut subjects = Vec::new();
    for scene in &mut travel.scenes {
        let subject = match &scene.subject {
            None => None,
            Some(choice) => {
                let subject = model.subject(&scene.prompt, cancel)?;
                subject.map(|subject| subject.chosen(choice))
            }
        };
        if scene.subject == Some(SubjectChoice::Words) {
            scene.subject = subject.as_ref().map(Subject::choice);
        }
        subjects.push(subject);
    }
    if subjects.iter().any(Option::is_some) {
        context.send(FilmProgress::Subjects { subjects });
    }
    Ok(())
}

impl Job for FilmJob {
    type Progress = FilmProgress;
    type Made = FilmMade;

    fn check_ending(path: &Path) -> Result<(), UnknownFormat> {
        FilmFormat::of(path).map(drop)
    }

    fn run(&mut self, context: &mut JobContext<'_, Self>) -> Result<FilmMade> {
        let began = Instant::now();
        if let Keep::File(path) = context.keep {
            self.format = FilmFormat::of(path)?;
        }
        if let FilmSource::Clip(order, paths) = &self.source {
            // Told before anything is loaded, not after the work.
            notices::check_size(order, paths, self.format)?;
        }
        let mut script = FilmScript::prepare(&self.source, &mut self.narration, context)?;
        {
            let mut facts = self.film.facts();
            facts.captions.clone_from(&script.captions);
            let narration = script.narration.clone();
            facts.narration = narration.map(|id| SoundId::Work { id });
        }
        let watch = Watch::start(context.worker, &self.models);
        self.models.load(context)?;
        if let (Some(travel), Some(model)) = (&mut script.travel, &self.models.image) {
            understand(travel, model, context)?;
        }
        self.make(context, &script, began, watch)
    }

    fn end(&mut self) {
        // What was made before can be looked at.
        self.film.proxies.end();
        if let NarrationSource::Spoken(job) = &mut self.narration {
            job.end();
        }
    }
}

impl FilmJob {
    /// Renders and writes the film. One that the library's disk refuses is made once more where there is room:
    /// what cannot be kept is made all the same.
    fn make(
        &self,
        context: &mut JobContext<'_, Self>,
        script: &FilmScript,
        began: Instant,
        watch: Watch,
    ) -> Result<FilmMade> {
        let (mut watch, mut checksum) = (Some(watch), self.source.checksum());
        let (mut refusal, mut clip) = (None, None);
        loop {
            let first = refusal.is_none();
            let mut render = self.begin(context, script, began, refusal.take())?;
            let movable = first && render.output.is_movable();
            let error = match self.render(context, script, &mut render) {
                Ok(()) => {
                    let watch = watch.take();
                    render.memory = watch.and_then(|watch| watch.end(context.worker, &self.models));
                    context.send(FilmProgress::Finishing);
                    if let Some(thread) = checksum.take() {
                        clip = thread.join().ok().flatten();
                    }
                    match self.finish(context, script.clone(), render, clip.clone()) {
                        Ok(made) => return Ok(made),
                        Err(Stopped::Disk(error)) => error,
                        Err(Stopped::Failure(failure)) => return Err(*failure),
                    }
                }
                Err(Stopped::Disk(error)) if movable => error,
                Err(stopped) => {
                    // What was made of it can be saved elsewhere.
                    if render.encoder.finish(&render.own.label).is_ok() {
                        self.film.keep_file(render.own);
                    }
                    return Err(match stopped {
                        Stopped::Failure(failure) => *failure,
                        Stopped::Disk(error) => {
                            output::refused(context.keep, context.worker, &error)
                        }
                    });
                }
            };
            let failure = output::refused(context.keep, context.worker, &error);
            if !movable {
                return Err(failure);
            }
            refusal = Some(Refusal((*context.keep != Keep::No).then_some(failure)));
        }
    }

    fn begin(
        &self,
        context: &JobContext<'_, Self>,
        script: &FilmScript,
        job_began: Instant,
        refusal: Option<Refusal>,
    ) -> Result<Render> {
        let (worker, keep) = (&*context.worker, context.keep);
        let begun = Output::begin(keep, worker, &self.film, self.format, refusal);
        let (output, file) = begun?;
        let mut side_tracks = SideTracks {
            sound: script.sound.clone(),
            captions: script.captions.clone(),
            ..SideTracks::default()
        };
        let left_out = match &self.source {
            FilmSource::Clip(order, paths) => {
                notices::add_sound(order, paths, self.format, &mut side_tracks)
            }
            FilmSource::Travel(_) | FilmSource::Story(_) => None,
        };
        let again = file.try_clone();
        let own = OwnFile {
            file: again.map_err(|error| output::refused(keep, worker, &error))?,
            format: self.format,
            side_tracks: side_tracks.clone(),
            label: Label::anonymous(self.models.name(), self.source.source_type()),
        };
        let reeled = ProxyTee {
            writer: films::writer(self.format, file, side_tracks),
            film: Arc::clone(&self.film),
        };
        let encoder = EncoderThread::new(Box::new(reeled));
        let loaded = context.worker.loaded();
        let known = Estimator::new(&context.worker.resources, context.settings, &loaded);
        Ok(Render {
            encoder: encoder.map_err(|error| Failure::new(Code::Internal, error))?,
            output,
            own,
            estimator: FilmEstimator::new(known, &self.models),
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
            notices: left_out.into_iter().collect(),
            short: 0,
        })
    }

    fn render(
        &self,
        context: &mut JobContext<'_, Self>,
        script: &FilmScript,
        render: &mut Render,
    ) -> Result<(), Stopped> {
        let cancel = context.cancel;
        let (request, events) = (script.travel.as_ref(), &mut context.events);
        let mut backend =
            StudioBackend::new(context.worker, context.settings, &self.models, request);
        let mut drain = |frames: &mut dyn Iterator<Item = Result<VideoEvent>>| {
            drain(events, &self.film, &self.models, render, frames)
        };
        match (request, &self.source) {
            (Some(request), _) => travel(&mut backend, request.clone(), cancel)
                .map_err(Stopped::from)
                .and_then(|mut frames| drain(&mut frames)),
            (None, FilmSource::Clip(order, paths)) => clip::open(paths, order.source.fps())
                .map_err(quartet_pipelines::Error::from)
                .and_then(|source| {
                    let shortest = self.format.shortest_frame();
                    retime(source, &mut backend, order.request, shortest, cancel)
                })
                .map_err(Stopped::from)
                .and_then(|mut frames| drain(&mut frames)),
            (None, _) => Err(Failure::new(Code::Internal, "a film of nothing").into()),
        }
    }

    /// Writes the end of a film and what is known of it; what the disk said where it took no more.
    fn finish(
        &self,
        context: &mut JobContext<'_, Self>,
        script: FilmScript,
        mut render: Render,
        clip: Option<String>,
    ) -> Result<FilmMade, Stopped> {
        let stats = render.stats.take();
        let stats = stats.ok_or_else(|| Failure::new(Code::Internal, "a film without an end"))?;
        let narration = script.narration.clone();
        let seconds = render.began.elapsed().as_secs_f64();
        let promised = render.estimator.promise(render.plan);
        let worker = &*context.worker;
        render
            .estimator
            .remember(worker, &stats, seconds, render.memory);
        let made = self.recipe(script, &mut render, &stats, clip);
        render
            .notices
            .extend(notices::of_short(render.short, self.format));
        let notices = std::mem::take(&mut render.notices);
        let model = self.models.recipe_model();
        let recipe = product::recipe(
            worker,
            context.settings,
            Modality::Video,
            model,
            Made::Film(made),
        )
        .taking(seconds);
        let prompt = recipe.made.prompt();
        let title = match worker.library() {
            Ok(library) => self.source.title(library, &prompt),
            Err(_) => String::new(),
        };
        let finished = FinishedFilm {
            film: &self.film,
            title: &title,
            model: &recipe.model.id,
            seconds,
            prompt: &prompt,
            recipe: &recipe.json()?,
            format: self.format,
            source: render.own.label.provenance.source,
        };
        let written = (render.encoder, render.own);
        let kept = render.output.finish(written, worker, &finished);
        let kept = kept.map_err(Stopped::Disk)?;
        let bytes = kept.as_ref().map_or(0, |work| work.bytes);
        match kept {
            Ok(work) => {
                self.film.facts().work = Some(work.id.clone());
                context.kept.works.push(work.id);
            }
            Err(failure) => context.kept.failure = failure,
        }
        let seconds = render.began.elapsed().as_secs_f64();
        let in_runs = time_in_runs().saturating_sub(render.runs_before);
        Ok(FilmMade {
            stats,
            cost: FilmCost {
                promised,
                seconds,
                job_seconds: render.job_began.elapsed().as_secs_f64(),
                first_frame_seconds: render.first_frame,
                outside_seconds: (seconds - in_runs.as_secs_f64()).max(0.0),
                memory_mb: render.memory.map(estimate::megabytes),
            },
            narration,
            bytes,
            notices,
        })
    }

    fn recipe(
        &self,
        script: FilmScript,
        render: &mut Render,
        stats: &VideoStats,
        clip: Option<String>,
    ) -> FilmRecipe {
        let id = |model: &Option<Model>| model.as_ref().map(|model| model.id.clone());
        FilmRecipe {
            travel: script.travel,
            retiming: match &self.source {
                FilmSource::Clip(order, _) => Some(order.clone()),
                FilmSource::Travel(_) | FilmSource::Story(_) => None,
            },
            clip,
            format: self.format,
            inbetween: id(&self.models.inbetween),
            upscaler: id(&self.models.upscaler),
            narration: script.narration,
            captions: script.captions,
            lines: script.lines,
            keys: std::mem::take(&mut render.keys),
            stats: stats.clone(),
        }
    }
}
