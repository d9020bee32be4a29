//! The tables of words and emoji, as they are looked up.

use std::collections::HashMap;

use crate::image::Thing;

/// Words for one thing, kept by hand.
const WORDS: &str = include_str!("words.tsv");
/// Words for several things, and kinds, kept by hand.
const KINDS: &str = include_str!("kinds.tsv");
/// Made by `models/recipes/glyph/lexicon.py`.
const EMOJI: &str = include_str!("emoji.tsv");

/// The longest emoji, in characters: a family of four.
const LONGEST_EMOJI: usize = 8;

/// What words stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Places in the model's list, the best first; none for what is known to be shown by nothing.
    pub(crate) things: Vec<usize>,
    /// The words name a kind: the thing is a typical one.
    pub(crate) is_kind: bool,
}

/// Words of a prompt and what they stand for; no entry: nothing known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Named {
    pub(crate) entry: Option<Entry>,
    pub(crate) words: String,
}

#[derive(Debug)]
pub(super) struct Table {
    /// By their keys; see [`key`].
    words: HashMap<String, Entry>,
    /// The keys of several words, by the same without spaces.
    joined: HashMap<String, String>,
    emoji: HashMap<String, usize>,
    /// By place.
    things: Vec<Thing>,
}

impl Table {
    /// Rows whose things are none of these are passed over: another model may know less.
    pub(super) fn new<'a>(names: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let names: Vec<(&str, &str)> = names.collect();
        let places: HashMap<&str, usize> = names
            .iter()
            .enumerate()
            .map(|(place, (english, _))| (*english, place))
            .collect();
        let mut words = HashMap::new();
        for row in rows(KINDS) {
            add_kind(&mut words, &places, row);
        }
        let mut taken_away = Vec::new();
        for row in rows(WORDS) {
            let [name, english, chinese] = columns(row);
            if name.starts_with('!') {
                taken_away.extend(list(english).chain(list(chinese)).map(key));
            } else if let Some(&place) = places.get(name) {
                for word in list(english).chain(list(chinese)) {
                    add(&mut words, word, &[place], false);
                }
            }
        }
        for (place, (english, chinese)) in names.iter().enumerate() {
            for name in [english, chinese]
                .into_iter()
                .filter(|name| !taken_away.contains(&key(name)))
            {
                add(&mut words, name, &[place], false);
            }
        }
        let joined = words.keys().filter(|key| key.contains(' '));
        let joined = joined
            .map(|key| (key.replace(' ', ""), key.clone()))
            .collect();
        let emoji = rows(EMOJI).filter_map(|row| {
            let (emoji, name) = row.split_once('\t')?;
            Some((emoji.to_owned(), *places.get(name)?))
        });
        Self {
            joined,
            emoji: emoji.collect(),
            things: names
                .iter()
                .map(|(english, chinese)| Thing {
                    english: (*english).to_owned(),
                    chinese: (*chinese).to_owned(),
                })
                .collect(),
            words,
        }
    }

    /// The English name of the thing at a place; empty where there is none.
    pub(super) fn name(&self, place: usize) -> &str {
        self.thing(place).map_or("", |thing| &thing.english)
    }

    pub(super) fn thing(&self, place: usize) -> Option<&Thing> {
        self.things.get(place)
    }

    /// What words stand for, whatever their capitals, hyphens and spaces.
    pub(super) fn find(&self, words: &str) -> Option<&Entry> {
        let key = key(words);
        self.words.get(&key).or_else(|| {
            let together = key.replace(' ', "");
            let found = self.words.get(&together);
            found.or_else(|| self.words.get(self.joined.get(&together)?))
        })
    }

    /// The emoji of a prompt in their order, and the prompt without emoji.
    pub(super) fn emoji(&self, prompt: &str) -> (Vec<Named>, String) {
        let characters: Vec<char> = prompt.chars().filter(|one| !is_variant(*one)).collect();
        let (mut found, mut rest) = (Vec::new(), String::new());
        let mut at = 0;
        while at < characters.len() {
            let longest = LONGEST_EMOJI.min(characters.len() - at);
            let known = (1..=longest).rev().find_map(|length| {
                let text: String = characters[at..at + length].iter().collect();
                let place = *self.emoji.get(&text)?;
                Some((text, place, length))
            });
            if let Some((words, place, length)) = known {
                found.push(Named {
                    entry: Some(Entry {
                        things: vec![place],
                        is_kind: false,
                    }),
                    words,
                });
                at += length;
            } else {
                rest.push(characters[at]);
                at += 1;
            }
        }
        (found, rest)
    }
}

/// Variation selectors and skin tones.
fn is_variant(character: char) -> bool {
    matches!(
        character,
        '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'
    )
}

/// Lower case, straight apostrophes, spaces for hyphens, nothing else but letters, digits and what names
/// a key of a telephone.
pub(super) fn key(words: &str) -> String {
    let mut key = String::with_capacity(words.len());
    for character in words.chars().flat_map(char::to_lowercase) {
        match character {
            '’' | '‘' => key.push('\''),
            '\'' | '#' | '*' | '&' => key.push(character),
            _ if character.is_alphanumeric() => key.push(character),
            _ if key.ends_with(' ') || key.is_empty() => {}
            _ => key.push(' '),
        }
    }
    key.truncate(key.trim_end().len());
    key
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
}

fn columns(row: &str) -> [&str; 3] {
    let mut columns = row.split('\t');
    [(); 3].map(|()| columns.next().unwrap_or_default())
}

fn list(column: &str) -> impl Iterator<Item = &str> {
    column
        .split(';')
        .map(str::trim)
        .filter(|word| !word.is_empty())
}

/// What is there already goes before.
fn add(words: &mut HashMap<String, Entry>, word: &str, places: &[usize], is_kind: bool) {
    words.entry(key(word)).or_insert_with(|| Entry {
        things: places.to_vec(),
        is_kind,
    });
}

fn add_kind(words: &mut HashMap<String, Entry>, places: &HashMap<&str, usize>, row: &str) {
    let is_kind = row.starts_with('~');
    let [english, chinese, names] = columns(row.trim_start_matches(['~', '-']));
    let things: Vec<usize> = list(names)
        .filter_map(|name| places.get(name).copied())
        .collect();
    if things.is_empty() && !row.starts_with('-') {
        return;
    }
    for word in list(english).chain(list(chinese)) {
        add(words, word, &things, is_kind);
    }
}
