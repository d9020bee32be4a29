//! The models of a film behind the pipeline's seam: the worker lends them in turn.

use quartet_pipelines::{
    image::{
        ImageEvent, ImageModel, ImageParameters, ImageRequest, Picture,
        glyph::Condition,
        upscale::{UpscaleEvent, UpscaleModel, UpscaleRequest},
    },
    video::{
        Blending, FrameBackend, FrameInterpolator, Interpolated, Scene, TravelRequest, Waypoint,
    },
};
use quartet_runtime::Cancel;

use crate::{
    Code, Failure, Result, Settings,
    jobs::{
        job::{Job, JobContext},
        worker::Worker,
    },
    models::Model,
    recipe::RecipeModel,
};

/// What a film is made with that needs no model.
const BLENDING: &str = "blending";

/// The models of a film; what is none is done by arithmetic.
#[derive(Debug, Clone, Default)]
pub(crate) struct FilmModels {
    /// Of films from prompts.
    pub(crate) image: Option<Model>,
    pub(crate) upscaler: Option<Model>,
    pub(crate) inbetween: Option<Model>,
}

impl FilmModels {
    pub(crate) fn all(&self) -> impl Iterator<Item = &Model> {
        [&self.inbetween, &self.upscaler, &self.image]
            .into_iter()
            .flatten()
    }

    /// The one that the film is most of all made by.
    pub(crate) fn main(&self) -> Option<&Model> {
        let models = [&self.image, &self.inbetween, &self.upscaler];
        models.into_iter().flatten().next()
    }

    /// Its id.
    pub(crate) fn name(&self) -> String {
        self.main()
            .map_or_else(|| BLENDING.to_owned(), |model| model.id.clone())
    }

    /// How recipes name it.
    pub(super) fn recipe_model(&self) -> RecipeModel {
        self.main().map_or_else(
            || RecipeModel {
                id: self.name(),
                digest: None,
                licence: String::new(),
            },
            RecipeModel::of,
        )
    }

    /// Whether there are places between two prompts.
    pub(crate) fn travels(&self) -> bool {
        let image = self.image.as_ref();
        image.is_some_and(|model| model.architecture.travels())
    }

    /// Brings all of them into memory, as far as they fit together.
    pub(super) fn load<J: Job>(&self, context: &mut JobContext<'_, J>) -> Result<()> {
        if let Some(model) = &self.inbetween {
            context.model::<dyn FrameInterpolator + Send>(model)?;
        }
        if let Some(model) = &self.upscaler {
            context.model::<dyn UpscaleModel>(model)?;
        }
        if let Some(model) = &self.image {
            context.model::<dyn ImageModel>(model)?;
        }
        Ok(())
    }
}

/// A film's models as its pipeline asks for them.
pub(super) struct StudioBackend<'a> {
    worker: &'a mut Worker,
    /// The settings when the job began: no model is reloaded in the middle of a film.
    settings: &'a Settings,
    models: &'a FilmModels,
    scenes: &'a [Scene],
    parameters: ImageParameters,
    /// Of each prompt, once it was read.
    conditions: Vec<Option<Condition>>,
}

impl<'a> StudioBackend<'a> {
    pub(super) fn new(
        worker: &'a mut Worker,
        settings: &'a Settings,
        models: &'a FilmModels,
        request: Option<&'a TravelRequest>,
    ) -> Self {
        let scenes = request.map_or(&[][..], |request| &request.scenes);
        let parameters = request.map(|request| ImageParameters {
            seed: request.parameters.seed,
            steps: request.parameters.steps,
            guidance: request.parameters.guidance,
            style: request.parameters.style.clone(),
            previews: false,
            ..ImageParameters::default()
        });
        Self {
            worker,
            settings,
            models,
            scenes,
            parameters: parameters.unwrap_or_default(),
            conditions: vec![None; scenes.len()],
        }
    }

