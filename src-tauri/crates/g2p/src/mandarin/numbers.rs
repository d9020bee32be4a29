//! Chinese number words: cardinals, decimals, and digits read one by one.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// More digits than this are read one by one.
const MAX_DIGITS: usize = 16;

/// One digit after another: `一九六九`; `yao` reads 1 as 幺, as in telephone and room numbers.
pub(super) fn digits(ascii: &str, yao: bool) -> String {
    let word = |digit: u32| match digit {
        1 if yao => '幺',
        digit => DIGITS[digit as usize % 10],
    };
    ascii
        .chars()
        .filter_map(|c| c.to_digit(10))
        .map(word)
        .collect()
}

/// A whole number: `一万零二十`. Two is 两 where thousands, ten thousands or hundred millions begin
/// with it.
pub(super) fn cardinal(ascii: &str) -> String {
    let significant = ascii.trim_start_matches('0');
    if significant.len() > MAX_DIGITS {
        return digits(ascii, false);
    }
    if significant.is_empty() {
        return DIGITS[0].to_string();
    }
    // Digits of other scripts are no number.
    let mut words = significant.parse().map_or_else(|_| String::new(), positive);
    if words.starts_with("一十") {
        words.remove(0);
    }
    match words.strip_prefix('二') {
        Some(rest) if rest.starts_with(['千', '万', '亿']) => format!("两{rest}"),
        _ => words,
    }
}

/// A number as it is written: `12`, `0.50`.
pub(super) fn number(ascii: &str) -> String {
    match ascii.split_once('.') {
        Some((whole, part)) => format!("{}点{}", cardinal(whole), digits(part, false)),
        None => cardinal(ascii),
    }
}

/// A number as it is written before a measure word, where a lone two is 两.
pub(super) fn amount(ascii: &str) -> String {
    match ascii {
        "2" => "两".to_owned(),
        _ => number(ascii),
    }
}

fn positive(number: u64) -> String {
    const SCALES: [(u64, char); 2] = [(100_000_000, '亿'), (10_000, '万')];
    for (scale, unit) in SCALES {
        if number >= scale {
            let (above, below) = (number / scale, number % scale);
            let mut words = positive(above);
            words.push(unit);
            if below > 0 {
                if below < scale / 10 {
                    words.push(DIGITS[0]);
                }
                words += &positive(below);
            }
            return words;
        }
    }
    below_10000(number)
}

fn below_10000(number: u64) -> String {
    let mut words = String::new();
    let mut gap = false;
    for (scale, unit) in [
        (1000, Some('千')),
        (100, Some('百')),
        (10, Some('十')),
        (1, None),
    ] {
        let digit = (number / scale % 10) as usize;
        if digit == 0 {
            gap = true;
            continue;
        }
        if gap && !words.is_empty() {
            words.push(DIGITS[0]);
        }
        gap = false;
        words.push(DIGITS[digit]);
        words.extend(unit);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        let pairs = [
            ("0", "零"),
            ("007", "七"),
            ("10", "十"),
            ("12", "十二"),
            ("20", "二十"),
            ("101", "一百零一"),
            ("110", "一百一十"),
            ("200", "二百"),
            ("1001", "一千零一"),
            ("1010", "一千零一十"),
            ("2000", "两千"),
            ("2222", "两千二百二十二"),
            ("10000", "一万"),
            ("10010", "一万零一十"),
            ("20000", "两万"),
            ("22000", "两万二千"),
            ("100000", "十万"),
            ("1000001", "一百万零一"),
            ("12345678", "一千二百三十四万五千六百七十八"),
            ("100000000", "一亿"),
            ("100010000", "一亿零一万"),
            ("200000000", "两亿"),
            ("1000000000000", "一万亿"),
            (
                "9999999999999999",
                "九千九百九十九万九千九百九十九亿九千九百九十九万九千九百九十九",
            ),
        ];
        for (ascii, words) in pairs {
            assert_eq!(cardinal(ascii), words, "{ascii}");
        }
        assert_eq!(cardinal("12345678901234567").chars().count(), 17);
    }

    #[test]
    fn decimals_and_single_digits() {
        assert_eq!(number("3.14"), "三点一四");
        assert_eq!(number("0.50"), "零点五零");
        assert_eq!(amount("2"), "两");
        assert_eq!(amount("2.5"), "二点五");
        assert_eq!(digits("10086", true), "幺零零八六");
        assert_eq!(digits("1969", false), "一九六九");
    }
}
