//! A hand-in of real works: those of the stored library.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use quartet_media::{Picture, data_url};
use quartet_studio::{Code, Language, Paths, Studio, works::WorksQuery};
use tempfile::TempDir;

use super::{
    HandInOrder, HandInRun, hand_in,
    read::read,
    types::{HandIn, Results},
};
use crate::{folder::FILE, shelf::Shelf};

const LESSON: &str = r#"schema = 1
id = "mine"
topic = "basics"
minutes = 3
age = 10
mode = "free"
needs = ["text", "image", "speech", "video"]
title = { en = "All **four**", zh = "四种" }
goal = { en = "Know it.", zh = "知道它。" }
misconception = { en = "It is sure.", zh = "它很确定。" }

[claim]
step = "count"
group = "kind"
minus = "rude"
measure = "words"
atLeast = 1

[[steps]]
part = "predict"
say = { en = "Say.", zh = "说。" }
[steps.predict]
ask = { en = "**Which** is longer?", zh = "哪个更长？" }
choices = [{ text = { en = "Kind", zh = "客气" } }, { text = { en = "Rude", zh = "粗鲁" } }]
right = 0

[[steps]]
id = "count"
part = "run"
say = { en = "Count.", zh = "数一数。" }
[steps.do]
act = "experiment"
rows = [
    { label = { en = "Please", zh = "请" }, group = "kind", prompt = { en = "Hi", zh = "你好" } },
    { label = { en = "Now", zh = "快" }, group = "rude", prompt = { en = "Hi", zh = "你好" } },
]
groups = { kind = { en = "Kind", zh = "客气" }, rude = { en = "Rude", zh = "粗鲁" } }
seeds = [1]
show = ["tokens", "words"]

[[steps]]
part = "run"
say = { en = "Ask.", zh = "提问。" }
[steps.do]
act = "text.ask"
prompt = { en = "Say hello.", zh = "说你好。" }
seed = 7

[[steps]]
part = "run"
say = { en = "Draw.", zh = "画。" }
[steps.do]
act = "image.draw"
prompt = { en = "a red apple", zh = "红苹果" }
seed = 3

[[steps]]
part = "run"
say = { en = "Speak.", zh = "说。" }
[steps.do]
act = "audio.speak"
text = { en = "Good evening.", zh = "晚上好。" }

[[steps]]
part = "run"
say = { en = "Film.", zh = "拍。" }
[steps.do]
act = "video.travel"
scenes = [{ en = "tree", zh = "树" }, { en = "flower", zh = "花" }]

[[steps]]
part = "keep"
say = { en = "Keep.", zh = "记下。" }
keep = { ask = { en = "One sentence?", zh = "一句话？" } }
"#;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The stored library, with the lesson above beside it.
fn studio() -> (TempDir, Studio) {
    let home = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures");
    copy(&fixtures.join("library-v0.1"), home.path());
    let folder = home.path().join("lessons/mine");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(FILE), LESSON).unwrap();
    let studio = Studio::open(Paths {
        home: home.path().to_owned(),
        models: Vec::new(),
        runtime: PathBuf::new(),
    });
    (home, studio.unwrap())
}

fn work(studio: &Studio, search: &str) -> String {
    let query = WorksQuery {
        search: search.to_owned(),
        limit: 1,
        ..WorksQuery::default()
    };
    studio.works().list(&query).unwrap().works[0].id.clone()
}

fn run(step: u32) -> HandInRun {
    HandInRun {
        step,
        words: None,
        texts: Vec::new(),
        picture: None,
        works: Vec::new(),
        experiment: None,
        recorded: false,
        model: Some("tiny".to_owned()),
        seed: None,
        at: "2026-11-30T09:05:00Z".to_owned(),
    }
}

fn order(studio: &Studio) -> HandInOrder {
    let measures = |group: &str, words: f64| {
        serde_json::json!({
            "group": group, "answers": 1, "right": null, "asks": 0.0, "words": words, "repeated": 0.0,
            "confidence": 0.5, "confidenceWhenWrong": null, "distinct": 1.0, "logProbability": null,
            "tokens": 2.0, "seconds": 0.5,
        })
    };
    let row = |group: &str| {
        serde_json::json!({
            "row": { "label": group, "group": group, "prompt": "Hi", "system": null, "model": null, "right": [], "answer": null },
            "answers": [{
                "seed": 1, "text": "Hello", "right": null, "asks": false, "words": 1, "repeated": 0.0,
                "confidence": 0.5, "logProbability": null, "tokens": 2, "seconds": 0.5,
            }],
        })
    };
    let made = serde_json::json!({
        "rows": [row("kind"), row("rude")], "groups": [measures("kind", 9.0), measures("rude", 4.0)],
    });
    let picture = Picture::new(600, 300, vec![90; 540_000]).unwrap();
    HandInOrder {
        lesson: "mine".to_owned(),
        digest: Shelf::new(studio.home()).whole("mine").unwrap().1,
        language: Language::En,
        name: String::new(),
        begun: "2026-11-30T09:00:00Z".to_owned(),
        seconds: f64::NAN,
        finished: true,
        predictions: BTreeMap::from([(0, 1), (4, 1), (99, 0)]),
        reflections: BTreeMap::from([(6, " Both. ".to_owned()), (0, "none asked".to_owned())]),
        runs: vec![
            HandInRun {
                experiment: Some(serde_json::from_value(made).unwrap()),
                ..run(1)
            },
            HandInRun {
                works: vec![work(studio, "birds sing")],
                ..run(2)
            },
            HandInRun {
                words: Some("My <own> words".to_owned()),
                texts: vec!["Mine.".to_owned()],
                ..run(2)
            },
            HandInRun {
                works: vec![work(studio, "apple")],
                ..run(3)
            },
            HandInRun {
                picture: Some(data_url::unlabelled(&picture, 600)),
                seed: Some(5),
                ..run(3)
            },
            HandInRun {
                works: vec![work(studio, "evening")],
                ..run(4)
            },
            HandInRun {
                works: vec![work(studio, "tree flower")],
                ..run(5)
            },
            HandInRun {
                works: vec!["0192d0c0-0000-7000-8000-000000000000".to_owned()],
                ..run(5)
            },
            // An act that only opened a place.
            run(5),
        ],
    }
}

