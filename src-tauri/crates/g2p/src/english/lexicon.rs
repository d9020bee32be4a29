//! Pronunciations by dictionary, with rules for context, part of speech, endings and numbers.
//!
//! Source: misaki 0.9.4, `en.py` (Apache-2.0), as ported in hibari-tts 0.2.1.

mod endings;
mod given;
mod number;
mod special;
mod written;

use unicode_normalization::UnicodeNormalization;

use super::{
    stress::{self, PRIMARY, SECONDARY, Stress},
    token::Token,
};
use crate::{Tables, table::Table};

/// Which English is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accent {
    American,
    British,
}

impl Accent {
    /// The accent of a BCP 47 tag; English without a country is American.
    pub fn of_language(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        match tag.as_str() {
            "en-gb" => Some(Self::British),
            _ if tag == "en" || tag.starts_with("en-") => Some(Self::American),
            _ => None,
        }
    }

    /// The folder of its tables: `english/us`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::American => "english/us",
            Self::British => "english/gb",
        }
    }
}

/// What comes after a word, as far as it changes how the word is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// Whether the next sound is a vowel; none before a pause.
    pub(super) future_vowel: Option<bool>,
    /// Whether the next word is `to`.
    pub(super) future_to: bool,
}

/// How words with a capital, and words all in capitals, are stressed.
const CAPITALISED: Stress = Stress::AtLeastSecondary;
const ALL_CAPITALS: Stress = Stress::Primary;

#[derive(Debug)]
pub(super) struct Lexicon {
    /// Checked pronunciations, by part of speech where that matters.
    gold: Table,
    /// Guessed ones.
    silver: Table,
    accent: Accent,
}

/// A word and how it is used.
#[derive(Debug, Clone, Copy)]
struct Use<'a> {
    tag: Option<&'a str>,
    stress: Option<Stress>,
    context: Option<Context>,
}

impl Use<'_> {
    const PLAIN: Self = Self {
        tag: None,
        stress: None,
        context: None,
    };

    fn stressed(stress: Stress) -> Self {
        Self {
            stress: Some(stress),
            ..Self::PLAIN
        }
    }
}

impl Lexicon {
    /// # Errors
    /// Those of `tables`.
    pub(super) fn open<T: Tables>(tables: &T, accent: Accent) -> Result<Self, T::Error> {
        let table = |name| Table::open(tables, &format!("{}/{name}.tsv", accent.folder()));
        Ok(Self {
            gold: table("gold")?,
            silver: table("silver")?,
            accent,
        })
    }

    /// Whether a word in small letters is listed, as a name perhaps: no ending is taken off.
    pub(super) fn has_word(&self, word: &str) -> bool {
        let singular = word.strip_suffix('s').filter(|stem| stem.len() > 2);
        let stems = [word.strip_suffix("ed"), word.strip_suffix("ing")];
        self.gold_has(word)
            || self.silver_has(word)
            || singular.is_some_and(|stem| self.gold_has(stem))
            || stems
                .into_iter()
                .flatten()
                .any(|stem| stem.len() > 2 && self.gold_has(stem))
    }

    /// Whether a word is said in more ways than one, by its part of speech.
    pub(super) fn varies(&self, word: &str) -> bool {
        self.gold(word).is_some_and(|entry| entry.contains('='))
    }

    /// How a token is said, if the dictionary or its rules know it.
    pub(super) fn read(&self, token: &Token, context: Context) -> Option<String> {
        let word = token.alias.unwrap_or(&token.text).replace(['‘', '’'], "'");
        let word: String = word.nfkc().collect();
        let stress = if word == word.to_lowercase() {
            None
        } else if word == word.to_uppercase() {
            Some(ALL_CAPITALS)
        } else {
            Some(CAPITALISED)
        };
        let how = Use {
            tag: Some(token.tag),
            stress,
            context: Some(context),
        };
        if let Some(phonemes) = self.word(&word, how) {
            return Some(self.with_currency(phonemes, token.currency));
        }
        if written::is_number(&word, token.is_head) {
            return self.number(&word, token.currency, token.is_head);
        }
        None
    }

    /// A number on its own, as it is read inside an unknown word.
    pub(super) fn digits(&self, text: &str) -> Option<String> {
        self.number(text, None, false)
    }

    fn word(&self, word: &str, how: Use<'_>) -> Option<String> {
        if let Some(phonemes) = self.special_case(word, how) {
            return Some(phonemes);
        }
        let lower = word.to_lowercase();
        let word = if self.is_better_in_lower_case(word, &lower, how) {
            lower.as_str()
        } else {
            word
        };
        if self.is_known(word) {
            return self.lookup(word, how);
        }
        if let Some(stem) = word.strip_suffix("s'") {
            let singular = format!("{stem}'s");
            if self.is_known(&singular) {
                return self.lookup(&singular, how);
            }
        }
        if let Some(stem) = word.strip_suffix('\'')
            && self.is_known(stem)
        {
            return self.lookup(stem, how);
        }
        self.with_s(word, how)
            .or_else(|| self.with_ed(word, how))
            .or_else(|| {
                let stress = how.stress.or(Some(Stress::AtLeastSecondary));
                self.with_ing(word, Use { stress, ..how })
            })
    }

    /// A capitalised word that only its lower case is known of: at the start of a sentence.
    fn is_better_in_lower_case(&self, word: &str, lower: &str, how: Use<'_>) -> bool {
        let length = word.chars().count();
        let letters = word.replace('\'', "");
        let tail = tail(word);
        length > 1
            && is_alphabetic(&letters)
            && word != lower
            && (how.tag != Some("NNP") || length > 7)
            && !self.gold_has(word)
            && !self.silver_has(word)
            && (word == word.to_uppercase() || tail == tail.to_lowercase())
            && (self.gold_has(lower)
                || self.silver_has(lower)
                || [Self::with_s, Self::with_ed, Self::with_ing]
                    .iter()
                    .any(|rule| rule(self, lower, how).is_some_and(|said| !said.is_empty())))
    }

