//! Luma and chroma of 8 bits and R'G'B': by matrix and range, as ITU-T H.273 numbers them.

/// How the values of a picture are meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Colours {
    /// Of red and blue in luma.
    weights: (f64, f64),
    /// Luma from 0 to 255; else from 16 to 235, and chroma from 16 to 240.
    full: bool,
}

/// ITU-R BT.601 and BT.709: what the tables of H.273 call 6 and 1.
const BT601: (f64, f64) = (0.299, 0.114);
const BT709: (f64, f64) = (0.2126, 0.0722);

impl Colours {
    /// What our own films are written in.
    pub(crate) const OURS: Self = Self {
        weights: BT709,
        full: false,
    };

    /// As players take them where a film says nothing: by its size, in studio range.
    pub(crate) fn guessed(width: u32, height: u32) -> Self {
        Self {
            weights: if width >= 1280 || height > 576 {
                BT709
            } else {
                BT601
            },
            full: false,
        }
    }

    pub(crate) fn standard_definition(full: bool) -> Self {
        Self {
            weights: BT601,
            full,
        }
    }

    #[must_use]
    pub(crate) fn with_range(self, full: bool) -> Self {
        Self { full, ..self }
    }

    /// With the matrix of a number (H.273, table 4); as before for one that is unspecified or no matrix
    /// of two weights.
    #[must_use]
    pub(crate) fn with_matrix(self, number: u16) -> Self {
        let weights = match number {
            1 => BT709,
            4 => (0.30, 0.11),
            5 | 6 => BT601,
            7 => (0.212, 0.087),
            9 | 10 => (0.2627, 0.0593),
            _ => self.weights,
        };
        Self { weights, ..self }
    }

    /// What luma and chroma are stretched by, and where black is.
    fn range(self) -> (f64, f64, f64) {
        if self.full {
            (1.0, 1.0, 0.0)
        } else {
            (255.0 / 219.0, 255.0 / 224.0, 16.0)
        }
    }
}

/// Planes of one picture, rows one after the other, 8 bits a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planes {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) luma: Vec<u8>,
    /// Blue and red, where there are colours, and how many columns and rows of luma share one pair.
    pub(crate) chroma: Option<Chroma>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chroma {
    pub(crate) blue: Vec<u8>,
    pub(crate) red: Vec<u8>,
    pub(crate) shared: (usize, usize),
}

/// Fixed point: bits behind the point.
const POINT: u32 = 16;

/// What each value adds to a pixel, in fixed point.
pub(crate) struct ToRgb {
    luma: [i32; 256],
    red: [i32; 256],
    green_of_blue: [i32; 256],
    green_of_red: [i32; 256],
    blue: [i32; 256],
}

impl ToRgb {
    pub(crate) fn new(colours: Colours) -> Self {
        let (luma, chroma, black) = colours.range();
        let (red, blue) = colours.weights;
        let green = 1.0 - red - blue;
        let table = |from: f64, times: f64| {
            let one = f64::from(1 << POINT);
            std::array::from_fn(|value| ((value as f64 - from) * times * one).round() as i32)
        };
        let (of_red, of_blue) = (2.0 * (1.0 - red) * chroma, 2.0 * (1.0 - blue) * chroma);
        Self {
            luma: table(black, luma),
            red: table(128.0, of_red),
            green_of_blue: table(128.0, -of_blue * blue / green),
            green_of_red: table(128.0, -of_red * red / green),
            blue: table(128.0, of_blue),
        }
    }

    fn pixel(&self, light: u8, blue: u8, red: u8) -> [u8; 3] {
        let light = self.luma[usize::from(light)] + (1 << (POINT - 1));
        let (blue, red) = (usize::from(blue), usize::from(red));
        let value = |sum: i32| (sum >> POINT).clamp(0, 255) as u8;
        [
            value(light + self.red[red]),
            value(light + self.green_of_blue[blue] + self.green_of_red[red]),
            value(light + self.blue[blue]),
        ]
    }

    /// Three bytes a pixel.
    pub(crate) fn rgb(&self, planes: &Planes) -> Vec<u8> {
        let mut rgb = Vec::with_capacity(3 * planes.luma.len());
        for (row, line) in planes.luma.chunks_exact(planes.width).enumerate() {
            let Some(chroma) = &planes.chroma else {
                rgb.extend(line.iter().flat_map(|&light| self.pixel(light, 128, 128)));
                continue;
            };
            let (across, down) = chroma.shared;
            let columns = planes.width.div_ceil(across);
            let begin = row / down * columns;
            let blue = &chroma.blue[begin..begin + columns];
            let red = &chroma.red[begin..begin + columns];
            let pairs = line.chunks(across).zip(blue.iter().zip(red));
            for (lights, (&blue, &red)) in pairs {
                for &light in lights {
                    rgb.extend(self.pixel(light, blue, red));
                }
            }
        }
        rgb
    }
}

