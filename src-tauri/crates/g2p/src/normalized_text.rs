//! A text that remembers, through every rewriting, which place of the original each part came from.

use std::ops::Range;

use fancy_regex::{Captures, Regex};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NormalizedText {
    text: String,
    /// For each byte of `text` the characters of the original it stands for.
    origins: Vec<(u32, u32)>,
}

impl NormalizedText {
    /// `start` is where the text begins in the original, in characters.
    pub(super) fn new(text: &str, start: u32) -> Self {
        let origins = text
            .chars()
            .zip(start..)
            .flat_map(|(character, at)| std::iter::repeat_n((at, at + 1), character.len_utf8()));
        Self {
            origins: origins.collect(),
            text: text.to_owned(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The characters of the original that a range of bytes came from.
    pub(super) fn origin(&self, range: Range<usize>) -> (u32, u32) {
        let origins = &self.origins[range];
        let start = origins.iter().map(|origin| origin.0).min();
        let end = origins.iter().map(|origin| origin.1).max();
        (start.unwrap_or(0), end.unwrap_or(0))
    }

    /// Rewrites every match; the replacement is given the text too; `None` leaves it. A pattern that gives up on a text made to
    /// defeat it changes nothing.
    pub(super) fn rewrite(
        &mut self,
        pattern: &Regex,
        mut replacement: impl FnMut(&Captures<'_>, &str) -> Option<String>,
    ) {
        let mut edits = Vec::new();
        for found in pattern.captures_iter(&self.text) {
            let Ok(found) = found else { break };
            let Some(whole) = found.get(0) else { break };
            if let Some(text) = replacement(&found, &self.text) {
                edits.push((whole.range(), text));
            }
        }
        if edits.is_empty() {
            return;
        }
        let mut text = String::with_capacity(self.text.len());
        let mut origins = Vec::with_capacity(self.origins.len());
        let mut behind = 0;
        for (range, edit) in edits {
            text.push_str(&self.text[behind..range.start]);
            origins.extend_from_slice(&self.origins[behind..range.start]);
            behind = range.end;
            let origin = self.origin(range);
            origins.extend(std::iter::repeat_n(origin, edit.len()));
            text.push_str(&edit);
        }
        text.push_str(&self.text[behind..]);
        origins.extend_from_slice(&self.origins[behind..]);
        *self = Self { text, origins };
    }

    /// Exchanges characters one for one, as from traditional to simplified ones.
    ///
    /// Gives back whether it did: a text with another number of characters is refused.
    pub(super) fn exchange(&mut self, text: &str) -> bool {
        if text.chars().count() != self.text.chars().count() {
            return false;
        }
        let places = self.text.char_indices().map(|(at, _)| self.origins[at]);
        let origins = text
            .chars()
            .zip(places)
            .flat_map(|(character, origin)| std::iter::repeat_n(origin, character.len_utf8()));
        self.origins = origins.collect();
        text.clone_into(&mut self.text);
        true
    }

    /// Rewrites the first `length` bytes.
    pub(super) fn rewrite_start(&mut self, length: usize, edit: &str) {
        let origin = self.origin(0..length);
        self.origins
            .splice(..length, std::iter::repeat_n(origin, edit.len()));
        self.text.replace_range(..length, edit);
    }

    /// Drops white space at both ends.
    pub(super) fn trim(&mut self) {
        let start = self.text.len() - self.text.trim_start().len();
        let end = self.text.trim_end().len().max(start);
        self.text = self.text[start..end].to_owned();
        self.origins = self.origins[start..end].to_vec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_rewritten_still_knows_its_place() {
        let mut text = NormalizedText::new("é 5 km, ok", 100);
        text.rewrite(&Regex::new("([0-9]) km").unwrap(), |found, _| {
            Some(format!("{} kilometers", &found[1]))
        });
        assert_eq!(text.text(), "é 5 kilometers, ok");
        let at = text.text().find("kilo").unwrap();
        assert_eq!(text.origin(at..at + 10), (102, 106));
        let at = text.text().find("ok").unwrap();
        assert_eq!(text.origin(at..at + 2), (108, 110));
        text.rewrite(&Regex::new("é").unwrap(), |_, _| Some(" ".to_owned()));
        text.trim();
        assert_eq!(text.text(), "5 kilometers, ok");
        assert_eq!(text.origin(0..1), (102, 106));
    }

    #[test]
    fn characters_are_exchanged_where_they_stand() {
        let mut text = NormalizedText::new("圖ab", 7);
        assert!(text.exchange("é图b"));
        assert_eq!(text.text(), "é图b");
        assert_eq!((text.origin(0..2), text.origin(2..5)), ((7, 8), (8, 9)));
        assert!(!text.exchange("ab"));
    }

    #[test]
    fn nothing_has_no_place() {
        let mut text = NormalizedText::new("  ", 3);
        text.trim();
        assert_eq!((text.text(), text.origin(0..0)), ("", (0, 0)));
    }
}
