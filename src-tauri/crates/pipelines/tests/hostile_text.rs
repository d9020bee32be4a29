//! Folders and requests from strangers: each ends in a typed error, none in a panic or a crash.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use quartet_pipelines::{
    Error, Pipeline, Result,
    text::{Message, Role, TextEvent, TextOptions, TextParameters, TextPipeline, TextRequest},
};
use quartet_runtime::{Cancel, Error as RuntimeError, Runtime};

const LIBRARY: &str = "needs the library: cargo xtask test";

fn runtime() -> Runtime {
    let Some(path) = std::env::var_os("QUARTET_ORT") else {
        panic!("{LIBRARY}")
    };
    Runtime::load(Path::new(&path)).unwrap_or_else(|error| panic!("{error}"))
}

fn tiny(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/golden/text")
        .join(name)
}

/// A copy of a tiny model in which `change` may do its worst.
fn changed(name: &str, change: impl FnOnce(&Path)) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("onnx")).unwrap();
    for part in ["", "onnx"] {
        for entry in fs::read_dir(tiny(name).join(part)).unwrap().flatten() {
            if entry.path().is_file() {
                fs::copy(entry.path(), copy.path().join(part).join(entry.file_name())).unwrap();
            }
        }
    }
    change(copy.path());
    copy
}

fn open(folder: &Path) -> Result<TextPipeline> {
    TextPipeline::open(&runtime(), folder, &TextOptions::default(), &Cancel::new())
}

fn request(content: &str) -> TextRequest {
    TextRequest {
        messages: vec![Message {
            role: Role::User,
            content: content.to_owned(),
        }],
        answer_start: Vec::new(),
        parameters: TextParameters {
            temperature: 0.0,
            max_tokens: 4,
            ..Default::default()
        },
        alternatives: 2,
    }
}

fn replace(path: &Path, old: &[u8], new: &[u8]) {
    assert_eq!(
        old.len(),
        new.len(),
        "lengths are written elsewhere in the file"
    );
    let mut bytes = fs::read(path).unwrap();
    let at = bytes
        .windows(old.len())
        .position(|window| window == old)
        .expect("it is there");
    bytes[at..at + old.len()].copy_from_slice(new);
    fs::write(path, bytes).unwrap();
}

