//! Times of day and dates.

use fancy_regex::Error;

use super::{
    rewrites::{Replacement, Rewrites, word_after, word_before},
    words::{DAYS, MONTHS, any_of},
};
use crate::{english::numbers, rule::Found};

pub(super) fn rules() -> Result<Rewrites, Error> {
    let starts: Vec<&str> = MONTHS.iter().map(|month| &month[..3]).collect();
    let months = any_of(MONTHS.iter().copied().chain(starts).chain(["Sept"]));
    let names = format!("{months}|{}", any_of(DAYS));
    let patterns = [
        // Before the dates that a day stands beside are written out.
        r"\b(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(\.?)(?![\w])".to_owned(),
        r"(?i)(?<=ratio )(of |is |was )?(\d{1,3}):(\d{1,3})(?![\w:])|(?<=odds )(of |are |were )?(\d{1,3}):(\d{1,3})(?![\w:])|(?<=scale )(of |is |was )?(\d{1,3}):(\d{1,6})(?![\w:])".to_owned(),
        concat!(
            r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?",
            r"(?:\s?([AaPp])\.?[Mm]\.?(?![A-Za-z]))?(?!\d)"
        )
        .to_owned(),
        r"\b(\d{4})-(\d{2})-(\d{2})\b".to_owned(),
        r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b".to_owned(),
        // 5.12.2026 is written where the day comes first.
        r"(?<![\w.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\w]|\.\d)".to_owned(),
        // May 5–7, 5–7 May
        format!(
            r"\b({months})\.? (\d{{1,2}})(?:st|nd|rd|th)?\s?[-–]\s?(\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d:%]|\.\d)(,? \d{{4}}\b)?"
        ),
        format!(
            r"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\s?[-–]\s?(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({months})\b(\.?)"
        ),
        format!(r"\b({months})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d:%]|\.\d)(,? \d{{4}}\b)?"),
        format!(r"\b(the )?(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({months})\b(\.?)"),
        format!(r"\b({months})\.(?= \d{{4}}\b)"),
        r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)(\.?)(?![\w])".to_owned(),
        format!(r"\b({names})\s?[-–—]\s?(?=(?:{names})\b)"),
        // the class of '05, the '80s
        r"(?<![\w])['‘](?:0(\d)(?![\w])|(?=\d0s(?![\w])))".to_owned(),
        // 5 p.m. and 5pm
        r"(?<![\w:.])(\d{1,2}) ?([AaPp])\.?[Mm](\.?)(?![\w])".to_owned(),
    ];
    let said: [Replacement; 15] = [
        day_of_week,
        |found| {
            let first = [2, 5, 8]
                .into_iter()
                .find(|&index| !found.group(index).is_empty())?;
            Some(format!(
                "{}{} to {}",
                found.group(first - 1),
                found.group(first),
                found.group(first + 1)
            ))
        },
        time,
        |found| date(Some(found.group(1)), int(found, 2), int(found, 3)),
        slash_date,
        |found| date(Some(found.group(3)), int(found, 2), int(found, 1)),
        |found| {
            let (month, year) = (month(found.group(1))?, found.group(4));
            let [from, to] = days(found, 2)?;
            Some(format!("{month} {from} to {to}{year}"))
        },
        |found| {
            let month = month(found.group(3))?;
            let [from, to] = days(found, 1)?;
            Some(format!(
                "the {from} to the {to} of {month}{}",
                stop(found, 4)
            ))
        },
        |found| {
            let (day, month, year) = (int(found, 2), month(found.group(1))?, found.group(3));
            (1..=31)
                .contains(&day)
                .then(|| format!("{month} {}{year}", numbers::ordinal(day)))
        },
        |found| {
            let (day, month) = (int(found, 2), month(found.group(3))?);
            let stop = stop(found, 4);
            (1..=31)
                .contains(&day)
                .then(|| format!("the {} of {month}{stop}", numbers::ordinal(day)))
        },
        |found| month(found.group(1)).map(str::to_owned),
        month_alone,
        |found| Some(format!("{} to ", found.group(1))),
        |found| match found.group(1) {
            "" => Some(String::new()),
            year => Some(format!("oh {year}")),
        },
        |found| {
            let stop = if found.after().starts_with('.') {
                ""
            } else {
                "."
            };
            let half = found.group(2).to_uppercase();
            let hour = int(found, 1);
            (1..=12)
                .contains(&hour)
                .then(|| format!("{hour} {half}.M{stop}"))
        },
    ];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

