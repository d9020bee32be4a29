//! The terminal program as a person or a script meets it.
//!
//! The tests that generate run the tiny models of tests/golden/text, and SmolLM2 where a run must
//! last; both need ONNX Runtime.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "terminal/lessons.rs"]
mod lessons;
#[path = "terminal/pack.rs"]
mod pack;

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// A data folder and the models to use with it.
struct Place {
    home: tempfile::TempDir,
    models: PathBuf,
    runtime: PathBuf,
}

impl Place {
    /// Without models and without ONNX Runtime.
    fn bare() -> Self {
        let home = tempfile::tempdir().unwrap();
        Self {
            models: home.path().join("none"),
            runtime: home.path().join("libonnxruntime.so.1"),
            home,
        }
    }

    /// With the tiny models.
    fn tiny() -> Self {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/text");
        Self {
            models: golden,
            runtime: variable("QUARTET_ORT"),
            ..Self::bare()
        }
    }

    /// With the installed models.
    fn installed() -> Self {
        Self {
            models: variable("QUARTET_MODELS"),
            ..Self::tiny()
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quartet"));
        command
            .args(arguments)
            .env("QUARTET_HOME", self.home.path())
            .env("QUARTET_MODELS", &self.models)
            .env("QUARTET_ORT", &self.runtime)
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .env("LANG", "en_US.UTF-8")
            // Where files without a folder go.
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs what must work, and gives what it printed.
    fn printed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs what must fail, and gives the exit code and what it said.
    fn failed(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), said)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.printed(arguments)).unwrap()
    }
}

/// # Panics
/// When it is not set: a test that needs it must fail, not pass.
fn variable(name: &str) -> PathBuf {
    let value = std::env::var_os(name);
    value
        .unwrap_or_else(|| panic!("{name} is not set: run `cargo xtask test`"))
        .into()
}

#[test]
fn the_help_lists_the_exit_codes_and_a_wrong_command_line_is_2() {
    let place = Place::bare();
    let help = place.printed(&["--help"]);
    for word in [
        "Exit codes",
        "130",
        "QUARTET_HOME",
        "text",
        "speak",
        "models",
        "works",
    ] {
        assert!(help.contains(word), "{word}");
    }
    for wrong in [
        &["nonsense"][..],
        &["text"],
        &["text", "x", "--seed", "-1"],
        &["text", "x", "--temperature", "warm"],
        &["works", "show"],
    ] {
        assert_eq!(place.failed(wrong).0, 2, "{wrong:?}");
    }
}

#[test]
fn what_is_missing_is_said_in_the_persons_language_with_what_to_do() {
    let place = Place::bare();
    let (code, said) = place.failed(&["text", "hello"]);
    assert_eq!(code, 3);
    assert!(
        said.contains("[modelNone]") && said.contains("what to do"),
        "{said}"
    );

    let (code, said) = place.failed(&["--language", "zh", "text", "hello"]);
    assert_eq!(code, 3);
    assert!(said.contains("还没有安装能完成这项任务的模型"), "{said}");

    let output = place
        .command(&["text", "hello"])
        .env("LANG", "zh_CN.UTF-8")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("解决办法"));
    assert!(output.stdout.is_empty());

    let golden = Place {
        models: Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/text"),
        ..Place::bare()
    };
    let (code, said) = golden.failed(&["text", "hello", "--model", "tiny-llama"]);
    assert_eq!(code, 3);
    assert!(said.contains("[runtimeMissing]"), "{said}");
}

#[test]
fn an_empty_library_is_listed_and_an_unknown_work_is_4() {
    let place = Place::bare();
    assert_eq!(place.printed(&["works", "list"]), "");
    assert_eq!(place.json(&["works", "list", "--json"])["total"], 0);
    let (code, said) = place.failed(&["works", "show", "nothing"]);
    assert_eq!(code, 4);
    assert!(said.contains("[workUnknown]"), "{said}");
    assert_eq!(place.failed(&["models", "verify", "none"]).0, 3);
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_to_is_an_error() {
    let place = Place::bare();
    let full = std::fs::File::create("/dev/full").unwrap();
    let status = place
        .command(&["works", "list", "--json"])
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
}

const TEXT: &[&str] = &["text", "Once upon a time", "--model", "tiny-llama"];

fn text<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [TEXT, more].concat()
}

