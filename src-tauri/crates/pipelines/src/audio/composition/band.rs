//! Where a performance becomes samples: one synthesizer from the first bar to the last echo, so that no
//! bar line is heard.

use std::sync::Arc;

use quartet_media::score::Bar as PlayedBar;
use quartet_runtime::Cancel;
use rustysynth::{SoundFont, Synthesizer, SynthesizerSettings};

use super::{SAMPLE_RATE, soundfont::guarded};
use crate::{Error, Result};

/// How loud a single note of the melody, of a chord and of the bass is to be, of 1.
const LEVELS: [f32; 3] = [0.34, 0.1, 0.18];
/// Above this, what is louder is pressed together, towards [`LOUDEST`].
const KNEE: f32 = 0.7;
const LOUDEST: f32 = 0.95;
/// Rendered at once; a stop is noticed in between.
const BLOCK: usize = 4096;
/// An end rings out for this many seconds at most, and is over where it stays below this.
const ECHO: f64 = 4.0;
const SILENT: f32 = 2e-4;
/// Samples over which the very end fades to 0.
const FADE: usize = SAMPLE_RATE as usize / 20;

pub(super) struct Band {
    synthesizer: Synthesizer,
    gain: f32,
    /// Seconds and samples so far.
    seconds: f64,
    samples: u64,
}

impl Band {
    /// # Errors
    /// `UnsupportedGraph` for a font that cannot be played.
    pub(super) fn new(font: &Arc<SoundFont>, programs: [u8; 3]) -> Result<Self> {
        // Fonts differ in loudness: one note of each instrument tells by how much.
        let [melody, chords, bass] =
            [(0, 72), (1, 57), (2, 40)].map(|(at, key)| level(font, programs[at], key));
        let (melody, others) = (melody?, [chords?, bass?]);
        let mut synthesizer = synthesizer(font)?;
        let gain = LEVELS[0] / melody;
        for (channel, program) in (0..).zip(programs) {
            synthesizer.process_midi_message(channel, 0xc0, i32::from(program), 0);
        }
        synthesizer.process_midi_message(0, 0xb0, 7, 127);
        for ((channel, level), wanted) in (1..).zip(others).zip(&LEVELS[1..]) {
            // Loudness goes with the square of the controller (General MIDI).
            let volume = (wanted / (level * gain)).sqrt().min(1.0) * 127.0;
            synthesizer.process_midi_message(channel, 0xb0, 7, volume as i32);
        }
        Ok(Self {
            synthesizer,
            gain,
            seconds: 0.0,
            samples: 0,
        })
    }

    /// # Errors
    /// `Cancelled`, `NotFinite`, `UnsupportedGraph`.
    pub(super) fn play(&mut self, bar: &PlayedBar, cancel: &Cancel) -> Result<Vec<f32>> {
        let begins = self.samples;
        let ends = self.at(bar.seconds);
        let mut samples = Vec::with_capacity((ends - begins) as usize);
        for stroke in &bar.strokes {
            let at = self.at(stroke.at).min(ends) - begins;
            self.render(at as usize, &mut samples, cancel)?;
            let (channel, key) = (i32::from(stroke.channel), i32::from(stroke.key));
            let velocity = i32::from(stroke.velocity);
            let synthesizer = &mut self.synthesizer;
            guarded(|| synthesizer.note_on(channel, key, velocity))?;
        }
        self.render((ends - begins) as usize, &mut samples, cancel)?;
        self.seconds += bar.seconds;
        self.samples = ends;
        Ok(samples)
    }

    /// What still sounds after the last bar.
    ///
    /// # Errors
    /// As [`Band::play`].
    pub(super) fn ring_out(&mut self, cancel: &Cancel) -> Result<Vec<f32>> {
        self.synthesizer.note_off_all(false);
        let most = (ECHO * f64::from(SAMPLE_RATE)) as usize;
        let mut samples = Vec::new();
        while samples.len() < most {
            let before = samples.len();
            self.render((before + BLOCK).min(most), &mut samples, cancel)?;
            if samples[before..].iter().all(|sample| sample.abs() < SILENT) {
                break;
            }
        }
        let fades = samples.len().saturating_sub(FADE);
        for (step, sample) in samples[fades..].iter_mut().enumerate() {
            *sample *= 1.0 - (step + 1) as f32 / FADE as f32;
        }
        Ok(samples)
    }

    /// The sample `seconds` into the next bar.
    fn at(&self, seconds: f64) -> u64 {
        ((self.seconds + seconds) * f64::from(SAMPLE_RATE)).round() as u64
    }

