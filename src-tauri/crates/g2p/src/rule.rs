//! A pattern that rewrites a text, and is quick to tell that it has nothing to do.

use fancy_regex::{Captures, Regex};

use super::normalized_text::NormalizedText;

/// A pattern with what looks around left out in `quick`, which a machine without backtracking can
/// search: most texts have nothing that even it finds.
#[derive(Debug)]
pub(super) struct Rule {
    quick: Regex,
    exact: Regex,
}

impl Rule {
    pub(super) fn new(pattern: &str) -> std::result::Result<Self, fancy_regex::Error> {
        // What Python calls a word character has no combining marks.
        let pattern = pattern.replace(r"\w", r"\p{L}\p{N}_");
        let around = Regex::new(r"\(\?<?[=!][^()]*\)")?;
        Ok(Self {
            quick: Regex::new(&around.replace_all(&pattern, ""))?,
            exact: Regex::new(&pattern)?,
        })
    }

    pub(super) fn apply(
        &self,
        text: &mut NormalizedText,
        replacement: impl FnMut(&Captures<'_>) -> Option<String>,
    ) {
        // A search that gave up may have missed something.
        if self.quick.is_match(text.text()).unwrap_or(true) {
            text.rewrite(&self.exact, replacement);
        }
    }
}

/// What a group matched; empty where it took no part.
pub(super) fn group<'t>(found: &Captures<'t>, index: usize) -> &'t str {
    found.get(index).map_or("", |part| part.as_str())
}
