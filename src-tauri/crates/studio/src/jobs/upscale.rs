//! A picture made larger as a job.

use std::{sync::PoisonError, time::Instant};

use quartet_pipelines::image::{ImageStats, Picture};
use quartet_runtime::Cancel;

use super::{Outlet, Task, image::Gallery};
use crate::{
    Failure, JobEvent, Modality, Result,
    bench::Bench,
    labels,
    models::Model,
    recipe::{self, Recipe, UpscaleRecipe},
    wire::ImageJobEvent,
    works::Draft,
};

pub(crate) struct UpscaleJob {
    pub(crate) model: Model,
    pub(crate) picture: Picture,
    pub(crate) factor: u32,
    /// What the picture is called: a file's name, a work's title.
    pub(crate) title: String,
    /// Whether the result goes into the library.
    pub(crate) keep: bool,
    pub(crate) gallery: Gallery,
    pub(crate) outlet: Outlet<ImageJobEvent>,
}

impl Task for UpscaleJob {
    fn run(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<()> {
        let began = Instant::now();
        let picture = self.picture.clone();
        let outlet = &mut self.outlet;
        let result =
            super::image::enlarged(bench, &self.model, picture, self.factor, outlet, cancel)?;
        let seconds = began.elapsed().as_secs_f64();
        let (works, keep_failure) = if self.keep {
            match self.keep(bench, &result, seconds) {
                Ok(work) => (vec![work], None),
                Err(failure) => (Vec::new(), Some(failure)),
            }
        } else {
            (Vec::new(), None)
        };
        let stats = ImageStats {
            width: result.width(),
            height: result.height(),
            count: 1,
            decode_seconds: seconds,
            ..ImageStats::default()
        };
        *self.gallery.lock().unwrap_or_else(PoisonError::into_inner) = vec![result];
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

impl UpscaleJob {
    fn keep(&self, bench: &Bench, picture: &Picture, seconds: f64) -> Result<String> {
        let library = bench.library()?;
        let recipe = Recipe {
            upscale: Some(UpscaleRecipe {
                source: self.title.clone(),
                factor: self.factor,
            }),
            ..bench.recipe(Modality::Image, &self.model, "CPU".to_owned(), seconds)
        }
        .json()?;
        let draft = Draft {
            modality: Modality::Image,
            title: &recipe::title(&self.title),
            model: &self.model.id,
            seconds,
            prompt: &self.title,
            content: &self.title,
            recipe: &recipe,
            extension: "png",
        };
        let work = library.keep(&draft, |stamp, out| {
            labels::picture::write_png(out, &stamp.id, &draft.provenance(stamp), picture)
        })?;
        Ok(work.id)
    }
}