    /// Renders until there are `until` samples.
    fn render(&mut self, until: usize, samples: &mut Vec<f32>, cancel: &Cancel) -> Result<()> {
        let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
        while samples.len() < until {
            cancel.check()?;
            let count = (until - samples.len()).min(BLOCK);
            let (left, right) = (&mut left[..count], &mut right[..count]);
            let synthesizer = &mut self.synthesizer;
            guarded(|| synthesizer.render(left, right))?;
            let mixed = left
                .iter()
                .zip(right.iter())
                .map(|(left, right)| (left + right) / 2.0);
            if !mixed.clone().all(f32::is_finite) {
                return Err(Error::NotFinite);
            }
            samples.extend(mixed.map(|sample| pressed(sample * self.gain)));
        }
        Ok(())
    }
}

/// As it is below the knee, then ever closer to the loudest; without a memory, so without a seam.
fn pressed(sample: f32) -> f32 {
    let loud = sample.abs();
    if loud <= KNEE {
        return sample;
    }
    let room = LOUDEST - KNEE;
    (KNEE + room * ((loud - KNEE) / room).tanh()).copysign(sample)
}

fn synthesizer(font: &Arc<SoundFont>) -> Result<Synthesizer> {
    let settings = SynthesizerSettings::new(SAMPLE_RATE.cast_signed());
    guarded(|| Synthesizer::new(font, &settings))?.map_err(Error::unsupported)
}

/// How loud one note of an instrument is.
fn level(font: &Arc<SoundFont>, program: u8, key: i32) -> Result<f32> {
    let mut synthesizer = synthesizer(font)?;
    let mut sides = [vec![0.0; 22_050], vec![0.0; 22_050]];
    let [left, right] = &mut sides;
    guarded(|| {
        synthesizer.process_midi_message(0, 0xc0, i32::from(program), 0);
        synthesizer.process_midi_message(0, 0xb0, 7, 127);
        synthesizer.note_on(0, key, 96);
        synthesizer.render(left, right);
    })?;
    let mixed = left
        .iter()
        .zip(right.iter())
        .map(|(left, right)| (left + right) / 2.0);
    let level = mixed.fold(0.0_f32, |most, sample| most.max(sample.abs()));
    if level.is_finite() && level > 1e-4 {
        return Ok(level);
    }
    Err(Error::unsupported(format!(
        "instrument {program} cannot be heard"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::composition::{
        performance::performance,
        soundfont::tests::sine,
        types::{Form, Metre},
        writer::tests::{request, written},
    };

    #[test]
    fn a_tune_is_heard_throughout_and_never_too_loud_and_no_bar_line_clicks() {
        let font = Arc::new(SoundFont::new(&mut &*sine()).unwrap());
        let request = request(Metre::Three, Form::Aaba, 8);
        let notes = written(&request).unwrap().concat();
        let mut band = Band::new(&font, [0; 3]).unwrap();
        let cancel = Cancel::new();
        let (mut samples, mut joins) = (Vec::new(), Vec::new());
        for bar in performance(&request, [0; 3], &notes) {
            let played = band.play(&bar, &cancel).unwrap();
            assert!((played.len() as f64 / 44_100.0 - bar.seconds).abs() < 1e-4);
            assert!(played.iter().any(|sample| sample.abs() > 0.05));
            samples.extend(played);
            joins.push(samples.len());
        }
        samples.extend(band.ring_out(&cancel).unwrap());
        let peak = samples
            .iter()
            .fold(0.0_f32, |most, sample| most.max(sample.abs()));
        assert!((0.2..=LOUDEST).contains(&peak), "{peak}");
        let step = |at: usize| (samples[at] - samples[at - 1]).abs();
        let most = (1..samples.len()).map(step).fold(0.0, f32::max);
        assert!(joins.iter().all(|at| step(*at) < most.max(0.1)));
        assert!(samples.last().unwrap().abs() < 1e-3);
    }

    #[test]
    fn what_is_stopped_stops_and_a_font_without_sound_is_refused() {
        let font = Arc::new(SoundFont::new(&mut &*sine()).unwrap());
        let mut band = Band::new(&font, [0; 3]).unwrap();
        let cancel = Cancel::new();
        cancel.raise();
        assert_eq!(band.ring_out(&cancel), Err(Error::Cancelled));
        let mut silent = sine();
        let at = silent.windows(4).position(|id| id == b"smpl").unwrap();
        silent[at + 8..at + 8 + 8912].fill(0);
        let font = Arc::new(SoundFont::new(&mut &*silent).unwrap());
        assert!(matches!(
            Band::new(&font, [0; 3]),
            Err(Error::UnsupportedGraph { .. })
        ));
    }
}