/// Luma, then blue and red at half the width and height: 4:2:0, for even sides.
pub(crate) fn from_rgb(colours: Colours, rgb: &[u8], (width, height): (usize, usize)) -> Vec<u8> {
    let (luma, chroma, black) = colours.range();
    let (red, blue) = colours.weights;
    let lit = |[r, g, b]: [f64; 3]| red * r + (1.0 - red - blue) * g + blue * b;
    let value = |value: f64| value.round().clamp(0.0, 255.0) as u8;
    let pixel = |x: usize, y: usize| {
        let at = 3 * (y * width + x);
        [rgb[at], rgb[at + 1], rgb[at + 2]].map(f64::from)
    };
    let mut yuv = Vec::with_capacity(width * height * 3 / 2);
    for pixel in rgb.chunks_exact(3) {
        let light = lit([pixel[0], pixel[1], pixel[2]].map(f64::from));
        yuv.push(value(black + light / luma));
    }
    let mut reds = Vec::with_capacity(width * height / 4);
    for y in (0..height).step_by(2) {
        for x in (0..width).step_by(2) {
            let four = [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)].map(|(x, y)| pixel(x, y));
            let mean = [0, 1, 2].map(|channel| four.iter().map(|p| p[channel]).sum::<f64>() / 4.0);
            let light = lit(mean);
            let scaled = |value: f64, weight: f64| value / (2.0 * (1.0 - weight) * chroma);
            yuv.push(value(128.0 + scaled(mean[2] - light, blue)));
            reds.push(value(128.0 + scaled(mean[0] - light, red)));
        }
    }
    yuv.extend(reds);
    yuv
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One pixel of the three values.
    fn shown(colours: Colours, [y, u, v]: [u8; 3]) -> [u8; 3] {
        let planes = Planes {
            width: 1,
            height: 1,
            luma: vec![y],
            chroma: Some(Chroma {
                blue: vec![u],
                red: vec![v],
                shared: (1, 1),
            }),
        };
        ToRgb::new(colours).rgb(&planes).try_into().unwrap()
    }

    fn near(found: [u8; 3], right: [u8; 3]) -> bool {
        found.iter().zip(right).all(|(a, b)| a.abs_diff(b) <= 1)
    }

    #[test]
    fn values_of_the_recommendations_are_met_within_one() {
        // (200, 100, 50) in each matrix and range, rounded: computed from the recommendations' formulas.
        let studio = Colours::guessed(10, 10);
        let rows = [
            (studio, [123, 91, 175]),
            (studio.with_range(true), [124, 86, 182]),
            (studio.with_matrix(1), [117, 96, 174]),
            (studio.with_matrix(1).with_range(true), [118, 92, 180]),
            (studio.with_matrix(9), [122, 94, 174]),
        ];
        for (colours, values) in rows {
            let found = shown(colours, values);
            // Rounded to whole values, what is computed back is off by up to two.
            for (found, right) in found.iter().zip([200_u8, 100, 50]) {
                assert!(found.abs_diff(right) <= 2, "{colours:?}: {found}");
            }
        }
    }

    #[test]
    fn primaries_come_back_in_every_matrix_and_range() {
        for number in [1, 4, 5, 6, 7, 9] {
            for full in [false, true] {
                let colours = Colours::guessed(10, 10)
                    .with_matrix(number)
                    .with_range(full);
                for colour in [
                    [255, 0, 0],
                    [0, 255, 0],
                    [0, 0, 255],
                    [0; 3],
                    [255; 3],
                    [37; 3],
                ] {
                    let pixels: Vec<u8> = [colour; 4].concat();
                    let yuv = from_rgb(colours, &pixels, (2, 2));
                    let found = shown(colours, [yuv[0], yuv[4], yuv[5]]);
                    assert!(
                        found.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= 2),
                        "{number} {full} {colour:?}: {found:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn black_and_white_are_where_the_range_puts_them() {
        let studio = Colours::standard_definition(false);
        assert!(near(shown(studio, [16, 128, 128]), [0; 3]));
        assert!(near(shown(studio, [235, 128, 128]), [255; 3]));
        assert!(near(shown(studio, [81, 90, 240]), [255, 0, 0]));
        let full = Colours::standard_definition(true);
        assert!(near(shown(full, [0, 128, 128]), [0; 3]));
        assert!(near(shown(full, [76, 85, 255]), [254, 0, 0]));
    }

    #[test]
    fn shared_colours_and_odd_sides_fit() {
        let planes = Planes {
            width: 3,
            height: 3,
            luma: vec![128; 9],
            chroma: Some(Chroma {
                blue: vec![128; 4],
                red: vec![128; 4],
                shared: (2, 2),
            }),
        };
        let rgb = ToRgb::new(Colours::standard_definition(true)).rgb(&planes);
        assert_eq!(rgb, [128; 27]);
    }
}
