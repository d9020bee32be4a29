//! What a prompt says should not be there. A picture of what is named cannot leave anything out: the words are set
//! aside, and told.

use super::{
    chinese,
    english::{self, is_breaker},
    english_words::DETERMINERS,
    table::Table,
};

/// A prompt in two: what it wants, and the words for what it does not want.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Split<T> {
    pub(super) wanted: Vec<T>,
    pub(super) unwanted: Vec<String>,
    /// Nothing is wanted: what is here as wanted is what is not.
    pub(super) is_all: bool,
}

const ENGLISH: &[&str] = &[
    "no",
    "not",
    "without",
    "never",
    "neither",
    "nor",
    "don't",
    "dont",
    "doesn't",
    "isn't",
    "aren't",
    "can't",
    "cannot",
    "minus",
    "lacking",
    "except",
    "excluding",
    "omit",
];

/// What follows is wanted after all: "not a dog but a cat", "nothing but a dog".
const TURNS: &[&str] = &["but", "just", "only", "instead"];

/// The tokens of an English prompt. Where all is unwanted, all is wanted but for the negation.
pub(super) fn english(table: &Table, tokens: &[String]) -> Split<String> {
    let mut split = Split::default();
    // "A face without mouth" is a name.
    if english::is_name(table, tokens) {
        split.wanted = tokens.to_vec();
        return split;
    }
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = &tokens[at..];
        if matches!(rest, [nothing, but, _, ..] if nothing == "nothing" && but == "but") {
            at += 2;
            continue;
        }
        // "Do not" is one word.
        let is_helped = matches!(token.as_str(), "do" | "does" | "did" | "is" | "are")
            && rest.get(1).is_some_and(|next| next == "not");
        if is_helped {
            at += 1;
            continue;
        }
        if !ENGLISH.contains(&token.as_str()) {
            split.wanted.push(token.clone());
            at += 1;
            continue;
        }
        // "No smoking" is a sign; of "no, a dog" only the dog is left.
        if let Some(length) = named(table, rest) {
            split.wanted.extend_from_slice(&rest[..length]);
            at += length;
            continue;
        }
        let end = at + span(rest);
        let is_helped = at > 0 && matches!(tokens[at - 1].as_str(), "do" | "does" | "did");
        let words = &tokens[at - usize::from(is_helped)..end];
        if end > at + 1 {
            split.unwanted.push(words.join(" "));
        }
        at = end;
    }
    let is_link = |token: &String| {
        is_breaker(token) || TURNS.contains(&token.as_str()) || english::is_polite(token)
    };
    while split.wanted.first().is_some_and(is_link) && !split.unwanted.is_empty() {
        let first = split.wanted.remove(0);
        if DETERMINERS.contains(&first.as_str()) {
            split.wanted.insert(0, first);
            break;
        }
    }
    if split.wanted.iter().all(is_link) && !split.unwanted.is_empty() {
        let names = |token: &&String| !ENGLISH.contains(&token.as_str());
        let bare: Vec<_> = tokens.iter().filter(names).cloned().collect();
        split.wanted = english::without_request(table, &bare).to_vec();
        split.is_all = true;
    }
    split
}

/// How many of the first words are a name: "no entry".
fn named(table: &Table, tokens: &[String]) -> Option<usize> {
    let most = tokens.len().min(5);
    let mut lengths = (2..=most).rev();
    lengths.find(|&length| table.find(&tokens[..length].join(" ")).is_some())
}

/// How many of the first words say what is not wanted: the noun phrase behind a negation.
fn span(tokens: &[String]) -> usize {
    // "no dogs or cats" wants neither.
    let continues = |token: &str| {
        ENGLISH.contains(&token)
            || DETERMINERS.contains(&token)
            || matches!(token, "or" | "nor" | "any" | "have" | "having")
            || english::is_polite(token)
    };
    let mut is_named = false;
    for (place, token) in tokens.iter().enumerate().skip(1) {
        let continues = continues(token);
        if token == "," || TURNS.contains(&token.as_str()) || is_breaker(token) && !continues {
            return place;
        }
        if is_named
            && DETERMINERS.contains(&token.as_str())
            && !matches!(tokens[place - 1].as_str(), "or" | "nor")
        {
            return place;
        }
        is_named |= !continues;
    }
    tokens.len()
}

