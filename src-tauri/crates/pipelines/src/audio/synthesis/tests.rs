//! The synthesis against the Python package's, number by number.

use super::*;

/// Uniform in [-1, 1): the generator of `tests/golden/audio/make_hibari.py`.
fn counting(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    }
}

fn filling(seed: u64) -> impl FnMut(&mut [f32]) {
    let mut next = counting(seed);
    move |values| values.fill_with(&mut next)
}

fn samples_of(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect()
}

const FRAMES: usize = 37;

#[test]
fn samples_equal_the_reference() {
    let mut next = counting(1);
    let mut plane = |low: f32, high: f32| -> Vec<f32> {
        let half = (high - low) / 2.0;
        (0..BINS * FRAMES)
            .map(|_| low + (next() + 1.0) * half)
            .collect()
    };
    let planes = [
        (-8.0, 2.0),
        (-3.0, 3.0),
        (-9.0, -3.0),
        (-9.0, 0.0),
        (-7.0, 7.0),
    ];
    let planes = planes.map(|(low, high)| plane(low, high));
    let pitch: Vec<f32> = (0..FRAMES)
        .map(|frame| {
            if frame % 12 < 8 {
                90.0 + 7.0 * frame as f32
            } else {
                0.0
            }
        })
        .collect();
    let spectra = Spectra {
        harmonic_level: &planes[0],
        harmonic_phase: &planes[1],
        noise_level: &planes[2],
        free_level: &planes[3],
        free_phase: &planes[4],
        pitch: &pitch,
    };
    let samples = Synthesizer::new()
        .synthesize(&spectra, &mut filling(2))
        .unwrap();
    let wanted = samples_of(include_bytes!(
        "../../../../../../tests/golden/audio/synthesis.f32"
    ));
    assert_eq!(samples.len(), wanted.len());
    let worst = samples
        .iter()
        .zip(&wanted)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    assert!(worst < 2e-5, "{worst}");
}

#[test]
fn spectra_of_different_lengths_are_refused_and_wild_ones_are_an_error() {
    let (whole, short) = (vec![0.0; BINS * 3], vec![0.0; BINS * 2]);
    let mut spectra = Spectra {
        harmonic_level: &whole,
        harmonic_phase: &whole,
        noise_level: &whole,
        free_level: &whole,
        free_phase: &short,
        pitch: &[100.0; 3],
    };
    let mut synthesizer = Synthesizer::new();
    let error = synthesizer.synthesize(&spectra, &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::UnsupportedGraph { .. }), "{error}");
    let broken = vec![f32::NAN; BINS * 3];
    spectra.free_phase = &broken;
    assert_eq!(
        synthesizer.synthesize(&spectra, &mut |_| {}),
        Err(Error::NotFinite)
    );
}

#[test]
fn no_frames_are_no_samples_and_one_frame_is_one_hop() {
    let empty = Spectra {
        harmonic_level: &[],
        harmonic_phase: &[],
        noise_level: &[],
        free_level: &[],
        free_phase: &[],
        pitch: &[],
    };
    let mut synthesizer = Synthesizer::new();
    assert_eq!(synthesizer.synthesize(&empty, &mut |_| {}), Ok(Vec::new()));
    let plane = vec![-5.0; BINS];
    let one = Spectra {
        harmonic_level: &plane,
        harmonic_phase: &plane,
        noise_level: &plane,
        free_level: &plane,
        free_phase: &plane,
        pitch: &[200.0],
    };
    let samples = synthesizer.synthesize(&one, &mut filling(1)).unwrap();
    assert_eq!(samples.len(), HOP);
}
