//! Cuts tokens into the parts that are read one by one, and groups those without space between.

use fancy_regex::Regex;

use super::{
    currency::{Currency, currency},
    token::Token,
};

/// Marks that a voice makes a pause or a tone of.
const SAID_MARKS: &str = ";:,.!?—…\"“”";

const PUNCTUATION_TAGS: [&str; 11] = [
    ".", ",", "-LRB-", "-RRB-", "``", "\"\"", "''", ":", "$", "#", "NFP",
];

/// The parts of a token: runs of letters, of digits, of dashes, `Mac|Book`.
pub(super) fn part_pattern() -> Result<Regex, Box<fancy_regex::Error>> {
    Ok(Regex::new(concat!(
        "^['‘’]+|[A-ZÀ-ÖØ-Þ](?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])|",
        r"(?:^-)?(?:\d?[,.]?\d)+|[-_]+|['‘’]{2,}|",
        r"[\p{L}\p{Nl}\p{No}]*?(?:['‘’][\p{L}\p{Nl}\p{No}])*?[a-zß-öø-ÿ](?=[A-ZÀ-ÖØ-Þ])|",
        r"[\p{L}\p{Nl}\p{No}]+(?:['‘’][\p{L}\p{Nl}\p{No}])*|",
        r"[^\p{L}\p{N}_\-'‘’]|['‘’]+$",
    ))?)
}

/// A word as it stands between spaces, or a piece of it that is settled.
#[derive(Debug)]
pub(super) struct Group {
    /// Never empty.
    pub(super) tokens: Vec<Token>,
    /// Whether what follows without a space belongs to it.
    open: bool,
}

pub(super) fn group(tokens: Vec<Token>, pattern: &Regex) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut currency = None;
    let scales: Vec<bool> = tokens.iter().map(is_scale).collect();
    for (index, token) in tokens.into_iter().enumerate() {
        let scaled = scales.get(index + 1) == Some(&true);
        let parts = parts(token, pattern);
        let texts: Vec<String> = parts.iter().map(|part| part.text.clone()).collect();
        for (place, mut part) in parts.into_iter().enumerate() {
            let is_last = place + 1 == texts.len();
            settle(&mut part, &texts, place, &mut currency, is_last && !scaled);
            if part.is_settled() {
                groups.push(Group {
                    tokens: vec![part],
                    open: false,
                });
                continue;
            }
            match groups.last_mut() {
                Some(group) if group.open && !group.tokens.last().is_some_and(|t| t.space) => {
                    part.is_head = false;
                    group.tokens.push(part);
                }
                _ => groups.push(Group {
                    open: !part.space,
                    tokens: vec![part],
                }),
            }
        }
    }
    groups
}

/// The `million` of `$5 million`, which the unit follows; the `300` of `$5, 300 came` is another number.
fn is_scale(token: &Token) -> bool {
    const SCALES: [&str; 6] = [
        "hundred", "thousand", "million", "billion", "trillion", "dozen",
    ];
    token.tag == "CD" && SCALES.contains(&token.text.as_str())
}

fn parts(token: Token, pattern: &Regex) -> Vec<Token> {
    if token.is_settled() || is_plain(&token.text) {
        return vec![token];
    }
    let found = pattern.find_iter(&token.text).map_while(Result::ok);
    let mut parts: Vec<Token> = found
        .map(|part| {
            let start = token.range.start + part.start();
            let range = start..start + part.as_str().len();
            Token::new(part.as_str().to_owned(), token.tag, range)
        })
        .collect();
    match parts.last_mut() {
        Some(last) => last.space = token.space,
        None => parts.push(token),
    }
    parts
}

/// What most words are, and what the pattern leaves whole: letters, a capital at most at the front.
fn is_plain(text: &str) -> bool {
    let mut letters = text.bytes();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_lowercase())
}

