//! Writes out what a dictionary cannot read: times, dates, units, abbreviations, sums of money,
//! symbols, Roman and phone numbers. Plain numbers are left to the lexicon.
//!
//! Source: `hibari/g2p/normalize.py` of hibari-tts 0.2.1 (Apache-2.0). The rules run in its order;
//! the words come from the model folder.

mod rules;

use std::collections::HashMap;

use fancy_regex::Captures;

use super::numbers;
use crate::{Tables, normalized_text::NormalizedText, rule::group};
use rules::{Rules, Words};

const FILE: &str = "english/normalize.json";

#[derive(Debug)]
pub(super) struct Normalizer {
    rules: Rules,
    months: Vec<String>,
    abbreviations: HashMap<String, String>,
    titles: HashMap<String, String>,
    units: HashMap<String, (String, String)>,
    currency: HashMap<String, (String, String)>,
}

impl Normalizer {
    /// # Errors
    /// Those of `tables`.
    pub(super) fn open<T: Tables>(tables: &T) -> Result<Self, T::Error> {
        let broken = |reason: &dyn ToString| tables.broken(FILE, &reason.to_string());
        let text = tables.text(FILE, "table of abbreviations")?;
        let words: Words = serde_json::from_str(&text).map_err(|error| broken(&error))?;
        if words.months.len() != 12 {
            return Err(broken(&"a year has twelve months"));
        }
        let rules = Rules::new(&words).map_err(|error| broken(&error))?;
        Ok(Self {
            rules,
            months: words.months.into_iter().map(|month| month.1).collect(),
            abbreviations: words.abbreviations.into_iter().collect(),
            titles: words.titles.into_iter().collect(),
            units: words.units.into_iter().collect(),
            currency: words.currency.into_iter().collect(),
        })
    }

    /// Whether a full stop after this word is part of it: `Dr`.
    pub(super) fn is_title(&self, word: &str) -> bool {
        self.titles.contains_key(word)
    }

    pub(super) fn normalize(&self, text: &mut NormalizedText) {
        let rules = &self.rules;
        let fixed = |with: &'static str| move |_: &Captures<'_>| Some(with.to_owned());
        rules.space.apply(text, fixed(" "));
        text.trim();
        rules.apostrophe.apply(text, fixed("'"));
        rules.figure_dash.apply(text, fixed("-"));
        rules.horizontal_bar.apply(text, fixed("—"));
        if text.text().contains(|c: char| c.is_numeric()) {
            self.numbers(text);
        }
        rules.title.apply(text, |found| {
            Some(format!("{} ", self.titles.get(group(found, 1))?))
        });
        let whole = text.text().to_owned();
        rules.abbreviation.apply(text, |found| {
            let short = group(found, 1);
            // The stop that ends the text is still needed.
            let ends = short.ends_with('.') && end(found) == whole.len();
            let stop = if ends { "." } else { "" };
            Some(format!("{}{stop}", self.abbreviations.get(short)?))
        });
        rules.number_sign.apply(text, |found| {
            let one = group(found, 1) == "No";
            Some(if one { "Number " } else { "Numbers " }.to_owned())
        });
        rules.hash.apply(text, fixed("number "));
        rules.roman_cardinal.apply(text, |found| {
            Some(format!("{} {}", group(found, 1), roman(group(found, 2))))
        });
        rules.roman_ordinal.apply(text, |found| {
            let ordinal = numbers::ordinal(roman(group(found, 2)));
            Some(format!("{} the {ordinal}", group(found, 1)))
        });
        if text.text().contains(|c: char| c.is_numeric()) {
            rules.phone.apply(text, |found| {
                let digits = group(found, 0).replace('-', ", ");
                let spaced: Vec<_> = digits.chars().map(String::from).collect();
                Some(spaced.join(" "))
            });
            rules.fraction.apply(text, |found| self.fraction(found));
            rules.range.apply(text, |found| {
                Some(format!("{} to {}", group(found, 1), group(found, 2)))
            });
            rules.plus.apply(text, fixed("plus "));
        }
        for (symbol, pattern, word) in &rules.symbols {
            if text.text().contains(symbol.as_str()) {
                let spoken = if word.is_empty() {
                    " ".to_owned()
                } else {
                    format!(" {word} ")
                };
                pattern.apply(text, |_| Some(spoken.clone()));
            }
        }
        rules.space.apply(text, fixed(" "));
        rules
            .space_before_stop
            .apply(text, |found| Some(group(found, 1).to_owned()));
        text.trim();
    }

