//! The patterns of the normaliser.

use fancy_regex::{Error, Regex};

use super::{Tables, any_of, compile};

#[derive(Debug)]
pub(super) struct Rules {
    pub(super) space: Regex,
    pub(super) apostrophe: Regex,
    pub(super) figure_dash: Regex,
    pub(super) horizontal_bar: Regex,
    pub(super) time: Regex,
    pub(super) iso_date: Regex,
    pub(super) slash_date: Regex,
    pub(super) big_money: Regex,
    pub(super) cents: Regex,
    pub(super) currency: Regex,
    pub(super) degrees: Regex,
    pub(super) unit: Regex,
    pub(super) month_day: Regex,
    pub(super) day_month: Regex,
    pub(super) title: Regex,
    pub(super) abbreviation: Regex,
    pub(super) number_sign: Regex,
    pub(super) hash: Regex,
    pub(super) roman_cardinal: Regex,
    pub(super) roman_ordinal: Regex,
    pub(super) phone: Regex,
    pub(super) fraction: Regex,
    pub(super) range: Regex,
    pub(super) plus: Regex,
    /// A symbol, where it is read, and how.
    pub(super) symbols: Vec<(String, Regex, String)>,
    pub(super) space_before_stop: Regex,
}

const NUMBER: &str = r"\d+(?:,\d{3})*(?:\.\d+)?";
const SCALE: &str = r"hundred|thousand|million|billion|trillion|[kKmMbB]\b";
const ROMAN: &str = concat!(
    r"((?=[IVXLC])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})",
    r"(?:IX|IV|V?I{0,3}))"
);

impl Rules {
    pub(super) fn new(tables: &Tables) -> Result<Self, Error> {
        let months = months(tables);
        let units = any_of(tables.units.iter().map(|unit| unit.0.as_str()));
        let titles = any_of(tables.titles.iter().map(|title| title.0.as_str()));
        let short = any_of(tables.abbreviations.iter().map(|short| short.0.as_str()));
        let cardinal = any_of(tables.roman_cardinal.iter().map(String::as_str));
        let ordinal = any_of(tables.roman_ordinal.iter().map(String::as_str));
        Ok(Self {
            space: compile(r"\s+")?,
            apostrophe: compile("’")?,
            figure_dash: compile("‒")?,
            horizontal_bar: compile("―")?,
            time: compile(concat!(
                r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?",
                r"(?:\s?([AaPp])\.?[Mm]\.?(?![A-Za-z]))?(?!\d)"
            ))?,
            iso_date: compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")?,
            slash_date: compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b")?,
            big_money: compile(&format!(r"([$£€])({NUMBER})\s?({SCALE})"))?,
            cents: compile(&format!(r"(?<![\w.])({NUMBER})\s?¢"))?,
            currency: compile(&format!(
                r"(?<![\w])([¥₹₩]|Rs\.?|USD|EUR|GBP)\s?({NUMBER})(?:\s?({SCALE}))?"
            ))?,
            degrees: compile(&format!(r"(?<![\w.])(-?{NUMBER})\s?°\s?([CF])?(?![\w])"))?,
            unit: compile(&format!(r"(?<![\w.])(-?{NUMBER})\s?({units})(?![\w])"))?,
            month_day: compile(&format!(
                r"\b({months})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d:%])(,? \d{{4}}\b)?"
            ))?,
            day_month: compile(&format!(r"\b(the )?(\d{{1,2}}) (?:of )?({months})\b\.?"))?,
            title: compile(&format!(r"\b({titles})\.? (?=[A-Z])"))?,
            abbreviation: compile(&format!(r"(?<![\w.])({short})(?![\w])"))?,
            number_sign: compile(r"\b(No|Nos)\. ?(?=\d)")?,
            hash: compile(r"(?<![\w&])#(?=\d)")?,
            roman_cardinal: compile(&format!(r"\b({cardinal}) {ROMAN}\b(?![.'’][\w])"))?,
            roman_ordinal: compile(&format!(r"\b({ordinal}) {ROMAN}\b(?![.'’][\w])"))?,
            phone: compile(r"(?<![\w.\-])(?:\d{3}-)?\d{3}-\d{4}(?![\w.\-])")?,
            fraction: compile(r"(?<![\w./])(\d{1,2})/(\d{1,2})(?![\w./])")?,
            range: compile(r"(?<![\w.\-])(\d{1,4})\s?[-–]\s?(\d{1,4})(?![\w.\-%])")?,
            plus: compile(r"(?<![\w+])\+(?=\d)")?,
            symbols: symbols(tables)?,
            space_before_stop: compile(" +([,.;:!?])")?,
        })
    }
}

/// Full names, and the beginnings that are written for them.
fn months(tables: &Tables) -> String {
    let short: Vec<String> = tables
        .months
        .iter()
        .filter_map(|(short, _)| {
            let mut letters = short.chars();
            let first = letters.next()?.to_uppercase();
            Some(first.chain(letters).collect())
        })
        .collect();
    let names = tables.months.iter().map(|month| month.1.as_str());
    any_of(
        names
            .chain(short.iter().map(String::as_str))
            .chain(["Sept"]),
    )
}

fn symbols(tables: &Tables) -> Result<Vec<(String, Regex, String)>, Error> {
    let rules = tables.symbols.iter().map(|(symbol, word)| {
        let escaped = fancy_regex::escape(symbol);
        // These are read only between other things: not as part of a face or an arrow.
        let pattern = if "=<>~".contains(symbol.as_str()) {
            format!(r"(?<=\S) ?{escaped} ?(?=\S)")
        } else {
            escaped.into_owned()
        };
        Ok((symbol.clone(), compile(&pattern)?, word.clone()))
    });
    rules.collect()
}
