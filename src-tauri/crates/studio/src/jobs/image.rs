//! Pictures: drawn step by step, enlarged where that was asked for.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
    time::Instant,
};

use quartet_library::WorkPart;
use quartet_media::{UnknownFormat, data_url, labels::SourceType};
use quartet_pipelines::image::{
    ImageEvent, ImageModel, ImageModelInfo, ImageRequest, ImageStage, ImageStats, Picture,
    PromptReport, Subject, SubjectChoice,
    upscale::{self, UpscaleEvent, UpscaleModel, UpscaleRequest},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    estimate::{self, Estimator, Upscaled},
    job::{Job, JobContext, Order, Prepared},
    product::Product,
};
use crate::{
    Code, Failure, ImageAsked, ImageCost, ImageEstimate, Merge, Modality, Result, Skill,
    export::{Body, picture_format},
    models::Model,
    pictures::{ImageSources, Part},
    recipe::{self, ImageRecipe, Made},
    resources::{Resources, Works},
    vitals::PeakWatch,
};

/// The finished pictures, for the one who started the job; empty until then.
pub type Gallery = Arc<OnceLock<Vec<Picture>>>;

/// Pictures to be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImageOrder {
    #[serde(default)]
    pub model: Option<String>,
    pub request: ImageRequest,
    /// The request's pictures, where it comes as text.
    #[serde(default)]
    pub sources: ImageSources,
    /// How many times larger the default upscaler makes the pictures afterwards; 1 leaves them as drawn.
    pub factor: u32,
}

/// The progress of pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ImageProgress {
    /// Begins now.
    Stage { stage: ImageStage },
    /// How the prompt fitted.
    Prompt { report: PromptReport },
    /// One step of denoising, done.
    Step {
        /// Counts from 0.
        index: u32,
        total: u32,
        /// The share of noise before the step, 0 to 1.
        noise_level: f32,
        /// What each picture is believed to become: `data:` addresses.
        previews: Vec<String>,
    },
    /// Tiles of an enlargement that are done.
    Tile { done: u32, total: u32 },
    /// A picture; the same index comes again when it was made larger.
    Picture {
        /// Counts from 0.
        index: u32,
        /// A `data:` address.
        picture: String,
        width: u32,
        height: u32,
    },
}

impl ImageProgress {
    pub(super) fn picture(index: u32, model: &str, picture: &Picture) -> Self {
        Self::Picture {
            index,
            picture: data_url::on_screen(model, picture),
            width: picture.width(),
            height: picture.height(),
        }
    }
}

impl Merge for ImageProgress {
    fn merge(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            // Progress that was not shown yet is overtaken.
            (before @ Self::Tile { .. }, next @ Self::Tile { .. }) => {
                *before = next;
                None
            }
            (_, next) => Some(next),
        }
    }
}

/// Finished pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImageMade {
    pub stats: ImageStats,
    /// What it took, and what was estimated before.
    pub cost: ImageCost,
    /// What the words were taken for; none for models that follow the words alone, and for recipes of 0.1.
    pub subject: Option<Subject>,
}

#[derive(Debug)]
pub struct ImageJob {
    model: Model,
    request: ImageRequest,
    /// What enlarges the pictures, and how much.
    upscaler: Option<(Model, u32)>,
    /// How much of the result models will have made.
    made_by: SourceType,
    gallery: Gallery,
}

impl ImageOrder {
    /// How much of the pictures models will have made: where they begin with a person's own, they are that one,
    /// edited.
    pub fn source_type(&self, works: &Works) -> SourceType {
        match (&self.sources.start, &self.request.start) {
            (None, None) => SourceType::Generated,
            (Some(start), _) => SourceType::edited(works.source_type(start)),
            (None, Some(_)) => SourceType::edited(None),
        }
    }
}

impl Order for ImageOrder {
    type Job = ImageJob;
    type Live = Gallery;

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        let begins = self.sources.start.is_some() || self.request.start.is_some();
        // Without words a picture can be changed, and not begun.
        if self.request.prompt.trim().is_empty() && !begins {
            return Err(Failure::new(Code::NothingToDraw, "the prompt is empty"));
        }
        let made_by = self.source_type(&resources.works);
        let models = &resources.models;
        let model = models.choose(self.model.as_deref(), Skill::Image)?;
        let upscaler = if self.factor > 1 {
            Some((models.choose(None, Skill::Upscale)?, self.factor))
        } else {
            None
        };
        let gallery = Gallery::default();
        Ok(Prepared {
            model: model.id.clone(),
            live: Arc::clone(&gallery),
            job: ImageJob {
                model,
                request: resources.works.with_pictures(self.request, &self.sources)?,
                upscaler,
                made_by,
                gallery,
            },
        })
    }
}

