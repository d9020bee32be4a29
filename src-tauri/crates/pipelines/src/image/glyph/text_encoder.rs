//! A prompt as one vector: the multilingual Universal Sentence Encoder v3.
//!
//! Sixteen languages share one space: "red apple" and "红苹果" are neighbours in it.

use std::path::PathBuf;

use quartet_runtime::{Cancel, Runtime, Session, SessionOptions, Tensor};
use tokenizers::Tokenizer;

use crate::{Error, Result, folder::ModelFolder, image::PromptReport};

const TOKENIZER: &str = "tokenizer.json";
const GRAPH: &str = "text_encoder.onnx";

/// Of a prompt, the marks of its beginning and its end among them. Longer ones are cut: what was learned from
/// was a few words long.
pub(super) const MAX_TOKENS: usize = 128;

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
            let (_, read) = encoding.get_offsets()[MAX_TOKENS - 2];
            rest(prompt, read).clone_into(&mut report.cut);
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

/// What follows the first `read` bytes. Offsets are those of the normalised text: near enough to show the rest, which
/// begins with a whole character.
fn rest(prompt: &str, read: usize) -> &str {
    let (start, _) = prompt
        .char_indices()
        .find(|&(at, _)| at >= read)
        .unwrap_or_default();
    &prompt[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_read_begins_with_a_whole_character() {
        assert_eq!(rest("a red apple", 2), "red apple");
        for (read, left) in [(3, "苹果"), (4, "果"), (5, "果"), (6, "果")] {
            assert_eq!(rest("红苹果", read), left, "{read}");
        }
        // Something was left out, though its place is not known.
        assert_eq!(rest("红", 9), "红");
    }
}
