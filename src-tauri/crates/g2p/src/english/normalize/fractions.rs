//! Fractions: `½ tsp` is half a teaspoon, `2 1/2 lb` two and a half pounds, `3/4` three quarters.

use fancy_regex::Error;

use super::{
    dates::date,
    money::article,
    rewrites::{Replacement, Rewrites, word_after, word_before},
    words::{self, INCHES, LETTERS, UNITS, names},
};
use crate::{english::numbers, rule::Found};

/// Fractions of one character, and those before a unit that is written short.
pub(super) fn rules() -> Result<Rewrites, Error> {
    let unit = format!(
        r"(?:({}|{}|{}|in(?=\.| (?:wide|long|tall|high|deep|thick|by)\b))(?![\w/'’&\-])(?:\.(?= [a-z\d]|[,;:)]))?)",
        names(UNITS),
        names(LETTERS),
        names(NAMED),
    );
    let patterns = [
        format!(r"(?:(\d+)[ \-]?)?([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])(?:\s?{unit})?"),
        format!(r"(?<![\w./,])(?:(\d{{1,3}})[ \-])?(\d{{1,2}})/(\d{{1,2}})\s?{unit}"),
    ];
    let said: [Replacement; 2] = [vulgar, of_unit];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

/// Units written out, of which half is said with an article: `half an hour`.
const NAMED: &[(&str, (&str, &str))] = &[
    ("hour", ("hour", "hours")),
    ("minute", ("minute", "minutes")),
    ("day", ("day", "days")),
    ("month", ("month", "months")),
    ("year", ("year", "years")),
    ("mile", ("mile", "miles")),
    ("pint", ("pint", "pints")),
    ("pound", ("pound", "pounds")),
    ("dozen", ("dozen", "dozen")),
];

const PARTS: [(u128, &str); 14] = [
    (2, "half"),
    (3, "third"),
    (4, "quarter"),
    (5, "fifth"),
    (6, "sixth"),
    (7, "seventh"),
    (8, "eighth"),
    (9, "ninth"),
    (10, "tenth"),
    (12, "twelfth"),
    (16, "sixteenth"),
    (32, "thirty-second"),
    (100, "hundredth"),
    (1000, "thousandth"),
];

/// `3 quarters`, `one half`
fn parts(above: u128, below: u128) -> Option<String> {
    let known = PARTS.iter().find(|(number, _)| *number == below);
    let part = known.map_or_else(|| numbers::ordinal(below), |(_, part)| (*part).to_owned());
    if below < 2 {
        return None;
    }
    Some(match (part.as_str(), above) {
        ("half", 1) => "one half".to_owned(),
        ("half", _) => format!("{above} halves"),
        (_, 1) => format!("1 {part}"),
        _ => format!("{above} {part}s"),
    })
}

fn vulgar(found: &Found<'_>) -> Option<String> {
    let (above, below) = match found.group(2).chars().next()? {
        '½' => (1, 2),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '¼' => (1, 4),
        '¾' => (3, 4),
        '⅕' => (1, 5),
        '⅖' => (2, 5),
        '⅗' => (3, 5),
        '⅘' => (4, 5),
        '⅙' => (1, 6),
        '⅚' => (5, 6),
        '⅐' => (1, 7),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        '⅞' => (7, 8),
        '⅑' => (1, 9),
        _ => (1, 10),
    };
    measured(found, (above, below), found.group(3))
}

/// `3/4 lb`; what is no part of one stays.
fn of_unit(found: &Found<'_>) -> Option<String> {
    let (above, below) = (int(found, 2), int(found, 3));
    proper(above, below).then(|| measured(found, (above, below), found.group(4)))?
}

fn proper(above: u128, below: u128) -> bool {
    above > 0 && above < below && [2, 3, 4, 5, 6, 8, 10, 16, 32].contains(&below)
}

/// `half a teaspoon`, `3 quarters of a pound`, `2 and a half miles`; `a half mile run`
fn measured(found: &Found<'_>, (above, below): (u128, u128), unit: &str) -> Option<String> {
    let whole = found.group(1);
    let tables = [UNITS, LETTERS, INCHES, NAMED];
    let known = tables.iter().find_map(|table| words::find(table, unit));
    let Some((one, many)) = known else {
        return whole_and(whole, above, below);
    };
    if !whole.is_empty() {
        return Some(format!("{} {many}", whole_and(whole, above, below)?));
    }
    let a = article(one);
    let described = ["a", "an", "the"].contains(&word_before(found.before()));
    Some(match (above, below) {
        (1, 2) if described => format!("half {one}"),
        (1, 4) if described => format!("quarter {one}"),
        (1, 2) => format!("half {a} {one}"),
        _ => format!("{} of {a} {one}", parts(above, below)?),
    })
}

/// `2 and a half`
fn whole_and(whole: &str, above: u128, below: u128) -> Option<String> {
    let said = match (above, below) {
        (1, 2) if !whole.is_empty() => "a half".to_owned(),
        (1, 4) if !whole.is_empty() => "a quarter".to_owned(),
        _ => parts(above, below)?,
    };
    Some(if whole.is_empty() {
        said
    } else {
        format!("{whole} and {said}")
    })
}

fn int(found: &Found<'_>, index: usize) -> u128 {
    found.group(index).parse().unwrap_or(0)
}

/// `2 1/2 cups`
pub(super) fn mixed(found: &Found<'_>) -> Option<String> {
    let (above, below) = (int(found, 2), int(found, 3));
    proper(above, below).then(|| whole_and(found.group(1), above, below))?
}

/// `3/4` is three quarters, `on 9/11` a date, `7/16 inch` again a part, `40/7` neither.
pub(super) fn stroke(found: &Found<'_>) -> Option<String> {
    let (above, below) = (int(found, 1), int(found, 2));
    let next = word_after(found.after());
    let before = word_before(found.before()).to_lowercase();
    let dated = [
        "on", "since", "until", "till", "by", "from", "before", "after", "dated", "due", "between",
    ]
    .contains(&before.as_str());
    let is_date = (1..=12).contains(&above) && (1..=31).contains(&below);
    let measured = next == "of" || is_measure(next);
    if dated && is_date && !measured {
        return date(None, above, below);
    }
    if above == 0 || below < 2 {
        return Some(format!("{above} slash {below}"));
    }
    if measured && below <= 100
        || above < below && below <= 10
        || [16, 32, 64].contains(&below) && above < below && !is_date
    {
        return parts(above, below);
    }
    // Said of a test: 18/20.
    let scored = [
        "scored", "score", "got", "mark", "rated", "rating", "result",
    ]
    .contains(&before.as_str());
    if scored {
        return Some(format!("{above} out of {below}"));
    }
    // A blood pressure is no date.
    let pressed = (70..=260).contains(&above) && (40..=150).contains(&below) && above > below;
    if is_date && !pressed {
        return date(None, above, below);
    }
    if above <= below
        && matches!(
            below,
            20 | 25 | 30 | 40 | 50 | 60 | 75 | 80 | 90 | 100 | 1000
        )
    {
        return Some(format!("{above} out of {below}"));
    }
    // Years are no parts of one another: 2023/24.
    let over = above < 1000 && below < 1000;
    let stroke = if over { "over" } else { "slash" };
    Some(format!("{above} {stroke} {below}"))
}

fn is_measure(word: &str) -> bool {
    const MEASURES: &str = " inch inches in cup cups mile miles teaspoon teaspoons tablespoon tablespoons tsp tbsp \
        pound pounds ounce ounces oz lb pint pints quart quarts gallon gallons foot feet yard yards acre acres \
        hour hours scale full wrench socket bolt drill bit size share majority note notes time size ";
    !word.is_empty() && MEASURES.contains(&format!(" {word} "))
}
