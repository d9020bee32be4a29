//! A prompt as one vector: the multilingual Universal Sentence Encoder v3.
//!
//! Sixteen languages share one space: "red apple" and "红苹果" are neighbours in it.

use std::path::PathBuf;

use quartet_runtime::{Cancel, Runtime, Session, SessionOptions, Tensor};
use tokenizers::Tokenizer;

use crate::{Error, Result, folder::ModelFolder, image::PromptReport};

const TOKENIZER: &str = "tokenizer.json";
const GRAPH: &str = "text_encoder.onnx";

/// Longer prompts are cut: what was learned from was a few words long.
const MAX_TOKENS: usize = 128;

#[derive(Debug)]
pub(super) struct TextEncoder {
    tokenizer: Tokenizer,
    session: Session,
    dimension: usize,
}

impl TextEncoder {
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub(super) fn open(
        runtime: &Runtime,
        folder: ModelFolder<'_>,
        dimension: usize,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let text = folder.text(TOKENIZER, TOKENIZER)?;
        let tokenizer = text
            .parse::<Tokenizer>()
            .map_err(|error| folder.broken(TOKENIZER, error.to_string()))?;
        let path: PathBuf = folder.part(GRAPH, "text encoder")?;
        let session = Session::open(runtime, &path, options, cancel)?;
        if session.input("ids").is_none() || session.output("text").is_none() {
            let reason = "the text encoder has no `ids` or no `text`".to_owned();
            return Err(Error::unsupported(reason));
        }
        Ok(Self {
            tokenizer,
            session,
            dimension,
        })
    }

    /// The prompt's vector, of length `sqrt(dimension)`, and how it fitted. An empty prompt is all
    /// zeros: it means anything.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `NotFinite`, `Cancelled`, and those of the runtime.
    pub(super) fn encode(
        &mut self,
        prompt: &str,
        cancel: &Cancel,
    ) -> Result<(Vec<f32>, PromptReport)> {
        let mut report = PromptReport {
            limit: MAX_TOKENS as u32,
            ..PromptReport::default()
        };
        let prompt = prompt.trim();
        if prompt.is_empty() {
            return Ok((vec![0.0; self.dimension], report));
        }
        let encoding = self
            .tokenizer
            .encode(prompt, true)
            .map_err(|error| Error::unsupported(format!("the tokeniser failed: {error}")))?;
        let mut ids: Vec<i64> = encoding.get_ids().iter().map(|&id| i64::from(id)).collect();
        if ids.len() > MAX_TOKENS {
            let end = ids.last().copied();
            ids.truncate(MAX_TOKENS - 1);
            ids.extend(end);
            // Offsets count the characters of the normalised text; near enough to show the rest.
            let (_, read) = encoding.get_offsets()[MAX_TOKENS - 2];
            prompt
                .get(read..)
                .unwrap_or_default()
                .clone_into(&mut report.cut);
        }
        report.tokens = ids.len() as u32;
        let ids = Tensor::new(&[ids.len()], ids)?;
        let outputs = self.session.run(&[("ids", &ids)], cancel)?;
        let text = outputs.get("text")?.data::<f32>()?;
        if text.len() != self.dimension {
            return Err(Error::unsupported(format!(
                "the text encoder made {} numbers",
                text.len()
            )));
        }
        if text.iter().any(|value| !value.is_finite()) {
            return Err(Error::NotFinite);
        }
        Ok((text.to_vec(), report))
    }
}
