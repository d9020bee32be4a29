//! Sounds by their names, and sound files read while they are heard.

use std::{path::Path, sync::Arc, thread};

use quartet_pipelines::audio::transcription::{SAMPLE_RATE, SoundFile, SoundSource};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::Sound;
use crate::{Code, Failure, JobId, Result};

/// Which sound is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum SoundId {
    /// What a job makes or made.
    Take { job: JobId },
    /// A work of the library.
    Work { id: String },
    /// A sound file that a person has.
    File { path: String },
}

/// A sound file as a sound that grows while it is read, at the rate that Whisper hears.
///
/// # Errors
/// `SoundGone`, `SoundUnreadable` where it is no sound file; what is found broken later ends the
/// sound there.
pub(crate) fn decode(path: &Path) -> Result<Arc<Sound>> {
    if !path.exists() {
        return Err(Failure::at(Code::SoundGone, path, ""));
    }
    let mut file = SoundFile::open(path)?;
    let sound = Arc::new(Sound::default());
    let growing = Arc::clone(&sound);
    thread::Builder::new()
        .name("quartet-decode".to_owned())
        .spawn(move || {
            let mut block = Vec::new();
            while !growing.is_abandoned() && file.read(&mut block).unwrap_or(false) {
                growing.append(SAMPLE_RATE, &block);
                block.clear();
            }
            growing.end();
        })
        .map_err(|error| Failure::new(Code::Internal, error))?;
    Ok(sound)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::sound::Pcm;

    #[test]
    fn a_file_is_read_while_it_is_heard_and_what_is_none_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tone.wav");
        let samples = vec![0.25; 48_000];
        let wav = quartet_pipelines::audio::wav(&samples, 48_000).unwrap();
        std::fs::write(&path, wav).unwrap();
        let sound = decode(&path).unwrap();
        let since = Instant::now();
        while !sound.is_ended() && since.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_millis(5));
        }
        let length = |pcm: &Pcm| pcm.samples.len().abs_diff(16_000);
        assert!(sound.is_ended() && sound.with(length) <= 1);
        std::fs::write(&path, "no sound").unwrap();
        assert_eq!(decode(&path).unwrap_err().code, Code::SoundUnreadable);
        let missing = decode(&folder.path().join("gone.wav")).unwrap_err();
        assert_eq!(missing.code, Code::SoundGone);
    }
}
