//! Mandarin text to phonemes: numbers written out, words cut, characters read, tones changed.
//!
//! A text goes round so: runs of Chinese and of other languages → (for a Chinese run) signs and
//! digits in words → jieba's words with parts of speech → readings by phrase → tone sandhi and
//! erhua → the phonemes Kokoro was taught, which are misaki's. Traditional characters are read as
//! their simplified ones.

mod known;
mod normalize;
mod numbers;
mod readings;
mod runs;
mod sandhi;
mod sentences;
mod syllable;
mod words;

use std::{io::Cursor, ops::Range, path::Path};

use jieba_rs::Jieba;
use quartet_runtime::Cancel;

use super::{
    phonemizer::{Phonemizer, ReadWord},
    simplified::Simplified,
    traced::Traced,
};
use crate::{Error, Result, folder::ModelFolder};
use normalize::Normalizer;
use readings::Readings;
pub use runs::is_chinese;
pub(super) use runs::is_han;
use syllable::Syllable;

const DICTIONARY: &str = "mandarin/words.txt";

/// Everything that reading Mandarin takes, loaded: about 60 MB.
pub struct Mandarin {
    jieba: Jieba,
    readings: Readings,
    normalizer: Normalizer,
    simplified: Simplified,
}

impl std::fmt::Debug for Mandarin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Mandarin").finish_non_exhaustive()
    }
}

impl Mandarin {
    /// Reads the folder `mandarin` of a model.
    ///
    /// # Errors
    /// `MissingPart`, `BrokenFile`, `EscapingPath`.
    pub fn open(folder: &Path) -> Result<Self> {
        let folder = ModelFolder::new(folder);
        let words = folder.text(DICTIONARY, "dictionary of Chinese words")?;
        let mut jieba = Jieba::with_dict(&mut Cursor::new(words))
            .map_err(|error| folder.broken(DICTIONARY, error.to_string()))?;
        // Its 长 is another than that of 很长.
        jieba.add_word("长得", None, Some("v"));
        Ok(Self {
            jieba,
            readings: Readings::open(&folder)?,
            normalizer: Normalizer::new().map_err(|error| Error::unsupported(error))?,
            simplified: Simplified::new(),
        })
    }

    /// Reads a Chinese run; `clings` says that a Latin letter stands directly before it.
    fn read_run(&self, text: &str, start: u32, clings: bool) -> Vec<ReadWord> {
        let mut traced = Traced::new(text, start);
        // Where a phrase has another length in simplified characters, it is read as it stands.
        traced.exchange(&self.simplified.convert(text));
        self.normalizer.normalize(&mut traced, clings);
        let text = traced.text();
        let mut words = Vec::new();
        for piece in pieces(text) {
            if is_han(text[piece.clone()].chars().next().unwrap_or(' ')) {
                self.read_words(&text[piece.clone()], |range, syllables| {
                    let place = piece.start + range.start..piece.start + range.end;
                    let phonemes = syllables.iter().filter_map(Syllable::phonemes);
                    words.push(read_word(traced.origin(place), phonemes.collect()));
                });
            } else {
                let said = mark(&text[piece.clone()]).to_owned();
                words.push(read_word(traced.origin(piece), said));
            }
        }
        words
    }

    /// The syllables of a Chinese text as they are said, tones changed by their neighbours: `ni2`,
    /// `hao3`; the neutral tone is 5. What is not Chinese is left out.
    pub fn syllables(&self, text: &str) -> Vec<String> {
        let mut traced = Traced::new(text, 0);
        traced.exchange(&self.simplified.convert(text));
        self.normalizer.normalize(&mut traced, false);
        let text = traced.text();
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
        let read = |word: &str| self.readings.read(word);
        let joined = words::join(text, words::cut(&self.jieba, text), read);
        for word in joined {
            let written = &text[word.range.clone()];
            let mut syllables = self.readings.read(written);
            let halves = words::halves(&self.jieba, written);
            sandhi::change(written, &word.tag, halves, &mut syllables);
            sandhi::curl(written, &word.tag, &mut syllables);
            each(word.range, &syllables);
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

/// A text of Mandarin with other languages in it: the runs of each go to its reader.
#[derive(Debug)]
pub(super) struct Mixed<'a, Other> {
    pub(super) mandarin: &'a mut Mandarin,
    pub(super) other: &'a mut Other,
}

impl<Other: Phonemizer> Phonemizer for Mixed<'_, Other> {
    fn sentences(&self, text: &str) -> Vec<Range<usize>> {
        if text.contains(is_han) {
            sentences::split(text)
        } else {
            self.other.sentences(text)
        }
    }

    fn read(&mut self, sentence: &str, start: u32, cancel: &Cancel) -> Result<Vec<ReadWord>> {
        // Digits alone are the voice's own to read.
        if sentence.contains(char::is_alphabetic) && !sentence.contains(is_han) {
            return self.other.read(sentence, start, cancel);
        }
        let mut words: Vec<ReadWord> = Vec::new();
        let mut place = start;
        let mut clings = false;
        let unit_at = |text: &str| self.mandarin.normalizer.unit_at(text);
        let runs = runs::runs(sentence, unit_at);
        for run in runs {
            cancel.check()?;
            let text = &sentence[run.range];
            if run.chinese {
                words.extend(self.mandarin.read_run(text, place, clings));
            } else {
                words.extend(self.other.read(text, place, cancel)?);
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
}

/// Closing marks cling to the word before, opening ones to the word behind.
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
