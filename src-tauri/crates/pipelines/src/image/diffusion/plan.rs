//! A request checked against the model, before anything is computed.

use super::{
    super::{
        ImageRequest, MAX_COUNT, Mask, Picture,
        schedulers::{Scheduler, SchedulerKind},
    },
    config::DiffusionFamily,
    folder::DiffusionFolder,
    prompt::{Span, spans},
};
use crate::{Allowed, Error, Result, check_range, seed};

/// Characters of a prompt: far more than any text encoder reads.
const MAX_PROMPT: usize = 8000;
pub(super) const MAX_SIDE: u32 = 2048;
const MAX_STEPS: u32 = 200;
const GUIDANCE: std::ops::RangeInclusive<f32> = 0.0..=50.0;

/// How a model is sampled where the request does not say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Defaults {
    pub(super) steps: u32,
    pub(super) guidance: f32,
}

impl Defaults {
    /// What the makers advise: folders do not say, so it is inferred from what they hold.
    pub(super) fn of(folder: &DiffusionFolder) -> Self {
        let kind = folder.scheduler.kind();
        let (steps, guidance) = match (kind, folder.family) {
            // Consistency models.
            (Ok(SchedulerKind::Lcm), _) if folder.guidance_embedding.is_some() => (4, 8.5),
            (Ok(SchedulerKind::Lcm), _) => (4, 1.0),
            // Distilled by adversaries (SD-Turbo, SDXL-Turbo): one step and no guidance.
            (Ok(SchedulerKind::Euler | SchedulerKind::EulerAncestral), _)
                if folder.scheduler.is_trailing() =>
            {
                (1, 1.0)
            }
            (_, DiffusionFamily::StableDiffusionXl) => (30, 5.0),
            (_, DiffusionFamily::StableDiffusion) => (25, 7.5),
        };
        Self { steps, guidance }
    }
}

/// What is going to be made.
#[derive(Debug)]
pub(super) struct DiffusionPlan {
    pub(super) prompt: Vec<Span>,
    pub(super) negative: Vec<Span>,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Height and width in cells.
    pub(super) sides: [usize; 2],
    pub(super) guidance: f32,
    pub(super) guidance_rescale: f32,
    /// Whether the denoiser is asked twice, with the prompt and without.
    pub(super) guided: bool,
    pub(super) seed: u32,
    pub(super) count: usize,
    pub(super) kind: SchedulerKind,
    /// One a picture.
    pub(super) schedulers: Vec<Box<dyn Scheduler>>,
    /// The step to begin at.
    pub(super) first: usize,
    pub(super) start: Option<Start>,
    pub(super) previews: bool,
}

/// A picture to begin with, of the size that is made.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) picture: Picture,
    pub(super) mask: Option<Mask>,
    /// Nothing of it is kept where it is painted over.
    pub(super) from_noise: bool,
}

impl DiffusionPlan {
    /// # Errors
    /// `Parameter`, `UnknownScheduler`, `MissingPart`.
    pub(super) fn new(
        request: ImageRequest,
        folder: &DiffusionFolder,
        defaults: Defaults,
        root: &std::path::Path,
    ) -> Result<Self> {
        let parameters = &request.parameters;
        let (own_width, own_height) = folder.size;
        let width = side("width", parameters.width, own_width, folder.size_step)?;
        let height = side("height", parameters.height, own_height, folder.size_step)?;
        let steps = parameters.steps.unwrap_or(defaults.steps);
        let guidance = parameters.guidance.unwrap_or(defaults.guidance);
        check_range("steps", steps, 1..=MAX_STEPS)?;
        check_range("guidance", guidance, GUIDANCE)?;
        check_rest(&request)?;
        if request.start.is_some() && folder.encoder.is_none() {
            return Err(Error::MissingPart {
                folder: root.to_owned(),
                what: "vae_encoder",
            });
        }
        let kind = match parameters.scheduler {
            Some(kind) => kind,
            None => folder.scheduler.kind()?,
        };
        let sides = [height, width].map(|side| (side / folder.space.cell) as usize);
        // A flow transformer would see patches of two cells on a side.
        let tokens = sides[0] * sides[1] / 4;
        let schedulers = (0..parameters.count)
            .map(|_| kind.build(&folder.scheduler, steps as usize, tokens))
            .collect::<Result<Vec<_>>>()?;
        let strength = parameters.strength;
        let first = match (&request.start, schedulers.first()) {
            (Some(_), Some(scheduler)) => first_step(scheduler.as_ref(), steps, strength),
            _ => 0,
        };
        Ok(Self {
            prompt: spans(&request.prompt),
            negative: spans(&request.negative_prompt),
            width,
            height,
            sides,
            guided: guidance > 1.0 && folder.guidance_embedding.is_none(),
            guidance,
            guidance_rescale: parameters.guidance_rescale,
            seed: parameters.seed.unwrap_or_else(seed::draw),
            count: parameters.count as usize,
            kind,
            schedulers,
            first,
            previews: parameters.previews,
            start: request
                .start
                .map(|picture| Start::new(picture, request.mask, strength, (width, height))),
        })
    }