#[test]
#[ignore = "needs ONNX Runtime: cargo xtask test"]
fn the_same_seed_gives_the_same_bytes() {
    let place = Place::tiny();
    let hot = ["--temperature", "1.5", "--max-tokens", "40"];
    let with = |more: &[&str]| place.printed(&[&text(&hot), more].concat());
    let first = with(&["--seed", "7"]);
    assert!(first.len() > 1 && first.ends_with('\n'));
    assert_eq!(with(&["--seed", "7"]), first);
    assert_eq!(with(&["--seed", "7", "--stream"]), first);
    assert_eq!(with(&["--seed", "7", "--no-keep"]), first);
    assert_ne!(with(&["--seed", "8"]), first);
    assert_eq!(place.json(&["works", "list", "--json"])["total"], 4);
}

#[test]
#[ignore = "needs ONNX Runtime: cargo xtask test"]
fn a_document_describes_the_run_and_the_work_can_be_shown_and_exported() {
    let place = Place::tiny();
    let arguments = [
        "--json",
        "--max-tokens",
        "12",
        "--seed",
        "3",
        "--alternatives",
        "2",
    ];
    let document = place.json(&text(&arguments));
    let answer = document["text"].as_str().unwrap();
    let work = document["work"].as_str().unwrap();
    assert_eq!(document["stats"]["seed"], 3);
    assert_eq!(document["tokens"].as_array().unwrap().len(), 12);
    assert_eq!(
        document["tokens"][0]["alternatives"]
            .as_array()
            .unwrap()
            .len(),
        2
    );

    let shown = place.json(&["works", "show", work, "--json"]);
    assert_eq!(shown["content"], answer);
    assert_eq!(shown["made"]["text"]["request"]["parameters"]["seed"], 3);
    let recipe = place.json(&["works", "show", work, "--recipe"]);
    assert_eq!(recipe["model"]["id"], "tiny-llama");
    assert!(
        place
            .printed(&["works", "list", "--search", "upon"])
            .starts_with(work)
    );

    let file = place.home.path().join("export.md");
    let path = file.to_str().unwrap();
    place.printed(&["works", "export", work, path]);
    let exported = std::fs::read_to_string(&file).unwrap();
    assert!(exported.starts_with("---\nAIGC:\n") && exported.contains(answer));
    assert!(
        !exported.contains("Once upon"),
        "the prompt stays here unless asked for"
    );
    place.printed(&["works", "export", work, path, "--with-recipe"]);
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .contains("Once upon")
    );

    place.printed(&["works", "remove", work]);
    assert_eq!(place.printed(&["works", "list"]), "");
    assert!(
        place
            .printed(&["works", "list", "--deleted"])
            .contains(work)
    );
    place.printed(&["works", "restore", work]);
    assert!(place.printed(&["works", "list"]).contains(work));
}

#[test]
#[ignore = "needs ONNX Runtime: cargo xtask test"]
fn events_come_one_a_line() {
    let place = Place::tiny();
    // With this seed the network does not end by itself before.
    let lines = place.printed(&text(&[
        "--json",
        "--stream",
        "--max-tokens",
        "9",
        "--seed",
        "7",
    ]));
    let events: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let tokens: usize = events
        .iter()
        .filter(|event| event["kind"] == "tokens")
        .map(|event| event["tokens"].as_array().unwrap().len())
        .sum();
    assert_eq!(tokens, 9);
    assert_eq!(events.last().unwrap()["kind"], "done");
}

