use std::{fs, path::PathBuf};

use proptest::prelude::*;
use quartet_studio::{Language, Measure};
use tempfile::TempDir;

use super::{
    page::Page,
    read::{START, digest, read},
    types::*,
    *,
};

/// A whole hand-in, with words that are not harmless.
fn example() -> HandIn {
    let run = |step, act: &str, result| RunResult {
        step,
        say: "Watch.".to_owned(),
        act: act.to_owned(),
        own: false,
        prompts: vec!["Say <b>hello</b> & \"bye\"".to_owned()],
        model: "qwen2.5-0.5b".to_owned(),
        seeds: vec![7],
        at: "2026-11-30T09:05:00Z".to_owned(),
        recorded: false,
        result,
    };
    let text = Results::Text {
        texts: vec!["</script><script>alert(1)</script>\n\"Hello\" 你好".to_owned()],
    };
    let table = Results::Experiment {
        measures: vec![Measure::Right, Measure::Words],
        groups: vec![Group {
            name: "Polite".to_owned(),
            answers: 2,
            values: vec![Some(0.5), None],
        }],
        answers: vec![Answer {
            row: "Please".to_owned(),
            group: "Polite".to_owned(),
            seed: 1,
            text: "Paris".to_owned(),
            right: Some(true),
        }],
    };
    let sound = Results::Sound {
        seconds: 2.5,
        wave: vec![-100, 100, -20, 30, 0, 0],
    };
    HandIn {
        schema: HAND_IN_SCHEMA,
        quartet: "0.1.0".to_owned(),
        language: Language::En,
        name: "<img src=x onerror=alert(1)> O'Neill".to_owned(),
        lesson: Taught {
            id: "wording".to_owned(),
            title: "Polite or rude?".to_owned(),
            digest: "ab".repeat(32),
            steps: 6,
        },
        begun: "2026-11-30T09:00:00Z".to_owned(),
        written: "2026-11-30T09:08:00.123Z".to_owned(),
        seconds: 480.0,
        finished: true,
        predictions: vec![Prediction {
            step: 1,
            ask: "What helps?".to_owned(),
            choices: vec!["Please".to_owned(), "Shouting".to_owned()],
            said: 1,
            right: Some(0),
            came: "Polite 50%".to_owned(),
        }],
        runs: vec![
            run(2, "text.ask", text),
            RunResult {
                own: true,
                recorded: true,
                ..run(3, "experiment", table)
            },
            run(4, "audio.speak", sound),
            run(5, "image.draw", Results::Picture),
            run(5, "image.draw", Results::Gone),
        ],
        claim: Some(Claimed {
            what: "Polite minus Rude".to_owned(),
            measure: Measure::Right,
            is_difference: true,
            number: Some(0.25),
            at_least: Some(0.2),
            at_most: None,
            holds: true,
            recorded: false,
        }),
        reflections: vec![Reflection {
            step: 6,
            ask: "What do you take away?".to_owned(),
            words: "=Words <matter>".to_owned(),
        }],
    }
}

fn file_of(hand_in: &HandIn) -> String {
    let page = Page {
        id: "0192d0c0-0000-7000-8000-000000000000".to_owned(),
        hand_in: hand_in.clone(),
        pictures: hand_in.runs.iter().map(|_| None).collect(),
        left_out: 0,
    };
    page.file(Path::new("x.html")).unwrap().0
}

fn put(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

fn read_all(folder: &Path) -> HandInTable {
    gather(
        folder,
        Language::En,
        |_| std::ops::ControlFlow::Continue(()),
    )
    .unwrap()
}

/// Written anew with `QUARTET_WRITE_GOLDEN=1`.
#[test]
fn the_page_is_the_one_that_was_looked_at() {
    for (language, name) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let hand_in = HandIn {
            language,
            ..example()
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hand_in/golden");
        let golden = folder.join(format!("{name}.html"));
        let file = file_of(&hand_in);
        if std::env::var_os("QUARTET_WRITE_GOLDEN").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&golden, &file).unwrap();
        }
        let known = fs::read_to_string(&golden).unwrap().replace("\r\n", "\n");
        assert!(
            file == known,
            "{name}: look at the page, then write it anew"
        );
    }
}

