//! The mark that is heard: "AI" in Morse code, short long, short short.
//!
//! Source: GB 45438-2025, which asks for a spoken notice or this rhythm at the beginning, the end or
//! the middle of a sound; International Morse code (ITU-R M.1677-1) for the lengths.

use std::f32::consts::{PI, TAU};

/// One unit: a short tone. About ten words a minute, slow enough to be recognised.
const UNIT: f32 = 0.12;
const HERTZ: f32 = 880.0;
/// A quarter of full scale: clear, and no louder than speech.
const LOUDNESS: f32 = 0.25;
/// Tones begin and end softly, without a click.
const EDGE: f32 = 0.008;
/// In units: tone, then silence.
const RHYTHM: [(u32, u32); 4] = [(1, 1), (3, 3), (1, 1), (1, 1)];
/// Between what was said and the mark.
const PAUSE: f32 = 0.5;

/// Adds the mark behind a sound, where it moves no caption.
pub(super) fn append(samples: &mut Vec<i16>, sample_rate: u32) {
    let rate = sample_rate as f32;
    let silence = |seconds: f32| std::iter::repeat_n(0, (seconds * rate).round() as usize);
    samples.extend(silence(PAUSE));
    for (tone, gap) in RHYTHM {
        let length = (tone as f32 * UNIT * rate).round() as usize;
        let sample = |n: usize| {
            let time = n as f32 / rate;
            let to_edge = n.min(length - n) as f32 / rate;
            let edge = 0.5 - 0.5 * (PI * (to_edge / EDGE).min(1.0)).cos();
            ((TAU * HERTZ * time).sin() * edge * LOUDNESS * f32::from(i16::MAX)) as i16
        };
        samples.extend((0..length).map(sample));
        samples.extend(silence(gap as f32 * UNIT));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_short_long_short_short() {
        let mut samples = vec![123; 10];
        append(&mut samples, 24_000);
        assert_eq!(samples[..10], [123; 10]);
        // Loud or not, in steps of half a unit.
        let half = (UNIT * 24_000.0 / 2.0) as usize;
        let from = 10 + (PAUSE * 24_000.0) as usize;
        let heard: String = samples[from..]
            .chunks(half)
            .map(|part| {
                let loud = part.iter().any(|sample| sample.unsigned_abs() > 4000);
                if loud { '#' } else { '.' }
            })
            .collect();
        assert_eq!(heard, "##..######......##..##..");
        assert!(samples.iter().all(|sample| sample.unsigned_abs() < 8300));
    }
}
