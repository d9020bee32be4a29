//! Abbreviations, and whether the full stop of one ends a sentence. Many are words too: `no.`, `fig.`,
//! `Gen`. Those are abbreviations only where a number or a name follows.

use fancy_regex::Error;

use super::{
    rewrites::{Replacement, Rewrites, word_after, word_before},
    words::{
        self, ABBREVIATIONS, CURRENCIES, DAYS, MONTHS, NUMBERED, STOPPED_TITLES, STREETS, TITLES,
        UNITS, is_function_word, names,
    },
};
use crate::rule::Found;

pub(super) fn rules() -> Result<Rewrites, Error> {
    let patterns = [
        format!(r"\b({})(\.?)(?![\w])", names(STREETS)),
        format!(r"\b({})\.? (?=[A-Z])", names(TITLES)),
        format!(r"\b({})\. (?=[A-Z])", names(STOPPED_TITLES)),
        format!(r"(?<![\w.])({})\.? ?(?=\d)", names(NUMBERED)),
        r"(?<![\w.])(?:([Ff]igs?|[Cc]h|[Vv]ol|[Ss]ec|[Aa]rt)\. )(?=[IVX]+\b)".to_owned(),
        r"\b(Co)\. (?=(?:Kerry|Cork|Clare|Mayo|Down|Galway|Dublin|Antrim|Armagh|Durham|Donegal|Wicklow|Kildare|Limerick|Tipperary|Waterford)\b)".to_owned(),
        r"(?<=[A-Za-z&] )(Co)\.(?![\w])".to_owned(),
        r"(?<=\d(?:st|nd|rd|th) )ed(\.)(?![\w])|(?<=[Rr]ev )ed(\.)(?![\w])".to_owned(),
        r"(?<![\w.])est(\.) (?=[a-z])".to_owned(),
        format!(r"(?<![\w.])({})(?![\w])", names(ABBREVIATIONS)),
        r"(?<![\w&#])#(?=\d)".to_owned(),
        r"(?<![\w])#(?=[A-Za-z])".to_owned(),
        r"#".to_owned(),
    ];
    let said: [Replacement; 13] = [
        street,
        |found| {
            let (written, said) = (found.group(1), words::find(TITLES, found.group(1))?);
            let name = word_after(found.after());
            // `12 Church St The` is no saint.
            let saint = matches!(written, "St" | "Mt");
            (!saint || !is_function_word(name)).then(|| format!("{said} "))
        },
        |found| {
            let name = word_after(found.after());
            // `One rep. He`: but people are called Will, May and Grant.
            let starts =
                is_function_word(name) && !matches!(name, "Will" | "May" | "Even" | "Long");
            let said = words::find(STOPPED_TITLES, found.group(1))?;
            (!starts).then(|| format!("{said} "))
        },
        numbered,
        |found| Some(format!("{} ", words::find(NUMBERED, found.group(1))?)),
        |_| Some("County ".to_owned()),
        |found| {
            let before = word_before(found.before());
            let company = before.starts_with(char::is_uppercase)
                || before == "and"
                || found.before().trim_end().ends_with('&');
            company.then(|| format!("Company{}", stop(found)))
        },
        |found| Some(format!("edition{}", stop(found))),
        |_| Some("estimated ".to_owned()),
        |found| {
            let short = found.group(1);
            let said = words::find(ABBREVIATIONS, short)?;
            let stop = if short.ends_with('.') {
                stop(found)
            } else {
                ""
            };
            Some(format!("{said}{stop}"))
        },
        |_| Some("number ".to_owned()),
        |_| Some(" hashtag ".to_owned()),
        |_| Some(" hashtag ".to_owned()),
    ];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

/// The full stop that ends the text is still needed.
fn stop(found: &Found<'_>) -> &'static str {
    if found.after().is_empty() { "." } else { "" }
}

/// `Church St` and `12 Oak Dr.`, but `St. Paul` and `Dr. Oak`.
fn street(found: &Found<'_>) -> Option<String> {
    let short = found.group(1);
    let said = words::find(STREETS, short)?;
    let stopped = !found.group(2).is_empty();
    if is_street(found.before(), short, found.after()) {
        let ends = stopped && found.after().is_empty();
        return Some(format!("{said}{}", if ends { "." } else { "" }));
    }
    None
}

/// Whether `short` is what a street is called, and no title.
fn is_street(before: &str, short: &str, after: &str) -> bool {
    let name = word_before(before);
    let ordinal = name.starts_with(|c: char| c.is_ascii_digit())
        && name.ends_with(|c: char| c.is_ascii_lowercase());
    let named = before.ends_with(' ')
        && name.starts_with(char::is_uppercase)
        && !is_function_word(name)
        && !name.ends_with('.');
    if !named && !ordinal {
        return false;
    }
    let titled = matches!(short, "St" | "Dr");
    let next = word_after(after);
    let follows_name =
        after.starts_with(' ') && next.starts_with(char::is_uppercase) && !is_function_word(next);
    if !titled || !follows_name {
        return true;
    }
    // `12 Oak Dr. London`: a house has its number.
    let words = before.split(' ').rev().filter(|word| !word.is_empty());
    ordinal
        || words
            .take(4)
            .any(|word| word.chars().all(|c| c.is_ascii_digit()))
}

/// `No. 5`, `pp. 10`; without its stop only what is no word: `pp 10`, `fig 3`.
fn numbered(found: &Found<'_>) -> Option<String> {
    let short = found.group(1);
    let stopped = found.group(0).contains('.');
    let spaced = found.group(0).ends_with(' ');
    let word = matches!(
        short,
        "no" | "No"
            | "nos"
            | "Nos"
            | "ch"
            | "art"
            | "Art"
            | "est"
            | "Est"
            | "sec"
            | "Sec"
            | "ca"
            | "p"
            | "ext"
            | "Ext"
            | "apt"
            | "chap"
            | "Chap"
            | "ver"
            | "Ver"
            | "Ste"
            | "c"
            | "b"
            | "d"
            | "fl"
            | "max"
            | "Max"
            | "min"
            | "Min"
            | "avg"
            | "Avg"
            | "temp"
            | "incl"
            | "excl"
    );
    if !stopped && (word || !spaced) {
        return None;
    }
    let said = words::find(NUMBERED, short)?;
    if !is_dated(found.before(), short, found.after()) {
        return None;
    }
    let year = word_after(found.after()).len() == 4;
    let said = if short == "est" && !year {
        "estimated"
    } else {
        said
    };
    Some(format!("{said} "))
}

/// `c. 1850` and `b. 1950`, but `vitamin c. 500 people` and `plan b. 5 came`.
fn is_dated(before: &str, short: &str, after: &str) -> bool {
    const LETTERED: &str =
        " vitamin grade plan section option class point part type letter hepatitis group note ";
    let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let lettered = LETTERED.contains(&format!(" {} ", word_before(before).to_lowercase()));
    match short {
        "c" => {
            (3..=4).contains(&digits) && !lettered || after[digits..].trim_start().starts_with("BC")
        }
        "b" | "d" | "fl" => digits == 4 && !lettered,
        // Somebody of that name: ask Max. 10 people came.
        "Max" | "Min" => !before
            .trim_end()
            .ends_with(|c: char| c.is_alphanumeric() || c == ','),
        _ => true,
    }
}

/// Whether a full stop after `word` ends a sentence where `next` begins with a capital or a digit.
/// `before` is the text before the word.
pub(in crate::english) fn ends_sentence(before: &str, word: &str, next: &str) -> bool {
    let next_word = next.split_whitespace().next().unwrap_or_default();
    let starts = is_function_word(next_word) && next_word.starts_with(char::is_uppercase);
    let digit = next.starts_with(|c: char| c.is_ascii_digit() || "$£€#".contains(c));
    let bare = word.trim_start_matches(['(', '"', '“', '\'', '‘', '[']);
    let dated = month_or_day(bare);
    let numbered = words::find(NUMBERED, bare).is_some() && is_dated(before, bare, next);
    if numbered || dated && !matches!(bare, "May" | "March" | "Sat" | "Sun") {
        let roman = next_word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let roman = !roman.is_empty() && roman.chars().all(|c| "IVX".contains(c)) && roman != "I";
        return !(digit
            || roman && !dated
            || dated && month_or_day(next_word.trim_end_matches(['.', ','])));
    }
    // 5 ft. 2 in.
    let amount = word_before(before).starts_with(|c: char| c.is_ascii_digit());
    if digit && amount && (words::find(UNITS, bare).is_some() || bare == "in") {
        return false;
    }
    if words::find(STREETS, bare).is_some() && is_street(before, bare, &format!(" {next}")) {
        return true;
    }
    if words::find(TITLES, bare).is_some() {
        let name = word_after(next_word).split('\'').next().unwrap_or_default();
        return starts && !matches!(name, "Will" | "May" | "Who" | "No");
    }
    // Rs. 500, kr. 20
    if digit
        && (words::find(CURRENCIES, bare).is_some() || matches!(bare, "Re" | "ft" | "nr" | "Nr"))
    {
        return false;
    }
    if words::find(STOPPED_TITLES, bare).is_some() {
        return starts && !matches!(next_word, "Will" | "May" | "Even" | "Long");
    }
    let mut letters = bare.chars();
    let initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
    if initial {
        // `Plan B. He left`, but `J. K. Rowling`.
        let behind = word_before(before);
        return starts && !behind.ends_with('.') && next_word.len() > 1 && !behind.is_empty();
    }
    let lower = bare.to_lowercase();
    match lower.as_str() {
        "e.g" | "i.e" | "cf" | "vs" | "viz" | "approx" => return false,
        "a.m" | "p.m" => {
            return ![
                "EST", "EDT", "PST", "PDT", "GMT", "CET", "UTC", "BST", "ET", "PT",
            ]
            .contains(&next_word.trim_end_matches(['.', ',']));
        }
        "inc" | "ltd" | "corp" | "co" | "bros" | "jr" | "sr" | "dept" | "univ" | "assn"
        | "govt" | "al" | "blvd" | "rd" | "ln" | "hwy" | "pkwy" | "bldg"
            if bare.starts_with(char::is_uppercase) || lower == "al" =>
        {
            return starts;
        }
        _ => {}
    }
    // `U.S. Army`, `Ph.D. Then`
    let initials = bare.contains('.')
        && bare.split('.').all(|part| {
            (1..3).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic)
        });
    !initials || starts
}

fn month_or_day(word: &str) -> bool {
    let named = |names: &[&str]| {
        names
            .iter()
            .any(|name| *name == word || (3..=5).contains(&word.len()) && name.starts_with(word))
    };
    word.starts_with(char::is_uppercase) && (named(&MONTHS) || named(&DAYS))
}
