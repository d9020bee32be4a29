//! Recorded runs: what the acts of a lesson ended with, in its folder, for when a run fails.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use quartet_studio::{Code, Failure, Language, Result, write_atomic};
use serde::{Deserialize, Serialize};

use super::{Outcome, Ran, StepRan};

/// Of a recorded run.
pub const MAX_RECORDED: u64 = 4_000_000;

/// What a recorded run's file holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// As the lesson names it.
    pub act: String,
    pub seconds: f64,
    pub outcome: Outcome,
}

/// Where the recorded run of a step lies in the lesson's folder: `recorded/en/five.json`.
pub fn recorded_file(language: Language, step: &str) -> String {
    format!("recorded/{}/{step}.json", language.code())
}

/// Writes what acts ended with into the folder of their lesson.
///
/// # Errors
/// `ExportFailed`.
pub fn record(folder: &Path, ran: &[Ran]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for ran in ran {
        for step in ran.steps.iter().filter(|step| is_told(&step.outcome)) {
            let file = folder.join(recorded_file(ran.language, &step.name));
            let failed = |error| Failure::at(Code::ExportFailed, &file, error);
            write(folder, &file, step).map_err(failed)?;
            files.push(file);
        }
    }
    Ok(files)
}

fn is_told(outcome: &Outcome) -> bool {
    !matches!(outcome, Outcome::Made { file: None, .. } | Outcome::Checked)
}

/// Whole or not at all, and never through a link out of the folder.
fn write(folder: &Path, file: &Path, step: &StepRan) -> io::Result<()> {
    let recorded = Recorded {
        act: step.act.to_owned(),
        seconds: step.seconds,
        outcome: step.outcome.clone(),
    };
    let text = serde_json::to_string_pretty(&recorded)?;
    let parent = file.parent().unwrap_or(folder);
    for within in [folder.join("recorded").as_path(), parent, file] {
        if within.is_symlink() {
            let reason = format!("{} is a link", within.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        }
    }
    fs::create_dir_all(parent)?;
    write_atomic(file, |out| writeln!(out, "{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran() -> Vec<Ran> {
        let step = |step, name: &str, outcome| StepRan {
            step,
            name: name.to_owned(),
            act: "text.ask",
            seconds: 1.5,
            outcome,
        };
        let text = Outcome::Text {
            model: "m".to_owned(),
            text: "你好".to_owned(),
            tokens: 2,
        };
        let model = "g".to_owned();
        vec![Ran {
            language: Language::Zh,
            steps: vec![
                step(1, "one", text),
                step(2, "step-2", Outcome::Made { model, file: None }),
            ],
            claims: Vec::new(),
        }]
    }

    #[test]
    fn what_was_recorded_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let files = record(folder.path(), &ran()).unwrap();
        assert_eq!(files, [folder.path().join("recorded/zh/one.json")]);
        let text = fs::read_to_string(&files[0]).unwrap();
        let recorded: Recorded = serde_json::from_str(&text).unwrap();
        assert_eq!(recorded.outcome, ran()[0].steps[0].outcome);
        // Again, in its place.
        assert_eq!(record(folder.path(), &ran()).unwrap(), files);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("recorded")).unwrap();
        let failure = record(folder.path(), &ran()).unwrap_err();
        assert_eq!(failure.code, Code::ExportFailed);
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
        // Nor is what the file itself leads to replaced.
        fs::remove_file(folder.path().join("recorded")).unwrap();
        fs::create_dir_all(folder.path().join("recorded/zh")).unwrap();
        let target = outside.path().join("target");
        fs::write(&target, "mine").unwrap();
        let file = folder.path().join("recorded/zh/one.json");
        std::os::unix::fs::symlink(&target, file).unwrap();
        assert!(record(folder.path(), &ran()).is_err());
        assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
    }
}
