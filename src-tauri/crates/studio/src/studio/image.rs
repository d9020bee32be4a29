//! Pictures: loading a model, drawing, enlarging, and what lies near a prompt.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
    time::Duration,
};

use quartet_pipelines::image::{ImageRequest, Mask, PICTURE_LIMIT, Picture, glyph::NearWord};
use quartet_runtime::Cancel;
use uuid::Uuid;

use super::{Studio, lock, replace};
use crate::{
    Code, Failure, ImageAsked, ImagePromise, Recipe, Result, Skill,
    bench::Bench,
    clock,
    jobs::{
        Ask, Gallery, ImageJob, JobId, Known, Outlet, UpscaleJob, promise_enlarging, promise_image,
    },
    labels::Provenance,
    models::Architecture,
    pictures::{self, ImageSources, PictureSource},
    vitals,
    wire::{BroughtPicture, ImageSink, LoadedImage},
    works::{ExportRecipe, WorkPart},
};

/// How long a copy that was lent stays for the program that took it.
const LENT: Duration = Duration::from_hours(24);

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

    /// Whether a model's pictures are so small that they are best enlarged.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, or the model's own problem.
    pub fn draws_small(&self, model: &str) -> Result<bool> {
        let model = self.model_that(model, Skill::Image)?;
        Ok(model.architecture == Architecture::Glyph)
    }

    /// The picture that somebody brings.
    ///
    /// # Errors
    /// `PictureUnreadable`, `PictureTooLarge`; for one of the library `WorkUnknown`,
    /// `WorkFileMissing`, `WorkFileBroken`.
    pub fn picture(&self, source: &PictureSource) -> Result<Picture> {
        match source {
            PictureSource::Data { base64 } => Ok(Picture::decode(&pictures::from_base64(base64)?)?),
            PictureSource::File { path } => pictures::read(path),
            PictureSource::Work { id } => pictures::read_kept(&self.library()?.open_work(id)?.file),
            PictureSource::Part { work, part } => {
                let file = self.part(work, *part)?;
                Picture::decode(&file).map_err(|error| broken_part(work, error))
            }
        }
    }

    /// The same, read as where to paint: white paints.
    ///
    /// # Errors
    /// As [`Studio::picture`].
    pub fn mask(&self, source: &PictureSource) -> Result<Mask> {
        let file = match source {
            PictureSource::Data { base64 } => pictures::from_base64(base64)?,
            PictureSource::File { path } => pictures::file(path)?,
            PictureSource::Work { id } => self.work_file(id)?,
            PictureSource::Part { work, part } => self.part(work, *part)?,
        };
        Ok(Mask::decode(&file)?)
    }

    /// A request with its pictures, which do not travel as text.
    ///
    /// # Errors
    /// As [`Studio::picture`].
    pub fn with_pictures(
        &self,
        mut request: ImageRequest,
        sources: &ImageSources,
    ) -> Result<ImageRequest> {
        let start = sources.start.as_ref();
        request.start = start.map(|source| self.picture(source)).transpose()?;
        let mask = sources.mask.as_ref();
        request.mask = mask.map(|source| self.mask(source)).transpose()?;
        Ok(request)
    }

    /// A picture that somebody brings, as a page shows it: at most `limit` pixels on a side.
    ///
    /// # Errors
    /// As [`Studio::picture`].
    pub fn brought_picture(&self, source: &PictureSource, limit: u32) -> Result<BroughtPicture> {
        let picture = self.picture(source)?;
        Ok(BroughtPicture {
            address: pictures::brought_address(&picture, limit.min(PICTURE_LIMIT)),
            width: picture.width(),
            height: picture.height(),
        })
    }

    /// A part of a work, if it is the one that the recipe was kept with.
    fn part(&self, work: &str, part: WorkPart) -> Result<Vec<u8>> {
        let library = self.library()?;
        let file = library.part(work, part)?;
        let recipe = Recipe::parse(&library.open_work(work)?.recipe);
        let expected = recipe.and_then(|recipe| match part {
            WorkPart::Mask => recipe.image?.mask,
            WorkPart::Start => match recipe.image {
                Some(image) => image.start,
                None => recipe.upscale?.start,
            },
        });
        match expected {
            Some(expected) if expected.sha256 == pictures::checksum(&file) => Ok(file),
            _ => Err(broken_part(work, "it is not the file that was kept")),
        }
    }

    /// What pictures will take, before they are asked for: from earlier runs on this computer.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, or the model's own problem.
    pub fn promise_image(&self, model: &str, asked: &ImageAsked) -> Result<ImagePromise> {
        let model = self.model_that(model, Skill::Image)?;
        let upscaler = (asked.factor > 1)
            .then(|| self.default_model(Skill::Upscale))
            .and_then(Result::ok)
            .and_then(|id| self.model_that(&id, Skill::Upscale).ok());
        let loaded = lock(&self.shelf).loaded.clone();
        let known = self.known(&loaded);
        Ok(promise_image(known, &model, upscaler.as_ref(), asked))
    }

    /// The same for a picture that is made larger.
    ///
    /// # Errors
    /// `ModelNone`, or the model's own problem.
    pub fn promise_upscale(&self, width: u32, height: u32, factor: u32) -> Result<ImagePromise> {
        let model = self.default_model(Skill::Upscale)?;
        let model = self.model_that(&model, Skill::Upscale)?;
        let loaded = lock(&self.shelf).loaded.clone();
        let pixels = u64::from(width) * u64::from(height);
        let known = self.known(&loaded);
        Ok(promise_enlarging(known, &model, pixels, factor))
    }

    pub(super) fn known<'a>(&'a self, loaded: &'a [String]) -> Known<'a> {
        Known {
            library: self.library().ok(),
            loaded,
            budget: vitals::budget_bytes(self.settings.load().memory_budget_mb),
        }
    }

    /// A labelled copy of a kept picture for another program to take: what is dragged out of the
    /// window is a file. Copies are swept a day later.
    ///
    /// # Errors
    /// As [`Studio::export_work`].
    pub fn lend_work(&self, id: &str) -> Result<PathBuf> {
        let work = self.library()?.open_work(id)?.work;
        let lent = self.paths.home.join("lent");
        sweep_lent(&lent);
        let folder = lent.join(id);
        fs::create_dir_all(&folder)
            .map_err(|error| Failure::at(Code::ExportFailed, &folder, error))?;
        let path = folder.join(format!("{}.png", file_name(&work.title, "picture")));
        self.export_work(id, &path, ExportRecipe::Omitted)?;
        Ok(path)
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

fn broken_part(work: &str, reason: impl std::fmt::Display) -> Failure {
    Failure::at(Code::WorkFileBroken, Path::new(work), reason)
}

/// A title as a file's name that every system takes; `otherwise` where nothing is left of it.
pub(super) fn file_name(title: &str, otherwise: &str) -> String {
    let keep = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let name: String = title.chars().filter(|&c| keep(c)).take(40).collect();
    let name = name.trim();
    if name.is_empty() { otherwise } else { name }.to_owned()
}

/// Removes the copies that were lent long ago; what cannot be removed today can be tomorrow.
fn sweep_lent(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > LENT) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_every_system_takes() {
        assert_eq!(file_name("a/b: \"red\" 红苹果?", "x"), "ab red 红苹果");
        assert_eq!(file_name("../..", "picture"), "picture");
        assert_eq!(file_name(&"x".repeat(99), "x").len(), 40);
    }
}
