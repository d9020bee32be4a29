//! The head of an English noun phrase, and its colour.

use super::{
    colour_words,
    english_words::{
        AFTERTHOUGHTS, BREAKERS, DETERMINERS, IRREGULAR, MODIFIERS, NUMBERS, PARTITIVES, PLACES,
        PLURAL_ONLY, REQUESTS,
    },
    table::{Entry, Named, Table, key},
};
use crate::image::Colour;

/// Where a found head begins among the tokens, and what it is.
#[derive(Debug)]
pub(super) struct Head {
    start: usize,
    /// Of more than one: "dogs".
    pub(super) is_plural: bool,
    pub(super) named: Named,
}

pub(super) fn read(table: &Table, tokens: &[String]) -> (Named, Option<Colour>) {
    let start = main_start(table, tokens);
    phrase(table, &tokens[start..], 0)
}

/// Where the phrase for the thing begins: behind a place that a sentence begins with ("in the sky there is a
/// bird", "on the hill, a castle").
fn main_start(table: &Table, tokens: &[String]) -> usize {
    if whole(table, tokens).is_some() {
        return 0;
    }
    let exists = (0..tokens.len()).find_map(|at| Some(at + existential(&tokens[at..])?));
    let place = tokens
        .first()
        .is_some_and(|first| PLACES.contains(&first.as_str()));
    let behind_comma = tokens
        .iter()
        .position(|token| token == ",")
        .map(|at| at + 1);
    // "under a tree a fox sleeps"
    let second = (2..tokens.len()).find(|&at| {
        let begins = |token: &str| DETERMINERS.contains(&token) || NUMBERS.contains(&token);
        begins(&tokens[at]) && !is_breaker(&tokens[at - 1]) && !is_modifier(&tokens[at - 1])
    });
    let behind_place = behind_comma.or(second).filter(|_| place);
    let start = exists.or(behind_place);
    let names = |token: &String| !is_modifier(token) && !is_breaker(token);
    start
        .filter(|&start| tokens[start..].iter().any(names))
        .unwrap_or(0)
}

/// How many of the first words say that something is there: "there are".
pub(super) fn existential(tokens: &[String]) -> Option<usize> {
    let is = |token: &String| matches!(token.as_str(), "is" | "are" | "was" | "were");
    match tokens {
        [there, verb, ..] if there == "there" && is(verb) => Some(2),
        [there, ..] if there == "there's" => Some(1),
        _ => None,
    }
}

/// Words as [`key`] writes them, and commas.
pub(super) fn tokens(prompt: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for (index, part) in prompt
        .split([',', '.', ';', ':', '!', '?', '(', ')'])
        .enumerate()
    {
        if index > 0 && !tokens.is_empty() {
            tokens.push(",".to_owned());
        }
        tokens.extend(
            key(part)
                .split(' ')
                .filter(|token| !token.is_empty())
                .map(str::to_owned),
        );
    }
    while tokens.last().is_some_and(|last| last == ",") {
        tokens.pop();
    }
    tokens
}

/// Without "please draw me" before and "emoji" behind, where something is left.
pub(super) fn without_request<'a>(table: &Table, tokens: &'a [String]) -> &'a [String] {
    if table.find(&tokens.join(" ")).is_some() {
        return tokens;
    }
    let is_request = |token: &String| REQUESTS.contains(&token.as_str()) || token == ",";
    let start = tokens
        .iter()
        .position(|token| !is_request(token))
        .unwrap_or(0);
    let mut rest = &tokens[start..];
    while let [before @ .., last] = rest
        && before
            .iter()
            .any(|token| token != "," && !is_plain_modifier(token))
        && (AFTERTHOUGHTS.contains(&last.as_str()) || last == ",")
        && table.find(&rest.join(" ")).is_none()
    {
        rest = before;
    }
    rest
}

fn is_plain_modifier(token: &str) -> bool {
    MODIFIERS.contains(&token) || NUMBERS.contains(&token)
}

pub(super) fn is_modifier(token: &str) -> bool {
    is_plain_modifier(token)
        || colour_words::english(token).is_some()
        || token.chars().all(|one| one.is_ascii_digit())
        || token == ","
}

fn phrase(table: &Table, tokens: &[String], depth: usize) -> (Named, Option<Colour>) {
    if let Some(head) = whole(table, tokens) {
        let colour = colour_before(&tokens[..head.start]);
        return (head.named, colour);
    }
    if let Some(found) = partitive(table, tokens, depth) {
        return found;
    }
    let end = segment_end(tokens);
    let segment = &tokens[..end];
    let Some(head) = head(table, segment).or_else(|| doer(table, segment)) else {
        let named = measured(table, tokens, depth).unwrap_or_else(|| unnamed(segment));
        // "red" alone is a colour, and so is "something blue".
        return coloured_only(table, segment).unwrap_or((named, colour_before(segment)));
    };
    let colour = colour_before(&segment[..head.start]);
    (head.named, colour.or_else(|| colour_behind(&tokens[end..])))
}

