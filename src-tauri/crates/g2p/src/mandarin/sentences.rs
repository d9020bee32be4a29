//! Cuts a text with Chinese in it into sentences.

use std::ops::Range;

use super::is_han;
use crate::cut::{limit, trimmed};

/// Said at once, this is half a minute.
const LONGEST: usize = 150;

/// The sentences as ranges of bytes, without the white space between. They end at line breaks and
/// at closing punctuation; after a full stop of the Latin kind a space and a capital or a Chinese
/// character must follow.
pub(super) fn split(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut marks = text.char_indices().peekable();
    while let Some((at, mark)) = marks.next() {
        let mut end = at + mark.len_utf8();
        let ends = match mark {
            '\n' | '。' | '！' | '？' | '!' | '?' => true,
            '.' => full_stop(&text[end..]),
            _ => false,
        };
        if !ends {
            continue;
        }
        // What closes goes with what it closes, and so do further marks: ？！
        while let Some((at, mark)) = marks.next_if(|(_, c)| "。！？!?…”’」』）)\"".contains(*c))
        {
            end = at + mark.len_utf8();
        }
        limit(text, trimmed(text, start..end), LONGEST, &mut sentences);
        start = end;
    }
    limit(
        text,
        trimmed(text, start..text.len()),
        LONGEST,
        &mut sentences,
    );
    sentences
}

fn full_stop(behind: &str) -> bool {
    let next = behind.trim_start();
    let first = next.chars().next();
    next.len() < behind.len() && first.is_some_and(|c| c.is_uppercase() || is_han(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_people_stop() {
        let text = "你好。“真的吗？！”他说……是\n下一行，3.5元. 好 ver. 2";
        assert_eq!(
            cut(text),
            [
                "你好。",
                "“真的吗？！”",
                "他说……是",
                "下一行，3.5元.",
                "好 ver. 2"
            ]
        );
        assert_eq!(cut(" \n "), Vec::<&str>::new());
    }

    #[test]
    fn a_text_without_an_end_is_cut_at_its_pauses() {
        let text = "一二三四五，".repeat(60);
        let parts = cut(&text);
        assert!(parts.len() > 2 && parts.iter().all(|part| part.ends_with('，')));
        assert_eq!(parts.concat(), text);
        assert_eq!(cut(&"字".repeat(400)).len(), 3);
    }
}