impl Job for ImageJob {
    type Progress = ImageProgress;
    type Made = ImageMade;

    fn check_ending(path: &Path) -> Result<(), UnknownFormat> {
        picture_format(path)
    }

    fn run(&mut self, context: &mut JobContext<'_, Self>) -> Result<ImageMade> {
        let info = context.model::<dyn ImageModel>(&self.model)?.0.info();
        fit(&mut self.request, &info);
        let subject = self.understand(context)?;
        let factor = self.upscaler.as_ref().map_or(1, |(_, factor)| *factor);
        let asked = asked(&self.request, &info, factor);
        // A size that the model does not draw is refused by it, whatever it would be enlarged to.
        let is_drawn = asked.width.max(asked.height) <= info.max_side;
        if let Some((upscaler, factor)) = &self.upscaler
            && is_drawn
            && let Ok(factors) = upscale::factors_of(&upscaler.folder)
        {
            // Told before anything is drawn.
            upscale::check_size((asked.width, asked.height), *factor, &factors)?;
        }
        let upscaler = self.upscaler.as_ref().map(|(model, _)| model);
        let loaded = context.worker.loaded();
        let estimator = Estimator::new(&context.worker.resources, context.settings, &loaded);
        let promised = estimator.image(&self.model, upscaler, &asked);
        let began = Instant::now();
        let watch = PeakWatch::start();
        let (mut drawn, stats) = self.draw(context)?;
        let work = asked.workload(self.model.architecture.draws_together());
        let memory = context
            .worker
            .footprint(&self.model.id, work.size(), &watch);
        drop(watch);
        let enlarging = Instant::now();
        let mut larger = Upscaled::default();
        if let Some((upscaler, factor)) = &self.upscaler {
            for picture in &mut drawn {
                (*picture, larger) = upscaled(context, upscaler, picture.clone(), *factor)?;
            }
            for (index, picture) in (0..).zip(&drawn) {
                context.send(ImageProgress::picture(index, &self.model.id, picture));
            }
        }
        let enlarging = enlarging.elapsed().as_secs_f64();
        let seconds = began.elapsed().as_secs_f64();
        // A gallery is filled once.
        let _ = self.gallery.set(drawn);
        let own = seconds - enlarging;
        estimate::remember(context.worker, &self.model, &work, &stats, own, memory);
        Ok(ImageMade {
            cost: cost(promised, seconds, memory, larger, factor),
            subject,
            stats,
        })
    }

    /// Each picture is a work of its own, whose recipe makes it alone.
    fn products<'a>(&'a self, ImageMade { stats, .. }: &'a ImageMade) -> Vec<Product<'a>> {
        let spent = stats.encode_seconds + stats.denoise_seconds + stats.decode_seconds;
        let pictures = self.gallery.get().map_or(&[][..], Vec::as_slice);
        let product = |(index, picture): (u32, &'a Picture)| {
            let mut request = self.request.clone();
            request.parameters.seed = Some(stats.seed.wrapping_add(index));
            request.parameters.count = 1;
            let start = request.start.take().map(|start| Part::picture(&start));
            let mask = request.mask.take().map(|mask| Part::mask(&mask));
            let recipe = |part: &Option<Part>| part.as_ref().map(|part| part.recipe.clone());
            let upscaler = self.upscaler.as_ref();
            Product {
                modality: Modality::Image,
                model: &self.model,
                seconds: spent / f64::from(stats.count.max(1)),
                title: recipe::title(&request.prompt),
                content: None,
                made: Made::Image(ImageRecipe {
                    request,
                    stats: stats.clone(),
                    factor: upscaler.map_or(1, |(_, factor)| *factor),
                    upscaler: upscaler.map(|(model, _)| model.id.clone()),
                    start: recipe(&start),
                    mask: recipe(&mask),
                }),
                source: self.made_by,
                parts: [(WorkPart::Start, start), (WorkPart::Mask, mask)]
                    .into_iter()
                    .filter_map(|(name, part)| Some((name, part?)))
                    .collect(),
                body: Body::Picture(picture),
            }
        };
        (0..).zip(pictures).map(product).collect()
    }
}

impl ImageJob {
    /// What the words are taken for; from here on the request, and with it the recipe, names the thing.
    fn understand(&mut self, context: &mut JobContext<'_, Self>) -> Result<Option<Subject>> {
        let Some(choice) = &self.request.subject else {
            return Ok(None);
        };
        let cancel = context.cancel;
        let (model, _) = context.model::<dyn ImageModel>(&self.model)?;
        let subject = model.subject(&self.request.prompt, cancel)?;
        let subject = match choice {
            SubjectChoice::Words => subject,
            chosen @ SubjectChoice::Thing { .. } => subject.map(|one| one.chosen(chosen)),
        };
        self.request.subject = subject.as_ref().map(Subject::choice);
        Ok(subject)
    }

