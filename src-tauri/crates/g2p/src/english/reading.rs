//! Reads the groups of a sentence, from its end to its beginning: how a word is said depends on the
//! sound that follows.
//!
//! Source: misaki 0.9.4, `en.py` (Apache-2.0), as ported in hibari-tts 0.2.1.

use fancy_regex::Regex;

use super::{
    groups::Group,
    lexicon::{Context, Lexicon},
    stress::{self, PRIMARY, Stress},
    token::{self, Token},
};

/// Reads the letters of a word that no dictionary has; none where it has no letter that is known.
pub(super) type Oov<'a, E> = dyn FnMut(&str) -> Result<Option<String>, E> + 'a;

/// Parts that are silent inside a word.
fn is_silent(text: &str) -> bool {
    text.chars().all(|c| "',-._‘’/".contains(c))
}

fn is_pause(c: char) -> bool {
    ";:,.!?—…".contains(c)
}

/// The words, numbers and signs of something no rule could read.
pub(super) fn piece_pattern() -> Result<Regex, Box<fancy_regex::Error>> {
    Ok(Regex::new(concat!(
        r"[\p{L}\p{Nl}\p{No}]+(?:['’][\p{L}\p{Nl}\p{No}]+)*|",
        r"\d+(?:[,.]\d+)*(?:(?:s|st|nd|rd|th)(?![\p{L}\p{N}]))?|[^\p{L}\p{N}_\s]+",
    ))?)
}

pub(super) struct Reader<'a, E> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) oov: &'a mut Oov<'a, E>,
    pub(super) pieces: &'a Regex,
}

impl<E> Reader<'_, E> {
    /// Gives every group its phonemes, in the order of the groups; empty where it is silent.
    pub(super) fn read(&mut self, groups: &mut [Group]) -> Result<(), E> {
        let mut context = Context::default();
        for group in groups.iter_mut().rev() {
            match group.tokens.as_mut_slice() {
                [token] => self.read_one(token, &mut context)?,
                tokens => self.read_several(tokens, &mut context)?,
            }
        }
        Ok(())
    }

    fn read_one(&mut self, token: &mut Token, context: &mut Context) -> Result<(), E> {
        if token.phonemes.is_none() {
            token.phonemes = self.lexicon.read(token, *context);
        }
        if token.phonemes.is_none() {
            token.phonemes = Some(self.guess(&token.text)?);
        }
        *context = before(*context, token, token.phonemes.as_deref());
        Ok(())
    }

    /// Finds the longest runs of tokens that can be read together, the last ones first.
    fn read_several(&mut self, tokens: &mut [Token], context: &mut Context) -> Result<(), E> {
        let (mut left, mut right) = (0, tokens.len());
        while left < right {
            let run = &tokens[left..right];
            let whole = if run.iter().any(Token::is_settled) {
                None
            } else {
                token::merge(run)
            };
            let read = whole.and_then(|whole| {
                let phonemes = self.lexicon.read(&whole, *context)?;
                Some((whole, phonemes))
            });
            if let Some((whole, phonemes)) = read {
                *context = before(*context, &whole, Some(&phonemes));
                for silent in &mut tokens[left + 1..right] {
                    silent.phonemes = Some(String::new());
                }
                tokens[left].phonemes = Some(phonemes);
                right = left;
                left = 0;
            } else if left + 1 < right {
                left += 1;
            } else {
                right -= 1;
                let last = &mut tokens[right];
                if last.phonemes.is_none() {
                    if !is_silent(&last.text) {
                        return self.guess_several(tokens);
                    }
                    last.phonemes = Some(String::new());
                }
                left = 0;
            }
        }
        settle_stress(tokens);
        Ok(())
    }

    fn guess_several(&mut self, tokens: &mut [Token]) -> Result<(), E> {
        let text: String = tokens.iter().map(|token| token.text.as_str()).collect();
        let guess = self.guess(&text)?;
        for token in tokens.iter_mut() {
            token.phonemes = Some(String::new());
        }
        if let Some(first) = tokens.first_mut() {
            first.phonemes = Some(guess);
        }
        Ok(())
    }

    /// Letters go to the network, digits to the number reader, signs to a table.
    fn guess(&mut self, text: &str) -> Result<String, E> {
        let mut said = Vec::new();
        for piece in self.pieces.find_iter(text).map_while(Result::ok) {
            let piece = piece.as_str();
            let phonemes = if piece.starts_with(|c: char| c.is_ascii_digit()) {
                self.lexicon.digits(piece)
            } else if piece.starts_with(char::is_alphabetic) {
                match self.lexicon.named(piece) {
                    Some(said) => Some(said.to_owned()),
                    None => (self.oov)(piece)?,
                }
            } else {
                Some(piece.chars().map(sign).collect())
            };
            said.extend(phonemes.filter(|phonemes| !phonemes.is_empty()));
        }
        Ok(said.join(" "))
    }
}

