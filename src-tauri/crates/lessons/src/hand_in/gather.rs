//! All hand-ins of a folder, each file with what is wrong with it; none stops the rest.

use std::{
    collections::HashMap,
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use quartet_studio::{Code, Failure, Language, Result};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    read::{HandInFile, read},
    table::{HandInProblem, HandInTable, table},
    types::{HandIn, Results},
};

/// Looked at in one folder.
const MOST_FILES: usize = 10_000;
/// Learning platforms give each learner a folder, and put those of a class into one.
const MOST_DEEP: usize = 4;

/// How far the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReadProgress {
    pub done: u32,
    pub total: u32,
}

/// Reads the hand-ins in and below a folder, or a single one, into a table with the words of a language. Links are
/// not followed, and what systems put into folders by themselves is passed over.
///
/// # Errors
/// `HandInUnreadable` for the folder itself, `Cancelled` where `watch` breaks.
pub fn gather(
    folder: &Path,
    language: Language,
    mut watch: impl FnMut(ReadProgress) -> ControlFlow<()>,
) -> Result<HandInTable> {
    let mut found = Found::default();
    let unreadable = |error: io::Error| Failure::at(Code::HandInUnreadable, folder, error);
    if fs::metadata(folder).map_err(unreadable)?.is_file() {
        let name = folder.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        found.files.push((name, folder.to_owned()));
    } else {
        fs::read_dir(folder).map_err(unreadable)?;
        found.walk(folder, "", 0);
    }
    let total = found.files.len() as u32;
    let mut problems = found.problems;
    if found.is_cut {
        let limit = MOST_FILES.to_string();
        let path = folder.display().to_string();
        let values = [("limit", limit.as_str()), ("path", path.as_str())];
        problems.push(HandInProblem {
            file: String::new(),
            failure: Failure::with(Code::HandInsTooMany, &values, ""),
        });
    }
    let mut hand_ins: Vec<HandInFile> = Vec::new();
    let mut known: HashMap<String, String> = HashMap::new();
    for (done, (file, path)) in found.files.into_iter().enumerate() {
        let done = done as u32;
        if watch(ReadProgress { done, total }).is_break() {
            return Err(Failure::new(Code::Cancelled, ""));
        }
        let failure = match read_if_page(&path, &file) {
            Ok(mut read) => match known.get(&read.digest) {
                None => {
                    known.insert(read.digest.clone(), file);
                    slim(&mut read.hand_in);
                    hand_ins.push(read);
                    continue;
                }
                Some(other) => {
                    let values = [("path", file.as_str()), ("other", other.as_str())];
                    Failure::with(Code::HandInTwice, &values, "")
                }
            },
            Err(failure) => failure,
        };
        problems.push(HandInProblem { file, failure });
    }
    Ok(table(&hand_ins, problems, total, language))
}

/// What the table does not show is let go at once: there may be thousands.
fn slim(hand_in: &mut HandIn) {
    for run in &mut hand_in.runs {
        run.result = Results::Gone;
        run.prompts = Vec::new();
        run.say = String::new();
    }
    for one in &mut hand_in.predictions {
        one.came = String::new();
    }
}

/// Only pages are opened: what else lies there may be a film of an hour.
fn read_if_page(path: &Path, file: &str) -> Result<HandInFile> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    if ["html", "htm"]
        .iter()
        .any(|page| ending.eq_ignore_ascii_case(page))
    {
        read(path, file.to_owned())
    } else {
        let reason = "its name does not end in .html";
        Err(Failure::at(Code::HandInForeign, Path::new(file), reason))
    }
}

#[derive(Default)]
struct Found {
    /// By the names that are told.
    files: Vec<(String, PathBuf)>,
    problems: Vec<HandInProblem>,
    is_cut: bool,
}

impl Found {
    fn walk(&mut self, folder: &Path, within: &str, deep: usize) {
        let mut entries: Vec<_> = match fs::read_dir(folder) {
            // A folder of a million files is not put in order either.
            Ok(entries) => entries.flatten().take(MOST_FILES + 1).collect(),
            Err(error) => {
                let failure = Failure::at(Code::HandInUnreadable, Path::new(within), error);
                let file = within.to_owned();
                return self.problems.push(HandInProblem { file, failure });
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if self.files.len() >= MOST_FILES {
                self.is_cut = true;
                return;
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_of_system(&name) {
                continue;
            }
            let file = if within.is_empty() {
                name
            } else {
                format!("{within}/{name}")
            };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && deep < MOST_DEEP => {
                    self.walk(&entry.path(), &file, deep + 1);
                }
                Ok(kind) if kind.is_file() => self.files.push((file, entry.path())),
                _ => {
                    let path = Path::new(&file);
                    let reason = "it is a link, a device, or a folder too deep";
                    let failure = Failure::at(Code::HandInForeign, path, reason);
                    self.problems.push(HandInProblem { file, failure });
                }
            }
        }
    }
}

/// Hidden files, and those that file managers leave.
fn is_of_system(name: &str) -> bool {
    name.starts_with('.')
        || ["__macosx", "thumbs.db", "desktop.ini"].contains(&name.to_lowercase().as_str())
}
