//! A word with its pronunciation beside it.

/// The length of `[word](/phonemes/)` at the start of a text.
pub(super) fn pronounced(text: &str) -> Option<usize> {
    let word = text.strip_prefix('[')?;
    let close = word.find(']')?;
    let said = word[close + 1..].strip_prefix("(/")?;
    let end = said.find("/)")?;
    let inside = close > 0 && !word[..close].contains(['[', '\n']) && !said[..end].contains('\n');
    inside.then_some(1 + close + 1 + 2 + end + 2)
}
