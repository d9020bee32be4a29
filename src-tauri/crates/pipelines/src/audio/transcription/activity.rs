//! Where in a window there is something to hear: silence and a room's noise are passed over, so that
//! what is said has its own time.

use std::ops::Range;

use super::{SAMPLE_RATE, mel::HOP};

/// Levels are powers, taken over frames of 10 ms and evened out over this many.
const EVENED: usize = 5;
/// A sound is this much above the quietest: 6 dB.
const ABOVE_FLOOR: f32 = 4.0;
/// Nor is it more than 40 dB below the loudest, or quieter than -80 dB.
const BELOW_PEAK: f32 = 1e-4;
const QUIETEST: f32 = 1e-9;
/// Where the quietest and the loudest differ less than this, 10 dB, nothing is told apart.
const CONTRAST: f32 = 10.0;

/// In frames: pauses shorter than the first are within words, sounds shorter than the second are clicks.
const WITHIN_WORDS: usize = 30;
const CLICK: usize = 8;
/// A pause between two sentences is at least as long.
const BETWEEN_SENTENCES: usize = 15;
/// A second, in frames.
const STEADY: usize = 100;
/// What is left before and after a sound: consonants are quiet.
const BEFORE: usize = 15;
const AFTER: usize = 40;

/// A pause that parts two windows, in frames; shorter ones Whisper takes in its stride.
const PARTING: usize = 300;
/// So much silence before the first sound is passed over.
const LEAD: usize = 100;

/// What swings less than this (-80 dB) around its mean is silence, and the network is not asked.
const QUIET: f32 = 1e-4;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Activity {
    /// The level of each frame.
    levels: Vec<f32>,
    /// In frames, in order, apart from each other.
    sounds: Vec<Range<usize>>,
    /// Likewise, parted by shorter pauses.
    stretches: Vec<Range<usize>>,
    /// The level of what is no sound, where the two can be told apart.
    floor: Option<f32>,
    samples: usize,
}

impl Activity {
    /// Of `samples` at 16 kHz. `floor` is what was no sound earlier in the recording.
    pub(super) fn of(samples: &[f32], floor: Option<f32>) -> Self {
        let levels = levels(samples);
        let mut sorted = levels.clone();
        sorted.sort_by(f32::total_cmp);
        let at = |share: f32| {
            let index = (sorted.len() as f32 * share) as usize;
            sorted
                .get(index.min(sorted.len().saturating_sub(1)))
                .copied()
        };
        let (low, high) = (at(0.1).unwrap_or(0.0), at(0.98).unwrap_or(0.0));
        let told_apart = high > low * CONTRAST;
        let floor = match (told_apart, floor) {
            (true, Some(known)) => Some(low.min(known * ABOVE_FLOOR)),
            (true, None) => Some(low),
            (false, known) => known,
        };
        let whole = 0..levels.len();
        let (sounds, stretches) = match floor {
            // All of it, for all that is known.
            None => (vec![whole.clone()], vec![whole]),
            Some(floor) => {
                let least = (floor * ABOVE_FLOOR).max(QUIETEST);
                let least = if told_apart {
                    least.max(high * BELOW_PEAK)
                } else {
                    least
                };
                let levels = without_steady(&levels, high);
                (
                    sounds(&levels, least, WITHIN_WORDS),
                    sounds(&levels, least, BETWEEN_SENTENCES),
                )
            }
        };
        Self {
            levels,
            sounds,
            stretches,
            floor,
            samples: samples.len(),
        }
    }

    pub(super) fn floor(&self) -> Option<f32> {
        self.floor
    }

    /// How many samples of silence there are before the first sound; all where there is none, 0 where
    /// they are not worth a window of their own.
    pub(super) fn lead(&self) -> usize {
        match self.sounds.first() {
            None => self.samples,
            Some(first) if first.start > LEAD + BEFORE => (first.start - BEFORE) * HOP,
            Some(_) => 0,
        }
    }

    /// How many samples there are up to the first long pause.
    pub(super) fn stretch(&self) -> usize {
        let pause = self
            .sounds
            .windows(2)
            .find(|pair| pair[1].start - pair[0].end > PARTING)
            .map(|pair| pair[0].end);
        let last = self.sounds.last().map(|last| last.end);
        let silent_end = last.filter(|end| self.levels.len().saturating_sub(*end) > PARTING);
        let end = pause.or(silent_end).map(|end| (end + AFTER) * HOP);
        end.unwrap_or(self.samples).min(self.samples)
    }

