//! Reads a hand-in from its file, which may be anything.

use std::{
    io,
    path::{Path, PathBuf},
};

use quartet_media::bounded::read_bounded;
use quartet_studio::{Code, Failure, Result};
use serde::Deserialize;

use super::types::{HAND_IN_SCHEMA, HandIn, MAX_HAND_IN, Prediction};
use crate::folder::sha256;

/// What stands before the data: the sha256 of it and, after a space, that of the page before this.
pub const START: &str = "<script type=\"application/json\" id=\"quartet-hand-in\" data-sha256=\"";
/// What stands behind the data.
pub const END: &str = "</script>";

/// Of the two hashes and what ends the tag.
const HASHES: usize = 64 + 1 + 64 + 2;

/// No lesson has more steps, no prediction more choices.
const MOST_STEPS: usize = 200;
const MOST_CHOICES: usize = 5;
/// More than Quartet writes.
const MOST_RUNS: usize = 1000;

/// A hand-in and where it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct HandInFile {
    /// In the folder that was read, with forward slashes.
    pub file: String,
    pub path: PathBuf,
    pub hand_in: HandIn,
    /// sha256 of its data.
    pub digest: String,
    /// The page around the data is not the one that was written.
    pub is_changed: bool,
}

/// sha256 of text, in hexadecimal.
pub fn digest(text: &str) -> String {
    sha256(text.as_bytes())
}

/// Reads one file, called `file` in what is told.
///
/// # Errors
/// `HandInUnreadable`, `HandInTooLarge`, `HandInForeign`, `HandInDamaged`, `HandInNewer`.
pub fn read(path: &Path, file: String) -> Result<HandInFile> {
    let failed = |code, detail: String| Failure::at(code, Path::new(&file), detail);
    let bytes = read_bounded(path, MAX_HAND_IN).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => failed(Code::HandInTooLarge, error.to_string()),
        _ => failed(Code::HandInUnreadable, error.to_string()),
    })?;
    let damaged = |detail: &str| failed(Code::HandInDamaged, detail.to_owned());
    let foreign = |detail: &str| failed(Code::HandInForeign, detail.to_owned());
    let text = String::from_utf8(bytes).map_err(|_| foreign("it is no UTF-8"))?;
    let (page, rest) = text
        .split_once(START)
        .ok_or_else(|| foreign("it holds no data"))?;
    if rest.contains(START) {
        return Err(damaged("it holds data twice"));
    }
    let hashes = rest.get(..HASHES).filter(|hashes| hashes.ends_with("\">"));
    let hashes = hashes.ok_or_else(|| damaged("its hash is cut short"))?;
    let (of_data, of_page) = (&hashes[..64], &hashes[65..129]);
    let (data, _) = rest[HASHES..]
        .split_once(END)
        .ok_or_else(|| damaged("it is cut short"))?;
    let digest = digest(data);
    if digest != of_data {
        return Err(damaged("its hash is another"));
    }
    let is_changed = sha256(page.as_bytes()) != of_page;
    let version: Version =
        serde_json::from_str(data).map_err(|error| damaged(&error.to_string()))?;
    if version.schema > HAND_IN_SCHEMA {
        return Err(failed(
            Code::HandInNewer,
            format!("schema {}", version.schema),
        ));
    }
    let hand_in: HandIn =
        serde_json::from_str(data).map_err(|error| damaged(&error.to_string()))?;
    wrong(&hand_in).map_or(Ok(()), |reason| Err(damaged(reason)))?;
    Ok(HandInFile {
        path: path.to_owned(),
        hand_in,
        digest,
        is_changed,
        file,
    })
}

#[derive(Deserialize)]
struct Version {
    schema: u32,
}

/// What Quartet would not have written: the hash of a file made by hand may be right.
fn wrong(hand_in: &HandIn) -> Option<&'static str> {
    let of_steps = [
        hand_in.predictions.len(),
        hand_in.reflections.len(),
        hand_in.lesson.steps as usize,
    ];
    let is_wrong = |one: &Prediction| {
        one.choices.len() > MOST_CHOICES
            || one.said as usize >= one.choices.len()
            || one
                .right
                .is_some_and(|right| right as usize >= one.choices.len())
    };
    if hand_in.schema == 0 || of_steps.into_iter().any(|count| count > MOST_STEPS) {
        Some("it has more steps than lessons have")
    } else if hand_in.runs.len() > MOST_RUNS {
        Some("it has more runs than Quartet writes")
    } else if hand_in.predictions.iter().any(is_wrong) {
        Some("a choice is none of those that there were")
    } else if hand_in.lesson.id.is_empty() {
        Some("it names no lesson")
    } else {
        None
    }
}
