//! The numbers of a text, in digits whichever way they are written.

use std::collections::BTreeSet;

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
];
const NUMERALS: &str = "零一二三四五六七八九";

pub(super) fn is_numeral(c: char) -> bool {
    NUMERALS.contains(c) || "两十百千万半".contains(c)
}

/// What an English word counts: its value, and whether it multiplies what stands before it.
pub(super) fn word(word: &str) -> Option<(u64, bool)> {
    let at = |words: &[&str]| {
        words
            .iter()
            .position(|one| *one == word)
            .map(|at| at as u64)
    };
    match word {
        "hundred" => Some((100, true)),
        "thousand" => Some((1000, true)),
        "million" => Some((1_000_000, true)),
        _ => at(&SMALL)
            .or_else(|| at(&TENS).map(|tens| tens * 10 + 20))
            .map(|value| (value, false)),
    }
}

/// Each number, `9:30` for times; a lone "one" and 一 count nothing.
pub(super) fn numbers(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let characters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < characters.len() {
        let from = at;
        let run = |test: &dyn Fn(char) -> bool| {
            characters[from..].iter().take_while(|c| test(**c)).count()
        };
        if characters[at].is_ascii_digit() {
            at += run(&|c| c.is_ascii_digit() || ".,:：".contains(c));
            let digits: String = characters[from..at].iter().collect();
            found.insert(digit_number(&digits));
        } else if is_numeral(characters[at]) {
            at += run(&is_numeral);
            let numeral: String = characters[from..at].iter().collect();
            found.extend(numeral_value(&numeral).filter(|_| numeral != "一"));
        } else {
            at += 1;
        }
    }
    found.extend(english_numbers(text));
    found
}

fn digit_number(digits: &str) -> String {
    let digits = digits
        .trim_end_matches(['.', ',', ':', '：'])
        .replace('：', ":");
    let plain = digits.replace(',', "");
    let trimmed = plain.trim_start_matches('0');
    // 3:00 is said as three.
    let trimmed = trimmed.strip_suffix(":00").unwrap_or(trimmed);
    let trimmed = trimmed.strip_suffix(".0").unwrap_or(trimmed);
    if trimmed.is_empty() { "0" } else { trimmed }.to_owned()
}

/// 四百, 三十二, 一万二, 二零二六.
fn numeral_value(numeral: &str) -> Option<String> {
    let digit = |c: char| match c {
        '两' => Some(2),
        c => NUMERALS
            .chars()
            .position(|one| one == c)
            .map(|at| at as u64),
    };
    if numeral.chars().all(|c| digit(c).is_some()) && numeral.chars().count() > 1 {
        return Some(
            numeral
                .chars()
                .filter_map(digit)
                .map(|d| d.to_string())
                .collect(),
        );
    }
    let (mut all, mut below, mut last) = (0_u64, 0_u64, None);
    for c in numeral.chars() {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '万' => {
                all = (all + below + last.unwrap_or(0))
                    .max(1)
                    .saturating_mul(10_000);
                (below, last) = (0, None);
                continue;
            }
            '半' => return None,
            c => {
                last = digit(c);
                continue;
            }
        };
        below += last.take().unwrap_or(1) * unit;
    }
    Some((all + below + last.unwrap_or(0)).to_string())
}

fn english_numbers(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let (mut value, mut open, mut at) = (0_u64, false, 0);
    while at <= words.len() {
        let here = words.get(at).copied().unwrap_or_default();
        match word(here) {
            Some((many, true)) => (value, open) = (value.max(1).saturating_mul(many), true),
            Some((some, false)) => {
                // "nine thirty" and "twenty twenty six" are not sums: digits after digits.
                let fits = !open
                    || value % 100 == 0
                    || (value % 10 == 0 && some < 10 && value % 100 >= 20);
                if fits {
                    (value, open) = (value + some, true);
                } else {
                    found.insert(value.to_string());
                    if some % 10 == 0 && value < 24 && some < 60 {
                        found.insert(format!("{value}:{some}"));
                    }
                    value = some;
                }
            }
            None if here == "and" && open && value >= 100 => {}
            None => {
                if open && !(value == 1 && at > 0 && words[at - 1] == "one") {
                    found.insert(value.to_string());
                }
                (value, open) = (0, false);
                if let Some(place) = ORDINALS.iter().position(|one| *one == here) {
                    // "first of all" and "one second" count nothing; dates do.
                    if place > 1 {
                        found.insert((place + 1).to_string());
                    }
                }
                found.extend(clock(&words, at));
            }
        }
        at += 1;
    }
    for (ordinal, digits) in lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter_map(|word| {
            let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            (!digits.is_empty() && digits.len() < word.len()).then_some((word, digits))
        })
    {
        if ["st", "nd", "rd", "th", "am", "pm"]
            .iter()
            .any(|end| ordinal.ends_with(end))
        {
            found.insert(digits.to_owned());
        }
    }
    found
}

/// "half past nine", "quarter to ten" as 9:30, 9:45.
fn clock(words: &[&str], at: usize) -> Option<String> {
    let [part, side, hour] = words.get(at..at + 3)? else {
        return None;
    };
    let hour = word(hour)
        .map(|(hour, _)| hour)
        .or_else(|| hour.parse().ok())?;
    match (*part, *side) {
        ("half", "past") => Some(format!("{hour}:30")),
        ("quarter", "past") => Some(format!("{hour}:15")),
        ("quarter", "to") => Some(format!("{}:45", if hour > 1 { hour - 1 } else { 12 })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        for (text, wanted) in [
            ("four hundred pounds", &["400"][..]),
            ("400 pounds", &["400"]),
            ("1,200 and 3.5", &["1200", "3.5"]),
            ("two thousand and twenty-six", &["2026"]),
            ("half past nine", &["9", "9:30"]),
            ("at 9:30, or 3:00", &["3", "9:30"]),
            ("nine thirty", &["30", "9", "9:30"]),
            ("the twelfth of April, the 3rd", &["12", "3"]),
            ("四月十二号，每人三十元", &["12", "30", "4"]),
            ("一万二千三百", &["12300"]),
            ("二零二六年", &["2026"]),
            ("两点，一本书", &["2"]),
            ("no one at first", &[]),
        ] {
            let wanted: BTreeSet<String> = wanted.iter().map(|one| (*one).to_owned()).collect();
            assert_eq!(numbers(text), wanted, "{text}");
        }
    }
}
