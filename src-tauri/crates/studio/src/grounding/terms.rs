//! The words of a text that carry its sense.

use std::collections::BTreeSet;

const STOPWORDS: &str = " a an the and or but so of in on at to for from by with as is are was were be \
    been being will would shall should can could may might must do does did have has had i you he she it \
    we they me him her us them my your his its our their this that these those there here not no yes if \
    then than about into out up down over also just very all any some more most each every who what when \
    where which how why meeting discussed discuss decided team need needs please let ll re ve s t ";

/// Chinese characters that stand between the words that carry the sense.
const FUNCTION: &str =
    "的了是在和与及或也都就还很我你他她它们这那有会要将把被对从到为于以等请吧吗呢啊着过个、";

/// Stems of English words, and pairs of Chinese characters.
pub(super) fn terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    for c in text.chars().chain(Some(' ')) {
        let chinese = is_chinese(c);
        if !chinese && (c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            let whole = std::mem::take(&mut word);
            if !STOPWORDS.contains(&format!(" {whole} ")) && !is_number(&whole) {
                terms.insert(stem(&whole));
            }
        }
        let carries = chinese && !FUNCTION.contains(c) && !super::numbers::is_numeral(c);
        if let (Some(first), true) = (before, carries) {
            terms.insert(format!("{first}{c}"));
        }
        before = carries.then_some(c);
    }
    terms
}

pub(crate) fn is_chinese(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

/// Numbers are held against each other as numbers.
fn is_number(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit()) || super::numbers::word(word).is_some()
}

/// Without the endings of English inflection.
fn stem(word: &str) -> String {
    if word.len() > 3 {
        for (ending, least) in [
            ("ing", 6),
            ("ies", 5),
            ("ed", 5),
            ("es", 5),
            ("s", 4),
            ("e", 4),
            ("y", 4),
        ] {
            if let Some(stem) = word.strip_suffix(ending)
                && word.len() >= least
                && !word.ends_with("ss")
            {
                return stem.strip_suffix('e').unwrap_or(stem).to_owned();
            }
        }
    }
    word.strip_suffix('s')
        .filter(|stem| stem.len() >= 3 && !stem.ends_with('s'))
        .unwrap_or(word)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_words_are_one_and_empty_ones_none() {
        for (a, b) in [
            ("brings", "bring"),
            ("leaving", "leaves"),
            ("agreed", "agrees"),
            ("budgets", "budget"),
            ("copies", "copy"),
        ] {
            assert_eq!(terms(a), terms(b), "{a}, {b}");
        }
        assert!(terms("It is what we will do, and the 400.").is_empty());
        let wanted: BTreeSet<String> = ["水果", "负责"].map(str::to_owned).into();
        assert_eq!(terms("负责的水果"), wanted);
    }
}
