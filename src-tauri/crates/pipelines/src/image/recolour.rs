//! Gives a drawn thing another colour: the one place where that is done.
//!
//! 1. The ground is found: what looks like the border and hangs together with it. It stays.
//! 2. The main colour is found: the hue that covers most of the thing; for a thing without hues (a ghost,
//!    a panda, an elephant) its greys.
//! 3. The pixels of the main colour are moved to the wanted one in OKLCH, with their shading; outlines,
//!    highlights and accents of other hues stay, and soft edges stay soft.

use super::{
    Picture,
    colour::{Colour, Oklch, turn},
};

/// Further than this from the border's colour, in `OKLab`, is no ground.
const GROUND_DISTANCE: f32 = 0.045;
/// Under this chroma a pixel has no hue to speak of.
const GREY_CHROMA: f32 = 0.045;
/// A hue within so many degrees of the main one belongs to it wholly, and beyond the second not at all.
const NEAR_HUE: f32 = 42.0;
const FAR_HUE: f32 = 70.0;
/// The main hues cover at least this share of the thing, else its greys count too.
const ENOUGH: f32 = 0.4;
/// How much of the variation of hue and lightness within the thing is kept.
const KEPT_HUE: f32 = 0.3;
const KEPT_LIGHTNESS: f32 = 0.85;
const BINS: usize = 36;

/// A picture of one thing in another colour; its ground, outlines and accents stay. A picture that is
/// all ground comes back as it was.
#[must_use]
pub fn recolour(picture: &Picture, colour: Colour) -> Picture {
    let pixels: Vec<Oklch> = picture
        .rgb()
        .chunks_exact(3)
        .map(|pixel| Oklch::of([pixel[0], pixel[1], pixel[2]]))
        .collect();
    let ground = ground(picture, &pixels);
    let things = || pixels.iter().zip(&ground).filter(|(_, is)| !**is);
    let Some(main) = Main::of(things().map(|(pixel, _)| *pixel)) else {
        return picture.clone();
    };
    let target = colour.example();
    let mut rgb = picture.rgb().to_vec();
    for ((bytes, pixel), is_ground) in rgb.chunks_exact_mut(3).zip(&pixels).zip(&ground) {
        let weight = if *is_ground { 0.0 } else { main.weight(*pixel) };
        if weight <= 0.0 {
            continue;
        }
        let moved = main.moved(*pixel, target).to_rgb();
        for (byte, moved) in bytes.iter_mut().zip(moved) {
            let mixed = f32::from(*byte) + weight * (f32::from(moved) - f32::from(*byte));
            *byte = mixed.round() as u8;
        }
    }
    let recoloured = Picture::new(picture.width(), picture.height(), rgb);
    let recoloured = match (recoloured, picture.alpha()) {
        (Some(one), Some(alpha)) => one.with_alpha(alpha.to_vec()),
        (one, _) => one,
    };
    recoloured.unwrap_or_else(|| picture.clone())
}

/// What a thing's colour is.
#[derive(Debug)]
enum Main {
    /// Hues, the strongest first, with the mean of the pixels that have them.
    Hues(Vec<f32>, Oklch),
    /// No hue: the mean of the greys that cover most.
    Greys(Oklch),
}

impl Main {
    /// None where there are no pixels.
    fn of(things: impl Iterator<Item = Oklch> + Clone) -> Option<Self> {
        let count = things.clone().count() as f32;
        if count < 1.0 {
            return None;
        }
        let is_outline = |pixel: &Oklch| pixel.lightness < 0.3;
        let mut bins = [0.0; BINS];
        for pixel in things.clone().filter(|pixel| !is_outline(pixel)) {
            bins[bin(pixel.hue)] += ramp(pixel.chroma, GREY_CHROMA / 2.0, 2.0 * GREY_CHROMA);
        }
        let mut hues: Vec<f32> = Vec::new();
        let mut covered = 0.0;
        while covered < ENOUGH * count && hues.len() < 2 {
            let Some((hue, area)) = peak(&bins, &hues) else {
                break;
            };
            if area < 0.08 * count {
                break;
            }
            hues.push(hue);
            covered += area;
        }
        let greys: Vec<Oklch> = things
            .clone()
            .filter(|pixel| pixel.chroma < GREY_CHROMA)
            .collect();
        // A few buttons do not make a panda red.
        if hues.is_empty() || (covered < 0.25 * count && greys.len() as f32 > 0.5 * count) {
            let light: Vec<Oklch> = greys
                .iter()
                .copied()
                .filter(|one| !is_outline(one))
                .collect();
            let most = if 3 * light.len() >= greys.len() {
                light
            } else {
                greys
            };
            return Some(Self::Greys(mean(&most, |_| 1.0)?));
        }
        let all: Vec<Oklch> = things.filter(|pixel| !is_outline(pixel)).collect();
        let mean = mean(&all, |pixel| hue_weight(&hues, pixel))?;
        Some(Self::Hues(hues, mean))
    }