/// Two days of a month, the first one first, as ordinals.
fn days(found: &Found<'_>, index: usize) -> Option<[String; 2]> {
    let days = [index, index + 1].map(|index| int(found, index));
    let ordered = 0 < days[0] && days[0] < days[1] && days[1] < 32;
    ordered.then(|| days.map(numbers::ordinal))
}

/// A full stop that ended the sentence too is still needed.
fn stop(found: &Found<'_>, index: usize) -> &'static str {
    let ends = found
        .after()
        .trim_matches(['"', '”', '\'', ')', ' '])
        .is_empty();
    if !found.group(index).is_empty() && ends {
        "."
    } else {
        ""
    }
}

/// `7:30 pm`, `12:00`, `1:02:03`
fn time(found: &Found<'_>) -> Option<String> {
    let (hour, minute) = (int(found, 1), int(found, 2));
    let second = (!found.group(3).is_empty()).then(|| int(found, 3));
    let half = found.group(4);
    if hour > 24 || minute > 59 || second.is_some_and(|second| second > 59) {
        return None;
    }
    let minutes = match minute {
        // Past noon the hours of a day of 24 are counted in hundreds.
        0 if half.is_empty() && second.is_none() && (13..24).contains(&hour) => {
            " hundred".to_owned()
        }
        0 if half.is_empty() && second.is_none() => " o'clock".to_owned(),
        0 => String::new(),
        1..10 => format!(" oh {}", numbers::cardinal(minute)),
        _ => format!(" {}", numbers::cardinal(minute)),
    };
    let mut words = numbers::cardinal(hour) + &minutes;
    if let Some(second) = second {
        let unit = if second == 1 { "second" } else { "seconds" };
        words = format!("{words} and {} {unit}", numbers::cardinal(second));
    }
    if !half.is_empty() {
        // With stops, so that the letters are spelled.
        let stop = if found.after().starts_with('.') {
            ""
        } else {
            "."
        };
        words = format!("{words} {}.M{stop}", half.to_uppercase());
    }
    Some(words)
}

fn slash_date(found: &Found<'_>) -> Option<String> {
    let (first, second, year) = (int(found, 1), int(found, 2), found.group(3));
    let century = match year.len() {
        2 if int(found, 3) > 30 => "19",
        2 => "20",
        _ => "",
    };
    let year = format!("{century}{year}");
    // American order where it can be.
    if first <= 12 {
        date(Some(&year), first, second)
    } else {
        date(Some(&year), second, first)
    }
}

/// `May fifth, 2026`
pub(super) fn date(year: Option<&str>, month: u128, day: u128) -> Option<String> {
    let name = MONTHS.get((month as usize).checked_sub(1)?)?;
    let year = year.map(|year| format!(", {year}")).unwrap_or_default();
    (1..=31)
        .contains(&day)
        .then(|| format!("{name} {}{year}", numbers::ordinal(day)))
}

/// A month by its name or the beginning of it.
fn month(name: &str) -> Option<&'static str> {
    let start = name.get(..3)?;
    MONTHS.into_iter().find(|month| month.starts_with(start))
}

