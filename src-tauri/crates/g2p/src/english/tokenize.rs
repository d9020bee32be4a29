//! Splits English text into tokens by spaCy's rules.
//!
//! Special cases first (contractions, `Mr.`, `10am`); then prefixes and suffixes are peeled off each
//! chunk between spaces; then infixes split what is left; at last pieces that spell a special case
//! are joined again. Source: `hibari/g2p/tokenize.py` of hibari-tts 0.2.1 (Apache-2.0), after
//! spaCy 3.8 (MIT).

use std::ops::Range;

use fancy_regex::Regex;

use crate::{Tables, table::Table};

const FILE: &str = "english/exceptions.tsv";

const PUNCTUATION: &str = "…,:;!?¿¡()[]{}<>_#*&。？！，、；：～·";
const QUOTES: &str = "'\"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉";
const ICONS: &str = "™®©°§¶†‡•";
const CURRENCY_SIGNS: &str = "$£€¥฿₽₹₩₪₺₴₦₫₱₲₵₸₼₾₿";
const DOLLARS: [&str; 3] = ["US$", "C$", "A$"];
const UNITS: [&str; 48] = [
    "km", "km²", "km³", "m", "m²", "m³", "dm", "dm²", "dm³", "cm", "cm²", "cm³", "mm", "mm²",
    "mm³", "ha", "µm", "nm", "yd", "in", "ft", "kg", "g", "mg", "µg", "t", "lb", "oz", "m/s",
    "km/h", "kmh", "mph", "hPa", "Pa", "mbar", "mb", "MB", "kb", "KB", "gb", "GB", "tb", "TB", "T",
    "G", "M", "K", "%",
];

#[derive(Debug)]
pub(super) struct WordTokenizer {
    /// A text and the tokens it is made of.
    exceptions: Table,
    address: Regex,
}

impl WordTokenizer {
    /// # Errors
    /// Those of `tables`.
    pub(super) fn open<T: Tables>(tables: &T) -> Result<Self, T::Error> {
        let exceptions = Table::open(tables, FILE)?;
        Self::new(exceptions).map_err(|error| tables.broken(FILE, &error.to_string()))
    }

    fn new(exceptions: Table) -> std::result::Result<Self, Box<fancy_regex::Error>> {
        let address = Regex::new(concat!(
            r"(?i)^(?:(?:https?|ftp)://|www\.)\S+$|^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$",
            r"|^(?:[\w-]+\.)+(?:com|org|net|edu|gov|io|co|uk|de|fr|info|biz|us|ca|au|tv|me|ly|ai)",
            r"(?:/\S*)?$"
        ))?;
        Ok(Self {
            exceptions,
            address,
        })
    }

    /// The tokens of a text as ranges of its bytes; none holds white space, none is empty.
    pub(super) fn tokenize(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        for chunk in text.split_whitespace() {
            let mut at = chunk.as_ptr() as usize - text.as_ptr() as usize;
            for token in self.split(chunk) {
                ranges.push(at..at + token.len());
                at += token.len();
            }
        }
        ranges
    }

    /// The pieces of a chunk without spaces; together they are the chunk.
    fn split(&self, chunk: &str) -> Vec<String> {
        if let Some(pieces) = self.special(chunk) {
            return pieces;
        }
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let mut rest = chunk;
        while !rest.is_empty() && !self.exceptions.contains(rest) {
            let prefix = prefix(rest);
            let without_prefix = &rest[prefix..];
            if prefix > 0 && self.exceptions.contains(without_prefix) {
                before.push(&rest[..prefix]);
                rest = without_prefix;
                break;
            }
            let suffix = suffix(without_prefix);
            let without_suffix = &rest[..rest.len() - suffix];
            if suffix > 0 && self.exceptions.contains(without_suffix) {
                after.push(&rest[rest.len() - suffix..]);
                rest = without_suffix;
                break;
            }
            if prefix == 0 && suffix == 0 {
                break;
            }
            if prefix > 0 {
                before.push(&rest[..prefix]);
            }
            if suffix > 0 {
                after.push(&rest[rest.len() - suffix..]);
            }
            rest = &rest[prefix..rest.len() - suffix];
        }
        let mut pieces: Vec<String> = before.into_iter().map(str::to_owned).collect();
        if let Some(special) = self.special(rest) {
            pieces.extend(special);
        } else if self.address.is_match(rest).unwrap_or(false) {
            pieces.push(rest.to_owned());
        } else {
            split_infixes(rest, &mut pieces);
        }
        pieces.extend(after.into_iter().rev().map(str::to_owned));
        self.rejoin(pieces)
    }

