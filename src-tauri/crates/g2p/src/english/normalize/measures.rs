//! Powers of ten, units with powers, feet and inches: `3e8 m/s`, `9.8 m/s^2`, `5 ft 2 in.`

use fancy_regex::Error;

use super::{
    money::{measure, plural},
    rewrites::{Replacement, Rewrites, word_after},
    words::{INCHES, LETTERS, UNITS, names},
};
use crate::rule::Found;

const NUMBER: &str = r"\d+(?:,\d{3})*(?:\.\d+)?";

pub(super) fn rules() -> Result<Rewrites, Error> {
    let units = format!("{}|{}", names(UNITS), names(LETTERS));
    let patterns = [
        // m/s^2, kg/m3, then m2
        format!(r"(?<![\w/])({units})/(s|m|cm|mm)\^?([23²³])(?![\w])"),
        r"(?<=\d)(\s?)(km|cm|mm|m|ft|in|mi|yd)\^?([23])(?![\w])".to_owned(),
        format!(r"(?<![\w.,])(-?{NUMBER})[eE]([+\-]?)(\d{{1,3}})(?![\w]|[.,]\d)"),
        r"(?<=[\w)])\s?\^\s?(?:\{([+\-]?)(\d+)\}|\(([+\-]?)(\d+)\)|([+\-]?)(\d+))".to_owned(),
        r"(?<=\d)\s?[x×*·⋅]\s?10(?= to the power| squared| cubed|[²³])".to_owned(),
        // m s⁻², which its power has been written out of
        format!(
            r"(?<![\w/])({units})[ ·⋅](s|m|kg|mol|h|min|L|K|cm) to the power of minus ([123])(?!\d)"
        ),
        format!(
            r"(?<![\w.,])({NUMBER})\s?(?:ft\.?|feet|foot)\s(\d{{1,2}}(?:\.\d+)?(?: and (?:a|\d) [a-z]+)?)\s?(?:in(?![\w])(\.)?|inches\b|inch\b)"
        ),
        format!(
            r"(?<![\w.,])({NUMBER})(?:\s?in\.(?= [a-z(]|[,;:)]|$)|\s?in(?= (?:[x×]|by \d|(?:wide|long|tall|high|deep|thick)(?:[,.;:!?)]|$| (?:and|by|or|with|at|but)\b)))|in(?![\w]))"
        ),
    ];
    let said: [Replacement; 8] = [
        |found| {
            let (over, below, power) = (found.group(1), found.group(2), raised(found.group(3)));
            Some(format!("{over}/{below}{power}"))
        },
        |found| {
            let (space, unit, power) = (found.group(1), found.group(2), raised(found.group(3)));
            Some(format!("{space}{unit}{power}"))
        },
        |found| {
            let power = power(found.group(2), found.group(3).trim_start_matches('0'));
            Some(match found.group(1) {
                "1" => format!("10{power}"),
                amount => format!("{amount} times 10{power}"),
            })
        },
        |found| {
            let index = [2, 4, 6]
                .into_iter()
                .find(|&index| !found.group(index).is_empty())?;
            Some(power(found.group(index - 1), found.group(index)))
        },
        |_| Some(" times 10".to_owned()),
        |found| {
            let (over, below, power) = (found.group(1), found.group(2), raised(found.group(3)));
            Some(format!("{over}/{below}{power}"))
        },
        feet_and_inches,
        |found| {
            let (_, inches) = INCHES.first()?;
            let stop = if found.group(0).ends_with('.') && found.after().is_empty() {
                "."
            } else {
                ""
            };
            Some(format!(
                "{}{stop}",
                measure(found, found.group(1), *inches, "")
            ))
        },
    ];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

fn raised(power: &str) -> &str {
    match power {
        "2" => "²",
        "3" => "³",
        "1" => "",
        power => power,
    }
}

fn power(sign: &str, digits: &str) -> String {
    let minus = if sign == "-" { "minus " } else { "" };
    match digits {
        "" => " to the power of 0".to_owned(),
        "2" if minus.is_empty() => " squared".to_owned(),
        "3" if minus.is_empty() => " cubed".to_owned(),
        digits => format!(" to the power of {minus}{digits}"),
    }
}

/// `5 ft 2 in. tall`, but `planks of 5 ft 2 in the shed`
fn feet_and_inches(found: &Found<'_>) -> Option<String> {
    let next = word_after(found.after());
    let bare = found.group(0).ends_with("in") || found.group(0).ends_with("in.");
    if bare && found.group(3).is_empty() && matches!(next, "the" | "a" | "my" | "this" | "total") {
        return None;
    }
    let (feet, inches) = (found.group(1), found.group(2));
    let [foot, inch] = [
        plural(feet, ("foot", "feet")),
        plural(inches, ("inch", "inches")),
    ];
    let stop = if !found.group(3).is_empty() && found.after().is_empty() {
        "."
    } else {
        ""
    };
    Some(format!("{feet} {foot} {inches} {inch}{stop}"))
}
