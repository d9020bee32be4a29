//! Glyph and the upscaler: needs the library and the weights.

use quartet_pipelines::{
    Error,
    image::{
        Colour, ImageEvent, ImageModel, ImageParameters, ImageRequest, Oklch, Picture,
        SubjectChoice,
        glyph::GlyphPipeline,
        upscale::{UpscaleEvent, UpscaleModel, UpscalePipeline, UpscaleRequest},
    },
};
use quartet_runtime::{Cancel, SessionOptions};
use serde::Deserialize;

use crate::support::{golden, model, runtime};

fn glyph() -> GlyphPipeline {
    let folder = model("glyph");
    GlyphPipeline::open(
        &runtime(),
        &folder,
        &SessionOptions::default(),
        &Cancel::new(),
    )
    .unwrap_or_else(|error| panic!("glyph: {error}; run `cargo xtask models --with glyph`"))
}

fn upscaler() -> UpscalePipeline {
    let folder = model("realesr-animevideov3");
    UpscalePipeline::open(
        &runtime(),
        &folder,
        &SessionOptions::default(),
        &Cancel::new(),
    )
    .unwrap_or_else(|error| panic!("the upscaler: {error}; run `cargo xtask models`"))
}

fn request(prompt: &str, seed: u32) -> ImageRequest {
    ImageRequest {
        prompt: prompt.to_owned(),
        parameters: ImageParameters {
            seed: Some(seed),
            steps: Some(8),
            previews: false,
            ..ImageParameters::default()
        },
        ..ImageRequest::default()
    }
}

fn drawn(pipeline: &mut GlyphPipeline, request: ImageRequest) -> Vec<Picture> {
    let cancel = Cancel::new();
    let events = pipeline.run(request, &cancel).expect("the request is fine");
    let pictures = events.filter_map(|event| match event.expect("the run is fine") {
        ImageEvent::Picture { picture, .. } => Some(picture),
        _ => None,
    });
    pictures.collect()
}

