use std::{
    fs,
    path::{Path, PathBuf},
};

use quartet_studio::{Code, LocalText};
use tempfile::TempDir;

use super::kept::blank;
use crate::{
    act::{Act, Need},
    draft::{DRAFT, MAX_DRAFT},
    folder::FILE,
    lesson::Lesson,
    shelf::{LessonListing, Origin, Shelf},
    write::write,
};

struct Home {
    folder: TempDir,
    shelf: Shelf,
}

fn home() -> Home {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path());
    Home { folder, shelf }
}

impl Home {
    fn own(&self, name: &str) -> PathBuf {
        self.folder.path().join("lessons").join(name)
    }

    fn listed(&self) -> Vec<LessonListing> {
        let all = self.shelf.list().into_iter();
        all.filter(|one| one.origin == Origin::Own).collect()
    }
}

fn say(words: &str) -> LocalText {
    LocalText::same(words)
}

/// As somebody would have written it.
fn written(mut lesson: Lesson) -> Lesson {
    lesson.title = say("Sums");
    lesson.goal = say("Know when to take a calculator.");
    lesson.misconception = say("It never makes a mistake.");
    lesson.steps[0].say = say("Look.");
    lesson
}

/// A PNG file of one colour.
fn png(side: u32) -> Vec<u8> {
    let pixels = vec![90; (side * side * 3) as usize];
    let picture = quartet_media::Picture::new(side, side, pixels).unwrap();
    quartet_media::labels::picture::unlabelled_png(&picture)
}

#[test]
fn a_lesson_is_a_draft_until_nothing_is_missing() {
    let home = home();
    let draft = home.shelf.begin(None).unwrap();
    assert_eq!(draft.id, "my-lesson");
    assert!(draft.problems.iter().any(|one| one.field == "title/zh"));
    assert!(!home.own("my-lesson/lesson.toml").exists());
    let listed = home.listed();
    assert_eq!(
        (listed[0].lesson.as_ref(), &listed[0].problems[..]),
        (None, &[][..])
    );
    assert_eq!(listed[0].draft.as_ref().unwrap().problems, draft.problems);

    let kept = home.shelf.save("my-lesson", written(draft.lesson)).unwrap();
    assert_eq!(kept.problems, []);
    assert!(!home.own("my-lesson").join(DRAFT).exists());
    let listed = home.listed();
    assert_eq!(listed[0].lesson.as_ref(), Some(&kept.lesson));
    assert_eq!(listed[0].draft, None);

    // What is being changed is kept beside what runs.
    let mut changed = kept.lesson.clone();
    changed.steps[0].say.zh = String::new();
    let draft = home.shelf.save("my-lesson", changed.clone()).unwrap();
    assert_eq!(draft.problems.len(), 1);
    let listed = home.listed();
    assert_eq!(listed[0].lesson.as_ref(), Some(&kept.lesson));
    assert!(listed[0].draft.is_some());
    // Over a restart.
    let again = Shelf::new(home.folder.path()).open("my-lesson").unwrap();
    assert_eq!((again.lesson, again.problems.len()), (changed, 1));
}

#[test]
fn what_acts_need_of_models_is_written_down() {
    let home = home();
    let draft = home.shelf.begin(None).unwrap();
    let mut lesson = written(draft.lesson);
    lesson.steps[0].act = Some(Act::TextNextWord {
        prompt: say("Hello"),
    });
    lesson.needs = vec![Need::Video, Need::Upscale];
    let kept = home.shelf.save("my-lesson", lesson).unwrap();
    assert_eq!(kept.problems, []);
    assert_eq!(kept.lesson.needs, [Need::Upscale, Need::Text]);
}

