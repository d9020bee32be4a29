//! A word of a sentence and what stands around it.

use crate::english::{tagger::Tag, token::Token};

/// A word and what stands beside it, in small letters; empty past the ends.
pub(super) struct Around<'t> {
    tokens: &'t [Token],
    pub(super) index: usize,
    pub(super) word: String,
}

impl<'t> Around<'t> {
    pub(super) fn new(tokens: &'t [Token], index: usize) -> Self {
        let word = tokens[index].text.to_lowercase();
        Self {
            tokens,
            index,
            word,
        }
    }

    /// The word itself, as it is written.
    pub(super) fn written(&self) -> &'t str {
        self.written_at(0)
    }

    /// The word so many places away, as it is written.
    pub(super) fn written_at(&self, offset: isize) -> &'t str {
        self.token(offset).map_or("", |token| token.text.as_str())
    }

    /// The word so many places away, in small letters.
    pub(super) fn at(&self, offset: isize) -> String {
        self.written_at(offset).to_lowercase()
    }

    fn token(&self, offset: isize) -> Option<&'t Token> {
        self.tokens.get(self.index.checked_add_signed(offset)?)
    }

    pub(super) fn tag_at(&self, offset: isize) -> Tag {
        self.token(offset).map_or("", |token| token.tag)
    }

    /// Whether the sentence has one of the words.
    pub(super) fn any(&self, words: &[&str]) -> bool {
        self.tokens
            .iter()
            .any(|token| words.contains(&token.text.to_lowercase().as_str()))
    }

    /// Whether one of the words stands within so many places.
    pub(super) fn near(&self, places: isize, words: &str) -> bool {
        (-places..=places)
            .filter(|offset| *offset != 0)
            .any(|offset| {
                let word = self.at(offset);
                let stem = word
                    .strip_suffix('s')
                    .filter(|stem| stem.len() > 2)
                    .unwrap_or(&word);
                let holds = |one: &str| {
                    !one.is_empty() && words.split_ascii_whitespace().any(|word| word == one)
                };
                holds(&word) || holds(stem)
            })
    }
}
