//! The text pipeline against numbers made elsewhere: `models/recipes/quartet_recipes/{tiny,golden}`.
//!
//! The tiny models have the shapes that exporters write: keys and values in place, in float16,
//! concatenated, merged with a cache branch, logits for every position. Their references come from
//! a float32 forward pass in numpy. Graphs and references of the exported ones were made by other
//! people's programs altogether: optimum and `PyTorch` (`quartet_recipes.exported`).

use std::{fs, path::Path};

use quartet_pipelines::{
    Error,
    text::{Message, TextEvent, TextModel, TextParameters, TextPipeline, TextRequest},
};
use quartet_runtime::{Cancel, SessionOptions};
use serde::Deserialize;

use crate::support::{golden, model, runtime};

fn open(folder: &Path) -> TextPipeline {
    TextPipeline::open(
        &runtime(),
        folder,
        &SessionOptions::default(),
        &Cancel::new(),
    )
    .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    let text = fs::read_to_string(path).expect("the golden file is there");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[derive(Deserialize)]
struct Tiny {
    messages: Vec<Message>,
    prompt_ids: Vec<u32>,
    greedy_ids: Vec<u32>,
    tolerance: f32,
    prompt_logits: Vec<f32>,
    final_logits: Vec<f32>,
}

fn assert_close(name: &str, found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let worst = found
        .iter()
        .zip(expected)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    assert!(worst <= tolerance, "{name}: logits are off by {worst}");
}

/// Template, tokens, first logits, 16 greedy tokens and the logits after them.
fn check(name: &str, in_place: bool) {
    let folder = golden("text").join(name);
    let tiny: Tiny = read(&folder.join("reference.json"));
    let mut pipeline = open(&folder);
    assert_eq!(pipeline.info().cache_in_place, in_place, "{name}");
    assert_eq!(
        pipeline.render(&tiny.messages).unwrap(),
        tiny.prompt_ids,
        "{name}"
    );

    let request = TextRequest {
        messages: tiny.messages,
        answer_start: Vec::new(),
        parameters: TextParameters {
            temperature: 0.0,
            max_tokens: tiny.greedy_ids.len() as u32,
            ..TextParameters::default()
        },
        alternatives: 0,
        local_time: None,
    };
    let cancel = Cancel::new();
    let ids: Vec<u32> = pipeline
        .run(request, &cancel)
        .unwrap()
        .filter_map(|event| match event.unwrap() {
            TextEvent::Token(token) => Some(token.id),
            _ => None,
        })
        .collect();
    assert_eq!(ids, tiny.greedy_ids, "{name}");

    let model = pipeline.language_model();
    model.truncate(0).unwrap();
    model.read(&tiny.prompt_ids, &cancel).unwrap();
    assert_close(name, model.logits(), &tiny.prompt_logits, tiny.tolerance);
    for id in &tiny.greedy_ids {
        model.read(&[*id], &cancel).unwrap();
    }
    assert_close(name, model.logits(), &tiny.final_logits, tiny.tolerance);

    // Truncating and reading on gives what reading once gave, whatever kind of cache it is.
    model.truncate(tiny.prompt_ids.len()).unwrap();
    for id in &tiny.greedy_ids {
        model.read(&[*id], &cancel).unwrap();
    }
    assert_close(name, model.logits(), &tiny.final_logits, tiny.tolerance);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn keys_and_values_in_place() {
    check("tiny-llama", true);
    check("tiny-qwen2", true);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn keys_and_values_in_half_precision() {
    check("tiny-half-cache", true);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn keys_and_values_concatenated_as_exporters_write_them() {
    check("tiny-plain", false);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn merged_graphs_with_a_cache_branch() {
    check("tiny-merged", false);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn graphs_that_give_logits_for_every_position() {
    let name = "tiny-all-logits";
    check(name, open(&golden("text").join(name)).info().cache_in_place);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn folders_that_optimum_exported_run_unchanged() {
    for name in [
        "exported-llama",
        "exported-qwen2",
        "exported-qwen3",
        "exported-phi3",
    ] {
        check(name, false);
    }
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn an_exported_pair_of_graphs_merged_behind_a_branch() {
    check("exported-llama-merged", false);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn an_exported_graph_in_half_precision() {
    check("exported-qwen3-half", false);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn an_exported_graph_whose_layers_see_a_window_of_the_context() {
    check("exported-gemma3", false);
}

#[derive(Deserialize)]
struct Chat {
    conversations: Vec<Conversation>,
}

#[derive(Deserialize)]
struct Conversation {
    model: String,
    name: String,
    messages: Vec<Message>,
    forged: bool,
    ids: Vec<u32>,
}

/// Token for token what jinja2 and the tokenizers package give, for both starter models; where a
/// person typed a control token, the reference has it spelled out.
#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn conversations_become_the_tokens_that_the_reference_gives() {
    let chat: Chat = read(&golden("text/chat.json"));
    assert!(
        chat.conversations
            .iter()
            .any(|conversation| conversation.forged)
    );
    let mut opened: Option<(String, TextPipeline)> = None;
    for conversation in chat.conversations {
        if opened
            .as_ref()
            .is_none_or(|(model, _)| *model != conversation.model)
        {
            let folder = model(&conversation.model);
            opened = Some((conversation.model.clone(), open(&folder)));
        }
        let (_, pipeline) = opened.as_mut().expect("just opened");
        if conversation
            .messages
            .iter()
            .all(|message| message.content.trim().is_empty())
        {
            // A template would write a turn of nothing; people are told instead.
            assert_eq!(
                pipeline.render(&conversation.messages),
                Err(Error::EmptyPrompt)
            );
            continue;
        }
        let ids = pipeline.render(&conversation.messages).unwrap();
        assert_eq!(
            ids, conversation.ids,
            "{}: {}",
            conversation.model, conversation.name
        );
    }
}

#[derive(Deserialize)]
struct Reference {
    model: String,
    tolerance: f32,
    prompts: Vec<ReferencePrompt>,
}

#[derive(Deserialize)]
struct ReferencePrompt {
    ids: Vec<u32>,
    greedy_ids: Vec<u32>,
    /// How far the best token was ahead, in nats, at each step of the reference.
    margins: Vec<f32>,
    top: Vec<Top>,
}

#[derive(Deserialize)]
struct Top {
    ids: Vec<u32>,
    logprobs: Vec<f32>,
}

/// The converted model against the float32 arithmetic of its source's dequantised weights: the
/// same token wherever the reference is surer than the tolerance, and its five best close.
#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn the_small_model_predicts_what_float32_predicts() {
    let reference: Reference = read(&golden("text/smollm2.json"));
    let mut pipeline = open(&model(&reference.model));
    let cancel = Cancel::new();
    let model = pipeline.language_model();
    for prompt in &reference.prompts {
        model.truncate(0).unwrap();
        model.read(&prompt.ids, &cancel).unwrap();
        for (step, id) in prompt.greedy_ids.iter().enumerate() {
            let logits = model.logits();
            let best = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f64 = logits
                .iter()
                .map(|logit| f64::from(logit - best).exp())
                .sum();
            let logprob = |id: u32| logits[id as usize] - best - sum.ln() as f32;
            if prompt.margins[step] > reference.tolerance {
                let found = logits
                    .iter()
                    .position(|logit| *logit >= best)
                    .expect("a maximum");
                assert_eq!(found as u32, *id, "step {step}");
            }
            for (id, expected) in prompt
                .top
                .get(step)
                .iter()
                .flat_map(|top| top.ids.iter().zip(&top.logprobs))
            {
                let off = (logprob(*id) - expected).abs();
                assert!(
                    off < reference.tolerance,
                    "step {step}: token {id} is off by {off}"
                );
            }
            model.read(&[*id], &cancel).unwrap();
        }
    }
}

/// A folder with the template of another family, and the byte order marks of a Windows editor.
fn with_template(template: &str) -> tempfile::TempDir {
    let (tiny, folder) = (
        golden("text").join("exported-llama"),
        tempfile::tempdir().unwrap(),
    );
    fs::create_dir(folder.path().join("onnx")).unwrap();
    fs::copy(
        tiny.join("onnx/model.onnx"),
        folder.path().join("onnx/model.onnx"),
    )
    .unwrap();
    for name in [
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
    ] {
        let text = fs::read_to_string(tiny.join(name)).unwrap();
        // The system messages of these families are longer than what the model was made for.
        let text = text.replace(
            "\"max_position_embeddings\": 256",
            "\"max_position_embeddings\": 4096",
        );
        fs::write(folder.path().join(name), format!("\u{feff}{text}")).unwrap();
    }
    let source = golden("text/templates").join(format!("{template}.jinja"));
    let source = fs::read_to_string(source).unwrap();
    let file = folder.path().join("chat_template.jinja");
    fs::write(file, format!("\u{feff}{source}")).unwrap();
    folder
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn folders_of_the_shape_of_current_models_run_and_keep_their_day() {
    for template in ["mistral-small-3", "smollm3", "granite-3.1", "gpt-oss"] {
        let folder = with_template(template);
        let mut pipeline = open(folder.path());
        assert!(pipeline.info().is_dated, "{template}");
        let messages: Vec<Message> =
            serde_json::from_str(r#"[{"role": "user", "content": "Hi"}]"#).unwrap();
        let mut written = |day: &str| pipeline.render_at(&messages, Some(day)).unwrap();
        let first = written("2026-03-01T09:15:00");
        assert_eq!(first, written("2026-03-01T23:15:00"), "{template}");
        assert_ne!(first, written("2026-04-02T09:15:00"), "{template}");
        let request = TextRequest {
            messages,
            answer_start: Vec::new(),
            parameters: TextParameters {
                temperature: 0.0,
                max_tokens: 4,
                ..TextParameters::default()
            },
            alternatives: 0,
            local_time: Some("2026-03-01T09:15:00".to_owned()),
        };
        let cancel = Cancel::new();
        let events = pipeline.run(request, &cancel).unwrap();
        let last = events.map(Result::unwrap).last();
        assert!(matches!(last, Some(TextEvent::Done(_))), "{template}");
    }
}
