use std::{fs, path::Path};

use super::*;
use crate::problem::{Rule, Wanted};

/// A lesson in which nothing is wrong: `more` are further steps, `head` further fields.
fn lesson(head: &str, more: &str) -> String {
    format!(
        r#"schema = 1
id = "small"
topic = "basics"
minutes = 5
age = 10
mode = "free"
needs = ["text"]
title = {{ en = "Small", zh = "小" }}
goal = {{ en = "Know", zh = "知道" }}
misconception = {{ en = "It knows all.", zh = "它什么都知道。" }}
{head}
[[steps]]
id = "first"
part = "run"
say = {{ en = "Ask.", zh = "提问。" }}
[steps.do]
act = "text.ask"
prompt = {{ en = "Hello", zh = "你好" }}
{more}"#
    )
}

const EXPERIMENT: &str = r#"
[[steps]]
id = "five"
part = "run"
say = { en = "Ask.", zh = "提问。" }
[steps.do]
act = "experiment"
groups = { kind = { en = "Kind", zh = "礼貌" }, rude = { en = "Rude", zh = "粗鲁" } }
seeds = [1, 2]
show = ["right"]
rows = [
  { label = { en = "A", zh = "甲" }, group = "kind", prompt = { en = "2+2?", zh = "2+2？" }, right = { en = ["4"], zh = ["4"] } },
  { label = { en = "B", zh = "乙" }, group = "rude", prompt = { en = "2+2!", zh = "2+2！" } },
]
"#;

fn findings(text: &str) -> Vec<Finding> {
    check_text(text, None).findings
}

/// The line of a text's first occurrence.
fn line_of(text: &str, words: &str) -> u32 {
    let before = text.split(words).next().unwrap();
    before.matches('\n').count() as u32 + 1
}

/// The one thing that is wrong, on the line where `at` stands.
fn only(text: &str, at: &str) -> Problem {
    let mut found = findings(text);
    assert_eq!(found.len(), 1, "{found:#?}");
    let found = found.remove(0);
    assert_eq!(found.line, line_of(text, at), "{found:?}");
    found.problem
}

/// A whole lesson in which one text is replaced.
fn with(old: &str, new: &str) -> String {
    let text = lesson("", EXPERIMENT);
    assert!(text.contains(old), "{old}");
    text.replacen(old, new, 1)
}

#[test]
fn a_whole_lesson_is_read_as_toml_reads_it() {
    let text = lesson("", EXPERIMENT);
    let checked = check_text(&text, None);
    assert_eq!(checked.findings, []);
    let lesson: Lesson = toml::from_str(&text).unwrap();
    assert_eq!(checked.lesson, Some(lesson));
}

#[test]
fn what_the_schema_does_not_know_is_refused_by_name() {
    let text = with("minutes = 5", "minutes = 5\nlevel = 3");
    assert!(
        matches!(only(&text, "level"), Problem::UnknownField { field, known }
        if field == "level" && known.contains(&"minutes".to_owned()))
    );
    let text = with("act = \"text.ask\"", "act = \"text.sing\"");
    assert!(
        matches!(only(&text, "text.sing"), Problem::UnknownValue { found, known, .. }
        if found == "text.sing" && known.contains(&"text.ask".to_owned()))
    );
    let text = with(
        "prompt = { en = \"Hello\"",
        "tone = 1\nprompt = { en = \"Hello\"",
    );
    assert!(matches!(only(&text, "tone"), Problem::UnknownField { field, .. } if field == "tone"));
    for (old, new, field) in [
        ("topic = \"basics\"", "topic = \"cooking\"", "topic"),
        (
            "needs = [\"text\"]",
            "needs = [\"text\", \"smell\"]",
            "needs",
        ),
        ("mode = \"free\"", "mode = \"wild\"", "mode"),
        ("show = [\"right\"]", "show = [\"wrong\"]", "do.show"),
    ] {
        let problem = only(&with(old, new), new);
        assert!(
            matches!(&problem, Problem::UnknownValue { field: one, .. } if one == field),
            "{problem:?}"
        );
    }
    let open = "\n[[steps]]\npart = \"run\"\nsay = { en = \"a\", zh = \"b\" }\ndo = { act = \"open\", place = \"kitchen\" }\n";
    let text = lesson("", open);
    assert!(
        matches!(only(&text, "kitchen"), Problem::UnknownValue { found, .. } if found == "kitchen")
    );
}

