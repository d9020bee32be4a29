//! Numbers that name a room, a flight, a road or an aircraft: `Room 101` is one oh one.

use fancy_regex::Error;

use super::{
    rewrites::{Replacement, Rewrites, word_after, word_before},
    words::{self, LETTERS, MONTHS, UNITS, is_function_word},
};
use crate::{english::numbers, rule::Found};

/// What has such a number behind it, in the singular and the plural.
const NUMBERED: &str = "(?i:rooms?|suites?|apartments?|flats?|apt\\.?|flights?|bus|buses|trains?|trams?|highways?|routes?|\
    interstates?|freeways?|hwy\\.?|rte\\.?|gates?|extensions?|ext\\.?|errors?|channels?|area code|classrooms?|wards?|\
    cabins?|lockers?)|Boeings?|Airbus|Porsche|Peugeot|Fahrenheit|HTTP|Cessna";

pub(super) fn rules() -> Result<Rewrites, Error> {
    let number = r"\d{3}(?![\w%]|[.,:/]\d|-\d{4})";
    let patterns = [
        // A380-800
        r"\b((?:Boeings?|Airbus) (?:[A-Z])?\d{3})-(?=\d{3}(?![\w]))".to_owned(),
        format!(
            r"\b({NUMBERED})( (?:number |no\.? |#)?(?:[A-Z]{{1,2}}[ \-])?)({number}(?:(?:, | and | or | to | through |\s?[-–&]\s?)\d{{3}}(?![\w%]|[.,:/]\d))*)"
        ),
        format!(r"\b((?:I|US|SR)[- ])({number})"),
        r"(?<![\w.,$£€\-])7[0-8]7(?=s?(?![\w%]|[.,:/\-]\d))".to_owned(),
        r"(?<=[Tt]he )\d{3}(?= (?:bus|train|tram|flight|freeway)\b)|(?<![\w.,])404(?= (?:error|page)s?\b)"
            .to_owned(),
        r"(?<=[A-Za-z] )101(?![\w%\-]|[.,:/]\d)".to_owned(),
    ];
    let said: [Replacement; 6] = [
        |found| Some(format!("{} ", found.group(1))),
        numbered,
        |found| {
            (!counts(found.after())).then(|| format!("{}{}", found.group(1), pair(found.group(2))))
        },
        aircraft,
        |found| Some(pair(found.group(0))),
        course,
    ];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

/// `one oh one`, `two twelve`, `three hundred`
fn pair(digits: &str) -> String {
    let words = |digits: &str| {
        numbers::parse(digits)
            .map(numbers::cardinal)
            .unwrap_or_default()
    };
    match digits.split_at_checked(1) {
        Some((hundreds, rest)) if digits.len() == 3 && rest != "00" && hundreds != "0" => {
            let rest = match rest.strip_prefix('0') {
                Some(last) => format!("oh {}", words(last)),
                None => words(rest),
            };
            format!("{} {rest}", words(hundreds))
        }
        _ => digits.to_owned(),
    }
}

/// Every number of `rooms 101, 102 and 103`.
fn numbered(found: &Found<'_>) -> Option<String> {
    let label = found.group(1);
    // `The bus 300 people took`: a list ends, and what is counted is no name.
    if counts(found.after()) {
        return None;
    }
    let list = found.group(3).replace(['-', '–'], " to ");
    let mut said = format!("{label}{}", found.group(2));
    let mut digits = String::new();
    for c in list.chars().chain(std::iter::once(' ')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        said += &pair(&std::mem::take(&mut digits));
        said.push(c);
    }
    said.pop();
    Some(said)
}

/// `a 747`, but `747 people`.
fn aircraft(found: &Found<'_>) -> Option<String> {
    let before = word_before(found.before());
    let known = ["a", "A", "the", "The", "an", "old", "new", "Boeing"].contains(&before);
    let several = found.after().starts_with('s');
    (several || known && !counts(found.after())).then(|| pair(found.group(0)))
}

/// `Psychology 101`
fn course(found: &Found<'_>) -> Option<String> {
    const PAGES: &str = " page pages chapter figure table section verse line psalm number no act scene volume the of ";
    let before = word_before(found.before());
    let subject = before.starts_with(char::is_uppercase) || matches!(before, "maths" | "math");
    let page = PAGES.contains(&format!(" {} ", before.to_lowercase())) || MONTHS.contains(&before);
    let named = subject && !page && !is_function_word(before);
    (named && !counts(found.after())).then(|| pair(found.group(0)))
}

/// Whether something is counted: `101 dogs`.
fn counts(after: &str) -> bool {
    let next = word_after(after);
    if words::find(UNITS, next)
        .or(words::find(LETTERS, next))
        .is_some()
    {
        return true;
    }
    let plural = next.ends_with('s')
        && !next.ends_with("ss")
        && !matches!(
            next,
            "is" | "was" | "has" | "as" | "this" | "does" | "its" | "plus"
        );
    after.starts_with(' ')
        && next.starts_with(char::is_lowercase)
        && (plural && next.len() > 3 && !is_verb(next)
            || matches!(next, "people" | "men" | "women" | "children"))
        && !is_function_word(next)
}

/// What a room or a bus does, which ends as a plural does.
fn is_verb(word: &str) -> bool {
    const VERBS: &str = " leaves stops starts begins opens closes runs goes seats needs looks gets takes arrives departs holds \
        lands makes works costs means comes shows smells lies sits stands serves belongs connects crosses ends ";
    VERBS.contains(&format!(" {word} "))
}