    /// How much a pixel belongs to the main colour, 0 to 1.
    fn weight(&self, pixel: Oklch) -> f32 {
        match self {
            Self::Hues(hues, _) => hue_weight(hues, pixel),
            Self::Greys(mean) => {
                let grey = 1.0 - ramp(pixel.chroma, GREY_CHROMA, 2.0 * GREY_CHROMA);
                // Outlines stay, but of a thing that is dark itself.
                let outline = mean.lightness.min(0.45) - 0.12;
                grey * ramp(pixel.lightness, outline - 0.1, outline)
            }
        }
    }

    fn moved(&self, pixel: Oklch, target: Oklch) -> Oklch {
        let (mean, hue) = match self {
            Self::Hues(hues, mean) => {
                let nearest = nearest(hues, pixel.hue);
                (mean, target.hue + KEPT_HUE * turn(nearest, pixel.hue))
            }
            Self::Greys(mean) => (mean, target.hue),
        };
        let lightness = target.lightness + KEPT_LIGHTNESS * (pixel.lightness - mean.lightness);
        // What is on its way to white, a highlight or a soft edge, goes there in the new colour too.
        let to_white = match self {
            Self::Hues(..) => (pixel.chroma / mean.chroma.max(0.02)).min(1.4),
            Self::Greys(mean) if mean.lightness < 0.8 => {
                ((1.0 - pixel.lightness) / (1.0 - mean.lightness)).clamp(0.0, 1.0)
            }
            Self::Greys(_) => 1.0,
        };
        let edge = (1.0 - to_white).max(0.0);
        Oklch {
            lightness: (lightness + edge * (pixel.lightness - lightness)).clamp(0.05, 0.99),
            chroma: target.chroma * to_white,
            hue,
        }
    }
}

/// Which pixels are ground: as the border's median, and connected with the border; and what is
/// transparent.
fn ground(picture: &Picture, pixels: &[Oklch]) -> Vec<bool> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let border: Vec<usize> = (0..width * height)
        .filter(|index| {
            let (x, y) = (index % width, index / width);
            x == 0 || y == 0 || x + 1 == width || y + 1 == height
        })
        .collect();
    let mut lights: Vec<usize> = border.clone();
    lights.sort_by(|&a, &b| pixels[a].lightness.total_cmp(&pixels[b].lightness));
    let median = pixels[lights[lights.len() / 2]];
    let is_ground = |index: usize| distance(pixels[index], median) < GROUND_DISTANCE;
    let mut ground = vec![false; pixels.len()];
    let mut open: Vec<usize> = border.into_iter().filter(|&one| is_ground(one)).collect();
    while let Some(index) = open.pop() {
        if std::mem::replace(&mut ground[index], true) {
            continue;
        }
        let (x, y) = (index % width, index / width);
        let beside = [
            (x > 0).then(|| index - 1),
            (x + 1 < width).then(|| index + 1),
            (y > 0).then(|| index - width),
            (y + 1 < height).then(|| index + width),
        ];
        let next = beside.into_iter().flatten();
        open.extend(next.filter(|&next| !ground[next] && is_ground(next)));
    }
    if let Some(alpha) = picture.alpha() {
        for (ground, alpha) in ground.iter_mut().zip(alpha) {
            *ground |= *alpha < 8;
        }
    }
    ground
}

fn distance(a: Oklch, b: Oklch) -> f32 {
    let place = |one: Oklch| {
        let hue = one.hue.to_radians();
        (one.chroma * libm::cosf(hue), one.chroma * libm::sinf(hue))
    };
    let ((ax, ay), (bx, by)) = (place(a), place(b));
    let light = a.lightness - b.lightness;
    libm::sqrtf((ax - bx) * (ax - bx) + (ay - by) * (ay - by) + light * light)
}

fn bin(hue: f32) -> usize {
    ((hue / 360.0 * BINS as f32) as usize).min(BINS - 1)
}

/// The hue around which most is, apart from those found before, and how much that is.
fn peak(bins: &[f32; BINS], before: &[f32]) -> Option<(f32, f32)> {
    let width = 360.0 / BINS as f32;
    let centre = |index: usize| (index as f32 + 0.5) * width;
    let is_free = |index: usize| {
        let distances = before.iter().map(|hue| turn(*hue, centre(index)).abs());
        distances.fold(180.0, f32::min) > NEAR_HUE
    };
    let area = |middle: usize| -> f32 {
        let near = |index: &usize| turn(centre(middle), centre(*index)).abs() <= NEAR_HUE;
        let free = (0..BINS).filter(near).filter(|index| is_free(*index));
        free.map(|index| bins[index]).sum()
    };
    // Of equally good middles the one with most in it.
    let key = |index: usize| area(index) + 0.01 * bins[index];
    let best = (0..BINS).filter(|index| is_free(*index));
    let best = best.max_by(|&a, &b| key(a).total_cmp(&key(b)).then(b.cmp(&a)))?;
    Some((centre(best), area(best)))
}

