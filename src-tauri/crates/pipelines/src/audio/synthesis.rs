//! From the spectra a voice predicts to samples: pulses, filter, noise, inverse STFT, overlap-add.
//!
//! Per frame of 12.5 ms the network gives a filter for a pulse train of its pitch, the level of a
//! noise, and a part with phases of its own:
//! `S = exp(lh) e^{iπ tanh θ} STFT(pulses(f0)) + exp(ln) Z + exp(lr) e^{iφ}`, `Z` complex normal.
//! Source: `hibari/dsp.py` of hibari-tts 0.2.1 (Apache-2.0).

mod math;
mod pulses;
mod shape;

use std::{fmt, sync::Arc};

use realfft::{
    ComplexToReal, RealFftPlanner, RealToComplex,
    num_complex::{Complex, Complex32},
};
use wide::f32x8;

use crate::{Error, Result};
use math::{exp, sin_cos, tanh};
pub(super) use shape::HOP;
use shape::{FFT, LANES};

/// Rows of every spectrum: 0 to 12,000 Hz.
pub(super) const BINS: usize = FFT / 2 + 1;
/// Blocks of one hop in a frame.
const BLOCKS: usize = FFT / HOP;
/// Levels are natural logarithms; the network was trained with this ceiling.
const MAX_LOG_LEVEL: f32 = 7.0;

/// What the network predicts for `F` frames; spectra are `[BINS, F]`, row-major.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spectra<'a> {
    /// Natural logarithm of the pulse filter's magnitude.
    pub(super) harmonic_level: &'a [f32],
    /// θ of the pulse filter; its phase is `π tanh θ`.
    pub(super) harmonic_phase: &'a [f32],
    /// Natural logarithm of the noise's magnitude.
    pub(super) noise_level: &'a [f32],
    /// Natural logarithm of the magnitude of the part with its own phases.
    pub(super) free_level: &'a [f32],
    /// Phase of that part, in radians.
    pub(super) free_phase: &'a [f32],
    /// Pitch in Hz, `[F]`; below 40 is unvoiced.
    pub(super) pitch: &'a [f32],
}

/// Fills a frame's noise: real and imaginary part of each bin in turn, standard normal.
pub(super) type Noise<'a> = dyn FnMut(&mut [f32]) + 'a;

/// Transforms and buffers that are the same for every utterance.
pub(super) struct Synthesizer {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    /// Periodic Hann.
    window: Vec<f32>,
    /// For each bin, of the eight frames that are made.
    factors: Vec<Factors>,
    frame: Vec<f32>,
    spectrum: Vec<Complex32>,
    /// The pulse train's part, before its filter.
    voiced: Vec<Complex32>,
    scratch: Vec<Complex32>,
    noise: Vec<f32>,
}

impl fmt::Debug for Synthesizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Synthesizer")
            .finish_non_exhaustive()
    }
}

/// What a bin's spectra are as factors, for eight frames.
#[derive(Debug, Clone, Copy, Default)]
struct Factors {
    /// `exp(lh) e^{iπ tanh θ}`, real and imaginary.
    filter: [[f32; LANES]; 2],
    /// `exp(lr) e^{iφ}`, real and imaginary.
    free: [[f32; LANES]; 2],
    /// `exp(ln)`
    noise: [f32; LANES],
}