    fn draw(&self, context: &mut JobContext<'_, Self>) -> Result<(Vec<Picture>, ImageStats)> {
        let cancel = context.cancel;
        let (model, events) = context.model::<dyn ImageModel>(&self.model)?;
        let mut drawn = Vec::new();
        for event in model.run(self.request.clone(), cancel)? {
            match event? {
                ImageEvent::Stage(stage) => events.progress(ImageProgress::Stage { stage }),
                ImageEvent::Prompt(report) => events.progress(ImageProgress::Prompt { report }),
                ImageEvent::Step(step) => {
                    let previews = step.previews.iter();
                    events.progress(ImageProgress::Step {
                        index: step.index,
                        total: step.total,
                        noise_level: step.noise_level,
                        previews: previews
                            .map(|picture| data_url::labelled("", &self.model.id, picture))
                            .collect(),
                    });
                }
                ImageEvent::Picture { index, picture } => {
                    events.progress(ImageProgress::picture(index, &self.model.id, &picture));
                    drawn.push(picture);
                }
                ImageEvent::Done(stats) => return Ok((drawn, stats)),
            }
        }
        Err(Failure::new(Code::Internal, "a drawing without an end"))
    }
}

/// Enlarges one picture, reports each tile, and gives what it took.
pub(super) fn upscaled<J: Job<Progress = ImageProgress>>(
    context: &mut JobContext<'_, J>,
    model: &Model,
    picture: Picture,
    factor: u32,
) -> Result<(Picture, Upscaled)> {
    let pixels = pixels(&picture);
    let cancel = context.cancel;
    let (upscaler, events) = context.model::<dyn UpscaleModel>(model)?;
    let (began, watch) = (Instant::now(), PeakWatch::start());
    let mut result = None;
    for event in upscaler.run(UpscaleRequest { picture, factor }, cancel)? {
        match event? {
            UpscaleEvent::Tile { done, total } => {
                events.coalesced(ImageProgress::Tile { done, total });
            }
            UpscaleEvent::Picture(picture) => result = Some(picture),
            UpscaleEvent::Done(_) => {}
        }
    }
    let result =
        result.ok_or_else(|| Failure::new(Code::Internal, "an enlargement without an end"))?;
    let took = Upscaled {
        seconds: began.elapsed().as_secs_f64(),
        memory: context.worker.footprint(&model.id, pixels, &watch),
    };
    estimate::remember_upscaling(context.worker, model, pixels, factor, took);
    Ok((result, took))
}

pub(super) fn pixels(picture: &Picture) -> u64 {
    u64::from(picture.width()) * u64::from(picture.height())
}

/// What both models took together, where both are known.
fn cost(
    promised: ImageEstimate,
    seconds: f64,
    memory: Option<u64>,
    larger: Upscaled,
    factor: u32,
) -> ImageCost {
    let both = match (memory, larger.memory) {
        (Some(drawn), _) if factor <= 1 => Some(drawn),
        (Some(drawn), Some(upscaled)) => Some(drawn + upscaled),
        _ => None,
    };
    ImageCost {
        promised,
        seconds,
        memory_mb: both.map(estimate::megabytes),
    }
}

/// The picture to start from at the size that is drawn: what is kept beside the work is then what
/// the network saw, and no larger. A size that cannot be had is the pipeline's to refuse.
fn fit(request: &mut ImageRequest, info: &ImageModelInfo) {
    let side = |wanted: Option<u32>, own: u32| {
        let side = wanted.unwrap_or(own);
        (1..=info.max_side).contains(&side).then_some(side)
    };
    let parameters = &request.parameters;
    let sides = (
        side(parameters.width, info.width),
        side(parameters.height, info.height),
    );
    if let (Some(width), Some(height)) = sides
        && let Some(start) = request.start.take()
    {
        let from = (start.width(), start.height());
        let mask = request.mask.take();
        request.mask = mask.map(|mask| mask.fitted(from, (width, height)));
        request.start = Some(start.opaque().fitted(width, height));
    }
}

/// What a request asks, with the model's own where it does not say.
fn asked(request: &ImageRequest, info: &ImageModelInfo, factor: u32) -> ImageAsked {
    let parameters = &request.parameters;
    let steps = parameters.steps.unwrap_or(info.steps);
    let made = match &request.start {
        Some(_) => (steps as f32 * parameters.strength).round().max(1.0) as u32,
        None => steps,
    };
    ImageAsked {
        width: parameters.width.unwrap_or(info.width),
        height: parameters.height.unwrap_or(info.height),
        steps: made.min(steps),
        count: parameters.count,
        guided: info.negative_prompt && parameters.guidance.unwrap_or(info.guidance) > 1.0,
        previews: parameters.previews,
        factor,
    }
}
