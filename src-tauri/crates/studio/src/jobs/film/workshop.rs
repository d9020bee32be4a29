//! The models of a film behind the pipeline's seam: one shelf lends them in turn.

use quartet_pipelines::{
    image::{
        ImageEvent, ImageParameters, ImageRequest, Picture,
        glyph::Condition,
        upscale::{UpscaleEvent, UpscaleRequest},
    },
    video::{Blending, FrameBackend, Interpolated, Interpolator, TravelRequest, Waypoint},
};
use quartet_runtime::Cancel;

use crate::{
    Code, Failure, Result,
    bench::Bench,
    jobs::Outlet,
    models::{Architecture, Model},
    wire::VideoJobEvent,
};

/// What a film is made with that needs no model.
const BLENDING: &str = "blending";

/// The models of a film; what is none is done by arithmetic.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tools {
    /// Of films from prompts.
    pub(crate) drawer: Option<Model>,
    pub(crate) upscaler: Option<Model>,
    pub(crate) inbetween: Option<Model>,
}

impl Tools {
    pub(crate) fn all(&self) -> impl Iterator<Item = &Model> {
        [&self.inbetween, &self.upscaler, &self.drawer]
            .into_iter()
            .flatten()
    }

    /// The one that the film is most of all made by.
    pub(crate) fn main(&self) -> Option<&Model> {
        let tools = [&self.drawer, &self.inbetween, &self.upscaler];
        tools.into_iter().flatten().next()
    }

    /// Its id.
    pub(crate) fn name(&self) -> String {
        self.main()
            .map_or_else(|| BLENDING.to_owned(), |model| model.id.clone())
    }

    /// Whether there are places between two prompts.
    pub(crate) fn travels(&self) -> bool {
        let drawer = self.drawer.as_ref();
        drawer.is_some_and(|model| model.architecture == Architecture::Glyph)
    }

    /// Brings all of them into memory, as far as they fit together.
    pub(super) fn load(
        &self,
        bench: &mut Bench,
        outlet: &mut Outlet<VideoJobEvent>,
        cancel: &Cancel,
    ) -> Result<()> {
        if let Some(model) = &self.inbetween {
            bench.inbetween(model, outlet, cancel)?;
        }
        if let Some(model) = &self.upscaler {
            bench.upscaler(model, outlet, cancel)?;
        }
        if let Some(model) = &self.drawer {
            bench.image(model, outlet, cancel)?;
        }
        Ok(())
    }
}

/// See the module.
pub(super) struct Shop<'a> {
    bench: &'a mut Bench,
    tools: &'a Tools,
    prompts: Vec<String>,
    parameters: ImageParameters,
    /// Of each prompt, once it was read.
    conditions: Vec<Option<Condition>>,
}

impl<'a> Shop<'a> {
    pub(super) fn new(
        bench: &'a mut Bench,
        tools: &'a Tools,
        request: Option<&TravelRequest>,
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
            bench,
            tools,
            prompts: scenes.iter().map(|scene| scene.prompt.clone()).collect(),
            parameters: parameters.unwrap_or_default(),
            conditions: vec![None; scenes.len()],
        }
    }

    /// One of the prompts as the model is told it.
    fn condition(&mut self, prompt: usize, cancel: &Cancel) -> Result<Condition> {
        if let Some(Some(known)) = self.conditions.get(prompt) {
            return Ok(known.clone());
        }
        let words = self.prompts.get(prompt).cloned().unwrap_or_default();
        let style = self.parameters.style.clone();
        let drawer = drawer(self.bench, self.tools, cancel)?;
        let condition = drawer.condition(&words, style.as_deref(), cancel)?;
        let condition =
            condition.ok_or_else(|| Failure::new(Code::Internal, "no place between prompts"))?;
        if let Some(slot) = self.conditions.get_mut(prompt) {
            *slot = Some(condition.clone());
        }
        Ok(condition)
    }
}

impl FrameBackend for Shop<'_> {
    type Error = Failure;

    fn travels(&self) -> bool {
        self.tools.travels()
    }

    fn draw(&mut self, waypoint: &Waypoint, cancel: &Cancel) -> Result<Picture> {
        if self.tools.travels() {
            let from = self.condition(waypoint.from, cancel)?;
            let condition = if waypoint.from == waypoint.to {
                from
            } else {
                from.between(&self.condition(waypoint.to, cancel)?, waypoint.share)
            };
            let drawer = drawer(self.bench, self.tools, cancel)?;
            return Ok(drawer.draw(&condition, waypoint.turn, &self.parameters, cancel)?);
        }
        let nearer = if waypoint.share < 0.5 {
            waypoint.from
        } else {
            waypoint.to
        };
        let request = ImageRequest {
            prompt: self.prompts.get(nearer).cloned().unwrap_or_default(),
            parameters: self.parameters.clone(),
            ..ImageRequest::default()
        };
        let drawer = drawer(self.bench, self.tools, cancel)?;
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
        if let Some(model) = &self.tools.upscaler
            && width > picture.width()
        {
            // The network's own factors; what is then missing is arithmetic.
            let factor = if width > 2 * picture.width() { 4 } else { 2 };
            let mut outlet = Outlet::<VideoJobEvent>::silent(cancel);
            let upscaler = self.bench.upscaler(model, &mut outlet, cancel)?;
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
        let Some(model) = &self.tools.inbetween else {
            return Ok(Blending.between(before, after, time, cancel)?);
        };
        let mut outlet = Outlet::<VideoJobEvent>::silent(cancel);
        let network = self.bench.inbetween(model, &mut outlet, cancel)?;
        Ok(network.between(before, after, time, cancel)?)
    }
}

/// Loaded already, unless the budget made it give way to another tool.
fn drawer<'a>(
    bench: &'a mut Bench,
    tools: &Tools,
    cancel: &Cancel,
) -> Result<&'a mut dyn crate::ImageModel> {
    let model = tools.drawer.as_ref();
    let model = model.ok_or_else(|| Failure::new(Code::ModelNone, "nothing here draws"))?;
    let mut outlet = Outlet::<VideoJobEvent>::silent(cancel);
    bench.image(model, &mut outlet, cancel)
}
