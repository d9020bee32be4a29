//! Mandarin text to phonemes: numbers written out, words cut, characters read, tones changed.
//!
//! A text goes round so: runs of Chinese and of other languages → (for a Chinese run) signs and
//! digits in words → jieba's words with parts of speech → readings by phrase → tone sandhi and
//! erhua → the phonemes Kokoro was taught, which are misaki's. Traditional characters are read as
//! their simplified ones.

mod known;
mod meanings;
mod normalize;
mod numbers;
mod readings;
mod runs;
mod sandhi;
mod sentences;
mod syllable;
mod words;

use std::{io::Cursor, ops::Range};

use jieba_rs::Jieba;

use super::{ReadWord, Tables, normalized_text::NormalizedText, simplified::Simplified};
use meanings::Meanings;
use normalize::Normalizer;
use readings::Readings;
pub use runs::is_chinese;
use runs::{is_formula, is_han, is_wide_mark};
use syllable::Syllable;

const DICTIONARY: &str = "mandarin/words.txt";

/// Everything that reading Mandarin takes, loaded: about 60 MB.
pub struct Mandarin {
    jieba: Jieba,
    readings: Readings,
    meanings: Meanings,
    normalizer: Normalizer,
    simplified: Simplified,
}

impl std::fmt::Debug for Mandarin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Mandarin").finish_non_exhaustive()
    }
}

impl Mandarin {
    /// Reads the tables under `mandarin/`.
    ///
    /// # Errors
    /// Those of `tables`.
    pub fn open<T: Tables>(tables: &T) -> Result<Self, T::Error> {
        let words = tables.text(DICTIONARY, "dictionary of Chinese words")?;
        let broken = |reason: &dyn ToString| tables.broken(DICTIONARY, &reason.to_string());
        let mut jieba =
            Jieba::with_dict(&mut Cursor::new(words)).map_err(|error| broken(&error))?;
        // Its 长 is another than that of 很长.
        jieba.add_word("长得", None, Some("v"));
        Ok(Self {
            jieba,
            readings: Readings::open(tables)?,
            meanings: Meanings::new().map_err(|error| broken(&error))?,
            normalizer: Normalizer::new().map_err(|error| broken(&error))?,
            simplified: Simplified::new(),
        })
    }

    /// The pieces of a text with Chinese in it that are read at once: ranges of its bytes in ascending
    /// order, none empty, none so long that reading it takes seconds. None for a text without Chinese,
    /// which is the other language's to cut.
    pub fn sentences(text: &str) -> Option<Vec<Range<usize>>> {
        (text.contains(is_han) || is_chinese(text) && text.contains(is_wide_mark))
            .then(|| sentences::split(text))
    }

    /// How one of them is said; `start` is where it begins in the whole text, in characters. `other` reads
    /// what is in another language, from a place in the whole text on.
    ///
    /// # Errors
    /// Those of `other`.
    pub fn read<E>(
        &self,
        sentence: &str,
        start: u32,
        mut other: impl FnMut(&str, u32) -> Result<Vec<ReadWord>, E>,
    ) -> Result<Vec<ReadWord>, E> {
        let unit_at = |text: &str| self.normalizer.unit_at(text);
        // Digits alone are the voice's own to read, and so are formulas.
        if sentence.contains(char::is_alphabetic)
            && !sentence.contains(is_han)
            && !sentence.contains(is_wide_mark)
            && !is_formula(sentence, unit_at)
        {
            return other(sentence, start);
        }
        let mut words: Vec<ReadWord> = Vec::new();
        let mut place = start;
        let mut clings = false;
        let currency_at = |text: &str| self.normalizer.currency_at(text);
        for run in runs::runs(sentence, unit_at, currency_at) {
            let text = &sentence[run.range];
            if run.chinese {
                words.extend(self.read_run(text, place, clings));
            } else {
                words.extend(other(text, place)?);
                if let Some(last) = words.last_mut() {
                    last.space = true;
                }
            }
            clings = !run.chinese;
            place += text.chars().count() as u32;
        }
        attach_marks(&mut words);
        Ok(words)
    }

    /// Reads a Chinese run; `clings` says that a Latin letter stands directly before it.
    fn read_run(&self, text: &str, start: u32, clings: bool) -> Vec<ReadWord> {
        let mut normalized = NormalizedText::new(text, start);
        // Where a phrase has another length in simplified characters, it is read as it stands.
        normalized.exchange(&self.simplified.convert(text));
        self.normalizer.normalize(&mut normalized, clings);
        let text = normalized.text();
        let mut words = Vec::new();
        for piece in pieces(text) {
            if is_han(text[piece.clone()].chars().next().unwrap_or(' ')) {
                self.read_words(&text[piece.clone()], |range, syllables| {
                    let place = piece.start + range.start..piece.start + range.end;
                    let phonemes = syllables.iter().filter_map(Syllable::phonemes);
                    words.push(read_word(normalized.origin(place), phonemes.collect()));
                });
            } else {
                let said = mark(&text[piece.clone()]).to_owned();
                words.push(read_word(normalized.origin(piece), said));
            }
        }
        words
    }

