//! Cuts a text into sentences: the voice says one at a time.

use std::ops::Range;

use super::normalize;
use crate::{
    FILLER,
    cut::{limit, trimmed},
};

/// A text without any full stop is cut all the same: what is read at once has to end.
const LONGEST: usize = 1000;

/// The sentences as ranges of bytes, without the white space between.
///
/// They end at paragraphs and at closing punctuation, but not after a title or an initial
/// (`Dr. Smith`, `J. K. Rowling`) or before a small letter. Source: `hibari/tts.py` of hibari-tts
/// 0.2.1 (Apache-2.0); the limit of length is ours.
pub(super) fn split(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = trimmed(text, start..start + line.len());
        start += line.len();
        split_paragraph(text, range, &mut sentences);
    }
    sentences
}

fn split_paragraph(text: &str, range: Range<usize>, sentences: &mut Vec<Range<usize>>) {
    let paragraph = &text[range.clone()];
    let mut cut = 0;
    let mut push = |from: usize, to: usize| {
        limit(
            text,
            trimmed(text, range.start + from..range.start + to),
            LONGEST,
            sentences,
        );
    };
    let mut marks = paragraph.char_indices().peekable();
    while let Some((at, mark)) = marks.next() {
        if !".!?…".contains(mark) {
            continue;
        }
        let end = at + mark.len_utf8();
        let behind = paragraph[end..].trim_start_matches(['"', '”', '’', ')', ']', FILLER]);
        let next = behind.trim_start();
        if next.is_empty() || next.len() == behind.len() {
            continue;
        }
        if ends_sentence(paragraph, end, next) {
            // The closing quotes are the reference's to drop: no voice says them.
            push(cut, end);
            cut = paragraph.len() - next.len();
            while marks.next_if(|(at, _)| *at < cut).is_some() {}
        }
    }
    push(cut, paragraph.len());
}

fn ends_sentence(paragraph: &str, end: usize, next: &str) -> bool {
    let marks = |c: char| "\"“‘'([".contains(c) || c == FILLER;
    let next = next.trim_start_matches(marks);
    if next.starts_with(char::is_lowercase) {
        return false;
    }
    let Some(before) = paragraph[..end].strip_suffix('.') else {
        return true;
    };
    let start = before.rfind([' ', '\t']).map_or(0, |at| at + 1);
    let (before, word) = before.split_at(start);
    normalize::ends_sentence(before, word.trim_matches(FILLER), next)
}
