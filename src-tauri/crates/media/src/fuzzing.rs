//! Ways into the readers of hostile files, for the targets in `fuzz/`. The readers of sounds and clips take
//! paths, because what they read is long: each input is written to a temporary file.

#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is how a target says that it found something"
)]

use std::{fs, io::Cursor, path::PathBuf};

use crate::{SoundFile, SoundSource, clip, labels};

/// A frame may be 64 MB: a few show that reading goes on.
const FRAMES: usize = 6;
/// Ten minutes at Whisper's rate.
const SAMPLES: usize = 10 * 60 * 16_000;

/// A film, or a picture that is taken for one of a single frame.
pub fn clip(input: &[u8]) {
    let Ok(file) = Temporary::holding(input) else {
        return;
    };
    let Ok(mut clip) = clip::open(std::slice::from_ref(&file.0), 24) else {
        return;
    };
    for _ in 0..FRAMES {
        let Ok(Some(frame)) = clip.frame() else {
            return;
        };
        assert!(frame.ticks > 0);
        assert!(frame.picture.width().max(frame.picture.height()) <= clip::CLIP_LIMIT);
    }
}

/// A sound file.
pub fn sound(input: &[u8]) {
    let Ok(file) = Temporary::holding(input) else {
        return;
    };
    let Ok(mut sound) = SoundFile::open(&file.0) else {
        return;
    };
    let mut samples = Vec::new();
    while samples.len() < SAMPLES && matches!(sound.read(&mut samples), Ok(true)) {}
    assert!(samples.iter().all(|sample| sample.is_finite()));
}

/// A file of any kind that may say that an AI made it.
pub fn label(input: &[u8]) {
    labels::read(&mut Cursor::new(input));
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    if let Some((_, content)) = labels::text::read(text) {
        assert!(text.contains(content));
    }
}

/// A file that goes with its value.
struct Temporary(PathBuf);

impl Temporary {
    fn holding(input: &[u8]) -> std::io::Result<Self> {
        let thread = format!("{:?}", std::thread::current().id());
        let name = format!("quartet-fuzz-{}-{thread}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, input)?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Calls `target` with every input of its corpus.
#[cfg(test)]
fn replay(name: &str, target: fn(&[u8])) {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fuzz/corpus");
    let mut count = 0;
    for entry in fs::read_dir(corpus.join(name)).unwrap() {
        target(&fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0, "no corpus for {name}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_that_fuzzing_made() {
        replay("clip", clip);
    }

    #[test]
    fn labels_that_fuzzing_made() {
        replay("label", label);
    }

    #[test]
    fn a_label_of_every_format_is_among_the_seeds() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fuzz/corpus");
        for seed in [
            "another",
            "ours.gif",
            "ours.jpg",
            "ours.mid",
            "ours.mp4",
            "ours.png",
            "ours.webp",
            "sound.flac",
            "ours.wav",
        ] {
            let claim = labels::read_file(&corpus.join("label").join(seed));
            assert!(
                claim.is_some_and(|claim| claim.aigc["Label"] == "1"),
                "{seed}"
            );
        }
    }

    #[test]
    fn sounds_that_fuzzing_made() {
        replay("sound", sound);
    }
}
