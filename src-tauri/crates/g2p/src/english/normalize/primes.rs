//! Feet, inches, minutes and seconds of arc, which are written with one stroke and with two: `8' x 4'`,
//! `3" nails`, `40° 26' 46" N`. The same strokes close a quotation: what was opened before decides.

use fancy_regex::Error;

use super::{
    money::plural,
    rewrites::{Replacement, Rewrites, word_after},
    words::is_function_word,
};
use crate::rule::Found;

pub(super) fn rules() -> Result<Rewrites, Error> {
    let rules: [(&str, Replacement); 7] = [
        (
            r#"(?<![\w.,])(-?\d{1,3})\s?°\s?(\d{1,2}(?:\.\d+)?)\s?['′](?:\s?(\d{1,2}(?:\.\d+)?)\s?(?:["″”]|''|′′))?(?:\s?([NSEW])(?![\w'\-]))?"#,
            arc,
        ),
        (
            r"(?<![\w.,])(-?\d{1,3}(?:\.\d+)?)\s?°\s?([NSEW])(?![\w'\-])",
            |found| {
                let degrees = found.group(1);
                let unit = plural(degrees, ("degree", "degrees"));
                Some(format!("{degrees} {unit} {}", quarter(found.group(2))?))
            },
        ),
        // 98.6F, and 72F where it is warm
        (
            r"(?<![\w.,$£€#])(-?\d{1,3})(\.\d+)? ?([FC])(?![\w'’&\-/°+#]|\.[\w])",
            |found| {
                let warm = !found.group(2).is_empty() || is_warm(found.before(), found.after());
                warm.then(|| format!("{}{}°{}", found.group(1), found.group(2), found.group(3)))
            },
        ),
        // 5'10", and 4'33", which is too much for inches
        (
            r#"(?<![\w.,])(\d+)\s?['′]\s?(\d{1,2}(?:\.\d+)?|\d{1,2} \d/\d{1,2})\s?(?:["″”]|''|′′)(\s?[x×]\s?(?=\d))?"#,
            feet_and_inches,
        ),
        // One measure by another: no quotation has this.
        (
            r#"(?<![\w.,/])(\d+(?:\.\d+)?|(?:\d+ )?\d{1,2}/\d{1,2})(''|′′|["″”'′])\s?[x×]\s?(?=\d[\d.\- /]*(?:["″”'′]|''))"#,
            |found| {
                let (amount, mark) = (found.group(1), found.group(2));
                Some(format!("{amount} {} by ", unit(mark, found, amount)))
            },
        ),
        (
            r#"(?<![\w.,/'])(\d+(?:\.\d+)?|(?:\d+[ \-])?\d{1,2}/\d{1,2})\s?(''|′′|″|"|”)(?![\w])"#,
            |found| {
                let mark = found.group(2);
                (!closes(found, mark)).then(|| lone(found, mark))
            },
        ),
        (r"(?<![\w.,/'])(\d+(?:\.\d+)?)(['′])(?![\w'])", |found| {
            let mark = found.group(2);
            let feet = mark == "′"
                || found.before().ends_with(" by ")
                || !opened(found.before(), '\'') && is_measured(word_after(behind(found)));
            feet.then(|| lone(found, mark))
        }),
    ];
    Rewrites::new(rules)
}

/// Whether a text is about how warm something is.
fn is_warm(before: &str, after: &str) -> bool {
    const WARM: &str = " temperature temperatures fever oven bake baked heat heated warm cold hot cool degrees weather preheat \
        boils boil freezes freeze melts outside thermostat high low highs lows forecast ";
    let words = before
        .split_whitespace()
        .rev()
        .take(8)
        .chain(after.split_whitespace().take(8));
    words
        .map(|word| {
            word.trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
        })
        .any(|word| !word.is_empty() && WARM.contains(&format!(" {word} ")))
}

/// `40 degrees 26 minutes 46 seconds north`
#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn arc(found: &Found<'_>) -> Option<String> {
    let units = [
        ("degree", "degrees"),
        ("minute", "minutes"),
        ("second", "seconds"),
    ];
    let mut words = Vec::new();
    for (index, unit) in units.into_iter().enumerate() {
        let amount = found.group(index + 1);
        if !amount.is_empty() {
            let shown = amount.trim_start_matches('0');
            let shown = if shown.is_empty() || shown.starts_with('.') {
                amount
            } else {
                shown
            };
            words.push(format!("{shown} {}", plural(shown, unit)));
        }
    }
    words.extend(quarter(found.group(4)).map(str::to_owned));
    Some(words.join(" "))
}

