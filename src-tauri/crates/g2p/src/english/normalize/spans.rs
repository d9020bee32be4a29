//! From one to another, where both have a sign or a unit: `10%–15%`, `£5–£10`, `9:00–17:00`.

use fancy_regex::Error;

use super::{
    money::{NUMBER, SCALE, SIGNS, scale},
    rewrites::{Replacement, Rewrites},
    words::{self, CURRENCIES, LETTERS, UNITS, names},
};
use crate::rule::Found;

pub(super) fn rules() -> Result<Rewrites, Error> {
    let units = format!("{}|{}", names(UNITS), names(LETTERS));
    let half = r"\s?[AaPp]\.?[Mm](?:\.|\b)";
    let patterns = [
        format!(
            r"\b(\d{{1,2}}:\d{{2}}(?:{half})?|\d{{1,2}}{half})\s?[-–—]\s?(?=\d{{1,2}}(?::\d{{2}}|{half}))"
        ),
        format!(r"(?<=\d)(?:%[-–—~](?=[+\-]?\d)|\s?%\s?[-–—~]\s?(?=[+\-]?{NUMBER}\s?%))"),
        format!(r"(?<=\d)\s?°\s?([CF]?)\s?[-–—~]\s?(?=-?{NUMBER}\s?°)"),
        format!(
            r"(?<![\w])({SIGNS})\s?({NUMBER})(?:\s?({SCALE}))?\s?[-–—]\s?({SIGNS})?({NUMBER})(?:\s?({SCALE}))?(?![\w]|[.,]\d)"
        ),
        format!(
            r"(?<![\w.,$£€¥])({NUMBER})\s?({SIGNS})?\s?[-–—]\s?({NUMBER})(?:\s?({SCALE}))?\s?({SIGNS})(?![\w$£€¥])"
        ),
        format!(r"(?<![\w.])({NUMBER}\s?(?:{units}))\s?[-–—]\s?(?={NUMBER}\s?(?:{units})(?![\w]))"),
    ];
    let said: [Replacement; 6] = [
        |found| Some(format!("{} to ", found.group(1))),
        |_| Some("% to ".to_owned()),
        |found| match found.group(1) {
            "" => Some(" to ".to_owned()),
            scale => Some(format!("°{scale} to ")),
        },
        before,
        after,
        |found| Some(format!("{} to ", found.group(1))),
    ];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

/// `$5–$10 million`; of `$1.50–$2` the cents are said too.
fn before(found: &Found<'_>) -> Option<String> {
    let sign = found.group(1);
    let unit = words::find(CURRENCIES, sign)?.1;
    if !["", sign].contains(&found.group(4)) {
        return None;
    }
    let (from, to) = (found.group(2), found.group(5));
    let [low, high] = [3, 6].map(|index| scale(found.group(index)));
    let cents = |sum: &str| {
        sum.rsplit_once('.')
            .is_some_and(|(_, part)| part.len() == 2)
    };
    if high.is_empty() && (cents(from) || cents(to)) {
        return Some(format!("{sign}{from} to {sign}{to}"));
    }
    let spaced = |scale: &str| {
        if scale.is_empty() {
            String::new()
        } else {
            format!(" {scale}")
        }
    };
    Some(format!(
        "{from}{} to {to}{} {unit}",
        spaced(low),
        spaced(high)
    ))
}

/// `5–10 €`
fn after(found: &Found<'_>) -> Option<String> {
    let sign = found.group(5);
    // In `5-10 $20 notes` the sign is of what follows.
    if found.after().starts_with(|c: char| c.is_ascii_digit())
        || !["", sign].contains(&found.group(2))
    {
        return None;
    }
    let unit = words::find(CURRENCIES, sign)?.1;
    let scale = scale(found.group(4));
    let space = if scale.is_empty() { "" } else { " " };
    Some(format!(
        "{} to {}{space}{scale} {unit}",
        found.group(1),
        found.group(3)
    ))
}
