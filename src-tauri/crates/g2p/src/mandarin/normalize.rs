//! Writes out in Chinese what is not written in words: dates, times, money, measures, telephone
//! numbers, fractions, signs. Nothing that a dictionary could read is left in digits.

mod replacements;
mod rules;
mod scores;
mod units;

use fancy_regex::Regex;

use self::{replacements::Replacement, scores::Scores};
use super::numbers::digits;
use crate::{FILLER, normalized_text::NormalizedText, rule::Rule};

#[derive(Debug)]
pub(super) struct Normalizer {
    /// In the order in which they run.
    rules: Vec<(Rule, Replacement)>,
    unit: Regex,
    currency: Regex,
    scores: Scores,
    silent: Rule,
}

impl Normalizer {
    pub(super) fn new() -> Result<Self, fancy_regex::Error> {
        Ok(Self {
            rules: rules::rules()?,
            currency: Regex::new(&format!(r"^(?:{})(?=\s?\.?\d)", units::currencies()))?,
            scores: Scores::new()?,
            silent: Rule::new(&format!("[{FILLER}\u{200b}\u{feff}]"))?,
            unit: Regex::new(&format!("^(?:{})(?![A-Za-z])", units::units()))?,
        })
    }

    /// The length of the unit of measure that a text begins with: its letters are not English.
    pub(super) fn unit_at(&self, text: &str) -> Option<usize> {
        let found = self.unit.find(text).ok().flatten()?;
        Some(found.end())
    }

    /// The length of the letters and the sign of a currency that a text begins with, where its sum follows:
    /// the RMB of RMB200, the NT$ of NT$30.
    pub(super) fn currency_at(&self, text: &str) -> Option<usize> {
        let found = self.currency.find(text).ok().flatten()?;
        Some(found.end())
    }

    /// `clings` says that a Latin letter stands directly before: `CA1234` is no amount.
    pub(super) fn normalize(&self, text: &mut NormalizedText, clings: bool) {
        let narrow: String = text.text().chars().map(narrow).collect();
        text.exchange(&narrow);
        self.silent.apply(text, |_| Some(String::new()));
        if clings {
            // The stroke of GPT-4 and F-16 is no minus.
            let digit = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
            if text.text().strip_prefix('-').is_some_and(digit) {
                text.rewrite_start(1, "");
            }
            let length = text.text().chars().take_while(char::is_ascii_digit).count();
            if length > 2 {
                let said = digits(&text.text()[..length], true);
                text.rewrite_start(length, &said);
            }
        }
        self.scores.apply(text);
        for (rule, replacement) in &self.rules {
            rule.apply(text, replacement);
        }
    }
}

/// Full-width digits, letters and signs as the usual ones; full-width marks stay as they are.
fn narrow(c: char) -> char {
    match c {
        '０'..='９'
        | 'Ａ'..='Ｚ'
        | 'ａ'..='ｚ'
        | '％'
        | '＋'
        | '＝'
        | '＜'
        | '＞'
        | '／'
        | '＄'
        | '＆'
        | '＠'
        | '．'
        | '－'
        | '＃' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '￥' => '¥',
        '￡' => '£',
        '−' | '–' => '-',
        '～' => '~',
        _ => c,
    }
}

#[cfg(test)]
mod tests;
