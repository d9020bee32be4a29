//! Pictures as a job: load, draw step by step, enlarge, keep, tell what it took.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use quartet_pipelines::image::{
    ImageEvent, ImageModelInfo, ImageRequest, ImageStats, Picture,
    upscale::{UpscaleEvent, UpscaleRequest},
};
use quartet_runtime::Cancel;

use super::{Outlet, Task, promise::Enlarged};
use crate::{
    Code, Failure, ImageAsked, ImageCost, ImagePromise, JobEvent, Modality, Result,
    bench::Bench,
    jobs::promise,
    labels,
    models::Model,
    pictures::{self, Part},
    recipe::{self, ImageRecipe, Recipe},
    vitals::PeakWatch,
    wire::ImageJobEvent,
    works::{Draft, Work, WorkPart},
};

/// What a job has made so far, for whoever started it.
pub(crate) type Gallery = Arc<Mutex<Vec<Picture>>>;

pub(crate) struct ImageJob {
    pub(crate) model: Model,
    pub(crate) request: ImageRequest,
    /// What enlarges the pictures, and how much.
    pub(crate) enlarge: Option<(Model, u32)>,
    /// Whether the results go into the library.
    pub(crate) keep: bool,
    pub(crate) gallery: Gallery,
    pub(crate) outlet: Outlet<ImageJobEvent>,
}

