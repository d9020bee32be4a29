//! What a prompt names besides the one thing that is drawn: other things, and how many there should be.
//!
//! Qualities, places without a thing and what something does are not told of: the words for them are
//! many, and nobody expects a list of them.

use std::ops::Range;

use super::{
    chinese,
    english::{self, is_breaker, is_modifier},
    table::{Named, Table},
};

/// So many are told of.
const MOST: usize = 6;
/// Words further behind are not looked at.
const WORDS: usize = 48;

/// Numbers that are no quality of what follows, and words for many of a kind.
const AMOUNTS: &[&str] = &[
    "eleven",
    "twelve",
    "twenty",
    "hundred",
    "hundreds",
    "thousand",
    "thousands",
    "lot",
    "dozen",
    "dozens",
    "couple",
    "herd",
    "flock",
    "swarm",
    "school",
    "group",
    "row",
    "pile",
    "stack",
    "family",
    "litter",
    "pride",
];

/// What stands between two things that are both wanted.
const JOINS: &[&str] = &["and", "plus", "or", "with", "but"];

const DETERMINERS: &[&str] = &[
    "a", "an", "the", "his", "her", "its", "my", "your", "their", "our", "this", "these", "those",
];

/// Behind "and" they name nothing.
const PRONOUNS: &[&str] = &[
    "it",
    "he",
    "she",
    "they",
    "i",
    "you",
    "we",
    "me",
    "them",
    "there",
    "then",
    "so",
    "more",
    "everything",
    "something",
    "nothing",
    "stuff",
];

pub(super) fn of(table: &Table, prompt: &str, main: &Named) -> Vec<String> {
    let mut found = if prompt.chars().any(chinese::is_character) {
        in_chinese(table, prompt, main)
    } else {
        in_english(table, prompt, main)
    };
    found.truncate(MOST);
    found
}

/// Whether words stand for what is drawn already.
pub(super) fn is_same(one: &Named, main: &Named) -> bool {
    let first = |named: &Named| {
        let entry = named.entry.as_ref();
        entry.and_then(|entry| entry.things.first().copied())
    };
    one.words == main.words || first(one).is_some() && first(one) == first(main)
}

fn in_english(table: &Table, prompt: &str, main: &Named) -> Vec<String> {
    let tokens = english::tokens(prompt);
    let tokens = english::without_request(table, &tokens);
    let tokens = &tokens[..tokens.len().min(WORDS)];
    let Some(place) = place(table, tokens, main) else {
        return Vec::new();
    };
    let counts = |token: &&String| {
        english::NUMBERS.contains(&token.as_str())
            || AMOUNTS.contains(&token.as_str())
            || token.parse::<u32>().is_ok_and(|count| count > 1)
    };
    let mut found: Vec<String> = tokens[..place.start]
        .iter()
        .filter(counts)
        .cloned()
        .collect();
    let rest = &tokens[place.end..];
    let (mut at, mut joined) = (0, false);
    while let Some(token) = rest.get(at).map(String::as_str) {
        if is_breaker(token) {
            joined = JOINS.contains(&token) || joined && DETERMINERS.contains(&token);
            at += 1;
            continue;
        }
        let end = (at..rest.len()).find(|&end| is_breaker(&rest[end]));
        let end = end.unwrap_or(rest.len());
        // The slice of "a slice of pizza" is no thing of its own.
        let measures =
            rest.get(end).is_some_and(|next| next == "of") && english::is_partitive(&rest[end - 1]);
        if !measures {
            found.extend(english_thing(table, &rest[at..end], joined, main));
        }
        (at, joined) = (end, false);
    }
    found
}

/// Where the words for the thing that is drawn stand.
fn place(table: &Table, tokens: &[String], main: &Named) -> Option<Range<usize>> {
    let count = tokens.len();
    let ranges = (0..count).flat_map(|start| (start + 1..=count).map(move |end| start..end));
    let is_main = |range: &Range<usize>| {
        let known = english::at(table, &tokens[..range.end], range.start);
        known.is_some_and(|head| head.named.words == main.words)
            || tokens[range.clone()].join(" ") == main.words
    };
    ranges.into_iter().find(is_main)
}

/// The thing between two breakers; what no table knows counts where it is joined to the first.
fn english_thing(table: &Table, words: &[String], joined: bool, main: &Named) -> Option<String> {
    let names = |token: &String| {
        let token = token.as_str();
        !is_modifier(token) && !PRONOUNS.contains(&token) && !english::is_polite(token)
    };
    let words = &words[words.iter().position(|token| !english::is_polite(token))?..];
    let words = &words[..=words.iter().rposition(names)?];
    let doing = words.iter().skip(1);
    let doing = doing
        .into_iter()
        .position(|token| token.len() > 4 && token.ends_with("ing"));
    let words = &words[..doing.map_or(words.len(), |place| place + 1)];
    match english::head(table, words) {
        Some(head) => !is_same(&head.named, main),
        None => joined && words.iter().any(names),
    }
    .then(|| words.join(" "))
}

fn in_chinese(table: &Table, prompt: &str, main: &Named) -> Vec<String> {
    let parts = chinese::parts(prompt);
    let main_part = parts.iter().position(|part| part.contains(&main.words));
    let mut found = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if Some(index) != main_part {
            found.extend(things(table, part, false, main));
            continue;
        }
        let part = chinese::without_request(table, part);
        let Some((before, after)) = part.split_once(main.words.as_str()) else {
            continue;
        };
        // What stands directly before the thing describes it.
        let (places, own) = before.rsplit_once('的').unwrap_or(("", before));
        for described in places
            .split('的')
            .filter(|text| !chinese::are_modifiers(text))
        {
            found.extend(things(table, described, false, main));
        }
        let number = [places, own].into_iter().find_map(chinese::quantity);
        found.extend(number.map(str::to_owned));
        found.extend(things(table, after, false, main));
    }
    found
}

/// The things of a text of Chinese, which breakers part.
fn things(table: &Table, text: &str, joined: bool, main: &Named) -> Vec<String> {
    let (mut found, mut joined, mut rest) = (Vec::new(), joined, text);
    while !rest.is_empty() {
        if let Some((breaker, behind)) = chinese::breaker(rest) {
            joined = chinese::joins(breaker);
            rest = behind;
            continue;
        }
        let mut places = rest.char_indices().map(|(at, _)| at).skip(1);
        let end = places.find(|&at| chinese::breaker(&rest[at..]).is_some());
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
        found.extend(chinese_thing(table, piece, joined, main));
        (rest, joined) = (behind, false);
    }
    found
}

fn chinese_thing(table: &Table, piece: &str, joined: bool, main: &Named) -> Option<String> {
    let piece = piece.trim_end_matches('的');
    let piece = match chinese::head(table, piece) {
        Some(_) => piece,
        None => chinese::without_place(piece),
    };
    // 追一个球: what is counted is the thing.
    let counts = |at: usize| {
        let rest = &piece[at..];
        chinese::quantity(rest).is_some() || chinese::without_one(rest) != rest
    };
    let counted = piece
        .char_indices()
        .map(|(at, _)| at)
        .find(|&at| counts(at));
    let piece = &piece[counted.unwrap_or(0)..];
    let words = match chinese::head(table, piece) {
        Some((named, _)) if is_same(&named, main) => return None,
        // 戴帽子: without what is done with it.
        Some((named, _)) => format!(
            "{}{}",
            chinese::quantity(piece).unwrap_or_default(),
            named.words
        ),
        None if joined => chinese::without_one(piece).to_owned(),
        None => return None,
    };
    (!words.is_empty() && !chinese::are_modifiers(&words)).then_some(words)
}
