//! Pictures: loading a model, drawing, enlarging, and what lies near a prompt.

use std::{
    path::Path,
    sync::{Arc, PoisonError},
};

use quartet_pipelines::image::{ImageRequest, Picture, glyph::NearWord};
use quartet_runtime::Cancel;
use uuid::Uuid;

use super::{Studio, replace};
use crate::{
    Code, Failure, Result, Skill,
    bench::Bench,
    clock,
    jobs::{Ask, Gallery, ImageJob, JobId, Outlet, UpscaleJob},
    labels::Provenance,
    pictures,
    wire::{ImageSink, LoadedImage},
};

/// Pictures on their way, beside their events.
#[derive(Debug)]
pub struct Sitting {
    pub job: JobId,
    gallery: Gallery,
    model: String,
}

impl Sitting {
    /// The finished pictures; empty until the job is done.
    pub fn pictures(&self) -> Vec<Picture> {
        let pictures = self.gallery.lock();
        pictures.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Studio {
    /// Loads a model ahead of its use and waits for it; an older call that still waits is stopped.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, `ModelTooLarge`, `Cancelled`, and whatever is wrong with
    /// the model.
    pub fn load_image(&self, model: &str, sink: ImageSink) -> Result<LoadedImage> {
        let model = self.model_that(model, Skill::Image)?;
        let cancel = replace(&self.preload);
        let mut outlet = Outlet::new(sink, cancel.clone());
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let info = bench.image(&model, &mut outlet, cancel)?.info();
            Ok(LoadedImage {
                model: model.id,
                info,
            })
        });
        self.queue.start_with(ask, cancel);
        answer.wait()
    }

    /// Queues pictures; with `factor` over 1 they are enlarged by the default upscaler. With `keep`
    /// they go into the library, else they leave no trace there.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, `ModelNone` where nothing enlarges, or the model's own
    /// problem; everything later goes to the sink.
    pub fn start_image(
        &self,
        model: &str,
        request: ImageRequest,
        factor: u32,
        keep: bool,
        sink: ImageSink,
    ) -> Result<Sitting> {
        let model = self.model_that(model, Skill::Image)?;
        let enlarge = if factor > 1 {
            let upscaler = self.default_model(Skill::Upscale)?;
            Some((self.model_that(&upscaler, Skill::Upscale)?, factor))
        } else {
            None
        };
        let cancel = Cancel::new();
        let gallery = Gallery::default();
        let id = model.id.clone();
        let job = ImageJob {
            model,
            request,
            enlarge,
            keep,
            gallery: Arc::clone(&gallery),
            outlet: Outlet::new(sink, cancel.clone()),
        };
        Ok(Sitting {
            job: self.queue.start_with(job, cancel),
            gallery,
            model: id,
        })
    }

    /// Queues a picture to be made larger by the default upscaler.
    ///
    /// # Errors
    /// `ModelNone`, or the model's own problem; everything later goes to the sink.
    pub fn start_upscale(
        &self,
        picture: Picture,
        title: &str,
        factor: u32,
        keep: bool,
        sink: ImageSink,
    ) -> Result<Sitting> {
        let model = self.default_model(Skill::Upscale)?;
        let model = self.model_that(&model, Skill::Upscale)?;
        let cancel = Cancel::new();
        let gallery = Gallery::default();
        let id = model.id.clone();
        let job = UpscaleJob {
            model,
            picture,
            factor,
            title: title.to_owned(),
            keep,
            gallery: Arc::clone(&gallery),
            outlet: Outlet::new(sink, cancel.clone()),
        };
        Ok(Sitting {
            job: self.queue.start_with(job, cancel),
            gallery,
            model: id,
        })
    }

    /// The same for a picture of the library.
    ///
    /// # Errors
    /// As [`Studio::start_upscale`]; `WorkUnknown`, `WorkFileMissing`, `WorkFileBroken`.
    pub fn start_upscale_of(&self, work: &str, factor: u32, sink: ImageSink) -> Result<Sitting> {
        let opened = self.library()?.open_work(work)?;
        let picture = pictures::read_kept(&opened.file)?;
        self.start_upscale(picture, &opened.work.title, factor, true, sink)
    }

    /// The words a model knows that lie nearest to a prompt. Waits for the job that is running; an
    /// older question that still waits is stopped.
    ///
    /// # Errors
    /// As [`Studio::load_image`].
    pub fn near_words(&self, model: &str, prompt: String, count: u32) -> Result<Vec<NearWord>> {
        let model = self.model_that(model, Skill::Image)?;
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let mut outlet: Outlet<crate::wire::ImageJobEvent> = Outlet::silent(cancel);
            let loaded = bench.image(&model, &mut outlet, cancel)?;
            Ok(loaded.near(&prompt, count as usize, cancel)?)
        });
        let cancel = replace(&self.probe);
        self.queue.start_with(ask, cancel);
        answer.wait()
    }

    /// Writes a labelled copy of a finished picture that is in no library.
    ///
    /// # Errors
    /// `ExportFormat`, `ExportFailed`; `Internal` for a picture that there is not.
    pub fn export_picture(&self, sitting: &Sitting, index: usize, path: &Path) -> Result<()> {
        let pictures = sitting.pictures();
        let picture = pictures
            .get(index)
            .ok_or_else(|| Failure::new(Code::Internal, "there is no such picture"))?;
        let id = Uuid::now_v7();
        let provenance = Provenance {
            title: None,
            created: clock::rfc3339(clock::millis_of(&id)),
            model: sitting.model.clone(),
            recipe: None,
        };
        pictures::export(path, &id.to_string(), &provenance, picture)
    }
}
