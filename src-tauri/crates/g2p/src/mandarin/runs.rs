//! Which parts of a mixed text are Chinese, and which are for another language to read.

use std::ops::Range;

use crate::{FILLER, pronounced::pronounced};

/// A part of a text that one language reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) range: Range<usize>,
    pub(super) chinese: bool,
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '〇' | '々')
}

/// Whether a text is Chinese, that is at least half of its words: each character counts for one, and
/// so does each word in letters. Where there is neither, the marks tell: `5×3=15，10÷2=5`.
pub fn is_chinese(text: &str) -> bool {
    let (mut han, mut words, mut inside) = (0_usize, 0_usize, false);
    let (mut letters, mut marks) = (0_usize, 0_usize);
    for c in text.chars() {
        let letter = is_letter(c);
        han += usize::from(is_han(c));
        words += usize::from(letter && !inside);
        letters += usize::from(letter);
        marks += usize::from(is_wide_mark(c));
        inside = letter;
    }
    // The letters of a formula are no words.
    let formula =
        han == 0 && letters == words && marks > 0 && text.contains(|c: char| c.is_ascii_digit());
    formula || han > 0 && han >= words
}

/// A mark that Chinese texts alone have.
pub(super) fn is_wide_mark(c: char) -> bool {
    "，。、；：？！（）《》「」『』【】".contains(c)
}

/// Whether a text without Chinese characters is a formula: numbers and signs, letters one by one.
pub(super) fn is_formula(text: &str, unit_at: impl Fn(&str) -> Option<usize>) -> bool {
    let signs = |c: char| c.is_ascii_digit() || "=+×÷<>≤≥≈≠".contains(c);
    let (mut before, mut at) = (' ', 0);
    while let Some(c) = text[at..].chars().next() {
        let unit = unit_at(&text[at..]).filter(|_| before.is_ascii_digit());
        if is_letter(c) && unit.is_none() && is_letter(before) {
            return false;
        }
        if let Some(length) = unit {
            at += length;
            before = ' ';
            continue;
        }
        before = c;
        at += c.len_utf8();
    }
    text.contains(signs) && !text.contains('\'')
}

/// A letter that is not Chinese. Greek letters and Roman numerals are signs in a Chinese text.
fn is_letter(c: char) -> bool {
    let sign = matches!(c, 'Α'..='ω' | 'Ⅰ'..='ⅿ');
    c.is_alphabetic() && !is_han(c) && !sign
}

/// Cuts a text. What is neither (digits, marks) belongs to the Chinese around it, and to the other
/// language only between two of its words: `iPhone 15` is Chinese from the digits on.
///
/// `unit_at` gives the length of the unit of measure that a text begins with: after a digit its
/// letters are Chinese; `currency_at` that of the currency whose sum follows. A wide mark parts two words
/// of the other language, each of which is read alone: `CEO，IT`. `[word](/phonemes/)` is the other reader's.
pub(super) fn runs(
    text: &str,
    unit_at: impl Fn(&str) -> Option<usize>,
    currency_at: impl Fn(&str) -> Option<usize>,
) -> Vec<Run> {
    let mut others: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    // Whether Chinese came after the last range of `others`; and the last character but spaces.
    let (mut chinese_between, mut before) = (true, ' ');
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        at += c.len_utf8();
        if let Some(length) = pronounced(&text[start..]) {
            at = start + length;
            others.push(start..at);
            chinese_between = true;
            before = ')';
            continue;
        }
        let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹".contains(before);
        let unit = if (before.is_ascii_digit() || raised) && chinese_between {
            unit_at(&text[start..])
        } else {
            // The letter of a degree: °C
            (before == '°' && matches!(c, 'C' | 'F')).then_some(1)
        };
        if let Some(length) = unit {
            at = start + length;
            before = '米';
            continue;
        }
        let begins = !text[..start].ends_with(|c: char| is_letter(c) || c.is_ascii_digit());
        if let Some(length) = currency_at(&text[start..]).filter(|_| chinese_between && begins) {
            at = start + length;
            before = '$';
            continue;
        }
        // 1920x1080, 3e8, 2024Q3
        let behind = match c {
            'x' | 'X' => text[at..].trim_start_matches(' '),
            _ => text[at..].trim_start_matches(['-', '+']),
        };
        let times = matches!(c, 'x' | 'X' | 'e' | 'E' | 'Q')
            && before.is_ascii_digit()
            && behind.starts_with(|c: char| c.is_ascii_digit());
        // The figure of CO₂ is of its letters.
        let lowered = matches!(c, '₀'..='₉') && others.last().is_some_and(|run| run.end == start);
        if is_letter(c) && !times || lowered {
            let lone = !text[at..].starts_with(is_letter);
            chinese_between |= lone && is_sum(text, others.last(), start);
            match others.last_mut() {
                Some(range) if !chinese_between => range.end = at,
                _ => others.push(start..at),
            }
            chinese_between = false;
        } else if is_han(c) || is_wide_mark(c) {
            chinese_between = true;
        }
        if !c.is_whitespace() && c != FILLER {
            before = c;
        }
    }
    let mut runs = Vec::new();
    let mut behind = 0;
    for range in others {
        push(&mut runs, behind..range.start, true);
        behind = range.end;
        push(&mut runs, range, false);
    }
    push(&mut runs, behind..text.len(), true);
    runs
}

