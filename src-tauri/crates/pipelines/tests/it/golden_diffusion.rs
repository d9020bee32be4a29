//! The diffusion pipeline against diffusers, from the same noise: `models/recipes/diffusion/tiny.py`.
//!
//! The models are tiny and random, one of each family, exported as ONNX in diffusers' layout.

use std::{
    fs,
    path::{Path, PathBuf},
};

use quartet_pipelines::image::{
    ImageEvent, ImageModel, ImageRequest, ImageStats, Latents, Mask, Picture, SeededNoise,
    diffusion::DiffusionPipeline,
};
use quartet_runtime::{Cancel, SessionOptions};
use serde::Deserialize;

use crate::support::{self, copy, runtime};

const SIDE: u32 = 32;

#[derive(Deserialize)]
struct Golden {
    noise_of_seed_1: Vec<f32>,
    start: String,
    mask: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    folder: String,
    /// Instead of the folder's own.
    scheduler: Option<serde_json::Value>,
    request: ImageRequest,
    start: bool,
    mask: bool,
    /// After each step.
    latents: Vec<Vec<f32>>,
    pictures: Vec<String>,
}

fn root() -> PathBuf {
    support::golden("image/diffusion")
}

fn golden() -> Golden {
    let text = fs::read_to_string(root().join("golden.json")).expect("the golden file is there");
    serde_json::from_str(&text).expect("the golden file is whole")
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks_exact(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.map(byte).collect()
}

fn open(folder: &Path) -> DiffusionPipeline {
    DiffusionPipeline::open(
        &runtime(),
        folder,
        &SessionOptions::default(),
        None,
        &Cancel::new(),
    )
    .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

struct Made {
    latents: Vec<Latents>,
    pictures: Vec<Picture>,
    stats: ImageStats,
}

fn make(pipeline: &mut DiffusionPipeline, request: ImageRequest) -> Made {
    let cancel = Cancel::new();
    let mut painting = pipeline
        .begin(request, &cancel)
        .expect("the request is good");
    let (mut latents, mut pictures) = (Vec::new(), Vec::new());
    while let Some(event) = painting.next_event().expect("the model runs") {
        match event {
            ImageEvent::Step(step) => {
                assert_eq!(step.previews.len(), painting.latents().count());
                latents.push(painting.latents().clone());
            }
            ImageEvent::Picture { picture, .. } => pictures.push(picture),
            ImageEvent::Done(stats) => {
                return Made {
                    latents,
                    pictures,
                    stats,
                };
            }
            ImageEvent::Stage(_) | ImageEvent::Prompt(_) => {}
        }
    }
    panic!("it ended without an end");
}

/// In decibels.
fn psnr(found: &[u8], expected: &[u8]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let off = |(a, b): (&u8, &u8)| (f64::from(*a) - f64::from(*b)).powi(2);
    let error: f64 = found.iter().zip(expected).map(off).sum::<f64>() / found.len() as f64;
    10.0 * (255.0 * 255.0 / error.max(1e-9)).log10()
}

/// The error's length over the reference's.
fn relative_error(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let length = |values: &mut dyn Iterator<Item = f32>| {
        values.map(|v| f64::from(v).powi(2)).sum::<f64>().sqrt()
    };
    length(&mut found.iter().zip(expected).map(|(a, b)| a - b))
        / length(&mut expected.iter().copied())
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn every_family_paints_what_diffusers_paints() {
    let golden = golden();
    let noise = SeededNoise::new(1).vector(golden.noise_of_seed_1.len());
    assert!(relative_error(&noise, &golden.noise_of_seed_1) < 1e-5);
    let start = Picture::new(SIDE, SIDE, bytes(&golden.start)).unwrap();
    let mask = Mask::new(SIDE, SIDE, bytes(&golden.mask)).unwrap();
    for case in golden.cases {
        let name = &case.name;
        let mut folder = root().join(&case.folder);
        let changed = tempfile::tempdir().unwrap();
        if let Some(mut scheduler) = case.scheduler {
            copy(&folder, changed.path());
            folder = changed.path().to_owned();
            let file = folder.join("scheduler/scheduler_config.json");
            let own: serde_json::Value =
                serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
            scheduler["prediction_type"] = own["prediction_type"].clone();
            fs::write(file, scheduler.to_string()).unwrap();
        }
        // Half precision is compared with the float32 original: what it costs is seen here.
        let (least_psnr, most_error) = if case.folder.ends_with("half") {
            (40.0, 1e-2)
        } else {
            (50.0, 1e-3)
        };
        let mut request = case.request;
        request.start = case.start.then(|| start.clone());
        request.mask = case.mask.then(|| mask.clone());
        let made = make(&mut open(&folder), request);
        assert_eq!(made.latents.len(), case.latents.len(), "{name}: steps");
        assert_eq!(made.stats.steps as usize, case.latents.len(), "{name}");
        for (step, (found, expected)) in made.latents.iter().zip(&case.latents).enumerate() {
            let error = relative_error(found.data(), expected);
            assert!(
                error < most_error,
                "{name}, step {step}: off by {error:.1e}"
            );
        }
        assert_eq!(made.pictures.len(), case.pictures.len(), "{name}: pictures");
        for (found, expected) in made.pictures.iter().zip(&case.pictures) {
            let psnr = psnr(found.rgb(), &bytes(expected));
            assert!(psnr > least_psnr, "{name}: {psnr:.1} dB");
        }
    }
}

fn request(seed: u32) -> ImageRequest {
    let mut request = ImageRequest {
        prompt: "a red apple".to_owned(),
        ..ImageRequest::default()
    };
    request.parameters.seed = Some(seed);
    request.parameters.steps = Some(3);
    request
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_picture_of_several_comes_out_the_same_alone() {
    let mut pipeline = open(&root().join("sd15"));
    let mut three = request(40);
    three.parameters.count = 3;
    let together = make(&mut pipeline, three).pictures;
    let alone = make(&mut pipeline, request(42)).pictures;
    assert!(psnr(together[2].rgb(), alone[0].rgb()) > 60.0);
    assert_ne!(together[0], together[1]);
    let again = make(&mut pipeline, request(42)).pictures;
    assert_eq!(alone, again);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn loading_one_stage_after_another_changes_nothing_but_memory() {
    let whole = make(&mut open(&root().join("sdxl")), request(5)).pictures;
    let options = SessionOptions::default();
    let folder = root().join("sdxl");
    let mut pipeline =
        DiffusionPipeline::open(&runtime(), &folder, &options, Some(1), &Cancel::new()).unwrap();
    assert_eq!(make(&mut pipeline, request(5)).pictures, whole);
    let in_turn = pipeline.estimate(request(5)).unwrap();
    let together = open(&folder).estimate(request(5)).unwrap();
    assert!(in_turn.memory < together.memory && in_turn.work == together.work);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_weighted_word_changes_the_picture_and_a_weight_of_one_does_not() {
    let mut pipeline = open(&root().join("sd15"));
    let plain = make(&mut pipeline, request(6)).pictures;
    let prompt = |text: &str| ImageRequest {
        prompt: text.to_owned(),
        ..request(6)
    };
    let same = make(&mut pipeline, prompt("a (red:1.0) apple")).pictures;
    assert_eq!(plain, same);
    let heavy = make(&mut pipeline, prompt("a (red:1.8) apple")).pictures;
    assert_ne!(plain, heavy);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn the_end_of_a_long_prompt_is_reported() {
    let mut pipeline = open(&root().join("sdxl"));
    let mut long = request(1);
    long.prompt = format!("{} and (a blue cat:1.3)", "red apple ".repeat(40));
    let cancel = Cancel::new();
    let report = pipeline
        .run(long, &cancel)
        .unwrap()
        .find_map(|event| match event {
            Ok(ImageEvent::Prompt(report)) => Some(report),
            _ => None,
        });
    let report = report.unwrap();
    assert_eq!((report.tokens, report.limit), (75, 75));
    assert!(
        report.cut.ends_with("a blue cat") && report.cut.len() < 100,
        "{}",
        report.cut
    );
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn stopping_ends_the_run_at_the_next_pull() {
    let mut pipeline = open(&root().join("sd15"));
    let cancel = Cancel::new();
    let mut painting = pipeline.run(request(1), &cancel).unwrap();
    let step = painting.find(|event| matches!(event, Ok(ImageEvent::Step(_))));
    assert!(step.is_some());
    cancel.raise();
    assert_eq!(
        painting.next(),
        Some(Err(quartet_pipelines::Error::Cancelled))
    );
    assert_eq!(painting.next(), None);
}
