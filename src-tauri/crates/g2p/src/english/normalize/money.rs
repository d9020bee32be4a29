//! Sums of money and measures: `20 €`, `$1.4bn`, `5 m`.

use fancy_regex::Error;

use super::{
    prices,
    rewrites::{Replacement, Rewrites, word_after, word_before},
    words::{self, CURRENCIES, LETTERS, UNITS, names},
};
use crate::rule::Found;

pub(super) const NUMBER: &str = r"\d+(?:,\d{3})*(?:\.\d+)?";
pub(super) const SCALE: &str =
    r"hundred|thousand|million|billion|trillion|(?:[kKmMbB]|bn|mn|tn|trn|mio|mrd)\b";

/// Signs of currencies.
pub(super) const SIGNS: &str = r"[$£€¥₹₩₽₺₪₫฿₱₦₿]";
/// What units stand over: `/s²`.
const PER: &str = "s²|sec|s|min|hr|hour|h|day|week|wk|month|mo|year|yr|kg|g|mg|lb|oz|mol|L|l|dL|mL|gal|m²|m³|cm²|cm³|km²|ft²|in²|m|km|mi|ft|K|person|night|item|head|acre|ha|kWh";

pub(super) fn rules() -> Result<Rewrites, Error> {
    let currencies = names(CURRENCIES);
    let signs = SIGNS;
    let codes = r"(?:USD|EUR|GBP|JPY|CNY|RMB|INR|CHF|AUD|CAD|KRW|SEK|NOK|DKK|HKD|SGD|NZD|TWD|MXN|BRL|THB|PLN|kr)";
    let units = names(UNITS);
    let letters = names(LETTERS);
    let patterns = [
        // €1,50 and 1,50 €
        format!(r"({signs}) ?(\d+),(\d{{2}})(?![\d,])"),
        format!(r"(?<![\d.,])(\d+),(\d{{2}}) ?({signs})(?![\w])"),
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
            r"(?<![\w.])(-?{NUMBER})\s?({units})(?:/({PER}))?(?![\w/])(?:\.(?= [a-z\d]))?"
        ),
        format!(
            r"\b(hundred|thousand|million|billion|trillion) ({units})(?:/({PER}))?(?![\w/])(?:\.(?= [a-z\d]))?"
        ),
        format!(r"(?<![\w.,])({NUMBER})\s?[Ll]/100 ?(?:km|kilometers)(?![\w])"),
        format!(
            r"(?<![\w.,])(-?{NUMBER})(\s?)({letters})(?:/({PER}))?(?![\w/'’&\-]|\.[\w])"
        ),
        r"\b(miles|kilomet(?:er|re)s|met(?:er|re)s|feet|words|beats|lit(?:er|re)s|revolutions)/(s|sec|min|h|hr)(?![\w])".to_owned(),
        r"(?<=[a-z] )/(?=(?:hour|day|week|month|year|person|night|unit|kg|min|item)\b)|(?<=[a-z\d])/(?=(?:hour|day|week|month|year|person|night|unit|item)\b)".to_owned(),
    ];
    let said: [Replacement; 16] = [
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
            let unit = prices::unit_of(found.group(2), found.after())?;
            Some(measure(found, found.group(1), unit, found.group(3)))
        },
        |found| {
            let unit = words::find(UNITS, found.group(2))?;
            Some(format!(
                "{} {}{}",
                found.group(1),
                unit.1,
                over(found.group(3))
            ))
        },
        |found| Some(format!("{} liters per 100 kilometers", found.group(1))),
        letter,
        |found| Some(format!("{}{}", found.group(1), over(found.group(2)))),
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
    let (written, next) = (found.group(3), word_after(after));
    // 5 W 42nd Street, 5 N Main Street, 40.7128 N
    let street = matches!(written, "W" | "N")
        && (after.starts_with(|c: char| c.is_ascii_digit() || c.is_uppercase())
            || found
                .group(1)
                .split('.')
                .nth(1)
                .is_some_and(|part| part.len() > 2));
    // 300 K users
    let thousand = written == "K"
        && (found.group(2).is_empty()
            || next.starts_with(char::is_alphabetic) && !words::is_function_word(next));
    // The 1980s, in her 30s, 100s of people
    let decade = written == "s"
        && (found.group(2).is_empty() && !found.group(1).contains('.')
            || word_before(found.before()).eq_ignore_ascii_case("the"));
    if labels.contains(&label) || street || thousand || decade {
        return None;
    }
    Some(measure(found, found.group(1), unit, found.group(4)))
}

/// `5 kilometers`, but `a 5 kilometer run`.
pub(super) fn measure(found: &Found<'_>, amount: &str, unit: (&str, &str), per: &str) -> String {
    let next = word_after(found.after());
    let follows = found.after().starts_with(' ') && next.starts_with(char::is_lowercase);
    let before = word_before(found.before()).to_lowercase();
    let raced = matches!(
        before.as_str(),
        "the" | "'s" | "men's" | "women's" | "his" | "her"
    ) && [
        "record", "race", "dash", "sprint", "final", "hurdles", "run", "mark", "line",
    ]
    .contains(&next);
    let describes = ["a", "an"].contains(&before.as_str())
        && follows
        && !words::is_function_word(next)
        && ![
            "of", "long", "wide", "tall", "high", "deep", "away", "per", "apart", "thick",
        ]
        .contains(&next)
        || raced;
    let name = if describes {
        unit.0
    } else {
        plural(amount, unit)
    };
    let per = over(per);
    format!("{amount} {name}{per}")
}

/// ` per second`, of what a unit stands over.
fn over(per: &str) -> String {
    let name = match per {
        "" => return String::new(),
        "s²" => "second squared",
        "s" | "sec" => "second",
        "min" => "minute",
        "h" | "hr" => "hour",
        "L" | "l" => "liter",
        "g" => "gram",
        "m" => "meter",
        "K" => "kelvin",
        "mol" => "mole",
        other => words::find(UNITS, other).map_or(other, |unit| unit.0),
    };
    format!(" per {name}")
}

/// The article before a word: `an ounce`.
pub(super) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o']) || word.starts_with("hour") {
        "an"
    } else {
        "a"
    }
}

pub(super) fn plural<'w>(amount: &str, words: (&'w str, &'w str)) -> &'w str {
    match amount.replace(',', "").as_str() {
        "1" | "1.0" | "-1" => words.0,
        _ => words.1,
    }
}

pub(super) fn scale(name: &str) -> &str {
    match name {
        "k" | "K" => "thousand",
        "m" | "M" | "mn" | "mio" => "million",
        "b" | "B" | "bn" | "mrd" => "billion",
        "tn" | "trn" => "trillion",
        other => other,
    }
}
