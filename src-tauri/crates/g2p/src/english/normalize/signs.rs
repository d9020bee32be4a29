//! Ranges and the signs of arithmetic: the same stroke is a range, a minus or a date.

use fancy_regex::Error;

use super::{
    fractions::{mixed, stroke},
    rewrites::{Replacement, Rewrites, word_after, word_before},
    words::{self, LETTERS, UNITS},
};
use crate::{english::numbers, rule::Found};

/// What has been written in one character, in the signs that the rules know.
pub(super) fn unfolded() -> Result<Rewrites, Error> {
    let rules: [(&str, Replacement); 12] = [
        (r"(?<=\d)[，、](?=\d)", |_| Some(", ".to_owned())),
        (
            r"(?<![\w.,])\d+(?:\.\d+)?(?:,\d+(?:\.\d+)?)+(?![.,]?\d)",
            commas,
        ),
        // Cl− is an ion.
        (r"(?<=[A-Z][a-z]|[A-Za-z]\d)−(?!\s?[\w$£€.])", |_| {
            Some(" minus".to_owned())
        }),
        (r"[−‒﹣－](?=\s?[\d$£€¥.])|[−‒]", |_| {
            Some("-".to_owned())
        }),
        (r"⁄", |_| Some("/".to_owned())),
        (r"℃", |_| Some("°C".to_owned())),
        (r"℉", |_| Some("°F".to_owned())),
        (r"[₀-₉]+", |found| {
            let digits = found.group(0).chars().map(|c| digit(c, '₀'));
            Some(digits.collect())
        }),
        (r"(?<=[\w)])(⁻)?([⁰¹²³⁴-⁹]+)", superscript),
        (r"…", |_| Some("…".to_owned())),
        // .5 is a number, and so is the sum of $.50; 7z and 3gp are files.
        (r"(?<![\w.])\.(\d+)(?!\d|\.\d|z\b|gp\b)", leading_point),
        (r"\bVS(?= (?:Code|Codium|Community|20\d\d)\b)", |_| {
            Some("V.S".to_owned())
        }),
    ];
    Rewrites::new(rules)
}

/// `.5` with its nought; a batter's `.300` is three hundred, and a `.22` rifle has no point.
#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn leading_point(found: &Found<'_>) -> Option<String> {
    const BATTED: &str =
        " batting bat bats batted hit hits hitting slugging average averages averaged ";
    const CALIBERS: &str = " caliber calibre cal rifle rifles pistol pistols revolver revolvers magnum round rounds handgun handguns gun \
        bullet bullets cartridge cartridges ammo ammunition ";
    let digits = found.group(1);
    let near = |words: &str, word: &str| {
        !word.is_empty() && words.contains(&format!(" {} ", word.to_lowercase()))
    };
    let before = found.before().trim_end();
    let before = before.strip_suffix(" of").unwrap_or(before);
    let batted = digits.len() == 3 && !digits.starts_with('0') && near(BATTED, word_before(before));
    let after = found.after().trim_start_matches(['-', ' ']);
    if batted || near(CALIBERS, word_after(after)) {
        return Some(digits.to_owned());
    }
    Some(format!("0.{digits}"))
}

/// `1,300` is one number and `12,34,567` another; `1,2,3` are three, and `3,5 km` has a decimal comma.
fn commas(found: &Found<'_>) -> Option<String> {
    let written = found.group(0);
    if is_grouped(written) {
        return None;
    }
    if let [whole, part] = written.split(',').collect::<Vec<_>>()[..]
        && !written.contains('.')
        && part.len() < 3
        && is_measured(found)
    {
        return Some(format!("{whole}.{part}"));
    }
    Some(written.replace(',', ", "))
}

/// Whether commas part a number into groups of three digits, or into those of India.
fn is_grouped(written: &str) -> bool {
    let whole = match written.rsplit_once('.') {
        Some((whole, fraction)) if !fraction.contains(',') => whole,
        _ => written,
    };
    let lengths: Vec<usize> = whole.split(',').map(str::len).collect();
    let [first, middle @ .., 3] = lengths.as_slice() else {
        return false;
    };
    let groups_of = |length| *first <= length && middle.iter().all(|one| *one == length);
    !whole.contains('.') && (groups_of(3) || groups_of(2))
}

/// Whether a currency, a unit or a scale stands beside a number.
fn is_measured(found: &Found<'_>) -> bool {
    let after = found.after().trim_start_matches(' ');
    let unit = word_after(after);
    let scale = ["million", "billion", "percent", "per"].contains(&unit);
    found.before().ends_with(['$', '£', '€'])
        || after.starts_with(['$', '£', '€', '%', '°'])
        || scale
        || words::find(UNITS, unit).is_some()
        || words::find(LETTERS, unit).is_some()
}

