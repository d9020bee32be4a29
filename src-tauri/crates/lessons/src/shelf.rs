//! All lessons that there are: those built in, and a person's own in the data folder.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use quartet_studio::{Code, Failure, Language, LocalText, Result};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    beside::{FieldProblem, problems},
    check::{Checked, MAX_PICTURE, check},
    draft::{draft_in, holds_draft},
    folder::{FILE, Folder},
    lesson::Lesson,
    problem::{Finding, LessonProblem, Problem},
    run::{MAX_RECORDED, recorded_file},
};

/// Of a person's own; more are not listed.
const MOST_OWN: usize = 500;

/// Where a lesson comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    BuiltIn,
    Own,
}

/// A lesson, or what keeps a folder from being one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LessonListing {
    /// The name of the folder.
    pub id: String,
    /// There where nothing is wrong.
    pub lesson: Option<Lesson>,
    /// What is being written and does not pass the check yet; what ran before goes on running.
    pub draft: Option<DraftListing>,
    pub origin: Origin,
    /// A path; of a built-in lesson its id.
    pub folder: String,
    /// sha256 of its `lesson.toml`, in hexadecimal: results belong to these words and questions. Empty where it
    /// cannot be read.
    pub digest: String,
    pub problems: Vec<LessonProblem>,
}

/// A lesson of one's own that is not whole yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftListing {
    pub title: LocalText,
    pub problems: Vec<FieldProblem>,
}

/// Where lessons are looked for.
#[derive(Debug, Clone)]
pub struct Shelf {
    own: PathBuf,
}

impl Shelf {
    /// With a person's own lessons in `lessons` of the data folder.
    pub fn new(home: &Path) -> Self {
        Self {
            own: home.join("lessons"),
        }
    }

    /// Every lesson: those built in, then a person's own, each by its id.
    pub fn list(&self) -> Vec<LessonListing> {
        let built_in = Folder::built_in();
        let taken: BTreeSet<_> = built_in.iter().filter_map(Folder::name).collect();
        let built_in = built_in
            .iter()
            .map(|folder| listing(folder, Origin::BuiltIn, check(folder)));
        let own = self.own().into_iter().map(|folder| {
            let mut checked = check(&folder);
            if let Some(id) = folder.name().filter(|name| taken.contains(name)) {
                checked.lesson = None;
                checked
                    .findings
                    .push(Finding::new(1, Problem::TakenId { id }));
            }
            listing(&folder, Origin::Own, checked)
        });
        built_in.chain(own).collect()
    }

    /// The folder of a lesson that there is, by its id.
    pub fn find(&self, id: &str) -> Option<Folder> {
        let all = Folder::built_in().into_iter().chain(self.own());
        all.into_iter()
            .find(|folder| folder.name().as_deref() == Some(id))
    }

    /// A lesson without anything wrong, and the digest of its file.
    ///
    /// # Errors
    /// `LessonUnknown`, `LessonBroken`.
    pub fn whole(&self, id: &str) -> Result<(Lesson, String)> {
        let (folder, lesson) = self.checked(id)?;
        Ok((lesson, folder.digest().unwrap_or_default()))
    }

    fn checked(&self, id: &str) -> Result<(Folder, Lesson)> {
        let unknown = || Failure::with(Code::LessonUnknown, &[("lesson", id)], "");
        let folder = self.find(id).ok_or_else(unknown)?;
        let lesson = check(&folder).whole(&folder)?;
        Ok((folder, lesson))
    }

    /// A file that a lesson names: one of its pictures, or the recorded run of one of its steps.
    ///
    /// # Errors
    /// `LessonUnknown`, `LessonBroken`, `LessonFile`.
    pub fn file(&self, id: &str, path: &str) -> Result<Vec<u8>> {
        let folder = self.find(id);
        let folder =
            folder.ok_or_else(|| Failure::with(Code::LessonUnknown, &[("lesson", id)], ""))?;
        // What is being written has its pictures too.
        let draft = match &folder {
            Folder::OnDisk(place) => draft_in(place),
            Folder::BuiltIn(_) => None,
        };
        let of_draft = draft.and_then(|draft| named(&draft, path));
        let no_file = |reason: &str| Failure::with(Code::LessonFile, &[("path", path)], reason);
        let most = match of_draft {
            Some(most) => Some(most),
            None => named(&check(&folder).whole(&folder)?, path),
        };
        let most = most.ok_or_else(|| no_file("the lesson does not name it"))?;
        let bytes = folder.read(path, most);
        bytes.map_err(|denied| no_file(&format!("{denied:?}")))
    }

    pub(crate) fn own_place(&self) -> &Path {
        &self.own
    }

    /// Those folders of a person's that hold a lesson.
    fn own(&self) -> Vec<Folder> {
        let entries = fs::read_dir(&self.own).into_iter().flatten().flatten();
        let folders = entries.map(|entry| entry.path());
        let mut folders: Vec<_> = folders
            .filter(|folder| folder.join(FILE).symlink_metadata().is_ok() || holds_draft(folder))
            .collect();
        folders.sort();
        folders.truncate(MOST_OWN);
        folders.into_iter().map(Folder::OnDisk).collect()
    }
}

