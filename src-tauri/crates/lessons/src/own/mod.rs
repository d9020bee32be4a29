//! A person's own lessons while they write them: begun, kept, put away, carried to another computer.
//!
//! What passes the check is the folder's `lesson.toml`; what does not is kept beside it as a draft, so that nothing
//! that was written is lost, and nothing half written is run.

mod carried;
mod pictures;
#[cfg(test)]
mod tests;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use quartet_media::bounded::read_bounded;
use quartet_studio::{Code, Failure, LocalText, Result, portable_name, write_atomic};
use serde::{Deserialize, Serialize};
use specta::Type;

pub use carried::ImportedLesson;

use crate::{
    act::Need,
    beside::{FieldProblem, problems},
    check::{check, check_text, is_id},
    folder::{FILE, Folder, MAX_BYTES},
    lesson::{Go, Lesson, LessonMode, Part, SCHEMA, Step, Topic},
    problem::Problem,
    shelf::Shelf,
    write::write,
};

/// What is kept of a lesson that does not pass the check yet.
const DRAFT: &str = "draft.json";
/// Of that file: more than a lesson of any size takes.
const MAX_DRAFT: u64 = 4 * MAX_BYTES;
/// Where lessons are put that were deleted, to be taken back.
const DELETED: &str = ".deleted";
/// What a new lesson's folder is called, with a number where that is taken.
const NEW: &str = "my-lesson";
/// Nobody has so many.
const MOST: u32 = 10_000;

/// A lesson as it is being written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LessonDraft {
    /// The name of its folder.
    pub id: String,
    /// What nobody has written yet is empty.
    pub lesson: Lesson,
    /// What is wrong or missing; where there is nothing, this is what runs.
    pub problems: Vec<FieldProblem>,
}

/// What is kept of it.
#[derive(Serialize, Deserialize)]
struct Kept {
    lesson: Lesson,
}

fn unknown(id: &str) -> Failure {
    Failure::with(Code::LessonUnknown, &[("lesson", id)], "")
}

fn not_written(path: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::at(Code::LessonNotWritten, path, error)
}

/// What stands in a folder as a draft; none where there is none that could be read.
pub(crate) fn draft_in(folder: &Path) -> Option<Lesson> {
    let bytes = read_bounded(&folder.join(DRAFT), MAX_DRAFT).ok()?;
    let kept: Kept = serde_json::from_slice(&bytes).ok()?;
    Some(kept.lesson)
}

pub(crate) fn holds_draft(folder: &Path) -> bool {
    folder.join(DRAFT).symlink_metadata().is_ok()
}

impl Shelf {
    /// A new lesson of one's own: with nothing in it, or a copy of another, its pictures too.
    ///
    /// # Errors
    /// `LessonUnknown`, `LessonBroken`, `LessonNotWritten`.
    pub fn begin(&self, from: Option<&str>) -> Result<LessonDraft> {
        let source = match from {
            Some(id) => Some(self.find(id).ok_or_else(|| unknown(id))?),
            None => None,
        };
        let mut lesson = match &source {
            Some(folder) => copied(self.in_view(folder)?),
            None => blank(),
        };
        let id = self.free(NEW)?;
        let folder = self.own_place().join(&id);
        fs::create_dir_all(&folder).map_err(|error| not_written(&folder, error))?;
        if let Some(source) = &source {
            carried::copy_pictures(&lesson, source, &folder)?;
        }
        lesson.id.clone_from(&id);
        self.save(&id, lesson)
    }

    /// A lesson of one's own as it stands: its draft, else what runs.
    ///
    /// # Errors
    /// `LessonUnknown`, `LessonBroken`.
    pub fn open(&self, id: &str) -> Result<LessonDraft> {
        let place = self.own_folder(id)?;
        let folder = Folder::OnDisk(place);
        let mut lesson = self.in_view(&folder)?;
        id.clone_into(&mut lesson.id);
        Ok(LessonDraft {
            id: id.to_owned(),
            problems: problems(&lesson, Some(&folder)),
            lesson,
        })
    }

