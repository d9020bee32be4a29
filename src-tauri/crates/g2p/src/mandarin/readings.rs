//! How characters are read: phrases first, since many a character has several readings.
//!
//! Tables: `mandarin/phrases.tsv` and `mandarin/characters.tsv` of a model, from pypinyin (MIT).

use super::syllable::Syllable;
use crate::{Tables, table::Table};

/// No phrase is longer, in characters; the table's longest has 10.
const LONGEST: usize = 12;

/// Readings that the tables lack or have wrong; most are those of `PaddleSpeech` (Apache-2.0).
const OWN: [(&str, &str); 22] = [
    ("嗯", "n2"),
    ("嗲", "dia3"),
    ("呗", "bei5"),
    ("嘞", "lei5"),
    ("咗", "zuo5"),
    ("开户行", "kai1 hu4 hang2"),
    ("发卡行", "fa4 ka3 hang2"),
    ("放款行", "fang4 kuan3 hang2"),
    ("行号", "hang2 hao4"),
    ("各地", "ge4 di4"),
    ("借还款", "jie4 huan2 kuan3"),
    ("为准", "wei2 zhun3"),
    ("色差", "se4 cha1"),
    ("掺和", "chan1 huo5"),
    ("背着", "bei1 zhe5"),
    ("大夫", "dai4 fu5"),
    ("耳朵", "er3 duo5"),
    ("全长", "quan2 chang2"),
    ("数一数", "shu3 yi1 shu3"),
    ("学生", "xue2 sheng5"),
    ("晚上", "wan3 shang5"),
    ("长得", "zhang3 de5"),
];

/// Characters that, as a word of their own, are read otherwise than in most words.
const ALONE: [(&str, &str); 12] = [
    ("地", "de5"),
    ("得", "de5"),
    ("着", "zhe5"),
    ("了", "le5"),
    ("长", "chang2"),
    ("教", "jiao1"),
    ("切", "qie1"),
    ("弹", "tan2"),
    ("谁", "shei2"),
    ("曾", "ceng2"),
    ("薄", "bao2"),
    ("压", "ya1"),
];

#[derive(Debug)]
pub(super) struct Readings {
    phrases: Table,
    characters: Table,
}

impl Readings {
    /// # Errors
    /// Those of `tables`.
    pub(super) fn open<T: Tables>(tables: &T) -> Result<Self, T::Error> {
        Ok(Self {
            phrases: Table::open(tables, "mandarin/phrases.tsv")?,
            characters: Table::open(tables, "mandarin/characters.tsv")?,
        })
    }

    #[cfg(test)]
    pub(super) fn new(phrases: &str, characters: &str) -> Option<Self> {
        Some(Self {
            phrases: Table::new(phrases.to_owned())?,
            characters: Table::new(characters.to_owned())?,
        })
    }

    /// One syllable a character: the longest phrase that begins there, else the character alone.
    pub(super) fn read(&self, word: &str) -> Vec<Syllable> {
        if let Some((_, read)) = ALONE.iter().find(|(alone, _)| *alone == word) {
            return vec![Syllable::parse(read)];
        }
        let mut syllables = Vec::new();
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let (length, phrase) = self.longest(rest).unwrap_or((first.len_utf8(), ""));
            let before = syllables.len();
            syllables.extend(
                phrase
                    .split(' ')
                    .filter(|one| !one.is_empty())
                    .map(Syllable::parse),
            );
            // A table that does not fit its phrases must not shift all that follows.
            let count = rest[..length].chars().count();
            syllables.resize_with(before + count, Syllable::unknown);
            let characters = rest[..length].chars().zip(&mut syllables[before..]);
            characters.for_each(|(character, syllable)| as_alone(character, syllable));
            rest = &rest[length..];
        }
        syllables
    }

    fn longest<'t>(&'t self, text: &str) -> Option<(usize, &'t str)> {
        let ends: Vec<usize> = text
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .take(LONGEST)
            .collect();
        ends.iter().rev().find_map(|&end| {
            let part = &text[..end];
            let own = OWN.iter().find(|(word, _)| *word == part);
            let read = own.map(|(_, read)| *read);
            let read = read.or_else(|| self.phrases.get(part));
            let alone = || self.characters.get(part).filter(|_| end == ends[0]);
            read.or_else(alone).map(|read| (end, read))
        })
    }
}

/// Some phrases are listed with the tone that 一 and 不 have in them: which one that is, the rules say.
fn as_alone(character: char, syllable: &mut Syllable) {
    match (character, syllable.pinyin.as_str(), syllable.tone) {
        ('一', "yi", 2 | 4) => syllable.tone = 1,
        ('不', "bu", 2) => syllable.tone = 4,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let readings = Readings::new(
            "银行\tyin2 hang2\n银行家\tyin2 hang2\n",
            "行\txing2\n银\tyin2\n",
        );
        let syllables = readings.unwrap().read(text);
        let one = |syllable: &Syllable| format!("{}{}", syllable.pinyin, syllable.tone);
        syllables.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_longest_phrase_decides() {
        assert_eq!(read("行银行行"), "xing2 yin2 hang2 xing2");
        assert_eq!(read("地"), "de5");
    }

    #[test]
    fn one_and_not_are_read_as_alone_whatever_a_phrase_says() {
        let phrases = "不怕\tbu2 pa4\n对不起\tdui4 bu5 qi3\n第一名\tdi4 yi4 ming2\n";
        let readings = Readings::new(phrases, "一\tyi1\n").unwrap();
        let tones = |text: &str| -> Vec<u8> {
            let read = readings.read(text);
            read.iter().map(|syllable| syllable.tone).collect()
        };
        assert_eq!(tones("第一名"), [4, 1, 2]);
        assert_eq!(tones("不怕"), [4, 4]);
        assert_eq!(tones("对不起"), [4, 5, 3]);
    }

    #[test]
    fn what_nobody_knows_keeps_its_place() {
        assert_eq!(read("行𪚥行"), "xing2 5 xing2");
        // A phrase with too few syllables.
        assert_eq!(read("银行家行"), "yin2 hang2 5 xing2");
    }
}
