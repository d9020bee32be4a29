//! Cuts texts where they may be cut: what is read at once has to end.

use std::ops::Range;

/// A range without the white space at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.end - part.trim_start().len();
    start..start.max(range.start + part.trim_end().len())
}

/// Cuts what has more than `longest` characters at the last pause, else at the last space, else
/// anywhere. An empty range is left out.
pub(super) fn limit(
    text: &str,
    mut range: Range<usize>,
    longest: usize,
    sentences: &mut Vec<Range<usize>>,
) {
    while let Some((most, _)) = text[range.clone()].char_indices().nth(longest) {
        let window = &text[range.start..range.start + most];
        let is_pause = |(end, mark): &(usize, &str)| {
            "，、；：".contains(mark) || window[*end..].starts_with(char::is_whitespace)
        };
        let pause = window
            .match_indices([',', ';', ':', '—', '，', '、', '；', '：'])
            .map(|(at, mark)| (at + mark.len(), mark))
            .rfind(is_pause)
            .map(|(end, _)| end);
        let end = pause
            .or_else(|| window.rfind(char::is_whitespace))
            .filter(|&end| end > 0)
            .unwrap_or(most);
        sentences.push(range.start..range.start + end);
        range = trimmed(text, range.start + end..range.end);
    }
    if !range.is_empty() {
        sentences.push(range);
    }
}
