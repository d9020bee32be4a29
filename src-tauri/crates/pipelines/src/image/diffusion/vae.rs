//! Between pixels and latents: the autoencoder's two halves.

use quartet_runtime::{Cancel, Session};

use super::{
    super::Picture,
    config::LatentSpace,
    tensors::{input, numbers, output, tensor},
};
use crate::{Error, Result};

const DECODER: &str = "decoder";
const ENCODER: &str = "picture encoder";

/// One picture's latents, as the denoiser left them, to pixels. `sides` is height and width in
/// cells.
///
/// # Errors
/// `UnsupportedGraph`, `NotFiniteIn`, `Cancelled`, and those of the runtime.
pub(super) fn decode(
    session: &mut Session,
    latents: &[f32],
    sides: [usize; 2],
    space: &LatentSpace,
    cancel: &Cancel,
) -> Result<Picture> {
    let raw: Vec<f32> = latents
        .iter()
        .map(|latent| latent / space.scale + space.shift)
        .collect();
    let spec = input(session, DECODER, &["latent_sample", "latent"])?;
    if spec
        .fixed(1)
        .is_some_and(|channels| channels != space.channels)
    {
        return Err(Error::unsupported(format!(
            "the {DECODER} reads {:?} latent channels, the rest of the folder {}",
            spec.fixed(1).unwrap_or_default(),
            space.channels
        )));
    }
    let name = spec.name.clone();
    let tensor = tensor(spec, &[1, space.channels, sides[0], sides[1]], &raw)?;
    let outputs = session.run(&[(&name, &tensor)], cancel)?;
    let pixels = output(&outputs, DECODER, &["sample"])?;
    let [height, width] = sides.map(|side| side * space.cell as usize);
    if pixels.shape() != [1, 3, height, width] {
        return Err(Error::unsupported(format!(
            "the {DECODER} gives {:?}",
            pixels.shape()
        )));
    }
    let planes = numbers(DECODER, pixels)?;
    let area = height * width;
    let byte = |value: f32| ((value / 2.0 + 0.5).clamp(0.0, 1.0) * 255.0).round_ties_even() as u8;
    let rgb = (0..area).flat_map(|pixel| [0, 1, 2].map(|c| byte(planes[c * area + pixel])));
    Picture::new(width as u32, height as u32, rgb.collect())
        .ok_or_else(|| Error::unsupported(format!("the {DECODER} gives no pixels")))
}

/// A picture's latents, as the denoiser sees them: the mean of what the encoder gives, whose spread
/// is far below one step of colour. Pixels where `keep` is false are grey to it.
///
/// # Errors
/// As [`decode`].
pub(super) fn encode(
    session: &mut Session,
    picture: &Picture,
    keep: Option<&[bool]>,
    space: &LatentSpace,
    cancel: &Cancel,
) -> Result<Vec<f32>> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let area = width * height;
    let mut planes = vec![0.0; area * 3];
    for (pixel, colour) in picture.rgb().chunks_exact(3).enumerate() {
        if keep.is_some_and(|keep| !keep[pixel]) {
            continue;
        }
        for (channel, &value) in colour.iter().enumerate() {
            planes[channel * area + pixel] = f32::from(value) / 127.5 - 1.0;
        }
    }
    let spec = input(session, ENCODER, &["sample"])?;
    let name = spec.name.clone();
    let tensor = tensor(spec, &[1, 3, height, width], &planes)?;
    let outputs = session.run(&[(&name, &tensor)], cancel)?;
    let names = [
        "latent_parameters",
        "latent_sample",
        "latent_dist",
        "latent",
    ];
    let latents = output(&outputs, ENCODER, &names)?;
    let cell = space.cell as usize;
    let sides = [height / cell, width / cell];
    let shape = latents.shape();
    // Means and, where the graph gives them too, log variances after them.
    let fits = matches!(shape[..], [1, channels, h, w]
        if [h, w] == sides && (channels == space.channels || channels == 2 * space.channels));
    if !fits {
        return Err(Error::unsupported(format!("the {ENCODER} gives {shape:?}")));
    }
    let mut means = numbers(ENCODER, latents)?;
    means.truncate(space.channels * sides[0] * sides[1]);
    for latent in &mut means {
        *latent = (*latent - space.shift) * space.scale;
    }
    Ok(means)
}
