//! Part-of-speech tags by an averaged perceptron: `read` in the past or the present, `live` as a
//! verb or not.
//!
//! A word with one dominant tag is answered from a table, all others from the weights. Source:
//! `hibari/g2p/tagger.py` of hibari-tts 0.2.1 (Apache-2.0).

use crate::{Tables, table::Table};

/// A tag of the Penn Treebank.
pub(super) type Tag = &'static str;

/// All there are, in the order of their bytes.
const TAGS: [Tag; 50] = [
    "$", "''", ",", "-LRB-", "-RRB-", ".", ":", "ADD", "AFX", "CC", "CD", "DT", "EX", "FW", "HYPH",
    "IN", "JJ", "JJR", "JJS", "LS", "MD", "NFP", "NN", "NNP", "NNPS", "NNS", "PDT", "POS", "PRP",
    "PRP$", "RB", "RBR", "RBS", "RP", "SYM", "TO", "UH", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ",
    "WDT", "WP", "WP$", "WRB", "XX", "_SP", "``",
];

/// The tag of an unknown word.
const NOUN: Tag = "NN";

#[derive(Debug)]
pub(super) struct Tagger {
    /// Words with one tag.
    words: Table,
    /// Words that the weights know.
    vocabulary: Table,
    /// A feature, then `TAG weight` each, weights in tenths.
    weights: Table,
}

impl Tagger {
    /// # Errors
    /// Those of `tables`.
    pub(super) fn open<T: Tables>(tables: &T) -> Result<Self, T::Error> {
        Ok(Self {
            words: Table::open(tables, "english/tagger/words.tsv")?,
            vocabulary: Table::open(tables, "english/tagger/vocabulary.tsv")?,
            weights: Table::open(tables, "english/tagger/weights.tsv")?,
        })
    }

    /// A tag for each word of a sentence; no word may be empty.
    pub(super) fn tag(&self, words: &[&str]) -> Vec<Tag> {
        let around = self.context(words);
        let (mut before, mut before_that) = ("-START-", "-START2-");
        let mut tags = Vec::with_capacity(words.len());
        for (index, word) in words.iter().enumerate() {
            let known = self.words.get(word).and_then(tag_named);
            let tag = known.unwrap_or_else(|| {
                self.predict(&features(index, word, &around, before, before_that))
            });
            tags.push(tag);
            (before_that, before) = (before, tag);
        }
        tags
    }

    /// The words as the weights know them, rare ones as their shape, with two places either side.
    fn context(&self, words: &[&str]) -> Vec<String> {
        let known = words.iter().map(|word| {
            let plain = plain(word);
            if self.vocabulary.contains(&plain) {
                plain
            } else {
                format!("<{}>", shape(word))
            }
        });
        let start = ["-START2-", "-START-"].map(str::to_owned).into_iter();
        let end = ["-END-", "-END2-"].map(str::to_owned);
        start.chain(known).chain(end).collect()
    }

    fn predict(&self, features: &[String]) -> Tag {
        let mut scores = [0.0_f64; TAGS.len()];
        let mut any = false;
        for weights in features
            .iter()
            .filter_map(|feature| self.weights.get(feature))
        {
            for (tag, tenths) in weights
                .split('\t')
                .filter_map(|weight| weight.split_once(' '))
            {
                let index = TAGS.binary_search(&tag).ok();
                if let (Some(index), Ok(tenths)) = (index, tenths.parse::<i32>()) {
                    scores[index] += f64::from(tenths) / 10.0;
                    any = true;
                }
            }
        }
        if !any {
            return NOUN;
        }
        // Of equal scores the last tag wins, as in the reference.
        let best = TAGS.iter().zip(scores).max_by(|a, b| a.1.total_cmp(&b.1));
        best.map_or(NOUN, |(tag, _)| tag)
    }
}

fn tag_named(name: &str) -> Option<Tag> {
    TAGS.binary_search(&name).ok().map(|index| TAGS[index])
}