#[test]
fn both_languages_must_be_there_and_say_something() {
    let text = with(
        "say = { en = \"Ask.\", zh = \"提问。\" }",
        "say = { en = \"Ask.\" }",
    );
    let missing = Problem::MissingLanguage {
        field: "steps.say".to_owned(),
        language: "zh",
    };
    assert_eq!(only(&text, "say = "), missing);
    let text = with("zh = \"你好\"", "zh = \"  \"");
    assert!(matches!(
        only(&text, "zh = \"  \""),
        Problem::EmptyWords { .. }
    ));
    let text = with("{ en = \"Small\", zh = \"小\" }", "\"Small\"");
    let problem = only(&text, "title");
    assert!(
        matches!(
            problem,
            Problem::WrongType {
                wanted: Wanted::LocalText,
                ..
            }
        ),
        "{problem:?}"
    );
    // A third language is no field.
    let text = with("zh = \"小\"", "zh = \"小\", fr = \"Petit\"");
    assert!(matches!(only(&text, "fr ="), Problem::UnknownField { .. }));
}

#[test]
fn words_are_plain_and_fit_a_card() {
    let say = |words: &str| with("en = \"Ask.\"", &format!("en = \"{words}\""));
    assert!(
        matches!(only(&say("A <b>bold</b> word"), "say"), Problem::Html { tag, .. } if tag == "<b>")
    );
    assert!(matches!(
        only(&say("A\\u0007 bell"), "say"),
        Problem::Control { code: 7, .. }
    ));
    assert!(matches!(
        only(&say("A ** alone"), "say"),
        Problem::Bold { .. }
    ));
    assert!(findings(&say(&"x".repeat(400))).is_empty());
    let problem = only(&say(&"x".repeat(401)), "say");
    assert!(matches!(
        problem,
        Problem::TooLong {
            found: 401,
            most: 400,
            ..
        }
    ));
    // A model may be asked about HTML.
    assert!(findings(&with("en = \"Hello\"", "en = \"What does <b> do?\"")).is_empty());
}

#[test]
fn numbers_have_limits() {
    for (old, new) in [
        ("minutes = 5", "minutes = 31"),
        ("minutes = 5", "minutes = 0"),
        ("age = 10", "age = 5"),
        (
            "act = \"text.ask\"",
            "act = \"text.ask\"\ntemperature = 9.5",
        ),
        (
            "act = \"text.ask\"",
            "act = \"text.ask\"\nseed = 4294967296",
        ),
        ("seeds = [1, 2]", "seeds = [-1]"),
        ("seeds = [1, 2]", "seeds = [1]\nmaxTokens = 129"),
    ] {
        let problem = only(&with(old, new), new.rsplit('\n').next().unwrap());
        assert!(matches!(problem, Problem::OutOfRange { .. }), "{problem:?}");
    }
    let eleven = format!("seeds = {:?}", (0..11).collect::<Vec<_>>());
    let problem = only(&with("seeds = [1, 2]", &eleven), "seeds");
    assert!(matches!(
        problem,
        Problem::TooMany {
            found: 11,
            most: 10,
            ..
        }
    ));
    let none = with("seeds = [1, 2]", "seeds = []");
    assert!(matches!(only(&none, "seeds"), Problem::TooFew { .. }));
    let row = "{ label = { en = \"A\", zh = \"甲\" }, group = \"kind\", prompt = { en = \"a\", zh = \"b\" } },\n".repeat(40);
    let rows = with("rows = [\n", &format!("rows = [\n{row}"));
    assert!(matches!(
        only(&rows, "rows = ["),
        Problem::TooMany {
            found: 42,
            most: 40,
            ..
        }
    ));
    for wrong in [
        "minutes = 5.5",
        "minutes = \"5\"",
        "minutes = 1979-05-27",
        "minutes = 99999999999999999999",
    ] {
        let problem = only(&with("minutes = 5", wrong), "minutes");
        assert!(
            matches!(
                problem,
                Problem::WrongType {
                    wanted: Wanted::Integer,
                    ..
                }
            ),
            "{problem:?}"
        );
    }
}

