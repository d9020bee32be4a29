//! What is kept of the picture a run starts from.

use quartet_runtime::{Cancel, Session};

use super::{
    super::{Latents, Mask, Picture, schedulers::Scheduler},
    config::LatentSpace,
    plan::{DiffusionPlan, Start},
    vae,
};
use crate::{Error, Result};

/// The picture as latents, to be put back where it is not painted over.
#[derive(Debug)]
pub(super) struct InpaintBlend {
    pub(super) latents: Vec<f32>,
    /// What each picture of the run began as.
    pub(super) noise: Latents,
    /// One a cell.
    painted: Vec<bool>,
}

impl InpaintBlend {
    /// `sides` is height and width in cells.
    ///
    /// # Errors
    /// As [`vae::encode`].
    pub(super) fn read(
        session: &mut Session,
        start: &Start,
        space: &LatentSpace,
        sides: [usize; 2],
        cancel: &Cancel,
    ) -> Result<Self> {
        Ok(Self {
            latents: vae::encode(session, &start.picture, None, space, cancel)?,
            noise: Latents::default(),
            painted: painted_cells(start.mask.as_ref(), space, sides),
        })
    }

    /// Replaces the cells that are not painted over in the latents of picture `number`: by the
    /// original with the noise that belongs before step `next`, and by itself after the last.
    pub(super) fn blend(
        &self,
        latents: &mut [f32],
        number: usize,
        next: Option<usize>,
        scheduler: &dyn Scheduler,
    ) {
        let Some(noise) = self.noise.pictures().nth(number) else {
            return;
        };
        let original = match next {
            Some(next) => scheduler.add_noise(next, &self.latents, noise),
            None => self.latents.clone(),
        };
        let cells = self.painted.iter().cycle();
        for ((latent, original), painted) in latents.iter_mut().zip(original).zip(cells) {
            if !painted {
                *latent = original;
            }
        }
    }
}

/// What a denoiser that was taught to inpaint reads beside one picture's latents: the mask, then
/// the latents of the picture with a hole in it; grey where there is no picture.
///
/// # Errors
/// As [`vae::encode`].
pub(super) fn inpaint_condition(
    session: &mut Session,
    plan: &DiffusionPlan,
    space: &LatentSpace,
    cancel: &Cancel,
) -> Result<Vec<f32>> {
    let area = plan.width as usize * plan.height as usize;
    let start = plan.start.as_ref();
    let mask = start.and_then(|start| start.mask.as_ref());
    let keep: Vec<bool> = match mask {
        Some(mask) => mask.values().iter().map(|&value| value < 128).collect(),
        // Without a mask all is painted, without a picture there is nothing to keep.
        None => vec![false; area],
    };
    let grey = Picture::new(plan.width, plan.height, vec![128; area * 3]);
    let picture = start.map(|start| &start.picture);
    let picture = picture.or(grey.as_ref()).ok_or(Error::NotFinite)?;
    let masked = vae::encode(session, picture, Some(&keep), space, cancel)?;
    let cells = painted_cells(mask, space, plan.sides);
    let cells = cells.iter().map(|&painted| f32::from(u8::from(painted)));
    Ok(cells.chain(masked).collect())
}

/// Whether each cell is painted over; all are without a mask.
fn painted_cells(mask: Option<&Mask>, space: &LatentSpace, sides: [usize; 2]) -> Vec<bool> {
    match mask {
        Some(mask) => mask.cells(space.cell),
        None => vec![true; sides[0] * sides[1]],
    }
}
