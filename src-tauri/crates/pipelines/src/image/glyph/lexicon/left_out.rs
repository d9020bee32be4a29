//! What a prompt names besides the one thing that is drawn: other things, and how many there should be.
//!
//! Qualities, places without a thing and what something does are not told of: the words for them are
//! many, and nobody expects a list of them.

use std::ops::Range;

use super::{
    chinese,
    english::{self, is_breaker, is_modifier},
    english_words,
    table::{Named, Table},
};
use crate::image::NotDrawn;

/// So many are told of.
pub(super) const MOST: usize = 24;
/// Words further behind are not looked at.
const WORDS: usize = 200;
/// Names are no longer.
const LONGEST: usize = 8;

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

/// Parts of places; "in front of the house" names a house alone.
const SIDES: &[&str] = &[
    "front",
    "back",
    "top",
    "bottom",
    "side",
    "sides",
    "middle",
    "center",
    "centre",
    "left",
    "right",
    "edge",
    "corner",
    "background",
    "foreground",
    "distance",
    "way",
    "style",
    "general",
    "total",
    "first",
    "last",
    "end",
    "each",
    "other",
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

/// Whether words stand for what is drawn already.
pub(super) fn is_same(one: &Named, main: &Named) -> bool {
    let first = |named: &Named| {
        let entry = named.entry.as_ref();
        entry.and_then(|entry| entry.things.first().copied())
    };
    one.words == main.words || first(one).is_some() && first(one) == first(main)
}

/// What a name stands for, which is not drawn.
pub(super) fn thing(table: &Table, named: &Named) -> NotDrawn {
    another(table, Some(named), named.words.clone())
}

/// `words` with the thing whose very name they are: what is only drawn for them is no other word for them.
fn another(table: &Table, named: Option<&Named>, words: String) -> NotDrawn {
    let thing = named.and_then(|named| {
        let place = *named.entry.as_ref()?.things.first()?;
        let thing = table.thing(place)?;
        let is_name = is_emoji(&named.words)
            || named.words.eq_ignore_ascii_case(&thing.english)
            || named.words == thing.chinese;
        is_name.then(|| thing.clone())
    });
    NotDrawn::Thing { words, thing }
}

fn is_emoji(words: &str) -> bool {
    !words.chars().any(char::is_alphanumeric)
}

pub(super) fn in_english(table: &Table, tokens: &[String], main: &Named) -> Vec<NotDrawn> {
    let tokens = &tokens[..tokens.len().min(WORDS)];
    let Some((place, is_plural)) = place(table, tokens, main) else {
        return Vec::new();
    };
    let is_start = |at: &usize| *at == 0 || is_breaker(&tokens[*at - 1]);
    let start = (0..=place.start).rev().find(is_start).unwrap_or(0);
    let mut found = segments(table, &tokens[..start], main);
    let counts: Vec<_> = tokens[..place.start]
        .iter()
        .filter(|token| counts(token))
        .collect();
    let several = counts.is_empty() && is_plural;
    let several = several.then(|| tokens[place.clone()].join(" "));
    let numbers = counts.into_iter().cloned().chain(several);
    found.extend(numbers.map(|words| NotDrawn::Number { words }));
    found.extend(segments(table, &tokens[place.end..], main));
    found
}

fn counts(token: &str) -> bool {
    english_words::NUMBERS.contains(&token)
        || AMOUNTS.contains(&token)
        || token.parse::<u32>().is_ok_and(|count| count > 1)
}

/// The things between breakers.
fn segments(table: &Table, tokens: &[String], main: &Named) -> Vec<NotDrawn> {
    let mut found = Vec::new();
    let (mut at, mut introduced) = (0, false);
    while let Some(token) = tokens.get(at).map(String::as_str) {
        if is_breaker(token) {
            introduced = JOINS.contains(&token)
                || english_words::PLACES.contains(&token)
                || english_words::DETERMINERS.contains(&token);
            at += 1;
            continue;
        }
        let end = (at..tokens.len()).find(|&end| is_breaker(&tokens[end]));
        let end = end.unwrap_or(tokens.len());
        // The slice of "a slice of pizza" is no thing of its own.
        let measures = tokens.get(end).is_some_and(|next| next == "of")
            && (english::is_partitive(&tokens[end - 1]) || counts(&tokens[end - 1]));
        if !measures {
            let introduced = introduced || counts(&tokens[at]);
            found.extend(english_thing(table, &tokens[at..end], introduced, main));
        }
        (at, introduced) = (end, false);
    }
    found
}

/// Where the words for the thing that is drawn stand, and whether they are a plural.
fn place(table: &Table, tokens: &[String], main: &Named) -> Option<(Range<usize>, bool)> {
    let count = tokens.len();
    let ends = |start: usize| start + 1..=count.min(start + LONGEST);
    let ranges = (0..count).flat_map(|start| ends(start).map(move |end| start..end));
    let is_main = |range: Range<usize>| {
        let known = english::at(table, &tokens[..range.end], range.start);
        let known = known.filter(|head| head.named.words == main.words);
        let is_said = known.is_some() || tokens[range.clone()].join(" ") == main.words;
        is_said.then(|| (range, known.is_some_and(|head| head.is_plural)))
    };
    ranges.into_iter().find_map(is_main)
}

/// The thing between two breakers; what no table knows counts where a preposition, an article or "and" introduces it.
fn english_thing(
    table: &Table,
    words: &[String],
    introduced: bool,
    main: &Named,
) -> Option<NotDrawn> {
    let names = |token: &String| {
        let token = token.as_str();
        !is_modifier(token)
            && !PRONOUNS.contains(&token)
            && !SIDES.contains(&token)
            && !english::is_polite(token)
    };
    let words = &words[words.iter().position(|token| !english::is_polite(token))?..];
    let end = words.iter().rposition(names).or_else(|| {
        // A rainbow is a thing, rainbow shoes are not.
        let last = words.len() - 1;
        let is_thing =
            introduced && !counts(&words[last]) && english::at(table, words, last).is_some();
        is_thing.then_some(last)
    });
    let words = &words[..=end?];
    // "wearing sunglasses" is about sunglasses.
    let (words, introduced) = match words {
        [doing, rest @ ..]
            if !rest.is_empty()
                && english::is_doing(doing)
                && !introduced
                && english::at(table, words, 0).is_none() =>
        {
            (rest, true)
        }
        words => (words, introduced),
    };
    let doing = words.iter().skip(1);
    let doing = doing.into_iter().position(|token| english::is_doing(token));
    let words = &words[..doing.map_or(words.len(), |place| place + 1)];
    let words = &words[..words.len().min(LONGEST)];
    let head = english::head(table, words);
    match &head {
        Some(head) => !is_same(&head.named, main),
        None => introduced,
    }
    .then(|| {
        another(
            table,
            head.as_ref().map(|head| &head.named),
            words.join(" "),
        )
    })
}

pub(super) fn in_chinese(table: &Table, parts: &[String], main: &Named) -> Vec<NotDrawn> {
    let main_part = parts.iter().position(|part| part.contains(&main.words));
    let mut found = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if Some(index) != main_part {
            found.extend(things(table, part, false, main));
            continue;
        }
        let part = chinese::without_request(table, part);
        let (place, part) = chinese::existential(part).unwrap_or(("", part));
        found.extend(things(table, place, true, main));
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
        // 厨房里妈妈: a place without 的.
        let at = chinese::counted(own).unwrap_or(own.len());
        if let Some(place) = chinese::place_before_side(&own[..at]) {
            found.extend(things(table, place, true, main));
        }
        let number = chinese::quantity(places).or_else(|| chinese::quantity(&own[at..]));
        let number = number.map(str::to_owned);
        // 孩子们
        let (several, after) = match after.strip_prefix('们') {
            Some(after) => (Some(format!("{}们", main.words)), after),
            None => (None, after),
        };
        let number = number.or(several);
        found.extend(number.map(|words| NotDrawn::Number { words }));
        found.extend(things(table, after, false, main));
    }
    found
}

