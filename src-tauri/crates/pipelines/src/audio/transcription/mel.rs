//! The log-mel spectrogram that Whisper hears.
//!
//! Source: openai/whisper, whisper/audio.py; the filters are librosa's (Slaney's scale and norm).

use std::{f32::consts::PI, fmt, sync::Arc};

use realfft::{RealFftPlanner, RealToComplex};

use super::{SAMPLE_RATE, types::Mel};

/// 10 ms at the rate that Whisper hears: a frame.
pub(super) const HOP: usize = SAMPLE_RATE as usize / FRAMES_A_SECOND;
const FRAMES_A_SECOND: usize = 100;

/// Levels lower than the loudest by 8 powers of ten are raised to that.
const RANGE: f32 = 8.0;

pub struct LogMel {
    fft: Arc<dyn RealToComplex<f32>>,
    /// As long as a window: 25 ms.
    hann: Vec<f32>,
    hop: usize,
    filters: Vec<Filter>,
}

/// A triangle over some bins of the spectrum.
#[derive(Debug, Clone, PartialEq)]
struct Filter {
    first: usize,
    weights: Vec<f32>,
}

impl fmt::Debug for LogMel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LogMel")
            .field("bands", &self.filters.len())
            .finish_non_exhaustive()
    }
}

impl LogMel {
    /// As Whisper hears: of samples at 16 kHz.
    pub fn new(bands: usize) -> Self {
        Self::at(SAMPLE_RATE, bands)
    }

    /// For samples of any rate, to be looked at: 25 ms a window, 10 ms a frame, up to half
    /// the rate. A rate below 1,000 is taken for 1,000.
    pub fn at(sample_rate: u32, bands: usize) -> Self {
        let rate = sample_rate.max(1000) as usize;
        // Even, as real transforms are.
        let window = rate / 80 * 2;
        let angle = 2.0 * PI / window as f32;
        Self {
            fft: RealFftPlanner::new().plan_fft_forward(window),
            hann: (0..window)
                .map(|n| 0.5 - 0.5 * (angle * n as f32).cos())
                .collect(),
            hop: rate / FRAMES_A_SECOND,
            filters: filters(bands, rate, window / 2 + 1),
        }
    }

    /// The first `frames` frames of mono samples, followed by silence.
    pub fn spectrogram(&self, samples: &[f32], frames: usize) -> Mel {
        let (hop, window) = (self.hop, self.hann.len());
        let length = frames * hop;
        let samples = &samples[..samples.len().min(length)];
        // The reference mirrors half a window at either end; `place` counts from there.
        let at = |place: usize| -> f32 {
            let (last, place) = (length - 1, place.abs_diff(window / 2));
            let mirrored = if place > last {
                2 * last - place
            } else {
                place
            };
            samples.get(mirrored).copied().unwrap_or(0.0)
        };
        let bands = self.filters.len();
        let mut values = vec![0.0_f32; bands * frames];
        let mut windowed = self.fft.make_input_vec();
        let mut spectrum = self.fft.make_output_vec();
        let mut scratch = self.fft.make_scratch_vec();
        let mut loudest = f32::MIN;
        for frame in 0..frames {
            for (n, (value, weight)) in windowed.iter_mut().zip(&self.hann).enumerate() {
                *value = at(frame * hop + n) * weight;
            }
            // Fails only for slices of other lengths than it made itself.
            let _ = self
                .fft
                .process_with_scratch(&mut windowed, &mut spectrum, &mut scratch);
            for (band, filter) in self.filters.iter().enumerate() {
                let bins = spectrum[filter.first..].iter().zip(&filter.weights);
                let power: f32 = bins.map(|(bin, weight)| bin.norm_sqr() * weight).sum();
                let level = power.max(1e-10).log10();
                loudest = loudest.max(level);
                values[band * frames + frame] = level;
            }
        }
        for value in &mut values {
            *value = (value.max(loudest - RANGE) + 4.0) / 4.0;
        }
        Mel {
            bands,
            frames,
            values,
        }
    }
}

fn to_mel(hertz: f64) -> f64 {
    if hertz < 1000.0 {
        hertz * 3.0 / 200.0
    } else {
        15.0 + (hertz / 1000.0).ln() / (6.4_f64.ln() / 27.0)
    }
}

fn to_hertz(mel: f64) -> f64 {
    if mel < 15.0 {
        mel * 200.0 / 3.0
    } else {
        1000.0 * ((mel - 15.0) * (6.4_f64.ln() / 27.0)).exp()
    }
}

fn filters(bands: usize, rate: usize, bins: usize) -> Vec<Filter> {
    let nyquist = rate as f64 / 2.0;
    let step = to_mel(nyquist) / (bands + 1) as f64;
    let corner = |index: usize| to_hertz(step * index as f64);
    let filter = |band: usize| {
        let (low, middle, high) = (corner(band), corner(band + 1), corner(band + 2));
        let weight = |bin: usize| {
            let hertz = nyquist * bin as f64 / (bins - 1) as f64;
            let rising = (hertz - low) / (middle - low);
            let falling = (high - hertz) / (high - middle);
            (rising.min(falling).max(0.0) * 2.0 / (high - low)) as f32
        };
        let first = (0..bins).find(|&bin| weight(bin) > 0.0).unwrap_or(0);
        let weights = (first..bins).map(weight).take_while(|&weight| weight > 0.0);
        Filter {
            first,
            weights: weights.collect(),
        }
    };
    (0..bands).map(filter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f32, samples: usize) -> Vec<f32> {
        let angle = 2.0 * PI * hertz / SAMPLE_RATE as f32;
        (0..samples).map(|n| (angle * n as f32).sin()).collect()
    }

    #[test]
    fn a_tone_is_loudest_in_its_band() {
        let mel = LogMel::new(80).spectrogram(&tone(1000.0, 16_000), 100);
        let column: Vec<f32> = (0..80).map(|band| mel.values[band * 100 + 50]).collect();
        let loudest = (0..80)
            .max_by(|&a, &b| column[a].total_cmp(&column[b]))
            .unwrap();
        // 1,000 Hz are 15 mel of 45.245; a band every 0.5586.
        assert_eq!(loudest, 26);
    }

    #[test]
    fn silence_and_a_constant_offset_are_flat() {
        let mel = LogMel::new(80).spectrogram(&[], 10);
        let differs = |value: &f32| (value - mel.values[0]).abs() > 1e-6;
        assert!(!mel.values.iter().any(differs));
        let offset = LogMel::new(80).spectrogram(&[0.5; 3200], 20);
        let middle: Vec<f32> = (0..80).map(|band| offset.values[band * 20 + 10]).collect();
        assert!(middle[10..].iter().all(|value| *value < 0.0), "{middle:?}");
    }

    #[test]
    fn more_samples_than_frames_are_left_out() {
        let mel = LogMel::new(80);
        let sound = tone(300.0, 3200);
        let cut = mel.spectrogram(&sound, 10);
        assert_eq!(cut, mel.spectrogram(&sound[..1600], 10));
        assert_eq!((cut.bands, cut.values.len()), (80, 800));
    }
}