/// Gives a part the reading that its tag alone decides: punctuation, currency signs, `B2B`.
fn settle(
    part: &mut Token,
    texts: &[String],
    place: usize,
    currency_before: &mut Option<Currency>,
    ends_number: bool,
) {
    if part.is_settled() {
        return;
    }
    let letters = part
        .text
        .chars()
        .all(|c| c.to_ascii_lowercase().is_ascii_lowercase());
    // Before "degrees" the tagger takes -24 for a dash.
    let has_digit = part.text.contains(|c: char| c.is_ascii_digit());
    if part.tag == "$"
        && let Some(currency) = currency(&part.text)
    {
        *currency_before = Some(currency);
        part.phonemes = Some(String::new());
    } else if part.tag == ":" && matches!(part.text.as_str(), "-" | "–") {
        part.phonemes = Some("—".to_owned());
    } else if matches!(part.text.as_str(), "“" | "”") {
        // Whatever the tagger takes it for: the word behind it is read as without it.
        *currency_before = None;
        part.phonemes = Some(part.text.clone());
    } else if part.text == "\"" && !PUNCTUATION_TAGS.contains(&part.tag) {
        *currency_before = None;
        part.phonemes = Some(if part.space { "”" } else { "“" }.to_owned());
    } else if PUNCTUATION_TAGS.contains(&part.tag) && !letters && !has_digit {
        // A sign has one sum, and a mark ends it.
        *currency_before = None;
        part.phonemes = Some(match part.tag {
            "-LRB-" => "(".to_owned(),
            "-RRB-" => ")".to_owned(),
            "``" => "“".to_owned(),
            "\"\"" | "''" => "”".to_owned(),
            _ => part
                .text
                .chars()
                .filter(|c| SAID_MARKS.contains(*c))
                .collect(),
        });
    } else if currency_before.is_some() {
        if part.tag != "CD" {
            *currency_before = None;
        } else if ends_number {
            part.currency = currency_before.take();
        }
    } else if part.text == "2" && place > 0 && place + 1 < texts.len() {
        let before = texts[place - 1].chars().next_back();
        let after = texts[place + 1].chars().next();
        if before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic) {
            part.alias = Some("to");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(text: &str, tag: &'static str) -> Vec<Vec<String>> {
        let token = Token::new(text.to_owned(), tag, 0..text.len());
        let groups = group(vec![token], &part_pattern().unwrap());
        let texts = |group: Group| group.tokens.into_iter().map(|token| token.text).collect();
        groups.into_iter().map(texts).collect()
    }

    #[test]
    fn words_fall_into_parts() {
        assert_eq!(grouped("MacBook", "NNP"), [["Mac", "Book"]]);
        assert_eq!(grouped("USAs", "NNP"), [["USAs"]]);
        assert_eq!(grouped("A320-neo", "NN"), [["A", "320", "-", "neo"]]);
        assert_eq!(grouped("1,234.5", "CD"), [["1,234.5"]]);
        assert_eq!(grouped("don't", "VB"), [["don't"]]);
        assert_eq!(grouped("B2B", "NN"), [vec!["B"], vec!["2"], vec!["B"]]);
    }

    #[test]
    fn marks_are_settled_by_their_tag() {
        let token = |text: &str, tag| Token::new(text.to_owned(), tag, 0..text.len());
        let tokens = vec![
            token("$", "$"),
            token("5", "CD"),
            token("!", "."),
            token("“", "``"),
        ];
        let groups = group(tokens, &part_pattern().unwrap());
        let said: Vec<_> = groups
            .iter()
            .map(|g| g.tokens[0].phonemes.as_deref())
            .collect();
        assert_eq!(said, [Some(""), None, Some("!"), Some("“")]);
        assert_eq!(groups[1].tokens[0].currency, Some(Currency::Dollar));
    }

    #[test]
    fn a_sign_is_of_one_sum() {
        let currencies = |words: &[(&str, &'static str)]| {
            let tokens = words
                .iter()
                .map(|(text, tag)| Token::new((*text).to_owned(), tag, 0..text.len()));
            let groups = group(
                tokens
                    .map(|token| Token {
                        space: true,
                        ..token
                    })
                    .collect(),
                &part_pattern().unwrap(),
            );
            let with = groups
                .into_iter()
                .filter(|group| group.tokens[0].currency.is_some());
            with.map(|group| group.tokens[0].text.clone())
                .collect::<Vec<_>>()
        };
        let (sign, five, more) = (("$", "$"), ("5", "CD"), ("300", "CD"));
        assert_eq!(currencies(&[sign, five, (",", ","), more]), ["5"]);
        assert_eq!(currencies(&[sign, five, more]), ["5"]);
        assert_eq!(currencies(&[sign, (",", ","), more]), [""; 0]);
        assert_eq!(
            currencies(&[sign, five, ("million", "CD"), more]),
            ["million"]
        );
    }
}
