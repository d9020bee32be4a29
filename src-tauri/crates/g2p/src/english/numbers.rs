//! English number words: cardinals, ordinals, years and decimals, as num2words writes them.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const SCALES: [&str; 12] = [
    "",
    "thousand",
    "million",
    "billion",
    "trillion",
    "quadrillion",
    "quintillion",
    "sextillion",
    "septillion",
    "octillion",
    "nonillion",
    "decillion",
];

/// More digits than this have no name here and are read one by one.
const MAX_DIGITS: usize = 36;

/// The number that ASCII digits write, or `None` where it has no name.
pub(super) fn parse(digits: &str) -> Option<u128> {
    let significant = digits.trim_start_matches('0');
    if digits.is_empty() || significant.len() > MAX_DIGITS {
        return None;
    }
    significant.parse().ok().or(Some(0))
}

fn below_1000(n: usize) -> String {
    let mut words = String::new();
    let rest = n % 100;
    if n >= 100 {
        words = format!("{} hundred", ONES[n / 100]);
        if rest == 0 {
            return words;
        }
        words += " and ";
    }
    match rest {
        20.. if rest.is_multiple_of(10) => words + TENS[rest / 10],
        20.. => format!("{words}{}-{}", TENS[rest / 10], ONES[rest % 10]),
        _ => words + ONES[rest],
    }
}

/// `one thousand, two hundred and thirty-four`
pub(super) fn cardinal(n: u128) -> String {
    if n < 1000 {
        return below_1000(n as usize);
    }
    let (mut rest, mut groups) = (n, Vec::new());
    for scale in SCALES {
        let group = (rest % 1000) as usize;
        rest /= 1000;
        if group > 0 {
            let space = if scale.is_empty() { "" } else { " " };
            groups.push(format!("{}{space}{scale}", below_1000(group)));
        }
    }
    // `one thousand and one`: a last group that is one word is joined by `and`.
    let last_is_short = groups.first().is_some_and(|last| !last.contains(' '));
    groups.reverse();
    match groups.split_last() {
        Some((last, others)) if last_is_short && !others.is_empty() => {
            format!("{} and {last}", others.join(", "))
        }
        _ => groups.join(", "),
    }
}

/// `twenty-third`, `one hundred and first`, `thousandth`
pub(super) fn ordinal(n: u128) -> String {
    let words = cardinal(n);
    let start = words.rfind([' ', '-']).map_or(0, |at| at + 1);
    let (head, last) = words.split_at(start);
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        other => match other.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{other}th"),
        },
    };
    format!("{head}{last}")
}

/// `nineteen oh-five`, `two thousand and five`, `twenty ten`
pub(super) fn year(n: u128) -> String {
    let (high, low) = (n / 100, n % 100);
    if high == 0 || (high.is_multiple_of(10) && low < 10) || high >= 100 {
        return cardinal(n);
    }
    let low = match low {
        0 => "hundred".to_owned(),
        1..10 => format!("oh-{}", cardinal(low)),
        _ => cardinal(low),
    };
    format!("{} {low}", cardinal(high))
}

/// Each digit by its name, with spaces between.
pub(super) fn digits(text: &str) -> String {
    let names = text.chars().filter_map(|c| c.to_digit(10));
    let names: Vec<_> = names.map(|digit| ONES[digit as usize]).collect();
    names.join(" ")
}

/// `three point one four`; zeros at the end are not said.
pub(super) fn decimal(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let words = parse(whole).map_or_else(|| digits(whole), cardinal);
    if fraction.is_empty() {
        words
    } else {
        format!("{words} point {}", digits(fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_names() {
        let cases = [
            (0, "zero"),
            (21, "twenty-one"),
            (300, "three hundred"),
            (1_001, "one thousand and one"),
            (1_021, "one thousand and twenty-one"),
            (1_100, "one thousand, one hundred"),
            (1_234, "one thousand, two hundred and thirty-four"),
            (2_005_000, "two million, five thousand"),
        ];
        for (number, name) in cases {
            assert_eq!(cardinal(number), name);
        }
    }

    #[test]
    fn ordinals_years_and_decimals_too() {
        assert_eq!(ordinal(23), "twenty-third");
        assert_eq!(ordinal(101), "one hundred and first");
        assert_eq!(ordinal(1000), "one thousandth");
        assert_eq!(ordinal(90), "ninetieth");
        assert_eq!(year(1905), "nineteen oh-five");
        assert_eq!(year(2005), "two thousand and five");
        assert_eq!(year(1900), "nineteen hundred");
        assert_eq!(year(2026), "twenty twenty-six");
        assert_eq!(decimal("3.140"), "three point one four");
        assert_eq!(decimal("5.0"), "five");
    }

    #[test]
    fn a_number_without_a_name_is_no_number() {
        assert_eq!(
            parse(&"9".repeat(36))
                .map(cardinal)
                .map(|w| w.contains("decillion")),
            Some(true)
        );
        assert_eq!(parse(&"9".repeat(37)), None);
        assert_eq!(parse("000"), Some(0));
        assert_eq!(parse(""), None);
        assert_eq!(decimal(&"1".repeat(40)).split(' ').count(), 40);
    }
}