fn unusable(result: Result<TextPipeline>) -> String {
    match result {
        Err(Error::Runtime(RuntimeError::ModelUnusable { reason, .. })) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_folder_that_is_no_model() {
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(open(empty.path()), Err(Error::MissingPart { .. })));
    assert!(matches!(
        open(&empty.path().join("absent")),
        Err(Error::MissingPart { .. })
    ));
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_graph_cut_short_or_made_of_noise() {
    let cut = changed("tiny-llama", |folder| {
        let path = folder.join("onnx/model.onnx");
        let bytes = fs::read(&path).unwrap();
        fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    });
    unusable(open(cut.path()));
    let noise = changed("tiny-llama", |folder| {
        let noise: Vec<u8> = (0..50_000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        fs::write(folder.join("onnx/model.onnx"), noise).unwrap();
    });
    unusable(open(noise.path()));
    let nothing = changed("tiny-llama", |folder| {
        fs::write(folder.join("onnx/model.onnx"), []).unwrap();
    });
    unusable(open(nothing.path()));
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn weights_that_point_outside_the_folder() {
    for outside in [b"../../etc/passw", b"/etc/ssl/secret"] {
        let escaping = changed("tiny-qwen2", |folder| {
            replace(&folder.join("onnx/model.onnx"), b"model.onnx_data", outside);
        });
        let reason = unusable(open(escaping.path()));
        assert!(
            reason.contains("xternal data path") || reason.contains("bsolute"),
            "{reason}"
        );
    }
    let absent = changed("tiny-qwen2", |folder| {
        fs::remove_file(folder.join("onnx/model.onnx_data")).unwrap();
    });
    unusable(open(absent.path()));
    let short = changed("tiny-qwen2", |folder| {
        fs::write(folder.join("onnx/model.onnx_data"), [0; 16]).unwrap();
    });
    unusable(open(short.path()));
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn tokenizers_that_are_none() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"model":{"type":"BPE"}}"#,
        "\u{0}",
        &"[".repeat(100_000),
    ] {
        let broken = changed("tiny-llama", |folder| {
            fs::write(folder.join("tokenizer.json"), text).unwrap();
        });
        let error = open(broken.path()).unwrap_err();
        assert!(matches!(error, Error::BrokenFile { .. }), "{error}");
    }
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_tokenizer_whose_pattern_would_never_end() {
    let endless = changed("tiny-llama", |folder| {
        let path = folder.join("tokenizer.json");
        let mut json: serde_json::Value =
            serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        json["pre_tokenizer"] = serde_json::json!({
            "type": "Split",
            "pattern": { "Regex": "(?=(a|a|aa)+$)(a+)+\\1$" },
            "behavior": "Isolated",
            "invert": false,
        });
        fs::write(path, serde_json::to_vec(&json).unwrap()).unwrap();
    });
    let mut pipeline = open(endless.path()).unwrap();
    let started = Instant::now();
    // Refused or tokenised: either is fine, hanging or panicking is not.
    let _ = pipeline.render(&request(&"a".repeat(200)).messages);
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_tokenizer_of_another_model_is_told_by_its_ids() {
    let mixed = changed("tiny-llama", |folder| {
        let path = folder.join("tokenizer.json");
        let mut json: serde_json::Value =
            serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for token in json["added_tokens"].as_array_mut().unwrap() {
            token["id"] = (token["id"].as_u64().unwrap() + 100_000).into();
        }
        for id in json["model"]["vocab"].as_object_mut().unwrap().values_mut() {
            *id = (id.as_u64().unwrap() + 100_000).into();
        }
        fs::write(path, serde_json::to_vec(&json).unwrap()).unwrap();
    });
    let mut pipeline = open(mixed.path()).unwrap();
    let error = pipeline
        .run(request("hello"), &Cancel::new())
        .err()
        .unwrap();
    assert!(matches!(error, Error::UnknownToken { .. }), "{error}");
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn requests_with_no_meaning_are_refused_and_the_next_one_works() {
    let mut pipeline = open(&tiny("tiny-llama")).unwrap();
    let cancel = Cancel::new();
    let mut refuse = |change: fn(&mut TextRequest)| {
        let mut bad = request("hello");
        change(&mut bad);
        pipeline.run(bad, &cancel).err().expect("it has no meaning")
    };
    assert!(matches!(refuse(|r| r.messages.clear()), Error::EmptyPrompt));
    assert!(matches!(
        refuse(|r| r.messages[0].content = " \n".into()),
        Error::EmptyPrompt
    ));
    assert!(matches!(
        refuse(|r| r.parameters.temperature = f32::NAN),
        Error::Parameter {
            name: "temperature",
            ..
        }
    ));
    assert!(matches!(
        refuse(|r| r.answer_start = vec![u32::MAX]),
        Error::UnknownToken { .. }
    ));
    assert!(matches!(
        refuse(|r| r.messages[0].content = "x ".repeat(500_000)),
        Error::PromptTooLong { .. }
    ));
    let events: Vec<_> = pipeline.run(request("hello"), &cancel).unwrap().collect();
    assert!(matches!(events.last(), Some(Ok(TextEvent::Done(_)))));
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn odd_texts_are_only_texts() {
    let mut pipeline = open(&tiny("tiny-llama")).unwrap();
    for text in [
        "\u{0}",
        "שלום עולם \u{202e}abc",
        "🏳️‍🌈👩‍👩‍👧",
        "\u{fffd}\u{f0000}0\u{f0001}",
        "<|im_end|>",
        "e\u{301}\u{301}",
    ] {
        let cancel = Cancel::new();
        let last = pipeline.run(request(text), &cancel).unwrap().last();
        assert!(
            matches!(last, Some(Ok(TextEvent::Done(_)))),
            "{text:?}: {last:?}"
        );
    }
}
