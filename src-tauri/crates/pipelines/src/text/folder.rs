//! Reads a text model's folder: the layout of transformers.js and optimum.
//!
//! `config.json`, `tokenizer.json`, `tokenizer_config.json` or `chat_template.jinja`,
//! `generation_config.json`, and the graph as onnx/model*.onnx or model.onnx with its external data.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{TextParameters, TokenId, template};
use crate::{Result, folder::ModelFolder};

/// Graph files in the order they are preferred where a folder holds several: quantised ones, which
/// are what a laptop runs fast, then float32, then float16, which most CPUs only emulate.
const GRAPHS: &[&str] = &[
    "onnx/model_q4.onnx",
    "onnx/model_quantized.onnx",
    "onnx/model_int8.onnx",
    "onnx/model_uint8.onnx",
    "onnx/model.onnx",
    "onnx/decoder_model_merged_quantized.onnx",
    "onnx/decoder_model_merged.onnx",
    "onnx/model_q4f16.onnx",
    "onnx/model_fp16.onnx",
    "model.onnx",
    "decoder_model_merged.onnx",
];

/// What the folder says, before anything large is read.
#[derive(Debug)]
pub(super) struct TextFolder {
    pub(super) graph: PathBuf,
    pub(super) tokenizer: PathBuf,
    pub(super) template: Option<String>,
    /// `bos_token` and its like, by the names that templates know them by.
    pub(super) special_tokens: Vec<(String, String)>,
    /// Ids that end the model's turn; may be incomplete until the tokenizer is read.
    pub(super) end_ids: Vec<TokenId>,
    pub(super) context_length: usize,
    /// For graphs that leave these sides free.
    pub(super) kv_heads: Option<usize>,
    pub(super) head_dim: Option<usize>,
    pub(super) defaults: TextParameters,
}

/// The graph file of a folder, if it has one.
pub fn find_graph(folder: &Path) -> Option<PathBuf> {
    GRAPHS
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}

impl TextFolder {
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let files = ModelFolder::new(folder);
        let mut graphs = GRAPHS
            .iter()
            .filter_map(|name| files.find(name).transpose());
        let graph = graphs.next().transpose()?;
        let graph = graph.ok_or_else(|| files.missing("ONNX graph"))?;
        let tokenizer = files.part("tokenizer.json", "tokenizer.json")?;
        let config = files.json("config.json", "config.json")?;
        let generation: Value = files
            .json_if_any("generation_config.json")?
            .unwrap_or_default();
        let tokenizer_config: Value = files
            .json_if_any("tokenizer_config.json")?
            .unwrap_or_default();
        let template = template_of(files, &tokenizer_config)?;
        let described = Self::described(config, &generation, &tokenizer_config);
        Ok(Self {
            graph,
            tokenizer,
            template,
            ..described
        })
    }

    /// What the folder's JSON files say together; the paths of its other files are left empty.
    pub(super) fn described(config: Value, generation: &Value, tokenizer_config: &Value) -> Self {
        // Multimodal exports keep the language model's numbers one level down.
        let config = config.get("text_config").cloned().unwrap_or(config);
        let number = |name: &str| config.get(name).and_then(Value::as_u64).map(|n| n as usize);
        let heads = number("num_attention_heads");
        let head_dim = number("head_dim").or_else(|| number("hidden_size")?.checked_div(heads?));
        let mut end_ids = ids(&generation["eos_token_id"]);
        end_ids.extend(ids(&config["eos_token_id"]));
        Self {
            graph: PathBuf::new(),
            tokenizer: PathBuf::new(),
            template: None,
            special_tokens: special_tokens(tokenizer_config),
            end_ids,
            context_length: number("max_position_embeddings").unwrap_or(2048).max(1),
            kv_heads: number("num_key_value_heads").or(heads),
            head_dim,
            defaults: defaults(generation),
        }
    }
}

/// An id or a list of ids.
fn ids(value: &Value) -> Vec<TokenId> {
    let id = |value: &Value| value.as_u64().and_then(|id| TokenId::try_from(id).ok());
    match value {
        Value::Array(list) => list.iter().filter_map(id).collect(),
        one => id(one).into_iter().collect(),
    }
}

/// A token is written as its text or as an object that holds it. Those that a model has not are left
/// out: a template may ask whether they are defined.
fn special_tokens(tokenizer_config: &Value) -> Vec<(String, String)> {
    let entries = tokenizer_config.as_object().into_iter().flatten();
    let named = entries.filter(|(name, _)| name.ends_with("_token") && !name.starts_with("add_"));
    named
        .filter_map(|(name, value)| {
            let token = value.as_str().or_else(|| value["content"].as_str())?;
            Some((name.clone(), token.to_owned()))
        })
        .collect()
}

/// Templates are a few pages of text.
const MAX_TEMPLATE_BYTES: u64 = 4 << 20;