/// Jan is a name, and so is Dec on a gravestone: a month stands with a number or after these.
fn month_alone(found: &Found<'_>) -> Option<String> {
    const BEFORE: [&str; 14] = [
        "in", "since", "by", "until", "of", "last", "next", "this", "from", "early", "late", "mid",
        "every", "to",
    ];
    let before = word_before(found.before()).to_lowercase();
    let number = word_after(found.after()).starts_with(|c: char| c.is_ascii_digit());
    let name = found.group(1);
    let stopped = !found.group(2).is_empty();
    let is_name = matches!(name, "Jan" | "Jun" | "Mar" | "Dec" | "Sep");
    let placed = BEFORE.contains(&before.as_str()) && !(before == "to" && is_name);
    let beside = |text: &str, at: fn(&str) -> &str| {
        let name = at(text);
        name.len() > 2 && name.is_char_boundary(3) && month(name.trim_end_matches('.')).is_some()
    };
    let joins = |text: &'static str| {
        let after = found.after().trim_start().strip_prefix(text);
        let before = found.before().trim_end().strip_suffix(text);
        after.is_some_and(|after| beside(after, word_after))
            || before.is_some_and(|before| beside(before, word_before))
    };
    let ranged = ["-", "–", "—", "/", "to ", " to", " through"]
        .into_iter()
        .any(joins);
    let is_month = ranged || number || placed && (stopped || !is_name) || stopped && !is_name;
    is_month.then(|| format!("{}{}", month(name).unwrap_or(name), stop(found, 2)))
}

/// The Sun shines, and people sat: a day stands with a date, another day, or after these.
fn day_of_week(found: &Found<'_>) -> Option<String> {
    const BEFORE: [&str; 12] = [
        "on", "every", "next", "last", "this", "until", "till", "from", "since", "by", "to",
        "through",
    ];
    let name = found.group(1);
    let day = DAYS.into_iter().find(|day| day.starts_with(&name[..3]))?;
    let stopped = !found.group(2).is_empty();
    let word = matches!(name, "Sun" | "Sat" | "Wed" | "Mon");
    let before = word_before(found.before());
    let after = found
        .after()
        .trim_start_matches([' ', ',', '-', '–', '—', '/', '&']);
    let joined = |text: &'static str| after.strip_prefix(text).unwrap_or_default();
    let beside = [after, joined("and "), joined("or "), joined("to ")]
        .into_iter()
        .any(|rest| is_beside(word_after(rest)))
        || dated(after) && (!word || !found.after().starts_with(|c: char| c.is_alphanumeric()))
        || is_behind_day(found.before());
    let placed = BEFORE.contains(&before.to_lowercase().as_str());
    let headed = found.before().trim().is_empty() && found.after().starts_with(':');
    let is_day = beside || headed || placed && (stopped || name == "Mon") || !word;
    is_day.then(|| format!("{day}{}", stop(found, 2)))
}

/// Whether a day or a month follows a day.
fn is_beside(next: &str) -> bool {
    next.len() > 2 && (is_day(next) || month(next).is_some() && next != "Mar")
}

/// Whether a date or a time of day begins a text: `5 Nov`, `3rd`, `9:30`, not `5 billion years`.
fn dated(after: &str) -> bool {
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = after.len() - rest.len();
    let next = word_after(rest).trim_end_matches('.');
    let ordinal = matches!(next, "st" | "nd" | "rd" | "th") && !rest.starts_with(' ');
    (1..=2).contains(&digits)
        && (ordinal
            || next.is_empty()
            || rest.starts_with([',', '.', ':', '/', '-', '–', ';', ')'])
            || next.len() > 2 && next.is_char_boundary(3) && month(next).is_some()
            || ["am", "pm", "a", "p", "of", "to", "and"].contains(&next.to_lowercase().as_str()))
}

/// Whether a text ends with a day, and what joins it to another.
fn is_behind_day(before: &str) -> bool {
    let joined = before.trim_end();
    let bare = ["and", "or", "to", "&", ",", "-", "–", "—", "/"]
        .into_iter()
        .find_map(|join| joined.strip_suffix(join));
    let last = bare.map(|bare| word_before(bare.trim_end_matches([' ', ','])));
    last.and_then(|last| last.rsplit(['-', '–']).next().map(is_day))
        .unwrap_or(false)
}

fn is_day(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    word.len() > 2
        && word.is_char_boundary(3)
        && DAYS
            .into_iter()
            .any(|day| day.starts_with(word) || day == word)
}

fn int(found: &Found<'_>, index: usize) -> u128 {
    found.group(index).parse().unwrap_or(0)
}
