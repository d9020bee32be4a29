//! What is said in the place of digits and signs.

use fancy_regex::Captures;

use super::{
    super::numbers::{amount, digits, number},
    units,
};
use crate::rule::group;

pub(super) type Replacement = fn(&Captures<'_>) -> Option<String>;

/// `8:30` is 八点半; midnight and noon are 零点 and 十二点.
pub(super) fn time(found: &Captures<'_>) -> Option<String> {
    let hour: u32 = group(found, 1).parse().ok().filter(|hour| *hour <= 24)?;
    let (minute, second) = (group(found, 2), group(found, 3));
    let two = |digits: &str| match digits.strip_prefix('0') {
        Some(one) => format!("零{}", number(one)),
        None => number(digits),
    };
    let mut words = format!("{}点", amount(&hour.to_string()));
    if !second.is_empty() {
        words.extend([&two(minute), "分", &two(second), "秒"]);
    } else if minute == "30" {
        words.push('半');
    } else if minute != "00" {
        words.extend([&two(minute), "分"]);
    }
    Some(words)
}

/// `2026-03-05`, in digits; what is no date stays.
pub(super) fn date(found: &Captures<'_>) -> Option<String> {
    let month: u32 = group(found, 3).parse().ok()?;
    let day: u32 = group(found, 4).parse().ok()?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = digits(group(found, 1), false);
    let (month, day) = (number(&month.to_string()), number(&day.to_string()));
    Some(format!("{year}年{month}月{day}日"))
}

/// A year is read digit by digit, a round number of years is not.
pub(super) fn year(found: &Captures<'_>) -> Option<String> {
    let year = group(found, 1);
    let is_year = (1001..=2999).contains(&year.parse::<u32>().ok()?);
    is_year.then(|| digits(year, false))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
pub(super) fn temperature(found: &Captures<'_>) -> Option<String> {
    let below = if group(found, 1).is_empty() {
        ""
    } else {
        "零下"
    };
    let unit = match group(found, 3) {
        "°C" | "℃" | "摄氏度" => "摄氏度",
        "°F" | "℉" | "华氏度" => "华氏度",
        _ => "度",
    };
    Some(format!("{below}{}{unit}", number(group(found, 2))))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
pub(super) fn money(found: &Captures<'_>) -> Option<String> {
    Some(price(group(found, 1), group(found, 2), group(found, 3)))
}

/// `120/80` of blood pressure: two numbers, the higher one first, and no part of anything.
pub(super) fn pressure(found: &Captures<'_>) -> Option<String> {
    let [before, above, below] = [1, 2, 3].map(|index| group(found, index));
    let value = |text: &str| text.parse::<u32>().ok();
    (value(above)? > value(below)?).then(|| format!("{before}{above}、{below}"))
}

/// `20€`
#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
pub(super) fn money_behind(found: &Captures<'_>) -> Option<String> {
    Some(price(group(found, 3), group(found, 1), group(found, 2)))
}

/// `$5-$10`; of two currencies each is its own sum.
pub(super) fn money_span(found: &Captures<'_>) -> Option<String> {
    let [sign, from, other, to, scale] = [1, 2, 3, 4, 5].map(|index| group(found, index));
    let one = other.is_empty() || other == sign;
    one.then(|| format!("{}到{}", amount(from), price(sign, to, scale)))
}

fn price(sign: &str, sum: &str, scale: &str) -> String {
    let unit = units::currency(sign);
    // 3.50 is 三点五: a price is not a version number.
    let sum = match sum.split_once('.') {
        Some((whole, part)) => match part.trim_end_matches('0') {
            "" => amount(whole),
            part => number(&format!("{whole}.{part}")),
        },
        None => amount(sum),
    };
    format!("{sum}{scale}{unit}")
}

pub(super) fn measure(found: &Captures<'_>) -> Option<String> {
    let unit = units::unit(group(found, 2))?;
    Some(format!("{}{unit}", amount(group(found, 1))))
}

/// The groups of a telephone number, with a pause between.
#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
pub(super) fn telephone(found: &Captures<'_>) -> Option<String> {
    let groups = (1..found.len())
        .map(|index| digits(group(found, index), true))
        .filter(|group| !group.is_empty());
    Some(groups.collect::<Vec<_>>().join("，"))
}