/// All tokens but the modifiers before them, prepositions and all: "statue of liberty".
fn whole(table: &Table, tokens: &[String]) -> Option<Head> {
    let fits = |start: &usize| tokens[..*start].iter().all(|token| is_modifier(token));
    (0..tokens.len())
        .filter(fits)
        .find_map(|start| at(table, tokens, start))
}

/// Whether all words are one name, but for modifiers before it.
pub(super) fn is_name(table: &Table, tokens: &[String]) -> bool {
    whole(table, tokens).is_some()
}

/// The thing that is measured: "a bunch of red grapes".
fn partitive(table: &Table, tokens: &[String], depth: usize) -> Option<(Named, Option<Colour>)> {
    let of = tokens.iter().position(|token| token == "of")?;
    let (before, after) = (&tokens[..of], &tokens[of + 1..]);
    // The slice of "a dog and a slice of pizza" is of what comes second.
    let is_first = segment_end(tokens) >= of;
    if depth > 2 || after.is_empty() || before.is_empty() || !is_first {
        return None;
    }
    // "cup of tea" may be in the table as it stands.
    let end = of + 1 + segment_end(after);
    let standing = (0..of).find_map(|start| at(table, &tokens[..end], start));
    if let Some(head) = standing {
        let colour = colour_before(&tokens[..head.start]);
        return Some((head.named, colour));
    }
    if !is_partitive(before.last()?) {
        return None;
    }
    let (named, colour) = phrase(table, after, depth + 1);
    named
        .entry
        .is_some()
        .then(|| (named, colour.or_else(|| colour_before(before))))
}

/// What is measured where neither it nor its measure is known: of "a piece of quartz" the quartz is looked
/// for, and no puzzle piece.
fn measured(table: &Table, tokens: &[String], depth: usize) -> Option<Named> {
    let of = tokens.iter().position(|token| token == "of")?;
    let (before, after) = (&tokens[..of], &tokens[of + 1..]);
    let is_measured = depth <= 2 && is_partitive(before.last()?) && segment_end(tokens) >= of;
    let named = is_measured.then(|| phrase(table, after, depth + 1).0)?;
    (!named.words.is_empty()).then_some(named)
}

/// Whether a word measures what stands behind its "of".
pub(super) fn is_partitive(word: &str) -> bool {
    let is_measure = |word: &str| PARTITIVES.contains(&word);
    is_measure(word) || singulars(word).iter().any(|one| is_measure(one))
}

/// Whether a word asks or thanks, and names nothing.
pub(super) fn is_polite(word: &str) -> bool {
    REQUESTS.contains(&word) || AFTERTHOUGHTS.contains(&word)
}

/// Where the first noun phrase ends: before the first breaker that has more than modifiers before it.
fn segment_end(tokens: &[String]) -> usize {
    let has_noun = |end: usize| {
        tokens[..end]
            .iter()
            .any(|token| !is_modifier(token) && !is_breaker(token))
    };
    let ends = (1..tokens.len()).find(|&end| is_breaker(&tokens[end]) && has_noun(end));
    ends.unwrap_or(tokens.len())
}

pub(super) fn is_breaker(token: &str) -> bool {
    [BREAKERS, PLACES, DETERMINERS]
        .iter()
        .any(|words| words.contains(&token))
}

/// The longest known words at the end of a segment. What is done by the noun before ("a dog running") is
/// no head.
pub(super) fn head(table: &Table, segment: &[String]) -> Option<Head> {
    let mut segment = segment;
    loop {
        let found = (0..segment.len()).find_map(|start| at(table, segment, start));
        let doing = segment.iter().skip(1).position(|token| is_doing(token));
        if let Some(doing) = doing.map(|doing| doing + 1)
            && found.as_ref().is_none_or(|head| head.start >= doing)
            && found
                .as_ref()
                .is_none_or(|head| head.start > doing || doing + 1 == segment.len())
            && let Some(before) = (0..doing).find_map(|start| at(table, &segment[..doing], start))
        {
            return Some(before);
        }
        if found.is_some() {
            return found;
        }
        // "a car red", "a cat so cute"
        let (last, before) = segment.split_last()?;
        if !is_modifier(last) && !AFTERTHOUGHTS.contains(&last.as_str()) {
            return None;
        }
        segment = before;
    }
}

/// "running", but no ring.
pub(super) fn is_doing(token: &str) -> bool {
    token.len() > 4 && token.ends_with("ing")
}

/// Who does something in a sentence: "the fox wakes up". Behind the noun stands what may be a verb.
fn doer(table: &Table, segment: &[String]) -> Option<Head> {
    let start = segment.iter().position(|token| !is_modifier(token))?;
    let is_verb = |token: &String| {
        token.len() > 3 && (token.ends_with("ed") || token.ends_with('s') && !token.ends_with("ss"))
    };
    let ends = start + 1..segment.len();
    ends.rev()
        .filter(|&end| start > 0 && is_verb(&segment[end]))
        .find_map(|end| at(table, &segment[..end], start))
}