/// How large a file may be that the lesson names; none for others.
fn named(lesson: &Lesson, path: &str) -> Option<u64> {
    let mut steps = lesson.steps.iter().enumerate();
    steps.find_map(|(index, step)| {
        let is_picture = step.picture.as_deref() == Some(path);
        let name = step.name(index);
        let languages = [Language::En, Language::Zh];
        let is_run = || {
            languages
                .iter()
                .any(|one| recorded_file(*one, &name) == path)
        };
        if is_picture {
            Some(MAX_PICTURE)
        } else {
            is_run().then_some(MAX_RECORDED)
        }
    })
}

fn listing(folder: &Folder, origin: Origin, checked: Checked) -> LessonListing {
    let file = folder.told(FILE);
    let draft = match folder {
        Folder::OnDisk(place) => draft_in(place),
        Folder::BuiltIn(_) => None,
    };
    let draft = draft.map(|lesson| DraftListing {
        problems: problems(&lesson, Some(folder)),
        title: lesson.title,
    });
    // Of a draft alone, what is missing is told with it.
    let is_new = draft.is_some() && !folder.holds(FILE);
    let findings = checked.findings.iter().filter(|_| !is_new);
    LessonListing {
        id: folder.name().unwrap_or_default(),
        lesson: checked.lesson,
        draft,
        origin,
        folder: folder.place(),
        digest: folder.digest().unwrap_or_default(),
        problems: findings.map(|finding| finding.told(&file)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{act::Act, run::Recorded};

    #[test]
    fn every_built_in_lesson_is_whole() {
        let home = tempfile::tempdir().unwrap();
        let listed = Shelf::new(home.path()).list();
        assert!(!listed.is_empty());
        for listing in listed {
            assert_eq!(listing.problems, [], "{}", listing.folder);
            assert!(listing.lesson.is_some());
        }
    }

    #[test]
    fn every_built_in_lesson_has_a_recorded_run_in_both_languages() {
        let home = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(home.path());
        for lesson in shelf.list().into_iter().filter_map(|one| one.lesson) {
            for (index, step) in lesson.steps.iter().enumerate() {
                let act = step.act.as_ref().map(Act::name);
                // What only turns a page of a panel comes to nothing of its own.
                let act = act.filter(|act| !["open", "image.step"].contains(act));
                for language in [Language::En, Language::Zh] {
                    let file = recorded_file(language, &step.name(index));
                    let recorded = act.map(|_| shelf.file(&lesson.id, &file).unwrap());
                    let recorded = recorded.map(|json| serde_json::from_slice(&json).unwrap());
                    let recorded = recorded.map(|recorded: Recorded| recorded.act);
                    assert_eq!(recorded.as_deref(), act, "{} {file}", lesson.id);
                }
            }
        }
    }

    #[test]
    fn a_broken_lesson_is_listed_with_what_is_wrong() {
        let home = tempfile::tempdir().unwrap();
        let own = home.path().join("lessons");
        for (name, text) in [
            ("broken", "schema = 1\ntitel = 3\n"),
            ("next-word", "schema = 1\n"),
        ] {
            fs::create_dir_all(own.join(name)).unwrap();
            fs::write(own.join(name).join(FILE), text).unwrap();
        }
        fs::create_dir(own.join("empty")).unwrap();
        let shelf = Shelf::new(home.path());
        let listed = shelf.list();
        let own: Vec<_> = listed
            .iter()
            .filter(|one| one.origin == Origin::Own)
            .collect();
        assert_eq!(own.len(), 2);
        assert!(own.iter().all(|one| one.lesson.is_none()));
        assert!(own[0].folder.ends_with("broken"));
        assert!(
            own[0]
                .problems
                .iter()
                .any(|one| one.line == 2 && one.message.en.contains("titel"))
        );
        assert!(
            own[1]
                .problems
                .iter()
                .any(|one| one.message.en.contains("built-in"))
        );
        // The one that is built in stays what it is.
        assert_eq!(
            shelf.find("next-word"),
            Some(Folder::BuiltIn("next-word".to_owned()))
        );
        assert_eq!(shelf.find("no"), None);
        assert_eq!(
            shelf.file("no", "a.png").unwrap_err().code,
            Code::LessonUnknown
        );
        assert_eq!(
            shelf.file("broken", "a.png").unwrap_err().code,
            Code::LessonBroken
        );
    }

    #[test]
    fn only_files_that_a_lesson_names_are_given() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("lessons/mine");
        fs::create_dir_all(folder.join("recorded/en")).unwrap();
        let text = include_str!("../../../../fuzz/corpus/lesson/whole.toml");
        fs::write(folder.join(FILE), text.replace("\"next-word\"", "\"mine\"")).unwrap();
        for path in [
            "recorded/en/ten.json",
            "recorded/en/other.json",
            "secret.png",
        ] {
            fs::write(folder.join(path), path).unwrap();
        }
        let shelf = Shelf::new(home.path());
        assert_eq!(
            shelf.file("mine", "recorded/en/ten.json").unwrap(),
            b"recorded/en/ten.json"
        );
        for other in [
            "recorded/en/other.json",
            "recorded/zh/ten.json",
            "secret.png",
            FILE,
            "../../settings.json",
        ] {
            let failure = shelf.file("mine", other).unwrap_err();
            assert_eq!(failure.code, Code::LessonFile, "{other}");
        }
    }
}
