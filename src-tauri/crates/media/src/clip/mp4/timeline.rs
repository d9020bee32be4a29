//! Which samples are shown, and for how long: the edit list laid over the samples' times.

use super::track::{Edit, Movie, Sample, Track};
use crate::TICKS_PER_SECOND;

/// A film of more frames is none; edits may show samples again and again.
const MAX_FRAMES: usize = 2_000_000;

/// One sample on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    /// Of the track's samples.
    pub(super) sample: usize,
    /// Never 0.
    pub(super) ticks: u64,
}

/// Samples that are shown one after the other, and are decoded from one key sample on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The first sample that has to be decoded.
    pub(super) begin: usize,
    /// In the order in which they are shown.
    pub(super) shown: Vec<Shown>,
}

/// The film of a track, stretch by stretch.
pub(super) fn stretches(movie: &Movie, track: &Track) -> Vec<Stretch> {
    let samples = &track.samples;
    let mut order: Vec<usize> = (0..samples.len()).collect();
    order.sort_by_key(|&sample| samples[sample].time);
    let Some(&first) = order.first() else {
        return Vec::new();
    };
    let begin = samples[first].time;
    let clock = Clock(track.clock);
    if !track.edits.iter().any(|edit| edit.from.is_some()) {
        return vec![stretch(samples, &order, (begin, i64::MAX), (clock, 0), 0)];
    }
    let (mut stretches, mut empty, mut frames) = (Vec::new(), 0, 0);
    for edit in &track.edits {
        let ticks =
            u128::from(edit.duration) * u128::from(TICKS_PER_SECOND) / u128::from(movie.clock);
        let ticks = u64::try_from(ticks).unwrap_or(u64::MAX);
        let Some(from) = edit.from else {
            // Nothing is shown meanwhile: what comes next is seen earlier, so that all lasts as long.
            empty = ticks.min(LONGEST);
            continue;
        };
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let mut found = if edit.still {
            held(samples, &order, from, ticks)
        } else {
            let to = end(edit, from, movie.clock, track.clock);
            // Clocks are rounded to each other: less than a unit of the coarser one is nothing.
            let grain = i64::from(track.clock / movie.clock);
            stretch(samples, &order, (from, to), (clock, grain), empty)
        };
        frames += found.shown.len();
        if found.shown.is_empty() || frames > MAX_FRAMES {
            continue;
        }
        empty = 0;
        for shown in &mut found.shown {
            shown.ticks = shown.ticks.clamp(1, LONGEST);
        }
        stretches.push(found);
    }
    stretches
}

/// Longest that a frame may be shown: files with broken clocks say years.
const LONGEST: u64 = TICKS_PER_SECOND * 60;

fn end(edit: &Edit, from: i64, movie: u32, track: u32) -> i64 {
    if edit.duration == 0 {
        return i64::MAX;
    }
    // Rounded up: the movie's clock is often the coarser one.
    let units = (u128::from(edit.duration) * u128::from(track)).div_ceil(u128::from(movie));
    from.saturating_add(i64::try_from(units).unwrap_or(i64::MAX))
}

/// A track's clock, in units a second.
#[derive(Clone, Copy)]
struct Clock(u32);

impl Clock {
    /// From a time on, rounded.
    fn ticks(self, units: i64) -> u64 {
        let units = u128::try_from(units).unwrap_or(0);
        let clock = u128::from(self.0);
        let ticks = (units * u128::from(TICKS_PER_SECOND) + clock / 2) / clock;
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }
}

/// The samples between two times; the first is shown `before` ticks earlier than it would be. What would be
/// seen of a sample for `grain` units or less, because of where the stretch is cut, is left out.
fn stretch(
    samples: &[Sample],
    order: &[usize],
    (from, to): (i64, i64),
    (clock, grain): (Clock, i64),
    mut before: u64,
) -> Stretch {
    // Where a sample's turn ends: with the next one's, or after its own duration.
    let end_of = |place: usize| {
        let sample = &samples[order[place]];
        match order.get(place + 1) {
            Some(&next) => samples[next].time,
            None => sample
                .time
                .saturating_add(i64::from(sample.duration.max(1))),
        }
    };
    let mut shown = Vec::new();
    let begin = from.max(order.first().map_or(from, |&first| samples[first].time));
    for (place, &sample) in order.iter().enumerate() {
        let (time, end) = (samples[sample].time, end_of(place));
        let (since, until) = (time.max(from), end.min(to));
        let seen = until.saturating_sub(since);
        let cut = time < from || end > to;
        if seen <= if cut { grain } else { 0 } {
            continue;
        }
        let at = |time: i64| clock.ticks(time.saturating_sub(begin));
        let ticks = at(until) - at(since);
        // Of which the larger part is cut off is not what the film is to begin with.
        if time < from && end < to && seen <= end.saturating_sub(time) / 2 {
            before += ticks;
            continue;
        }
        shown.push(Shown {
            sample,
            ticks: ticks.clamp(1, LONGEST),
        });
    }
    if let Some(first) = shown.first_mut() {
        first.ticks += before;
    }
    Stretch {
        begin: key_before(samples, &shown),
        shown,
    }
}