    /// Steps that will be made.
    pub(super) fn steps(&self) -> usize {
        let all = self.schedulers.first().map_or(0, |s| s.timesteps().len());
        all.saturating_sub(self.first)
    }
}

impl Start {
    fn new(picture: Picture, mask: Option<Mask>, strength: f32, size: (u32, u32)) -> Self {
        let from = (picture.width(), picture.height());
        Self {
            picture: picture.opaque().fitted(size.0, size.1),
            from_noise: mask.is_some() && strength >= 1.0,
            mask: mask.map(|mask| mask.fitted(from, size)),
        }
    }
}

/// What can be refused without a model.
fn check_rest(request: &ImageRequest) -> Result<()> {
    let parameters = &request.parameters;
    for (name, text) in [
        ("prompt", &request.prompt),
        ("negative prompt", &request.negative_prompt),
    ] {
        let characters = text.chars().count();
        if characters > MAX_PROMPT {
            let allowed = ("at most 8,000 characters", "最多 8,000 个字符");
            return Err(Error::parameter(name, characters, allowed));
        }
    }
    let (rescale, strength) = (parameters.guidance_rescale, parameters.strength);
    check_range("guidance rescale", rescale, 0.0..=1.0)?;
    check_range("count", parameters.count, 1..=MAX_COUNT)?;
    if !(strength > 0.0 && strength <= 1.0) {
        return Err(Error::parameter(
            "strength",
            strength,
            ("above 0 and at most 1", "大于 0，最大为 1"),
        ));
    }
    if let Some(style) = &parameters.style {
        return Err(Error::parameter("style", style, Vec::new()));
    }
    if request.start.is_none() && request.mask.is_some() {
        let allowed = ("given with a picture to paint on", "与要修改的图片一起给出");
        return Err(Error::parameter("mask", "alone", allowed));
    }
    if request.mask.as_ref().is_some_and(Mask::is_empty) {
        return Err(Error::parameter(
            "mask",
            "empty",
            ("painted somewhere", "涂过的蒙版"),
        ));
    }
    Ok(())
}

/// The step at which a picture is taken up.
fn first_step(scheduler: &dyn Scheduler, steps: u32, strength: f32) -> usize {
    match steps - kept(steps, strength) {
        0 => 0,
        // A scheduler that visits a timestep twice does so for its first step, which is left out.
        first => first as usize + scheduler.timesteps().len() - steps as usize,
    }
}

/// How many of `steps` are made from a picture: at least one.
fn kept(steps: u32, strength: f32) -> u32 {
    // The decimal people wrote, not the float32 below it: 0.7 of 10 steps are 7.
    let strength = (f64::from(strength) * 1e6).round() / 1e6;
    ((f64::from(steps) * strength) as u32).clamp(1, steps)
}

fn side(name: &'static str, wanted: Option<u32>, usual: u32, step: u32) -> Result<u32> {
    let side = wanted.unwrap_or(usual);
    if side == 0 || side > MAX_SIDE.max(usual) {
        let most = MAX_SIDE.max(usual);
        let allowed = Allowed::Range {
            from: step.to_string(),
            to: most.to_string(),
        };
        return Err(Error::parameter(name, side, allowed));
    }
    if !side.is_multiple_of(step) {
        let near = (f64::from(side) / f64::from(step)).round().max(1.0) as u32 * step;
        return Err(Error::parameter(
            name,
            side,
            Allowed::Multiple { step, near },
        ));
    }
    Ok(side)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strength_means_the_steps_its_decimal_says() {
        assert_eq!(kept(10, 0.7), 7);
        assert_eq!(kept(10, 0.01), 1);
        assert_eq!(kept(10, 1.0), 10);
        assert_eq!(kept(1, 0.5), 1);
    }

    #[test]
    fn a_size_that_does_not_divide_names_the_nearest_that_does() {
        let error = side("width", Some(500), 512, 64).unwrap_err();
        assert!(error.to_string().contains("such as 512"), "{error}");
        assert_eq!(side("width", None, 512, 64), Ok(512));
        for bad in [0, 2112, u32::MAX] {
            assert!(side("width", Some(bad), 512, 64).is_err());
        }
    }
}