#[test]
fn nothing_is_written_where_no_lesson_of_ones_own_is() {
    let home = home();
    home.shelf.begin(None).unwrap();
    let outside = tempfile::tempdir().unwrap();
    for id in [
        "",
        ".",
        "..",
        "../my-lesson",
        "next-word",
        "a/b",
        "A",
        ".deleted",
        "my-lesson/",
    ] {
        let lesson = || written(blank());
        assert_eq!(
            home.shelf.save(id, lesson()).unwrap_err().code,
            Code::LessonUnknown,
            "{id}"
        );
        assert_eq!(
            home.shelf.open(id).unwrap_err().code,
            Code::LessonUnknown,
            "{id}"
        );
        assert_eq!(
            home.shelf.put_away(id).unwrap_err().code,
            Code::LessonUnknown,
            "{id}"
        );
        assert_eq!(
            home.shelf.take_back(id).unwrap_err().code,
            Code::LessonUnknown,
            "{id}"
        );
        let to = outside.path().join("x");
        assert_eq!(
            home.shelf.export(id, &to).unwrap_err().code,
            Code::LessonUnknown,
            "{id}"
        );
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outside.path(), home.own("linked")).unwrap();
        let failure = home.shelf.save("linked", written(blank())).unwrap_err();
        assert_eq!(failure.code, Code::LessonUnknown);
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_picture_outside_of_the_folder_never_gets_into_what_runs() {
    let home = home();
    let draft = home.shelf.begin(None).unwrap();
    fs::write(home.own("secret.png"), png(8)).unwrap();
    let mut lesson = written(draft.lesson);
    lesson.steps[0].picture = Some("a/../../secret.png".to_owned());
    let kept = home.shelf.save("my-lesson", lesson).unwrap();
    assert_eq!(kept.problems[0].field, "steps/0/picture");
    assert!(!home.own("my-lesson/lesson.toml").exists());
    let read = home.shelf.file("my-lesson", "a/../../secret.png");
    assert_eq!(read.unwrap_err().code, Code::LessonFile);
}

#[test]
fn what_cannot_be_kept_leaves_what_was_kept() {
    let home = home();
    let draft = home.shelf.begin(None).unwrap();
    let kept = home
        .shelf
        .save("my-lesson", written(draft.lesson))
        .unwrap()
        .lesson;
    let mut large = kept.clone();
    large.goal.zh = String::new();
    large.steps[0].say.en = "x".repeat(MAX_DRAFT as usize);
    let failure = home.shelf.save("my-lesson", large).unwrap_err();
    assert_eq!(failure.code, Code::LessonBroken);
    assert_eq!(home.shelf.open("my-lesson").unwrap().lesson, kept);
    // Half a draft, as no crash leaves it, is none.
    fs::write(home.own("my-lesson").join(DRAFT), "{\"lesson\":{\"id\"").unwrap();
    assert_eq!(home.shelf.open("my-lesson").unwrap().lesson, kept);
    // What was begun to be written and never finished is in nobody's way.
    fs::write(home.own("my-lesson/lesson.toml.1-2.partial"), "half").unwrap();
    assert_eq!(home.listed().len(), 1);
}

#[test]
fn a_copy_is_ones_own_with_its_pictures() {
    let home = home();
    let copy = home.shelf.begin(Some("next-word")).unwrap();
    assert_eq!(
        (copy.id.as_str(), &copy.problems[..]),
        ("my-lesson", &[][..])
    );
    assert_eq!(copy.lesson.title.en, "One word after another (copy)");
    let picture = home.folder.path().join("chosen.png");
    fs::write(&picture, png(64)).unwrap();
    let name = home.shelf.add_picture("my-lesson", &picture).unwrap();
    let mut lesson = copy.lesson;
    lesson.steps[0].picture = Some(name.clone());
    assert_eq!(home.shelf.save("my-lesson", lesson).unwrap().problems, []);
    let again = home.shelf.begin(Some("my-lesson")).unwrap();
    assert_eq!(
        (again.id.as_str(), &again.problems[..]),
        ("my-lesson-2", &[][..])
    );
    assert!(home.own("my-lesson-2").join(name).exists());
    assert_eq!(
        home.shelf.begin(Some("none")).unwrap_err().code,
        Code::LessonUnknown
    );
}

#[test]
fn pictures_are_no_larger_than_a_lesson_may_have() {
    let home = home();
    home.shelf.begin(None).unwrap();
    let large = home.folder.path().join("large.png");
    fs::write(&large, png(5000)).unwrap();
    let name = home.shelf.add_picture("my-lesson", &large).unwrap();
    let bytes = fs::read(home.own("my-lesson").join(name)).unwrap();
    let (_, width, height) = quartet_media::picture_file::measure(&bytes).unwrap();
    assert_eq!((width, height), (1920, 1920));
    let none = home.folder.path().join("none.png");
    fs::write(&none, "no picture").unwrap();
    assert_eq!(
        home.shelf.add_picture("my-lesson", &none).unwrap_err().code,
        Code::PictureUnreadable
    );
    assert_eq!(
        home.shelf.add_picture("other", &large).unwrap_err().code,
        Code::LessonUnknown
    );
}

#[test]
fn what_was_deleted_can_be_taken_back() {
    let home = home();
    let draft = home.shelf.begin(None).unwrap();
    home.shelf.put_away("my-lesson").unwrap();
    assert_eq!(home.listed(), []);
    home.shelf.take_back("my-lesson").unwrap();
    assert_eq!(home.shelf.open("my-lesson").unwrap(), draft);
    // Once more, and over what lies there of that name.
    home.shelf.put_away("my-lesson").unwrap();
    home.shelf.begin(None).unwrap();
    assert_eq!(
        home.shelf.take_back("my-lesson").unwrap_err().code,
        Code::LessonUnknown
    );
    home.shelf.put_away("my-lesson").unwrap();
    home.shelf.take_back("my-lesson").unwrap();
}

#[test]
fn a_lesson_is_carried_and_taken_in_whole() {
    let home = home();
    let stick = tempfile::tempdir().unwrap();
    let draft = home.shelf.begin(None).unwrap();
    let to = stick.path().join("sums");
    assert_eq!(
        home.shelf.export("my-lesson", &to).unwrap_err().code,
        Code::LessonDraft
    );
    assert!(!to.exists());
    let picture = home.folder.path().join("chosen.png");
    fs::write(&picture, png(64)).unwrap();
    let mut lesson = written(draft.lesson);
    lesson.steps[0].picture = Some(home.shelf.add_picture("my-lesson", &picture).unwrap());
    let kept = home.shelf.save("my-lesson", lesson).unwrap().lesson;
    home.shelf.export("my-lesson", &to).unwrap();
    assert_eq!(names(&to), ["lesson.toml", "picture-1.png"]);
    // Nothing is written over.
    assert_eq!(
        home.shelf.export("my-lesson", &to).unwrap_err().code,
        Code::LessonNotWritten
    );
    assert_eq!(names(stick.path()), ["sums"]);

    let other = self::home();
    let arrived = other.shelf.import(stick.path()).unwrap();
    assert_eq!(
        (arrived.id.as_deref(), &arrived.problems[..]),
        (Some("my-lesson"), &[][..])
    );
    assert_eq!(other.shelf.open("my-lesson").unwrap().lesson, kept);
    // Beside one of its name it gets another.
    let twice = other.shelf.import(&to).unwrap();
    assert_eq!(twice.id.as_deref(), Some("my-lesson-2"));
    assert!(other.listed().iter().all(|one| one.lesson.is_some()));
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_wrong_with_a_strangers_lesson_is_told_with_its_line() {
    let home = home();
    let stick = tempfile::tempdir().unwrap();
    let none = home.shelf.import(stick.path()).unwrap();
    assert_eq!((none.id, none.problems.len()), (None, 1));
    fs::write(stick.path().join(FILE), "schema = 1\ntitel = 3\n").unwrap();
    let broken = home.shelf.import(stick.path()).unwrap();
    assert_eq!(broken.id, None);
    assert!(
        broken
            .problems
            .iter()
            .any(|one| one.line == 2 && one.message.en.contains("titel"))
    );
    assert_eq!(home.listed(), []);
    // An id that leads elsewhere is none.
    let text = write(&written(blank())).replace("\"my-lesson\"", "\"../../evil\"");
    fs::write(stick.path().join(FILE), text).unwrap();
    assert_eq!(home.shelf.import(stick.path()).unwrap().id, None);
    // Nor is one that is built in here.
    let text = write(&written(blank())).replace("\"my-lesson\"", "\"next-word\"");
    fs::write(stick.path().join(FILE), text).unwrap();
    assert_eq!(
        home.shelf.import(stick.path()).unwrap().id.as_deref(),
        Some("next-word-2")
    );
}
