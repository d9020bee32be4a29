//! Reads a Whisper model's folder: our recipe's, or one of transformers.js and optimum.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::vocabulary::GenerationConfig;
use crate::{Result, folder::ModelFolder};

/// Pairs of graphs in the order they are preferred: ours, then quantised ones, then float32, then
/// float16, which most CPUs only emulate.
const GRAPHS: &[(&str, &str)] = &[
    ("onnx/encoder.onnx", "onnx/decoder.onnx"),
    (
        "onnx/encoder_model_quantized.onnx",
        "onnx/decoder_model_merged_quantized.onnx",
    ),
    (
        "onnx/encoder_model_int8.onnx",
        "onnx/decoder_model_merged_int8.onnx",
    ),
    (
        "onnx/encoder_model.onnx",
        "onnx/decoder_model_merged_quantized.onnx",
    ),
    ("onnx/encoder_model.onnx", "onnx/decoder_model_merged.onnx"),
    ("encoder_model.onnx", "decoder_model_merged.onnx"),
    (
        "onnx/encoder_model_fp16.onnx",
        "onnx/decoder_model_merged_fp16.onnx",
    ),
];

/// What config.json says, as far as it is needed.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    pub(super) d_model: usize,
    pub(super) decoder_attention_heads: usize,
    #[serde(default = "eighty")]
    pub(super) num_mel_bins: usize,
    #[serde(default)]
    model_type: String,
}

fn eighty() -> usize {
    80
}

#[derive(Debug)]
pub(super) struct WhisperFolder {
    pub(super) encoder: PathBuf,
    pub(super) decoder: PathBuf,
    pub(super) tokenizer: PathBuf,
    pub(super) config: Config,
    pub(super) generation: GenerationConfig,
}

/// Whether a folder holds a Whisper model in one of the layouts that run here.
pub fn is_whisper_folder(folder: &Path) -> bool {
    let config = ModelFolder::new(folder).json::<Config>("config.json", "config.json");
    config.is_ok_and(|config| config.model_type == "whisper") && graphs(folder).is_some()
}

fn graphs(folder: &Path) -> Option<&'static (&'static str, &'static str)> {
    let there = |name: &str| folder.join(name).is_file();
    GRAPHS
        .iter()
        .find(|(encoder, decoder)| there(encoder) && there(decoder))
}

impl WhisperFolder {
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let folder = ModelFolder::new(path);
        let (encoder, decoder) =
            graphs(path).ok_or_else(|| folder.missing("encoder and decoder graphs"))?;
        let config: Config = folder.json("config.json", "config.json")?;
        let heads = config.decoder_attention_heads;
        if heads == 0 || !config.d_model.is_multiple_of(heads) || config.d_model > 1 << 16 {
            return Err(folder.broken("config.json", format!("{heads} heads")));
        }
        if !(1..=512).contains(&config.num_mel_bins) {
            let bands = format!("{} mel bands", config.num_mel_bins);
            return Err(folder.broken("config.json", bands));
        }
        let generation = "generation_config.json";
        Ok(Self {
            encoder: folder.part(encoder, "encoder graph")?,
            decoder: folder.part(decoder, "decoder graph")?,
            tokenizer: folder.part("tokenizer.json", "tokenizer.json")?,
            generation: folder.json_if_any(generation)?.unwrap_or_default(),
            config,
        })
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
        (
            "config.json",
            r#"{"model_type": "whisper", "d_model": 384, "decoder_attention_heads": 6}"#,
        ),
        ("tokenizer.json", "{}"),
        ("onnx/encoder_model.onnx", ""),
        ("onnx/decoder_model_merged.onnx", ""),
    ];

    #[test]
    fn folders_of_transformers_js_are_known() {
        let folder = folder(WHOLE);
        assert!(is_whisper_folder(folder.path()));
        let read = WhisperFolder::open(folder.path()).unwrap();
        assert!(read.decoder.ends_with("decoder_model_merged.onnx"));
        assert_eq!(read.config.num_mel_bins, 80);
    }

    #[test]
    fn what_is_missing_or_senseless_is_reported() {
        assert!(!is_whisper_folder(folder(&WHOLE[..3]).path()));
        let error = WhisperFolder::open(folder(&WHOLE[..3]).path()).unwrap_err();
        assert!(matches!(error, Error::MissingPart { .. }), "{error}");
        let mut odd = WHOLE.to_vec();
        odd[0].1 = r#"{"d_model": 384, "decoder_attention_heads": 0}"#;
        let error = WhisperFolder::open(folder(&odd).path()).unwrap_err();
        assert!(matches!(error, Error::ModelFile { .. }), "{error}");
    }
}