/// A quarter of the heavens.
fn quarter(letter: &str) -> Option<&'static str> {
    match letter {
        "N" => Some("north"),
        "S" => Some("south"),
        "E" => Some("east"),
        "W" => Some("west"),
        _ => None,
    }
}

/// `5 foot 10`, `4 minutes 33 seconds`, `5 feet 10 inches by `
#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn feet_and_inches(found: &Found<'_>) -> Option<String> {
    let (feet, inches) = (found.group(1), found.group(2));
    if inches.parse::<f64>().is_ok_and(|inches| inches >= 12.0) {
        let [minute, second] = [
            (feet, ("minute", "minutes")),
            (inches, ("second", "seconds")),
        ]
        .map(|(n, unit)| plural(n, unit));
        return Some(format!("{feet} {minute} {inches} {second}"));
    }
    let inch = plural(inches, ("inch", "inches"));
    let by = if found.group(3).is_empty() {
        ""
    } else {
        " by "
    };
    let to = found.before().ends_with(" by ");
    Some(if by.is_empty() && !to && !inches.contains('/') {
        format!("{feet} foot {inches}")
    } else {
        format!(
            "{feet} {} {inches} {inch}{by}",
            plural(feet, ("foot", "feet"))
        )
    })
}

fn lone(found: &Found<'_>, mark: &str) -> String {
    let amount = found.group(1);
    format!("{amount} {}", unit(mark, found, amount))
}

/// `inch` where it describes what follows (`3" nails`), else the plural of more than one.
fn unit(mark: &str, found: &Found<'_>, amount: &str) -> &'static str {
    const BEHIND: [&str; 14] = [
        "long", "wide", "tall", "high", "deep", "thick", "apart", "away", "below", "above",
        "across", "each", "x", "square",
    ];
    let names = match mark {
        "'" | "′" => ("foot", "feet"),
        _ => ("inch", "inches"),
    };
    let next = word_after(behind(found));
    let describes = found.after().starts_with([' ', '-'])
        && next.starts_with(char::is_alphabetic)
        && !is_function_word(next)
        && (!BEHIND.contains(&next) || found.after().starts_with('-'));
    // 8' x 4' sheets: the second of the two tells, and this is the first.
    if describes || amount.contains('/') && !amount.contains([' ', '-']) {
        names.0
    } else {
        plural(amount, names)
    }
}

/// The text behind, where a hyphen joins too: `7'-tall`.
fn behind<'t>(found: &Found<'t>) -> &'t str {
    found.after().trim_start_matches('-')
}

/// Whether a quotation that is still open ends here.
fn closes(found: &Found<'_>, mark: &str) -> bool {
    let before = found.before();
    match mark {
        // The last of several: 8' x 4' x 2"
        _ if before.ends_with(" by ") => false,
        "\"" | "”" => {
            let curly = before.matches('“').count() > before.matches('”').count();
            let straight = before.matches('"').count() % 2 == 1;
            // What was opened in another sentence closes at the end of this one.
            curly
                || straight
                || mark == "”" && !before.contains('“')
                || found.after().trim().is_empty()
        }
        "''" => opened(before, '\''),
        _ => false,
    }
}

/// Whether a mark stands before a word, as one that opens does.
fn opened(before: &str, mark: char) -> bool {
    let opens = [' ', '(', '['].map(|behind| format!("{behind}{mark}"));
    before.starts_with(mark) || opens.iter().any(|opens| before.contains(opens))
}

/// What is measured in feet, or how.
fn is_measured(word: &str) -> bool {
    const MEASURED: &str = " long wide tall high deep ladder ladders board boards ceiling ceilings fence pole poles wall walls rope \
        cable cord pipe pipes tree trees statue boat boats table tables plank planks beam beams lumber trailer truck hose sheet \
        sheets panel panels post posts drop jump snake shark alligator crocodile man woman player ";
    !word.is_empty() && MEASURED.contains(&format!(" {} ", word.to_lowercase()))
}