/// What the sound of a word means for the word before it.
fn before(context: Context, token: &Token, phonemes: Option<&str>) -> Context {
    let telling = phonemes
        .unwrap_or_default()
        .chars()
        .find(|&c| stress::is_vowel(c) || stress::is_consonant(c) || is_pause(c));
    let future_vowel = match telling {
        None => context.future_vowel,
        Some(c) if is_pause(c) => None,
        Some(c) => Some(stress::is_vowel(c)),
    };
    let shouted = token.text == "TO" && matches!(token.tag, "TO" | "IN");
    Context {
        future_vowel,
        future_to: shouted || matches!(token.text.as_str(), "to" | "To"),
    }
}

/// Lowers the stress of the lighter parts of a compound, unless its parts are words apart.
fn settle_stress(tokens: &mut [Token]) {
    let text: String = tokens.iter().map(|token| token.text.as_str()).collect();
    let kind = |c: char| {
        if c.is_alphabetic() {
            0
        } else {
            1 + usize::from(!c.is_ascii_digit())
        }
    };
    let mut kinds = text.chars().filter(|c| !"',-._‘’/".contains(*c)).map(kind);
    let first = kinds.next();
    let mixed = kinds.any(|kind| Some(kind) != first);
    let apart = mixed || text.contains([' ', '/']);
    let last = tokens.len().saturating_sub(1);
    for (index, token) in tokens.iter_mut().enumerate() {
        if token.phonemes.is_some() {
            token.space_before |= index > 0 && apart;
        } else if index == last
            && token.text.chars().count() == 1
            && token.text.chars().all(is_pause)
        {
            token.phonemes = Some(token.text.clone());
        } else if is_silent(&token.text) {
            token.phonemes = Some(String::new());
        }
    }
    if apart {
        return;
    }
    let said = |(index, token): (usize, &Token)| {
        let phonemes = token.phonemes.as_deref().filter(|said| !said.is_empty())?;
        Some((phonemes.contains(PRIMARY), stress::weight(phonemes), index))
    };
    let mut parts: Vec<_> = tokens.iter().enumerate().filter_map(said).collect();
    let primary = parts.iter().filter(|part| part.0).count();
    let lowered: Vec<usize> = match parts[..] {
        [(_, _, first), (_, _, second)] if tokens[first].text.chars().count() == 1 => vec![second],
        _ if parts.len() < 2 || primary <= parts.len().div_ceil(2) => Vec::new(),
        _ => {
            parts.sort_unstable();
            let lighter = parts.len() / 2;
            parts.iter().take(lighter).map(|part| part.2).collect()
        }
    };
    for index in lowered {
        let token = &mut tokens[index];
        let phonemes = token.phonemes.take().unwrap_or_default();
        token.phonemes = Some(stress::apply(&phonemes, Some(Stress::Lowered)));
    }
}

/// How a sign is read where nothing else could be made of it.
fn sign(c: char) -> &'static str {
    match c {
        '/' => "slˈæʃ",
        '=' => "ˈikwᵊlz",
        '+' => "plˈʌs",
        '&' => "ænd",
        '@' => "æt",
        '%' => "pəɹsˈɛnt",
        '#' => "hˈæʃ",
        '*' => "ˈæstəɹˌɪsk",
        '~' => "tˈɪldə",
        '^' => "kˈɛɹət",
        '<' => "lˈɛs ðən",
        '>' => "ɡɹˈATəɹ ðən",
        '—' => "—",
        _ => "",
    }
}
