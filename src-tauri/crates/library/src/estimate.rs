//! What a run will take, estimated from the runs before it.
//!
//! A size that was never measured is estimated from the nearest one that was, by proportion; what no run
//! has shown is not made up.

use crate::{Measurement, RunTiming};

/// What is asked of a model that draws, as the network sees it.
#[derive(Debug, Clone, Copy)]
pub struct Workload {
    /// Computed at a time: pictures, twice as many where guided.
    pub rows: u32,
    /// Of one picture.
    pub pixels: u64,
    /// Runs a step.
    pub batches: u32,
    pub steps: u32,
    /// Pictures in all.
    pub count: u32,
    pub previews: bool,
}

impl Workload {
    /// What memory grows with.
    pub fn size(&self) -> u64 {
        u64::from(self.rows) * self.pixels.max(1)
    }
}

/// What a run will take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub seconds: f64,
    /// In bytes; none where no earlier run showed it.
    pub memory: Option<u64>,
}

/// What drawing takes, from the measurement that is nearest to it. `model_bytes` computes, in bytes, what a run
/// of some rows and pixels takes by its shapes: measured memory grows and shrinks as that does. None
/// without a measurement.
pub fn drawing(
    timings: &[RunTiming],
    work: &Workload,
    model_bytes: impl Fn(u32, u64) -> u64,
) -> Option<Estimate> {
    let (size, pixels) = (work.size() as f64, work.pixels.max(1) as f64);
    let distance = |timing: &RunTiming| match timing.measurement {
        Measurement::Draw { rows, previews, .. } => {
            let other = if previews == work.previews { 0.0 } else { 2.0 };
            Some(off(drawn(rows, timing), size) + off(area(timing), pixels) + other)
        }
        _ => None,
    };
    let near = nearest(timings.iter(), distance)?;
    let Measurement::Draw {
        rows,
        fixed,
        per_step,
        per_picture,
        ..
    } = near.measurement
    else {
        return None;
    };
    let scale = size / drawn(rows, near);
    let larger = pixels / area(near);
    let seconds = fixed
        + per_step * f64::from(work.steps) * f64::from(work.batches) * scale
        + per_picture * f64::from(work.count) * larger;
    let memory = memory(timings, (work.rows, work.pixels), distance, model_bytes);
    Some(Estimate { seconds, memory })
}

/// What it takes to make `count` pictures of `pixels` pixels `factor` times as wide and high, one after
/// the other. `model_bytes` gets the factor in the place of rows.
pub fn upscaling(
    timings: &[RunTiming],
    pixels: u64,
    count: u32,
    factor: u32,
    model_bytes: impl Fn(u32, u64) -> u64,
) -> Option<Estimate> {
    let wanted = pixels.max(1) as f64;
    let distance = |timing: &RunTiming| match timing.measurement {
        Measurement::Upscale { factor: other, .. } => {
            let other = if other == factor { 0.0 } else { 2.0 };
            Some(off(area(timing), wanted) + other)
        }
        _ => None,
    };
    let near = nearest(timings.iter(), distance)?;
    let Measurement::Upscale { seconds, .. } = near.measurement else {
        return None;
    };
    Some(Estimate {
        seconds: seconds * wanted / area(near) * f64::from(count.max(1)),
        memory: memory(timings, (factor, pixels), distance, model_bytes),
    })
}

/// What a film of `keys` drawn pictures and `frames` frames in all takes. Memory does not grow
/// with its length.
pub fn film(timings: &[RunTiming], pixels: u64, keys: u32, frames: u32) -> Option<Estimate> {
    let wanted = pixels.max(1) as f64;
    let distance = |timing: &RunTiming| match timing.measurement {
        Measurement::Film { .. } => Some(off(area(timing), wanted)),
        _ => None,
    };
    let near = nearest(timings.iter(), distance)?;
    let Measurement::Film { per_key, per_frame } = near.measurement else {
        return None;
    };
    let weighed = timings.iter().filter(|timing| timing.memory.is_some());
    let larger = wanted / area(near);
    Some(Estimate {
        seconds: per_key * f64::from(keys) + per_frame * f64::from(frames) * larger,
        memory: nearest(weighed, distance).and_then(|timing| timing.memory),
    })
}

/// What the nearest measurement took; of another size in the proportion of what both are computed to
/// take, and no less than that: a measurement is too small where earlier models left memory behind.
fn memory(
    timings: &[RunTiming],
    (rows, pixels): (u32, u64),
    distance: impl Fn(&RunTiming) -> Option<f64>,
    model_bytes: impl Fn(u32, u64) -> u64,
) -> Option<u64> {
    let weighed = timings.iter().filter(|timing| timing.memory.is_some());
    let near = nearest(weighed, distance)?;
    let measured = near.memory?;
    let near_rows = match near.measurement {
        Measurement::Draw { rows, .. } => rows,
        Measurement::Upscale { factor, .. } => factor,
        Measurement::Film { .. } => 1,
    };
    if (near_rows, near.pixels) == (rows, pixels) {
        return Some(measured);
    }
    let modelled = model_bytes(rows, pixels);
    let share = modelled as f64 / model_bytes(near_rows, near.pixels).max(1) as f64;
    Some(modelled.max((measured as f64 * share) as u64))
}

