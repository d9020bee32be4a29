//! A picture made larger as a job.

use std::{sync::PoisonError, time::Instant};

use quartet_pipelines::image::{ImageStats, Picture};
use quartet_runtime::Cancel;

use super::{
    Outlet, Task,
    image::Gallery,
    promise::{self, Enlarged},
};
use crate::{
    Failure, ImageCost, JobEvent, Modality, Result,
    bench::Bench,
    labels,
    models::Model,
    pictures::{self, Part},
    recipe::{self, Recipe, UpscaleRecipe},
    wire::ImageJobEvent,
    works::{Draft, WorkPart},
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
        // Loaded first, so that the promise is of the enlarging alone.
        bench.upscaler(&self.model, &mut self.outlet, cancel)?;
        let pixels = u64::from(self.picture.width()) * u64::from(self.picture.height());
        let loaded = bench.shelf.ids();
        let known = promise::known(bench, &loaded);
        let promised = promise::enlarging(known, &self.model, pixels, self.factor);
        let began = Instant::now();
        let picture = self.picture.clone();
        let outlet = &mut self.outlet;
        let (result, Enlarged { seconds, memory }) =
            super::image::enlarged(bench, &self.model, picture, self.factor, outlet, cancel)?;
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
        self.outlet.send(ImageJobEvent::Picture {
            index: 0,
            picture: pictures::screen_address(&self.model.id, &result),
            width: result.width(),
            height: result.height(),
        });
        *self.gallery.lock().unwrap_or_else(PoisonError::into_inner) = vec![result];
        self.outlet.send(ImageJobEvent::Done {
            stats,
            cost: ImageCost {
                promised,
                seconds: began.elapsed().as_secs_f64(),
                memory_mb: memory.map(promise::megabytes),
            },
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
        let start = Part::picture(&self.picture);
        let recipe = Recipe {
            upscale: Some(UpscaleRecipe {
                source: self.title.clone(),
                factor: self.factor,
                start: Some(start.recipe.clone()),
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
        let parts = [start.file(WorkPart::Start)];
        let work = library.keep_with(&draft, &parts, |stamp, out| {
            labels::picture::write_png(out, &stamp.id, &draft.provenance(stamp), picture)
        })?;
        Ok(work.id)
    }
}