#[test]
fn ten_thousand_steps_are_counted_and_not_looked_at() {
    let text = lesson("", &"[[steps]]\n".repeat(9999));
    let problem = only(&text, "[[steps]]");
    assert!(
        matches!(
            problem,
            Problem::TooMany {
                found: 10_000,
                most: 200,
                ..
            }
        ),
        "{problem:?}"
    );
    let text = lesson("", &"[[steps]]\npart = \"no\"\n".repeat(150));
    let found = findings(&text);
    assert_eq!(found.len(), MOST_FINDINGS + 1);
    assert!(matches!(
        found.last().unwrap().problem,
        Problem::More { count: 200 }
    ));
}

#[test]
fn a_later_format_is_said_to_be_one() {
    let text = with("schema = 1", "schema = 2\nstrange = true");
    assert_eq!(
        only(&text, "schema"),
        Problem::SchemaTooNew { found: 2, known: 1 }
    );
    assert!(matches!(
        only(&with("schema = 1", "schema = 0"), "schema"),
        Problem::OutOfRange { .. }
    ));
}

/// A step that asks, with a choice that leads somewhere.
fn question(id: &str, to: &str) -> String {
    format!(
        "\n[[steps]]\nid = \"{id}\"\npart = \"predict\"\nsay = {{ en = \"a\", zh = \"b\" }}\ngo = \"answer\"\n[steps.predict]\nask = {{ en = \"a\", zh = \"b\" }}\nright = 1\nchoices = [\n{{ text = {{ en = \"a\", zh = \"b\" }}, to = \"{to}\" }},\n{{ text = {{ en = \"c\", zh = \"d\" }} }},\n]\n"
    )
}

#[test]
fn a_lesson_only_leads_on() {
    let two = |first: &str, second: &str| {
        lesson(
            "",
            &[
                question("one", first),
                question("two", second),
                EXPERIMENT.to_owned(),
            ]
            .concat(),
        )
    };
    assert_eq!(findings(&two("two", "five")), []);
    let back = |id: &str| Problem::LeadsBack {
        field: "to",
        id: id.to_owned(),
    };
    // A circle.
    assert_eq!(only(&two("two", "one"), "to = \"one\""), back("one"));
    assert_eq!(only(&two("one", "five"), "to = \"one\""), back("one"));
    let unknown = Problem::UnknownStep {
        field: "to",
        id: "nowhere".to_owned(),
    };
    assert_eq!(only(&two("two", "nowhere"), "nowhere"), unknown);
    let compare = |ids: &str| {
        let step =
            "\n[[steps]]\nid = \"last\"\npart = \"compare\"\nsay = { en = \"a\", zh = \"b\" }\n";
        lesson("", &format!("{EXPERIMENT}{step}compare = [{ids}]\n"))
    };
    assert_eq!(findings(&compare("\"first\", \"five\"")), []);
    let unknown = Problem::UnknownStep {
        field: "compare",
        id: "no".to_owned(),
    };
    assert_eq!(only(&compare("\"no\""), "compare = ["), unknown);
    assert_eq!(
        only(&compare("\"last\""), "compare = ["),
        Problem::NotYet {
            id: "last".to_owned()
        }
    );
    let twice = with("id = \"five\"", "id = \"first\"");
    let mut found = findings(&twice);
    assert_eq!(
        found.remove(0).problem,
        Problem::DuplicateId {
            id: "first".to_owned()
        }
    );
}

#[test]
fn a_part_has_what_makes_it_that_part() {
    for (part, field) in [
        ("predict", "predict"),
        ("compare", "compare"),
        ("break", "break"),
        ("keep", "keep"),
    ] {
        let step = format!("part = \"{part}\"");
        let problem = only(&with("part = \"run\"", &step), &step);
        assert!(matches!(problem, Problem::PartLacks { field: one, .. } if one == field));
    }
    let waits = with("part = \"run\"", "part = \"run\"\ngo = \"answer\"");
    assert!(matches!(
        only(&waits, "go ="),
        Problem::NeverGoes {
            field: "predict",
            ..
        }
    ));
    let right = lesson(
        "",
        &question("one", "five").replace("right = 1", "right = 2"),
    ) + EXPERIMENT;
    assert_eq!(
        only(&right, "right = 2"),
        Problem::RightChoice {
            found: 2,
            choices: 2
        }
    );
    let need = with("needs = [\"text\"]", "needs = []");
    assert!(
        matches!(&findings(&need)[..], [first, _] if matches!(&first.problem,
        Problem::NeedMissing { act: "text.ask", need } if need == "text"))
    );
}