/// The things of a text of Chinese, which breakers part.
fn things(table: &Table, text: &str, joined: bool, main: &Named) -> Vec<NotDrawn> {
    let (mut found, mut joined, mut rest, mut is_place) = (Vec::new(), joined, text, false);
    while !rest.is_empty() {
        if let Some((breaker, behind)) = chinese::breaker(rest) {
            joined = chinese::joins(breaker);
            is_place = breaker.ends_with('在');
            rest = behind;
            continue;
        }
        let mut places = rest.char_indices().map(|(at, _)| at).skip(1);
        let end = places.find(|&at| chinese::breaker(&rest[at..]).is_some());
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
        // 在公园里散步: the place ends with its side. 在雪地里追一只兔子: what is counted behind it is a thing.
        let place = std::mem::take(&mut is_place)
            .then(|| chinese::place_before_side(piece))
            .flatten();
        joined |= place.is_some();
        let rest_of = place.map_or(piece, |place| chinese::behind_side(&piece[place.len()..]));
        // 踢足球, but not 散步, which names what is done.
        let is_object = || {
            let head = chinese::head(table, rest_of);
            head.is_some_and(|(_, before)| !before.is_empty())
        };
        let counted = || chinese::counted(rest_of).or_else(|| is_object().then_some(0));
        let start = place.map_or(Some(0), |_| counted());
        let pieces = start.map_or(Vec::new(), |start| chinese::by_counts(&rest_of[start..]));
        for piece in place.into_iter().chain(pieces) {
            found.extend(chinese_thing(table, piece, joined, main));
            joined = false;
        }
        rest = behind;
    }
    found
}

fn chinese_thing(table: &Table, piece: &str, joined: bool, main: &Named) -> Option<NotDrawn> {
    let piece = piece.trim_end_matches('的');
    let piece = match chinese::head(table, piece) {
        Some(_) => piece,
        None => chinese::without_place(piece),
    };
    // 追一个球: what is counted is the thing.
    let counted = chinese::counted(piece);
    let piece = &piece[counted.unwrap_or(0)..];
    let head = chinese::head(table, piece).map(|(named, _)| named);
    let words = match &head {
        Some(named) if is_same(named, main) => return None,
        // 戴帽子: without what is done with it.
        Some(named) => format!(
            "{}{}",
            chinese::quantity(piece).unwrap_or_default(),
            named.words
        ),
        None if joined || counted.is_some() => chinese::without_one(piece).to_owned(),
        None => return None,
    };
    (!words.is_empty() && !chinese::are_modifiers(&words))
        .then(|| another(table, head.as_ref(), words))
}