/// Of one picture.
fn area(timing: &RunTiming) -> f64 {
    timing.pixels.max(1) as f64
}

/// Of all that is computed at a time.
fn drawn(rows: u32, timing: &RunTiming) -> f64 {
    f64::from(rows.max(1)) * area(timing)
}

fn off(found: f64, wanted: f64) -> f64 {
    (found / wanted).ln().abs()
}

/// The measurement at the least distance; none of those that have no distance, being of another kind.
fn nearest<'a>(
    timings: impl Iterator<Item = &'a RunTiming>,
    distance: impl Fn(&RunTiming) -> Option<f64>,
) -> Option<&'a RunTiming> {
    timings
        .filter_map(|timing| Some((distance(timing)?, timing)))
        .min_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, timing)| timing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(side: u64, steps: u32, count: u32) -> Workload {
        Workload {
            rows: count * 2,
            pixels: side * side,
            batches: 1,
            steps,
            count,
            previews: true,
        }
    }

    fn timing(side: u64, measurement: Measurement) -> RunTiming {
        RunTiming {
            pixels: side * side,
            memory: Some(1_500),
            measurement,
        }
    }

    fn drew(side: u64, per_step: f64) -> RunTiming {
        let measurement = Measurement::Draw {
            rows: 2,
            previews: true,
            fixed: 1.0,
            per_step,
            per_picture: 2.0,
        };
        timing(side, measurement)
    }

    /// Weights of 1000, and 500 for two rows of 512 x 512.
    fn model_bytes(rows: u32, pixels: u64) -> u64 {
        1000 + 250 * u64::from(rows) * pixels / (512 * 512)
    }

    fn estimate(timings: &[RunTiming], work: Workload) -> Estimate {
        drawing(timings, &work, model_bytes).unwrap()
    }

    #[track_caller]
    fn same(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found}");
    }

    #[test]
    fn what_was_measured_is_expected_again() {
        let again = estimate(&[drew(512, 0.5)], asked(512, 20, 1));
        same(again.seconds, 13.0);
        assert_eq!(again.memory, Some(1500));
    }

    #[test]
    fn another_size_is_estimated_in_proportion_and_weights_do_not_grow() {
        let timings = [drew(512, 0.5)];
        // Half the side is a quarter of the work; the fixed part stays.
        same(
            estimate(&timings, asked(256, 20, 1)).seconds,
            1.0 + 2.5 + 0.5,
        );
        same(
            estimate(&timings, asked(512, 20, 4)).seconds,
            1.0 + 40.0 + 8.0,
        );
        assert_eq!(estimate(&timings, asked(512, 1, 2)).memory, Some(2000));
    }

    #[test]
    fn pictures_that_go_one_by_one_take_time_and_no_more_memory() {
        let one_by_one = Workload {
            rows: 2,
            batches: 4,
            ..asked(512, 20, 4)
        };
        let four = estimate(&[drew(512, 0.5)], one_by_one);
        same(four.seconds, 1.0 + 40.0 + 8.0);
        assert_eq!(four.memory, Some(1500));
    }

    #[test]
    fn enlarging_is_estimated_by_the_pixel() {
        let enlarged = Measurement::Upscale {
            factor: 4,
            seconds: 2.0,
        };
        // Drawing measured at the very size says nothing about it.
        let timings = [drew(128, 0.5), timing(64, enlarged)];
        let large = upscaling(&timings, 128 * 128, 2, 4, |_, pixels| pixels / 4).unwrap();
        same(large.seconds, 2.0 * 4.0 * 2.0);
        assert_eq!(large.memory, Some(6000));
        assert_eq!(upscaling(&[], 1, 1, 4, model_bytes), None);
    }

    #[test]
    fn a_film_is_estimated_by_its_drawings_and_its_frames() {
        let filmed = Measurement::Film {
            per_key: 0.5,
            per_frame: 2.0,
        };
        // Half a second a drawing, two seconds a frame; four times the pixels.
        let estimate = film(&[timing(256, filmed)], 512 * 512, 4, 10).unwrap();
        same(estimate.seconds, 2.0 + 80.0);
        assert_eq!(estimate.memory, Some(1500));
        assert_eq!(film(&[], 1, 1, 1), None);
    }

    #[test]
    fn the_nearest_measurement_counts() {
        let timings = [drew(512, 0.5), drew(256, 0.1)];
        assert!(estimate(&timings, asked(256, 10, 1)).seconds < 4.5);
        assert_eq!(drawing(&[], &asked(256, 10, 1), model_bytes), None);
    }
}
