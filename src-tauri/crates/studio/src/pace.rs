//! What a picture will take, told before it is made: learned from the pictures before it.
//!
//! One measurement is kept for each size that a model has drawn. What was never measured is told
//! from the nearest size that was, by proportion; what no run has shown is not made up.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What is asked of a model, as far as it decides what it will take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImageAsked {
    /// In pixels, as the model draws.
    pub width: u32,
    pub height: u32,
    /// Steps that will be made: fewer than asked where there is a picture to start from.
    pub steps: u32,
    pub count: u32,
    /// Whether the network is asked twice, with the prompt and without.
    pub guided: bool,
    pub previews: bool,
    /// How much the pictures are enlarged afterwards; 1: not at all.
    pub factor: u32,
}

/// What it will take.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImagePromise {
    /// None until a picture of the model was made on this computer.
    pub seconds: Option<f64>,
    /// What the models and what they compute with take together.
    pub memory_mb: u32,
    /// Whether the memory was measured in an earlier run.
    pub measured: bool,
}

/// What a job was promised to take, from the moment its model was loaded, and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImageCost {
    pub promised: ImagePromise,
    pub seconds: f64,
    /// None where other models came and went beside it: then nobody can tell.
    pub memory_mb: Option<u32>,
}

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace {
    /// What the network computed at a time: pictures, twice as many where guided.
    pub(crate) rows: u32,
    /// Of one picture.
    pub(crate) pixels: u64,
    pub(crate) previews: bool,
    /// Seconds of each run whatever its steps: reading the prompt, loading parts in turn.
    pub(crate) fixed: f64,
    pub(crate) per_step: f64,
    pub(crate) per_picture: f64,
    /// In bytes, from before the model was loaded to its most.
    pub(crate) memory: Option<u64>,
}

impl Pace {
    fn size(&self) -> f64 {
        f64::from(self.rows.max(1)) * self.pixels.max(1) as f64
    }

    /// The same size, measured again: the middle of both times, so that one disturbed run is outlived, and
    /// the larger memory, because what earlier models left behind makes a measurement too small.
    #[must_use]
    pub(crate) fn blended(self, before: &Self) -> Self {
        let middle = |a: f64, b: f64| f64::midpoint(a, b);
        Self {
            fixed: middle(self.fixed, before.fixed),
            per_step: middle(self.per_step, before.per_step),
            per_picture: middle(self.per_picture, before.per_picture),
            memory: self.memory.max(before.memory),
            ..self
        }
    }
}

/// What is asked, as the network sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    /// Computed at a time.
    pub(crate) rows: u32,
    /// Of one picture.
    pub(crate) pixels: u64,
    /// Runs a step.
    pub(crate) batches: u32,
    pub(crate) steps: u32,
    pub(crate) count: u32,
    pub(crate) previews: bool,
}

impl ImageAsked {
    /// `together`: whether the model computes several pictures in one run.
    pub(crate) fn work(&self, together: bool) -> Work {
        let count = self.count.max(1);
        let (at_once, batches) = if together { (count, 1) } else { (1, count) };
        Work {
            rows: at_once * if self.guided { 2 } else { 1 },
            pixels: u64::from(self.width) * u64::from(self.height),
            batches,
            steps: self.steps,
            count,
            previews: self.previews,
        }
    }
}

impl Work {
    /// What memory grows with.
    pub(crate) fn size(&self) -> u64 {
        u64::from(self.rows) * self.pixels.max(1)
    }
}

/// Seconds, and bytes where an earlier run showed them.
pub(crate) type Prediction = (f64, Option<u64>);