#[derive(Deserialize)]
struct Reference {
    text: String,
    vector: Vec<f32>,
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn prompts_become_the_vectors_of_the_python_package() {
    let text = std::fs::read_to_string(golden("image/sentence_vectors.json"))
        .expect("the reference is there");
    let references: Vec<Reference> = serde_json::from_str(&text).expect("and whole");
    let (mut pipeline, cancel) = (glyph(), Cancel::new());
    for Reference { text, vector } in references {
        let found = pipeline.vector(&text, &cancel).expect("the encoder runs");
        let scale = (found.len() as f32).sqrt();
        let off = found
            .iter()
            .zip(&vector)
            .map(|(a, b)| (a / scale - b).abs());
        let worst = off.fold(0.0, f32::max);
        assert!(worst < 1e-4, "{text:?} is off by {worst}");
    }
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn a_seed_draws_the_same_picture_alone_and_beside_others() {
    let mut pipeline = glyph();
    let mut four = request("red heart", 40);
    four.parameters.count = 4;
    let four = drawn(&mut pipeline, four);
    assert_eq!(four.len(), 4);
    assert_eq!(drawn(&mut pipeline, request("red heart", 42)), four[2..3]);
    assert_ne!(four[0], four[1]);
    assert_ne!(drawn(&mut pipeline, request("police car", 40))[0], four[0]);
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn a_red_heart_is_red_in_english_and_in_chinese() {
    let mut pipeline = glyph();
    for prompt in ["red heart", "红心"] {
        let picture = drawn(&mut pipeline, request(prompt, 1)).remove(0);
        let middle = (32 * 64 + 32) * 3;
        let &[red, green, blue] = &picture.rgb()[middle..middle + 3] else {
            unreachable!("three bytes");
        };
        assert!(
            red > 150 && green < 120 && blue < 160,
            "{prompt}: {red} {green} {blue}"
        );
        // On white ground.
        assert!(picture.rgb()[..3].iter().all(|&byte| byte > 220));
    }
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn what_cannot_be_drawn_is_refused_before_anything_runs() {
    let (mut pipeline, cancel) = (glyph(), Cancel::new());
    let style = |style: &str| ImageParameters {
        style: Some(style.to_owned()),
        ..ImageParameters::default()
    };
    let wrong = [
        style("oil"),
        ImageParameters {
            steps: Some(0),
            ..ImageParameters::default()
        },
        ImageParameters {
            guidance: Some(1e9),
            ..ImageParameters::default()
        },
        ImageParameters {
            guidance: Some(f32::NAN),
            ..ImageParameters::default()
        },
        ImageParameters {
            count: 5,
            ..ImageParameters::default()
        },
        ImageParameters {
            width: Some(65),
            ..ImageParameters::default()
        },
    ];
    for parameters in wrong {
        let request = ImageRequest {
            parameters,
            ..request("cat", 1)
        };
        let refused = pipeline.run(request, &cancel).err();
        assert!(
            matches!(refused, Some(Error::Parameter { .. })),
            "{refused:?}"
        );
    }
    // Nothing asked for, and far too much, are drawn.
    for prompt in [String::new(), "a cat and ".repeat(2000)] {
        assert_eq!(drawn(&mut pipeline, request(&prompt, 1)).len(), 1);
    }
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn the_upscaler_quadruples_a_drawing_without_changing_what_it_shows() {
    let picture = drawn(&mut glyph(), request("red heart", 1)).remove(0);
    let mut upscaler = upscaler();
    assert_eq!(upscaler.factors(), [2, 4]);
    for factor in [2, 4] {
        let cancel = Cancel::new();
        let request = UpscaleRequest {
            picture: picture.clone(),
            factor,
        };
        let large = upscaler
            .run(request, &cancel)
            .expect("the request is fine")
            .find_map(|event| match event.expect("the run is fine") {
                UpscaleEvent::Picture(picture) => Some(picture),
                _ => None,
            })
            .expect("a picture");
        assert_eq!((large.width(), large.height()), (64 * factor, 64 * factor));
        let back = large.scaled(64, 64);
        let off = back
            .rgb()
            .iter()
            .zip(picture.rgb())
            .map(|(a, b)| u64::from(a.abs_diff(*b)));
        let mean = off.sum::<u64>() as f64 / (64.0 * 64.0 * 3.0);
        assert!(mean < 6.0, "x{factor}: {mean} levels off");
    }
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn tiles_of_the_real_network_meet_without_a_seam() {
    // Wider than a tile; drawn over what the network could see across the cut.
    let mut state = 9_u32;
    let bytes = (0..300 * 40 * 3).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let picture = Picture::new(300, 40, bytes.collect()).expect("three bytes a pixel");
    let mut upscaler = upscaler();
    let cancel = Cancel::new();
    let mut enlarged = |picture: &Picture| {
        let request = UpscaleRequest {
            picture: picture.clone(),
            factor: 4,
        };
        let events = upscaler.run(request, &cancel).expect("the request is fine");
        let mut pictures = events.filter_map(|event| match event.expect("the run is fine") {
            UpscaleEvent::Picture(picture) => Some(picture),
            _ => None,
        });
        pictures.next().expect("a picture")
    };
    let whole = enlarged(&picture);
    // The columns around the cut at 150, from a picture that is one tile.
    let strip: Vec<u8> = picture
        .rgb()
        .chunks_exact(300 * 3)
        .flat_map(|row| &row[90 * 3..210 * 3])
        .copied()
        .collect();
    let strip = enlarged(&Picture::new(120, 40, strip).expect("three bytes a pixel"));
    for row in 0..160 {
        for column in (150 - 20) * 4..(150 + 20) * 4 {
            let (a, b) = ((row * 1200 + column) * 3, (row * 480 + column - 360) * 3);
            let pairs = whole.rgb()[a..a + 3].iter().zip(&strip.rgb()[b..b + 3]);
            // Rounding may differ by one level where the kernels split the work otherwise.
            for (x, y) in pairs {
                assert!(
                    x.abs_diff(*y) <= 1,
                    "row {row}, column {column}: {x} and {y}"
                );
            }
        }
    }
}

fn named(english: &str, colour: Option<Colour>, seed: u32) -> ImageRequest {
    let mut request = request("", seed);
    request.subject = Some(SubjectChoice::Thing {
        english: english.to_owned(),
        colour,
    });
    request.parameters.steps = None;
    request
}

/// Mean difference of two pictures' bytes, of 255.
fn difference(a: &Picture, b: &Picture) -> f32 {
    let pairs = a.rgb().iter().zip(b.rgb());
    let sum: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    sum as f32 / a.rgb().len() as f32
}

/// For people to look at.
fn write(folder: &std::ffi::OsStr, name: &str, picture: &Picture) {
    let mut file = format!("P6 {} {} 255\n", picture.width(), picture.height()).into_bytes();
    file.extend(picture.rgb());
    let path = std::path::Path::new(folder).join(format!("{name}.ppm"));
    std::fs::write(path, file).expect("it is written");
}

/// The hue around which most of the coloured pixels are, their lightness, and how much of the thing is
/// within 30 degrees of it; greys where more is grey.
fn main_colour(picture: &Picture) -> (Option<f32>, f32, f32) {
    let pixels = picture.rgb().chunks_exact(3);
    let pixels: Vec<Oklch> = pixels.map(|p| Oklch::of([p[0], p[1], p[2]])).collect();
    let things: Vec<Oklch> = pixels
        .into_iter()
        .filter(|pixel| pixel.chroma > 0.03 || pixel.lightness < 0.97)
        .collect();
    let near = |hue: f32, pixel: &Oklch| {
        let turn = (pixel.hue - hue).rem_euclid(360.0);
        pixel.chroma > 0.04 && turn.min(360.0 - turn) < 30.0
    };
    let count = |hue: f32| things.iter().filter(|pixel| near(hue, pixel)).count();
    let hue = (0..72).map(|step| step as f32 * 5.0);
    let hue = hue.max_by_key(|hue| count(*hue)).expect("there are hues");
    let share = count(hue) as f32 / things.len().max(1) as f32;
    let (sine, cosine) =
        things
            .iter()
            .filter(|pixel| near(hue, pixel))
            .fold((0.0, 0.0), |sum, pixel| {
                let angle = pixel.hue.to_radians();
                (sum.0 + angle.sin(), sum.1 + angle.cos())
            });
    let hue = f32::atan2(sine, cosine).to_degrees().rem_euclid(360.0);
    let greys: Vec<&Oklch> = things.iter().filter(|pixel| pixel.chroma <= 0.04).collect();
    let (hue, most) = if greys.len() > count(hue) {
        (None, greys)
    } else {
        let near = things.iter().filter(|pixel| near(hue, pixel)).collect();
        (Some(hue), near)
    };
    let mut lights: Vec<f32> = most.iter().map(|pixel| pixel.lightness).collect();
    lights.sort_by(f32::total_cmp);
    (
        hue,
        lights.get(lights.len() / 2).copied().unwrap_or(1.0),
        share,
    )
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn a_colour_that_is_asked_for_is_reached() {
    let mut pipeline = glyph();
    let things = [
        "automobile",
        "blossom",
        "dog",
        "house",
        "fish",
        "bird",
        "balloon",
        "t-shirt",
        "butterfly",
        "elephant",
    ];
    let (mut reached, mut missed) = (0, Vec::new());
    for thing in things {
        for colour in Colour::ALL {
            let picture = drawn(&mut pipeline, named(thing, Some(colour), 1)).remove(0);
            let (hue, lightness, share) = main_colour(&picture);
            let wanted = colour.example();
            let is_right = match hue {
                Some(hue) if colour.has_hue() => {
                    let turn = (hue - wanted.hue).rem_euclid(360.0);
                    turn.min(360.0 - turn) <= 20.0 && (lightness - wanted.lightness).abs() < 0.17
                }
                None if !colour.has_hue() => (lightness - wanted.lightness).abs() < 0.17,
                _ => false,
            };
            if is_right {
                reached += 1;
            } else {
                missed.push(format!(
                    "{colour:?} {thing}: {hue:?} {lightness:.2} {share:.2}"
                ));
            }
            if let Some(folder) = std::env::var_os("QUARTET_PICTURES") {
                write(&folder, &format!("{thing} {colour:?}"), &picture);
            }
        }
    }
    println!("{reached} of 120 colours are reached; not: {missed:#?}");
    assert!(reached >= 96, "{reached} of 120: {missed:#?}");
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn seeds_are_told_apart() {
    let mut pipeline = glyph();
    let things = [
        "automobile",
        "deciduous tree",
        "blossom",
        "dog",
        "cat",
        "house",
    ];
    let drawn: Vec<Vec<Picture>> = things
        .iter()
        .map(|thing| {
            let seeds = 1..=6;
            seeds
                .map(|seed| drawn(&mut pipeline, named(thing, None, seed)).remove(0))
                .collect()
        })
        .collect();
    if let Some(folder) = std::env::var_os("QUARTET_PICTURES") {
        for (thing, seeds) in things.iter().zip(&drawn) {
            for (seed, picture) in (1..).zip(seeds) {
                write(&folder, &format!("seed {thing} {seed}"), picture);
            }
        }
    }
    let mean = |values: Vec<f32>| values.iter().sum::<f32>() / values.len() as f32;
    let mut between_seeds = Vec::new();
    let mut between_things = Vec::new();
    for (place, seeds) in drawn.iter().enumerate() {
        for (index, a) in seeds.iter().enumerate() {
            between_seeds.extend(seeds[..index].iter().map(|b| difference(a, b)));
            between_things.extend(
                drawn[..place]
                    .iter()
                    .map(|other| difference(a, &other[index])),
            );
        }
    }
    let (seeds, things) = (mean(between_seeds), mean(between_things));
    println!("between seeds {seeds:.2}, between things {things:.2} of 255");
    assert!(seeds > 0.15 * things, "{seeds} {things}");
}