#[test]
#[ignore = "needs ONNX Runtime: cargo xtask test"]
fn a_prompt_comes_from_stdin_and_a_bad_one_is_4() {
    let place = Place::tiny();
    let piped = |bytes: &[u8]| {
        let mut child = place
            .command(&[
                "text",
                "-",
                "-m",
                "tiny-llama",
                "--seed",
                "1",
                "--max-tokens",
                "5",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        child.wait_with_output().unwrap()
    };
    let given = [
        "text",
        "hello there",
        "-m",
        "tiny-llama",
        "--seed",
        "1",
        "--max-tokens",
        "5",
    ];
    assert_eq!(piped(b"hello there").stdout, place.run(&given).stdout);
    assert_eq!(piped(b"\xff\xfe").status.code(), Some(4));
    assert_eq!(piped(b"").status.code(), Some(4));

    // As long as one argument may be on Linux.
    let long = "word ".repeat(26_000);
    let (code, said) = place.failed(&["text", &long, "-m", "tiny-llama"]);
    assert_eq!(code, 4);
    assert!(said.contains("[promptTooLong]"), "{said}");
    for bad in [
        ["--temperature", "nan"],
        ["--top-p", "0"],
        ["--max-tokens", "0"],
    ] {
        let (code, said) = place.failed(&text(&bad));
        assert_eq!(code, 4, "{bad:?}: {said}");
        assert!(said.contains("[parameterOutOfRange]"), "{said}");
    }
}

#[test]
#[ignore = "needs ONNX Runtime: cargo xtask test"]
fn models_are_listed_added_verified_and_forgotten() {
    let place = Place::tiny();
    let listed = place.json(&["models", "list", "--json"]);
    let ids: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|model| &model["id"])
        .collect();
    assert!(ids.contains(&&Value::from("tiny-llama")), "{ids:?}");
    assert!(place.printed(&["models", "list"]).contains("tiny-merged"));
    // Exported by others: nothing to compare with.
    let (code, said) = place.failed(&["models", "verify", "tiny-llama"]);
    assert_eq!(code, 3);
    assert!(said.contains("[modelUnverifiable]"), "{said}");

    let bare = Place {
        runtime: place.runtime.clone(),
        ..Place::bare()
    };
    let folder = place.models.join("tiny-qwen2");
    let id = bare.printed(&["models", "add", folder.to_str().unwrap()]);
    assert_eq!(id.trim(), "tiny-qwen2");
    let answer = bare.printed(&["text", "hi", "--max-tokens", "3", "--seed", "1"]);
    assert!(!answer.is_empty());
    bare.printed(&["models", "remove", "tiny-qwen2"]);
    assert_eq!(bare.failed(&["text", "hi"]).0, 3);
    assert_eq!(bare.failed(&["models", "add", "/"]).0, 3);
}

fn start_long(place: &Place) -> Child {
    let mut child = place
        .command(&[
            "text",
            "Write a very long story.",
            "-m",
            "smollm2-135m-instruct",
            "--stream",
            "--temperature",
            "1",
            "--max-tokens",
            "3000",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Under way once the first byte is there.
    let mut first = [0];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut first)
        .unwrap();
    child
}

#[test]
#[ignore = "needs the Hibari weights: cargo xtask test"]
fn a_text_is_said_into_a_labelled_file_and_kept() {
    let place = Place::installed();
    let file = place.home.path().join("tea.wav");
    let path = file.to_str().unwrap();
    let say = ["speak", "Tea is served at 4 pm.", "--seed", "7"];
    let document = place.json(&[&say[..], &["--out", path, "--json"]].concat());
    assert_eq!(document["stats"]["seed"], 7);
    assert_eq!(document["script"][0]["words"][0]["text"], "Tea");
    let bytes = std::fs::read(&file).unwrap();
    let has = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    assert!(bytes.starts_with(b"RIFF") && has(b"\"Label\":\"1\""));
    assert!(!has(b"4 pm"), "what was said stays here unless asked for");
    let listed = place.printed(&["works", "list", "--search", "served"]);
    assert!(listed.contains("\taudio\thibari-en\t"), "{listed}");

    let again = place.printed(&[&say[..], &["--out", path, "--no-keep"]].concat());
    assert_eq!(again.trim(), path);
    assert_eq!(place.json(&["works", "list", "--json"])["total"], 1);
    for (arguments, code) in [
        (&["speak", "😀"][..], "[nothingToSay]"),
        (&["speak", "x", "--out", "x.doc"], "[exportFormat]"),
        (&["speak", "x", "--speed", "9"], "[parameterOutOfRange]"),
        (
            &["speak", "x", "--voice", "nobody"],
            "[parameterOutOfRange]",
        ),
    ] {
        let (status, said) = place.failed(arguments);
        assert_eq!(status, 4, "{arguments:?}");
        assert!(said.contains(code), "{said}");
    }
}

#[test]
#[ignore = "needs the Whisper weights: cargo xtask test"]
fn a_recording_is_written_down_printed_saved_and_kept() {
    let place = Place::installed();
    let recording = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/golden/audio/spoken.flac"
    );
    let said = place.printed(&["transcribe", recording]);
    assert!(said.contains("welcome to the studio"), "{said}");
    let listed = place.printed(&["works", "list", "--search", "studio"]);
    assert!(listed.contains("\ttext\twhisper-base\t"), "{listed}");

    let captions = place.home.path().join("said.srt");
    let path = captions.to_str().unwrap();
    let document = place.json(&[
        "transcribe",
        recording,
        "--no-keep",
        "--out",
        path,
        "--json",
    ]);
    assert_eq!(document["stats"]["language"], "en");
    let file = std::fs::read_to_string(&captions).unwrap();
    assert!(file.starts_with("1\n00:00:00,"), "{file}");
    assert_eq!(place.json(&["works", "list", "--json"])["total"], 1);
    for (arguments, code) in [
        (
            &[
                "transcribe",
                concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
            ][..],
            "[soundUnreadable]",
        ),
        (&["transcribe", "missing.wav"], "[inputMissing]"),
        (
            &["transcribe", recording, "--spoken", "xx"],
            "[parameterOutOfRange]",
        ),
        (
            &["transcribe", recording, "--out", "x.doc"],
            "[exportFormat]",
        ),
    ] {
        let (status, said) = place.failed(arguments);
        assert_eq!(status, 4, "{arguments:?}");
        assert!(said.contains(code), "{said}");
    }
}

#[cfg(unix)]
#[test]
#[ignore = "needs the SmolLM2 weights: cargo xtask test"]
fn ctrl_c_stops_at_once_and_leaves_the_library_as_it_was() {
    let place = Place::installed();
    let mut child = start_long(&place);
    let asked = Instant::now();
    let interrupted = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupted.success());
    let mut rest = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "{:?}",
        asked.elapsed()
    );
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("[cancelled]"), "{said}");
    assert_eq!(place.printed(&["works", "list"]), "");
}

