//! Colours for pixels that nobody sees: programs leave any colour, mostly black, where a picture is wholly
//! transparent, and whatever looks at a pixel's surroundings would draw it into the rims.

/// Three bytes a pixel, with those of the pixels whose alpha is 0 taken from what is seen around them.
///
/// The picture is halved until every pixel is known, each a mean of the known ones below it; on the way back
/// what is unknown takes the colour above it ("push and pull", Gortler et al. 1996).
pub(super) fn filled(rgb: &[u8], alpha: &[u8], size: (usize, usize)) -> Vec<u8> {
    let mut levels = vec![Level {
        width: size.0,
        height: size.1,
        pixels: rgb
            .chunks_exact(3)
            .zip(alpha)
            .map(|(rgb, &alpha)| {
                let weight = f32::from(alpha) / 255.0;
                [
                    f32::from(rgb[0]),
                    f32::from(rgb[1]),
                    f32::from(rgb[2]),
                    weight,
                ]
            })
            .collect(),
    }];
    while let Some(last) = levels.last()
        && last.pixels.len() > 1
        && last.pixels.iter().any(|pixel| pixel[3] == 0.0)
    {
        let half = last.half();
        levels.push(half);
    }
    while levels.len() > 1
        && let Some(above) = levels.pop()
        && let Some(below) = levels.last_mut()
    {
        below.fill_from(&above);
    }
    let filled = levels.pop().map(|level| level.pixels).unwrap_or_default();
    filled
        .iter()
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .map(|value| value.round().clamp(0.0, 255.0) as u8)
        .collect()
}

/// Red, green, blue and how much is known of them.
struct Level {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 4]>,
}

impl Level {
    fn half(&self) -> Self {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut pixels = vec![[0.0_f32; 4]; width * height];
        for (at, pixel) in self.pixels.iter().enumerate() {
            let (x, y) = (at % self.width / 2, at / self.width / 2);
            let sum = &mut pixels[y * width + x];
            for channel in 0..3 {
                sum[channel] += pixel[channel] * pixel[3];
            }
            sum[3] += pixel[3];
        }
        for pixel in &mut pixels {
            let weight = pixel[3];
            if weight > 0.0 {
                for channel in &mut pixel[..3] {
                    *channel /= weight;
                }
                // A little counts as all: the mean is as good as it gets.
                pixel[3] = 1.0;
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    fn fill_from(&mut self, above: &Self) {
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            if pixel[3] == 0.0 {
                let (x, y) = (at % self.width / 2, at / self.width / 2);
                *pixel = above.pixels[y * above.width + x];
            }
        }
    }
}
