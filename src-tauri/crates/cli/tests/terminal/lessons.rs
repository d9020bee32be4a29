//! `quartet lessons`.

use std::{fs, path::PathBuf};

use super::*;

/// Three steps: ask, count, compare. Where `wrong`, two things are.
fn lesson(place: &Place, id: &str, wrong: bool) -> PathBuf {
    let folder = place.home.path().join("lessons").join(id);
    fs::create_dir_all(&folder).unwrap();
    let (topic, say) = if wrong {
        ("cooking", r#"{ en = "Ask." }"#)
    } else {
        ("basics", r#"{ en = "Ask.", zh = "提问。" }"#)
    };
    let text = format!(
        r#"schema = 1
id = "{id}"
topic = "{topic}"
minutes = 3
age = 10
mode = "free"
needs = ["text"]
title = {{ en = "Sums", zh = "算术" }}
goal = {{ en = "Know it.", zh = "知道它。" }}
misconception = {{ en = "It is sure.", zh = "它很确定。" }}

[[steps]]
id = "one"
part = "run"
say = {say}
[steps.do]
act = "text.ask"
prompt = {{ en = "Say hello.", zh = "说你好。" }}
seed = 7

[[steps]]
id = "two"
part = "run"
say = {{ en = "Count.", zh = "数一数。" }}
[steps.do]
act = "experiment"
rows = [{{ label = {{ en = "A", zh = "甲" }}, group = "g", prompt = {{ en = "Hi", zh = "你好" }} }}]
groups = {{ g = {{ en = "G", zh = "组" }} }}
seeds = [1, 2]
show = ["words"]

[[steps]]
part = "compare"
say = {{ en = "See.", zh = "看。" }}
compare = ["one", "two"]

[claim]
step = "two"
group = "g"
measure = "tokens"
atLeast = 1
"#
    );
    fs::write(folder.join("lesson.toml"), text).unwrap();
    folder
}

#[test]
fn lessons_are_listed_with_what_is_wrong_and_checked_by_line() {
    let place = Place::bare();
    let folder = lesson(&place, "mine", true);
    let folder = folder.to_str().unwrap();
    let listed = place.printed(&["lessons", "list"]);
    assert!(listed.contains("next-word\tbuiltIn\tbasics\t"), "{listed}");
    assert!(listed.contains("mine/lesson.toml:3: "), "{listed}");
    let listed = place.json(&["lessons", "list", "--json"]);
    let own = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["origin"] == "own")
        .unwrap();
    assert!(own["lesson"].is_null() && own["problems"].as_array().unwrap().len() == 2);

    let output = place.run(&["lessons", "check", folder]);
    assert_eq!(output.status.code(), Some(4));
    let found = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = found.lines().collect();
    assert!(
        lines[0].starts_with(&format!("{folder}/lesson.toml:3: `topic` is \"cooking\"")),
        "{found}"
    );
    assert!(
        lines[1].contains(":15: `steps.say` is missing in Chinese"),
        "{found}"
    );
    let output = place.run(&["--language", "zh", "lessons", "check", folder]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("缺少中文"));

    let (code, said) = place.failed(&["lessons", "run", "mine"]);
    assert_eq!(code, 4);
    assert!(
        said.contains("lesson.toml:15: ") && said.contains("[lessonBroken]"),
        "{said}"
    );
    let (code, said) = place.failed(&["lessons", "run", "nothing"]);
    assert!(code == 4 && said.contains("[lessonUnknown]"), "{said}");
    // One that is whole fails for want of a model, and says in which step.
    lesson(&place, "mine", false);
    assert!(
        place
            .printed(&["lessons", "check", folder])
            .contains("nothing is wrong")
    );
    let (code, said) = place.failed(&["lessons", "run", "mine"]);
    assert!(
        code == 3 && said.contains("text.ask") && said.contains("[modelNone]"),
        "{said}"
    );
    let schema = place.json(&["lessons", "schema"]);
    assert_eq!(schema["properties"]["schema"]["maximum"], 1);
}

#[test]
#[ignore = "needs weights and ONNX Runtime: cargo xtask test"]
fn a_lesson_of_three_steps_runs_and_is_recorded_in_both_languages() {
    let place = Place::installed();
    let folder = lesson(&place, "mine", false);
    let short = ["--max-tokens", "8"];
    let run = [
        &["lessons", "run", "mine", "--json", "--seeds", "2"][..],
        &short,
    ]
    .concat();
    let document = place.json(&run);
    assert_eq!(document["holds"], true);
    let ran = document["ran"].as_array().unwrap();
    assert_eq!(
        (&ran[0]["language"], &ran[1]["language"]),
        (&"en".into(), &"zh".into())
    );
    for ran in ran {
        let [text, experiment] = &ran["steps"].as_array().unwrap()[..] else {
            panic!("two acts: {ran}");
        };
        assert!(!text["outcome"]["text"].as_str().unwrap().is_empty());
        assert!(text["outcome"]["tokens"].as_u64().unwrap() <= 8);
        let rows = experiment["outcome"]["made"]["rows"].as_array().unwrap();
        assert_eq!(rows[0]["answers"].as_array().unwrap().len(), 2);
        let claims = ran["claims"].as_array().unwrap();
        assert_eq!(claims[1]["seeds"], serde_json::json!([1001, 1002]));
        assert!(claims.iter().all(|claim| claim["holds"] == true));
    }
    assert_eq!(place.json(&["works", "list", "--json"])["total"], 0);

    let folder_name = folder.to_str().unwrap();
    let record = [
        &["lessons", "record", folder_name, "--spoken-language", "zh"][..],
        &short,
    ]
    .concat();
    let files = place.printed(&record);
    assert_eq!(files.lines().count(), 2);
    let file = fs::read_to_string(folder.join("recorded/zh/one.json")).unwrap();
    let recorded: Value = serde_json::from_str(&file).unwrap();
    // What a seed gives, it gives again.
    assert_eq!(
        recorded["outcome"]["text"],
        ran[1]["steps"][0]["outcome"]["text"]
    );

    // A claim that does not hold is told by the exit code.
    let file = folder.join("lesson.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("atLeast = 1", "atLeast = 100000")).unwrap();
    let only = ["lessons", "run", "mine", "--spoken-language", "en"];
    let (code, said) = place.failed(&[&only[..], &short].concat());
    assert!(code == 4 && said.contains("[lessonClaim]"), "{said}");
}

#[test]
#[ignore = "needs weights and ONNX Runtime: cargo xtask test"]
fn what_a_lesson_draws_and_says_is_recorded_as_labelled_files() {
    let place = Place::installed();
    let folder = lesson(&place, "mine", false);
    let steps = r#"
[[steps]]
id = "seen"
part = "run"
say = { en = "Draw.", zh = "画。" }
do = { act = "image.draw", prompt = { en = "apple", zh = "苹果" }, seed = 7, steps = 2 }

[[steps]]
id = "heard"
part = "run"
say = { en = "Speak.", zh = "说。" }
do = { act = "audio.speak", text = { en = "Good day.", zh = "你好。" }, seed = 7 }
"#;
    let text = fs::read_to_string(folder.join("lesson.toml")).unwrap();
    let text = text.replace(r#"["text"]"#, r#"["text", "image", "speech"]"#);
    fs::write(folder.join("lesson.toml"), text + steps).unwrap();
    let name = folder.to_str().unwrap();
    let asked = ["--spoken-language", "en", "--max-tokens", "4"];
    place.printed(&[&["lessons", "record", name][..], &asked].concat());
    for (step, kind) in [
        ("seen", "data:image/png;base64,"),
        ("heard", "data:audio/wav;base64,"),
    ] {
        let file = folder.join(format!("recorded/en/{step}.json"));
        let recorded: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let address = recorded["outcome"]["file"].as_str().unwrap();
        assert!(address.starts_with(kind), "{step}: {address:.60}");
        assert!(address.len() > 1000, "{step}");
    }
    assert_eq!(place.json(&["works", "list", "--json"])["total"], 0);
}