#[test]
fn a_claim_names_what_is_measured() {
    let claim = |words: &str| lesson(&format!("\n[claim]\n{words}\n"), EXPERIMENT);
    let right = "step = \"five\"\ngroup = \"kind\"\nmeasure = \"right\"\natLeast = 0.5";
    assert_eq!(findings(&claim(right)), []);
    let words =
        "step = \"five\"\ngroup = \"kind\"\nminus = \"rude\"\nmeasure = \"words\"\natMost = 3";
    assert_eq!(findings(&claim(words)), []);
    let named = |problem: Problem, old: &str, new: &str| {
        let text = claim(&right.replace(old, new));
        assert_eq!(only(&text, new.rsplit('\n').next().unwrap()), problem);
    };
    let id = |id: &str| id.to_owned();
    let field = "claim.step";
    named(
        Problem::UnknownStep {
            field,
            id: id("six"),
        },
        "step = \"five\"",
        "step = \"six\"",
    );
    named(
        Problem::ClaimNoExperiment { id: id("first") },
        "step = \"five\"",
        "step = \"first\"",
    );
    named(
        Problem::UnknownGroup { id: id("calm") },
        "group = \"kind\"",
        "group = \"calm\"",
    );
    named(
        Problem::ClaimUnmeasured {
            measure: id("right"),
            group: id("rude"),
            field: "right",
        },
        "group = \"kind\"\nmeasure = \"right\"",
        "group = \"rude\"\nmeasure = \"right\"",
    );
    named(
        Problem::ClaimNever,
        "atLeast = 0.5",
        "atMost = 0.1\natLeast = 0.5",
    );
    let unbound = claim(&right.replace("\natLeast = 0.5", ""));
    assert_eq!(only(&unbound, "measure = "), Problem::ClaimNoBound);
    let group = with("group = \"rude\"", "group = \"none\"");
    let found: Vec<_> = findings(&group)
        .into_iter()
        .map(|one| one.problem)
        .collect();
    assert!(found.contains(&Problem::UnknownGroup { id: id("none") }));
    assert!(found.contains(&Problem::UnusedGroup { id: id("rude") }));
}

#[test]
fn everything_is_told_at_once_also_where_a_step_cannot_be_read() {
    let text = with("say = { en = \"Ask.\", zh = \"提问。\" }", "say = \"Ask.\"")
        .replace("mode = \"free\"", "mode = 3")
        .replace(
            "id = \"five\"",
            "id = \"five\"\ncompare = [\"first\", \"nine\"]",
        );
    let found: Vec<_> = findings(&text).into_iter().map(|one| one.problem).collect();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(matches!(
        found[0],
        Problem::WrongType {
            wanted: Wanted::Text,
            ..
        }
    ));
    assert!(matches!(
        found[1],
        Problem::WrongType {
            wanted: Wanted::LocalText,
            ..
        }
    ));
    assert!(matches!(&found[2], Problem::UnknownStep { id, .. } if id == "nine"));
    for text in ["", "steps = 3", "[steps]", "schema = [", "a = 1979-05-27"] {
        assert!(!findings(text).is_empty(), "{text}");
    }
}

#[test]
fn every_problem_is_told_in_both_languages() {
    let texts = [
        "steps = 3\nid = \"A b\"\n".to_owned(),
        lesson("", "[[steps]]\n").replace("minutes = 5", "minutes = 50\nx = 1"),
        "schema = 9".to_owned(),
        "schema = ".to_owned(),
    ];
    for finding in texts.iter().flat_map(|text| findings(text)) {
        let words = finding.problem.words();
        assert!(
            words
                .zh
                .chars()
                .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
            "{words:?}"
        );
        assert!(words.en.is_ascii() || words.en.contains('…'), "{words:?}");
    }
    let hostile = Problem::UnknownField {
        field: "\u{1b}[2J".to_owned(),
        known: Vec::new(),
    };
    assert!(!hostile.words().en.contains('\u{1b}'));
}

