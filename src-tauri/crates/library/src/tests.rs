//! The library on a healthy disk, on a damaged one, and after the end of its writer.

use quartet_media::labels::SourceType;
use std::{fs, io, path::Path};

use quartet_media::labels;
use rusqlite::params;
use uuid::Uuid;

use crate::{Draft, Error, Library, Modality, Opened, Work, WorksQuery};

fn opened(home: &Path) -> Opened {
    Library::open(home, |_| None).unwrap()
}

fn open(home: &Path) -> Library {
    let opened = opened(home);
    assert_eq!(opened.warning, None);
    opened.library
}

fn keep_as(library: &Library, title: &str, content: &str, recipe: &str) -> Work {
    let draft = Draft {
        modality: Modality::Text,
        title,
        model: "tiny",
        seconds: 1.5,
        prompt: title,
        content,
        recipe,
        source: SourceType::Generated,
        extension: "md",
    };
    library
        .keep(&draft, |stamp, out| {
            labels::text::write(out, &stamp.id, &draft.provenance(stamp), content)
        })
        .unwrap()
}

fn keep(library: &Library, title: &str, content: &str) -> Work {
    keep_as(library, title, content, "{}")
}

fn titles(library: &Library, search: &str) -> Vec<String> {
    let page = library
        .list(&WorksQuery {
            search: search.to_owned(),
            limit: 100,
            ..WorksQuery::default()
        })
        .unwrap();
    assert_eq!(page.total as usize, page.works.len());
    page.works.into_iter().map(|work| work.title).collect()
}

fn files(home: &Path) -> usize {
    fs::read_dir(home.join("works")).unwrap().count()
}

#[test]
fn a_kept_work_is_found_newest_first_page_by_page() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    for number in 0..25 {
        keep(&library, &format!("work {number}"), "text");
    }
    let page = |offset| {
        let query = WorksQuery {
            limit: 10,
            offset,
            ..WorksQuery::default()
        };
        library.list(&query).unwrap()
    };
    assert_eq!(page(0).total, 25);
    assert_eq!(page(0).works[0].title, "work 24");
    assert_eq!(page(20).works.len(), 5);
    assert_eq!(page(20).works[4].title, "work 0");
    let of_images = WorksQuery {
        modality: Some(Modality::Image),
        limit: 10,
        ..WorksQuery::default()
    };
    assert_eq!(library.list(&of_images).unwrap().total, 0);
}

#[test]
fn words_are_found_in_both_languages_and_signs_stand_for_themselves() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    keep(&library, "春天的诗", "江南好,风景旧曾谙");
    keep(&library, "Tea", "Green tea, 100% pure");
    keep(&library, "snake_case", "a\\b");
    assert_eq!(titles(&library, "风景"), ["春天的诗"]);
    assert_eq!(titles(&library, "诗 江南"), ["春天的诗"]);
    assert_eq!(titles(&library, "GREEN tea"), ["Tea"]);
    assert_eq!(titles(&library, "100%"), ["Tea"]);
    assert_eq!(titles(&library, "%"), ["Tea"]);
    assert_eq!(titles(&library, "e_c"), ["snake_case"]);
    assert_eq!(titles(&library, "a\\b"), ["snake_case"]);
    assert_eq!(titles(&library, "green 江南"), [""; 0]);
    assert_eq!(titles(&library, "'; DROP TABLE work; --"), [""; 0]);
    assert_eq!(titles(&library, "").len(), 3);
}

#[test]
fn a_removed_work_comes_back_until_the_next_start() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let work = keep(&library, "a", "x");
    library.remove(&work.id).unwrap();
    assert!(titles(&library, "").is_empty());
    let unknown = Error::WorkUnknown {
        id: work.id.clone(),
    };
    assert_eq!(library.open_work(&work.id).unwrap_err(), unknown);
    library.restore(&work.id).unwrap();
    assert_eq!(library.open_work(&work.id).unwrap().content, "x");
    library.remove(&work.id).unwrap();
    // Another copy of the program must not sweep what this one may still restore.
    drop(open(home.path()));
    library.restore(&work.id).unwrap();
    library.remove(&work.id).unwrap();
    drop(library);
    let library = open(home.path());
    assert_eq!(library.restore(&work.id).unwrap_err(), unknown);
    assert_eq!(files(home.path()), 0);
}

