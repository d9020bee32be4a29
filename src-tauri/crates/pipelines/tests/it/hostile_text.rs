//! Folders and requests from strangers: each ends in a typed error, none in a panic or a crash.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use quartet_pipelines::{
    Error, Result,
    text::{Message, Role, TextEvent, TextModel, TextParameters, TextPipeline, TextRequest},
};
use quartet_runtime::{Cancel, Error as RuntimeError, SessionOptions};

use crate::support::{copy, golden, runtime};

fn tiny(name: &str) -> PathBuf {
    golden("text").join(name)
}

/// A copy of a tiny model in which `change` may do its worst.
fn changed(name: &str, change: impl FnOnce(&Path)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&tiny(name), folder.path());
    change(folder.path());
    folder
}

fn open(folder: &Path) -> Result<TextPipeline> {
    TextPipeline::open(
        &runtime(),
        folder,
        &SessionOptions::default(),
        &Cancel::new(),
    )
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
        local_time: None,
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
        assert!(matches!(error, Error::ModelFile { .. }), "{error}");
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
fn a_tokenizer_of_another_model_is_recognised_by_its_ids() {
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

/// Fields of the wire format of Protocol Buffers, enough to write a graph that no exporter would.
mod proto {
    fn varint(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    pub fn number(field: u64, value: u64) -> Vec<u8> {
        [varint(field << 3), varint(value)].concat()
    }

    pub fn bytes(field: u64, content: &[u8]) -> Vec<u8> {
        [
            varint(field << 3 | 2),
            varint(content.len() as u64),
            content.to_vec(),
        ]
        .concat()
    }
}

/// A graph (onnx.proto's `ModelProto`) that hands its cache through, with keys and values of
/// `[1, heads, past, head_dim]`; a side of `None` is left free.
fn graph_with_a_cache_of(heads: Option<u64>, head_dim: Option<u64>) -> Vec<u8> {
    use proto::{bytes, number};
    let (float, int64) = (1, 7);
    let value = |name: &str, element: u64, shape: &[Option<u64>]| {
        let dimension = |side: &Option<u64>| match side {
            Some(size) => bytes(1, &number(1, *size)),
            None => bytes(1, &bytes(2, b"free")),
        };
        let shape: Vec<u8> = shape.iter().flat_map(dimension).collect();
        let tensor = [number(1, element), bytes(2, &shape)].concat();
        [bytes(1, name.as_bytes()), bytes(2, &bytes(1, &tensor))].concat()
    };
    let node = |operator: &str, input: &str, output: &str, attribute: &[u8]| {
        let parts = [
            bytes(1, input.as_bytes()),
            bytes(2, output.as_bytes()),
            bytes(4, operator.as_bytes()),
        ];
        bytes(1, &[parts.concat(), attribute.to_vec()].concat())
    };
    let cache = [Some(1), heads, None, head_dim];
    // Cast's `to`: an attribute of the type INT.
    let to_float = bytes(
        5,
        &[bytes(1, b"to"), number(3, float), number(20, 2)].concat(),
    );
    let graph = [
        node("Cast", "input_ids", "logits", &to_float),
        node("Identity", "past_key_values.0.key", "present.0.key", &[]),
        node(
            "Identity",
            "past_key_values.0.value",
            "present.0.value",
            &[],
        ),
        bytes(2, b"hostile"),
        bytes(11, &value("input_ids", int64, &[None, None])),
        bytes(11, &value("past_key_values.0.key", float, &cache)),
        bytes(11, &value("past_key_values.0.value", float, &cache)),
        bytes(12, &value("logits", float, &[None, None])),
        bytes(12, &value("present.0.key", float, &cache)),
        bytes(12, &value("present.0.value", float, &cache)),
    ];
    let opset = [bytes(1, b""), number(2, 18)].concat();
    [number(1, 8), bytes(7, &graph.concat()), bytes(8, &opset)].concat()
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn absurd_shapes() {
    let opened = |graph: Vec<u8>, config: serde_json::Value| {
        let folder = changed("tiny-llama", |folder| {
            fs::write(folder.join("onnx/model.onnx"), graph).unwrap();
            fs::write(folder.join("config.json"), config.to_string()).unwrap();
        });
        open(folder.path()).unwrap_err()
    };
    let modest = serde_json::json!({"num_attention_heads": 4, "hidden_size": 64});
    let huge = 1 << 40;
    for (heads, head_dim) in [
        (Some(huge), Some(64)),
        (Some(4), Some(huge)),
        (Some(u64::MAX >> 1), Some(u64::MAX >> 1)),
        (Some(0), Some(0)),
        // As large as two of three limits allow.
        (Some(4096), Some(4096)),
    ] {
        let error = opened(graph_with_a_cache_of(heads, head_dim), modest.clone());
        assert!(
            matches!(error, Error::UnsupportedGraph { .. }),
            "{heads:?} {head_dim:?}: {error}"
        );
    }
    // The same from a config, for a graph that leaves these sides free.
    for config in [
        serde_json::json!({"num_key_value_heads": u64::MAX, "head_dim": u64::MAX}),
        serde_json::json!({"num_attention_heads": 0, "hidden_size": 64}),
        serde_json::json!({"num_attention_heads": -4, "hidden_size": 1e300}),
        serde_json::json!({"num_key_value_heads": 4, "head_dim": huge}),
        serde_json::json!([]),
        serde_json::json!("text"),
    ] {
        let error = opened(graph_with_a_cache_of(None, None), config.clone());
        assert!(
            matches!(error, Error::UnsupportedGraph { .. }),
            "{config}: {error}"
        );
    }
    // A sensible cache, and logits that are none.
    let error = opened(graph_with_a_cache_of(Some(4), Some(16)), modest);
    assert!(matches!(error, Error::UnsupportedGraph { .. }), "{error}");
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_context_of_any_length_is_cut_to_ours() {
    for length in [0, 1_u64 << 62] {
        let folder = changed("tiny-llama", |folder| {
            let path = folder.join("config.json");
            let mut config: serde_json::Value =
                serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            config["max_position_embeddings"] = length.into();
            fs::write(path, config.to_string()).unwrap();
        });
        let context = open(folder.path()).unwrap().info().context_length;
        assert!((1..=8192).contains(&context), "{context}");
    }
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn hostile_templates_are_refused_when_they_are_used() {
    for template in [
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{{ ['y' * 100000] * 1000000000 ~ '' }}",
        "{% for %}",
        "{{ 1 +".repeat(1000).as_str(),
    ] {
        let folder = changed("tiny-llama", |folder| {
            fs::write(folder.join("chat_template.jinja"), template).unwrap();
        });
        let error = match open(folder.path()) {
            Ok(mut pipeline) => pipeline
                .render(&request("hello").messages)
                .expect_err("the template is hostile"),
            Err(error) => error,
        };
        assert!(matches!(error, Error::Template { .. }), "{error}");
    }
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn half_a_character_in_a_file_is_reported() {
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
        for text in [&br#"{"a": "\ud800"}"#[..], b"{\"a\": \"\xff\"}"] {
            let folder = changed("tiny-llama", |folder| {
                fs::write(folder.join(name), text).unwrap();
            });
            let error = open(folder.path()).unwrap_err();
            assert!(matches!(error, Error::ModelFile { .. }), "{name}: {error}");
        }
    }
}

/// What the window and the terminal's `--events` hand in is JSON: it cannot hold these.
#[test]
fn requests_that_are_none_do_not_become_others() {
    let whole = r#"{"messages": [{"role": "user", "content": "x"}], "parameters": {"seed": 1}}"#;
    assert!(serde_json::from_str::<TextRequest>(whole).is_ok());
    for (from, to) in [
        (r#""seed": 1"#, r#""seed": -1"#),
        (r#""seed": 1"#, r#""seed": 4294967296"#),
        (r#""seed": 1"#, r#""temperature": NaN"#),
        (r#""x""#, r#""\ud800""#),
        (r#""x""#, r#""\udc00\ud800""#),
        (r#""user""#, r#""root""#),
    ] {
        let broken = whole.replace(from, to);
        assert_ne!(broken, whole);
        assert!(
            serde_json::from_str::<TextRequest>(&broken).is_err(),
            "{broken}"
        );
    }
}