/// A folder with a lesson whose second step shows a picture.
fn folder(picture: &str) -> (tempfile::TempDir, Folder) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("small");
    fs::create_dir(&path).unwrap();
    let step = format!(
        "\n[[steps]]\npart = \"run\"\nsay = {{ en = \"a\", zh = \"b\" }}\npicture = \"{picture}\"\n"
    );
    fs::write(path.join(FILE), lesson("", &step)).unwrap();
    (home, Folder::OnDisk(path))
}

/// A PNG's header, without pixels.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    let crc = bytes[12..].iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    });
    bytes.extend((!crc).to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    bytes
}

fn found_in(folder: &Folder) -> Vec<Problem> {
    let found = check(folder).findings.into_iter();
    found.map(|one| one.problem).collect()
}

#[test]
fn pictures_are_looked_at_without_being_read_whole() {
    let (home, small) = folder("a.png");
    let path = home.path().join("small/a.png");
    let named = || "a.png".to_owned();
    assert_eq!(
        found_in(&small),
        [Problem::PictureMissing { path: named() }]
    );
    fs::write(&path, png(4096, 100)).unwrap();
    assert_eq!(found_in(&small), []);
    fs::write(&path, png(4097, 100)).unwrap();
    assert!(matches!(
        found_in(&small)[..],
        [Problem::PictureTooWide { width: 4097, .. }]
    ));
    fs::write(&path, b"GIF89a\x01\0\x01\0\0\0\0;").unwrap();
    assert_eq!(found_in(&small), [Problem::PictureKind { path: named() }]);
    // A gigabyte that takes no room on the disk.
    fs::File::create(&path).unwrap().set_len(1 << 30).unwrap();
    let started = std::time::Instant::now();
    assert!(matches!(
        found_in(&small)[..],
        [Problem::PictureTooLarge { .. }]
    ));
    assert!(started.elapsed().as_secs() < 5);
}

#[test]
fn pictures_lie_in_the_lessons_folder() {
    for outside in ["../a.png", "x/../../a.png", "a/./../a.png"] {
        let (home, small) = folder(outside);
        fs::write(home.path().join("a.png"), png(1, 1)).unwrap();
        fs::create_dir(home.path().join("small/x")).unwrap();
        let found = found_in(&small);
        let is_refused = matches!(
            &found[..],
            [
                Problem::PictureOutside { .. }
                    | Problem::WrongName {
                        rule: Rule::Picture,
                        ..
                    },
                ..
            ]
        );
        assert!(is_refused, "{outside}: {found:?}");
        assert!(small.read(outside, 100).is_err());
    }
    let (_home, small) = folder("/etc/a.png");
    assert!(matches!(
        found_in(&small)[..],
        [Problem::WrongName { .. }, ..]
    ));
    assert!(small.read("/etc/passwd", 1 << 20).is_err());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let (home, small) = folder("a.png");
    fs::write(home.path().join("b.png"), png(1, 1)).unwrap();
    std::os::unix::fs::symlink("../b.png", home.path().join("small/a.png")).unwrap();
    let path = "a.png".to_owned();
    assert_eq!(found_in(&small), [Problem::PictureOutside { path }]);
    let file = home.path().join("small").join(FILE);
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
    assert!(matches!(found_in(&small)[..], [Problem::Unreadable(_)]));
}

#[test]
fn the_folder_has_the_lessons_name_and_the_file_a_limit() {
    let (home, _) = folder("a.png");
    let other = home.path().join("other");
    fs::rename(home.path().join("small"), &other).unwrap();
    fs::write(other.join("a.png"), png(1, 1)).unwrap();
    let named = Problem::WrongId {
        id: "small".to_owned(),
        folder: "other".to_owned(),
    };
    let other = Folder::OnDisk(other);
    assert_eq!(found_in(&other), [named]);
    let write = |bytes: &[u8]| fs::write(Path::new(&other.told(FILE)), bytes).unwrap();
    write(&b"#".repeat(256_001));
    assert_eq!(found_in(&other), [Problem::FileTooLarge { most: 256_000 }]);
    write(&[0xff, 0xfe]);
    assert_eq!(found_in(&other), [Problem::NotText]);
    let missing = Folder::OnDisk(home.path().join("none"));
    assert!(matches!(found_in(&missing)[..], [Problem::Unreadable(_)]));
}