fn features(
    index: usize,
    word: &str,
    around: &[String],
    before: Tag,
    before_that: Tag,
) -> [String; 15] {
    let at = |offset: usize| around.get(index + offset).map_or("", String::as_str);
    let first = word.chars().next().map(String::from).unwrap_or_default();
    let place = if index == 0 { "i0" } else { "i+" };
    [
        "b".to_owned(),
        format!("s3={}", last_three(word)),
        format!("p1={first}"),
        format!("w={}", at(2)),
        format!("sh={}", shape(word)),
        place.to_owned(),
        format!("t-1={before}"),
        format!("t-2={before_that}"),
        format!("t-12={before},{before_that}"),
        format!("w-1={}", at(1)),
        format!("s3-1={}", last_three(at(1))),
        format!("w-2={}", at(0)),
        format!("w+1={}", at(3)),
        format!("s3+1={}", last_three(at(3))),
        format!("w+2={}", at(4)),
    ]
}

fn last_three(word: &str) -> &str {
    let start = word.char_indices().rev().nth(2).map_or(0, |(at, _)| at);
    &word[start..]
}

fn plain(word: &str) -> String {
    if word.contains('-') && !word.starts_with('-') {
        return "!HYPHEN".to_owned();
    }
    if word.chars().all(char::is_numeric) && word.chars().count() == 4 {
        return "!YEAR".to_owned();
    }
    if word.starts_with(char::is_numeric) {
        return "!DIGITS".to_owned();
    }
    word.to_lowercase()
}

/// `Xx` for a capitalised word, `d` for digits, and so on.
fn shape(word: &str) -> String {
    let cased = |c: char| c.is_uppercase() || c.is_lowercase();
    if word.chars().all(char::is_alphabetic) {
        let lower = |text: &str| text.chars().any(cased) && !text.chars().any(char::is_uppercase);
        let mut rest = word.chars();
        let first = rest.next();
        return if lower(word) {
            "x"
        } else if word.chars().any(cased) && !word.chars().any(char::is_lowercase) {
            if rest.next().is_some() { "XX" } else { "X1" }
        } else if first.is_some_and(char::is_uppercase)
            && lower(word.trim_start_matches(char::is_uppercase))
            && word.chars().filter(|c| c.is_uppercase()).count() == 1
        {
            "Xx"
        } else {
            "xX"
        }
        .to_owned();
    }
    if word.chars().all(char::is_numeric) {
        return "d".to_owned();
    }
    let kind = |c: char| {
        if c.is_numeric() {
            'd'
        } else if c.is_alphabetic() {
            'x'
        } else {
            c
        }
    };
    word.chars().take(4).map(kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_and_plain_forms_are_the_reference_s() {
        let shapes = ["dog", "Dog", "DOG", "I", "iPhone", "1990", "3.5kg", "你好"].map(shape);
        assert_eq!(shapes, ["x", "Xx", "XX", "X1", "xX", "d", "d.dx", "xX"]);
        let plain = ["Well-known", "-x", "1990", "19th", "The"].map(plain);
        assert_eq!(plain, ["!HYPHEN", "-x", "!YEAR", "!DIGITS", "the"]);
        assert_eq!((last_three("naïve"), last_three("ab")), ("ïve", "ab"));
        assert!(TAGS.is_sorted());
    }

    #[test]
    fn weights_decide_between_tags_and_certain_words_are_looked_up() {
        let table = |text: &str| Table::new(text.to_owned()).unwrap();
        let tagger = Tagger {
            words: table("the\tDT\n"),
            vocabulary: table("read\nthe\n"),
            weights: table("s3=ead\tNN 12\tVB 15\nt-1=DT\tNN 9\n"),
        };
        assert_eq!(tagger.tag(&["the", "read", "read"]), ["DT", "NN", "VB"]);
        assert_eq!(tagger.tag(&["zzz"]), ["NN"]);
        assert_eq!(tagger.tag(&[]), [""; 0]);
    }
}
