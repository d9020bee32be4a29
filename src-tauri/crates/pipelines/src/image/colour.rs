//! Colours that a prompt can ask for, and OKLCH, the space in which pictures are given them.
//!
//! `OKLab`: Björn Ottosson, "A perceptual color space for image processing" (2020). Equal steps in it look
//! equal, so a hue can be turned and the shading stays. All arithmetic that is not exact comes from
//! `libm`: a picture must have the same bytes on every machine.

use serde::{Deserialize, Serialize};

/// The colours with names of their own in English and Chinese alike (Berlin and Kay's eleven), and
/// turquoise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Colour {
    Red,
    Orange,
    Yellow,
    Green,
    Turquoise,
    Blue,
    Purple,
    Pink,
    Brown,
    Black,
    Grey,
    White,
}

impl Colour {
    pub const ALL: [Self; 12] = [
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Turquoise,
        Self::Blue,
        Self::Purple,
        Self::Pink,
        Self::Brown,
        Self::Black,
        Self::Grey,
        Self::White,
    ];

    /// A good example of it, as a thing's main area has it.
    pub fn example(self) -> Oklch {
        let (lightness, chroma, hue) = match self {
            Self::Red => (0.59, 0.22, 27.0),
            Self::Orange => (0.74, 0.17, 60.0),
            Self::Yellow => (0.87, 0.17, 97.0),
            Self::Green => (0.66, 0.18, 145.0),
            Self::Turquoise => (0.76, 0.12, 195.0),
            Self::Blue => (0.57, 0.18, 257.0),
            Self::Purple => (0.53, 0.19, 303.0),
            Self::Pink => (0.76, 0.15, 355.0),
            Self::Brown => (0.45, 0.08, 55.0),
            Self::Black => (0.24, 0.005, 270.0),
            Self::Grey => (0.63, 0.005, 270.0),
            Self::White => (0.93, 0.004, 270.0),
        };
        Oklch {
            lightness,
            chroma,
            hue,
        }
    }

    /// Whether it is a hue: black, grey and white are none.
    pub fn has_hue(self) -> bool {
        !matches!(self, Self::Black | Self::Grey | Self::White)
    }
}

/// A colour by lightness (0 black, 1 white), chroma (0 grey, about 0.3 the strongest) and hue in
/// degrees (0 to 360: red about 29, yellow 110, green 142, blue 264).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Oklch {
    pub lightness: f32,
    pub chroma: f32,
    pub hue: f32,
}

impl Oklch {
    /// Of a pixel in sRGB.
    pub fn of(rgb: [u8; 3]) -> Self {
        let [red, green, blue] = rgb.map(linear);
        let cone = |a: f32, b: f32, c: f32| libm::cbrtf(a * red + b * green + c * blue);
        let long = cone(0.412_221_46, 0.536_332_55, 0.051_445_995);
        let medium = cone(0.211_903_5, 0.680_699_5, 0.107_396_96);
        let short = cone(0.088_302_46, 0.281_718_85, 0.629_978_7);
        let lightness = 0.210_454_26 * long + 0.793_617_8 * medium - 0.004_072_047 * short;
        let a = 1.977_998_5 * long - 2.428_592_2 * medium + 0.450_593_7 * short;
        let b = 0.025_904_037 * long + 0.782_771_77 * medium - 0.808_675_77 * short;
        let hue = libm::atan2f(b, a).to_degrees();
        Self {
            lightness,
            chroma: libm::sqrtf(a * a + b * b),
            hue: if hue < 0.0 { hue + 360.0 } else { hue },
        }
    }

