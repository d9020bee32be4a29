//! Where a person's own lessons lie: their folders, names that are free, what is told when the disk refuses.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use quartet_studio::{Code, Failure, Result, portable_name};

use crate::{
    check::{check, is_id},
    draft::draft_in,
    folder::Folder,
    lesson::Lesson,
    shelf::Shelf,
};

/// What a new lesson's folder is called, with a number where that is taken.
pub(super) const NEW: &str = "my-lesson";
/// Nobody has so many.
const MOST: u32 = 10_000;

pub(super) fn unknown(id: &str) -> Failure {
    Failure::with(Code::LessonUnknown, &[("lesson", id)], "")
}

pub(super) fn not_written(path: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::at(Code::LessonNotWritten, path, error)
}

/// What somebody sees of a lesson: of one's own its draft, else what runs.
pub(super) fn in_view(folder: &Folder) -> Result<Lesson> {
    let draft = match folder {
        Folder::OnDisk(path) => draft_in(path),
        Folder::BuiltIn(_) => None,
    };
    draft.map_or_else(|| check(folder).whole(folder), Ok)
}

impl Shelf {
    /// The folder of a lesson of one's own: no link, and nowhere else.
    pub(crate) fn own_folder(&self, id: &str) -> Result<PathBuf> {
        let folder = self.own_place().join(id);
        if is_id(id) && is_folder(&folder) {
            Ok(folder)
        } else {
            Err(unknown(id))
        }
    }

    /// A name that no lesson has.
    pub(crate) fn free(&self, wished: &str) -> Result<String> {
        // Some that systems keep for devices.
        let wished = if is_id(wished) && portable_name(wished, NEW) == wished {
            wished
        } else {
            NEW
        };
        let built_in: Vec<_> = Folder::built_in().iter().filter_map(Folder::name).collect();
        let is_free = |name: &String| {
            is_id(name)
                && !built_in.contains(name)
                && self.own_place().join(name).symlink_metadata().is_err()
        };
        let mut names = (1..MOST).map(|count| numbered(wished, count));
        let place = self.own_place();
        names
            .find(is_free)
            .ok_or_else(|| not_written(place, "there are too many lessons"))
    }
}

/// `a`, `a-2`, `a-3`; cut where it would be longer than an id.
fn numbered(wished: &str, count: u32) -> String {
    if count == 1 {
        return wished.to_owned();
    }
    let end = format!("-{count}");
    let start: String = wished.chars().take(40 - end.len()).collect();
    format!("{start}{end}")
}

pub(super) fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|data| data.is_dir())
}

pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Takes away what lies at a path; behind a link nothing.
pub(super) fn clear(path: &Path) -> io::Result<()> {
    if is_folder(path) {
        fs::remove_dir_all(path)
    } else {
        remove(path)
    }
}
