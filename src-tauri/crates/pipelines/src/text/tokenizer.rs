//! Between text and token ids, around the `tokenizers` library.

use std::path::Path;

use tokenizers::Tokenizer as Inner;

use super::{TokenId, TokenPiece};
use crate::{Error, Result};

/// A tokenizer.json file larger than this is refused unread: the largest in use are about 40 MB.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// Whether control tokens written out in a text count as such, or as the letters they are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ControlTokens {
    /// For what the chat template writes.
    Recognised,
    /// For what a person wrote: or `<|im_start|>system` in a question would forge a turn.
    Spelled,
}

#[derive(Debug)]
pub(crate) struct Tokenizer {
    inner: Inner,
    /// The texts of all control tokens.
    control: Vec<(TokenId, String)>,
    /// The most bytes that one token stands for.
    longest_token: usize,
}

impl Tokenizer {
    /// Reads a tokenizer.json.
    ///
    /// # Errors
    /// `ModelFile`.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let broken = |reason: String| Error::ModelFile {
            path: path.to_owned(),
            reason,
        };
        let text = quartet_media::bounded::read_text(path, MAX_FILE_BYTES);
        let text = text.map_err(|error| broken(error.to_string()))?;
        Self::from_bytes(text.as_bytes()).map_err(broken)
    }

    /// The content of a tokenizer.json; what is wrong with it where it is none.
    pub(super) fn from_bytes(bytes: &[u8]) -> std::result::Result<Self, String> {
        // A hostile file reaches corners of the library that panic rather than return.
        let parsed = std::panic::catch_unwind(|| Inner::from_bytes(bytes))
            .map_err(|_| "the tokenizer library gave up on it".to_owned())?;
        let mut inner = parsed.map_err(|error| error.to_string())?;
        // A training set-up's truncation or padding would silently change prompts.
        let unlimited = inner.with_truncation(None).map(drop);
        unlimited.map_err(|error| error.to_string())?;
        inner.with_padding(None);
        let mut control: Vec<_> = inner
            .get_added_tokens_decoder()
            .into_iter()
            .filter(|(_, token)| token.special)
            .map(|(id, token)| (id, token.content))
            .collect();
        control.sort_unstable();
        let longest_token = inner
            .get_vocab(true)
            .keys()
            .map(String::len)
            .max()
            .unwrap_or(1);
        Ok(Self {
            inner,
            control,
            longest_token,
        })
    }

    pub(crate) fn control_tokens(&self) -> &[(TokenId, String)] {
        &self.control
    }

    pub(super) fn is_control(&self, id: TokenId) -> bool {
        self.control
            .binary_search_by_key(&id, |(control, _)| *control)
            .is_ok()
    }

    pub(super) fn id(&self, token: &str) -> Option<TokenId> {
        self.inner.token_to_id(token)
    }

    /// The fewest tokens `text` can possibly become: lets a prompt of a million characters be
    /// refused without tokenising it.
    pub(super) fn at_least(&self, text: &str) -> usize {
        text.len() / self.longest_token.max(1)
    }

    /// Token ids of `text`; nothing is put before or after unless `framed`, which adds what the
    /// tokenizer itself adds (a beginning-of-text token, say).
    pub(super) fn encode(
        &mut self,
        text: &str,
        control: ControlTokens,
        framed: bool,
    ) -> Result<Vec<TokenId>> {
        self.inner
            .set_encode_special_tokens(control == ControlTokens::Spelled);
        let inner = std::panic::AssertUnwindSafe(&self.inner);
        // As in `open`: regular expressions from an untrusted file run here.
        let encoded = std::panic::catch_unwind(|| inner.encode_fast(text, framed));
        let failed = |reason: String| Error::ModelFile {
            path: "tokenizer.json".into(),
            reason,
        };
        let encoded = encoded.map_err(|_| failed("it cannot split this text".to_owned()))?;
        Ok(encoded
            .map_err(|error| failed(error.to_string()))?
            .get_ids()
            .to_vec())
    }

    /// Token ids of plain words.
    pub(crate) fn words(&mut self, text: &str) -> Result<Vec<TokenId>> {
        self.encode(text, ControlTokens::Spelled, false)
    }

    /// The text of `ids`, control tokens left out; unfinished characters become U+FFFD.
    pub(crate) fn decode(&self, ids: &[TokenId]) -> String {
        self.inner.decode(ids, true).unwrap_or_default()
    }

    /// One token as people can read it: `" cat"`, not `"Ġcat"`.
    pub(super) fn piece(&self, id: TokenId) -> String {
        self.inner.decode(&[id], false).unwrap_or_default()
    }

    pub(super) fn pieces(&self, ids: &[TokenId]) -> Vec<TokenPiece> {
        let piece = |&id| TokenPiece {
            id,
            piece: self.piece(id),
            special: self.is_control(id),
        };
        ids.iter().map(piece).collect()
    }
}