impl Synthesizer {
    pub(super) fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(FFT), planner.plan_fft_inverse(FFT));
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        let angle = |n: usize| std::f64::consts::TAU * n as f64 / FFT as f64;
        Self {
            forward,
            inverse,
            window: (0..FFT)
                .map(|n| (0.5 - 0.5 * angle(n).cos()) as f32)
                .collect(),
            factors: vec![Factors::default(); BINS],
            frame: vec![0.0; FFT],
            spectrum: vec![Complex::default(); BINS],
            voiced: vec![Complex::default(); BINS],
            scratch: vec![Complex::default(); scratch],
            noise: vec![0.0; 2 * BINS],
        }
    }

    /// `F * HOP` samples, mostly within [-1, 1].
    ///
    /// # Errors
    /// `UnsupportedGraph` where the spectra do not have one shape; `NotFinite`.
    pub(super) fn synthesize(
        &mut self,
        spectra: &Spectra<'_>,
        noise: &mut Noise<'_>,
    ) -> Result<Vec<f32>> {
        let frames = spectra.pitch.len();
        spectra.check()?;
        let source = pulses::pulses(spectra.pitch);
        let mut sum = vec![0.0_f32; (frames + BLOCKS - 1) * HOP];
        for first in (0..frames).step_by(LANES) {
            spectra.factors(first, &mut self.factors);
            for frame in first..frames.min(first + LANES) {
                self.mix(&source, frame, frame - first, noise)?;
                let windowed = self.frame.iter().zip(&self.window);
                let target = &mut sum[frame * HOP..frame * HOP + FFT];
                for (sample, (value, window)) in target.iter_mut().zip(windowed) {
                    *sample += value * window;
                }
            }
        }
        self.normalize(&mut sum, frames);
        sum.truncate(FFT / 2 + frames * HOP);
        sum.drain(..FFT / 2);
        if sum.iter().all(|sample| sample.is_finite()) {
            Ok(sum)
        } else {
            Err(Error::NotFinite)
        }
    }

    /// Leaves the unwindowed, unscaled samples of a frame, the `lane`th of its eight, in
    /// `self.frame`.
    fn mix(
        &mut self,
        source: &[f32],
        frame: usize,
        lane: usize,
        noise: &mut Noise<'_>,
    ) -> Result<()> {
        // Told to be in range, so that no access needs checking.
        let lane = lane % LANES;
        noise(&mut self.noise);
        let parts = self.factors.iter().zip(self.noise.as_chunks::<2>().0);
        for (bin, (factors, [re, im])) in self.spectrum.iter_mut().zip(parts) {
            let ([free_re, free_im], level) = (&factors.free, factors.noise[lane]);
            *bin = Complex::new(free_re[lane] + re * level, free_im[lane] + im * level);
        }
        if pulses::frame(source, frame * HOP, &mut self.frame) {
            // A unit cosine peaks at a quarter of the window's length: exp(lh) is its magnitude.
            for (sample, window) in self.frame.iter_mut().zip(&self.window) {
                *sample *= window * (4.0 / FFT as f32);
            }
            // Only a buffer of the wrong length makes a transform fail, and all are made here.
            self.forward
                .process_with_scratch(&mut self.frame, &mut self.voiced, &mut self.scratch)
                .map_err(Error::unsupported)?;
            let voiced = self.voiced.iter().zip(&self.factors);
            for (bin, (voiced, factors)) in self.spectrum.iter_mut().zip(voiced) {
                let [re, im] = &factors.filter;
                *bin += voiced * Complex::new(re[lane], im[lane]);
            }
        }
        // A real signal has no imaginary part here.
        self.spectrum[0].im = 0.0;
        self.spectrum[BINS - 1].im = 0.0;
        self.inverse
            .process_with_scratch(&mut self.spectrum, &mut self.frame, &mut self.scratch)
            .map_err(Error::unsupported)
    }

    /// Divides by the summed squared windows and by the transform's length.
    fn normalize(&self, sum: &mut [f32], frames: usize) {
        for (index, block) in sum.chunks_exact_mut(HOP).enumerate() {
            let covering = (0..BLOCKS).filter(|&k| k <= index && index - k < frames);
            let covering: Vec<_> = covering
                .map(|k| &self.window[k * HOP..(k + 1) * HOP])
                .collect();
            if covering.len() == BLOCKS {
                // Squared Hann windows a quarter of their length apart add up to 3/2.
                let weight = 1.0 / (1.5 * FFT as f32);
                for sample in block {
                    *sample *= weight;
                }
                continue;
            }
            for (position, sample) in block.iter_mut().enumerate() {
                let weight: f32 = covering.iter().map(|w| w[position] * w[position]).sum();
                *sample /= weight.max(1e-11) * FFT as f32;
            }
        }
    }
}

impl Spectra<'_> {
    fn check(&self) -> Result<()> {
        let planes = [
            self.harmonic_level,
            self.harmonic_phase,
            self.noise_level,
            self.free_level,
            self.free_phase,
        ];
        let wanted = self.pitch.len() * BINS;
        match planes.iter().find(|plane| plane.len() != wanted) {
            None => Ok(()),
            Some(plane) => Err(Error::unsupported(format!(
                "a spectrum of {} numbers, not {wanted}",
                plane.len()
            ))),
        }
    }

    /// The factors of the eight frames from `first` on; of those after the last, anything.
    fn factors(&self, first: usize, factors: &mut [Factors]) {
        let frames = self.pitch.len();
        let count = LANES.min(frames - first);
        for (bin, factors) in factors.iter_mut().enumerate() {
            let at = bin * frames + first;
            let load = |plane: &[f32]| lanes(&plane[at..at + count]);
            // The ceiling stands first: where one of the two is NaN, the second is taken.
            let level = |plane| exp(f32x8::splat(MAX_LOG_LEVEL).fast_min(load(plane)));
            let turned = |magnitude: f32x8, phase| {
                let (sin, cos) = sin_cos(phase);
                [(magnitude * cos).to_array(), (magnitude * sin).to_array()]
            };
            let phase = tanh(load(self.harmonic_phase)) * f32x8::splat(std::f32::consts::PI);
            *factors = Factors {
                filter: turned(level(self.harmonic_level), phase),
                free: turned(level(self.free_level), load(self.free_phase)),
                noise: level(self.noise_level).to_array(),
            };
        }
    }
}

/// Up to eight values, the rest zero.
fn lanes(values: &[f32]) -> f32x8 {
    if let Ok(whole) = <[f32; LANES]>::try_from(values) {
        return f32x8::from(whole);
    }
    let mut padded = [0.0; LANES];
    padded[..values.len()].copy_from_slice(values);
    f32x8::from(padded)
}

#[cfg(test)]
mod tests;