    /// The rules that need a digit.
    fn numbers(&self, text: &mut NormalizedText) {
        let rules = &self.rules;
        let whole = text.text().to_owned();
        rules.time.apply(text, |found| time(found, &whole));
        rules.iso_date.apply(text, |found| {
            self.date(Some(group(found, 1)), int(found, 2), int(found, 3))
        });
        rules.slash_date.apply(text, |found| {
            let (first, second, year) = (int(found, 1), int(found, 2), group(found, 3));
            let century = match year.len() {
                2 if int(found, 3) > 30 => "19",
                2 => "20",
                _ => "",
            };
            let year = format!("{century}{year}");
            // American order where it can be.
            if first <= 12 {
                self.date(Some(&year), first, second)
            } else {
                self.date(Some(&year), second, first)
            }
        });
        rules.big_money.apply(text, |found| {
            let words = self.currency.get(group(found, 1))?;
            let scale = scale(group(found, 3));
            Some(format!("{} {scale} {}", group(found, 2), words.1))
        });
        rules.cents.apply(text, |found| {
            let amount = group(found, 1);
            Some(format!(
                "{amount} {}",
                plural(amount, self.currency.get("¢")?)
            ))
        });
        rules.currency.apply(text, |found| {
            let words = self.currency.get(group(found, 1).trim_end_matches('.'))?;
            let amount = group(found, 2);
            Some(match scale(group(found, 3)) {
                "" => format!("{amount} {}", plural(amount, words)),
                scale => format!("{amount} {scale} {}", words.1),
            })
        });
        rules.degrees.apply(text, |found| {
            let amount = group(found, 1);
            let one = plural(amount, &("degree".to_owned(), "degrees".to_owned())).to_owned();
            let scale = match group(found, 2) {
                "C" => " Celsius",
                "F" => " Fahrenheit",
                _ => "",
            };
            Some(format!("{amount} {one}{scale}"))
        });
        rules.unit.apply(text, |found| {
            let amount = group(found, 1);
            Some(format!(
                "{amount} {}",
                plural(amount, self.units.get(group(found, 2))?)
            ))
        });
        rules.month_day.apply(text, |found| {
            let day = int(found, 2);
            let month = self.month(group(found, 1))?;
            let year = group(found, 3);
            (1..=31)
                .contains(&day)
                .then(|| format!("{month} {}{year}", numbers::ordinal(day)))
        });
        rules.day_month.apply(text, |found| {
            let day = int(found, 2);
            let month = self.month(group(found, 3))?;
            (1..=31)
                .contains(&day)
                .then(|| format!("the {} of {month}", numbers::ordinal(day)))
        });
    }

    /// A month by its name or the beginning of it.
    fn month(&self, name: &str) -> Option<&str> {
        let start = name.get(..3)?.to_lowercase();
        let found = self
            .months
            .iter()
            .find(|month| month.to_lowercase().starts_with(&start));
        found.map(String::as_str)
    }

    fn date(&self, year: Option<&str>, month: u128, day: u128) -> Option<String> {
        let name = self.months.get((month as usize).checked_sub(1)?)?;
        let year = year.map(|year| format!(", {year}")).unwrap_or_default();
        (1..=31)
            .contains(&day)
            .then(|| format!("{name} {}{year}", numbers::ordinal(day)))
    }

    /// `3/4` is three quarters, `9/11` a date, `40/7` neither.
    fn fraction(&self, found: &Captures<'_>) -> Option<String> {
        const PARTS: [&str; 9] = [
            "half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
        ];
        let (above, below) = (int(found, 1), int(found, 2));
        if 0 < above && above < below && below <= 10 {
            let part = PARTS[below as usize - 2];
            return Some(match (part, above) {
                ("half", _) => "one half".to_owned(),
                (_, 1) => format!("1 {part}"),
                _ => format!("{above} {part}s"),
            });
        }
        if (1..=12).contains(&above) && (1..=31).contains(&below) {
            return self.date(None, above, below);
        }
        Some(format!("{above} slash {below}"))
    }
}

fn end(found: &Captures<'_>) -> usize {
    found.get(0).map_or(0, |whole| whole.end())
}

/// The number in a group of a few digits; digits of other scripts are no number.
fn int(found: &Captures<'_>, index: usize) -> u128 {
    group(found, index).parse().unwrap_or(0)
}

fn plural<'w>(amount: &str, words: &'w (String, String)) -> &'w str {
    match amount.replace(',', "").as_str() {
        "1" | "1.0" | "-1" => &words.0,
        _ => &words.1,
    }
}

fn scale(name: &str) -> &str {
    match name {
        "k" | "K" => "thousand",
        "m" | "M" => "million",
        "b" | "B" => "billion",
        other => other,
    }
}

fn roman(numeral: &str) -> u128 {
    let values = numeral.chars().map(|letter| match letter {
        'I' => 1,
        'V' => 5,
        'X' => 10,
        'L' => 50,
        'C' => 100,
        'D' => 500,
        _ => 1000,
    });
    let values: Vec<i32> = values.collect();
    let signed = values.iter().enumerate().map(|(index, &value)| {
        let smaller = values.get(index + 1).is_some_and(|&next| next > value);
        if smaller { -value } else { value }
    });
    u128::try_from(signed.sum::<i32>()).unwrap_or(0)
}

/// `7:30 pm`, `12:00`, `1:02:03`
fn time(found: &Captures<'_>, whole: &str) -> Option<String> {
    let (hour, minute) = (int(found, 1), int(found, 2));
    let second = (!group(found, 3).is_empty()).then(|| int(found, 3));
    let half = group(found, 4);
    if hour > 24 || minute > 59 || second.is_some_and(|second| second > 59) {
        return None;
    }
    let minutes = match minute {
        0 if half.is_empty() && second.is_none() => " o'clock".to_owned(),
        0 => String::new(),
        1..10 => format!(" oh {}", numbers::cardinal(minute)),
        _ => format!(" {}", numbers::cardinal(minute)),
    };
    let mut words = numbers::cardinal(hour) + &minutes;
    if let Some(second) = second {
        let unit = if second == 1 { "second" } else { "seconds" };
        words = format!("{words} and {} {unit}", numbers::cardinal(second));
    }
    if !half.is_empty() {
        // With stops, so that the letters are spelled.
        let stop = if whole[end(found)..].starts_with('.') {
            ""
        } else {
            "."
        };
        words = format!("{words} {}.M{stop}", half.to_uppercase());
    }
    Some(words)
}

#[cfg(test)]
mod tests;