    /// Keeps what was written of a lesson of one's own: as what runs where the check finds nothing, else as a draft
    /// beside what ran before.
    ///
    /// # Errors
    /// `LessonUnknown`, `LessonNotWritten`, `LessonBroken` for what is too large to be kept.
    pub fn save(&self, id: &str, mut lesson: Lesson) -> Result<LessonDraft> {
        let place = self.own_folder(id)?;
        lesson.schema = SCHEMA;
        id.clone_into(&mut lesson.id);
        lesson.needs = needs(&lesson);
        let folder = Folder::OnDisk(place.clone());
        let mut problems = problems(&lesson, Some(&folder));
        let draft = place.join(DRAFT);
        if problems.is_empty() {
            match publish(&lesson, &folder, &place)? {
                None => remove(&draft).map_err(|error| not_written(&draft, error))?,
                Some(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            keep(&lesson, &folder, &draft)?;
        }
        let id = id.to_owned();
        Ok(LessonDraft {
            id,
            lesson,
            problems,
        })
    }

    /// Puts a lesson of one's own away; [`Shelf::take_back`] brings the last of its name back.
    ///
    /// # Errors
    /// `LessonUnknown`, `LessonNotWritten`.
    pub fn put_away(&self, id: &str) -> Result<()> {
        let place = self.own_folder(id)?;
        let bin = self.own_place().join(DELETED);
        let to = bin.join(id);
        let moved = fs::create_dir_all(&bin)
            .and_then(|()| clear(&to))
            .and_then(|()| fs::rename(&place, &to));
        moved.map_err(|error| not_written(&to, error))
    }

    /// Brings a lesson back that was put away.
    ///
    /// # Errors
    /// `LessonUnknown`, also where another has its name by now; `LessonNotWritten`.
    pub fn take_back(&self, id: &str) -> Result<()> {
        let from = self.own_place().join(DELETED).join(id);
        let to = self.own_place().join(id);
        if !is_id(id) || !is_folder(&from) || to.symlink_metadata().is_ok() {
            return Err(unknown(id));
        }
        fs::rename(&from, &to).map_err(|error| not_written(&to, error))
    }

    /// What somebody sees of a lesson: of one's own its draft, else what runs.
    pub(crate) fn in_view(&self, folder: &Folder) -> Result<Lesson> {
        let draft = match folder {
            Folder::OnDisk(path) => draft_in(path),
            Folder::BuiltIn(_) => None,
        };
        draft.map_or_else(|| check(folder).whole(folder), Ok)
    }

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

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|data| data.is_dir())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Takes away what lies at a path; behind a link nothing.
fn clear(path: &Path) -> io::Result<()> {
    if is_folder(path) {
        fs::remove_dir_all(path)
    } else {
        remove(path)
    }
}

/// What keeps it from being what runs, where the file as it was written is not the lesson.
fn publish(lesson: &Lesson, folder: &Folder, place: &Path) -> Result<Option<FieldProblem>> {
    let text = write(lesson);
    let checked = check_text(&text, Some(folder));
    if checked.lesson.as_ref() != Some(lesson) {
        let found = checked.findings.into_iter().next();
        let problem = found.map_or_else(
            || Problem::Internal("it is read otherwise than it was written".to_owned()),
            |finding| finding.problem,
        );
        return Ok(Some(FieldProblem::of_whole(&problem)));
    }
    let file = place.join(FILE);
    write_atomic(&file, |out| out.write_all(text.as_bytes()))
        .map_err(|error| not_written(&file, error))?;
    Ok(None)
}

fn keep(lesson: &Lesson, folder: &Folder, draft: &Path) -> Result<()> {
    let lesson = lesson.clone();
    let text = serde_json::to_string_pretty(&Kept { lesson });
    let text = text.map_err(|error| Failure::new(Code::Internal, error))?;
    if text.len() as u64 > MAX_DRAFT {
        let (path, detail) = (folder.told(FILE), "the draft is too large");
        let values = [("path", path.as_str()), ("count", "1")];
        return Err(Failure::with(Code::LessonBroken, &values, detail));
    }
    write_atomic(draft, |out| out.write_all(text.as_bytes()))
        .map_err(|error| not_written(draft, error))
}

/// What its acts need of models; what no act here asks for, somebody else wrote down.
fn needs(lesson: &Lesson) -> Vec<Need> {
    let acts = lesson.steps.iter().filter_map(|step| step.act.as_ref());
    let mut needs: Vec<_> = acts.filter_map(crate::act::Act::need).collect();
    let others = lesson.needs.iter().copied();
    needs.extend(others.filter(|need| matches!(need, Need::Transcription | Need::Upscale)));
    // What was written down stays in its order.
    let place = |need: &Need| lesson.needs.iter().position(|one| one == need);
    needs.sort_by_key(|need| (place(need).unwrap_or(usize::MAX), *need));
    needs.dedup();
    needs
}

/// A copy says that it is one.
fn copied(mut lesson: Lesson) -> Lesson {
    let LocalText { en, zh } = &mut lesson.title;
    for (title, end, most) in [(en, " (copy)", 120), (zh, "（副本）", 60)] {
        if !title.trim().is_empty() && title.chars().count() + end.chars().count() <= most {
            title.push_str(end);
        }
    }
    lesson
}

/// A lesson in which nothing is written yet, with one step.
fn blank() -> Lesson {
    let text = LocalText::default;
    Lesson {
        schema: SCHEMA,
        id: NEW.to_owned(),
        topic: Topic::Basics,
        minutes: 5,
        age: 10,
        mode: LessonMode::Supervised,
        needs: Vec::new(),
        models: Vec::new(),
        competences: Vec::new(),
        words: Vec::new(),
        title: text(),
        goal: text(),
        misconception: text(),
        teacher: None,
        claim: None,
        steps: vec![Step {
            id: Some("step-1".to_owned()),
            part: Part::Run,
            say: text(),
            picture: None,
            look: None,
            go: Go::Click,
            predict: None,
            act: None,
            broken: None,
            keep: None,
            compare: None,
        }],
    }
}
