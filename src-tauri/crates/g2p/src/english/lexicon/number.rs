//! Numbers read aloud: cardinals, ordinals, years, decimals, sums, and runs of digits.

use super::{
    Lexicon, Stress, Use,
    written::{ORDINALS, is_digits},
};
use crate::english::{currency::Currency, numbers};

/// The words of a number being read, as pronunciations.
struct Reading<'a> {
    lexicon: &'a Lexicon,
    said: Vec<Option<String>>,
}

impl Reading<'_> {
    /// Number words; their `and` is not said.
    fn words(&mut self, words: &str) {
        let words = words.split(|c: char| !c.is_ascii_lowercase());
        for word in words.filter(|word| !word.is_empty() && *word != "and") {
            let how = match word {
                "point" => Use::stressed(Stress::Removed),
                _ => Use::PLAIN,
            };
            self.said.push(self.lexicon.lookup(word, how));
        }
    }

    fn number(&mut self, digits: &str) {
        self.words(&cardinal(digits));
    }

    fn each(&mut self, digits: &str) {
        self.words(&numbers::digits(digits));
    }

    fn word(&mut self, word: &str, how: Use<'_>) {
        self.said.push(self.lexicon.lookup(word, how));
    }
}

/// A number too long for a name is read digit by digit.
fn cardinal(digits: &str) -> String {
    numbers::parse(digits).map_or_else(|| numbers::digits(digits), numbers::cardinal)
}

impl Lexicon {
    /// `a million` and its `dollars`.
    pub(super) fn with_currency(&self, phonemes: String, currency: Option<Currency>) -> String {
        let unit = currency.map(|currency| format!("{}s", currency.units()[0]));
        match unit.and_then(|unit| self.with_s(&unit, Use::PLAIN)) {
            Some(unit) => format!("{phonemes} {unit}"),
            None => phonemes,
        }
    }

    pub(super) fn number(
        &self,
        word: &str,
        currency: Option<Currency>,
        is_head: bool,
    ) -> Option<String> {
        let number = word.trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '\'');
        let suffix = &word[number.len()..];
        let mut reading = Reading {
            lexicon: self,
            said: Vec::new(),
        };
        let positive = number.strip_prefix('-');
        if positive.is_some() {
            reading.word("minus", Use::PLAIN);
        }
        let number = positive.unwrap_or(number);
        if !number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b",.".contains(&byte))
        {
            return None;
        }
        let ordinal = ORDINALS.contains(&suffix);
        let plain = number.replace(',', "");
        let stops = number.matches('.').count();

        if is_digits(number) && ordinal {
            reading.words(&ordinal_of(number));
        } else if positive.is_none() && number.len() == 4 && currency.is_none() && is_digits(number)
        {
            reading.words(&numbers::year(numbers::parse(number)?));
        } else if !is_head && stops == 0 {
            loose_digits(&plain, &mut reading);
        } else if stops > 1 || !is_head {
            for part in plain.split('.').filter(|part| !part.is_empty()) {
                let round = part[1..].bytes().all(|digit| digit == b'0');
                if part.starts_with('0') || (part.len() != 2 && !round) {
                    reading.each(part);
                } else {
                    reading.number(part);
                }
            }
        } else if let Some(currency) = currency.filter(|_| is_sum(number)) {
            self.sum(&plain, currency, &mut reading);
        } else if stops == 0 {
            let words = if ordinal {
                ordinal_of(&plain)
            } else {
                cardinal(&plain)
            };
            reading.words(&words);
        } else if let Some(fraction) = plain.strip_prefix('.') {
            reading.words(&format!("point {}", numbers::digits(fraction)));
        } else {
            reading.words(&numbers::decimal(&plain));
        }

        let said: Option<Vec<String>> = reading.said.into_iter().collect();
        let said = said.filter(|said| !said.is_empty())?.join(" ");
        match suffix {
            "s" | "'s" => self.add_s(&said),
            "ed" | "'d" => self.add_ed(&said),
            "ing" => self.add_ing(&said),
            _ => Some(said),
        }
    }

    /// `3.50` is three dollars and fifty cents, and so is `3.5`.
    fn sum(&self, amount: &str, currency: Currency, reading: &mut Reading<'_>) {
        let tenths = amount.rfind('.') == Some(amount.len().saturating_sub(2));
        let amount = format!("{amount}{}", if tenths { "0" } else { "" });
        let parts = amount.split('.').zip(currency.units());
        let mut parts: Vec<(&str, &str)> = parts.collect();
        let is_zero = |part: &str| part.bytes().all(|digit| digit == b'0');
        if let [(whole, _), (hundredths, _)] = parts[..] {
            if is_zero(hundredths) {
                parts.truncate(1);
            } else if is_zero(whole) {
                parts.remove(0);
            }
        }
        for (index, (number, unit)) in parts.into_iter().enumerate() {
            if index > 0 {
                reading.word("and", Use::PLAIN);
            }
            reading.number(if number.is_empty() { "0" } else { number });
            let one = number.trim_start_matches('0') == "1";
            if one || unit == "pence" {
                reading.word(unit, Use::PLAIN);
            } else {
                let units = self.with_s(&format!("{unit}s"), Use::PLAIN);
                reading.said.push(units);
            }
        }
    }
}

/// Digits inside a word: `A320` is three twenty, `R2` two, `1234567` one by one.
fn loose_digits(digits: &str, reading: &mut Reading<'_>) {
    if digits.starts_with('0') || digits.len() > 3 {
        reading.each(digits);
    } else if digits.len() == 3 && !digits.ends_with("00") {
        let (first, rest) = digits.split_at(1);
        reading.number(first);
        if let Some(last) = rest.strip_prefix('0') {
            reading.word("O", Use::stressed(Stress::Removed));
            reading.number(last);
        } else {
            reading.number(rest);
        }
    } else if !digits.is_empty() {
        reading.number(digits);
    }
}

fn ordinal_of(digits: &str) -> String {
    numbers::parse(digits).map_or_else(|| numbers::digits(digits), numbers::ordinal)
}

/// Dollars have two decimals at most; more make a number of it.
fn is_sum(number: &str) -> bool {
    match number.split_once('.') {
        None => true,
        Some((_, hundredths)) => !hundredths.contains('.') && hundredths.len() < 3,
    }
}
