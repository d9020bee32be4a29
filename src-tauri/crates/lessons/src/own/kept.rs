//! A lesson of one's own while it is written: begun, opened, kept, put away.

use std::{fs, io, path::Path};

use quartet_studio::{Code, Failure, LocalText, Result, write_atomic};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    carried,
    place::{NEW, clear, in_view, is_folder, not_written, remove, unknown},
};
use crate::{
    act::{Act, Need},
    beside::{FieldProblem, problems},
    check::{check_text, is_id},
    draft::{DRAFT, keep_draft},
    folder::{FILE, Folder},
    lesson::{Go, Lesson, LessonMode, Part, SCHEMA, Step, Topic},
    problem::Problem,
    shelf::Shelf,
    write::write,
};

/// Where lessons are put that were deleted, to be taken back.
const DELETED: &str = ".deleted";

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
            Some(folder) => copied(in_view(folder)?),
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
        let mut lesson = in_view(&folder)?;
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
            keep_draft(&place, &lesson).map_err(|error| match error.kind() {
                io::ErrorKind::FileTooLarge => too_large(&folder, &error),
                _ => not_written(&draft, error),
            })?;
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

fn too_large(folder: &Folder, error: &io::Error) -> Failure {
    let path = folder.told(FILE);
    let values = [("path", path.as_str()), ("count", "1")];
    Failure::with(Code::LessonBroken, &values, error)
}

/// What its acts need of models; what no act here asks for, somebody else wrote down.
fn needs(lesson: &Lesson) -> Vec<Need> {
    let acts = lesson.steps.iter().filter_map(|step| step.act.as_ref());
    let mut needs: Vec<_> = acts.filter_map(Act::need).collect();
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
pub(super) fn blank() -> Lesson {
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
