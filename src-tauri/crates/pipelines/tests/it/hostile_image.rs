//! What a careless or hostile folder and request do to the diffusion pipeline: a typed error, soon.

use std::{
    fs,
    path::{Path, PathBuf},
};

use quartet_pipelines::{
    Error,
    image::{
        ImageEvent, ImageModel, ImageParameters, ImageRequest, Mask, Picture,
        diffusion::DiffusionPipeline, schedulers::SchedulerKind,
    },
};
use quartet_runtime::{Cancel, SessionOptions};

use crate::support::{copy, golden, runtime};

fn tiny(name: &str) -> PathBuf {
    golden("image/diffusion").join(name)
}

fn try_open(folder: &Path) -> Result<DiffusionPipeline, Error> {
    DiffusionPipeline::open(
        &runtime(),
        folder,
        &SessionOptions::default(),
        None,
        &Cancel::new(),
    )
}

fn open(name: &str) -> DiffusionPipeline {
    try_open(&tiny(name)).unwrap()
}

fn changed(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&tiny(name), folder.path());
    folder
}

fn with(change: impl FnOnce(&mut ImageParameters)) -> ImageRequest {
    let mut parameters = ImageParameters {
        steps: Some(2),
        seed: Some(1),
        ..ImageParameters::default()
    };
    change(&mut parameters);
    ImageRequest {
        prompt: "a red apple".to_owned(),
        parameters,
        ..ImageRequest::default()
    }
}

