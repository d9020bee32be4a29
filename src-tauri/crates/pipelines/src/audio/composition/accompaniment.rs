//! What sounds beside a melody: for each bar the strokes of chords and bass.

use super::types::{Accompaniment, Metre, Mode, Mood};

/// A key that is struck in a bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Strike {
    /// In ticks of the bar.
    pub(super) at: u32,
    pub(super) length: u32,
    pub(super) key: u8,
    /// 1 is as loud as the pattern's loudest.
    pub(super) weight: f32,
    pub(super) bass: bool,
}

/// A chord and the ticks of the bar through which it sounds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Pitch classes, the root first, without doublings.
    pub(super) classes: Vec<i32>,
}

/// What suits a tune.
pub(super) fn suited(mood: Mood, metre: Metre, mode: Mode) -> Accompaniment {
    match (mood, metre, mode) {
        (Mood::Solemn, ..) => Accompaniment::Held,
        (_, _, Mode::Pentatonic) | (Mood::Calm | Mood::Lullaby | Mood::Wistful, ..) => {
            Accompaniment::Broken
        }
        (Mood::Cheerful | Mood::Dance, ..) => Accompaniment::Rhythm,
    }
}

/// The strokes of a bar whose chords are `spans`; `tonic` is a pitch class.
pub(super) fn strikes(
    style: Accompaniment,
    metre: Metre,
    tonic: i32,
    spans: &[Span],
    is_last: bool,
) -> Vec<Strike> {
    let ticks = metre.ticks();
    // A tune comes to rest: whatever moved before, its last bar is one chord.
    let style = match style {
        Accompaniment::Rhythm | Accompaniment::Broken if is_last => Accompaniment::Held,
        style => style,
    };
    match style {
        Accompaniment::Nothing | Accompaniment::Auto => Vec::new(),
        Accompaniment::Held => spans.iter().flat_map(held).collect(),
        Accompaniment::Drone => {
            let fifth = (tonic + 7).rem_euclid(12);
            vec![
                strike(0, ticks, low(tonic), 0.9, true),
                strike(
                    0,
                    ticks,
                    low(fifth).saturating_add(if fifth < tonic { 12 } else { 0 }),
                    0.7,
                    true,
                ),
            ]
        }
        Accompaniment::Rhythm => rhythm(metre, spans),
        Accompaniment::Broken => broken(ticks, spans),
    }
}

fn strike(at: u32, length: u32, key: u8, weight: f32, bass: bool) -> Strike {
    Strike {
        at,
        length,
        key,
        weight,
        bass,
    }
}

/// From the C below the bass clef's middle on.
fn low(class: i32) -> u8 {
    36 + class.rem_euclid(12) as u8
}

/// Around the C below middle C.
fn middle(class: i32) -> u8 {
    52 + (class - 52).rem_euclid(12) as u8
}

fn held(span: &Span) -> Vec<Strike> {
    let length = span.to - span.from;
    let root = span.classes.first().copied().unwrap_or_default();
    let chord = span
        .classes
        .iter()
        .map(|class| strike(span.from, length, middle(*class), 0.75, false));
    chord
        .chain([strike(span.from, length, low(root), 1.0, true)])
        .collect()
}

/// Bass and chord in turn: oom-pah, waltz, jig.
fn rhythm(metre: Metre, spans: &[Span]) -> Vec<Strike> {
    // Where basses and chords stand, in ticks.
    let (basses, chords): (&[u32], &[u32]) = match metre {
        Metre::Two => (&[0, 12], &[6, 18]),
        Metre::Three => (&[0], &[12, 24]),
        Metre::Four => (&[0, 24], &[12, 36]),
        Metre::Six => (&[0, 18], &[12, 30]),
    };
    let short = if metre == Metre::Three || metre == Metre::Four {
        9
    } else {
        5
    };
    let mut strikes = Vec::new();
    for span in spans {
        let root = span.classes.first().copied().unwrap_or_default();
        let fifth = span.classes.get(2).copied().unwrap_or(root);
        let inside = |at: &&u32| (span.from..span.to).contains(*at);
        let places: Vec<u32> = basses.iter().filter(inside).copied().collect();
        // A chord that begins beside the beat gets its bass all the same.
        let own = (!places.contains(&span.from)).then_some(span.from);
        let places: Vec<u32> = own.into_iter().chain(places).collect();
        for (turn, &at) in places.iter().enumerate() {
            let class = if turn % 2 == 0 { root } else { fifth };
            let until = places.get(turn + 1).copied().unwrap_or(span.to);
            let length = (short + 3).min(until - at);
            strikes.push(strike(at, length, low(class), 1.0, true));
        }
        for at in chords.iter().filter(inside) {
            let length = short.min(span.to - at);
            let chord = span.classes.iter();
            strikes.extend(chord.map(|class| strike(*at, length, middle(*class), 0.65, false)));
        }
    }
    strikes
}

