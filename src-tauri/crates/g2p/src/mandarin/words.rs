//! Cuts Chinese into the words within which tones change, and joins those that a dictionary keeps
//! apart.
//!
//! Source: `pre_merge_for_modify` of `PaddleSpeech`'s `tone_sandhi.py` (Apache-2.0), by way of misaki
//! 0.9.4.

use std::ops::Range;

use jieba_rs::Jieba;

use super::syllable::Syllable;

/// A word and its part of speech, in the letters of jieba's dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// In bytes of the text that was cut.
    pub(super) range: Range<usize>,
    pub(super) tag: String,
}

const NOT: &str = "不";
const ONE: &str = "一";

/// The words of a text of nothing but Chinese characters.
pub(super) fn cut(jieba: &Jieba, text: &str) -> Vec<Word> {
    let mut end = 0;
    let tags = jieba.tag(text, false);
    let words = tags.into_iter().map(|tag| {
        let start = end;
        end += tag.word.len();
        Word {
            range: start..end,
            tag: tag.tag.to_owned(),
        }
    });
    words.collect()
}

/// Where a longer word falls into two, in characters: its shortest part decides.
pub(super) fn halves(jieba: &Jieba, word: &str) -> usize {
    let count = word.chars().count();
    let parts = jieba.cut_for_search(word, true);
    let shortest = parts.iter().map(|token| token.word);
    let Some(shortest) = shortest.min_by_key(|part| part.chars().count()) else {
        return count;
    };
    let length = shortest.chars().count();
    if word.starts_with(shortest) {
        length
    } else {
        count - length
    }
}

/// Joins the words that change one another's tones.
pub(super) fn join(
    text: &str,
    words: Vec<Word>,
    read: impl Fn(&str) -> Vec<Syllable>,
) -> Vec<Word> {
    let words = join_not(text, words);
    let words = join_one(text, &words);
    let words = join_doubles(text, words);
    let words = join_thirds(text, words, &read, |before, after| {
        before.iter().chain(after).all(is_third)
    });
    let words = join_thirds(text, words, &read, |before, after| {
        before.last().is_some_and(is_third) && after.first().is_some_and(is_third)
    });
    join_r(text, words)
}

fn is_third(syllable: &Syllable) -> bool {
    syllable.tone == 3
}

/// 不 goes with the word after it.
fn join_not(text: &str, words: Vec<Word>) -> Vec<Word> {
    let mut joined = Vec::with_capacity(words.len());
    let mut waiting: Option<usize> = None;
    let count = words.len();
    for (index, mut word) in words.into_iter().enumerate() {
        let alone = &text[word.range.clone()] == NOT;
        word.range.start = waiting.take().unwrap_or(word.range.start);
        if alone && index + 1 < count {
            waiting = Some(word.range.start);
        } else {
            joined.push(word);
        }
    }
    joined
}

/// 一 goes with the word after it, and between two that are the same with both: 听一听.
fn join_one(text: &str, words: &[Word]) -> Vec<Word> {
    let part = |word: &Word| &text[word.range.clone()];
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let around = index.checked_sub(1).and_then(|at| words.get(at));
        let around = around.zip(words.get(index + 1));
        let between = around.is_some_and(|(before, after)| {
            let verb = before.tag == "v" || matches!(part(before), "量" | "数");
            part(word) == ONE && part(before) == part(after) && verb
        });
        match (joined.last_mut(), around) {
            (Some(last), Some((_, after))) if between => {
                last.range.end = after.range.end;
                index += 1;
            }
            _ => joined.push(word.clone()),
        }
        index += 1;
    }
    fold(joined, |last, _| part(last) == ONE)
}

/// 看看 is one word.
fn join_doubles(text: &str, words: Vec<Word>) -> Vec<Word> {
    fold(words, |last, word| {
        text[last.range.clone()] == text[word.range.clone()]
    })
}

/// 花 and 儿 are one word.
fn join_r(text: &str, words: Vec<Word>) -> Vec<Word> {
    fold(words, |_, word| &text[word.range.clone()] == "儿")
}

/// Joins a word to the one before where `together` says so.
fn fold(words: Vec<Word>, together: impl Fn(&Word, &Word) -> bool) -> Vec<Word> {
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        match joined.last_mut() {
            Some(last) if together(last, &word) => last.range.end = word.range.end,
            _ => joined.push(word),
        }
    }
    joined
}

/// Short neighbours in the third tone, up to three characters together.
fn join_thirds(
    text: &str,
    words: Vec<Word>,
    read: &impl Fn(&str) -> Vec<Syllable>,
    meet: impl Fn(&[Syllable], &[Syllable]) -> bool,
) -> Vec<Word> {
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    let mut before: Option<(Vec<Syllable>, &str)> = None;
    let mut just_joined = false;
    for word in words {
        let here = &text[word.range.clone()];
        let syllables = read(here);
        let together = before.as_ref().is_some_and(|(last, part)| {
            let doubled = last.len() == 2 && part.chars().next() == part.chars().nth(1);
            !just_joined && !doubled && last.len() + syllables.len() <= 3 && meet(last, &syllables)
        });
        match joined.last_mut() {
            Some(last) if together => last.range.end = word.range.end,
            _ => joined.push(word),
        }
        just_joined = together;
        before = Some((syllables, here));
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(parts: &[(&str, &str)]) -> (String, Vec<Word>) {
        let mut text = String::new();
        let mut words = Vec::new();
        for (part, tag) in parts {
            let start = text.len();
            text += part;
            words.push(Word {
                range: start..text.len(),
                tag: (*tag).to_owned(),
            });
        }
        (text, words)
    }

    /// 我 and 好 are the only characters here with a third tone.
    fn joined(parts: &[(&str, &str)]) -> String {
        let (text, words) = words(parts);
        let read = |word: &str| {
            let tone = |c| if "我很好".contains(c) { "a3" } else { "a1" };
            word.chars().map(|c| Syllable::parse(tone(c))).collect()
        };
        let joined = join(&text, words, read);
        let parts: Vec<_> = joined
            .iter()
            .map(|word| &text[word.range.clone()])
            .collect();
        parts.join("|")
    }

    #[test]
    fn words_that_change_one_another_are_joined() {
        assert_eq!(joined(&[("我", "r"), ("不", "d"), ("怕", "v")]), "我|不怕");
        assert_eq!(joined(&[("不", "d"), ("不", "d"), ("怕", "v")]), "不不怕");
        assert_eq!(joined(&[("说", "v"), ("不", "d")]), "说|不");
        assert_eq!(joined(&[("听", "v"), ("一", "m"), ("听", "v")]), "听一听");
        assert_eq!(joined(&[("有", "v"), ("一", "m"), ("天", "q")]), "有|一天");
        assert_eq!(joined(&[("看", "v"), ("看", "v"), ("书", "n")]), "看看|书");
        assert_eq!(joined(&[("我", "r"), ("很", "d"), ("好", "a")]), "我很好");
        assert_eq!(joined(&[("花", "n"), ("儿", "n"), ("开", "v")]), "花儿|开");
        assert_eq!(joined(&[]), "");
    }
}