/// What work takes, from the measurement that is nearest to it. `reckon` says, in bytes, what work of
/// so many rows and pixels takes by its shapes: measured memory grows and shrinks as that does. None
/// without a measurement.
pub(crate) fn predict(
    paces: &[Pace],
    work: &Work,
    reckon: impl Fn(u32, u64) -> u64,
) -> Option<Prediction> {
    let (size, pixels) = (work.size() as f64, work.pixels.max(1) as f64);
    let distance = |pace: &Pace| {
        let previews = if pace.previews == work.previews {
            0.0
        } else {
            2.0
        };
        off(pace.size(), size) + off(pace.pixels.max(1) as f64, pixels) + previews
    };
    let nearest = nearest(paces.iter(), distance)?;
    let scale = size / nearest.size();
    let larger = pixels / nearest.pixels.max(1) as f64;
    let seconds = nearest.fixed
        + nearest.per_step * f64::from(work.steps) * f64::from(work.batches) * scale
        + nearest.per_picture * f64::from(work.count) * larger;
    Some((
        seconds,
        memory(paces, (work.rows, work.pixels), distance, reckon),
    ))
}

/// What it takes to make `count` pictures of so many pixels `factor` times as large: they go one
/// after the other. Its measurements hold the factor in the place of rows.
pub(crate) fn predict_enlarging(
    paces: &[Pace],
    pixels: u64,
    count: u32,
    factor: u32,
    reckon: impl Fn(u32, u64) -> u64,
) -> Option<Prediction> {
    let wanted = pixels.max(1) as f64;
    let distance = |pace: &Pace| {
        let other = if pace.rows == factor { 0.0 } else { 2.0 };
        off(pace.pixels.max(1) as f64, wanted) + other
    };
    let near = nearest(paces.iter(), distance)?;
    let seconds = near.per_picture * wanted / near.pixels.max(1) as f64;
    let memory = memory(paces, (factor, pixels), distance, reckon);
    Some((seconds * f64::from(count.max(1)), memory))
}

/// What a film of so many drawn and so many frames in all takes: its measurements hold seconds a drawn
/// picture in the place of steps, and seconds a frame for all the rest. Memory does not grow with its
/// length.
pub(crate) fn predict_film(
    paces: &[Pace],
    pixels: u64,
    keys: u32,
    frames: u32,
) -> Option<Prediction> {
    let wanted = pixels.max(1) as f64;
    let distance = |pace: &Pace| off(pace.pixels.max(1) as f64, wanted);
    let near = nearest(paces.iter(), distance)?;
    let larger = wanted / near.pixels.max(1) as f64;
    let seconds = near.per_step * f64::from(keys) + near.per_picture * f64::from(frames) * larger;
    let weighed = paces.iter().filter(|pace| pace.memory.is_some());
    let memory = nearest(weighed, distance).and_then(|pace| pace.memory);
    Some((seconds, memory))
}

/// What the nearest measurement took; of another size in the proportion of what both are reckoned to
/// take, and no less than that: a measurement is too small where earlier models left memory behind.
fn memory(
    paces: &[Pace],
    (rows, pixels): (u32, u64),
    distance: impl Fn(&Pace) -> f64,
    reckon: impl Fn(u32, u64) -> u64,
) -> Option<u64> {
    let near = nearest(paces.iter().filter(|pace| pace.memory.is_some()), distance)?;
    let measured = near.memory?;
    if (near.rows, near.pixels) == (rows, pixels) {
        return Some(measured);
    }
    let reckoned = reckon(rows, pixels);
    let share = reckoned as f64 / reckon(near.rows, near.pixels).max(1) as f64;
    Some(reckoned.max((measured as f64 * share) as u64))
}

fn off(found: f64, wanted: f64) -> f64 {
    (found / wanted).ln().abs()
}