#[test]
fn a_writer_that_fails_leaves_nothing_and_says_why() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    keep(&library, "before", "x");
    let draft = Draft {
        modality: Modality::Text,
        title: "t",
        model: "m",
        seconds: 0.0,
        prompt: "",
        content: "",
        recipe: "{}",
        source: SourceType::Generated,
        extension: "md",
    };
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::Other] {
        let error = library
            .keep(&draft, |_, out| {
                out.write_all(&vec![0; 100_000])?;
                Err(kind.into())
            })
            .unwrap_err();
        match kind {
            io::ErrorKind::StorageFull => assert!(matches!(error, Error::Full { .. })),
            _ => assert!(matches!(error, Error::Failed { .. })),
        }
    }
    assert_eq!(titles(&library, ""), ["before"]);
    assert_eq!(files(home.path()), 1);
}

#[test]
fn a_start_clears_temporaries_and_enters_whole_files_without_a_row() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let kept = keep(&library, "kept", "x");
    let lost = keep(&library, "标题", "content, \"quoted\"");
    library
        .connection()
        .execute("DELETE FROM work WHERE id = ?1", [&lost.id])
        .unwrap();
    let works = home.path().join("works");
    fs::write(works.join("0.md.partial"), "half").unwrap();
    fs::write(works.join("notes.txt"), "a person's own").unwrap();
    fs::copy(works.join(format!("{}.md", kept.id)), works.join("copy.md")).unwrap();
    drop(library);

    let library = open(home.path());
    assert_eq!(titles(&library, ""), ["标题", "kept"]);
    let found = library.open_work(&lost.id).unwrap();
    assert_eq!(found.content, "content, \"quoted\"");
    assert_eq!(found.recipe, "{}");
    assert_eq!(found.work.created_at, lost.created_at);
    assert!(!works.join("0.md.partial").exists());
    assert!(works.join("notes.txt").exists() && works.join("copy.md").exists());
}

#[test]
fn a_work_whose_file_is_gone_is_shown_with_its_problem() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let work = keep(&library, "a", "its words");
    let opened = library.open_work(&work.id).unwrap();
    fs::remove_file(&opened.file).unwrap();
    let library = {
        drop(library);
        open(home.path())
    };
    let opened = library.open_work(&work.id).unwrap();
    assert!(matches!(
        opened.work.problem,
        Some(Error::FileMissing { .. })
    ));
    assert_eq!(opened.content, "its words");
}

#[test]
fn a_damaged_index_is_set_aside_and_built_anew_from_the_files() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let work = keep(&library, "a", "words");
    drop(library);
    fs::write(
        home.path().join("library.sqlite"),
        "this is no database at all",
    )
    .unwrap();
    let opened = opened(home.path());
    assert!(matches!(opened.warning, Some(Error::Rebuilt { .. })));
    assert_eq!(opened.library.open_work(&work.id).unwrap().content, "words");
    let aside = fs::read_dir(home.path()).unwrap().flatten().any(|entry| {
        entry
            .file_name()
            .to_string_lossy()
            .starts_with("library.damaged-")
    });
    assert!(aside);
}

#[test]
fn a_newer_library_is_left_untouched() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    keep(&library, "a", "x");
    library
        .connection()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    drop(library);
    let error = Library::open(home.path(), |_| None).unwrap_err();
    assert!(matches!(error, Error::Newer { found: 99, .. }));
    assert_eq!(files(home.path()), 1);
}

#[test]
fn ten_thousand_works_open_and_are_searched_at_once() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let content = "一段关于春天的文字 with some English ".repeat(40);
    {
        // Without the sync of each keep, which is not what is measured.
        let connection = library.connection();
        connection.execute_batch("BEGIN").unwrap();
        for number in 0..10_000 {
            let id = Uuid::now_v7().to_string();
            let file = format!("{id}.md");
            fs::write(library.works_folder().join(&file), "x").unwrap();
            connection
                .execute(
                    "INSERT INTO work VALUES (?1, 'text', ?2, ?2, ?3, 0, 'm', 0, 1, ?4, '{}', NULL)",
                    params![id, format!("work {number}"), content, file],
                )
                .unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
    }
    drop(library);
    let started = std::time::Instant::now();
    let library = open(home.path());
    let opening = started.elapsed();
    let started = std::time::Instant::now();
    assert_eq!(titles(&library, "9999 春天").len(), 1);
    let searching = started.elapsed();
    println!("opening {opening:?}, searching {searching:?}");
    // Ten times what an idle laptop takes: tests run beside others.
    assert!(opening.as_millis() < 500 && searching.as_millis() < 2000);
}