#[test]
fn a_page_runs_nothing_and_asks_for_nothing() {
    let page = file_of(&example());
    // Of the scripts there is one, which is data.
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert!(page.contains("<script type=\"application/json\""));
    assert!(page.contains("default-src 'none'"));
    for outside in [
        "http:",
        "https:",
        "src=\"",
        "href",
        "@import",
        "url(",
        "onerror=alert(1)>",
    ] {
        let found = page.matches(outside).count();
        // The code of the label is a name, and nothing that is fetched.
        let allowed = usize::from(outside == "http:");
        assert!(found <= allowed, "{outside}: {found}");
    }
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt; O&#x27;Neill"));
    let user = std::env::var("USER").unwrap_or_default();
    assert!(user.len() < 4 || !page.contains(&user), "{user}");
}

#[test]
fn a_picture_is_in_the_page_with_its_label_and_shrinks_where_it_must() {
    let noise = |index: u32| (index.wrapping_mul(2_654_435_761) >> 13) as u8;
    let picture = quartet_media::Picture::new(480, 480, (0..480 * 480 * 3).map(noise).collect());
    let picture = picture.unwrap();
    let page = |count: usize| {
        let one = example();
        let runs = vec![one.runs[3].clone(); count];
        let label = || {
            let source = quartet_media::labels::SourceType::Generated;
            quartet_media::labels::Label::anonymous("glyph".to_owned(), source)
        };
        let shown = (0..count).map(|_| Some(page::Shown::new(&picture, label())));
        Page {
            id: String::new(),
            pictures: shown.collect(),
            hand_in: HandIn { runs, ..one },
            left_out: 0,
        }
    };
    let path = Path::new("x.html");
    let (file, left_out) = page(1).file(path).unwrap();
    assert_eq!(left_out, 0);
    let (_, address) = file.split_once("<img src=\"").unwrap();
    let (address, _) = address.split_once('"').unwrap();
    let bytes = quartet_media::data_url::decode(address).unwrap();
    let claim = quartet_media::labels::read(&mut std::io::Cursor::new(&bytes)).unwrap();
    assert_eq!(claim.aigc["Label"], "1");
    let (file, left_out) = page(26).file(path).unwrap();
    assert!(file.len() as u64 <= MAX_HAND_IN, "{}", file.len());
    assert_eq!(left_out, 0);
}

#[test]
fn damage_is_told_from_a_page_that_was_only_changed() {
    let folder = tempfile::tempdir().unwrap();
    let whole = file_of(&example());
    let code = |name: &str, text: &[u8]| {
        let path = put(&folder, name, text);
        read(&path, name.to_owned()).map_err(|failure| failure.code)
    };
    let read = code("whole.html", whole.as_bytes()).unwrap();
    assert_eq!((read.is_changed, read.hand_in), (false, example()));
    let page = whole.replacen("Watch.", "Witch.", 1);
    assert!(code("page.html", page.as_bytes()).unwrap().is_changed);
    let data = whole.replace("\"said\":1", "\"said\":0");
    assert_eq!(code("data.html", data.as_bytes()), Err(Code::HandInDamaged));
    for end in [whole.len() - 60, whole.len() / 2, 20, 0] {
        let cut = &whole.as_bytes()[..end];
        let found = code("cut.html", cut);
        assert!(
            matches!(found, Err(Code::HandInDamaged | Code::HandInForeign)),
            "{end}: {found:?}"
        );
    }
    let twice = whole.replace("</body>", &whole);
    assert_eq!(
        code("twice.html", twice.as_bytes()),
        Err(Code::HandInDamaged)
    );
    assert_eq!(
        code("hand.html", b"<h1>My results</h1>"),
        Err(Code::HandInForeign)
    );
    assert_eq!(code("utf16.html", b"\xff\xfe<\0"), Err(Code::HandInForeign));
}

