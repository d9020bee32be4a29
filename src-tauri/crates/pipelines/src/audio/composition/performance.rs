//! How a tune is played: which key goes down when and how hard. Small liberties, decided by the seed.

use quartet_media::score::{Bar as PlayedBar, Stroke};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use super::{
    accompaniment::{Span, strikes},
    types::{ComposedNote, CompositionRequest, Metre, Mood, NoteKind},
};

/// The parts of a performance, each a channel.
const MELODY: u8 = 0;
const CHORDS: u8 = 1;
const BASS: u8 = 2;

/// No player is more exact than this, in seconds, and none as much as three times as inexact.
const JITTER: f64 = 0.006;
/// A player's touch differs by so much, of 127.
const TOUCH: f64 = 3.0;
/// The silence between two notes, in seconds at most and as a share of the note.
const GAP: f64 = 0.03;
const GAP_SHARE: f64 = 0.1;
/// How much slower the last bar and the one before are.
const SLOWING: [f64; 2] = [1.18, 1.06];

/// A whole tune as it is played. `request` leaves nothing open, `programs` are those of its stats.
pub fn performance(
    request: &CompositionRequest,
    programs: [u8; 3],
    notes: &[ComposedNote],
) -> Vec<PlayedBar> {
    let mut performer = Performer::new(request, programs);
    let bars: Vec<&[ComposedNote]> = notes.chunk_by(|a, b| a.bar == b.bar).collect();
    let next = bars.iter().skip(1).map(|bar| Some(*bar)).chain([None]);
    bars.iter()
        .zip(next)
        .map(|(bar, next)| performer.bar(bar, next))
        .collect()
}

/// Plays bar after bar.
#[derive(Debug)]
pub(super) struct Performer {
    request: CompositionRequest,
    shift: u8,
    /// Of the melody, over the bar line.
    sounding: Option<u8>,
    /// Pitch classes of the chord that goes on.
    chord: Vec<i32>,
}

impl Performer {
    pub(super) fn new(request: &CompositionRequest, programs: [u8; 3]) -> Self {
        let tonic = i32::from(request.key);
        let triad = [0, request.mode.third(), 7].map(|step| (tonic + step).rem_euclid(12));
        Self {
            request: request.clone(),
            // Music box and flute sound where others are at their highest.
            shift: if matches!(programs[0], 10 | 73) {
                12
            } else {
                0
            },
            sounding: None,
            chord: triad.to_vec(),
        }
    }

    /// Plays a bar; `next` tells whether its last note goes on.
    pub(super) fn bar(
        &mut self,
        notes: &[ComposedNote],
        next: Option<&[ComposedNote]>,
    ) -> PlayedBar {
        let metre = self.request.metre;
        let ticks = metre.ticks();
        let index = notes.first().map_or(0, |note| note.bar);
        let from_end = self.request.bars.saturating_sub(index + 1) as usize;
        let slowing = SLOWING.get(from_end).copied().unwrap_or(1.0);
        let tempo = f64::from(
            self.request
                .tempo
                .unwrap_or_else(|| self.request.mood.tempo()),
        );
        let tick = 60.0 / tempo / f64::from(metre.beat()) * slowing;
        let seconds = f64::from(ticks) * tick;
        let seed = (u64::from(self.request.seed.unwrap_or_default()) << 32) | u64::from(index);
        let mut touch = Touch(ChaCha8Rng::seed_from_u64(seed));
        let mut strokes = Vec::new();
        let spans = self.spans(notes, index * ticks, ticks);

        for (place, note) in notes.iter().enumerate() {
            let at = note.at.saturating_sub(index * ticks);
            let goes_on = match notes.get(place + 1).or_else(|| next.and_then(<[_]>::first)) {
                Some(after) => after.what == NoteKind::Hold,
                None => false,
            };
            let begins = touch.late(f64::from(at) * tick);
            let long = f64::from(note.length) * tick;
            let ends = f64::from(at) * tick + long - (long * GAP_SHARE).min(GAP);
            if let (NoteKind::Pitch { .. }, Some(key)) = (note.what, note.key) {
                let key = key.saturating_add(self.shift).min(127);
                let loud = self.loudness() * accent(metre, at);
                strokes.push(touch.stroke(begins.min(ends), MELODY, key, loud));
                self.sounding = Some(key);
            }
            if !goes_on && let Some(key) = self.sounding.take() {
                strokes.push(up(ends, MELODY, key));
            }
        }

        let tonic = i32::from(self.request.key);
        for strike in strikes(
            self.request.accompaniment,
            metre,
            tonic,
            &spans,
            from_end == 0,
        ) {
            let begins = touch.late(f64::from(strike.at) * tick);
            let long = f64::from(strike.length) * tick;
            let ends = f64::from(strike.at) * tick + long - (long * GAP_SHARE).min(GAP);
            let channel = if strike.bass { BASS } else { CHORDS };
            let loud = self.loudness() * f64::from(strike.weight);
            strokes.push(touch.stroke(begins.min(ends), channel, strike.key, loud));
            strokes.push(up(ends, channel, strike.key));
        }
        // What goes up makes way for what goes down.
        strokes.sort_by(|a, b| {
            a.at.total_cmp(&b.at)
                .then((a.velocity > 0).cmp(&(b.velocity > 0)))
        });
        PlayedBar {
            ticks,
            seconds,
            strokes,
        }
    }

