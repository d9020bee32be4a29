//! Sound files that a page was given: it gets the content of a dropped file, not its path.
//!
//! They arrive in parts, since a recording may be larger than a message, and stay for a day.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use quartet_library::private;
use quartet_pipelines::audio::transcription::{SoundFile, SoundSource as _};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Code, Failure, Result, file_names::portable_name};

const KEPT: Duration = Duration::from_hours(24);
/// Far longer than a large file takes to arrive.
const KEPT_UNPARSED: Duration = Duration::from_mins(30);

/// What a file is called that has not been read yet. It has no ending that another program opens.
const UNPARSED: &str = "unparsed";

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

/// Writes a part under `folder` and returns the file it went into: under a name that says nothing until
/// the last part, with which it is tried and gets its own. What is no sound does not stay, nor what was
/// begun and not ended.
///
/// # Errors
/// `RecordingNotSaved`, `SoundUnreadable`; `SoundGone` for a file that is not one of these.
pub fn import(folder: &Path, part: &SoundPart) -> Result<PathBuf> {
    let bytes = STANDARD
        .decode(&part.base64)
        .map_err(|error| Failure::new(Code::SoundUnreadable, error))?;
    let path = match &part.to {
        Some(path) if is_in(path, folder) && path.ends_with(UNPARSED) => path.clone(),
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
                .join(UNPARSED);
            create(&path).map_err(|error| Failure::at(Code::RecordingNotSaved, &path, error))?;
            path
        }
    };
    let written = OpenOptions::new()
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(&bytes));
    let not_saved = |error: std::io::Error| Failure::at(Code::RecordingNotSaved, &path, error);
    let kept = written.map_err(not_saved).and_then(|()| {
        if !part.last {
            return Ok(path.clone());
        }
        try_out(&path)?;
        let whole = path.with_file_name(portable_name(&part.name, "sound"));
        fs::rename(&path, &whole).map_err(not_saved)?;
        Ok(whole)
    });
    if kept.is_err() {
        // What cannot be removed now is swept another day.
        let _ = path.parent().map(fs::remove_dir_all);
    }
    kept
}

fn create(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), private::create_folder)?;
    private::options()
        .write(true)
        .create_new(true)
        .open(path)
        .map(drop)
}

/// Whether a path is `folder/*/*`, whatever it is spelled like.
fn is_in(path: &Path, folder: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    let above = real(path).and_then(|path| Some(path.parent()?.parent()?.to_owned()));
    above.is_some() && above == real(folder)
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
        let kept = if entry.path().join(UNPARSED).exists() {
            KEPT_UNPARSED
        } else {
            KEPT
        };
        if age.is_some_and(|age| age > kept) {
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
        let path = import(folder.path(), &end).unwrap();
        assert!(path.ends_with("my talk.wav"));
        assert_eq!(fs::read(path).unwrap(), wav);
    }

    #[test]
    fn what_is_no_sound_is_refused_and_does_not_stay() {
        let folder = tempfile::tempdir().unwrap();
        for (bytes, code) in [
            (&b""[..], Code::InputEmpty),
            (b"MZ this is a program", Code::SoundUnreadable),
            (&tone()[..30], Code::SoundUnreadable),
        ] {
            let failure = import(folder.path(), &part("x.mp3", bytes, None, true)).unwrap_err();
            assert_eq!(failure.code, code);
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
    fn what_was_not_parsed_has_no_name_that_another_program_opens() {
        let folder = tempfile::tempdir().unwrap();
        let path = import(folder.path(), &part("x.exe", b"MZ", None, false)).unwrap();
        assert!(path.ends_with(UNPARSED) && path.extension().is_none());
        // A file that has its name is whole: nothing is added to it.
        let whole = import(folder.path(), &part("../con.wav", &tone(), None, true)).unwrap();
        assert!(whole.ends_with("con_.wav"), "{whole:?}");
        let more = part("x.wav", b"more", Some(whole), false);
        assert_eq!(
            import(folder.path(), &more).unwrap_err().code,
            Code::SoundGone
        );
    }
}