/// A file whose hash is right, with other data.
fn forged(data: &str) -> String {
    let whole = file_of(&example());
    let (page, _) = whole.split_once(START).unwrap();
    let (of_data, of_page) = (digest(data), digest(page));
    format!("{page}{START}{of_data} {of_page}\">{data}</script>")
}

#[test]
fn data_made_by_hand_is_checked_though_its_hash_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let mut value = serde_json::to_value(example()).unwrap();
    let code = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value = value.clone();
        change(&mut value);
        let path = put(
            &folder,
            "x.html",
            forged(&value.to_string().replace('<', "\\u003c")),
        );
        read(&path, "x.html".to_owned()).map_err(|failure| failure.code)
    };
    assert!(code(&|_| ()).is_ok());
    assert_eq!(
        code(&|one| one["schema"] = 2.into()),
        Err(Code::HandInNewer)
    );
    assert_eq!(
        code(&|one| one["schema"] = 0.into()),
        Err(Code::HandInDamaged)
    );
    assert_eq!(
        code(&|one| one["lesson"]["id"] = "".into()),
        Err(Code::HandInDamaged)
    );
    assert_eq!(
        code(&|one| one["predictions"][0]["said"] = 9.into()),
        Err(Code::HandInDamaged)
    );
    assert_eq!(
        code(&|one| one["runs"] = 9.into()),
        Err(Code::HandInDamaged)
    );
    assert_eq!(
        code(&|one| *one = serde_json::Value::Null),
        Err(Code::HandInDamaged)
    );
    value["seconds"] = serde_json::Value::Null;
    let deep = "[".repeat(200_000);
    let path = put(&folder, "deep.html", forged(&deep));
    let failure = read(&path, "deep.html".to_owned()).unwrap_err();
    assert_eq!(failure.code, Code::HandInDamaged);
}

#[test]
fn a_folder_becomes_a_table_and_nothing_stops_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let ann = HandIn {
        name: "Ann".to_owned(),
        ..example()
    };
    let mut bo = HandIn {
        name: "Bo".to_owned(),
        language: Language::Zh,
        ..example()
    };
    bo.predictions[0].said = 0;
    bo.claim.as_mut().unwrap().number = Some(0.5);
    put(&folder, "ann/hand in.html", file_of(&ann));
    put(&folder, "bo.HTM", file_of(&bo));
    put(&folder, "copy of ann.html", file_of(&ann));
    put(&folder, "essay.docx", "x");
    put(
        &folder,
        "broken.html",
        file_of(&ann).replace("\"said\":1", "\"said\":0"),
    );
    put(&folder, ".DS_Store", "x");
    put(
        &folder,
        "changed.html",
        file_of(&example()).replacen("Watch.", "", 1),
    );
    let huge = fs::File::create(folder.path().join("huge.html")).unwrap();
    huge.set_len(1 << 30).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("link.html")).unwrap();

    let table = read_all(folder.path());
    let names: Vec<_> = table.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Ann", "Bo", "<img src=x onerror=alert(1)> O'Neill"]);
    assert_eq!(table.rows[0].file, "ann/hand in.html");
    assert_eq!((table.rows[0].right, table.rows[0].judged), (0, 1));
    assert_eq!((table.rows[1].right, table.rows[1].judged), (1, 1));
    assert_eq!(table.rows[0].told, "25 points");
    assert_eq!(table.rows[0].seeds, [7]);
    assert_eq!(table.rows[0].tries, 1);
    let remark = table.rows[2].remark.as_ref().unwrap();
    assert_eq!(remark.code, Code::HandInPageChanged);
    let told: Vec<_> = table
        .problems
        .iter()
        .map(|one| (one.file.as_str(), one.failure.code))
        .collect();
    let mut expected = vec![
        ("broken.html", Code::HandInDamaged),
        ("copy of ann.html", Code::HandInTwice),
        ("essay.docx", Code::HandInForeign),
        ("huge.html", Code::HandInTooLarge),
    ];
    if cfg!(unix) {
        expected.insert(0, ("link.html", Code::HandInForeign));
    }
    assert_eq!(told, expected);

    let [lesson] = &table.lessons[..] else {
        panic!("{:?}", table.lessons);
    };
    assert_eq!((lesson.rows, lesson.measured, lesson.held), (3, 3, 3));
    assert_eq!(lesson.median, "25 points");
    let counts: Vec<_> = lesson.questions[0]
        .choices
        .iter()
        .map(|one| one.count)
        .collect();
    assert_eq!(counts, [1, 2]);

    let csv = csv(&table, Language::En);
    assert!(csv.starts_with('\u{feff}'));
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines.len(), 1 + 3 + expected.len());
    assert!(
        lines[1].starts_with("Ann,ann/hand in.html,Polite or rude?,"),
        "{}",
        lines[1]
    );
    // What a learner wrote is no formula of the teacher's.
    assert!(
        lines[1].contains(",Shouting,'=Words <matter>,"),
        "{}",
        lines[1]
    );
    assert!(lines.last().unwrap().contains("huge.html"), "{csv}");
}