fn nearest(hues: &[f32], hue: f32) -> f32 {
    let by_distance = |a: &&f32, b: &&f32| {
        let (a, b) = (turn(**a, hue).abs(), turn(**b, hue).abs());
        a.total_cmp(&b)
    };
    hues.iter().min_by(by_distance).copied().unwrap_or(hue)
}

/// How much a pixel has one of the hues: its hue, and enough of it to be seen.
fn hue_weight(hues: &[f32], pixel: Oklch) -> f32 {
    let distance = turn(nearest(hues, pixel.hue), pixel.hue).abs();
    (1.0 - ramp(distance, NEAR_HUE, FAR_HUE)) * ramp(pixel.chroma, 0.012, 0.04)
}

/// 0 up to `from`, 1 beyond `to`, straight between.
fn ramp(value: f32, from: f32, to: f32) -> f32 {
    ((value - from) / (to - from)).clamp(0.0, 1.0)
}

/// The weighted mean; its hue is that of no pixel in particular. None where nothing weighs.
fn mean(pixels: &[Oklch], weight: impl Fn(Oklch) -> f32) -> Option<Oklch> {
    let (mut total, mut lightness, mut chroma) = (0.0, 0.0, 0.0);
    for &pixel in pixels {
        let weight = weight(pixel);
        total += weight;
        lightness += weight * pixel.lightness;
        chroma += weight * pixel.chroma;
    }
    (total > 0.0).then(|| Oklch {
        lightness: lightness / total,
        chroma: chroma / total,
        hue: 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk of a colour with a dark rim, a spot of another and white around it.
    fn thing(colour: [u8; 3], spot: [u8; 3]) -> Picture {
        let mut rgb = Vec::new();
        for y in 0..32_i32 {
            for x in 0..32_i32 {
                let (far, near) = (
                    (x - 16).pow(2) + (y - 16).pow(2),
                    (x - 16).pow(2) + (y - 10).pow(2),
                );
                rgb.extend(match (far, near) {
                    (145.., _) => [254, 255, 253],
                    (_, 0..=6) => spot,
                    (122.., _) => [25, 22, 24],
                    _ => colour,
                });
            }
        }
        Picture::new(32, 32, rgb).unwrap()
    }

    fn at(picture: &Picture, x: usize, y: usize) -> [u8; 3] {
        let start = (y * 32 + x) * 3;
        picture.rgb()[start..start + 3].try_into().unwrap()
    }

    #[test]
    fn the_main_colour_is_moved_and_ground_rim_and_accents_stay() {
        for body in [
            [220, 40, 40],
            [60, 120, 230],
            [150, 150, 152],
            [245, 246, 244],
        ] {
            let before = thing(body, [20, 160, 60]);
            for colour in Colour::ALL {
                let after = recolour(&before, colour);
                let found = Oklch::of(at(&after, 16, 20));
                let wanted = colour.example();
                if colour.has_hue() {
                    assert!(
                        found.hue_distance(wanted) < 12.0,
                        "{body:?} {colour:?}: {found:?}"
                    );
                    assert!(found.chroma > 0.05, "{body:?} {colour:?}: {found:?}");
                } else {
                    assert!(found.chroma < 0.03, "{body:?} {colour:?}: {found:?}");
                }
                assert!(
                    (found.lightness - wanted.lightness).abs() < 0.12,
                    "{colour:?} {found:?}"
                );
                assert_eq!(at(&after, 1, 1), [254, 255, 253]);
                assert_eq!(at(&after, 16, 10), [20, 160, 60], "{body:?} {colour:?}");
                assert_eq!(at(&after, 16, 4), at(&before, 16, 4), "{body:?} {colour:?}");
            }
        }
    }

    #[test]
    fn shading_is_kept() {
        let mut rgb = thing([220, 40, 40], [220, 40, 40]).rgb().to_vec();
        let place = (22 * 32 + 16) * 3;
        rgb[place..place + 3].copy_from_slice(&[150, 20, 24]);
        let after = recolour(&Picture::new(32, 32, rgb).unwrap(), Colour::Blue);
        let (light, dark) = (Oklch::of(at(&after, 16, 18)), Oklch::of(at(&after, 16, 22)));
        assert!(
            light.lightness - dark.lightness > 0.08,
            "{light:?} {dark:?}"
        );
        assert!(dark.hue_distance(Colour::Blue.example()) < 15.0, "{dark:?}");
    }

    #[test]
    fn nothing_at_all_is_left_alone_and_alpha_is_kept() {
        let blank = Picture::new(4, 4, vec![255; 48]).unwrap();
        assert_eq!(recolour(&blank, Colour::Red), blank);
        let seen = thing([220, 40, 40], [220, 40, 40])
            .with_alpha(vec![200; 1024])
            .unwrap();
        assert_eq!(recolour(&seen, Colour::Blue).alpha(), seen.alpha());
        let one = Picture::new(1, 1, vec![10, 200, 30]).unwrap();
        assert_eq!(recolour(&one, Colour::Red), one);
    }
}
