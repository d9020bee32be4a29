//! Writes out what a dictionary cannot read: times, dates, units, abbreviations, sums of money,
//! symbols, Roman and phone numbers, addresses, what is shouted. Plain numbers are left to the lexicon.
//!
//! Begun from `hibari/g2p/normalize.py` of hibari-tts 0.2.1 (Apache-2.0). Otherwise than there a rule
//! asks what stands around: `no.`, `I`, `-` and `/` are read in several ways.

mod abbreviations;
mod addresses;
mod capitals;
mod dates;
mod fractions;
mod grouped;
mod measures;
mod money;
mod names;
mod paths;
mod prices;
mod primes;
mod rewrites;
mod roman;
mod rooms;
mod signs;
mod spans;
mod words;

use fancy_regex::{Captures, Error};

use crate::{
    FILLER,
    normalized_text::NormalizedText,
    rule::{Rule, group},
};
use capitals::Capitals;
use rewrites::Rewrites;

pub(super) use abbreviations::ends_sentence;

#[derive(Debug)]
pub(super) struct Normalizer {
    silent: Rule,
    grouped: [Rewrites; 2],
    space: Rule,
    apostrophe: Rule,
    horizontal_bar: Rule,
    capitals: Capitals,
    unfolded: Rewrites,
    /// Fractions, powers and ranges, in their order.
    amounts: Vec<Rewrites>,
    paths: Rewrites,
    addresses: Rewrites,
    /// Those that need a digit, in their order.
    numbers: Vec<Rewrites>,
    degrees: Rule,
    dates: Rewrites,
    abbreviations: Rewrites,
    roman: Rewrites,
    signs: Rewrites,
    /// A symbol, where it is read, and how.
    symbols: Vec<(&'static str, Rule, String)>,
    space_before_stop: Rule,
}

impl Normalizer {
    pub(super) fn new() -> Result<Self, Error> {
        let number = r"\d+(?:,\d{3})*(?:\.\d+)?";
        Ok(Self {
            silent: Rule::new(&format!("[{FILLER}\u{200b}\u{200c}\u{feff}\u{ad}]"))?,
            grouped: [grouped::certain()?, grouped::likely()?],
            space: Rule::new(r"\s+")?,
            apostrophe: Rule::new("’")?,
            horizontal_bar: Rule::new("―")?,
            capitals: Capitals::new()?,
            unfolded: signs::unfolded()?,
            amounts: vec![
                primes::rules()?,
                fractions::rules()?,
                measures::rules()?,
                spans::rules()?,
            ],
            paths: paths::rules()?,
            addresses: addresses::rules()?,
            numbers: vec![
                prices::rules()?,
                rooms::rules()?,
                names::rules()?,
                money::rules()?,
            ],
            degrees: Rule::new(&format!(r"(?<![\w.])(-?{number})\s?°\s?([CF])?(?![\w])"))?,
            dates: dates::rules()?,
            abbreviations: abbreviations::rules()?,
            roman: roman::rules()?,
            signs: signs::rules()?,
            symbols: symbols()?,
            space_before_stop: Rule::new(" +([,.;:!?])")?,
        })
    }

    /// `knows` tells whether a word in small letters is in the dictionary.
    pub(super) fn normalize(&self, text: &mut NormalizedText, knows: &dyn Fn(&str) -> bool) {
        let fixed = |with: &'static str| move |_: &Captures<'_>| Some(with.to_owned());
        self.silent.apply(text, fixed(""));
        let [certain, likely] = &self.grouped;
        certain.apply(text);
        self.space.apply(text, fixed(" "));
        text.trim();
        self.apostrophe.apply(text, fixed("'"));
        self.horizontal_bar.apply(text, fixed("—"));
        self.capitals.lower(text, knows);
        likely.apply(text);
        self.unfolded.apply(text);
        if text.text().contains(|c: char| c.is_numeric()) {
            self.amounts.iter().for_each(|rules| rules.apply(text));
        }
        if text
            .text()
            .contains(|c: char| "./@#".contains(c) || c.is_ascii_digit())
        {
            self.paths.apply(text);
            self.addresses.apply(text);
        }
        self.dates.apply(text);
        if text.text().contains(|c: char| c.is_numeric()) {
            self.numbers.iter().for_each(|rules| rules.apply(text));
            self.degrees.apply(text, degrees);
        }
        self.abbreviations.apply(text);
        self.roman.apply(text);
        self.signs.apply(text);
        for (symbol, pattern, said) in &self.symbols {
            if text.text().contains(symbol) {
                pattern.apply(text, |_| Some(said.clone()));
            }
        }
        self.space.apply(text, fixed(" "));
        self.space_before_stop
            .apply(text, |found| Some(group(found, 1).to_owned()));
        text.trim();
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn degrees(found: &Captures<'_>) -> Option<String> {
    let amount = group(found, 1);
    let one = money::plural(amount, ("degree", "degrees"));
    let scale = match group(found, 2) {
        "C" => " Celsius",
        "F" => " Fahrenheit",
        _ => "",
    };
    Some(format!("{amount} {one}{scale}"))
}

fn symbols() -> Result<Vec<(&'static str, Rule, String)>, Error> {
    let rules = words::SYMBOLS.iter().map(|&(symbol, word)| {
        let escaped = fancy_regex::escape(symbol);
        // These are read only between other things: not as part of a face or an arrow.
        let pattern = if symbol.contains(['=', '<', '>', '~']) {
            format!(r"(?<=\S) ?{escaped} ?(?=\S)")
        } else {
            escaped.into_owned()
        };
        let said = if word.is_empty() {
            " ".to_owned()
        } else {
            format!(" {word} ")
        };
        Ok((symbol, Rule::new(&pattern)?, said))
    });
    rules.collect()
}

#[cfg(test)]
mod tests;
