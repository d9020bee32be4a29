//! Sums over what they are paid for (`$15/hr`), sums of dollars of any country (`NT$30`), and large
//! numbers that end in a letter (`3.5M views`).

use fancy_regex::Error;

use super::{
    rewrites::{Replacement, Rewrites, word_after, word_before},
    words::{self, CURRENCIES, UNITS, is_function_word, names},
};
use crate::rule::Found;

/// What is paid for, as it is written short, and in words where no unit is written so.
const PAID: &[(&str, &str)] = &[
    ("s", "second"),
    ("sec", "second"),
    ("min", "minute"),
    ("h", "hour"),
    ("hr", "hour"),
    ("d", "day"),
    ("wk", "week"),
    ("mo", "month"),
    ("mth", "month"),
    ("yr", "year"),
    ("qtr", "quarter"),
    ("g", "gram"),
    ("l", "liter"),
    ("L", "liter"),
    ("m", "meter"),
    ("t", "ton"),
    ("pc", "piece"),
    ("pcs", "piece"),
    ("ea", "each"),
    ("dz", "dozen"),
    ("doz", "dozen"),
    ("pp", "person"),
    ("sqft", "square foot"),
    ("sqm", "square meter"),
    ("in", "inch"),
];

pub(super) fn rules() -> Result<Rewrites, Error> {
    let paid = format!("{}|{}", names(PAID), names(UNITS));
    let whole = "second|minute|hour|day|night|week|month|quarter|year|kilo|gram|kilogram|ounce|pound|ton|tonne|liter|litre|\
        gallon|pint|quart|bottle|can|glass|cup|box|bag|pack|packet|piece|slice|dozen|item|unit|ticket|seat|person|head|child|\
        adult|student|user|page|word|copy|mile|kilometer|meter|metre|foot|yard|inch|acre|barrel|share|night|visit|lesson|class|\
        game|team|room|car|vote|call|text|meal|plate|serving";
    let patterns = [
        format!(r"\s?/\s?({paid})(?![\w/])(\.(?= [a-z\d(]|[,;:)]))?"),
        format!(r"\s?/\s?({whole})(?![\w/])"),
        // XY$30, of a country that is not listed
        r"(?<![\w$])([A-Z]{1,3})\$\s?(?=\d)".to_owned(),
        r"(?<![\w.,/\-])(\d+(?:\.\d+)?)([MBKT])(\+?)(?![\w/'\-&])".to_owned(),
    ];
    let said: [Replacement; 4] = [
        |found| {
            let short = found.group(1);
            let one = words::find(PAID, short).or_else(|| Some(words::find(UNITS, short)?.0));
            let one = one.filter(|_| is_sum(found.before()))?;
            Some(if one == "each" {
                " each".to_owned()
            } else {
                format!(" per {one}")
            })
        },
        |found| is_sum(found.before()).then(|| format!(" per {}", found.group(1))),
        |found| {
            let listed = words::find(CURRENCIES, found.group(0).trim_end()).is_some();
            let letters = found.group(1).chars().map(String::from).collect::<Vec<_>>();
            (!listed).then(|| format!("{}. $", letters.join(".")))
        },
        large,
    ];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

/// Whether a text ends with a sum of money.
fn is_sum(before: &str) -> bool {
    const NAMES: [&str; 16] = [
        "dollar", "dollars", "cent", "cents", "pound", "pounds", "pence", "euro", "euros", "yen",
        "yuan", "rupees", "won", "pesos", "francs", "bucks",
    ];
    let before = before.trim_end();
    let last = word_before(before);
    if NAMES.contains(&last) || is_currency(before, last) || before.ends_with('¢') {
        return true;
    }
    // 5p
    if last
        .strip_suffix('p')
        .is_some_and(|pence| pence.parse::<u32>().is_ok())
    {
        return true;
    }
    let scaled = matches!(
        last,
        "hundred" | "thousand" | "million" | "billion" | "k" | "m" | "bn"
    );
    let number = if scaled {
        before[..before.len() - last.len()].trim_end()
    } else {
        before
    };
    let number = number.trim_end_matches(['k', 'K', 'm', 'M']);
    let sign = number.trim_end_matches(|c: char| c.is_ascii_digit() || ",.".contains(c));
    if sign.len() == number.len() {
        return false;
    }
    let sign = sign.trim_end();
    is_currency(sign, word_before(sign))
}

/// Whether a text ends with the sign of a currency, or its last word is the code of one.
fn is_currency(text: &str, last: &str) -> bool {
    let signed = text
        .chars()
        .next_back()
        .is_some_and(|c| "$£€¥₹₩₽₺₪₫฿₱₦₿".contains(c));
    signed || words::find(CURRENCIES, last).is_some()
}

/// The words of a unit; `pts` are points, but pints of milk.
pub(super) fn unit_of(written: &str, after: &str) -> Option<(&'static str, &'static str)> {
    const POURED: [&str; 14] = [
        "of",
        "milk",
        "water",
        "cream",
        "beer",
        "blood",
        "stock",
        "ice",
        "juice",
        "ale",
        "berries",
        "strawberries",
        "broth",
        "cider",
    ];
    if matches!(written, "pt" | "pts") && POURED.contains(&word_after(after)) {
        return Some(("pint", "pints"));
    }
    if written == "pt"
        && matches!(
            word_after(after),
            "font" | "type" | "text" | "size" | "letters"
        )
    {
        return Some(("point", "point"));
    }
    words::find(UNITS, written)
}

/// `3.5M views`, `1B users`, `over 5M`; not room `1B`.
fn large(found: &Found<'_>) -> Option<String> {
    const ABOUT: [&str; 16] = [
        "over",
        "about",
        "around",
        "than",
        "nearly",
        "almost",
        "approximately",
        "to",
        "roughly",
        "some",
        "reached",
        "hit",
        "has",
        "have",
        "least",
        "passed",
    ];
    let (amount, letter) = (found.group(1), found.group(2));
    let scale = match letter {
        "K" => "thousand",
        "M" => "million",
        "B" => "billion",
        _ => "trillion",
    };
    let before = word_before(found.before());
    let next = word_after(found.after());
    let counted = found.after().starts_with(' ')
        && next.starts_with(|c: char| c.is_ascii_lowercase())
        && !is_function_word(next)
        && (next.ends_with('s') && !next.ends_with("ss")
            || matches!(next, "people" | "men" | "women" | "children"));
    // Kelvin and tesla are measured to a part too, and B is no unit at all.
    let decimal = amount.contains('.') && matches!(letter, "M" | "B");
    let named = before.chars().next().is_some_and(char::is_uppercase) && !is_function_word(before);
    let sized = ABOUT.contains(&before.to_lowercase().as_str()) && matches!(letter, "M" | "B");
    let large = counted && !named || decimal || sized || !found.group(3).is_empty();
    let more = if found.group(3).is_empty() {
        ""
    } else {
        " plus"
    };
    large.then(|| format!("{amount} {scale}{more}"))
}
