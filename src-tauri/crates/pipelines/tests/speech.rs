//! Speech with the starter voice: needs the library and the weights.
//!
//! `cargo xtask test` sets `QUARTET_ORT` and `QUARTET_MODELS` and runs ignored tests too; without
//! them these tests fail, they never pass by default.

#![expect(clippy::expect_used, reason = "a test says what it relied on")]

use std::path::PathBuf;

use quartet_pipelines::audio::{HibariVoice, Manner, Voice};
use quartet_runtime::{Cancel, Runtime, SessionOptions};

fn path(variable: &str) -> PathBuf {
    let value = std::env::var_os(variable);
    value
        .unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test`"))
        .into()
}

fn golden(name: &str) -> Vec<u8> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/golden/audio")
        .join(name);
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn runtime() -> Runtime {
    Runtime::load(&path("QUARTET_ORT")).expect("the library loads")
}

fn folder() -> PathBuf {
    path("QUARTET_MODELS").join("hibari-en")
}

fn one_thread() -> SessionOptions {
    SessionOptions {
        threads: 1,
        memory_pattern: false,
        ..SessionOptions::default()
    }
}

/// Uniform in [-1, 1): the generator of `tests/golden/audio/make_hibari.py`.
fn counting(mut state: u64) -> impl FnMut(&mut [f32]) {
    move |values| {
        for value in values {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *value = (state >> 40) as f32 / (1 << 23) as f32 - 1.0;
        }
    }
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn the_same_phonemes_and_noise_give_the_reference_s_samples() {
    let cancel = Cancel::new();
    let mut voice = HibariVoice::open(&runtime(), &folder(), &one_thread(), &cancel)
        .expect("the voice opens: cargo xtask models");
    let manner = Manner {
        voice: "heart",
        speed: 1.0,
    };
    let phonemes: Vec<char> = "həlˈO ðˈɛɹ, wˈɜɹld.".chars().collect();
    let said = voice
        .speak(&phonemes, &manner, &mut counting(3), &cancel)
        .expect("it speaks");
    let bytes = golden("hello.f32");
    let wanted = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|b| f32::from_le_bytes(*b));
    assert_eq!(said.samples.len(), wanted.len());
    let worst = said
        .samples
        .iter()
        .zip(wanted)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    println!("largest difference {worst:e}");
    assert!(worst < 1e-3, "{worst}");

    let ends = said.ends.expect("this graph tells its durations");
    assert_eq!(ends.len(), phonemes.len());
    assert!(ends.is_sorted() && *ends.last().unwrap() <= said.samples.len());
}
