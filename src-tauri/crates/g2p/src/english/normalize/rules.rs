//! The patterns of the normaliser.

use fancy_regex::Error;
use serde::Deserialize;

use crate::rule::Rule;

type Pairs<T> = Vec<(String, T)>;

/// The file's content; pairs are in the order in which they are tried.
#[derive(Debug, Deserialize)]
pub(super) struct Words {
    /// `jan`, `January`
    pub(super) months: Pairs<String>,
    /// `approx.`, `approximately`
    pub(super) abbreviations: Pairs<String>,
    /// `St`, `Saint`: read so only before a name.
    pub(super) titles: Pairs<String>,
    /// `km`, one and many.
    pub(super) units: Pairs<(String, String)>,
    /// `=`, `equals`
    pub(super) symbols: Pairs<String>,
    /// `¥`, one and many.
    pub(super) currency: Pairs<(String, String)>,
    /// `Chapter IV` is chapter four,
    pub(super) roman_cardinal: Vec<String>,
    /// `Henry VIII` Henry the eighth.
    pub(super) roman_ordinal: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Rules {
    pub(super) space: Rule,
    pub(super) apostrophe: Rule,
    pub(super) figure_dash: Rule,
    pub(super) horizontal_bar: Rule,
    pub(super) time: Rule,
    pub(super) iso_date: Rule,
    pub(super) slash_date: Rule,
    pub(super) big_money: Rule,
    pub(super) cents: Rule,
    pub(super) currency: Rule,
    pub(super) degrees: Rule,
    pub(super) unit: Rule,
    pub(super) month_day: Rule,
    pub(super) day_month: Rule,
    pub(super) title: Rule,
    pub(super) abbreviation: Rule,
    pub(super) number_sign: Rule,
    pub(super) hash: Rule,
    pub(super) roman_cardinal: Rule,
    pub(super) roman_ordinal: Rule,
    pub(super) phone: Rule,
    pub(super) fraction: Rule,
    pub(super) range: Rule,
    pub(super) plus: Rule,
    /// A symbol, where it is read, and how.
    pub(super) symbols: Vec<(String, Rule, String)>,
    pub(super) space_before_stop: Rule,
}

const NUMBER: &str = r"\d+(?:,\d{3})*(?:\.\d+)?";
const SCALE: &str = r"hundred|thousand|million|billion|trillion|[kKmMbB]\b";
const ROMAN: &str = concat!(
    r"((?=[IVXLC])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})",
    r"(?:IX|IV|V?I{0,3}))"
);

impl Rules {
    pub(super) fn new(words: &Words) -> Result<Self, Error> {
        let months = months(words);
        let units = any_of(words.units.iter().map(|unit| unit.0.as_str()));
        let titles = any_of(words.titles.iter().map(|title| title.0.as_str()));
        let short = any_of(words.abbreviations.iter().map(|short| short.0.as_str()));
        let cardinal = any_of(words.roman_cardinal.iter().map(String::as_str));
        let ordinal = any_of(words.roman_ordinal.iter().map(String::as_str));
        Ok(Self {
            space: Rule::new(r"\s+")?,
            apostrophe: Rule::new("’")?,
            figure_dash: Rule::new("‒")?,
            horizontal_bar: Rule::new("―")?,
            time: Rule::new(concat!(
                r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?",
                r"(?:\s?([AaPp])\.?[Mm]\.?(?![A-Za-z]))?(?!\d)"
            ))?,
            iso_date: Rule::new(r"\b(\d{4})-(\d{2})-(\d{2})\b")?,
            slash_date: Rule::new(r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b")?,
            big_money: Rule::new(&format!(r"([$£€])({NUMBER})\s?({SCALE})"))?,
            cents: Rule::new(&format!(r"(?<![\w.])({NUMBER})\s?¢"))?,
            currency: Rule::new(&format!(
                r"(?<![\w])([¥₹₩]|Rs\.?|USD|EUR|GBP)\s?({NUMBER})(?:\s?({SCALE}))?"
            ))?,
            degrees: Rule::new(&format!(r"(?<![\w.])(-?{NUMBER})\s?°\s?([CF])?(?![\w])"))?,
            unit: Rule::new(&format!(r"(?<![\w.])(-?{NUMBER})\s?({units})(?![\w])"))?,
            month_day: Rule::new(&format!(
                r"\b({months})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d:%])(,? \d{{4}}\b)?"
            ))?,
            day_month: Rule::new(&format!(r"\b(the )?(\d{{1,2}}) (?:of )?({months})\b\.?"))?,
            title: Rule::new(&format!(r"\b({titles})\.? (?=[A-Z])"))?,
            abbreviation: Rule::new(&format!(r"(?<![\w.])({short})(?![\w])"))?,
            number_sign: Rule::new(r"\b(No|Nos)\. ?(?=\d)")?,
            hash: Rule::new(r"(?<![\w&])#(?=\d)")?,
            roman_cardinal: Rule::new(&format!(r"\b({cardinal}) {ROMAN}\b(?![.'’][\w])"))?,
            roman_ordinal: Rule::new(&format!(r"\b({ordinal}) {ROMAN}\b(?![.'’][\w])"))?,
            phone: Rule::new(r"(?<![\w.\-])(?:\d{3}-)?\d{3}-\d{4}(?![\w.\-])")?,
            fraction: Rule::new(r"(?<![\w./])(\d{1,2})/(\d{1,2})(?![\w./])")?,
            range: Rule::new(r"(?<![\w.\-])(\d{1,4})\s?[-–]\s?(\d{1,4})(?![\w.\-%])")?,
            plus: Rule::new(r"(?<![\w+])\+(?=\d)")?,
            symbols: symbols(words)?,
            space_before_stop: Rule::new(" +([,.;:!?])")?,
        })
    }
}

/// Full names, and the beginnings that are written for them.
fn months(words: &Words) -> String {
    let short: Vec<String> = words
        .months
        .iter()
        .filter_map(|(short, _)| {
            let mut letters = short.chars();
            let first = letters.next()?.to_uppercase();
            Some(first.chain(letters).collect())
        })
        .collect();
    let names = words.months.iter().map(|month| month.1.as_str());
    any_of(
        names
            .chain(short.iter().map(String::as_str))
            .chain(["Sept"]),
    )
}

fn symbols(words: &Words) -> Result<Vec<(String, Rule, String)>, Error> {
    let rules = words.symbols.iter().map(|(symbol, word)| {
        let escaped = fancy_regex::escape(symbol);
        // These are read only between other things: not as part of a face or an arrow.
        let pattern = if "=<>~".contains(symbol.as_str()) {
            format!(r"(?<=\S) ?{escaped} ?(?=\S)")
        } else {
            escaped.into_owned()
        };
        Ok((symbol.clone(), Rule::new(&pattern)?, word.clone()))
    });
    rules.collect()
}

/// Words as alternatives, longest first so that none hides another.
fn any_of<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut words: Vec<_> = words.into_iter().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let escaped: Vec<_> = words.into_iter().map(fancy_regex::escape).collect();
    escaped.join("|")
}
