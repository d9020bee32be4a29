//! Sound of any rate as sound of 16 kHz, a block at a time.

use rubato::{
    Fft, FixedSync, Indexing, Resampler as _, audioadapter_buffers::direct::InterleavedSlice,
};

use super::SAMPLE_RATE;
use crate::{Error, Result};

/// Frames that go in at once.
const BLOCK: usize = 4096;

/// Recordings of other rates are none that a microphone makes.
const RATES: std::ops::RangeInclusive<u32> = 1_000..=768_000;

pub(super) struct Resampler {
    /// None where there is nothing to do.
    inner: Option<Fft<f32>>,
    pending: Vec<f32>,
    ratio: f64,
    /// Samples at the beginning that only the filter's delay made.
    late: usize,
    taken: usize,
    given: usize,
}

impl Resampler {
    /// # Errors
    /// `NotSound` for a rate that no recording has.
    pub(super) fn new(rate: u32) -> Result<Self> {
        let odd = || Error::NotSound {
            reason: format!("{rate} samples a second"),
        };
        if !RATES.contains(&rate) {
            return Err(odd());
        }
        let inner = if rate == SAMPLE_RATE {
            None
        } else {
            let (from, to) = (rate as usize, SAMPLE_RATE as usize);
            Some(Fft::new(from, to, BLOCK, 1, FixedSync::Input).map_err(|_| odd())?)
        };
        Ok(Self {
            late: inner.as_ref().map_or(0, rubato::Resampler::output_delay),
            inner,
            pending: Vec::new(),
            ratio: f64::from(SAMPLE_RATE) / f64::from(rate),
            taken: 0,
            given: 0,
        })
    }

    /// Takes samples in and appends what has become of them and of earlier ones.
    pub(super) fn push(&mut self, samples: &[f32], into: &mut Vec<f32>) -> Result<()> {
        if self.inner.is_none() {
            into.extend_from_slice(samples);
            return Ok(());
        }
        self.taken += samples.len();
        self.pending.extend_from_slice(samples);
        while self.pending.len() >= self.wanted() {
            let count = self.wanted();
            self.process(count, into)?;
            self.pending.drain(..count);
        }
        Ok(())
    }

    /// Appends what the filter still holds.
    pub(super) fn finish(&mut self, into: &mut Vec<f32>) -> Result<()> {
        if self.inner.is_none() {
            return Ok(());
        }
        let length = (self.taken as f64 * self.ratio).ceil() as usize;
        let rest = std::mem::take(&mut self.pending);
        self.pending = rest;
        let mut count = self.pending.len();
        while self.given < length {
            let before = self.given;
            self.process(count, into)?;
            // What follows the last sample is silence.
            self.pending.clear();
            if count == 0 && self.given == before && self.late == 0 {
                break;
            }
            count = 0;
        }
        into.truncate(into.len() - self.given.saturating_sub(length));
        self.given = length;
        Ok(())
    }

    fn wanted(&self) -> usize {
        self.inner
            .as_ref()
            .map_or(usize::MAX, rubato::Resampler::input_frames_next)
    }

    /// Resamples the first `count` pending samples, silence after them where that is too few.
    fn process(&mut self, count: usize, into: &mut Vec<f32>) -> Result<()> {
        let Some(inner) = &mut self.inner else {
            return Ok(());
        };
        let failed = |error: &dyn std::fmt::Display| Error::NotSound {
            reason: format!("resampling: {error}"),
        };
        let block = inner.input_frames_next();
        let padded;
        let (samples, indexing) = if count < block {
            let mut with_silence = self.pending[..count].to_vec();
            with_silence.resize(block, 0.0);
            padded = with_silence;
            (&padded[..], Some(Indexing::new().partial_len(count)))
        } else {
            (&self.pending[..block], None)
        };
        let adapter = InterleavedSlice::new(samples, 1, block).map_err(|error| failed(&error))?;
        let output = inner
            .process(&adapter, indexing.as_ref())
            .map_err(|error| failed(&error))?
            .take_data();
        let skipped = self.late.min(output.len());
        self.late -= skipped;
        self.given += output.len() - skipped;
        into.extend_from_slice(&output[skipped..]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    /// A tone of 440 Hz through the resampler in uneven blocks.
    fn resampled(rate: u32, seconds: f32) -> Vec<f32> {
        let count = (rate as f32 * seconds) as usize;
        let tone: Vec<f32> = (0..count)
            .map(|n| (TAU * 440.0 * n as f32 / rate as f32).sin())
            .collect();
        let mut resampler = Resampler::new(rate).unwrap();
        let mut output = Vec::new();
        for block in tone.chunks(1777) {
            resampler.push(block, &mut output).unwrap();
        }
        resampler.finish(&mut output).unwrap();
        output
    }

    #[test]
    fn a_tone_keeps_its_pitch_its_place_and_its_length() {
        for rate in [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 192_000] {
            let sound = resampled(rate, 0.5);
            assert!(sound.len().abs_diff(8_000) <= 1, "{rate}: {}", sound.len());
            for (n, sample) in sound.iter().enumerate().skip(800).take(6400) {
                let wanted = (TAU * 440.0 * n as f32 / 16_000.0).sin();
                // Within a sample of its place, which some ratios do not hit.
                assert!((sample - wanted).abs() < 0.175, "{rate}, {n}: {sample}");
            }
        }
    }

    #[test]
    fn short_sounds_are_whole_and_odd_rates_are_refused() {
        assert!(resampled(48_000, 0.01).len().abs_diff(160) <= 1);
        assert!(resampled(48_000, 0.0).is_empty());
        for rate in [0, 1, 10_000_000] {
            assert!(matches!(
                Resampler::new(rate).err(),
                Some(Error::NotSound { .. })
            ));
        }
    }
}