    /// Whether the dictionary can answer for a word, by spelling it out if need be.
    fn is_known(&self, word: &str) -> bool {
        if self.gold_has(word) || written::symbol(word).is_some() || self.silver_has(word) {
            return true;
        }
        let plain = |c: char| c.is_ascii_alphabetic() || c == '\'' || c == '-';
        if !is_alphabetic(word) || !word.chars().all(plain) {
            return false;
        }
        if word.len() == 1 || word == word.to_uppercase() && self.gold_has(&word.to_lowercase()) {
            return true;
        }
        let tail = tail(word);
        tail == tail.to_uppercase()
    }

    fn lookup(&self, word: &str, how: Use<'_>) -> Option<String> {
        let lower = word.to_lowercase();
        let shouted = word == word.to_uppercase() && !self.gold_has(word);
        let word = if shouted { &lower } else { word };
        let is_name = shouted && how.tag == Some("NNP");
        let mut entry = self.gold(word);
        if entry.is_none() && !is_name {
            entry = self.silver(word);
        }
        let said = entry.and_then(|entry| pronunciation(entry, how));
        let said = said.filter(|said| !is_name || said.contains(PRIMARY));
        match said {
            Some(said) => Some(stress::apply(said, how.stress)),
            None => self.spelled(word),
        }
    }

    /// Letter by letter, the last letter stressed.
    fn spelled(&self, word: &str) -> Option<String> {
        let mut letters = String::new();
        for letter in word.chars().filter(|c| c.is_alphabetic()) {
            let name = self.gold(&letter.to_uppercase().to_string())?;
            letters += name.split('\t').next().unwrap_or_default();
        }
        let said = stress::apply(&letters, Some(Stress::Secondary));
        Some(match said.rsplit_once(SECONDARY) {
            Some((before, after)) => format!("{before}{PRIMARY}{after}"),
            None => said,
        })
    }

    fn gold(&self, word: &str) -> Option<&str> {
        self.named(word)
            .or_else(|| find(&self.gold, word))
            .or_else(|| self.name_in_small_letters(word))
    }

    /// How a name is said that its letters do not tell.
    pub(super) fn named(&self, word: &str) -> Option<&'static str> {
        given::said(word, self.is_british())
    }

    /// `siobhan`, where no word is written so.
    fn name_in_small_letters(&self, word: &str) -> Option<&'static str> {
        let small = word.len() > 3 && word.bytes().all(|letter| letter.is_ascii_lowercase());
        if !small || self.silver_has(word) {
            return None;
        }
        self.named(&capitalise(word))
    }

    fn silver(&self, word: &str) -> Option<&str> {
        find(&self.silver, word)
    }

    fn gold_has(&self, word: &str) -> bool {
        self.gold(word).is_some()
    }

    fn silver_has(&self, word: &str) -> bool {
        self.silver(word).is_some()
    }

    pub(super) fn is_british(&self) -> bool {
        self.accent == Accent::British
    }
}

/// A lower-case entry also answers for the capitalised word, and the other way round, unless that
/// has an entry of its own.
fn find<'t>(table: &'t Table, word: &str) -> Option<&'t str> {
    if let Some(entry) = table.get(word) {
        return Some(entry);
    }
    word.char_indices().nth(1)?;
    let lower = word.to_lowercase();
    let capitalised = capitalise(&lower);
    if word == lower {
        (capitalised != word).then(|| table.get(&capitalised))?
    } else if word == capitalised {
        table.get(&lower)
    } else {
        None
    }
}

/// The reading of an entry that fits the use: `read<TAB>VBD=…`. None where it is to be spelled.
fn pronunciation<'t>(entry: &'t str, how: Use<'_>) -> Option<&'t str> {
    let mut fields = entry.split('\t');
    let default = fields.next().unwrap_or_default();
    let tagged: Vec<_> = fields.filter_map(|field| field.split_once('=')).collect();
    let with = |tag: &str| {
        tagged
            .iter()
            .find(|(name, _)| *name == tag)
            .map(|(_, said)| *said)
    };
    let before_pause = how
        .context
        .is_some_and(|context| context.future_vowel.is_none());
    let at_pause = if before_pause { with("None") } else { None };
    let said = at_pause
        .or_else(|| with(how.tag?))
        .or_else(|| with(parent(how.tag?)))
        .unwrap_or(default);
    (!said.is_empty()).then_some(said)
}

/// The class of a part of speech, as the dictionary names it.
fn parent(tag: &str) -> &str {
    match tag {
        _ if tag.starts_with("VB") => "VERB",
        _ if tag.starts_with("NN") => "NOUN",
        _ if tag.starts_with("ADV") || tag.starts_with("RB") => "ADV",
        _ if tag.starts_with("ADJ") || tag.starts_with("JJ") => "ADJ",
        _ => tag,
    }
}

/// Whether it is letters and nothing else.
fn is_alphabetic(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphabetic)
}

/// All but the first character.
fn tail(word: &str) -> &str {
    let mut characters = word.chars();
    characters.next();
    characters.as_str()
}

fn capitalise(lower: &str) -> String {
    let mut characters = lower.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

fn is_noun(tag: Option<&str>) -> bool {
    tag.is_some_and(|tag| tag.starts_with("NN"))
}

#[cfg(test)]
mod tests;