    /// The syllables of a Chinese text as they are said, tones changed by their neighbours: `ni2`,
    /// `hao3`; the neutral tone is 5. What is not Chinese is left out.
    pub fn syllables(&self, text: &str) -> Vec<String> {
        let mut normalized = NormalizedText::new(text, 0);
        normalized.exchange(&self.simplified.convert(text));
        self.normalizer.normalize(&mut normalized, false);
        let text = normalized.text();
        let mut said = Vec::new();
        for piece in pieces(text) {
            if text[piece.clone()].starts_with(is_han) {
                self.read_words(&text[piece], |_, syllables| {
                    said.extend(syllables.iter().map(Syllable::to_string));
                });
            }
        }
        said
    }

    /// Hands over each word of a text of Chinese characters, with its syllables.
    fn read_words(&self, text: &str, mut each: impl FnMut(Range<usize>, &[Syllable])) {
        let cut = words::cut(&self.jieba, text);
        let meant = self.meanings.read(text, &cut);
        // Every word that is read is a part of the text: where it begins, its place tells.
        let read = |word: &str| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            let mut syllables = self.readings.read(word);
            settle(word, start, meant.iter(), &mut syllables);
            syllables
        };
        let joined = words::join(text, cut, read);
        for word in joined {
            let written = &text[word.range.clone()];
            let mut syllables = read(written);
            let halves = words::halves(&self.jieba, written);
            sandhi::change(written, &word.tag, halves, &mut syllables);
            let fixed = meant.iter().filter(|(.., fixed)| *fixed);
            settle(written, word.range.start, fixed, &mut syllables);
            sandhi::curl(written, &word.tag, &mut syllables);
            each(word.range, &syllables);
        }
    }
}

/// Puts readings in the place of those that a word's characters have.
fn settle<'m>(
    word: &str,
    start: usize,
    meant: impl Iterator<Item = &'m (usize, Syllable, bool)>,
    syllables: &mut [Syllable],
) {
    let end = start + word.len();
    for (place, meant, _) in meant.filter(|(place, ..)| (start..end).contains(place)) {
        let index = word.char_indices().position(|(at, _)| start + at == *place);
        if let Some(syllable) = index.and_then(|index| syllables.get_mut(index)) {
            *syllable = meant.clone();
        }
    }
}

fn read_word((start, end): (u32, u32), phonemes: String) -> ReadWord {
    ReadWord {
        start,
        end,
        phonemes,
        space: true,
    }
}

/// Runs of Chinese characters, runs of what has no sound, and every mark alone; white space is left
/// out.
fn pieces(text: &str) -> Vec<Range<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        Han,
        Silent,
        Mark,
        Space,
    }
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut before = Kind::Space;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let kind = match c {
            _ if is_han(c) => Kind::Han,
            _ if c.is_whitespace() => Kind::Space,
            _ if mark(&text[at..end]).is_empty() => Kind::Silent,
            _ => Kind::Mark,
        };
        match pieces.last_mut() {
            Some(piece) if kind == before && matches!(kind, Kind::Han | Kind::Silent) => {
                piece.end = end;
            }
            _ if kind == Kind::Space => {}
            _ => pieces.push(at..end),
        }
        before = kind;
    }
    pieces
}

/// How a mark is written in phonemes; empty where it is silent.
fn mark(mark: &str) -> &'static str {
    match mark {
        "、" | "，" | "," => ",",
        "。" | "．" | "." => ".",
        "！" | "!" => "!",
        "：" | ":" => ":",
        "；" | ";" => ";",
        "？" | "?" => "?",
        "«" | "《" | "「" | "『" | "【" | "“" => "“",
        "»" | "》" | "」" | "』" | "】" | "”" => "”",
        "（" | "(" => "(",
        "）" | ")" => ")",
        "…" => "…",
        "—" => "—",
        _ => "",
    }
}

/// Closing marks cling to the word before, opening ones to the word after.
fn attach_marks(words: &mut [ReadWord]) {
    for index in 0..words.len() {
        match words[index].phonemes.as_str() {
            "," | "." | "!" | ":" | ";" | "?" | "”" | ")" | "…" if index > 0 => {
                words[index - 1].space = false;
            }
            "“" | "(" => words[index].space = false,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