    /// A scene as the model takes it.
    fn condition(&mut self, index: usize, cancel: &Cancel) -> Result<Condition> {
        if let Some(Some(known)) = self.conditions.get(index) {
            return Ok(known.clone());
        }
        let scene = self.scenes.get(index);
        let scene = scene.ok_or_else(|| Failure::new(Code::Internal, "no such scene"))?;
        let drawer = drawer(self.worker, self.settings, self.models, cancel)?;
        let subject = scene.subject.as_ref();
        let condition = drawer.condition(&scene.prompt, subject, &self.parameters, cancel)?;
        let condition =
            condition.ok_or_else(|| Failure::new(Code::Internal, "no place between prompts"))?;
        if let Some(slot) = self.conditions.get_mut(index) {
            *slot = Some(condition.clone());
        }
        Ok(condition)
    }
}

impl FrameBackend for StudioBackend<'_> {
    type Error = Failure;

    fn travels(&self) -> bool {
        self.models.travels()
    }

    fn draw(&mut self, waypoint: &Waypoint, cancel: &Cancel) -> Result<Picture> {
        if self.models.travels() {
            let from = self.condition(waypoint.from, cancel)?;
            let condition = if waypoint.from == waypoint.to {
                from
            } else {
                from.interpolate(&self.condition(waypoint.to, cancel)?, waypoint.share)
            };
            let drawer = drawer(self.worker, self.settings, self.models, cancel)?;
            return Ok(drawer.draw(&condition, waypoint.turn, &self.parameters, cancel)?);
        }
        let nearer = if waypoint.share < 0.5 {
            waypoint.from
        } else {
            waypoint.to
        };
        let scene = self.scenes.get(nearer);
        let request = ImageRequest {
            prompt: scene.map(|scene| scene.prompt.clone()).unwrap_or_default(),
            subject: scene.and_then(|scene| scene.subject.clone()),
            parameters: self.parameters.clone(),
            ..ImageRequest::default()
        };
        let drawer = drawer(self.worker, self.settings, self.models, cancel)?;
        for event in drawer.run(request, cancel)? {
            if let ImageEvent::Picture { picture, .. } = event? {
                return Ok(picture.opaque());
            }
        }
        Err(Failure::new(Code::Internal, "a drawing without an end"))
    }

    fn upscale(
        &mut self,
        picture: Picture,
        (width, height): (u32, u32),
        cancel: &Cancel,
    ) -> Result<Picture> {
        if (picture.width(), picture.height()) == (width, height) {
            return Ok(picture);
        }
        let mut picture = picture;
        if let Some(model) = &self.models.upscaler
            && width > picture.width()
        {
            // The network's own factors; what is then missing is arithmetic.
            let factor = if width > 2 * picture.width() { 4 } else { 2 };
            let upscaler =
                self.worker
                    .silently::<dyn UpscaleModel>(model, self.settings, cancel)?;
            let request = UpscaleRequest {
                picture: picture.clone(),
                factor,
            };
            for event in upscaler.run(request, cancel)? {
                if let UpscaleEvent::Picture(larger) = event? {
                    picture = larger;
                }
            }
        }
        if (picture.width(), picture.height()) == (width, height) {
            return Ok(picture);
        }
        Ok(picture.fitted(width, height))
    }

    fn interpolate(
        &mut self,
        before: &Picture,
        after: &Picture,
        time: f32,
        cancel: &Cancel,
    ) -> Result<Interpolated> {
        let Some(model) = &self.models.inbetween else {
            return Ok(Blending.interpolate(before, after, time, cancel)?);
        };
        let network =
            self.worker
                .silently::<dyn FrameInterpolator + Send>(model, self.settings, cancel)?;
        Ok(network.interpolate(before, after, time, cancel)?)
    }
}

/// Loaded already, unless the budget made it give way to another model.
fn drawer<'a>(
    worker: &'a mut Worker,
    settings: &Settings,
    models: &FilmModels,
    cancel: &Cancel,
) -> Result<&'a mut dyn ImageModel> {
    let model = models.image.as_ref();
    let model = model.ok_or_else(|| Failure::new(Code::ModelNone, "nothing here draws"))?;
    let drawer = worker.silently::<dyn ImageModel>(model, settings, cancel)?;
    Ok(drawer)
}