/// All that follows is unwanted.
const ORDERS: &[&str] = &[
    "不要画",
    "不要有",
    "不要",
    "不用画",
    "不画",
    "不需要",
    "不想要",
    "不想画",
    "不能有",
    "不包括",
    "不包含",
    "不出现",
    "不是",
    "别画",
    "别要",
    "别有",
    "别加",
    "别放",
];

/// What the noun behind 的 does not have.
const LACKS: &[&str] = &["没有", "不在", "不带", "不含", "不戴", "不穿"];

/// The parts of a Chinese prompt.
pub(super) fn chinese(table: &Table, parts: &[String]) -> Split<String> {
    let mut split = Split::default();
    for part in parts {
        let found = negated(table, part);
        let found = found.filter(|(_, negation, _)| without_negation(negation) != *negation);
        let Some((before, negation, after)) = found else {
            split.wanted.push(part.clone());
            continue;
        };
        split.unwanted.push(negation.to_owned());
        let before = [
            "但是", "但", "可是", "而且", "并且", "而", "也", "又", "都", "请", "和",
        ]
        .iter()
        .fold(before, |text, link| text.strip_suffix(link).unwrap_or(text));
        let wanted = format!("{before}{after}");
        let wanted = match table.find(&wanted) {
            Some(_) => &wanted,
            None => chinese::without_place(&wanted),
        };
        if !chinese::are_modifiers(wanted) {
            split.wanted.push(wanted.to_owned());
        }
    }
    if split.wanted.is_empty() {
        let bare = split.unwanted.iter().map(|words| without_negation(words));
        split.wanted = bare.map(str::to_owned).collect();
        split.is_all = !split.unwanted.is_empty();
    }
    split
}

/// What stands before a negation, with what it says, and behind it.
fn negated<'a>(table: &Table, part: &'a str) -> Option<(&'a str, &'a str, &'a str)> {
    if table.find(part).is_some() {
        return None;
    }
    let first = |words: &[&'static str]| {
        let found = words
            .iter()
            .filter_map(|word| Some((part.find(word)?, *word)));
        found.min_by_key(|(at, word)| (*at, std::cmp::Reverse(word.len())))
    };
    let (order, lack) = (
        first(ORDERS),
        first(LACKS).or_else(|| bare_lack(table, part)),
    );
    let is_order = match (&order, &lack) {
        (Some(order), Some(lack)) => order.0 < lack.0,
        (order, _) => order.is_some(),
    };
    let (at, word) = if is_order { order? } else { lack? };
    let behind = &part[at + word.len()..];
    let turn = ["而是", "但是", "但", "只要", "只有", "只画", "要画"]
        .iter()
        .filter_map(|turn| Some((behind.find(turn)?, turn.len())))
        .min();
    if let Some((end, length)) = turn {
        let end = at + word.len() + end;
        return Some((&part[..at], &part[at..end], &part[end + length..]));
    }
    // 没有窗户的房子 is a house; 没有白色的云 is no cloud, nor is 天空没有大片的云.
    let is_own = chinese::are_modifiers(&part[..at]);
    let ends = behind.match_indices('的').map(|(end, _)| end);
    let mut ends =
        ends.filter(|&end| !is_order && is_own && !chinese::are_modifiers(&behind[..end]));
    let noun = ends
        .next_back()
        .filter(|&end| end + '的'.len_utf8() < behind.len());
    Some(match noun {
        Some(end) => {
            let end = at + word.len() + end;
            (&part[..at], &part[at..end], &part[end + '的'.len_utf8()..])
        }
        None => (&part[..at], &part[at..], ""),
    })
}

/// 无云的天空: 无 and 没 lack what is known by name up to 的 or the end.
fn bare_lack(table: &Table, part: &str) -> Option<(usize, &'static str)> {
    ["无", "没"].into_iter().find_map(|word| {
        let at = part.find(word)?;
        let behind = &part[at + word.len()..];
        let noun = behind.split('的').next()?;
        (table.find(noun).is_some() && table.find(&part[at..]).is_none()).then_some((at, word))
    })
}

fn without_negation(words: &str) -> &str {
    let words_for = ORDERS.iter().chain(LACKS).chain(&["无", "没"]);
    let longest = words_for
        .filter_map(|word| words.strip_prefix(word))
        .min_by_key(|rest| rest.len());
    longest.filter(|rest| !rest.is_empty()).unwrap_or(words)
}