/// One sample, held.
fn held(samples: &[Sample], order: &[usize], from: i64, ticks: u64) -> Stretch {
    let place = order.partition_point(|&sample| samples[sample].time <= from);
    let sample = order.get(place.saturating_sub(1));
    let shown: Vec<_> = sample
        .into_iter()
        .filter(|_| ticks > 0)
        .map(|&sample| Shown { sample, ticks })
        .collect();
    Stretch {
        begin: key_before(samples, &shown),
        shown,
    }
}

/// The key sample from which all that is shown can be decoded.
fn key_before(samples: &[Sample], shown: &[Shown]) -> usize {
    let first = shown.iter().map(|shown| shown.sample).min().unwrap_or(0);
    let before = samples.get(..=first).unwrap_or_default();
    before.iter().rposition(|sample| sample.key).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of ten units, sixty units a second, shown at these times; the first is a key.
    fn film(times: &[i64], edits: &[Edit]) -> (Movie, Track) {
        let sample = |(number, &time): (usize, &i64)| Sample {
            begin: 0,
            size: 1,
            time,
            duration: 10,
            key: number == 0,
        };
        let track = Track {
            id: 1,
            handler: *b"vide",
            clock: 60,
            matrix: [1 << 16, 0, 0, 1 << 16],
            size: (0, 0),
            entry: Vec::new(),
            edits: edits.to_vec(),
            samples: times.iter().enumerate().map(sample).collect(),
            missing: 0,
            defaults: None,
            next: 0,
        };
        let movie = Movie {
            clock: 1000,
            tracks: Vec::new(),
        };
        (movie, track)
    }

    fn seen(times: &[i64], edits: &[Edit]) -> Vec<(usize, u64)> {
        let (movie, track) = film(times, edits);
        let stretches = stretches(&movie, &track);
        let all = stretches.iter().flat_map(|stretch| &stretch.shown);
        all.map(|shown| (shown.sample, shown.ticks)).collect()
    }

    fn edit(duration: u64, from: Option<u64>) -> Edit {
        Edit {
            duration,
            from,
            still: false,
        }
    }

    #[test]
    fn samples_are_shown_in_their_order_of_time() {
        // Decoded I P B B.
        let right = [(0, 20_000), (2, 20_000), (3, 20_000), (1, 20_000)];
        assert_eq!(seen(&[20, 50, 30, 40], &[]), right);
        assert_eq!(seen(&[20, 50, 30, 40], &[edit(667, Some(20))]), right);
        assert_eq!(seen(&[], &[]), []);
    }

    #[test]
    fn what_an_edit_cuts_off_is_not_shown() {
        // From the middle of the second to the middle of the fourth.
        let found = seen(&[0, 10, 20, 30, 40], &[edit(333, Some(13))]);
        assert_eq!(found, [(1, 14_000), (2, 20_000), (3, 6000)]);
        // Half of a frame at the beginning is the next one's.
        let found = seen(&[0, 10, 20, 30, 40], &[edit(333, Some(15))]);
        assert_eq!(found, [(2, 30_000), (3, 10_000)]);
        let (movie, track) = film(&[0, 10, 20, 30, 40], &[edit(333, Some(15))]);
        // Decoding begins at the key all the same.
        assert_eq!(stretches(&movie, &track)[0].begin, 0);
    }

    #[test]
    fn edits_join_and_repeat_and_an_empty_one_is_waited_for() {
        let found = seen(
            &[0, 10, 20],
            &[edit(500, None), edit(166, Some(20)), edit(166, Some(0))],
        );
        assert_eq!(found, [(2, 80_000), (0, 20_000)]);
        let still = Edit {
            duration: 1000,
            from: Some(12),
            still: true,
        };
        assert_eq!(seen(&[0, 10, 20], &[still]), [(1, 120_000)]);
    }

    #[test]
    fn broken_clocks_keep_no_frame_for_years_and_none_for_no_time() {
        let found = seen(&[0, 0, i64::MAX / 2], &[]);
        assert!(
            found
                .iter()
                .all(|&(_, ticks)| (1..=LONGEST).contains(&ticks))
        );
    }
}
