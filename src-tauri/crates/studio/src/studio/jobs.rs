//! Jobs: started, stopped, estimated; models loaded ahead of them, and questions between them.

use std::{
    ops::ControlFlow,
    sync::{Arc, Mutex, mpsc},
};

use quartet_media::clip::ClipFacts;
use quartet_pipelines::{
    image::{ImageModel, glyph::NearWord},
    text::{Alternative, TextModel, TextRequest, TokenPiece},
    video::{TICKS_PER_SECOND, VideoPlan, plan},
};
use quartet_runtime::Cancel;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{films::Films, sounds::Sounds};
use crate::{
    Code, Failure, ImageAsked, ImageEstimate, JobEvent, JobId, Result, Sink, Skill,
    film_orders::{RetimingOrder, TravelOrder},
    films::{Film, FilmId},
    jobs::{
        Estimator, EventOf, FilmEstimate, FilmEstimator, FilmModels, Gallery, Job, Keep, MadeOf,
        Order, Prepared, Queue, Queued, Worker, retiming_models, travel_models,
    },
    locks::replace,
    models::{Kind, LoadedInfo},
    resources::Resources,
    sound::{Sound, SoundId},
};

/// A job on its way, beside its events.
#[derive(Debug)]
pub struct JobHandle<L> {
    pub id: JobId,
    /// The id of the model that it is mostly made by.
    pub model: String,
    /// What can be looked at while it runs.
    pub live: L,
}

/// A job that came to its end, and what it made.
pub type Finished<O> = (JobHandle<<O as Order>::Live>, MadeOf<<O as Order>::Job>);

/// A model is being loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Loading {
    pub model: String,
    /// For how long already.
    pub seconds: f64,
    /// What its last load took.
    pub expected_seconds: Option<f64>,
}

/// What can be looked at while a job runs.
pub trait Live {
    /// Makes it known by the job's id.
    fn register(&self, _job: JobId, _sounds: &Sounds, _films: &Films) {}
}

impl Live for () {}

impl Live for Gallery {}

impl Live for Arc<Sound> {
    fn register(&self, job: JobId, sounds: &Sounds, _: &Films) {
        sounds.put(SoundId::Take { job }, Self::clone(self));
    }
}

impl Live for Arc<Film> {
    fn register(&self, job: JobId, _: &Sounds, films: &Films) {
        films.put(FilmId::Take { job }, Self::clone(self));
    }
}

/// The jobs of a studio.
#[derive(Debug)]
pub struct Jobs {
    resources: Arc<Resources>,
    queue: Arc<Queue>,
    sounds: Arc<Sounds>,
    films: Arc<Films>,
    /// The question that is being answered; a newer one takes its place.
    probe: Mutex<Cancel>,
    /// A model that is being loaded ahead of its use; a newer one takes its place.
    preload: Mutex<Cancel>,
}

impl Jobs {
    pub(super) fn new(
        resources: Arc<Resources>,
        queue: Arc<Queue>,
        sounds: Arc<Sounds>,
        films: Arc<Films>,
    ) -> Self {
        Self {
            resources,
            queue,
            sounds,
            films,
            probe: Mutex::default(),
            preload: Mutex::default(),
        }
    }

    /// Queues a job; everything that goes wrong later goes to the sink.
    ///
    /// # Errors
    /// What is wrong with the order, as [`Order::prepare`]; `ExportFormat` for a file that cannot hold
    /// what is made.
    pub fn start<O: Order>(
        &self,
        order: O,
        keep: Keep,
        sink: Sink<EventOf<O::Job>>,
    ) -> Result<JobHandle<O::Live>>
    where
        O::Live: Live,
    {
        if let Keep::File(path) = &keep {
            O::Job::check_ending(path)?;
        }
        let Prepared { job, live, model } = order.prepare(&self.resources)?;
        let id = self.queue.start(Queued { job, keep, sink }, Cancel::new());
        live.register(id, &self.sounds, &self.films);
        Ok(JobHandle { id, model, live })
    }