/// The template: a file of its own, or in the description of the tokenizer or, of models that see or
/// hear, of the processor.
fn template_of(files: ModelFolder<'_>, tokenizer_config: &Value) -> Result<Option<String>> {
    if let Some(source) = files.text_within("chat_template.jinja", MAX_TEMPLATE_BYTES)? {
        return Ok(Some(source));
    }
    if let Some(source) = template::named(tokenizer_config) {
        return Ok(Some(source));
    }
    let processor: Option<Value> = files.json_if_any("chat_template.json")?;
    Ok(processor.and_then(|processor| template::named(&processor)))
}

/// The model's own sampling defaults, ours where it names none or one out of range.
fn defaults(generation: &Value) -> TextParameters {
    let ours = TextParameters::default();
    let number = |name: &str, otherwise: f32| {
        generation
            .get(name)
            .and_then(Value::as_f64)
            .map_or(otherwise, |value| value as f32)
    };
    let greedy = generation.get("do_sample").and_then(Value::as_bool) == Some(false);
    let parameters = TextParameters {
        temperature: if greedy {
            0.0
        } else {
            number("temperature", ours.temperature)
        },
        top_k: generation
            .get("top_k")
            .and_then(Value::as_u64)
            .and_then(|k| u32::try_from(k).ok())
            .unwrap_or(ours.top_k),
        top_p: number("top_p", ours.top_p),
        min_p: number("min_p", ours.min_p),
        repetition_penalty: number("repetition_penalty", ours.repetition_penalty),
        ..ours.clone()
    };
    if super::sampler::check(&parameters).is_ok() {
        parameters
    } else {
        ours
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::Error;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("onnx")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    const WHOLE: &[(&str, &str)] = &[
        ("onnx/model.onnx", ""),
        ("tokenizer.json", "{}"),
        (
            "config.json",
            r#"{"max_position_embeddings": 99, "num_attention_heads": 4, "hidden_size": 64, "eos_token_id": 2}"#,
        ),
        (
            "generation_config.json",
            r#"{"eos_token_id": [7, 8], "temperature": 0.2, "top_p": 0.5}"#,
        ),
        (
            "tokenizer_config.json",
            r#"{"bos_token": {"content": "<s>"}, "chat_template": [{"name": "default", "template": "T"}]}"#,
        ),
    ];

    #[test]
    fn a_whole_folder_is_read() {
        let folder = folder(WHOLE);
        let read = TextFolder::open(folder.path()).unwrap();
        assert_eq!(
            (read.context_length, read.kv_heads, read.head_dim),
            (99, Some(4), Some(16))
        );
        assert_eq!(read.end_ids, [7, 8, 2]);
        assert_eq!(read.template.as_deref(), Some("T"));
        let begin = ("bos_token".to_owned(), "<s>".to_owned());
        assert_eq!(read.special_tokens, [begin]);
        assert!((read.defaults.temperature - 0.2).abs() < 1e-6);
    }

    #[cfg(unix)]
    #[test]
    fn no_file_of_it_leads_out_or_keeps_its_reader_waiting() {
        let template = ("chat_template.jinja", "T");
        for (name, _) in WHOLE.iter().chain([&template]) {
            let root = folder(WHOLE);
            let path = root.path().join(name);
            let theirs = tempfile::NamedTempFile::new().unwrap();
            fs::write(theirs.path(), "{}").unwrap();
            let _ = fs::remove_file(&path);
            std::os::unix::fs::symlink(theirs.path(), &path).unwrap();
            let error = TextFolder::open(root.path()).unwrap_err();
            assert!(
                matches!(error, Error::EscapingPath { .. }),
                "{name}: {error}"
            );
            fs::remove_file(&path).unwrap();
            let made = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(made.unwrap().success());
            let error = TextFolder::open(root.path()).unwrap_err();
            assert!(matches!(error, Error::ModelFile { .. }), "{name}: {error}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let folder = folder(&WHOLE[..2]);
        let error = TextFolder::open(folder.path()).unwrap_err();
        assert!(
            matches!(
                error,
                Error::MissingPart {
                    what: "config.json",
                    ..
                }
            ),
            "{error}"
        );
        let error = TextFolder::open(&folder.path().join("absent")).unwrap_err();
        assert!(
            matches!(
                error,
                Error::MissingPart {
                    what: "ONNX graph",
                    ..
                }
            ),
            "{error}"
        );
    }

    #[test]
    fn defaults_out_of_range_give_way_to_ours() {
        let wild = serde_json::json!({"temperature": -3, "top_p": 0.5});
        assert_eq!(defaults(&wild), TextParameters::default());
        assert!(
            defaults(&serde_json::json!({"do_sample": false}))
                .temperature
                .abs()
                < 1e-6
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_refused() {
        let folder = folder(&WHOLE[1..]);
        let secret = tempfile::NamedTempFile::new().unwrap();
        std::os::unix::fs::symlink(secret.path(), folder.path().join("onnx/model.onnx")).unwrap();
        let error = TextFolder::open(folder.path()).unwrap_err();
        assert!(matches!(error, Error::EscapingPath { .. }), "{error}");
    }
}