    fn special(&self, text: &str) -> Option<Vec<String>> {
        let pieces: Vec<_> = self
            .exceptions
            .get(text)?
            .split('\t')
            .map(str::to_owned)
            .collect();
        // A table whose pieces are not the text would move every later token.
        let whole = pieces.iter().map(String::len).sum::<usize>() == text.len();
        whole.then_some(pieces)
    }

    /// `Sept` `.` is `Sept.` again, `)` `:` the face `):`.
    fn rejoin(&self, pieces: Vec<String>) -> Vec<String> {
        if pieces.len() < 2 {
            return pieces;
        }
        let mut joined = Vec::new();
        let mut at = 0;
        'pieces: while at < pieces.len() {
            for count in [3, 2] {
                let run = pieces.get(at..at + count).map(<[String]>::concat);
                if let Some(special) = run.and_then(|run| self.special(&run)) {
                    joined.extend(special);
                    at += count;
                    continue 'pieces;
                }
            }
            joined.push(pieces[at].clone());
            at += 1;
        }
        joined
    }
}

/// Bytes of the prefix that a token begins with.
fn prefix(text: &str) -> usize {
    let mut characters = text.chars();
    let Some(first) = characters.next() else {
        return 0;
    };
    let dots = text.len() - text.trim_start_matches('.').len();
    let alone = match first {
        '§' | '%' | '=' | '—' | '–' => true,
        '+' => !characters.next().is_some_and(|next| next.is_ascii_digit()),
        _ => is_mark(first) || CURRENCY_SIGNS.contains(first),
    };
    if alone {
        first.len_utf8()
    } else if dots > 1 {
        dots
    } else {
        let dollar = DOLLARS.iter().find(|dollar| text.starts_with(**dollar));
        dollar.map_or(0, |dollar| dollar.len())
    }
}

fn is_mark(character: char) -> bool {
    [PUNCTUATION, QUOTES, ICONS]
        .iter()
        .any(|marks| marks.contains(character))
}

/// Bytes of the longest suffix that a token ends with.
fn suffix(text: &str) -> usize {
    let Some(last) = text.chars().next_back() else {
        return 0;
    };
    let rest = &text[..text.len() - last.len_utf8()];
    let before = rest.chars().next_back();
    let after_digit = before.is_some_and(|c| c.is_ascii_digit());
    let mut longest = 0;
    if is_mark(last) || matches!(last, '—' | '–') {
        longest = last.len_utf8();
    }
    if text.ends_with("……") {
        longest = "……".len();
    }
    let dots = text.len() - text.trim_end_matches('.').len();
    if dots > 1 {
        longest = longest.max(dots);
    }
    for possessive in ["'s", "'S", "’s", "’S"] {
        if text.ends_with(possessive) {
            longest = longest.max(possessive.len());
        }
    }
    if last == '+' && after_digit {
        longest = longest.max(1);
    }
    let ends_after_digit = |ending: &str| {
        text.strip_suffix(ending)
            .is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()))
    };
    if CURRENCY_SIGNS.contains(last) && after_digit {
        longest = longest.max(last.len_utf8());
    }
    for ending in DOLLARS.iter().chain(&UNITS) {
        if ends_after_digit(ending) {
            longest = longest.max(ending.len());
        }
    }
    if last == '.' && dots == 1 {
        let mut behind = rest.chars().rev();
        let (one, two) = (behind.next(), behind.next());
        let word_like = one.is_some_and(|c| {
            c.is_ascii_digit()
                || is_lower(c)
                || "%²-+".contains(c)
                || PUNCTUATION.contains(c)
                || QUOTES.contains(c)
        });
        let initials = one.is_some_and(is_upper) && two.is_some_and(is_upper);
        let degrees = one.is_some_and(|c| "FfCcKk".contains(c)) && two == Some('°');
        if word_like || initials || degrees {
            longest = longest.max(1);
        }
    }
    longest
}