    /// Runs a job and waits for its end; `tell` hears of what comes before that, and stops the job by failing.
    ///
    /// # Errors
    /// As [`Jobs::start`], that of `tell`, and whatever keeps the job from its end.
    pub fn finish<O: Order<Live: Live>>(
        &self,
        order: O,
        keep: Keep,
        mut tell: impl FnMut(EventOf<O::Job>) -> Result<()>,
    ) -> Result<Finished<O>> {
        let (send, events) = mpsc::channel();
        // Once the receiver is gone, the job is stopped.
        let sink = move |event| match send.send(event) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        };
        let handle = self.start(order, keep, Box::new(sink))?;
        for event in events {
            match event {
                JobEvent::Done { made, .. } => return Ok((handle, made)),
                JobEvent::Failed { failure } => return Err(failure),
                event => tell(event)?,
            }
        }
        Err(Failure::new(Code::Internal, "the job ended without an end"))
    }

    /// Stops a job, queued or running; one that has ended is left alone.
    pub fn cancel(&self, job: JobId) {
        self.queue.cancel(job);
    }

    /// Loads a model ahead of its use and waits for it; an older call that still waits is stopped.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, `ModelTooLarge`, `Cancelled`, and whatever is wrong with
    /// the model.
    pub fn load<I: LoadedInfo>(&self, model: &str, mut sink: Sink<Loading>) -> Result<I> {
        let model = self.resources.models.choose(Some(model), I::SKILL)?;
        let settings = self.resources.settings.load();
        let cancel = replace(&self.preload);
        self.queue.ask(cancel, move |worker, cancel| {
            let mut tell = |seconds, expected_seconds| {
                let model = model.id.clone();
                let told = sink(Loading {
                    model,
                    seconds,
                    expected_seconds,
                });
                if told.is_break() {
                    cancel.raise();
                }
            };
            let loaded = worker.model::<I::Model>(&model, &settings, &mut tell, cancel)?;
            Ok(I::of(&model, loaded))
        })
    }

    /// The tokeniser's view of a text. Waits for the job that is running, and loads the model if
    /// it is not.
    ///
    /// # Errors
    /// As [`Jobs::load`]; `PromptTooLong`.
    pub fn tokenize(&self, model: &str, text: String) -> Result<Vec<TokenPiece>> {
        let ask =
            move |loaded: &mut (dyn TextModel + 'static), _: &Cancel| Ok(loaded.tokenize(&text)?);
        self.ask(model, Skill::Text, Cancel::new(), ask)
    }

    /// The likeliest next tokens before one is drawn. Waits for the job that is running; an older
    /// question that still waits is stopped.
    ///
    /// # Errors
    /// As [`Jobs::load`]; `PromptEmpty`, `PromptTooLong`, `TokenUnknown`.
    pub fn next_token(
        &self,
        model: &str,
        request: TextRequest,
        top: u32,
    ) -> Result<Vec<Alternative>> {
        let ask = move |loaded: &mut (dyn TextModel + 'static), cancel: &Cancel| {
            Ok(loaded.next_token(&request, top, cancel)?)
        };
        self.ask(model, Skill::Text, replace(&self.probe), ask)
    }

    /// The words a model knows that are nearest to a prompt. Waits for the job that is running; an
    /// older question that still waits is stopped.
    ///
    /// # Errors
    /// As [`Jobs::load`].
    pub fn near_words(&self, model: &str, prompt: String, count: u32) -> Result<Vec<NearWord>> {
        let ask = move |loaded: &mut (dyn ImageModel + 'static), cancel: &Cancel| {
            Ok(loaded.near(&prompt, count as usize, cancel)?)
        };
        self.ask(model, Skill::Image, replace(&self.probe), ask)
    }

    fn ask<K: Kind + ?Sized, T: Send + 'static>(
        &self,
        model: &str,
        skill: Skill,
        cancel: Cancel,
        question: impl FnOnce(&mut K, &Cancel) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let model = self.resources.models.choose(Some(model), skill)?;
        let settings = self.resources.settings.load();
        self.queue.ask(cancel, move |worker, cancel| {
            question(worker.silently(&model, &settings, cancel)?, cancel)
        })
    }

    /// What pictures will take, before they are asked for: from earlier runs on this computer.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, or the model's own problem.
    pub fn estimate_image(&self, model: &str, asked: &ImageAsked) -> Result<ImageEstimate> {
        let models = &self.resources.models;
        let model = models.choose(Some(model), Skill::Image)?;
        let upscaler = (asked.factor > 1)
            .then(|| models.choose(None, Skill::Upscale).ok())
            .flatten();
        Ok(self.estimate(|known| known.image(&model, upscaler.as_ref(), asked)))
    }

    /// What a picture of this size will take to be made larger.
    ///
    /// # Errors
    /// `ModelNone`, or the model's own problem.
    pub fn estimate_upscale(&self, width: u32, height: u32, factor: u32) -> Result<ImageEstimate> {
        let model = self.resources.models.choose(None, Skill::Upscale)?;
        let pixels = u64::from(width) * u64::from(height);
        Ok(self.estimate(|known| known.upscale(&model, pixels, 1, factor)))
    }

    /// What a film from prompts will take, from earlier films on this computer.
    ///
    /// # Errors
    /// What is wrong with the order.
    pub fn estimate_travel(&self, order: &TravelOrder) -> Result<FilmEstimate> {
        let models = travel_models(order, &self.resources)?;
        let plan = plan(&order.request, models.travels())?;
        Ok(self.estimate_film(&models, plan))
    }

    /// What retiming a clip with these `facts` is estimated to take.
    ///
    /// # Errors
    /// What is wrong with the order.
    pub fn estimate_retiming(
        &self,
        order: &RetimingOrder,
        facts: &ClipFacts,
    ) -> Result<FilmEstimate> {
        let models = retiming_models(order, &self.resources)?;
        let keys = facts.frames.unwrap_or(0);
        let ticks = TICKS_PER_SECOND as f64 / facts.fps.max(f64::MIN_POSITIVE);
        let shortest = order.format.shortest_frame();
        let parts = order.request.parts(ticks.round() as u64, shortest);
        let betweens = keys
            .saturating_sub(1)
            .saturating_mul(parts.saturating_sub(1));
        let plan = VideoPlan {
            frames: keys.saturating_add(betweens),
            keys,
            width: facts.width.saturating_mul(order.request.sharpen),
            height: facts.height.saturating_mul(order.request.sharpen),
        };
        Ok(self.estimate_film(&models, plan))
    }

    fn estimate_film(&self, models: &FilmModels, plan: VideoPlan) -> FilmEstimate {
        self.estimate(|known| FilmEstimator::new(known, models).promise(plan))
    }

    fn estimate<T>(&self, ask: impl FnOnce(Estimator<'_>) -> T) -> T {
        let loaded = self.resources.models.cached().loaded;
        let settings = self.resources.settings.load();
        ask(Estimator::new(&self.resources, &settings, &loaded))
    }

    /// Queued and running.
    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Takes a model out of memory; nobody waits for that.
    pub(super) fn forget(&self, id: &str) {
        let id = id.to_owned();
        self.queue
            .tell(move |worker: &mut Worker| worker.forget(&id));
    }

    pub(super) fn close(&self) {
        self.queue.close();
    }
}