    /// As a pixel in sRGB, with as much of its chroma as sRGB can show at this lightness.
    pub fn to_rgb(self) -> [u8; 3] {
        let fits = |chroma: f32| {
            let channels = Self { chroma, ..self }.linear_rgb();
            let fits = channels
                .iter()
                .all(|value| (-0.000_5..=1.000_5).contains(value));
            fits.then_some(channels)
        };
        let mut found = fits(self.chroma);
        let (mut low, mut high) = (0.0, self.chroma);
        let mut steps = 0;
        while found.is_none() && steps < 12 {
            let middle = f32::midpoint(low, high);
            if fits(middle).is_some() {
                low = middle;
            } else {
                high = middle;
            }
            steps += 1;
            if steps == 12 {
                found = Some(
                    Self {
                        chroma: low,
                        ..self
                    }
                    .linear_rgb(),
                );
            }
        }
        found.unwrap_or_default().map(encoded)
    }

    /// How far apart two hues are, in degrees: 0 to 180.
    pub fn hue_distance(self, other: Self) -> f32 {
        turn(self.hue, other.hue).abs()
    }

    fn linear_rgb(self) -> [f32; 3] {
        let hue = self.hue.to_radians();
        let (a, b) = (self.chroma * libm::cosf(hue), self.chroma * libm::sinf(hue));
        let cube = |value: f32| value * value * value;
        let long = cube(self.lightness + 0.396_337_78 * a + 0.215_803_76 * b);
        let medium = cube(self.lightness - 0.105_561_346 * a - 0.063_854_17 * b);
        let short = cube(self.lightness - 0.089_484_18 * a - 1.291_485_5 * b);
        [
            4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_94 * short,
            -1.268_438 * long + 2.609_757_4 * medium - 0.341_319_4 * short,
            -0.004_196_086 * long - 0.703_418_6 * medium + 1.707_614_7 * short,
        ]
    }
}

/// The way from one hue to another, in degrees: -180 to 180.
pub(super) fn turn(from: f32, to: f32) -> f32 {
    let turn = (to - from).rem_euclid(360.0);
    if turn > 180.0 { turn - 360.0 } else { turn }
}

/// An sRGB byte as light.
fn linear(byte: u8) -> f32 {
    let value = f32::from(byte) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        libm::powf((value + 0.055) / 1.055, 2.4)
    }
}

fn encoded(light: f32) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let value = if light <= 0.003_130_8 {
        12.92 * light
    } else {
        1.055 * libm::powf(light, 1.0 / 2.4) - 0.055
    };
    (value * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primaries_have_the_lightness_and_hue_that_the_paper_gives() {
        // CSS Color 4: red, lime and blue in OKLCH.
        for (rgb, lightness, chroma, hue) in [
            ([255, 0, 0], 0.628, 0.258, 29.2),
            ([0, 255, 0], 0.866, 0.295, 142.5),
            ([0, 0, 255], 0.452, 0.313, 264.1),
        ] {
            let found = Oklch::of(rgb);
            assert!((found.lightness - lightness).abs() < 0.002, "{found:?}");
            assert!((found.chroma - chroma).abs() < 0.002, "{found:?}");
            assert!((found.hue - hue).abs() < 0.3, "{found:?}");
        }
        assert!((Oklch::of([255; 3]).lightness - 1.0).abs() < 1e-3);
    }

    #[test]
    fn bytes_come_back_and_what_cannot_be_shown_keeps_its_hue() {
        for rgb in [[200, 100, 50], [0, 0, 0], [255, 255, 255], [12, 200, 180]] {
            let back = Oklch::of(rgb).to_rgb();
            assert!(
                rgb.iter().zip(back).all(|(a, b)| a.abs_diff(b) <= 1),
                "{rgb:?} became {back:?}"
            );
        }
        let wild = Oklch {
            lightness: 0.9,
            chroma: 0.4,
            hue: 257.0,
        };
        let shown = Oklch::of(wild.to_rgb());
        assert!(
            shown.hue_distance(wild) < 6.0 && shown.chroma > 0.02,
            "{shown:?}"
        );
        assert!((shown.lightness - 0.9).abs() < 0.02, "{shown:?}");
    }

    #[test]
    fn hues_are_compared_round_the_circle() {
        assert!((turn(350.0, 10.0) - 20.0).abs() < 1e-4);
        assert!((turn(10.0, 350.0) + 20.0).abs() < 1e-4);
    }
}