/// Whether the sign of a sum stands between a single letter and what begins at `start`: `x+y`.
fn is_sum(text: &str, last: Option<&Range<usize>>, start: usize) -> bool {
    let Some(last) = last else {
        return false;
    };
    let letters = &text[last.clone()];
    letters.chars().count() == 1
        && text[last.end..start].contains(['+', '=', '×', '÷', '*', '<', '>'])
}

fn push(runs: &mut Vec<Run>, range: Range<usize>, chinese: bool) {
    if !range.is_empty() {
        runs.push(Run { range, chinese });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let unit_at = |text: &str| text.starts_with("km").then_some(2);
        let currency_at = |text: &str| text.starts_with("RMB2").then_some(3);
        let show = |run: Run| {
            let part = &text[run.range];
            if run.chinese {
                part.to_owned()
            } else {
                format!("<{part}>")
            }
        };
        runs(text, unit_at, currency_at)
            .into_iter()
            .map(show)
            .collect()
    }

    #[test]
    fn letters_go_to_the_other_reader_with_what_is_between_them() {
        assert_eq!(
            cut("我爱GitHub Copilot 3 times，真的"),
            ["我爱", "<GitHub Copilot 3 times>", "，真的"]
        );
        assert_eq!(cut("iPhone 15很好"), ["<iPhone>", " 15很好"]);
        assert_eq!(cut("跑了5 km，km"), ["跑了5 km，", "<km>"]);
        assert_eq!(
            cut("WTO，NBA说RMB200和XRMB200"),
            ["<WTO>", "，", "<NBA>", "说RMB200和", "<XRMB>", "200"]
        );
        assert_eq!(cut("排放CO₂，H₂O"), ["排放", "<CO₂>", "，", "<H₂O>"]);
        assert_eq!(cut("2024Q3好，Q3"), ["2024Q3好，", "<Q>", "3"]);
        assert_eq!(cut("π≈3.14°C"), ["π≈3.14°C"]);
        assert_eq!(cut("Привет你好"), ["<Привет>", "你好"]);
        assert_eq!(cut("银[行](/xaŋ↗/)里"), ["银", "<[行](/xaŋ↗/)>", "里"]);
        assert_eq!(cut("[]()[x](y)"), ["[]()[", "<x](y>", ")"]);
        assert_eq!(cut(""), Vec::<String>::new());
    }

    #[test]
    fn a_text_is_chinese_when_most_of_it_is() {
        for text in [
            "你好。",
            "我用 iPhone 打电话",
            "Hi 世界",
            "３个〇",
            "5×3=15，10÷2=5",
            "x=5。",
        ] {
            assert!(is_chinese(text), "{text}");
        }
        for text in [
            "",
            "Hello!",
            "I say 你好 and 再 again to all",
            "123 😀",
            "5×3=15, 10÷2=5",
            "OK，",
            "。，、",
            "《》",
        ] {
            assert!(!is_chinese(text), "{text}");
        }
    }
}
