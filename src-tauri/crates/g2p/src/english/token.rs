//! A token on its way from text to phonemes.

use std::ops::Range;

use super::{currency::Currency, tagger::Tag};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) tag: Tag,
    /// Whether white space follows.
    pub(super) space: bool,
    /// What it is read as instead of its text.
    pub(super) alias: Option<&'static str>,
    pub(super) phonemes: Option<String>,
    /// Whether it begins its group of tokens.
    pub(super) is_head: bool,
    /// Whether a space is said before it within its group.
    pub(super) space_before: bool,
    pub(super) currency: Option<Currency>,
    /// Its place in the normalised text, in bytes.
    pub(super) range: Range<usize>,
}

impl Token {
    pub(super) fn new(text: String, tag: Tag, range: Range<usize>) -> Self {
        Self {
            text,
            tag,
            space: false,
            alias: None,
            phonemes: None,
            is_head: true,
            space_before: false,
            currency: None,
            range,
        }
    }

    /// Whether it needs no reading any more.
    pub(super) fn is_settled(&self) -> bool {
        self.alias.is_some() || self.phonemes.is_some()
    }
}

/// Several tokens as one, not read yet; `None` for none.
pub(super) fn merge(tokens: &[Token]) -> Option<Token> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    // Within a group only the last token can be followed by space.
    let text = tokens.iter().map(|token| token.text.as_str()).collect();
    // The tag of the token with the most letters, capitals counting twice; the first of equals.
    let weight = |token: &Token| -> usize {
        let capital = |c: char| c.to_lowercase().ne([c]);
        token
            .text
            .chars()
            .map(|c| 1 + usize::from(capital(c)))
            .sum()
    };
    let heaviest = tokens.iter().rev().max_by_key(|token| weight(token))?;
    Some(Token {
        text,
        tag: heaviest.tag,
        space: last.space,
        alias: None,
        phonemes: None,
        is_head: first.is_head,
        space_before: first.space_before,
        currency: tokens.iter().filter_map(|token| token.currency).max(),
        range: first.range.start..last.range.end,
    })
}

/// The phonemes of a group's tokens together; what has none is silent.
pub(super) fn join_phonemes(tokens: &[Token]) -> String {
    let mut joined = String::new();
    for token in tokens {
        let phonemes = token.phonemes.as_deref().unwrap_or_default();
        let apart = joined
            .chars()
            .next_back()
            .is_some_and(|c| !c.is_whitespace());
        if token.space_before && apart && !phonemes.is_empty() {
            joined.push(' ');
        }
        joined += phonemes;
    }
    joined
}