#[test]
fn ten_thousand_files_are_looked_at_and_more_are_told() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder, "a.html", file_of(&example()));
    for at in 0..10_005 {
        fs::File::create(folder.path().join(format!("z{at}.txt"))).unwrap();
    }
    let table = read_all(folder.path());
    assert_eq!((table.rows.len(), table.files), (1, 10_000));
    assert_eq!(table.problems.len(), 10_000);
    let cut = table
        .problems
        .iter()
        .filter(|one| one.failure.code == Code::HandInsTooMany);
    assert_eq!(cut.count(), 1);
}

#[test]
fn a_folder_that_is_none_is_told_and_reading_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let go = |_| std::ops::ControlFlow::Continue(());
    let failure = gather(&folder.path().join("no"), Language::En, go).unwrap_err();
    assert_eq!(failure.code, Code::HandInUnreadable);
    let file = put(&folder, "one.html", file_of(&example()));
    assert_eq!(read_all(&file).rows.len(), 1);
    let stop = |_| std::ops::ControlFlow::Break(());
    let failure = gather(folder.path(), Language::En, stop).unwrap_err();
    assert_eq!(failure.code, Code::Cancelled);
}

prop_compose! {
    fn any_hand_in()(
        name in any::<String>(),
        words in any::<String>(),
        text in any::<String>(),
        choices in prop::collection::vec(any::<String>(), 2..5),
        said in 0u32..2,
        right in prop::option::of(0u32..2),
        seeds in prop::collection::vec(any::<u32>(), 0..4),
        wave in prop::collection::vec(any::<i8>(), 0..20),
        eighths in -1000i32..1000,
        finished in any::<bool>(),
        zh in any::<bool>(),
    ) -> HandIn {
        // Eighths are the same in binary and in decimal.
        let number = f64::from(eighths) / 8.0;
        let mut one = example();
        one.name = name;
        one.language = if zh { Language::Zh } else { Language::En };
        one.finished = finished;
        one.seconds = number.abs();
        one.reflections[0].words = words;
        one.predictions[0] = Prediction { choices, said, right, ..one.predictions[0].clone() };
        one.claim.as_mut().unwrap().number = Some(number);
        one.runs[0].seeds = seeds;
        one.runs[0].result = Results::Text { texts: vec![text] };
        one.runs[2].result = Results::Sound { seconds: number.abs(), wave };
        one
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_written_is_read_again(hand_in in any_hand_in()) {
        let folder = tempfile::tempdir().unwrap();
        let path = put(&folder, "x.html", file_of(&hand_in));
        let found = read(&path, "x.html".to_owned()).unwrap();
        prop_assert!(!found.is_changed);
        prop_assert_eq!(found.hand_in, hand_in);
    }

    #[test]
    fn whatever_bytes_a_file_holds_it_is_told(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0usize..4000) {
        let folder = tempfile::tempdir().unwrap();
        let mut file = file_of(&example()).into_bytes();
        let from = file.len() - 1 - at.min(file.len() - 1);
        file.splice(from.., bytes);
        let path = put(&folder, "x.html", file);
        // No panic; whether it is whole still depends on where the bytes came to stand.
        let _ = read(&path, "x.html".to_owned());
    }
}
