//! Sound files that a page was given: it gets the content of a dropped file, not its path.
//!
//! They arrive in parts, since a recording may be larger than a message, and stay for a day.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use quartet_pipelines::audio::transcription::{SoundFile, SoundSource as _};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Code, Failure, Result};

const KEPT: Duration = Duration::from_hours(24);

/// Some bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SoundPart {
    /// What the file is called where it comes from.
    pub name: String,
    pub base64: String,
    /// What the first part's answer was; none for the first.
    pub to: Option<PathBuf>,
    /// Whether the file is whole with it.
    pub last: bool,
}

/// Writes a part under `folder` and returns the file it went into. With the last one the file is tried:
/// what is no sound does not stay.
///
/// # Errors
/// `RecordingNotSaved`, `SoundUnreadable`; `SoundGone` for a file that is not one of these.
pub fn import(folder: &Path, part: &SoundPart) -> Result<PathBuf> {
    let bytes = STANDARD
        .decode(&part.base64)
        .map_err(|error| Failure::new(Code::SoundUnreadable, error))?;
    let path = match &part.to {
        Some(path) if is_in(path, folder) => path.clone(),
        Some(path) => {
            return Err(Failure::at(
                Code::SoundGone,
                path,
                "it is not being brought",
            ));
        }
        None => {
            sweep(folder);
            let path = folder
                .join(quartet_media::labels::new_id().to_string())
                .join(name(part));
            create(&path).map_err(|error| Failure::at(Code::RecordingNotSaved, &path, error))?;
            path
        }
    };
    let written = OpenOptions::new()
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(&bytes));
    let kept = written
        .map_err(|error| Failure::at(Code::RecordingNotSaved, &path, error))
        .and_then(|()| if part.last { try_out(&path) } else { Ok(()) });
    if let Err(failure) = kept {
        // What cannot be removed now is swept another day.
        let _ = path.parent().map(fs::remove_dir_all);
        return Err(failure);
    }
    Ok(path)
}

fn create(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    File::create_new(path).map(drop)
}

/// Whether a path is `folder/*/*`, whatever it is spelled like.
fn is_in(path: &Path, folder: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    let above = real(path).and_then(|path| Some(path.parent()?.parent()?.to_owned()));
    above.is_some() && above == real(folder)
}

/// A name that every system takes, with its ending, which says what kind of sound it is.
fn name(part: &SoundPart) -> String {
    let path = Path::new(&part.name);
    let clean = |text: Option<&std::ffi::OsStr>, most: usize| -> String {
        let text = text.unwrap_or_default().to_string_lossy();
        let keep = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let kept: String = text.chars().filter(keep).take(most).collect();
        kept.trim().to_owned()
    };
    let (stem, ending) = (clean(path.file_stem(), 40), clean(path.extension(), 5));
    let stem = if stem.is_empty() { "sound" } else { &stem };
    if ending.is_empty() {
        stem.to_owned()
    } else {
        format!("{stem}.{ending}")
    }
}

/// Whether there is a sample in it.
fn try_out(path: &Path) -> Result<()> {
    SoundFile::open(path)?.read(&mut Vec::new())?;
    Ok(())
}

fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > KEPT) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, bytes: &[u8], to: Option<PathBuf>, last: bool) -> SoundPart {
        SoundPart {
            name: name.to_owned(),
            base64: STANDARD.encode(bytes),
            to,
            last,
        }
    }

    fn tone() -> Vec<u8> {
        let samples: Vec<f32> = (0..4000).map(|n| (n as f32 * 0.1).sin() * 0.5).collect();
        quartet_pipelines::audio::wav(&samples, 16_000).unwrap()
    }

    #[test]
    fn a_file_comes_in_parts_and_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let wav = tone();
        let (head, tail) = wav.split_at(1000);
        let path = import(folder.path(), &part("my talk.wav", head, None, false)).unwrap();
        let end = part("my talk.wav", tail, Some(path.clone()), true);
        assert_eq!(import(folder.path(), &end), Ok(path.clone()));
        assert!(path.ends_with("my talk.wav"));
        assert_eq!(fs::read(path).unwrap(), wav);
    }

    #[test]
    fn what_is_no_sound_is_refused_and_does_not_stay() {
        let folder = tempfile::tempdir().unwrap();
        for bytes in [&b""[..], b"MZ this is a program", &tone()[..30]] {
            let failure = import(folder.path(), &part("x.mp3", bytes, None, true)).unwrap_err();
            assert_eq!(failure.code, Code::SoundUnreadable);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        }
        let mut odd = part("x.wav", b"", None, true);
        odd.base64 = "§".to_owned();
        let failure = import(folder.path(), &odd).unwrap_err();
        assert_eq!(failure.code, Code::SoundUnreadable);
    }

    #[test]
    fn other_files_are_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("dropped");
        import(&inside, &part("a.wav", &tone(), None, false)).unwrap();
        let theirs = folder.path().join("theirs/x.wav");
        fs::create_dir(theirs.parent().unwrap()).unwrap();
        fs::write(&theirs, "untouched").unwrap();
        for path in [
            theirs.clone(),
            inside.join("../theirs/x.wav"),
            "/no/such".into(),
        ] {
            let failure = import(&inside, &part("a.wav", b"?", Some(path), false)).unwrap_err();
            assert_eq!(failure.code, Code::SoundGone);
        }
        assert_eq!(fs::read_to_string(theirs).unwrap(), "untouched");
    }

    #[test]
    fn names_are_made_harmless() {
        let named = |text| name(&part(text, b"", None, false));
        assert_eq!(named("../../etc/pass wd.WAV"), "pass wd.WAV");
        assert_eq!(named("会议:录音?.m4a"), "会议录音.m4a");
        assert_eq!(named(".."), "sound");
        assert_eq!(named(""), "sound");
    }
}
