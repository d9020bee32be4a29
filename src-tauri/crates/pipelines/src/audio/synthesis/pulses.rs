//! A band-limited pulse train from a pitch curve: what the voice's folds would give.

use std::f64::consts::TAU;

use wide::f32x8;

use super::{
    super::phoneme_vocab::SAMPLE_RATE,
    math::sin_cos,
    shape::{FFT, HOP, LANES},
};

/// Below this many Hz a frame has no pitch.
const VOICED_ABOVE: f32 = 40.0;
/// No harmonic goes above this, in Hz.
const MAX_FREQUENCY: f32 = 11_000.0;
/// Where `2 sin(t/2)` is smaller, the quotient is replaced by its limit.
const NEAR_ZERO: f32 = 2e-3;

/// `pitch.len() * HOP` samples: every harmonic up to 11 kHz at unit amplitude, zero where unvoiced.
///
/// `Σ cos(h t), h = 1..H` is `sin((H + 1/2) t) / (2 sin(t/2)) - 1/2` (Dirichlet's kernel).
pub(super) fn pulses(pitch: &[f32]) -> Vec<f32> {
    let places = places();
    let mut cycles = 0.0_f64;
    let mut samples = Vec::with_capacity(pitch.len() * HOP);
    for (frame, &here) in pitch.iter().enumerate() {
        let before = pitch[frame.saturating_sub(1)];
        let after = pitch[(frame + 1).min(pitch.len() - 1)];
        if before.max(here).max(after) <= VOICED_ABOVE {
            // The phase runs on at the lowest pitch: the next voiced sound starts where the
            // reference's does.
            for _ in 0..HOP {
                cycles += f64::from(VOICED_ABOVE);
            }
            samples.resize(samples.len() + HOP, 0.0);
            continue;
        }
        let mut curve = [0.0_f32; HOP];
        let mut phase = [0.0_f32; HOP];
        let positions = curve.iter_mut().zip(&mut phase).zip(places);
        for (position, ((pitch, phase), place)) in positions.enumerate() {
            let (from, to) = if position < HOP / 2 {
                (before, here)
            } else {
                (here, after)
            };
            *pitch = from * (1.0 - place) + to * place;
            cycles += f64::from(pitch.max(VOICED_ABOVE));
            *phase = ((cycles / f64::from(SAMPLE_RATE)).fract() * TAU) as f32;
        }
        let phases = phase.as_chunks::<LANES>();
        let curves = curve.as_chunks::<LANES>();
        for (phase, pitch) in phases.0.iter().zip(curves.0) {
            samples.extend(kernel(f32x8::from(*phase), f32x8::from(*pitch)).to_array());
        }
        for (phase, pitch) in phases.1.iter().zip(curves.1) {
            samples.push(kernel(f32x8::splat(*phase), f32x8::splat(*pitch)).to_array()[0]);
        }
    }
    samples
}

/// Where each sample of a frame is between two frames' centres, the points between which the
/// curve is a line: from 1/2 up to 1, then from 0 up to 1/2.
fn places() -> [f32; HOP] {
    std::array::from_fn(|position| {
        ((position as f64 + 0.5) / HOP as f64 - 0.5).rem_euclid(1.0) as f32
    })
}

fn kernel(phase: f32x8, pitch: f32x8) -> f32x8 {
    let voiced = pitch.simd_gt(f32x8::splat(VOICED_ABOVE));
    let pitch = pitch.max(f32x8::splat(VOICED_ABOVE));
    let harmonics = (f32x8::splat(MAX_FREQUENCY) / pitch).floor() + f32x8::splat(0.5);
    let divisor = sin_cos(phase * f32x8::splat(0.5)).0 * f32x8::splat(2.0);
    let near_zero = divisor.abs().simd_le(f32x8::splat(NEAR_ZERO));
    let quotient = sin_cos(harmonics * phase).0 / near_zero.select(f32x8::ONE, divisor);
    let sum = near_zero.select(harmonics, quotient) - f32x8::splat(0.5);
    voiced.select(sum, f32x8::ZERO)
}

/// Copies the frame whose centre is at `centre` of a signal that is mirrored at its ends; whether
/// there is any sound in it.
pub(super) fn frame(source: &[f32], centre: usize, frame: &mut [f32]) -> bool {
    let first = centre.checked_sub(FFT / 2);
    match first.and_then(|first| source.get(first..first + FFT)) {
        Some(inside) => frame.copy_from_slice(inside),
        None => {
            for (offset, sample) in frame.iter_mut().enumerate() {
                *sample = source[mirrored(centre + offset, source.len())];
            }
        }
    }
    frame.iter().any(|&sample| sample != 0.0)
}

/// Index `shifted - FFT / 2` of a signal of `len` samples that is mirrored at its ends without
/// repeating them, again and again where it is short.
fn mirrored(shifted: usize, len: usize) -> usize {
    let period = 2 * (len - 1).max(1);
    let index = (shifted + period * FFT - FFT / 2) % period;
    index.min(period - index).min(len - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_pitch_gives_pulses_at_its_period() {
        let samples = pulses(&[240.0; 20]);
        assert_eq!(samples.len(), 20 * HOP);
        let peaks: Vec<_> = (1..samples.len() - 1)
            .filter(|&i| {
                samples[i] > 20.0 && samples[i] >= samples[i - 1] && samples[i] > samples[i + 1]
            })
            .collect();
        assert!(
            peaks.windows(2).all(|pair| pair[1] - pair[0] == 100),
            "{peaks:?}"
        );
    }

    #[test]
    fn silence_has_no_pulses() {
        assert!(pulses(&[0.0; 5]).iter().all(|&sample| sample == 0.0));
        let mut frame = vec![1.0; FFT];
        assert!(!super::frame(&[0.0; 1500], 0, &mut frame));
        assert!(frame.iter().all(|&sample| sample == 0.0));
    }

    #[test]
    fn a_signal_is_mirrored_at_both_ends_however_short() {
        let at = |index: isize| mirrored((index + 600) as usize, 4);
        assert_eq!(
            [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7].map(at),
            [3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1]
        );
        assert_eq!(mirrored(3, 1), 0);
    }
}
