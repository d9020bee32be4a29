//! A picture made larger.

use std::{path::Path, sync::Arc, time::Instant};

use quartet_library::WorkPart;
use quartet_media::{UnknownFormat, labels::SourceType};
use quartet_pipelines::image::{
    ImageStats, Picture,
    upscale::{self, UpscaleModel},
};

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    estimate::{self, Estimator},
    image::{Gallery, ImageMade, ImageProgress, pixels, upscaled},
    job::{Job, JobContext, Order, Prepared},
    product::Product,
};
use crate::{
    ImageCost, Modality, Result, Skill,
    export::{Body, picture_format},
    models::Model,
    pictures::{Part, PictureSource},
    recipe::{self, Made, UpscaleRecipe},
    resources::{Resources, Works},
};

/// A picture to be made larger by the default upscaler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UpscaleOrder {
    pub source: PictureSource,
    /// What the picture is called: a file's name, a work's title.
    pub title: String,
    pub factor: u32,
}

#[derive(Debug)]
pub struct UpscaleJob {
    model: Model,
    picture: Picture,
    order: UpscaleOrder,
    /// How much of the result models made.
    made_by: SourceType,
    gallery: Gallery,
}

impl UpscaleOrder {
    /// How much of the result models will have made: a person's own picture stays theirs.
    pub fn source_type(&self, works: &Works) -> SourceType {
        SourceType::enhanced(works.source_type(&self.source))
    }
}

impl Order for UpscaleOrder {
    type Job = UpscaleJob;
    type Live = Gallery;

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        let model = resources.models.choose(None, Skill::Upscale)?;
        let gallery = Gallery::default();
        let picture = resources.works.picture(&self.source)?;
        // Told before anything is loaded; a folder that cannot be read is the loader's to refuse.
        if let Ok(factors) = upscale::factors_of(&model.folder) {
            let size = (picture.width(), picture.height());
            upscale::check_size(size, self.factor, &factors)?;
        }
        Ok(Prepared {
            model: model.id.clone(),
            live: Arc::clone(&gallery),
            job: UpscaleJob {
                model,
                picture,
                made_by: self.source_type(&resources.works),
                order: self,
                gallery,
            },
        })
    }
}

impl Job for UpscaleJob {
    type Progress = ImageProgress;
    type Made = ImageMade;

    fn check_ending(path: &Path) -> Result<(), UnknownFormat> {
        picture_format(path)
    }

    fn run(&mut self, context: &mut JobContext<'_, Self>) -> Result<ImageMade> {
        // Loaded first, so that the estimate is of the enlarging alone.
        context.model::<dyn UpscaleModel>(&self.model)?;
        let loaded = context.worker.loaded();
        let estimator = Estimator::new(&context.worker.resources, context.settings, &loaded);
        let promised = estimator.upscale(&self.model, pixels(&self.picture), 1, self.order.factor);
        let began = Instant::now();
        let picture = self.picture.clone();
        let (larger, took) = upscaled(context, &self.model, picture, self.order.factor)?;
        let stats = ImageStats {
            width: larger.width(),
            height: larger.height(),
            count: 1,
            decode_seconds: took.seconds,
            ..ImageStats::default()
        };
        context.send(ImageProgress::picture(0, &self.model.id, &larger));
        // A gallery is filled once.
        let _ = self.gallery.set(vec![larger]);
        Ok(ImageMade {
            stats,
            subject: None,
            cost: ImageCost {
                promised,
                seconds: began.elapsed().as_secs_f64(),
                memory_mb: took.memory.map(estimate::megabytes),
            },
        })
    }

    fn products<'a>(&'a self, made: &'a ImageMade) -> Vec<Product<'a>> {
        let start = Part::picture(&self.picture);
        let picture = self.gallery.get().and_then(|pictures| pictures.first());
        let product = picture.map(|picture| Product {
            modality: Modality::Image,
            model: &self.model,
            seconds: made.stats.decode_seconds,
            title: recipe::title(&self.order.title),
            content: None,
            made: Made::Upscale(UpscaleRecipe {
                source: self.order.title.clone(),
                factor: self.order.factor,
                start: Some(start.recipe.clone()),
            }),
            source: self.made_by,
            parts: vec![(WorkPart::Start, start)],
            body: Body::Picture(picture),
        });
        product.into_iter().collect()
    }
}
