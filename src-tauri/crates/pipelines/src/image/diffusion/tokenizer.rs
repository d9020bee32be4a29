//! CLIP's tokens (Radford et al., 2021): words between a begin and an end token, filled up to a
//! fixed length.

use std::path::Path;

use quartet_media::bounded::read_text;
use serde_json::Value;
use tokenizers::{
    NormalizerWrapper, PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer as Inner,
    models::bpe::BPE,
    normalizers::{Lowercase, NFC, Replace, Sequence as Normalizers, replace::ReplacePattern},
    pre_tokenizers::{
        byte_level::ByteLevel,
        sequence::Sequence as PreTokenizers,
        split::{Split, SplitPattern},
    },
};

use super::prompt::Span;
use crate::{Error, Result};

/// What CLIP's text encoders read at once.
const LENGTH: usize = 77;

const MAX_FILE_BYTES: u64 = 64 << 20;

const BEGIN: &str = "<|startoftext|>";
const END: &str = "<|endoftext|>";

/// How CLIP cuts a text before its byte pairs are joined.
const WORDS: &str = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

/// A prompt as the text encoder reads it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tokens {
    /// Begin, words, end, filling: always as many as the encoder reads.
    pub(super) ids: Vec<i64>,
    /// How much each is minded; 1 for what is no word.
    pub(super) weights: Vec<f32>,
    /// Words among them.
    pub(super) words: usize,
    /// The text that did not fit.
    pub(super) cut: String,
}

#[derive(Debug)]
pub(super) struct ClipTokenizer {
    inner: Inner,
    begin: i64,
    end: i64,
    fill: i64,
    length: usize,
}

impl ClipTokenizer {
    /// Reads a tokenizer's folder: `tokenizer.json`, or `vocab.json` and `merges.txt`.
    ///
    /// # Errors
    /// `ModelFile`
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let whole = folder.join("tokenizer.json");
        let inner = if whole.is_file() {
            let text = read(&whole)?;
            // A hostile file reaches corners of the library that panic rather than return.
            let parsed = std::panic::catch_unwind(|| Inner::from_bytes(text.as_bytes()))
                .map_err(|_| broken(&whole, "the tokenizer library gave up on it"))?;
            let mut inner = parsed.map_err(|error| broken(&whole, error))?;
            inner
                .with_truncation(None)
                .map_err(|error| broken(&whole, error))?;
            inner.with_padding(None);
            inner
        } else {
            byte_pairs(folder)?
        };
        let special = Special::read(folder);
        let id = |token: &str| {
            let id = inner.token_to_id(token).map(i64::from);
            id.ok_or_else(|| broken(folder, format!("the vocabulary has no {token}")))
        };
        let end = id(&special.end)?;
        Ok(Self {
            begin: id(&special.begin)?,
            end,
            // Fillers of an unknown name would be no token at all; the end token is what CLIP uses.
            fill: special.fill.map_or(Ok(end), |fill| id(&fill))?,
            length: special.length,
            inner,
        })
    }

    /// Words that fit between begin and end.
    pub(super) fn limit(&self) -> usize {
        self.length - 2
    }

    /// # Errors
    /// `UnsupportedGraph` where the vocabulary cannot spell the text.
    pub(super) fn tokens(&self, spans: &[Span]) -> Result<Tokens> {
        let mut ids = vec![self.begin];
        let mut weights = vec![1.0];
        let mut cut = String::new();
        for span in spans {
            let encoded = self.inner.encode(span.text.as_str(), false);
            let encoded = encoded.map_err(|error| {
                Error::unsupported(format!("its vocabulary cannot spell the prompt: {error}"))
            })?;
            let room = self.limit() + 1 - ids.len();
            for &id in encoded.get_ids().iter().take(room) {
                ids.push(i64::from(id));
                weights.push(span.weight);
            }
            if let Some(&(start, _)) = encoded.get_offsets().get(room) {
                cut.push_str(span.text.get(start..).unwrap_or(&span.text));
            }
        }
        let words = ids.len() - 1;
        ids.push(self.end);
        ids.resize(self.length, self.fill);
        weights.resize(self.length, 1.0);
        Ok(Tokens {
            ids,
            weights,
            words,
            cut,
        })
    }
}

/// The names of the tokens that are no words.
struct Special {
    begin: String,
    end: String,
    fill: Option<String>,
    length: usize,
}

impl Special {
    fn read(folder: &Path) -> Self {
        let json = |name: &str| -> Value {
            let text = read(&folder.join(name)).unwrap_or_default();
            serde_json::from_str(&text).unwrap_or_default()
        };
        let sources = [
            json("tokenizer_config.json"),
            json("special_tokens_map.json"),
        ];
        // A token is written as its text or as an object that holds it.
        let token = |name: &str| {
            let found = sources.iter().find_map(|source| {
                let value = &source[name];
                value.as_str().or_else(|| value["content"].as_str())
            });
            found.map(ToOwned::to_owned)
        };
        // Some exports write a length of 1e30, meaning none.
        let length = sources[0]["model_max_length"].as_u64();
        let length = length.and_then(|length| usize::try_from(length).ok());
        Self {
            begin: token("bos_token").unwrap_or_else(|| BEGIN.to_owned()),
            end: token("eos_token").unwrap_or_else(|| END.to_owned()),
            fill: token("pad_token"),
            length: length
                .filter(|l| (3..=LENGTH).contains(l))
                .unwrap_or(LENGTH),
        }
    }
}

/// What `CLIPTokenizerFast` makes of a vocabulary and its merges.
fn byte_pairs(folder: &Path) -> Result<Inner> {
    let vocabulary: tokenizers::models::bpe::Vocab = {
        let path = folder.join("vocab.json");
        serde_json::from_str(&read(&path)?).map_err(|error| broken(&path, error))?
    };
    let path = folder.join("merges.txt");
    let text = read(&path)?;
    let merges = text
        .lines()
        .filter(|line| !line.starts_with("#version") && !line.is_empty())
        .map(|line| {
            let (left, right) = line.split_once(' ')?;
            Some((left.to_owned(), right.to_owned()))
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| broken(&path, "a line is no pair"))?;
    let model = BPE::builder()
        .vocab_and_merges(vocabulary, merges)
        .unk_token(END.to_owned())
        .end_of_word_suffix("</w>".to_owned())
        .build()
        .map_err(|error| broken(&path, error))?;
    let pattern = |error: tokenizers::Error| broken(folder, error);
    let spaces = Replace::new(ReplacePattern::Regex(r"\s+".to_owned()), " ").map_err(pattern)?;
    let words = Split::new(
        SplitPattern::Regex(WORDS.to_owned()),
        SplitDelimiterBehavior::Removed,
        true,
    )
    .map_err(pattern)?;
    let mut inner = Inner::new(model);
    let normalizers: Vec<NormalizerWrapper> = vec![NFC.into(), spaces.into(), Lowercase.into()];
    inner
        .with_normalizer(Some(Normalizers::new(normalizers)))
        .map_err(pattern)?;
    let pre_tokenizers: Vec<PreTokenizerWrapper> = vec![
        words.into(),
        ByteLevel::default().add_prefix_space(false).into(),
    ];
    inner.with_pre_tokenizer(Some(PreTokenizers::new(pre_tokenizers)));
    Ok(inner)
}

fn read(path: &Path) -> Result<String> {
    read_text(path, MAX_FILE_BYTES).map_err(|error| broken(path, error))
}

fn broken(path: &Path, reason: impl std::fmt::Display) -> Error {
    Error::ModelFile {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}
