//! Sums of money and measures: `20 €`, `$1.4bn`, `5 m`.

use fancy_regex::Error;

use super::{
    rewrites::{Replacement, Rewrites, word_after, word_before},
    words::{self, CURRENCIES, LETTERS, UNITS, names},
};
use crate::rule::Found;

const NUMBER: &str = r"\d+(?:,\d{3})*(?:\.\d+)?";
const SCALE: &str =
    r"hundred|thousand|million|billion|trillion|(?:[kKmMbB]|bn|mn|tn|trn|mio|mrd)\b";

pub(super) fn rules() -> Result<Rewrites, Error> {
    let currencies = names(CURRENCIES);
    let signs = r"[$£€¥₹₩₽₺₪₫฿₱₦₿]";
    let codes = r"(?:USD|EUR|GBP|JPY|CNY|RMB|INR|CHF|AUD|CAD|KRW|SEK)";
    let units = names(UNITS);
    let letters = names(LETTERS);
    let patterns = [
        // €1,50 and 1,50 €
        format!(r"({signs}) ?(\d+),(\d{{2}})(?![\d,])"),
        format!(r"(?<![\d.,])(\d+),(\d{{2}}) ?({signs})(?![\w])"),
        // $5-$10, $5-10
        format!(
            r"(?<![\w])({signs})({NUMBER})\s?[-–]\s?({signs})?({NUMBER})(?![\w]|[.,]\d|\s?(?:{SCALE}))"
        ),
        // -$5
        format!(r"(?<![\w])-\s?(?=(?:[A-Z]{{1,2}})?{signs}\d)"),
        format!(r"(?<![\w])({currencies})\.?\s?({NUMBER})(?:\s?({SCALE}))?(?![\d])"),
        format!(r"(?<![\w.,])({NUMBER})\s?({SCALE})?\s?({signs}|{codes})(?![\w$£€¥])"),
        format!(r"(?<![\w.])({NUMBER})\s?¢"),
        r"(?<![\w.])(\d{1,3})p(?=[.,;!?]? |[.,;!?]?$)".to_owned(),
        // 10k, 5bn
        r"(?<![\w.,$£€¥])(\d+(?:\.\d+)?)(k|bn|tn)(?![\w])".to_owned(),
        r"(?<![\w.,])(\d+(?:\.\d+)?)x(?![\w])".to_owned(),
        r"(?<![\w.,])(\d+)'(?: ?(\d{1,2})(?:''|\x22|″))".to_owned(),
        format!(
            r"(?<![\w.])(-?{NUMBER})\s?({units})(?:/(s|sec|min|h|hr|hour|day|week|month|year|kg|L|l|dL|mL|m²|m³|person))?(?![\w/])"
        ),
        format!(r"(?<![\w.,])({NUMBER})\s?[Ll]/100 ?(?:km|kilometers)(?![\w])"),
        format!(
            r"(?<![\w.,])(-?{NUMBER})(\s?)({letters})(?:/(s|min|h|kg|L|l|day|m²|m³))?(?![\w/'’&\-]|\.[\w])"
        ),
        r"(?<=[a-z] )/(?=(?:hour|day|week|month|year|person|night|unit|kg|min|item)\b)|(?<=[a-z\d])/(?=(?:hour|day|week|month|year|person|night|unit|item)\b)".to_owned(),
    ];
    let said: [Replacement; 15] = [
        |found| {
            Some(format!(
                "{}{}.{}",
                found.group(1),
                found.group(2),
                found.group(3)
            ))
        },
        |found| {
            Some(format!(
                "{}{}.{}",
                found.group(3),
                found.group(1),
                found.group(2)
            ))
        },
        range,
        |_| Some("minus ".to_owned()),
        before,
        after,
        |found| {
            Some(format!(
                "{} {}",
                found.group(1),
                plural(found.group(1), ("cent", "cents"))
            ))
        },
        pence,
        |found| Some(format!("{} {}", found.group(1), scale(found.group(2)))),
        |found| Some(format!("{} times", found.group(1))),
        |found| {
            let inches = found.group(2);
            Some(format!("{} foot {inches}", found.group(1)))
        },
        |found| {
            let unit = words::find(UNITS, found.group(2))?;
            Some(measure(found, found.group(1), unit, found.group(3)))
        },
        |found| Some(format!("{} liters per 100 kilometers", found.group(1))),
        letter,
        |found| {
            let measured = [
                "dollars", "cents", "pounds", "euros", "yen", "times", "dollar", "euro", "pound",
            ];
            let last = word_before(found.before());
            let sum = last.starts_with(|c: char| c.is_ascii_digit())
                && found
                    .before()
                    .trim_end_matches(last)
                    .ends_with(['$', '£', '€']);
            (sum || measured.contains(&last) || last.ends_with("ers") || last.ends_with("rams"))
                .then(|| " per ".to_owned())
        },
    ];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

fn range(found: &Found<'_>) -> Option<String> {
    let unit = words::find(CURRENCIES, found.group(1))?;
    Some(format!(
        "{} to {} {}",
        found.group(2),
        found.group(4),
        unit.1
    ))
}

fn before(found: &Found<'_>) -> Option<String> {
    let sign = found.group(1);
    let unit = words::find(CURRENCIES, sign)?;
    let amount = found.group(2);
    match scale(found.group(3)) {
        // Cents are the lexicon's to say.
        "" if ["$", "£", "€"].contains(&sign) => None,
        "" => Some(format!("{amount} {}", plural(amount, unit))),
        scale => Some(format!("{amount} {scale} {}", unit.1)),
    }
}

fn after(found: &Found<'_>) -> Option<String> {
    let sign = found.group(3);
    // In `from 5 $20 notes` the sign is of what follows.
    if found.after().starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let unit = words::find(CURRENCIES, sign)?;
    let amount = found.group(1);
    Some(match scale(found.group(2)) {
        "" if ["$", "£", "€"].contains(&sign) => format!("{sign}{amount}"),
        "" => format!("{amount} {}", plural(amount, unit)),
        scale => format!("{amount} {scale} {}", unit.1),
    })
}

/// `50p`, but the picture of `1080p` and `720p`.
fn pence(found: &Found<'_>) -> Option<String> {
    let amount = found.group(1);
    let pence: u32 = amount.parse().ok()?;
    (pence < 100).then(|| format!("{amount} {}", if pence == 1 { "penny" } else { "pence" }))
}

/// A unit of one letter: `5 m`, `20 g`; not the house `5 W 42nd Street`, not the `10 t` of a list.
fn letter(found: &Found<'_>) -> Option<String> {
    let unit = words::find(LETTERS, found.group(3))?;
    let after = found.after().trim_start_matches(' ');
    let label = word_before(found.before());
    let labels = [
        "Chapter", "Section", "Type", "Class", "Grade", "Room", "Gate", "Seat", "Appendix",
        "Figure", "Table", "Level",
    ];
    let street = found.group(3) == "W"
        && after.starts_with(|c: char| c.is_ascii_digit() || c.is_uppercase());
    if labels.contains(&label) || street {
        return None;
    }
    Some(measure(found, found.group(1), unit, found.group(4)))
}

/// `5 kilometers`, but `a 5 kilometer run`.
fn measure(found: &Found<'_>, amount: &str, unit: (&str, &str), per: &str) -> String {
    let next = word_after(found.after());
    let follows = found.after().starts_with(' ') && next.starts_with(char::is_lowercase);
    let describes = ["a", "an"].contains(&word_before(found.before()).to_lowercase().as_str())
        && follows
        && !words::is_function_word(next)
        && ![
            "of", "long", "wide", "tall", "high", "deep", "away", "per", "apart", "thick",
        ]
        .contains(&next);
    let name = if describes {
        unit.0
    } else {
        plural(amount, unit)
    };
    let per = match per {
        "" => String::new(),
        "s" | "sec" => " per second".to_owned(),
        "min" => " per minute".to_owned(),
        "h" | "hr" => " per hour".to_owned(),
        "L" | "l" => " per liter".to_owned(),
        other => {
            let unit = words::find(UNITS, other).map_or(other, |unit| unit.0);
            format!(" per {unit}")
        }
    };
    format!("{amount} {name}{per}")
}

pub(super) fn plural<'w>(amount: &str, words: (&'w str, &'w str)) -> &'w str {
    match amount.replace(',', "").as_str() {
        "1" | "1.0" | "-1" => words.0,
        _ => words.1,
    }
}

fn scale(name: &str) -> &str {
    match name {
        "k" | "K" => "thousand",
        "m" | "M" | "mn" | "mio" => "million",
        "b" | "B" | "bn" | "mrd" => "billion",
        "tn" | "trn" => "trillion",
        other => other,
    }
}