fn written(studio: &Studio, order: &HandInOrder, folder: &Path) -> (String, HandIn) {
    let path = folder.join("mine.html");
    let written = hand_in(studio, order, &path).unwrap();
    let page = fs::read_to_string(&path).unwrap();
    assert_eq!((written.bytes, written.left_out), (page.len() as u64, 0));
    (page, read(&path, "mine.html".to_owned()).unwrap().hand_in)
}

#[test]
fn results_of_all_kinds_are_in_the_file_with_what_made_them() {
    let (_home, studio) = studio();
    let out = tempfile::tempdir().unwrap();
    let (page, found) = written(&studio, &order(&studio), out.path());
    let kinds: Vec<_> = found
        .runs
        .iter()
        .map(|run| match &run.result {
            Results::Text { .. } => "text",
            Results::Picture => "picture",
            Results::Sound { seconds, wave } if *seconds > 0.0 && wave.len() == 192 => "sound",
            Results::Film { seconds } if *seconds > 0.0 => "film",
            Results::Experiment { .. } => "experiment",
            Results::Gone => "gone",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "experiment",
            "text",
            "text",
            "picture",
            "picture",
            "sound",
            "film",
            "gone"
        ]
    );
    let number = found.claim.as_ref().unwrap();
    assert_eq!((number.number, number.holds), (Some(5.0), true));
    assert_eq!(number.what, "Kind minus Rude");
    // The steps that have a question, and no others.
    assert_eq!(found.predictions.len(), 1);
    assert_eq!(found.predictions[0].ask, "Which is longer?");
    assert_eq!(found.predictions[0].came, "Kind 9.0 / Rude 4.0");
    assert_eq!(found.reflections.len(), 1);
    assert_eq!(found.reflections[0].words, "Both.");
    assert!(found.seconds.abs() < f64::EPSILON);
    // The library knows better than the page which model it was, and which seed.
    let text = &found.runs[1];
    assert_ne!(text.model, "tiny");
    assert_eq!(text.seeds.len(), 1);
    assert_eq!(found.runs[2].prompts, ["My <own> words"]);
    assert!(found.runs[2].own);
    assert_eq!(found.runs[4].seeds, [5]);
    // Three pictures, each labelled.
    let pictures: Vec<_> = page.split("<img src=\"").skip(1).collect();
    assert_eq!(pictures.len(), 3);
    for picture in pictures {
        let (address, _) = picture.split_once('"').unwrap();
        let file = data_url::decode(address).unwrap();
        let claim = quartet_media::labels::read(&mut std::io::Cursor::new(file)).unwrap();
        assert_eq!(claim.aigc["Label"], "1");
        // The whole recipe holds the words of the prompt, and of the disk.
        assert_eq!(claim.provenance.and_then(|own| own.recipe), None);
    }
    assert!(page.contains("All four"));
    assert!(page.contains("My &lt;own&gt; words"));
    for told in [studio.home(), out.path()] {
        assert!(!page.contains(&told.display().to_string()));
    }
}

#[test]
fn what_cannot_be_handed_in_is_told() {
    let (_home, studio) = studio();
    let out = tempfile::tempdir().unwrap();
    let code = |order: &HandInOrder, name: &str| {
        let path = out.path().join(name);
        let failure = hand_in(&studio, order, &path).unwrap_err();
        assert!(!path.is_file(), "{name}");
        failure.code
    };
    let whole = order(&studio);
    let changed = HandInOrder {
        digest: "0".repeat(64),
        ..whole.clone()
    };
    assert_eq!(code(&changed, "a.html"), Code::LessonChanged);
    let unknown = HandInOrder {
        lesson: "no".to_owned(),
        ..whole.clone()
    };
    assert_eq!(code(&unknown, "a.html"), Code::LessonUnknown);
    let empty = HandInOrder {
        predictions: BTreeMap::new(),
        reflections: BTreeMap::new(),
        runs: vec![run(1)],
        ..whole.clone()
    };
    assert_eq!(code(&empty, "a.html"), Code::HandInNothing);
    // Words of learners become no program, and no page of another kind.
    assert_eq!(code(&whole, "a.js"), Code::ExportFormat);
    assert_eq!(code(&whole, "no/a.html"), Code::OutputFolderMissing);
}
