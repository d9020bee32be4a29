//! English text to phonemes: normaliser, tokenizer, tagger, lexicon, and a network for the rest.
//!
//! The phonemes are misaki's, one character each; Kokoro and Hibari were taught them. Ported from
//! hibari-tts 0.2.1 (Apache-2.0), which follows misaki 0.9.4 (Apache-2.0) and spaCy 3.8 (MIT).

mod currency;
mod groups;
mod homographs;
mod lexicon;
mod normalize;
mod numbers;
mod reading;
mod sentences;
mod stress;
mod tagger;
mod token;
mod tokenize;

use std::ops::Range;

use fancy_regex::Regex;

use super::{ReadWord, Tables, normalized_text::NormalizedText};
use lexicon::Lexicon;
use normalize::Normalizer;
use reading::Reader;
use tagger::Tagger;
use token::Token;
use tokenize::WordTokenizer;

pub use lexicon::Accent;

/// Everything that reading English takes, loaded: about 10 MB.
#[derive(Debug)]
pub struct English {
    normalizer: Normalizer,
    tokenizer: WordTokenizer,
    tagger: Tagger,
    lexicon: Lexicon,
    patterns: Patterns,
}

#[derive(Debug)]
struct Patterns {
    /// `[word](/phonemes/)`
    pronounced: Regex,
    parts: Regex,
    pieces: Regex,
}

impl Patterns {
    fn new() -> std::result::Result<Self, Box<fancy_regex::Error>> {
        Ok(Self {
            pronounced: Regex::new(r"\[([^\]]+)\]\(([^\)]*)\)")?,
            parts: groups::part_pattern()?,
            pieces: reading::piece_pattern()?,
        })
    }
}

/// Patterns of the crate itself: a broken one is reported all the same.
fn patterns<P, T: Tables>(
    made: std::result::Result<P, impl std::fmt::Display>,
    tables: &T,
) -> Result<P, T::Error> {
    made.map_err(|error| tables.broken("english", &error.to_string()))
}

impl English {
    /// Reads the tables under `english/`.
    ///
    /// # Errors
    /// Those of `tables`.
    pub fn open<T: Tables>(tables: &T, accent: Accent) -> Result<Self, T::Error> {
        Ok(Self {
            normalizer: patterns(Normalizer::new(), tables)?,
            tokenizer: WordTokenizer::open(tables)?,
            tagger: Tagger::open(tables)?,
            lexicon: Lexicon::open(tables, accent)?,
            patterns: patterns(Patterns::new(), tables)?,
        })
    }

    /// Tokens with their tags; what has its pronunciation beside it is settled.
    fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut behind = 0;
        for found in self.patterns.pronounced.captures_iter(text) {
            let Ok(found) = found else { break };
            let (Some(whole), Some(word), Some(said)) = (found.get(0), found.get(1), found.get(2))
            else {
                break;
            };
            self.plain_tokens(text, behind..whole.start(), &mut tokens);
            behind = whole.end();
            let mut token = Token::new(word.as_str().to_owned(), "NN", word.range());
            token.space = text[behind..].starts_with(char::is_whitespace);
            let said = said.as_str().strip_prefix('/');
            let said = said.and_then(|said| said.strip_suffix('/'));
            token.phonemes = said.map(|said| said.trim_end_matches('/').to_owned());
            tokens.push(token);
        }
        self.plain_tokens(text, behind..text.len(), &mut tokens);
        tokens
    }

    fn plain_tokens(&self, text: &str, range: Range<usize>, tokens: &mut Vec<Token>) {
        let start = range.start;
        let part = &text[range];
        let ranges = self.tokenizer.tokenize(part);
        let words: Vec<_> = ranges.iter().map(|range| &part[range.clone()]).collect();
        let tags = self.tagger.tag(&words);
        for ((range, word), tag) in ranges.iter().zip(&words).zip(tags) {
            let place = start + range.start..start + range.end;
            let mut token = Token::new((*word).to_owned(), tag, place);
            token.space = part[range.end..].starts_with(char::is_whitespace);
            tokens.push(token);
        }
    }

    /// The pieces of a text that are read at once: ranges of its bytes in ascending order, none empty,
    /// none so long that reading it takes seconds.
    pub fn sentences(&self, text: &str) -> Vec<Range<usize>> {
        sentences::split(text)
    }

    /// How one of them is said; `start` is where it begins in the whole text, in characters. `oov` reads
    /// the letters of a word that no dictionary has.
    ///
    /// # Errors
    /// Those of `oov`.
    pub fn read<E>(
        &self,
        text: &str,
        start: u32,
        oov: &mut dyn FnMut(&str) -> Result<Option<String>, E>,
    ) -> Result<Vec<ReadWord>, E> {
        let mut normalized = NormalizedText::new(text, start);
        self.normalizer
            .normalize(&mut normalized, &|word| self.lexicon.has_word(word));
        let mut tokens = self.tokens(normalized.text());
        homographs::settle(&mut tokens, &self.lexicon);
        if let [token] = tokens.as_mut_slice()
            && token.text.eq_ignore_ascii_case("a")
        {
            // Alone it is the letter, as in 维生素A.
            token.tag = "NN";
        }
        let mut groups = groups::group(tokens, &self.patterns.parts);
        let mut reader = Reader {
            lexicon: &self.lexicon,
            oov,
            pieces: &self.patterns.pieces,
        };
        reader.read(&mut groups)?;
        let words = groups.iter().filter_map(|group| {
            let (first, last) = (group.tokens.first()?, group.tokens.last()?);
            let (start, end) = normalized.origin(first.range.start..last.range.end);
            // A flap and a glottal stop are written as the voices were taught them.
            let phonemes = token::join_phonemes(&group.tokens)
                .replace('ɾ', "T")
                .replace('ʔ', "t");
            Some(ReadWord {
                start,
                end,
                phonemes,
                space: last.space,
            })
        });
        Ok(words.collect())
    }
}
