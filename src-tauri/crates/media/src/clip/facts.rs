//! What a clip says of itself.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{open, source::not_a_film};
use crate::{Result, TICKS_PER_SECOND, data_url};

/// What a clip says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ClipFacts {
    /// The file's name, or the work's title.
    pub name: String,
    /// `GIF`, `APNG`, `WebP`, `Y4M`, `H.264`, `PNG, JPEG, …` for pictures.
    pub format: String,
    pub width: u32,
    pub height: u32,
    /// None where the file does not say and is too long to be counted at once.
    pub frames: Option<u32>,
    /// How long it lasts; estimated from its beginning where that is all that was read.
    pub seconds: Option<f64>,
    /// The mean of what was read.
    pub fps: f64,
    /// Whether its frames are shown for different lengths of time.
    pub variable: bool,
    /// Its first frame as a `data:` address, small.
    pub poster: String,
}

/// A clip is read for so long to be described; what was not read is estimated.
const LOOK: Duration = Duration::from_secs(1);
/// Lengths of frames that differ by less are the same: files round to hundredths of a second.
const SAME: u64 = TICKS_PER_SECOND / 80;

/// Describes the clip at the paths.
///
/// # Errors
/// Those of the readers.
pub fn facts(paths: &[PathBuf], fps: u32, name: String) -> Result<ClipFacts> {
    let began = Instant::now();
    let mut source = open(paths, fps)?;
    let first = source.frame()?;
    let first = first.ok_or_else(|| not_a_film("it has no frames"))?;
    let poster = data_url::frame(&first.picture);
    let (width, height) = (first.picture.width(), first.picture.height());
    let (mut read, mut ticks) = (1_u32, first.ticks);
    let (mut shortest, mut longest) = (first.ticks, first.ticks);
    let mut whole = false;
    while began.elapsed() < LOOK {
        let Some(frame) = source.frame()? else {
            whole = true;
            break;
        };
        read += 1;
        ticks += frame.ticks;
        shortest = shortest.min(frame.ticks);
        longest = longest.max(frame.ticks);
    }
    let frames = if whole { Some(read) } else { source.frames() };
    let seconds = ticks as f64 / TICKS_PER_SECOND as f64;
    let fps = f64::from(read) / seconds.max(f64::MIN_POSITIVE);
    Ok(ClipFacts {
        name,
        format: source.format().to_owned(),
        width,
        height,
        frames,
        seconds: frames.map(|frames| f64::from(frames) / fps),
        fps,
        variable: longest - shortest > SAME,
        poster,
    })
}
