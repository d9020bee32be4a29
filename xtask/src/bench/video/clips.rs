//! Held-out clips of the in-betweens' recipe as raw frames, and how near frames come to them.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::process;
use crate::workspace;

/// Width and height of the recipe's frames.
pub(super) const SIDE: usize = 128;
/// Bytes of one: red, green and blue.
pub(super) const FRAME: usize = SIDE * SIDE * 3;

#[derive(Debug, Deserialize)]
struct Listed {
    first: u64,
    count: usize,
    held_out: bool,
}

/// Every second frame is given, those between are to be found: raw frames, interleaved.
#[derive(Debug, Default)]
pub(super) struct Clip {
    pub(super) given: Vec<Vec<u8>>,
    pub(super) truth: Vec<Vec<u8>>,
}

/// Animations that are unpacked, of which one in ten is held out.
const UNPACKED: &str = "400";

/// Held-out clips, the same every time, spread over those that the recipe unpacks for this.
pub(super) fn held_out(python: &Path, cache: &Path, count: usize) -> Result<Vec<Clip>> {
    let data = &cache.join("bench-clips");
    let list = data.join("clips.json");
    if !list.exists() {
        println!("Unpacking animations for the comparison, which takes a minute.");
        process::run(
            Command::new(python)
                .args(["-m", "inbetween.data", "--clips", UNPACKED, "--out"])
                .arg(data)
                .current_dir(workspace::recipes())
                .env("QUARTET_CACHE", cache)
                .env("PYTHONDONTWRITEBYTECODE", "1"),
        )?;
    }
    let list = fs::read_to_string(&list).with_context(|| list.display().to_string())?;
    let listed: Vec<Listed> = serde_json::from_str(&list)?;
    let held: Vec<_> = listed
        .iter()
        .filter(|clip| clip.held_out && clip.count >= 9)
        .collect();
    let mut frames = File::open(data.join("frames.npy"))?;
    let begin = beginning(&mut frames)?;
    let step = (held.len() / count).max(1);
    held.into_iter()
        .step_by(step)
        .take(count)
        .map(|clip| read(&mut frames, begin, clip))
        .collect()
}

/// Where the numbers of an array file begin.
fn beginning(file: &mut File) -> Result<u64> {
    let mut head = [0; 10];
    file.read_exact(&mut head)?;
    ensure!(
        &head[..7] == b"\x93NUMPY\x01",
        "frames.npy is no array of version 1"
    );
    Ok(10 + u64::from(u16::from_le_bytes([head[8], head[9]])))
}

fn read(file: &mut File, begin: u64, clip: &Listed) -> Result<Clip> {
    file.seek(SeekFrom::Start(begin + clip.first * FRAME as u64))?;
    // An odd number: it begins and ends with one that is given.
    let count = clip.count - (clip.count + 1) % 2;
    let mut found = Clip::default();
    for index in 0..count {
        let mut planes = vec![0; FRAME];
        file.read_exact(&mut planes)?;
        let area = SIDE * SIDE;
        let frame = (0..area).flat_map(|at| [planes[at], planes[area + at], planes[2 * area + at]]);
        if index % 2 == 0 {
            found.given.push(frame.collect());
        } else {
            found.truth.push(frame.collect());
        }
    }
    Ok(found)
}

/// Decibels of every frame to be found that `film` (raw, twice as many frames a second, wherever it
/// begins) holds.
pub(super) fn judged(film: &[u8], clip: &Clip) -> Vec<f64> {
    let frames: Vec<&[u8]> = film.chunks_exact(FRAME).collect();
    let at = |index: usize, shift: isize| {
        let index = index.saturating_add_signed(shift);
        frames
            .get(index.min(frames.len().saturating_sub(1)))
            .copied()
    };
    let near = |shift: isize| -> f64 {
        let given = clip.given.iter().enumerate();
        let values = given.filter_map(|(index, frame)| Some(psnr(at(2 * index, shift)?, frame)));
        values.sum()
    };
    let shift = [0, -1, 1, -2, 2]
        .into_iter()
        .max_by(|a, b| near(*a).total_cmp(&near(*b)))
        .unwrap_or(0);
    let truth = clip.truth.iter().enumerate();
    truth
        .filter_map(|(index, frame)| Some(psnr(at(2 * index + 1, shift)?, frame)))
        .collect()
}

/// What fading from one given frame to the next reaches.
pub(super) fn blended(clip: &Clip) -> Vec<f64> {
    let pairs = clip.given.windows(2).zip(&clip.truth);
    pairs
        .map(|(pair, truth)| {
            let mixed = pair[0].iter().zip(&pair[1]);
            let mixed: Vec<u8> = mixed.map(|(a, b)| a.midpoint(*b)).collect();
            psnr(&mixed, truth)
        })
        .collect()
}

fn psnr(a: &[u8], b: &[u8]) -> f64 {
    let squares: f64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))
        .sum();
    10.0 * (255.0_f64.powi(2) / (squares / a.len().max(1) as f64).max(1e-3)).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(value: u8) -> Vec<u8> {
        vec![value; FRAME]
    }

    #[test]
    fn a_film_that_begins_later_is_compared_with_the_right_frames() {
        let clip = Clip {
            given: vec![grey(0), grey(20), grey(40)],
            truth: vec![grey(10), grey(30)],
        };
        let film: Vec<u8> = [0, 0, 10, 20, 30, 40].into_iter().flat_map(grey).collect();
        let found = judged(&film, &clip);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|decibels| *decibels > 70.0), "{found:?}");
        assert!(blended(&clip).iter().all(|decibels| *decibels > 70.0));
        let worse: Vec<u8> = [0, 0, 20, 20, 40].into_iter().flat_map(grey).collect();
        assert!(
            judged(&worse, &clip)
                .iter()
                .all(|decibels| *decibels < 30.0)
        );
    }
}
