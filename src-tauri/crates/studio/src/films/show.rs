//! Clips and kept films, read to be looked at.

use std::{path::PathBuf, sync::Arc, thread};

use quartet_media::clip;
use quartet_pipelines::video::{FrameKind, TICKS_PER_SECOND, difference};

use super::proxy_store::{Film, FrameMark};
use crate::{Code, Failure, Result};

/// Reads a clip into its film, on a thread of its own, until nobody looks any more. `keys` says when key
/// frames begin, in thousandths of a second; none: all are.
///
/// # Errors
/// Those of the readers for its beginning; what is broken later ends it there.
pub(crate) fn show(
    film: &Arc<Film>,
    paths: Vec<PathBuf>,
    fps: u32,
    keys: Option<Vec<u32>>,
) -> Result<()> {
    // Readers do not cross threads: opened once to find what is wrong, and again to be read.
    let first = clip::open(&paths, fps)?.frame()?;
    if let Some(first) = first {
        let mut facts = film.facts();
        (facts.width, facts.height) = (first.picture.width(), first.picture.height());
    }
    let film = Arc::clone(film);
    thread::Builder::new()
        .name("quartet-proxies".to_owned())
        .spawn(move || {
            if let Ok(mut source) = clip::open(&paths, fps) {
                let (mut before, mut ticks) = (None, 0);
                while !film.is_abandoned()
                    && let Ok(Some(frame)) = source.frame()
                {
                    let begin = milliseconds(ticks);
                    ticks += frame.ticks;
                    film.proxies.announce(FrameMark {
                        seconds: frame.ticks as f64 / TICKS_PER_SECOND as f64,
                        frame: kind(keys.as_deref(), begin, milliseconds(ticks)),
                        difference: before
                            .as_ref()
                            .map_or(0.0, |before| difference(before, &frame.picture)),
                    });
                    film.proxies.put(&frame.picture);
                    before = Some(frame.picture);
                }
            }
            film.proxies.end();
        })
        .map_err(|error| Failure::new(Code::Internal, error))?;
    Ok(())
}

fn milliseconds(ticks: u64) -> u32 {
    (ticks * 1000 / TICKS_PER_SECOND) as u32
}

/// What a frame is that is shown from `begin` to `end`.
fn kind(keys: Option<&[u32]>, begin: u32, end: u32) -> FrameKind {
    // Files round to hundredths of a second.
    const ROUNDING: u32 = 6;
    let Some(keys) = keys else {
        return FrameKind::Key;
    };
    let next = keys.partition_point(|&key| key + ROUNDING < begin);
    match keys.get(next) {
        Some(&key) if key + ROUNDING < end.max(begin + 1) => FrameKind::Key,
        after => {
            let before = keys.get(next.wrapping_sub(1)).copied().unwrap_or(0);
            let after = after.copied().unwrap_or(end);
            let whole = after.saturating_sub(before).max(1) as f32;
            FrameKind::Between {
                time: (begin.saturating_sub(before) as f32 / whole).clamp(0.0, 1.0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_frames_are_found_again_by_when_they_begin() {
        let keys = [0, 166, 333];
        let of = |begin, end| kind(Some(&keys), begin, end);
        assert_eq!(of(0, 42), FrameKind::Key);
        assert!(matches!(of(83, 125), FrameKind::Between { time } if (time - 0.5).abs() < 0.01));
        // A GIF's hundredths.
        assert_eq!(of(170, 210), FrameKind::Key);
        assert_eq!(of(330, 370), FrameKind::Key);
        assert!(matches!(of(210, 250), FrameKind::Between { .. }));
        assert_eq!(kind(None, 5, 6), FrameKind::Key);
    }
}