/// How a request ends: its last event, or the error.
fn outcome(pipeline: &mut DiffusionPipeline, request: ImageRequest) -> Result<ImageEvent, Error> {
    let cancel = Cancel::new();
    let last = pipeline.run(request, &cancel)?.last();
    last.expect("a run tells something")
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn parameters_out_of_range_are_named() {
    let mut pipeline = open("sd15");
    let cases: [(&str, ImageRequest); 10] = [
        ("steps", with(|p| p.steps = Some(0))),
        ("steps", with(|p| p.steps = Some(1_000_000))),
        ("guidance", with(|p| p.guidance = Some(1e9))),
        ("guidance", with(|p| p.guidance = Some(f32::NAN))),
        ("guidance rescale", with(|p| p.guidance_rescale = 2.0)),
        ("width", with(|p| p.width = Some(33))),
        ("height", with(|p| p.height = Some(0))),
        ("height", with(|p| p.height = Some(20_000))),
        ("count", with(|p| p.count = 5)),
        ("strength", with(|p| p.strength = 0.0)),
    ];
    for (name, request) in cases {
        let error = outcome(&mut pipeline, request).unwrap_err();
        assert!(
            matches!(error, Error::Parameter { name: found, .. } if found == name),
            "{name}: {error}"
        );
    }
    let endless = ImageRequest {
        prompt: "(".repeat(1_000_000),
        ..with(|_| {})
    };
    let error = outcome(&mut pipeline, endless).unwrap_err();
    assert!(
        matches!(error, Error::Parameter { name: "prompt", .. }),
        "{error}"
    );
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn an_empty_prompt_paints_whatever_the_model_likes() {
    let mut pipeline = open("sdxl");
    let request = ImageRequest {
        prompt: String::new(),
        ..with(|_| {})
    };
    assert!(matches!(
        outcome(&mut pipeline, request),
        Ok(ImageEvent::Done(_))
    ));
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn an_unknown_scheduler_is_named_and_another_can_be_chosen() {
    let folder = changed("sd15");
    let file = folder.path().join("scheduler/scheduler_config.json");
    fs::write(&file, r#"{"_class_name": "TelepathyScheduler"}"#).unwrap();
    let mut pipeline = try_open(folder.path()).unwrap();
    assert_eq!(pipeline.info().scheduler, "TelepathyScheduler");
    let error = outcome(&mut pipeline, with(|_| {})).unwrap_err();
    assert!(
        matches!(&error, Error::UnknownScheduler { name, .. } if name == "TelepathyScheduler"),
        "{error}"
    );
    let chosen = with(|p| p.scheduler = Some(SchedulerKind::Euler));
    assert!(matches!(
        outcome(&mut pipeline, chosen),
        Ok(ImageEvent::Done(_))
    ));
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn parts_that_are_missing_broken_or_swapped_are_reported() {
    let folder = changed("sd15");
    fs::remove_file(folder.path().join("vae_encoder/model.onnx")).unwrap();
    let mut pipeline = try_open(folder.path()).unwrap();
    assert!(!pipeline.info().start);
    let mut request = with(|_| {});
    request.start = Picture::new(32, 32, vec![9; 32 * 32 * 3]);
    let error = outcome(&mut pipeline, request).unwrap_err();
    assert!(
        matches!(
            error,
            Error::MissingPart {
                what: "vae_encoder",
                ..
            }
        ),
        "{error}"
    );

    let unet = folder.path().join("unet/model.onnx");
    fs::write(&unet, "no graph").unwrap();
    let error = outcome(&mut try_open(folder.path()).unwrap(), with(|_| {})).unwrap_err();
    assert!(matches!(error, Error::Runtime(_)), "{error}");

    fs::copy(tiny("sd15/vae_decoder/model.onnx"), &unet).unwrap();
    let error = outcome(&mut try_open(folder.path()).unwrap(), with(|_| {})).unwrap_err();
    assert!(matches!(error, Error::UnsupportedGraph { .. }), "{error}");
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_denoiser_for_other_latents_is_recognised_by_its_channels() {
    let folder = changed("sd15");
    // The description says 4, the graph wants 9.
    fs::copy(
        tiny("inpaint/unet/model.onnx"),
        folder.path().join("unet/model.onnx"),
    )
    .unwrap();
    let error = outcome(&mut try_open(folder.path()).unwrap(), with(|_| {})).unwrap_err();
    assert!(
        error.to_string().contains("reads 9 channels, not 4"),
        "{error}"
    );
}

/// Says of a graph's input, in its own bytes, that it reads another number of latent channels.
fn claim_channels(graph: &Path, input: &[u8], channels: u8) {
    // A side of four, as the input's shape tells it.
    const FOUR: [u8; 4] = [0x0a, 2, 8, 4];
    let mut bytes = fs::read(graph).unwrap();
    let name = bytes.windows(input.len()).rposition(|seen| seen == input);
    let name = name.unwrap();
    let side = bytes[name..].windows(4).position(|seen| seen == FOUR);
    bytes[name + side.unwrap() + 3] = channels;
    fs::write(graph, bytes).unwrap();
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_decoder_for_other_latents_is_recognised_by_its_channels() {
    let folder = changed("sd15");
    let graph = folder.path().join("vae_decoder/model.onnx");
    claim_channels(&graph, b"latent_sample", 8);
    let error = outcome(&mut try_open(folder.path()).unwrap(), with(|_| {})).unwrap_err();
    assert!(
        error.to_string().contains("reads 8 latent channels"),
        "{error}"
    );
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn an_encoder_for_other_latents_is_recognised_by_what_it_gives() {
    let folder = changed("sd15");
    // The description makes the cells larger than the encoder's.
    let file = folder.path().join("vae_decoder/config.json");
    let mut config: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    config["block_out_channels"] = serde_json::json!([4, 8, 8, 8]);
    fs::write(&file, config.to_string()).unwrap();
    let mut request = with(|_| {});
    request.start = Picture::new(64, 64, vec![9; 64 * 64 * 3]);
    let error = outcome(&mut try_open(folder.path()).unwrap(), request).unwrap_err();
    assert!(
        error.to_string().contains("the picture encoder gives"),
        "{error}"
    );
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn latents_too_large_for_a_float16_denoiser_are_found_and_explained() {
    for (name, is_half) in [("sd15", false), ("sd15-half", true)] {
        let folder = changed(name);
        let file = folder.path().join("vae_decoder/config.json");
        let config = fs::read_to_string(&file).unwrap();
        fs::write(&file, config.replace("0.18215", "1e7")).unwrap();
        let mut request = with(|p| p.strength = 0.5);
        request.start = Picture::new(32, 32, vec![250; 32 * 32 * 3]);
        let ended = outcome(&mut try_open(folder.path()).unwrap(), request);
        if is_half {
            let error = ended.unwrap_err();
            assert!(
                matches!(
                    error,
                    Error::NotFiniteIn {
                        part: "denoiser",
                        half: true
                    }
                ),
                "{error}"
            );
            assert!(error.to_string().contains("float16"), "{error}");
        } else {
            // Strange colours, but numbers.
            assert!(matches!(ended, Ok(ImageEvent::Done(_))), "{ended:?}");
        }
    }
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_broken_vocabulary_is_reported() {
    let folder = changed("sd15");
    for (name, text) in [
        ("merges.txt", "one\n"),
        ("vocab.json", "[1]"),
        ("vocab.json", "{}"),
    ] {
        let file = folder.path().join("tokenizer").join(name);
        let before = fs::read(&file).unwrap();
        fs::write(&file, text).unwrap();
        let error = try_open(folder.path()).unwrap_err();
        assert!(matches!(error, Error::ModelFile { .. }), "{name}: {error}");
        fs::write(&file, before).unwrap();
    }
    assert!(try_open(folder.path()).is_ok());
}

/// Weights replaced by numbers too large: what a float16 graph does when it overflows.
#[test]
#[ignore = "needs the library: cargo xtask test"]
fn numbers_that_are_none_are_found_and_explained() {
    for (name, is_half) in [("sd15", false), ("sd15-half", true)] {
        let folder = changed(name);
        // A guidance that no longer fits: latents scaled beyond float16 by the autoencoder's factor.
        let file = folder.path().join("vae_decoder/config.json");
        let config = fs::read_to_string(&file).unwrap();
        fs::write(&file, config.replace("0.18215", "1e-38")).unwrap();
        let error = outcome(&mut try_open(folder.path()).unwrap(), with(|_| {})).unwrap_err();
        assert!(
            matches!(error, Error::NotFiniteIn { part: "decoder", half } if half == is_half),
            "{error}"
        );
        assert_eq!(error.to_string().contains("float16"), is_half, "{error}");
    }
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn masks_and_pictures_of_any_size_fit() {
    let mut pipeline = open("inpaint");
    let mut request = with(|p| p.strength = 0.5);
    request.start = Picture::new(100, 20, vec![200; 100 * 20 * 3]);
    let mut painted = vec![0; 7 * 3];
    painted[10] = 255;
    request.mask = Mask::new(7, 3, painted);
    assert!(matches!(
        outcome(&mut pipeline, request.clone()),
        Ok(ImageEvent::Done(_))
    ));

    let empty = ImageRequest {
        mask: Mask::new(4, 4, vec![0; 16]),
        ..request.clone()
    };
    let error = outcome(&mut pipeline, empty).unwrap_err();
    assert!(
        matches!(error, Error::Parameter { name: "mask", .. }),
        "{error}"
    );
    let alone = ImageRequest {
        start: None,
        ..request
    };
    let error = outcome(&mut pipeline, alone).unwrap_err();
    assert!(
        matches!(error, Error::Parameter { name: "mask", .. }),
        "{error}"
    );
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_model_for_inpainting_paints_from_nothing_too() {
    assert!(matches!(
        outcome(&mut open("inpaint"), with(|_| {})),
        Ok(ImageEvent::Done(_))
    ));
}