#[cfg(unix)]
#[test]
#[ignore = "needs the SmolLM2 weights: cargo xtask test"]
fn a_reader_that_had_enough_ends_the_program_quietly() {
    let place = Place::installed();
    let mut child = start_long(&place);
    drop(child.stdout.take());
    let asked = Instant::now();
    let output = child.wait_with_output().unwrap();
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "{:?}",
        asked.elapsed()
    );
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
#[ignore = "needs the SmolLM2 weights: cargo xtask test"]
fn an_installed_model_is_whole() {
    let place = Place::installed();
    let said = place.printed(&["models", "verify", "smollm2-135m-instruct"]);
    assert_eq!(said, "smollm2-135m-instruct\twhole\n");
}

/// A clip of noise, which no format makes small.
fn noise(folder: &Path) -> PathBuf {
    const SIDE: usize = 128;
    let mut state = 1_u32;
    let mut file = format!("YUV4MPEG2 W{SIDE} H{SIDE} F12:1 C444\n").into_bytes();
    for _ in 0..12 {
        file.extend(b"FRAME\n");
        file.extend((0..3 * SIDE * SIDE).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }));
    }
    let path = folder.join("noise.y4m");
    std::fs::write(&path, file).unwrap();
    path
}

#[test]
fn a_clip_is_made_smoother_without_any_model() {
    let place = Place::bare();
    let clip = noise(place.home.path());
    let clip = clip.to_str().unwrap();
    let made = place.json(&[
        "video",
        clip,
        "--smoother",
        "4",
        "--json",
        "--out",
        "smooth.gif",
    ]);
    assert_eq!(made["stats"]["frames"], 45);
    assert_eq!(made["inbetween"], Value::Null);
    let out = place.home.path().join("smooth.gif");
    assert!(std::fs::metadata(out).unwrap().len() > 1000);
    let works = place.json(&["works", "list", "--json"]);
    assert_eq!(works["works"].as_array().map(Vec::len), Some(1), "{works}");
    for wrong in [
        &["video"][..],
        &["video", clip, "--scene", "a cat@2"],
        &["video", "--scene", "a cat@2", "--slower", "2"],
        &["video", clip, "--no-keep"],
    ] {
        assert_eq!(place.failed(wrong).0, 2, "{wrong:?}");
    }
    let (code, said) = place.failed(&["video", clip, "--smoother", "3"]);
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("--smoother") && said.contains("2, 4, 8"),
        "{said}"
    );
    let (code, said) = place.failed(&["video", "--scene", "a cat@2"]);
    assert_eq!(code, 3, "{said}");
}