pub(super) fn rules() -> Result<Rewrites, Error> {
    let number = r"\d+(?:\.\d+)?";
    let patterns = [
        // 2 1/2 cups
        r"(?<![\w./,])(\d{1,3}) (\d{1,2})/(\d{1,2})(?![\w/]|\.\d)".to_owned(),
        // 24/7, 50/50, 20/20
        r"(?<![\w./])(24/7|50/50|20/20|80/20|60/40|70/30|90/10)(?![\w/]|\.\d)".to_owned(),
        // 6/2=3: only a sum is divided.
        format!(r"(?<![\w./])({number})\s?/\s?({number})(?=\s?[=≈≠<>])"),
        r"(?<![\w./])(\d{1,4})/(\d{1,4})(?![\w/]|\.\d)".to_owned(),
        // 5 - 3 = 2, 5-3=2, x - y = 3
        r"(?<=[\d)])\s?-\s?(?=[\d(][\d.+\-*/×÷() ]*[=≈≠<>])".to_owned(),
        r"(?<![\w])([a-zA-Z]) [-–] (?=[a-zA-Z\d](?![\w]))".to_owned(),
        r"(?<=[=<>≈] )-(?=\d)|(?<=[=<>≈])-(?=\d)".to_owned(),
        r"(?<![\w.\-])(\d+(?:\.\d+)?)(\s?[-–]\s?)(\d+(?:\.\d+)?)(?![\w\-]|\.\d)".to_owned(),
        // 5 * 3, a*b
        r"(?<=[\d)])\s?\*\s?(?=[\d(])|(?<=[\d)])\s?\*\s?(?=[a-zA-Z](?![\w]))".to_owned(),
        r"(?<![\w*])([a-zA-Z])\s?\*\s?(?=(?:\d|[a-zA-Z](?![\w*])))".to_owned(),
        r"(?<=\d)\s?[x×]\s?(?=\d+ ?(?:cm|mm|m|in|ft|inch|px|pixels)(?![\w]))|(?<=\d)x(?=\d)|(?<=\d) x (?=\d)"
            .to_owned(),
        // 3:1
        r"(?<![\w:.])(\d{1,3}):(\d{1,3})(?![\w:]|\.\d)".to_owned(),
        r"(?<![\w+])\+(?=\d)".to_owned(),
        r"\b(O|AB)([+\-])(?![\w+])|\b([AB])([+\-])(?= blood\b)|(?<=[Tt]ype )([AB])([+\-])(?![\w+])".to_owned(),
        r"(?<=[A-F])\+(?![\w+])".to_owned(),
        r"(?<=\b[A-F])-(?= (?:grade|average|rating|student|minus|in)|[.,;!?]|$)".to_owned(),
    ];
    let said: [Replacement; 16] = [
        mixed,
        |found| {
            let (first, second) = found.group(1).split_once('/')?;
            let [first, second] = [first, second].map(cardinal);
            Some(format!("{first} {second}"))
        },
        |found| Some(format!("{} divided by {}", found.group(1), found.group(2))),
        stroke,
        |_| Some(" minus ".to_owned()),
        |found| {
            let sum = found.after().contains('=') || found.before().trim_end().ends_with('=');
            sum.then(|| format!("{} minus ", found.group(1)))
        },
        |_| Some("minus ".to_owned()),
        dash,
        |_| Some(" times ".to_owned()),
        |found| Some(format!("{} times ", found.group(1))),
        |_| Some(" by ".to_owned()),
        |found| {
            // What is a time of day has been read already.
            Some(format!("{} to {}", found.group(1), found.group(2)))
        },
        |_| Some("plus ".to_owned()),
        // AB+ and O-, A+ blood
        |found| {
            let [letters, signs] =
                [[1, 3, 5], [2, 4, 6]].map(|all| all.map(|index| found.group(index)).concat());
            let letters = letters.replace("AB", "A.B");
            let sign = if signs == "+" { "positive" } else { "negative" };
            Some(format!("{letters} {sign}"))
        },
        |_| Some(" plus".to_owned()),
        |_| Some(" minus".to_owned()),
    ];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

fn cardinal(digits: &str) -> String {
    numbers::parse(digits).map_or_else(|| numbers::digits(digits), numbers::cardinal)
}

fn digit(c: char, zero: char) -> char {
    let value = (c as u32).wrapping_sub(zero as u32);
    char::from_digit(value, 10).unwrap_or(c)
}

/// Squares and cubes have words of their own; note 2 of a text is none.
fn superscript(found: &Found<'_>) -> Option<String> {
    let digits: String = found
        .group(2)
        .chars()
        .map(|c| match c {
            '¹' => '1',
            '²' => '2',
            '³' => '3',
            c => digit(c, '⁰'),
        })
        .collect();
    let minus = if found.group(1).is_empty() {
        ""
    } else {
        "minus "
    };
    match digits.as_str() {
        "2" | "3" if minus.is_empty() => None,
        _ if !minus.is_empty() || found.before().ends_with(|c: char| c.is_ascii_digit()) => {
            Some(format!(" to the power of {minus}{digits}"))
        }
        _ => Some(String::new()),
    }
}

/// `pages 12-15` is a range, `5 - 3` a sum, `2-1` a score.
fn dash(found: &Found<'_>) -> Option<String> {
    let (first, second) = (found.group(1), found.group(3));
    let value = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    let asked = found.before().trim_end().ends_with("is")
        || found.before().trim_end().ends_with("calculate");
    let spaced = found.group(2).len() > 2;
    let minus = spaced
        && (asked && value(first) > value(second) || found.before().trim_end().ends_with('='));
    if minus {
        return Some(format!("{first} minus {second}"));
    }
    let short = |text: &str| text.split('.').next().unwrap_or_default().len() <= 4;
    (short(first) && short(second)).then(|| format!("{first} to {second}"))
}
