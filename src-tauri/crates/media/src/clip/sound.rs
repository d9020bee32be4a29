//! A clip's sound, for films that last as long as the clip.

use std::{
    fs::File,
    io::{Read, Seek},
    path::PathBuf,
    sync::Arc,
};

use mp4_atom::{Codec, Decode};

use super::{
    container::{self, Container},
    mp4::{Edit, Movie, Track},
};
use crate::{
    EncodedSound, TICKS_PER_SECOND,
    bounded::open_regular,
    sound::{EncodedSample, Heard},
};

/// What is heard with a clip.
#[derive(Debug, Clone)]
pub enum ClipSound {
    /// It can be copied into an MP4 file as it is.
    Encoded(Arc<EncodedSound>),
    /// It cannot: how it is encoded, or what it lies in.
    Other(String),
}

/// What is said of tracks stands at a file's beginning.
const LOOKED_AT: u64 = 1 << 20;

/// What is heard with the clip at the paths; None for silent ones, and for what is no film.
pub fn sound(paths: &[PathBuf]) -> Option<ClipSound> {
    let [path] = paths else { return None };
    let mut file = open_regular(path).ok()?;
    let mut head = Vec::new();
    file.by_ref().take(LOOKED_AT).read_to_end(&mut head).ok()?;
    file.rewind().ok()?;
    let start = head.get(..container::HEAD as usize).unwrap_or(&head);
    let names = |name: &[u8]| head.windows(name.len()).any(|found| found == name);
    match Container::of(start) {
        Container::Mp4 => of_mp4(file),
        Container::Matroska => names(b"A_").then(|| ClipSound::Other("MKV".to_owned())),
        Container::Avi => names(b"auds").then(|| ClipSound::Other("AVI".to_owned())),
        _ => None,
    }
}

fn of_mp4(mut file: File) -> Option<ClipSound> {
    let movie = Movie::read(&mut file).ok()?;
    let track = movie.track(*b"soun")?;
    let first = track.samples.first()?.time;
    let codec = Codec::decode(&mut &track.entry[..]).ok();
    let codec = codec.filter(|codec| {
        matches!(
            codec,
            Codec::Mp4a(_)
                | Codec::Mp3(_)
                | Codec::Opus(_)
                | Codec::Flac(_)
                | Codec::Ac3(_)
                | Codec::Eac3(_)
        )
    });
    let Some(codec) = codec else {
        return Some(ClipSound::Other(name(&track.entry)));
    };
    let samples = track.samples.iter().map(|sample| EncodedSample {
        begin: sample.begin,
        size: sample.size,
        duration: sample.duration,
    });
    let samples: Vec<_> = samples.collect();
    let length = samples
        .iter()
        .map(|sample| u64::from(sample.duration))
        .sum();
    Some(ClipSound::Encoded(Arc::new(EncodedSound {
        heard: heard(&movie, track, first, length),
        file: Arc::new(file),
        codec,
        clock: track.clock,
        samples,
    })))
}

fn name(entry: &[u8]) -> String {
    match entry.get(4..8) {
        Some(
            b"sowt" | b"twos" | b"lpcm" | b"raw " | b"NONE" | b"in24" | b"in32" | b"fl32" | b"fl64"
            | b"ipcm" | b"fpcm",
        ) => "PCM".to_owned(),
        Some(b"alac") => "Apple Lossless".to_owned(),
        Some(name) => format!("“{}”", name.escape_ascii().to_string().trim()),
        None => "an unknown encoding".to_owned(),
    }
}

/// What is heard from the moment on when the first frame is seen. The copy's clock begins with the first
/// sample, at `first`, and ends after `length`.
fn heard(movie: &Movie, track: &Track, first: i64, length: u64) -> Vec<Heard> {
    let clock = u128::from(track.clock);
    let ticks = |units: u64| (u128::from(units) * u128::from(TICKS_PER_SECOND) / clock) as u64;
    // Pictures without edits are seen from their first frame on, whenever that is.
    let ahead = movie.track(*b"vide").map_or(0, |pictures| {
        let times = pictures.samples.iter().map(|sample| sample.time);
        let begin = times.min().filter(|_| is_unedited(pictures)).unwrap_or(0);
        (i128::from(begin) * i128::from(track.clock) / i128::from(pictures.clock)) as i64
    });
    if is_unedited(track) {
        let late = first.saturating_sub(ahead);
        let rest = |from: u64| Heard {
            ticks: ticks(length.saturating_sub(from)),
            from: Some(from),
        };
        return match late {
            0 => Vec::new(),
            1.. => {
                let silence = Heard {
                    ticks: ticks(late.unsigned_abs()),
                    from: None,
                };
                vec![silence, rest(0)]
            }
            _ => vec![rest(late.unsigned_abs().min(length))],
        };
    }
    let mut heard = Vec::new();
    let mut ahead = ahead;
    for edit in &track.edits {
        heard.extend(edited(
            edit,
            movie.clock,
            (first, length),
            &mut ahead,
            &ticks,
        ));
    }
    heard
}

fn is_unedited(track: &Track) -> bool {
    !track.edits.iter().any(|edit| edit.from.is_some())
}

fn edited(
    edit: &Edit,
    clock: u32,
    (first, length): (i64, u64),
    ahead: &mut i64,
    ticks: &impl Fn(u64) -> u64,
) -> Option<Heard> {
    let long = u128::from(edit.duration) * u128::from(TICKS_PER_SECOND) / u128::from(clock);
    let long = u64::try_from(long).unwrap_or(u64::MAX);
    let Some(from) = edit.from else {
        return Some(Heard {
            ticks: long,
            from: None,
        });
    };
    let from = i64::try_from(from)
        .unwrap_or(i64::MAX)
        .saturating_sub(first);
    let from = u64::try_from(from.saturating_add(std::mem::take(ahead))).unwrap_or(0);
    // In a file that is cut short, less is left than the list says.
    let most = ticks(length.saturating_sub(from));
    let long = if edit.duration == 0 {
        most
    } else {
        long.min(most)
    };
    (long > 0).then_some(Heard {
        ticks: long,
        from: Some(from),
    })
}