/// Up and down the chord in eighths.
fn broken(ticks: u32, spans: &[Span]) -> Vec<Strike> {
    const STEP: u32 = 6;
    let mut strikes = Vec::new();
    for span in spans {
        let mut keys: Vec<u8> = span.classes.iter().map(|class| middle(*class)).collect();
        keys.sort_unstable();
        let Some(&lowest) = keys.first() else {
            continue;
        };
        keys.push(lowest + 12);
        let root = span.classes.first().copied().unwrap_or_default();
        strikes.push(strike(span.from, span.to - span.from, low(root), 0.9, true));
        let turns = keys.len() * 2 - 2;
        let first = span.from.next_multiple_of(STEP);
        for (turn, at) in (first..span.to.min(ticks))
            .step_by(STEP as usize)
            .enumerate()
        {
            let step = turn % turns;
            let step = if step < keys.len() {
                step
            } else {
                turns - step
            };
            let weight = if turn == 0 { 0.8 } else { 0.65 };
            // Each rings on for a while.
            let length = (2 * STEP).min(span.to - at);
            strikes.push(strike(at, length, keys[step], weight, false));
        }
    }
    strikes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(to: u32) -> Vec<Span> {
        let half = to / 2;
        vec![
            Span {
                from: 0,
                to: half,
                classes: vec![7, 11, 2],
            },
            Span {
                from: half,
                to,
                classes: vec![2, 6, 9, 0],
            },
        ]
    }

    #[test]
    fn every_pattern_stays_in_its_bar_and_its_chords() {
        for metre in Metre::ALL {
            for style in Accompaniment::ALL {
                for is_last in [false, true] {
                    let spans = spans(metre.ticks());
                    for strike in strikes(*style, *metre, 7, &spans, is_last) {
                        assert!(
                            strike.length > 0 && strike.at + strike.length <= metre.ticks(),
                            "{strike:?}"
                        );
                        let span = &spans[usize::from(strike.at >= metre.ticks() / 2)];
                        let fits = span.classes.contains(&(i32::from(strike.key) % 12));
                        assert!(
                            fits || *style == Accompaniment::Drone,
                            "{style:?} {strike:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_waltz_is_a_bass_and_two_chords() {
        let bar = [Span {
            from: 0,
            to: 36,
            classes: vec![0, 4, 7],
        }];
        let strikes = strikes(Accompaniment::Rhythm, Metre::Three, 0, &bar, false);
        let at: Vec<_> = strikes.iter().map(|one| (one.at, one.bass)).collect();
        assert_eq!(at[0], (0, true));
        assert_eq!(
            at[1..],
            [
                (12, false),
                (12, false),
                (12, false),
                (24, false),
                (24, false),
                (24, false)
            ]
        );
        assert_eq!(strikes[0].key, 36);
    }

    #[test]
    fn what_suits_a_tune_depends_on_its_mood() {
        assert_eq!(
            suited(Mood::Solemn, Metre::Four, Mode::Minor),
            Accompaniment::Held
        );
        assert_eq!(
            suited(Mood::Dance, Metre::Six, Mode::Dorian),
            Accompaniment::Rhythm
        );
        assert_eq!(
            suited(Mood::Dance, Metre::Two, Mode::Pentatonic),
            Accompaniment::Broken
        );
    }
}
