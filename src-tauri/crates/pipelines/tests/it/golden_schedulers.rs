//! Every scheduler against diffusers' numbers, step by step: `models/recipes/diffusion/schedulers.py`.

use quartet_pipelines::image::schedulers::SchedulerConfig;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    config: serde_json::Value,
    steps: usize,
    /// Where the run begins, as from a picture.
    first: usize,
    tokens: usize,
    timesteps: Vec<f32>,
    initial_sigma: f32,
    clean: Vec<f32>,
    noise: Vec<f32>,
    noisy: Vec<f32>,
    made: Vec<Made>,
}

/// One step: what the denoiser saw and said, and what came of it.
#[derive(Deserialize)]
struct Made {
    seen: Vec<f32>,
    output: Vec<f32>,
    #[serde(default)]
    noise: Vec<f32>,
    latents: Vec<f32>,
}

/// Relative to the largest number of the two.
fn assert_close(what: &str, found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let size = expected.iter().fold(1e-3_f32, |size, v| size.max(v.abs()));
    for (found, expected) in found.iter().zip(expected) {
        let off = (found - expected).abs() / size;
        assert!(off < 2e-5, "{what}: {found} is not {expected}");
    }
}

#[test]
fn every_scheduler_steps_as_diffusers_does() {
    let golden: Golden = serde_json::from_str(include_str!(
        "../../../../../tests/golden/image/schedulers.json"
    ))
    .expect("the golden file is whole");
    assert!(golden.cases.len() > 40);
    for case in &golden.cases {
        let text = case.config.to_string();
        let config = SchedulerConfig::parse(&text).unwrap();
        let kind = config.kind().unwrap();
        let name = format!("{text} in {} steps", case.steps);
        let mut scheduler = kind.build(&config, case.steps, case.tokens).expect(&name);
        assert_close(&name, scheduler.timesteps(), &case.timesteps);
        assert_close(&name, &[scheduler.initial_sigma()], &[case.initial_sigma]);
        let noisy = scheduler.add_noise(case.first, &case.clean, &case.noise);
        assert_close(&name, &noisy, &case.noisy);

        // Each step begins at the reference's latents, so that a fault shows where it is made.
        let mut latents = case.noisy.clone();
        for (index, made) in (case.first..).zip(&case.made) {
            let name = format!("{name}, step {index}");
            let scale = scheduler.input_scale(index);
            let seen: Vec<f32> = latents.iter().map(|value| value * scale).collect();
            assert_close(&name, &seen, &made.seen);
            assert!(
                (0.0..=1.0).contains(&scheduler.noise_level(index)),
                "{name}"
            );
            let stepped = scheduler.step(index, &made.output, &latents, &mut |values| {
                values.copy_from_slice(&made.noise);
            });
            assert_close(&name, &stepped.latents, &made.latents);
            latents.clone_from(&made.latents);
        }
    }
}

/// The estimate of the clean latents is what the last step of most schedulers ends at.
#[test]
fn previews_end_where_the_picture_does() {
    for class in ["DDIMScheduler", "EulerDiscreteScheduler", "LCMScheduler"] {
        let text = format!(r#"{{"_class_name": "{class}", "clip_sample": false}}"#);
        let config = SchedulerConfig::parse(&text).unwrap();
        let mut scheduler = config.kind().unwrap().build(&config, 3, 256).unwrap();
        let mut latents = vec![1.0, -2.0, 0.5];
        let mut denoised = Vec::new();
        for index in 0..3 {
            let output: Vec<f32> = latents.iter().map(|value| value * 0.3).collect();
            let stepped = scheduler.step(index, &output, &latents, &mut |noise| noise.fill(0.1));
            (latents, denoised) = (stepped.latents, stepped.denoised);
        }
        assert_close(class, &latents, &denoised);
    }
}
