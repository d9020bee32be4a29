//! Pictures as a job: load, draw step by step, enlarge, keep, tell.

use std::sync::{Arc, Mutex, PoisonError};

use quartet_pipelines::image::{
    ImageEvent, ImageRequest, ImageStats, Picture,
    upscale::{UpscaleEvent, UpscaleRequest},
};
use quartet_runtime::Cancel;

use super::{Outlet, Task};
use crate::{
    Code, Failure, JobEvent, Modality, Result,
    bench::Bench,
    labels,
    models::Model,
    pictures,
    recipe::{self, ImageRecipe, Recipe},
    wire::ImageJobEvent,
    works::{Draft, Work},
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
        let model = bench.image(&self.model, &mut self.outlet, cancel)?;
        let device = model.info().device;
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
        if let Some((upscaler, factor)) = self.enlarge.clone() {
            drawn = drawn
                .into_iter()
                .map(|picture| {
                    enlarged(bench, &upscaler, picture, factor, &mut self.outlet, cancel)
                })
                .collect::<Result<_>>()?;
            for (index, picture) in drawn.iter().enumerate() {
                self.outlet
                    .send(shown(index as u32, &self.model.id, picture));
            }
        }
        let (works, keep_failure) = self.keep_all(bench, &drawn, &stats, &device);
        *self.gallery.lock().unwrap_or_else(PoisonError::into_inner) = drawn;
        self.outlet.send(ImageJobEvent::Done {
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

fn shown(index: u32, model: &str, picture: &Picture) -> ImageJobEvent {
    ImageJobEvent::Picture {
        index,
        picture: pictures::data_address("", model, picture),
        width: picture.width(),
        height: picture.height(),
    }
}

/// One picture through the upscaler, told tile by tile.
pub(super) fn enlarged(
    bench: &mut Bench,
    model: &Model,
    picture: Picture,
    factor: u32,
    outlet: &mut Outlet<ImageJobEvent>,
    cancel: &Cancel,
) -> Result<Picture> {
    let upscaler = bench.upscaler(model, outlet, cancel)?;
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
    result.ok_or_else(|| Failure::new(Code::Internal, "an enlargement without an end"))
}

impl ImageJob {
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
        let spent = stats.encode_seconds + stats.denoise_seconds + stats.decode_seconds;
        let seconds = spent / f64::from(stats.count.max(1));
        let enlarge = self.enlarge.as_ref();
        let recipe = Recipe {
            image: Some(ImageRecipe {
                request,
                stats: stats.clone(),
                factor: enlarge.map_or(1, |(_, factor)| *factor),
                upscaler: enlarge.map(|(model, _)| model.id.clone()),
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
        library.keep(&draft, |stamp, out| {
            labels::picture::write_png(out, &stamp.id, &draft.provenance(stamp), picture)
        })
    }
}