#[test]
fn a_clip_that_cannot_be_opened_is_4_and_no_broken_model() {
    let place = Place::bare();
    let folder = place.home.path().join("empty");
    std::fs::create_dir(&folder).unwrap();
    let text = place.home.path().join("text.mp4");
    std::fs::write(&text, "no film").unwrap();
    for (clip, told) in [
        (Path::new("missing.mp4"), "[inputMissing]"),
        (&folder.join("missing.png"), "[inputMissing]"),
        (&folder, "[filmFolder]"),
        (&text, "[filmUnreadable]"),
    ] {
        let (code, said) = place.failed(&["video", clip.to_str().unwrap(), "--smoother", "2"]);
        assert_eq!(code, 4, "{said}");
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn a_storyboard_that_cannot_be_used_is_told_as_what_it_is() {
    let place = Place::bare();
    let file = |name: &str, content: &str| {
        let path = place.home.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let scene = r#"{"scenes": [{"prompt": "a cat", "seconds": 1}]}"#;
    for (path, told) in [
        (place.home.path().join("missing.json"), "[inputMissing]"),
        (place.home.path().to_owned(), "[inputFolder]"),
        (file("broken.json", "{scenes"), "[storyboardUnreadable]"),
        (file("empty.json", ""), "[inputEmpty]"),
        (file("none.json", "{}"), "[storyboardUnreadable]"),
    ] {
        let (code, said) = place.failed(&["video", "--storyboard", path.to_str().unwrap()]);
        assert_eq!(code, 4, "{said}");
        assert!(said.contains(told), "{said}");
    }
    // A byte order mark is no part of it: what is missing here is a model.
    let marked = file("marked.json", &format!("\u{feff}{scene}"));
    let (code, said) = place.failed(&["video", "--storyboard", marked.to_str().unwrap()]);
    assert_eq!(code, 3, "{said}");
}

#[test]
fn where_a_file_cannot_be_written_is_told_before_anything_is_made() {
    let place = Place::bare();
    let clip = noise(place.home.path());
    let clip = clip.to_str().unwrap();
    let folder = place.home.path().join("folder.webp");
    std::fs::create_dir(&folder).unwrap();
    let nowhere = place.home.path().join("none").join("x.webp");
    let long = place.home.path().join("x".repeat(252) + ".webp");
    for (path, told) in [
        (&folder, "[outputFolder]"),
        (&nowhere, "[outputFolderMissing]"),
        (&long, "[outputName]"),
    ] {
        let out = path.to_str().unwrap();
        let (code, said) = place.failed(&["video", clip, "--smoother", "2", "--out", out]);
        assert_eq!(code, 4, "{said}");
        assert!(said.contains(told), "{said}");
    }
    assert_eq!(place.json(&["works", "list", "--json"])["total"], 0);
    // And the longest name that the disk takes is written.
    let longest = place.home.path().join("x".repeat(250) + ".webp");
    let out = longest.to_str().unwrap();
    place.printed(&["video", clip, "--smoother", "2", "--out", out]);
    assert!(longest.is_file());
}

#[test]
fn no_command_writes_over_what_it_reads() {
    let place = Place::bare();
    let file = |name: &str| {
        let path = place.home.path().join(name);
        std::fs::write(&path, "an original").unwrap();
        path
    };
    let (picture, sound) = (file("a.png"), file("talk.wav"));
    let board = file("board.json");
    let clip = file("clip.gif");
    std::fs::create_dir(place.home.path().join("folder")).unwrap();
    std::fs::hard_link(&picture, place.home.path().join("same.png")).unwrap();
    for arguments in [
        &["upscale", "a.png", "--out", "a.png"][..],
        &["upscale", "a.png", "--out", "./folder/../a.png"],
        &["upscale", "a.png", "--out", "same.png", "--no-keep"],
        &["image", "a cat", "--init", "a.png", "--out", "a.png"],
        &[
            "image", "a cat", "--init", "a.png", "--mask", "same.png", "--out", "same.png",
        ],
        &["transcribe", "talk.wav", "--out", "talk.wav"],
        &["transcribe", "talk.wav", "--minutes", "--out", "talk.wav"],
        &["video", "clip.gif", "--slower", "2", "--out", "clip.gif"],
        &["video", "clip.gif", "--no-keep", "--out", "./clip.gif"],
        &["video", ".", "--smoother", "2", "--out", "clip.gif"],
        &[
            "video",
            "--storyboard",
            "board.json",
            "--captions",
            "board.json",
        ],
    ] {
        let (code, said) = place.failed(arguments);
        assert_eq!(code, 4, "{arguments:?}: {said}");
        assert!(said.contains("[outputIsInput]"), "{arguments:?}: {said}");
    }
    for path in [picture, sound, board, clip] {
        assert_eq!(std::fs::read(&path).unwrap(), b"an original");
    }
    // Several pictures get numbers, and none of these is what they begin with.
    let numbered = place.home.path().join("b-2.png");
    std::fs::write(&numbered, "an original").unwrap();
    let several = [
        "image", "x", "--init", "b-2.png", "--count", "2", "--out", "b.png",
    ];
    let (code, said) = place.failed(&several);
    assert!(code == 4 && said.contains("[outputIsInput]"), "{said}");
}

#[test]
fn nothing_is_written_between_the_librarys_works() {
    let place = Place::bare();
    place.printed(&["works", "list"]);
    let works = place.home.path().join("works");
    let other = works.join("other.png");
    std::fs::write(&other, "a work").unwrap();
    let new = works.join("new.png");
    for out in [&other, &new] {
        let out = out.to_str().unwrap();
        let (code, said) = place.failed(&["image", "x", "--out", out]);
        assert!(code == 4 && said.contains("[outputInLibrary]"), "{said}");
    }
    assert_eq!(std::fs::read(&other).unwrap(), b"a work");
    assert!(!new.exists());
}

#[test]
fn a_name_that_cannot_be_written_to_is_told_with_the_endings_that_can() {
    let place = Place::bare();
    std::fs::create_dir(place.home.path().join("folder")).unwrap();
    for (command, allowed) in [
        (&["compose"][..], "mid, wav, flac"),
        (&["speak", "x"], "wav, flac"),
        (&["image", "x"], "png, jpg, webp"),
        (&["video", "--scene", "x"], "webp, gif, png, mp4"),
    ] {
        for (out, told) in [
            ("folder", "[outputFolder]"),
            ("x", "[outputNoEnding]"),
            (".gif", "[outputOnlyEnding]"),
            ("x.doc", "[exportFormat]"),
            ("-", "[outputStdout]"),
        ] {
            let (code, said) = place.failed(&[command, &["--out", out]].concat());
            assert_eq!(code, 4, "{command:?} {out}: {said}");
            assert!(said.contains(told) && said.contains(allowed), "{said}");
            let zh = ["--language", "zh"];
            let (_, said) = place.failed(&[&zh, command, &["--out", out]].concat());
            assert!(said.contains("扩展名") && said.contains(allowed), "{said}");
        }
    }
}

#[test]
fn what_is_given_is_told_as_what_it_is_before_a_model_is_looked_for() {
    let place = Place::bare();
    std::fs::write(place.home.path().join("empty"), "").unwrap();
    std::fs::create_dir(place.home.path().join("folder")).unwrap();
    for command in [
        &["upscale"][..],
        &["transcribe"],
        &["image", "x", "--init"],
        &["video", "--storyboard"],
    ] {
        let pairs = [
            ("folder", "[inputFolder]"),
            ("empty", "[inputEmpty]"),
            ("nowhere", "[inputMissing]"),
            #[cfg(unix)]
            ("/dev/null", "[inputNotRegular]"),
        ];
        for (given, told) in pairs {
            let (code, said) = place.failed(&[command, &[given]].concat());
            assert_eq!(code, 4, "{command:?} {given}: {said}");
            assert!(said.contains(told), "{command:?} {given}: {said}");
            assert!(!said.contains("film"), "{said}");
        }
    }
    let (code, said) = place.failed(&["models", "add", "empty"]);
    assert!(code == 4 && said.contains("[modelIsFile]"), "{said}");
    let (code, said) = place.failed(&["models", "add", "nowhere"]);
    assert!(code == 4 && said.contains("[modelFolderMissing]"), "{said}");
    // Words for a film are no files.
    let (code, said) = place.failed(&["video", "a red fox", "an owl"]);
    assert!(code == 4 && said.contains("[inputMissing]"), "{said}");
    let command = "quartet video --scene \"a red fox\" --scene \"an owl\"";
    assert!(said.contains(command), "{said}");
    let (_, said) = place.failed(&["--language", "zh", "video", "狐狸"]);
    assert!(said.contains("quartet video --scene \"狐狸\""), "{said}");
    let (_, said) = place.failed(&["video", "clip.mp4"]);
    assert!(!said.contains("--scene"), "{said}");
}

#[test]
fn a_wrong_command_line_is_told_in_the_persons_language() {
    let place = Place::bare();
    let (code, said) = place.failed(&["--language", "zh", "spaek"]);
    assert_eq!(code, 2);
    assert!(
        said.contains("没有“spaek”这个命令") && said.contains("“speak”"),
        "{said}"
    );
    let output = place.command(&["text"]).env("LANG", "zh_CN.UTF-8").output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("缺少必需的参数"));
    let (_, said) = place.failed(&["spaek"]);
    assert!(
        said.contains("similar subcommand") && said.contains("'speak'"),
        "{said}"
    );
    let help = place.printed(&["--language", "zh", "--help"]);
    for part in ["用法：", "画一张图片", "退出码：", "以 zh 开头时"] {
        assert!(help.contains(part), "{help}");
    }
    let help = place
        .command(&["video", "--help"])
        .env("LANG", "zh_CN.UTF-8")
        .output();
    let help = String::from_utf8(help.unwrap().stdout).unwrap();
    assert!(
        help.contains("镜头怎样移动") && help.contains("[可选值："),
        "{help}"
    );
    // A number that is none of a few names its option and those that there are.
    let (code, said) = place.failed(&["--language", "zh", "video", "x.gif", "--smoother", "3"]);
    assert_eq!(code, 2);
    assert!(
        said.contains("--smoother") && said.contains("可选：2、4、8"),
        "{said}"
    );
}

#[test]
fn a_film_that_is_to_be_smoother_is_never_less_smooth() {
    let place = Place::bare();
    let clip = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/fixtures/clips/fast25.gif"
    );
    let frames = |times: &str| {
        let out = ["--smoother", times, "--blend", "--format", "gif", "--json"];
        place.json(&[&["video", clip], &out[..]].concat())
    };
    let (four, eight) = (frames("4"), frames("8"));
    assert_eq!(four["stats"]["frames"], eight["stats"]["frames"]);
    assert_eq!(eight["notices"][0]["code"], "filmFramesFewer");
    assert_eq!(frames("2")["notices"], serde_json::json!([]));
}

#[test]
fn a_clip_of_ones_own_stays_ones_own_and_has_one_id_everywhere() {
    let place = Place::bare();
    let clip = noise(place.home.path());
    let out = place.home.path().join("x.webp");
    let made = place.json(&[
        "video",
        clip.to_str().unwrap(),
        "--smoother",
        "2",
        "--json",
        "--out",
        out.to_str().unwrap(),
    ]);
    let claim = quartet_studio::labels::read_file(&out).unwrap();
    assert_eq!(claim.produce_id(), made["work"].as_str());
    let code = claim.digital_source_type.unwrap();
    assert!(code.ends_with("/algorithmicallyEnhanced"), "{code}");
}

#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_in_the_middle_of_a_film_leaves_nothing_half_written() {
    let place = Place::bare();
    let clip = noise(place.home.path());
    // The library is made before the disk is full.
    place.printed(&["works", "list"]);
    let command = place.command(&["video", clip.to_str().unwrap(), "--format", "png"]);
    let mut limited = Command::new("sh");
    // No file may grow beyond some hundreds of kilobytes; the signal that says so is not listened to.
    limited.args(["-c", "trap '' XFSZ; ulimit -f 500; exec \"$0\" \"$@\""]);
    limited.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    let output = limited.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert!(said.contains("libraryFull"), "{said}");
    let works = std::fs::read_dir(place.home.path().join("works")).unwrap();
    assert_eq!(works.count(), 0);
}