fn is_lower(c: char) -> bool {
    matches!(c, 'a'..='z' | 'ß'..='ö' | 'ø'..='ÿ')
}

fn is_upper(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ')
}

/// Splits at hyphens, slashes and the like between letters and digits.
fn split_infixes(text: &str, pieces: &mut Vec<String>) {
    let mut start = 0;
    let mut at = 0;
    while let Some(length) = text[at..].chars().next().map(char::len_utf8) {
        let infix = infix(text, at);
        if at > 0 && infix > 0 {
            if at > start {
                pieces.push(text[start..at].to_owned());
            }
            pieces.push(text[at..at + infix].to_owned());
            start = at + infix;
        }
        at += infix.max(length);
    }
    if start < text.len() {
        pieces.push(text[start..].to_owned());
    }
}

/// Bytes of the infix at `at`, 0 where there is none.
fn infix(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let before = text[..at].chars().next_back();
    let mut characters = rest.chars();
    let Some(here) = characters.next() else {
        return 0;
    };
    let next = characters.next();
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !c.is_ascii_digit());
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_word = before.is_some_and(char::is_alphanumeric);
    let dots = rest.len() - rest.trim_start_matches('.').len();
    if dots > 1 {
        return dots;
    }
    if here == '…' || ICONS.contains(here) {
        return here.len_utf8();
    }
    let sum = "+-*^".contains(here) && is_digit(before) && (is_digit(next) || next == Some('-'));
    let stop = here == '.'
        && before.is_some_and(|c| is_lower(c) || QUOTES.contains(c))
        && next.is_some_and(|c| is_upper(c) || QUOTES.contains(c));
    let comma = here == ',' && is_letter(before) && is_letter(next);
    let sign = ":<>=/".contains(here) && is_word && is_letter(next);
    if sum || stop || comma || sign {
        return here.len_utf8();
    }
    if is_word {
        for dash in ["-", "–", "—", "--", "---", "——", "~"] {
            if let Some(behind) = rest.strip_prefix(dash)
                && is_letter(behind.chars().next())
            {
                return dash.len();
            }
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        let exceptions = "'s\t's\n):\t):\nDr.\tDr.\ncan't\tca\tn't\nwrong\twr\n";
        let tokenizer = WordTokenizer::new(Table::new(exceptions.to_owned()).unwrap()).unwrap();
        tokenizer
            .tokenize(text)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn words_and_marks_come_apart() {
        let cases: [(&str, &[&str]); 9] = [
            ("“Hello, world!”", &["“", "Hello", ",", "world", "!", "”"]),
            ("Dr. Who can't.", &["Dr.", "Who", "ca", "n't", "."]),
            (
                "state-of-the-art",
                &["state", "-", "of", "-", "the", "-", "art"],
            ),
            ("5km $3.50 US$7", &["5", "km", "$", "3.50", "US$", "7"]),
            (
                "Anna's U.S. plan...",
                &["Anna", "'s", "U.S.", "plan", "..."],
            ),
            ("see www.a.com/x-y", &["see", "www.a.com/x-y"]),
            (
                "either/or a--b 1+1",
                &["either", "/", "or", "a", "--", "b", "1", "+", "1"],
            ),
            ("(ok):", &["(", "ok", "):"]),
            (" \u{a0}\t", &[]),
        ];
        for (text, tokens) in cases {
            assert_eq!(split(text), tokens, "{text}");
        }
    }

    #[test]
    fn a_broken_special_case_is_left_alone() {
        assert_eq!(split("wrong"), ["wrong"]);
    }

    proptest::proptest! {
        #[test]
        fn tokens_cover_the_text(text in "[\\PC]{0,40}") {
            let spoken: String = text.split_whitespace().collect();
            proptest::prop_assert_eq!(split(&text).concat(), spoken);
        }
    }
}