    /// The sample at the middle of the longest pause between two samples; none where there is none of
    /// `least` seconds.
    pub(super) fn pause(&self, within: Range<usize>, least: f64) -> Option<usize> {
        let (from, to) = (within.start / HOP, within.end.min(self.samples) / HOP);
        let levels = self.levels.get(from..to)?;
        let mut sorted: Vec<f32> = levels.to_vec();
        sorted.sort_by(f32::total_cmp);
        let middle = sorted.get(sorted.len() / 2).copied()?;
        // Within speech, a tenth of its usual level is a pause.
        let quiet = (middle / CONTRAST).max(self.floor.unwrap_or(0.0) * ABOVE_FLOOR);
        let mut longest: Option<Range<usize>> = None;
        let mut run = 0;
        for (frame, level) in (from..).zip(levels) {
            run = if *level <= quiet { run + 1 } else { 0 };
            if run > longest.as_ref().map_or(0, Range::len) {
                longest = Some(frame + 1 - run..frame + 1);
            }
        }
        let longest = longest.filter(|pause| pause.len() as f64 * 0.01 >= least)?;
        Some((longest.start + longest.len() / 2) * HOP)
    }

    /// The stretches of voice between pauses up to a sample, in frames.
    pub(super) fn stretches(&self, samples: usize) -> &[Range<usize>] {
        let end = samples / HOP;
        let count = self.stretches.partition_point(|stretch| stretch.end <= end);
        &self.stretches[..count]
    }

    /// The quietest sample between two.
    pub(super) fn quietest(&self, within: Range<usize>) -> Option<usize> {
        let (from, to) = (within.start / HOP, within.end.min(self.samples) / HOP);
        let levels = self.levels.get(from..to)?.iter();
        let least = (from..).zip(levels).min_by(|a, b| a.1.total_cmp(b.1));
        least.map(|(frame, _)| frame * HOP)
    }

    /// How many seconds of sound there are between two times.
    pub(super) fn seconds(&self, from: f64, to: f64) -> f64 {
        let (from, to) = (frame(from), frame(to));
        let heard = |sound: &Range<usize>| {
            let (start, end) = (sound.start.max(from), sound.end.min(to));
            end.saturating_sub(start)
        };
        self.sounds.iter().map(heard).sum::<usize>() as f64 * 0.01
    }

    /// Times without the silence at either end; as they are where there is nothing between them.
    pub(super) fn within(&self, from: f64, to: f64) -> (f64, f64) {
        let (start, end) = (frame(from), frame(to));
        let mut heard = self
            .sounds
            .iter()
            .map(|sound| sound.start.saturating_sub(BEFORE)..sound.end + BEFORE)
            .filter(|sound| sound.start < end && start < sound.end);
        let Some(first) = heard.next() else {
            return (from, to);
        };
        let last = heard.next_back().unwrap_or_else(|| first.clone());
        let from = from.max(first.start as f64 * 0.01);
        (from, to.min(last.end as f64 * 0.01).max(from))
    }
}

/// For how many seconds samples last.
pub(super) fn seconds(samples: usize) -> f64 {
    samples as f64 / f64::from(SAMPLE_RATE)
}

/// How many samples `seconds` last.
pub(super) fn samples(seconds: f64) -> usize {
    (seconds * f64::from(SAMPLE_RATE)).round() as usize
}

/// Whether samples hold nothing but silence, at whatever offset.
pub(super) fn is_quiet(samples: &[f32]) -> bool {
    // Half a million summed in single precision are off by more than what is told here.
    let sum: f64 = samples.iter().copied().map(f64::from).sum();
    let mean = (sum / samples.len().max(1) as f64) as f32;
    samples.iter().all(|sample| (sample - mean).abs() < QUIET)
}

fn frame(seconds: f64) -> usize {
    (seconds.max(0.0) * 100.0).round() as usize
}

/// Powers of what changes from sample to sample: hum, rumble and wind are low, and unsteady.
fn levels(samples: &[f32]) -> Vec<f32> {
    let mut before = samples.first().copied().unwrap_or(0.0);
    let powers: Vec<f32> = samples
        .chunks(HOP)
        .map(|frame| {
            let changes = frame
                .iter()
                .map(|&sample| sample - std::mem::replace(&mut before, sample));
            changes.map(|change| change * change).sum::<f32>() / frame.len() as f32
        })
        .collect();
    let evened = |at: usize| {
        let near = &powers[at.saturating_sub(EVENED / 2)..powers.len().min(at + EVENED / 2 + 1)];
        near.iter().sum::<f32>() / near.len() as f32
    };
    (0..powers.len()).map(evened).collect()
}

/// Levels without those of a steady noise far below the loudest: nobody speaks so evenly for a second.
fn without_steady(levels: &[f32], loudest: f32) -> Vec<f32> {
    let mut changing = levels.to_vec();
    for from in (0..levels.len()).step_by(STEADY / 10) {
        let Some(second) = levels.get(from..from + STEADY) else {
            break;
        };
        let most = second.iter().copied().fold(0.0, f32::max);
        let least = second.iter().copied().fold(f32::INFINITY, f32::min);
        if most < least * ABOVE_FLOOR && most < loudest / CONTRAST {
            changing[from..from + STEADY].fill(0.0);
        }
    }
    changing
}

