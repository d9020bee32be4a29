//! Key pictures evenly far apart.
//!
//! Equal steps between two prompts are not equal steps between two pictures: a drawing keeps its shape for
//! a long way and then turns into the other within a few steps. So the way is halved where its pictures
//! differ most, again and again, and frames are then laid along the distance covered, not along the share.

use crate::image::Picture;

/// Closer places than this are one: a picture that jumps keeps its jump.
const CLOSEST: f32 = 1.0 / 256.0;

/// A little of every distance belongs to the share itself: where nothing changes, time still passes.
const REST: f32 = 0.02;

/// Between which two of some places (ascending, at least two) the next picture is due: in the middle of
/// the pair whose pictures differ most. None where all are as close as they may be.
pub(super) fn widest(places: &[f32], distances: &[f32]) -> Option<(usize, f32)> {
    let pairs = places.windows(2).zip(distances).enumerate();
    pairs
        .filter(|(_, (pair, _))| pair[1] - pair[0] > CLOSEST)
        .map(|(index, (pair, distance))| (index, pair, weight(pair, *distance)))
        .max_by(|a, b| a.2.total_cmp(&b.2))
        .map(|(index, pair, _)| (index, f32::midpoint(pair[0], pair[1])))
}

fn weight(pair: &[f32], distance: f32) -> f32 {
    distance.max(0.0) + REST * (pair[1] - pair[0])
}

/// Which of `frames` frames (at least two) each place is shown at: first at the first, last at the last,
/// those between along the distance covered. A place whose frame is taken by another is left out (None).
pub(super) fn frames_of(places: &[f32], distances: &[f32], frames: usize) -> Vec<Option<usize>> {
    let weights = places.windows(2).zip(distances).map(|(p, d)| weight(p, *d));
    let mut covered = vec![0.0_f32];
    for weight in weights {
        covered.push(covered.last().copied().unwrap_or_default() + weight);
    }
    let whole = covered
        .last()
        .copied()
        .unwrap_or_default()
        .max(f32::MIN_POSITIVE);
    let last = frames.saturating_sub(1);
    let end = places.len() - 1;
    let mut taken = 0;
    covered
        .iter()
        .enumerate()
        .map(|(index, way)| {
            if index == 0 {
                return Some(0);
            }
            if index == end {
                return Some(last);
            }
            let frame = (way / whole * last as f32).round() as usize;
            let free = frame > taken && frame < last;
            if free {
                taken = frame;
            }
            free.then_some(frame)
        })
        .collect()
}

/// How much two pictures of one size differ: mean over all values, 0 to 1.
pub fn difference_of(before: &Picture, after: &Picture) -> f32 {
    difference(before.rgb(), after.rgb())
}

/// Mean difference of two pictures' values, 0 to 1.
pub(super) fn difference(a: &[u8], b: &[u8]) -> f32 {
    let sum: u64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    (sum as f64 / (a.len().max(1) as f64 * 255.0)) as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_way_is_halved_where_pictures_differ_most() {
        assert_eq!(widest(&[0.0, 0.5, 1.0], &[0.1, 0.4]), Some((1, 0.75)));
        assert_eq!(widest(&[0.0, 1.0], &[0.0]), Some((0, 0.5)));
        assert_eq!(widest(&[0.5, 0.501], &[1.0]), None);
    }

    #[test]
    fn a_picture_that_jumps_late_gets_its_frames_late() {
        // Nothing happens up to 0.8.
        let places = [0.0, 0.8, 0.9, 1.0];
        let frames = frames_of(&places, &[0.0, 0.5, 0.5], 41);
        assert_eq!(frames[0], Some(0));
        assert!(frames[1].is_none_or(|frame| frame <= 2), "{frames:?}");
        assert!(frames[2].unwrap().abs_diff(20) <= 2, "{frames:?}");
        assert_eq!(frames[3], Some(40));
    }

    proptest! {
        #[test]
        fn frames_rise_and_none_is_taken_twice(
            mut places in prop::collection::vec(0.001_f32..0.999, 0..20),
            distances in prop::collection::vec(0.0_f32..1.0, 21), frames in 2_usize..50,
        ) {
            places.sort_by(f32::total_cmp);
            places.insert(0, 0.0);
            places.push(1.0);
            let found = frames_of(&places, &distances[..places.len() - 1], frames);
            let shown: Vec<_> = found.iter().flatten().collect();
            prop_assert!(shown.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(found.first().copied().flatten(), Some(0));
            prop_assert_eq!(found.last().copied().flatten(), Some(frames - 1));
        }
    }
}
