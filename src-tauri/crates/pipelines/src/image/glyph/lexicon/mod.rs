//! What a prompt names, by a lexicon: canonical names, everyday words, kinds and emoji, in English and
//! Chinese. What it does not know is left to the nearest vector.
//!
//! 1. An emoji names itself.
//! 2. The head of the noun phrase is found: articles, numbers, measure words, sizes, moods, colours and what
//!    follows the noun are set aside ([`english`], [`chinese`]).
//! 3. The longest words that end in the head and are in the [`table`] win: "fire truck" before "truck".
//!
//! Deliberately absent: scenes. Of several things the first is taken.

mod chinese;
mod colour_words;
mod english;
mod table;

use self::table::Table;
pub(super) use self::table::{Entry, Named};
use crate::image::Colour;

/// What was found in a prompt.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// None where nothing known is named.
    pub(super) entry: Option<Entry>,
    /// The words that name it, or those that name nothing known; as they were written but for capitals.
    pub(super) words: String,
    pub(super) colour: Option<Colour>,
}

#[derive(Debug)]
pub(super) struct Lexicon {
    table: Table,
}

impl Lexicon {
    /// For things with these names, English and Chinese.
    pub(super) fn new<'a>(names: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self {
            table: Table::new(names),
        }
    }

    pub(super) fn read(&self, prompt: &str) -> Reading {
        let found = match self.table.emoji(prompt) {
            Some((named, rest)) => {
                // "🚗 red": the rest may tell the colour.
                let rest = self.words(&rest);
                let colour = rest.1;
                (named, colour)
            }
            None => self.words(prompt),
        };
        let (named, colour) = found;
        let colour = colour.or_else(|| self.colour_within(&named));
        let colour = colour.filter(|colour| {
            // A thing that is called red is.
            let first = named.entry.as_ref().and_then(|entry| entry.things.first());
            first.is_none_or(|&thing| !colour_words::names(self.table.name(thing), *colour))
        });
        Reading {
            entry: named.entry.filter(|entry| !entry.things.is_empty()),
            words: named.words,
            colour,
        }
    }

    fn words(&self, prompt: &str) -> (Named, Option<Colour>) {
        if prompt.chars().any(chinese::is_character) {
            chinese::read(&self.table, prompt)
        } else {
            english::read(&self.table, prompt)
        }
    }

    /// The colour in words such as "black bear", which are in the table as a bear.
    fn colour_within(&self, named: &Named) -> Option<Colour> {
        let entry = named.entry.as_ref()?;
        let (colour, rest) = colour_words::leading(&named.words)?;
        let same = self.table.find(rest)?;
        (same.things.first() == entry.things.first()).then_some(colour)
    }
}

#[cfg(test)]
mod tests;