/// The words from `start` to the end, if they are known as they are or as one of them.
pub(super) fn at(table: &Table, tokens: &[String], start: usize) -> Option<Head> {
    let (last, before) = tokens[start..].split_last()?;
    let singulars = singulars(last);
    let with = |last: &str| {
        let words = before.iter().map(String::as_str).chain([last]);
        words.collect::<Vec<_>>().join(" ")
    };
    let forms = std::iter::once(last.clone())
        .chain(singulars.clone())
        .chain(plurals(last));
    forms.into_iter().find_map(|form| {
        let words = with(&form);
        let entry: Entry = table.find(&words)?.clone();
        let first = entry.things.first().copied();
        // "computers" is a word of its own, and that for several of one thing.
        let of_one = |one: &String| {
            let other = table.find(&with(one));
            other.is_some_and(|other| other.things.first().copied() == first)
        };
        let is_named_so = first.is_some_and(|first| shows_several(table.name(first), last));
        let is_plural = !PLURAL_ONLY.contains(&last.as_str())
            && !is_named_so
            && (singulars.contains(&form) || form == *last && singulars.iter().any(of_one));
        Some(Head {
            start,
            is_plural,
            named: Named {
                entry: Some(entry),
                words,
            },
        })
    })
}

/// Whether a thing by this name is several itself: grapes.
fn shows_several(name: &str, word: &str) -> bool {
    let last = name.rsplit(' ').next().unwrap_or(name);
    last.eq_ignore_ascii_case(word) || is_several(last)
}

/// By its form.
fn is_several(word: &str) -> bool {
    let ends = |ending| word.ends_with(ending);
    word.len() > 3 && ends("s") && !["ss", "us", "is", "as"].into_iter().any(ends)
}

/// What a plural may be the plural of.
fn singulars(word: &str) -> Vec<String> {
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return vec![(*one).to_owned()];
    }
    let mut forms = Vec::new();
    let mut form = |ending: &str, instead: &str| {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() > 1
        {
            forms.push(format!("{stem}{instead}"));
        }
    };
    form("ies", "y");
    form("ves", "f");
    form("ves", "fe");
    if !word.ends_with("ss") && !word.ends_with("us") {
        form("s", "");
    }
    form("zzes", "z");
    form("es", "");
    form("'s", "");
    forms
}

/// What is known only as several: grapes, scissors.
fn plurals(word: &str) -> Vec<String> {
    let mut forms = vec![format!("{word}s"), format!("{word}es")];
    if let Some(stem) = word.strip_suffix('y') {
        forms.push(format!("{stem}ies"));
    }
    if word.len() < 3 { Vec::new() } else { forms }
}

/// The one colour among the words before a noun; of several none.
fn colour_before(tokens: &[String]) -> Option<Colour> {
    let mut colours = tokens.iter().enumerate().filter_map(|(index, token)| {
        // A blue-eyed cat is not blue.
        let of_a_part = tokens.get(index + 1).is_some_and(|next| {
            next.ends_with("ed")
                && !matches!(next.as_str(), "colored" | "coloured" | "painted" | "tinted")
        });
        colour_words::english(token).filter(|_| !of_a_part)
    });
    let colour = colours.next()?;
    colours.all(|other| other == colour).then_some(colour)
}

/// "that is red", "in blue": a colour with no noun behind it.
fn colour_behind(rest: &[String]) -> Option<Colour> {
    let (last, before) = rest.split_last()?;
    let last = match (last.as_str(), before.split_last()) {
        ("color" | "colour", Some((last, _))) => last,
        _ => last,
    };
    let colour = colour_words::english(last)?;
    let is_plain = |token: &String| {
        matches!(
            token.as_str(),
            "in" | "that"
                | "which"
                | "is"
                | "are"
                | "of"
                | "with"
                | "the"
                | "a"
                | "colored"
                | "coloured"
                | "painted"
                | "color"
                | "colour"
                | ","
                | "very"
                | "bright"
                | "dark"
                | "light"
                | "all"
        )
    };
    before
        .iter()
        .all(|token| is_plain(token) || token == last)
        .then_some(colour)
}

/// A prompt that is a colour and nothing else: a circle of it.
fn coloured_only(table: &Table, segment: &[String]) -> Option<(Named, Option<Colour>)> {
    let colour = colour_before(segment)?;
    let rest = |token: &String| {
        is_modifier(token) || matches!(token.as_str(), "color" | "colour" | "something")
    };
    if !segment.iter().all(rest) {
        return None;
    }
    let circle = table.find(&colour_words::circle(colour));
    let entry = circle.or_else(|| table.find("circle"))?.clone();
    let named = Named {
        entry: Some(entry),
        words: segment.join(" "),
    };
    Some((named, Some(colour)))
}

/// The words that name nothing known, without what stands before them.
fn unnamed(segment: &[String]) -> Named {
    let first = segment
        .iter()
        .position(|token| !is_modifier(token))
        .unwrap_or(0);
    let words = &segment[first..];
    // "a knight riding": without what it does.
    let words = match words {
        [noun @ .., doing] if !noun.is_empty() && is_doing(doing) => noun,
        words => words,
    };
    Named {
        entry: None,
        words: words.join(" "),
    }
}