/// Runs of levels above `least`, put together across pauses of less than so many frames, clicks left out.
fn sounds(levels: &[f32], least: f32, pause: usize) -> Vec<Range<usize>> {
    let mut sounds: Vec<(Range<usize>, usize)> = Vec::new();
    for (frame, _) in levels
        .iter()
        .enumerate()
        .filter(|(_, level)| **level > least)
    {
        match sounds.last_mut() {
            Some((sound, count)) if frame - sound.end < pause => {
                sound.end = frame + 1;
                *count += 1;
            }
            _ => sounds.push((frame..frame + 1, 1)),
        }
    }
    let speech = sounds.into_iter().filter(|(_, count)| *count > CLICK);
    speech.map(|(sound, _)| sound).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: usize = 16_000;

    /// Stretches of (seconds, loudness): syllables where it is loud, hiss where it is not.
    fn sound(stretches: &[(f64, f32)]) -> Vec<f32> {
        let mut samples = Vec::new();
        let mut state = 1_u32;
        for (seconds, loudness) in stretches {
            for n in 0..(seconds * SECOND as f64) as usize {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
                let syllable = if n / 2400 % 2 == 0 { 1.0 } else { 0.02 };
                let voice = if *loudness > 0.05 { syllable } else { 1.0 };
                samples.push(noise * loudness * voice);
            }
        }
        samples
    }

    fn near(found: usize, seconds: f64) -> bool {
        (found as f64 / SECOND as f64 - seconds).abs() < 0.6
    }

    #[test]
    fn silence_and_hiss_before_a_sentence_are_led_over() {
        for hiss in [0.0, 0.002, 0.01] {
            let activity = Activity::of(&sound(&[(12.0, hiss), (5.0, 0.4), (3.0, hiss)]), None);
            let lead = activity.lead();
            assert!(near(lead, 12.0) && lead <= 12 * SECOND, "{hiss}: {lead}");
        }
        let at_once = Activity::of(&sound(&[(0.5, 0.0), (5.0, 0.4)]), None);
        assert_eq!(at_once.lead(), 0);
    }

    #[test]
    fn a_long_pause_ends_the_window_and_a_short_one_does_not() {
        let parted = Activity::of(&sound(&[(5.0, 0.4), (8.0, 0.002), (5.0, 0.4)]), None);
        assert!(near(parted.stretch(), 5.3), "{}", parted.stretch());
        let whole = Activity::of(&sound(&[(5.0, 0.4), (1.5, 0.002), (5.0, 0.4)]), None);
        assert_eq!(whole.stretch(), 11 * SECOND + SECOND / 2);
        let ended = Activity::of(&sound(&[(5.0, 0.4), (8.0, 0.002)]), None);
        assert!(near(ended.stretch(), 5.3), "{}", ended.stretch());
    }

    #[test]
    fn what_nothing_can_be_told_apart_in_is_heard_whole_unless_it_was_known_before() {
        let hiss = sound(&[(20.0, 0.01)]);
        let unknown = Activity::of(&hiss, None);
        assert_eq!((unknown.lead(), unknown.stretch()), (0, hiss.len()));
        let speech = sound(&[(5.0, 0.4), (5.0, 0.01)]);
        let known = Activity::of(&speech, None).floor();
        assert_eq!(Activity::of(&hiss, known).lead(), hiss.len());
        assert_eq!(Activity::of(&[], None).lead(), 0);
    }

    #[test]
    fn noise_that_ends_where_speech_begins_is_led_over() {
        let mut samples = sound(&[(12.0, 0.01), (5.0, 0.4)]);
        samples.extend(vec![0.0; 3 * SECOND]);
        let activity = Activity::of(&samples, None);
        assert!(near(activity.lead(), 12.0), "{:?}", activity.sounds);
    }

    #[test]
    fn clicks_are_no_speech() {
        let mut samples = sound(&[(10.0, 0.001), (5.0, 0.4)]);
        samples[3 * SECOND..3 * SECOND + 80].fill(0.9);
        assert!(near(Activity::of(&samples, None).lead(), 10.0));
    }

    #[test]
    fn times_leave_silence_out_and_pauses_are_found() {
        let samples = sound(&[
            (2.0, 0.002),
            (3.0, 0.4),
            (1.0, 0.002),
            (3.0, 0.4),
            (2.0, 0.002),
        ]);
        let activity = Activity::of(&samples, None);
        let (from, to) = activity.within(0.0, 11.0);
        assert!(
            (from - 1.85).abs() < 0.2 && (to - 9.15).abs() < 0.3,
            "{from} {to}"
        );
        assert_eq!(activity.within(10.0, 10.5), (10.0, 10.5));
        assert!((activity.seconds(0.0, 11.0) - 6.0).abs() < 0.6);
        let pause = activity.pause(4 * SECOND..8 * SECOND, 0.3).unwrap();
        assert!(near(pause, 5.5), "{pause}");
        assert_eq!(activity.pause(2 * SECOND + 3200..4 * SECOND, 0.5), None);
    }
}
