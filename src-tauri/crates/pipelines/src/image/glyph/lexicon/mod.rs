//! What a prompt names, by a lexicon: canonical names, everyday words, kinds and emoji, in English and
//! Chinese. What it does not know is left to the nearest vector.
//!
//! 1. An emoji names itself.
//! 2. The head of the noun phrase is found: articles, numbers, measure words, sizes, moods, colours and what
//!    follows the noun are set aside ([`english`], [`chinese`]).
//! 3. The longest words that end in the head and are in the [`table`] win: "fire truck" before "truck".
//! 4. What should not be there is set aside before that ([`negation`]).
//!
//! Deliberately absent: scenes. Of several things the first is taken, and the others are told of
//! ([`left_out`]).

mod chinese;
mod colour_words;
mod english;
mod english_words;
mod left_out;
mod negation;
mod table;

use self::table::Table;
pub(super) use self::table::{Entry, Named};
use crate::image::{Colour, NotDrawn};

/// What was found in a prompt.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// None where nothing known is named.
    pub(super) entry: Option<Entry>,
    /// The words that name it, or those that name nothing known; as they were written but for capitals.
    pub(super) words: String,
    pub(super) colour: Option<Colour>,
    /// What is named besides, and is not drawn.
    pub(super) left_out: Vec<NotDrawn>,
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
        let (emoji, rest) = self.table.emoji(prompt);
        let mut emoji = emoji.into_iter();
        let (named, colour, left_out) = if let Some(named) = emoji.next() {
            // "🚗 red": the rest may tell the colour.
            let (besides, colour, mut left_out) = self.words(&rest);
            let besides = Some(besides).filter(|one| one.entry.is_some() && colour.is_none());
            let others = emoji.chain(besides);
            let others = others.filter(|other| !left_out::is_same(other, &named));
            let others = others.map(|other| left_out::thing(&self.table, &other));
            left_out.splice(..0, others);
            (named, colour, left_out)
        } else {
            self.words(prompt)
        };
        let colour = colour.or_else(|| self.colour_within(&named));
        let first = named.entry.as_ref().and_then(|entry| entry.things.first());
        let name = first.map_or("", |&thing| self.table.name(thing));
        // A thing that is called red is; a cat or a bird that is called black is drawn in dark blue and purple.
        let black = colour_words::leading(name).filter(|(colour, _)| *colour == Colour::Black);
        let black = black.filter(|(_, rest)| self.table.find(rest).is_some());
        let colour = match (black, colour) {
            (Some((black, _)), Some(Colour::Black) | None) => Some(black),
            (_, colour) => colour.filter(|colour| !colour_words::names(name, *colour)),
        };
        Reading {
            entry: named.entry.filter(|entry| !entry.things.is_empty()),
            words: named.words,
            colour,
            left_out,
        }
    }

    fn words(&self, prompt: &str) -> (Named, Option<Colour>, Vec<NotDrawn>) {
        let table = &self.table;
        let (named, colour, mut left_out, split) = if prompt.chars().any(chinese::is_character) {
            let split = negation::chinese(table, &chinese::parts(prompt));
            let (named, colour) = chinese::read(table, &split.wanted);
            let left_out = left_out::in_chinese(table, &split.wanted, &named);
            (named, colour, left_out, (split.unwanted, split.is_all))
        } else {
            let tokens = english::tokens(prompt);
            let tokens = english::without_request(table, &tokens);
            let split = negation::english(table, tokens);
            let (named, colour) = english::read(table, &split.wanted);
            let left_out = left_out::in_english(table, &split.wanted, &named);
            (named, colour, left_out, (split.unwanted, split.is_all))
        };
        let (unwanted, is_all) = split;
        if is_all {
            // What is named besides is not wanted either.
            left_out.clear();
        }
        let unwanted = unwanted.into_iter();
        left_out.extend(unwanted.map(|words| NotDrawn::Negation { words }));
        left_out.truncate(left_out::MOST);
        (named, colour, left_out)
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