fn nearest<'a>(
    paces: impl Iterator<Item = &'a Pace>,
    distance: impl Fn(&Pace) -> f64,
) -> Option<Pace> {
    paces
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(side: u32, steps: u32, count: u32) -> ImageAsked {
        ImageAsked {
            width: side,
            height: side,
            steps,
            count,
            guided: true,
            previews: true,
            factor: 1,
        }
    }

    fn pace(side: u64, count: u32) -> Pace {
        Pace {
            rows: count * 2,
            pixels: side * side,
            previews: true,
            fixed: 1.0,
            per_step: 0.5,
            per_picture: 2.0,
            memory: Some(1_500),
        }
    }

    /// Weights of 1000, and 500 for two rows of 512 x 512.
    fn reckon(rows: u32, pixels: u64) -> u64 {
        1000 + 250 * u64::from(rows) * pixels / (512 * 512)
    }

    fn seconds(paces: &[Pace], asked: ImageAsked) -> f64 {
        predict(paces, &asked.work(true), reckon).unwrap().0
    }

    #[test]
    fn what_was_measured_is_promised_again() {
        assert!((seconds(&[pace(512, 1)], asked(512, 20, 1)) - 13.0).abs() < 1e-9);
        let (_, memory) = predict(&[pace(512, 1)], &asked(512, 20, 1).work(true), reckon).unwrap();
        assert_eq!(memory, Some(1500));
    }

    #[test]
    fn another_size_is_told_in_proportion_and_weights_do_not_grow() {
        let paces = [pace(512, 1)];
        // Half the side is a quarter of the work; the fixed part stays.
        assert!((seconds(&paces, asked(256, 20, 1)) - (1.0 + 2.5 + 0.5)).abs() < 1e-9);
        let four = seconds(&paces, asked(512, 20, 4));
        assert!((four - (1.0 + 40.0 + 8.0)).abs() < 1e-9, "{four}");
        let (_, memory) = predict(&paces, &asked(512, 1, 2).work(true), reckon).unwrap();
        assert_eq!(memory, Some(2000));
    }

    #[test]
    fn pictures_that_go_one_by_one_take_time_and_no_more_memory() {
        let work = asked(512, 20, 4).work(false);
        let (seconds, memory) = predict(&[pace(512, 1)], &work, reckon).unwrap();
        assert!((seconds - (1.0 + 40.0 + 8.0)).abs() < 1e-9, "{seconds}");
        assert_eq!(memory, Some(1500));
    }

    #[test]
    fn enlarging_is_told_by_the_pixel() {
        let measured = Pace {
            rows: 4,
            ..pace(64, 1)
        };
        let (seconds, memory) =
            predict_enlarging(&[measured], 128 * 128, 2, 4, |_, pixels| pixels / 4).unwrap();
        assert!((seconds - 2.0 * 4.0 * 2.0).abs() < 1e-9, "{seconds}");
        assert_eq!(memory, Some(6000));
        assert_eq!(predict_enlarging(&[], 1, 1, 4, reckon), None);
    }

    #[test]
    fn a_film_is_told_by_its_drawings_and_its_frames() {
        let measured = Pace {
            rows: 1,
            ..pace(256, 1)
        };
        // Half a second a drawing, two seconds a frame; four times the pixels.
        let (seconds, memory) = predict_film(&[measured], 512 * 512, 4, 10).unwrap();
        assert!((seconds - (2.0 + 80.0)).abs() < 1e-9, "{seconds}");
        assert_eq!(memory, Some(1500));
        assert_eq!(predict_film(&[], 1, 1, 1), None);
    }

    #[test]
    fn the_nearest_measurement_counts() {
        let quick = Pace {
            per_step: 0.1,
            ..pace(256, 1)
        };
        let paces = [pace(512, 1), quick];
        assert!(seconds(&paces, asked(256, 10, 1)) < 4.5);
        assert_eq!(predict(&[], &asked(256, 10, 1).work(true), reckon), None);
    }

    #[test]
    fn one_disturbed_run_is_outlived() {
        let disturbed = Pace {
            per_step: 4.5,
            memory: None,
            ..pace(512, 1)
        };
        let after = pace(512, 1).blended(&disturbed.blended(&pace(512, 1)));
        assert!((after.per_step - 1.5).abs() < 1e-9);
        assert_eq!(after.memory, Some(1500));
    }
}
