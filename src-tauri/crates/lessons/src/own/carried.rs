//! Lessons that are carried from one computer to another: a folder on a stick. What comes is a stranger's.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use quartet_studio::{Code, Failure, Language, Result, write_atomic};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::place::{clear, in_view, is_folder, not_written};
use crate::{
    beside::problems,
    check::{MAX_PICTURE, check, check_text},
    draft::holds_draft,
    folder::{Denied, FILE, Folder, MAX_BYTES},
    lesson::Lesson,
    problem::{LessonProblem, Problem},
    run::{MAX_RECORDED, recorded_file},
    shelf::Shelf,
    write::write,
};

/// What became of a folder that somebody chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportedLesson {
    /// What it is called here; none where it was not taken in.
    pub id: Option<String>,
    /// What is wrong with it, each with its line.
    pub problems: Vec<LessonProblem>,
}

impl Shelf {
    /// Writes a lesson of one's own into a new folder, which is there whole or not at all.
    ///
    /// # Errors
    /// `LessonUnknown`, `LessonDraft` while something is missing in it, `LessonBroken`, `LessonNotWritten`.
    pub fn export(&self, id: &str, to: &Path) -> Result<()> {
        let place = self.own_folder(id)?;
        let folder = Folder::OnDisk(place.clone());
        if holds_draft(&place) {
            let lesson = in_view(&folder)?;
            let count = problems(&lesson, Some(&folder)).len().to_string();
            let values = [("lesson", id), ("count", count.as_str())];
            return Err(Failure::with(Code::LessonDraft, &values, ""));
        }
        let lesson = check(&folder).whole(&folder)?;
        let text = read(&folder, FILE, MAX_BYTES)?.unwrap_or_default();
        arrive(to, |part| fill(part, &text, &lesson, &folder))
    }

    /// Takes in a lesson out of a folder that somebody chose, or out of the one folder in it, once nothing is wrong
    /// with it. Where its name is taken it gets another.
    ///
    /// # Errors
    /// `LessonNotWritten`.
    pub fn import(&self, from: &Path) -> Result<ImportedLesson> {
        let folder = Folder::OnDisk(lesson_in(from));
        let checked = check(&folder);
        let file = folder.told(FILE);
        // On a stick a folder may be called anything.
        let wrong = checked.findings.iter();
        let wrong: Vec<_> = wrong
            .filter(|finding| !matches!(finding.problem, Problem::WrongId { .. }))
            .collect();
        let text = read(&folder, FILE, MAX_BYTES)?.and_then(|bytes| String::from_utf8(bytes).ok());
        let text = text.unwrap_or_default();
        let lesson = check_text(text.trim_start_matches('\u{feff}'), None).lesson;
        let Some(mut lesson) = lesson.filter(|_| wrong.is_empty()) else {
            let problems = wrong.iter().map(|finding| finding.told(&file)).collect();
            return Ok(ImportedLesson { id: None, problems });
        };
        let id = self.free(&lesson.id)?;
        let text = if id == lesson.id {
            text
        } else {
            lesson.id.clone_from(&id);
            write(&lesson)
        };
        let to = self.own_place().join(&id);
        fs::create_dir_all(self.own_place()).map_err(|error| not_written(&to, error))?;
        arrive(&to, |part| fill(part, text.as_bytes(), &lesson, &folder))?;
        Ok(ImportedLesson {
            id: Some(id),
            problems: Vec::new(),
        })
    }
}

/// The folder itself, or the only one in it that holds a lesson.
fn lesson_in(from: &Path) -> PathBuf {
    let holds = |folder: &Path| folder.join(FILE).symlink_metadata().is_ok();
    if holds(from) {
        return from.to_owned();
    }
    let inside = fs::read_dir(from).into_iter().flatten().flatten();
    let mut inside = inside
        .map(|entry| entry.path())
        .filter(|folder| is_folder(folder) && holds(folder));
    match (inside.next(), inside.next()) {
        (Some(only), None) => only,
        _ => from.to_owned(),
    }
}

/// A folder that is filled under another name, and gets its own once all is in it.
fn arrive(to: &Path, fill: impl FnOnce(&Path) -> io::Result<()>) -> Result<()> {
    let failed = |error: io::Error| not_written(to, error);
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let part = to.with_file_name(format!(".{name}.{}.partial", std::process::id()));
    clear(&part)
        .and_then(|()| fs::create_dir(&part))
        .map_err(failed)?;
    let filled = fill(&part).and_then(|()| {
        if to.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(&part, to)
    });
    filled.map_err(|error| {
        // Half a lesson is none; what cannot be taken away either is told with the rest.
        let _ = clear(&part);
        failed(error)
    })
}

fn fill(part: &Path, text: &[u8], lesson: &Lesson, from: &Folder) -> io::Result<()> {
    for (name, most) in named(lesson) {
        let bytes = match from.read(&name, most) {
            Ok(bytes) => bytes,
            // A step need not have been recorded, and what was checked a moment ago may be gone.
            Err(Denied::Missing) => continue,
            Err(denied) => return Err(io::Error::other(format!("{name}: {denied:?}"))),
        };
        let path = part.join(&name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        write_atomic(&path, |out| out.write_all(&bytes))?;
    }
    write_atomic(&part.join(FILE), |out| out.write_all(text))
}

/// The files beside `lesson.toml` that belong to a lesson, and how large each may be.
fn named(lesson: &Lesson) -> Vec<(String, u64)> {
    let mut names = Vec::new();
    for (index, step) in lesson.steps.iter().enumerate() {
        names.extend(step.picture.iter().map(|path| (path.clone(), MAX_PICTURE)));
        let step = step.name(index);
        let languages = [Language::En, Language::Zh];
        names.extend(languages.map(|one| (recorded_file(one, &step), MAX_RECORDED)));
    }
    names
}

/// The pictures of a lesson, into the folder of its copy.
pub(super) fn copy_pictures(lesson: &Lesson, from: &Folder, to: &Path) -> Result<()> {
    for path in lesson.steps.iter().filter_map(|step| step.picture.as_ref()) {
        let Some(bytes) = read(from, path, MAX_PICTURE)? else {
            continue;
        };
        let file = to.join(path);
        let folder = file.parent().unwrap_or(to);
        fs::create_dir_all(folder)
            .and_then(|()| write_atomic(&file, |out| out.write_all(&bytes)))
            .map_err(|error| not_written(&file, error))?;
    }
    Ok(())
}

/// None where it is not there, or no file that a lesson may name: the check tells that.
fn read(folder: &Folder, file: &str, most: u64) -> Result<Option<Vec<u8>>> {
    match folder.read(file, most) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Denied::Missing | Denied::Outside | Denied::TooLarge) => Ok(None),
        Err(Denied::System(error)) if error.kind() == io::ErrorKind::IsADirectory => Ok(None),
        Err(Denied::System(error)) => {
            let path = folder.told(file);
            let values = [("path", path.as_str())];
            Err(Failure::with(Code::LessonFile, &values, error))
        }
    }
}
