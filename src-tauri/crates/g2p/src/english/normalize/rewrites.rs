//! Patterns with what is said for them, one after another.

use fancy_regex::Error;

use crate::{
    normalized_text::NormalizedText,
    rule::{Found, Rule},
};

pub(super) type Replacement = fn(&Found<'_>) -> Option<String>;

#[derive(Debug)]
pub(super) struct Rewrites(Vec<(Rule, Replacement)>);

impl Rewrites {
    pub(super) fn new<'p>(
        rules: impl IntoIterator<Item = (&'p str, Replacement)>,
    ) -> Result<Self, Error> {
        let rules = rules
            .into_iter()
            .map(|(pattern, said)| Ok((Rule::new(pattern)?, said)));
        rules.collect::<Result<_, Error>>().map(Self)
    }

    pub(super) fn apply(&self, text: &mut NormalizedText) {
        for (rule, replacement) in &self.0 {
            rule.apply_within(text, replacement);
        }
    }
}

/// Digits with a space between, which the lexicon reads one by one.
pub(super) fn spaced(digits: &str) -> String {
    let digits = digits
        .chars()
        .filter(char::is_ascii_digit)
        .map(String::from);
    digits.collect::<Vec<_>>().join(" ")
}

/// The word before a place in a text, without the space between; empty where there is none.
pub(super) fn word_before(text: &str) -> &str {
    let text = text.trim_end_matches(' ');
    let start = text.rfind(|c: char| !(c.is_alphanumeric() || "'’.-".contains(c)));
    let start = start.map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    &text[start..]
}

/// The word after a place in a text, without the space between; empty where there is none.
pub(super) fn word_after(text: &str) -> &str {
    let text = text.trim_start_matches(' ');
    let end = text.find(|c: char| !(c.is_alphanumeric() || "'’".contains(c)));
    &text[..end.unwrap_or(text.len())]
}