impl Task for ImageJob {
    fn run(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<()> {
        let info = bench.image(&self.model, &mut self.outlet, cancel)?.info();
        fit(&mut self.request, &info);
        let factor = self.enlarge.as_ref().map_or(1, |(_, factor)| *factor);
        let asked = asked(&self.request, &info, factor);
        let upscaler = self.enlarge.as_ref().map(|(model, _)| model);
        let promised = promise::at_the_bench(bench, &self.model, upscaler, &asked);
        let began = Instant::now();
        let watch = PeakWatch::start();
        let (mut drawn, stats) = self.draw(bench, cancel)?;
        let work = asked.work(promise::is_together(&self.model));
        let memory = bench.footprint(&self.model.id, work.size(), &watch);
        drop(watch);
        let enlarging = Instant::now();
        let mut enlarged = Enlarged::default();
        if let Some((upscaler, factor)) = self.enlarge.clone() {
            let mut larger = Vec::new();
            for picture in drawn {
                let outlet = &mut self.outlet;
                let (picture, took) =
                    self::enlarged(bench, &upscaler, picture, factor, outlet, cancel)?;
                larger.push(picture);
                enlarged = took;
            }
            drawn = larger;
            for (index, picture) in drawn.iter().enumerate() {
                self.outlet
                    .send(shown(index as u32, &self.model.id, picture));
            }
        }
        let enlarging = enlarging.elapsed().as_secs_f64();
        let (works, keep_failure) = self.keep_all(bench, &drawn, &stats, &info.device);
        *self.gallery.lock().unwrap_or_else(PoisonError::into_inner) = drawn;
        let seconds = began.elapsed().as_secs_f64();
        let own = seconds - enlarging;
        promise::remember(bench, &self.model, &work, &stats, own, memory);
        self.outlet.send(ImageJobEvent::Done {
            cost: cost(promised, seconds, memory, enlarged, factor),
            stats,
            works,
            keep_failure,
        });
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.outlet.send(ImageJobEvent::failed(failure));
    }

    fn ahead(&mut self, jobs: u32) {
        self.outlet.send(ImageJobEvent::queued(jobs));
    }
}

/// What both models took together, where both are known.
fn cost(
    promised: ImagePromise,
    seconds: f64,
    memory: Option<u64>,
    enlarged: Enlarged,
    factor: u32,
) -> ImageCost {
    let both = match (memory, enlarged.memory) {
        (Some(drawn), _) if factor <= 1 => Some(drawn),
        (Some(drawn), Some(larger)) => Some(drawn + larger),
        _ => None,
    };
    ImageCost {
        promised,
        seconds,
        memory_mb: both.map(promise::megabytes),
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

fn shown(index: u32, model: &str, picture: &Picture) -> ImageJobEvent {
    ImageJobEvent::Picture {
        index,
        picture: pictures::screen_address(model, picture),
        width: picture.width(),
        height: picture.height(),
    }
}

/// One picture through the upscaler, told tile by tile, with what it took.
pub(super) fn enlarged(
    bench: &mut Bench,
    model: &Model,
    picture: Picture,
    factor: u32,
    outlet: &mut Outlet<ImageJobEvent>,
    cancel: &Cancel,
) -> Result<(Picture, Enlarged)> {
    let pixels = u64::from(picture.width()) * u64::from(picture.height());
    let upscaler = bench.upscaler(model, outlet, cancel)?;
    let (began, watch) = (Instant::now(), PeakWatch::start());
    let mut result = None;
    for event in upscaler.run(UpscaleRequest { picture, factor }, cancel)? {
        match event? {
            UpscaleEvent::Tile { done, total } => {
                outlet.gather(ImageJobEvent::Tile { done, total });
            }
            UpscaleEvent::Picture(picture) => result = Some(picture),
            UpscaleEvent::Done(_) => {}
        }
    }
    let result =
        result.ok_or_else(|| Failure::new(Code::Internal, "an enlargement without an end"))?;
    let took = Enlarged {
        seconds: began.elapsed().as_secs_f64(),
        memory: bench.footprint(&model.id, pixels, &watch),
    };
    promise::remember_enlarging(bench, model, pixels, factor, took);
    Ok((result, took))
}

impl ImageJob {
    fn draw(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<(Vec<Picture>, ImageStats)> {
        let model = bench.image(&self.model, &mut self.outlet, cancel)?;
        let (mut drawn, mut finished) = (Vec::new(), None);
        for event in model.run(self.request.clone(), cancel)? {
            match event? {
                ImageEvent::Stage(stage) => self.outlet.send(ImageJobEvent::Stage { stage }),
                ImageEvent::Prompt(report) => self.outlet.send(ImageJobEvent::Prompt { report }),
                ImageEvent::Step(step) => {
                    let previews = step.previews.iter();
                    self.outlet.send(ImageJobEvent::Step {
                        index: step.index,
                        total: step.total,
                        noise_level: step.noise_level,
                        previews: previews
                            .map(|picture| pictures::data_address("", &self.model.id, picture))
                            .collect(),
                    });
                }
                ImageEvent::Picture { index, picture } => {
                    self.outlet.send(shown(index, &self.model.id, &picture));
                    drawn.push(picture);
                }
                ImageEvent::Done(stats) => finished = Some(stats),
            }
        }
        let stats =
            finished.ok_or_else(|| Failure::new(Code::Internal, "a drawing without an end"))?;
        Ok((drawn, stats))
    }

    /// Each picture is a work of its own, whose recipe makes it alone.
    fn keep_all(
        &self,
        bench: &Bench,
        drawn: &[Picture],
        stats: &ImageStats,
        device: &str,
    ) -> (Vec<String>, Option<Failure>) {
        let mut works = Vec::new();
        if !self.keep {
            return (works, None);
        }
        for (index, picture) in drawn.iter().enumerate() {
            match self.keep(bench, index as u32, picture, stats, device.to_owned()) {
                Ok(work) => works.push(work.id),
                Err(failure) => return (works, Some(failure)),
            }
        }
        (works, None)
    }

    fn keep(
        &self,
        bench: &Bench,
        index: u32,
        picture: &Picture,
        stats: &ImageStats,
        device: String,
    ) -> Result<Work> {
        let library = bench.library()?;
        let mut request = self.request.clone();
        request.parameters.seed = Some(stats.seed.wrapping_add(index));
        request.parameters.count = 1;
        let start = request.start.take().map(|start| Part::picture(&start));
        let mask = request.mask.take().map(|mask| Part::mask(&mask));
        let spent = stats.encode_seconds + stats.denoise_seconds + stats.decode_seconds;
        let seconds = spent / f64::from(stats.count.max(1));
        let enlarge = self.enlarge.as_ref();
        let recipe = Recipe {
            image: Some(ImageRecipe {
                request,
                stats: stats.clone(),
                factor: enlarge.map_or(1, |(_, factor)| *factor),
                upscaler: enlarge.map(|(model, _)| model.id.clone()),
                start: start.as_ref().map(|part| part.recipe.clone()),
                mask: mask.as_ref().map(|part| part.recipe.clone()),
            }),
            ..bench.recipe(Modality::Image, &self.model, device, seconds)
        }
        .json()?;
        let prompt = &self.request.prompt;
        let draft = Draft {
            modality: Modality::Image,
            title: &recipe::title(prompt),
            model: &self.model.id,
            seconds,
            prompt,
            content: prompt,
            recipe: &recipe,
            extension: "png",
        };
        let parts = [(WorkPart::Start, start), (WorkPart::Mask, mask)];
        let parts = parts.map(|(name, part)| part.map(|part| part.file(name)));
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        library.keep_with(&draft, &parts, |stamp, out| {
            labels::picture::write_png(out, &stamp.id, &draft.provenance(stamp), picture)
        })
    }
}
