//! Numbers in words: what is heard as "twenty" may be written `20`, and neither is wrong.

/// `342` as `three hundred forty two`; those of 10,000 and above are left as they are.
pub(super) fn english(number: u32) -> String {
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
    let with = |head: String, rest: u32| match rest {
        0 => head,
        _ => format!("{head} {}", english(rest)),
    };
    match number {
        0..20 => ONES[number as usize].to_owned(),
        20..100 => with(TENS[number as usize / 10].to_owned(), number % 10),
        100..1000 => with(format!("{} hundred", english(number / 100)), number % 100),
        1000..10_000 => with(
            format!("{} thousand", english(number / 1000)),
            number % 1000,
        ),
        _ => number.to_string(),
    }
}

/// `315` as `三百一十五`; those of 10,000 and above are left as they are.
pub(super) fn chinese(number: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    const UNITS: [(u32, &str); 4] = [(1000, "千"), (100, "百"), (10, "十"), (1, "")];
    if number == 0 || number >= 10_000 {
        return if number == 0 {
            DIGITS[0].to_string()
        } else {
            number.to_string()
        };
    }
    let mut said = String::new();
    let mut skipped = false;
    for (unit, name) in UNITS {
        let digit = number / unit % 10;
        if digit == 0 {
            skipped |= !said.is_empty();
            continue;
        }
        if skipped {
            said.push(DIGITS[0]);
            skipped = false;
        }
        // 十五, not 一十五.
        if !(unit == 10 && digit == 1 && said.is_empty()) {
            said.push(DIGITS[digit as usize]);
        }
        said += name;
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_in_english() {
        let said = [0, 7, 15, 40, 42, 100, 305, 1066].map(english);
        let wanted = [
            "zero",
            "seven",
            "fifteen",
            "forty",
            "forty two",
            "one hundred",
            "three hundred five",
            "one thousand sixty six",
        ];
        assert_eq!(said, wanted);
    }

    #[test]
    fn numbers_are_said_in_chinese() {
        let said = [0, 8, 10, 15, 20, 42, 300, 305, 315, 1066, 12_345].map(chinese);
        let wanted = [
            "零",
            "八",
            "十",
            "十五",
            "二十",
            "四十二",
            "三百",
            "三百零五",
            "三百一十五",
            "一千零六十六",
            "12345",
        ];
        assert_eq!(said, wanted);
    }
}
