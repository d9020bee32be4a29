//! A pattern that rewrites a text, and is quick to tell that it has nothing to do.

use std::sync::OnceLock;

use fancy_regex::{Captures, Error, Expr, Regex};

use super::normalized_text::NormalizedText;

/// A pattern with what looks around left out in `quick`, which a machine without backtracking can
/// search: most texts have nothing that even it finds. There are hundreds, and building one takes a
/// millisecond: each is built when a text first needs it.
#[derive(Debug)]
pub(super) struct Rule {
    quick: Lazy,
    exact: Lazy,
}

impl Rule {
    /// # Errors
    /// A pattern that is none.
    pub(super) fn new(pattern: &str) -> std::result::Result<Self, Error> {
        // What Python calls a word character has no combining marks.
        let pattern = pattern.replace(r"\w", r"\p{L}\p{N}_");
        Ok(Self {
            quick: Lazy::new(without_lookaround(&pattern))?,
            exact: Lazy::new(pattern)?,
        })
    }

    pub(super) fn apply(
        &self,
        text: &mut NormalizedText,
        mut replacement: impl FnMut(&Captures<'_>) -> Option<String>,
    ) {
        self.rewrite(text, |found, _| replacement(found));
    }

    /// As `apply`, for what is decided by the words around.
    pub(super) fn apply_within(
        &self,
        text: &mut NormalizedText,
        mut replacement: impl FnMut(&Found<'_>) -> Option<String>,
    ) {
        self.rewrite(text, |captures, text| {
            replacement(&Found { captures, text })
        });
    }

    fn rewrite(
        &self,
        text: &mut NormalizedText,
        replacement: impl FnMut(&Captures<'_>, &str) -> Option<String>,
    ) {
        // A search that gave up may have missed something.
        let finds = |quick: &Regex| quick.is_match(text.text()).unwrap_or(true);
        if self.quick.built().is_none_or(finds)
            && let Some(exact) = self.exact.built()
        {
            text.rewrite(exact, replacement);
        }
    }
}

/// A pattern that is built when it is first needed.
#[derive(Debug)]
struct Lazy {
    pattern: String,
    built: OnceLock<Option<Regex>>,
}

impl Lazy {
    fn new(pattern: String) -> std::result::Result<Self, Error> {
        Expr::parse_tree(&pattern)?;
        let lazy = Self {
            pattern,
            built: OnceLock::new(),
        };
        // All that the crate has are built by its tests: none is refused later.
        if cfg!(test) {
            Regex::new(&lazy.pattern)?;
        }
        Ok(lazy)
    }

    fn built(&self) -> Option<&Regex> {
        let build = || Regex::new(&self.pattern).ok();
        self.built.get_or_init(build).as_ref()
    }
}

/// The pattern without the groups that look ahead and behind.
fn without_lookaround(pattern: &str) -> String {
    let mut kept = String::with_capacity(pattern.len());
    let mut characters = pattern.char_indices();
    let (mut class, mut depth, mut dropped) = (false, 0_usize, None);
    while let Some((at, c)) = characters.next() {
        let looks = ["(?=", "(?!", "(?<=", "(?<!"];
        match c {
            '\\' => {
                let escaped = characters.next().map(|(_, c)| c);
                if dropped.is_none() {
                    kept.push(c);
                    kept.extend(escaped);
                }
                continue;
            }
            '[' if !class => class = true,
            ']' => class = false,
            '(' if !class => {
                let look = looks.iter().any(|look| pattern[at..].starts_with(look));
                if look && dropped.is_none() {
                    dropped = Some(depth);
                }
                depth += 1;
            }
            ')' if !class => {
                depth = depth.saturating_sub(1);
                if dropped == Some(depth) {
                    dropped = None;
                    continue;
                }
            }
            _ => {}
        }
        if dropped.is_none() {
            kept.push(c);
        }
    }
    kept
}

/// A match, and the text around it.
#[derive(Debug)]
pub(super) struct Found<'t> {
    captures: &'t Captures<'t>,
    text: &'t str,
}

impl<'t> Found<'t> {
    /// What a group matched; empty where it took no part.
    pub(super) fn group(&self, index: usize) -> &'t str {
        group(self.captures, index)
    }

    pub(super) fn before(&self) -> &'t str {
        let start = self.captures.get(0).map_or(0, |whole| whole.start());
        &self.text[..start]
    }

    pub(super) fn after(&self) -> &'t str {
        let end = self.captures.get(0).map_or(0, |whole| whole.end());
        &self.text[end..]
    }
}

/// What a group matched; empty where it took no part.
pub(super) fn group<'t>(found: &Captures<'t>, index: usize) -> &'t str {
    found.get(index).map_or("", |part| part.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_around_is_left_out() {
        let cases = [
            (r"(?<![\w.])a(?=[)(]|(?:b|\)))c", "ac"),
            (r"(?:a|(?<=x )b)[(?=]\(", r"(?:a|b)[(?=]\("),
            ("(?i)a", "(?i)a"),
        ];
        for (pattern, kept) in cases {
            assert_eq!(without_lookaround(pattern), kept);
        }
    }
}