    /// How loud a tune of this mood is, of 127.
    fn loudness(&self) -> f64 {
        match self.request.mood {
            Mood::Dance => 98.0,
            Mood::Cheerful => 94.0,
            Mood::Solemn => 88.0,
            Mood::Wistful => 80.0,
            Mood::Calm => 76.0,
            Mood::Lullaby => 68.0,
        }
    }

    /// The chords of a bar that begins at the tick `from`.
    fn spans(&mut self, notes: &[ComposedNote], from: u32, ticks: u32) -> Vec<Span> {
        let mut spans: Vec<Span> = vec![Span {
            from: 0,
            to: ticks,
            classes: self.chord.clone(),
        }];
        for note in notes {
            let Some(chord) = &note.chord else {
                continue;
            };
            let classes: Vec<i32> = chord
                .classes
                .iter()
                .map(|class| i32::from(*class))
                .collect();
            let at = note.at.saturating_sub(from).min(ticks);
            if classes.is_empty() || classes == self.chord {
                continue;
            }
            self.chord.clone_from(&classes);
            if let Some(last) = spans.last_mut() {
                last.to = at;
            }
            spans.push(Span {
                from: at,
                to: ticks,
                classes,
            });
        }
        spans.retain(|span| span.from < span.to);
        spans
    }
}

fn up(at: f64, channel: u8, key: u8) -> Stroke {
    Stroke {
        at,
        channel,
        key,
        velocity: 0,
    }
}

/// The first beat is heard most, the others more than what stands between them.
fn accent(metre: Metre, at: u32) -> f64 {
    match at {
        0 => 1.08,
        at if at % metre.beat() == 0 => 1.0,
        _ => 0.92,
    }
}

/// A player's hand.
struct Touch(ChaCha8Rng);

impl Touch {
    fn normal(&mut self) -> f64 {
        let drawn: f64 = StandardNormal.sample(&mut self.0);
        drawn.clamp(-3.0, 3.0)
    }

    /// A little after `at`, never before: a bar's first note stays in its bar.
    fn late(&mut self, at: f64) -> f64 {
        at + self.normal().abs() * JITTER
    }

    fn stroke(&mut self, at: f64, channel: u8, key: u8, loud: f64) -> Stroke {
        Stroke {
            at,
            channel,
            key,
            velocity: (loud + self.normal() * TOUCH).clamp(1.0, 127.0) as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::composition::{
        types::{Accompaniment, Form},
        writer::tests::{request, written},
    };

    const HARP: [u8; 3] = [46, 0, 32];

    #[test]
    fn every_key_that_goes_down_comes_up_before_it_goes_down_again() {
        for accompaniment in Accompaniment::ALL {
            for metre in Metre::ALL {
                let mut request = request(*metre, Form::Free, 9);
                let notes = written(&request).unwrap().concat();
                request.accompaniment = *accompaniment;
                let mut down = std::collections::HashSet::new();
                let bars = performance(&request, HARP, &notes);
                assert_eq!(bars.len(), 9);
                for bar in &bars {
                    assert!(bar.strokes.is_sorted_by(|a, b| a.at <= b.at));
                    for stroke in &bar.strokes {
                        assert!((0.0..bar.seconds).contains(&stroke.at));
                        let key = (stroke.channel, stroke.key);
                        if stroke.velocity > 0 {
                            assert!(down.insert(key), "{accompaniment:?} {metre:?} {stroke:?}");
                        } else {
                            assert!(down.remove(&key), "{accompaniment:?} {metre:?} {stroke:?}");
                        }
                    }
                }
                assert!(down.is_empty());
            }
        }
    }

    #[test]
    fn a_seed_decides_a_players_liberties_and_the_end_is_slower() {
        let request = request(Metre::Four, Form::Aaba, 8);
        let notes = written(&request).unwrap().concat();
        let bars = performance(&request, HARP, &notes);
        assert_eq!(bars, performance(&request, HARP, &notes));
        assert!((bars[0].seconds - 2.5).abs() < 1e-9);
        assert!(bars[7].seconds > bars[6].seconds && bars[6].seconds > bars[5].seconds);
        let other = CompositionRequest {
            seed: Some(1),
            ..request
        };
        assert_ne!(bars, performance(&other, HARP, &notes));
    }
}
