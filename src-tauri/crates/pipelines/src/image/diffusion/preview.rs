//! What latents look like without the decoder: a linear map to colours, a pixel a cell.
//!
//! The numbers are least-squares fits that the community published: for Stable Diffusion 1 and 2
//! in the forum of Hugging Face (keturn, "Decoding latents to RGB without upscaling"), for XL in the
//! documentation of diffusers ("Pipeline callbacks", T. A. Vass).

use super::{super::Picture, config::DiffusionFamily};

/// Red, green and blue in [-1, 1] for each of four channels.
const STABLE_DIFFUSION: [[f32; 3]; 4] = [
    [0.298, 0.207, 0.208],
    [0.187, 0.286, 0.173],
    [-0.158, 0.189, 0.264],
    [-0.184, -0.271, -0.473],
];

/// Red, green and blue in 0 to 255 for each of four channels, added to [`XL_MIDDLE`].
const XL: [[f32; 3]; 4] = [
    [60.0, 60.0, 60.0],
    [-60.0, -5.0, 10.0],
    [25.0, 15.0, -5.0],
    [-70.0, -50.0, -35.0],
];
const XL_MIDDLE: [f32; 3] = [150.0, 140.0, 130.0];

/// One picture's latents as a small picture; grey where the meaning of its channels is unknown.
pub(super) fn preview(
    family: DiffusionFamily,
    latents: &[f32],
    [channels, height, width]: [usize; 3],
) -> Option<Picture> {
    let cells = height * width;
    let colour = |cell: usize| -> [u8; 3] {
        let at = |channel: usize| latents.get(channel * cells + cell).copied().unwrap_or(0.0);
        [0, 1, 2].map(|colour| {
            let value = match (family, channels) {
                (DiffusionFamily::StableDiffusion, 4) => {
                    let sum: f32 = (0..4).map(|c| at(c) * STABLE_DIFFUSION[c][colour]).sum();
                    (sum + 1.0) * 127.5
                }
                (DiffusionFamily::StableDiffusionXl, 4) => {
                    let sum: f32 = (0..4).map(|c| at(c) * XL[c][colour]).sum();
                    sum + XL_MIDDLE[colour]
                }
                _ => at(0) * 40.0 + 127.5,
            };
            // Casting saturates: out-of-range colours become the nearest.
            value.round() as u8
        })
    };
    let rgb = (0..cells).flat_map(colour).collect();
    Picture::new(u32::try_from(width).ok()?, u32::try_from(height).ok()?, rgb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_latents_are_grey_and_bright_ones_bright() {
        let shape = [4, 1, 2];
        let family = DiffusionFamily::StableDiffusion;
        let picture = preview(family, &[0.0; 8], shape).unwrap();
        assert_eq!((picture.width(), picture.height()), (2, 1));
        assert!(picture.rgb().iter().all(|&value| value == 128));
        let bright = preview(family, &[3.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0], shape).unwrap();
        assert!(bright.rgb()[0] > 200 && bright.rgb()[3] == 128);
        assert!(preview(DiffusionFamily::StableDiffusionXl, &[0.0; 16], [16, 1, 1]).is_some());
    }
}
