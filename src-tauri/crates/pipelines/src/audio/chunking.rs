//! From the words of a sentence to the chunks of phonemes that a voice says at once, and back: which
//! word a phoneme is of.

use quartet_g2p::{FILLER, ReadWord};

use super::types::{SpokenWord, WordTiming};

/// A sentence, or as much of it as a voice can say at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PhonemeChunk {
    pub(super) words: Vec<SpokenWord>,
    pub(super) phonemes: Vec<char>,
    /// For each phoneme the index of its word in `words`.
    owners: Vec<u32>,
}

/// Where a clause ends, in phonemes.
const CLAUSE_ENDS: &str = ",;:—";

/// The words of a sentence as they are written: those that share a place, or have no space
/// between, are one.
pub(super) fn written(read: &[ReadWord], sentence: &str, start: u32) -> Vec<SpokenWord> {
    let places: Vec<usize> = sentence
        .char_indices()
        .map(|(at, _)| at)
        .chain([sentence.len()])
        .collect();
    let place = |character: u32| {
        let index = character.saturating_sub(start) as usize;
        places[index.min(places.len() - 1)]
    };
    let mut words: Vec<SpokenWord> = Vec::new();
    let mut apart = true;
    for one in read {
        match words.last_mut() {
            Some(word) if !apart || one.start < word.end => {
                word.start = word.start.min(one.start);
                word.end = word.end.max(one.end);
                if apart && !one.phonemes.is_empty() && !word.phonemes.is_empty() {
                    word.phonemes.push(' ');
                }
                word.phonemes += &one.phonemes;
            }
            _ => words.push(SpokenWord {
                text: String::new(),
                start: one.start,
                end: one.end,
                phonemes: one.phonemes.clone(),
            }),
        }
        apart = one.space;
    }
    for word in &mut words {
        let range = place(word.start)..place(word.end).max(place(word.start));
        word.text = sentence[range].replace(FILLER, "");
    }
    words
}

/// Whether a word that no phoneme came of was meant to be said: not a quotation mark.
pub(super) fn is_lost(word: &SpokenWord, knows: impl Fn(char) -> bool) -> bool {
    let meant = |c: char| {
        // Those of Chinese are in two blocks of their own.
        let mark = c.is_ascii()
            || "“”‘’…—–«»·•„‚‹›¿¡".contains(c)
            || matches!(c, '\u{3000}'..='\u{303f}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}');
        c.is_alphanumeric() || !(mark || c.is_whitespace() || c.is_control())
    };
    word.text.contains(meant) && !word.phonemes.chars().any(|c| is_sound(c) && knows(c))
}

/// Not a stress mark, a pause or a space.
fn is_sound(phoneme: char) -> bool {
    phoneme.is_alphabetic() && !"ˈˌː".contains(phoneme)
}

/// Cuts words into chunks of at most `most` phonemes: after a clause, else between words, else
/// anywhere. Phonemes that the voice does not know are dropped; what has no sound is no chunk.
pub(super) fn chunks(
    words: &[SpokenWord],
    most: usize,
    knows: impl Fn(char) -> bool,
) -> Vec<PhonemeChunk> {
    let mut all: Vec<(char, usize)> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let known = word.phonemes.chars().filter(|c| knows(*c));
        all.extend(known.map(|phoneme| (phoneme, index)));
        all.push((' ', index));
    }
    let mut chunks = Vec::new();
    let mut rest = all.as_slice();
    let mut first_word = 0;
    loop {
        rest = trim(rest);
        let (mut now, mut later) = rest.split_at(cut(rest, most.max(1)));
        let end_word = later.first().map_or(words.len(), |next| next.1);
        now = trim(now);
        if now.iter().any(|(phoneme, _)| is_sound(*phoneme)) {
            // A word that was cut in two is in both.
            let start = now
                .first()
                .map_or(first_word, |first| first.1.min(first_word));
            let end = end_word.max(now.last().map_or(0, |last| last.1 + 1));
            chunks.push(PhonemeChunk {
                words: words[start..end].to_vec(),
                phonemes: now.iter().map(|(phoneme, _)| *phoneme).collect(),
                owners: now.iter().map(|(_, word)| (word - start) as u32).collect(),
            });
        }
        later = trim(later);
        if later.is_empty() {
            return chunks;
        }
        first_word = later[0].1;
        rest = later;
    }
}

fn trim(mut phonemes: &[(char, usize)]) -> &[(char, usize)] {
    while let [(' ', _), rest @ ..] | [rest @ .., (' ', _)] = phonemes {
        phonemes = rest;
    }
    phonemes
}

fn cut(phonemes: &[(char, usize)], most: usize) -> usize {
    if phonemes.len() <= most {
        return phonemes.len();
    }
    let window = &phonemes[..=most];
    let clause = window
        .windows(2)
        .rposition(|pair| CLAUSE_ENDS.contains(pair[0].0) && pair[1].0 == ' ');
    let space = window.iter().rposition(|(phoneme, _)| *phoneme == ' ');
    let cut = clause.map(|at| at + 1).or(space).filter(|&at| at > 0);
    cut.unwrap_or(most)
}

impl PhonemeChunk {
    /// When each word sounds, from the samples at which the phonemes end.
    pub(super) fn timings(&self, ends: &[usize]) -> Vec<WordTiming> {
        let mut timings: Vec<WordTiming> = Vec::new();
        let mut from = 0;
        let phonemes = self.phonemes.iter().zip(&self.owners);
        for ((&phoneme, &word), &end) in phonemes.zip(ends) {
            let to = end as u32;
            if phoneme != ' ' {
                match timings.last_mut() {
                    Some(timing) if timing.word == word => timing.to = to,
                    _ => timings.push(WordTiming { word, from, to }),
                }
            }
            from = to;
        }
        timings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(start: u32, end: u32, phonemes: &str, space: bool) -> ReadWord {
        ReadWord {
            start,
            end,
            phonemes: phonemes.to_owned(),
            space,
        }
    }

    fn word(text: &str, phonemes: &str) -> SpokenWord {
        SpokenWord {
            text: text.to_owned(),
            start: 0,
            end: 0,
            phonemes: phonemes.to_owned(),
        }
    }

    fn said(chunk: &PhonemeChunk) -> String {
        chunk.phonemes.iter().collect()
    }

    #[test]
    fn what_is_written_as_one_is_one() {
        let text = "at 7:30 pm, é!";
        let words = [
            read(10, 12, "æt", true),
            read(13, 20, "sˈɛvən", true),
            read(13, 20, "θˈɜɹTi", true),
            read(20, 21, ",", true),
            read(22, 23, "A", false),
            read(23, 24, "!", false),
        ];
        let words = written(&words, text, 10);
        let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        // The comma follows a space in what is said, though not in what is written.
        assert_eq!(texts, ["at", "7:30 pm", ",", "é!"]);
        assert_eq!(words[1].phonemes, "sˈɛvən θˈɜɹTi");
        assert_eq!((words[3].start, words[3].end), (22, 24));
    }

    #[test]
    fn markup_inside_a_word_is_not_part_of_it() {
        let words = written(&[read(0, 7, "bˈOld", true)], "bo\u{2060}\u{2060}ld!", 0);
        assert_eq!(words[0].text, "bold!");
    }

    #[test]
    fn places_outside_the_sentence_do_no_harm() {
        let words = written(&[read(90, 95, "a", false)], "abc", 0);
        assert_eq!(words[0].text, "");
    }

    #[test]
    fn long_sentences_are_cut_after_clauses_then_words_then_anywhere() {
        let words = [
            word("a", "aaa,"),
            word("b", "bbb"),
            word("c", "cccccccccccc"),
        ];
        let cut = |most| chunks(&words, most, |_| true);
        let texts = |most| cut(most).iter().map(said).collect::<Vec<_>>();
        assert_eq!(texts(50), ["aaa, bbb cccccccccccc"]);
        assert_eq!(texts(12), ["aaa,", "bbb", "cccccccccccc"]);
        assert_eq!(texts(8), ["aaa,", "bbb", "cccccccc", "cccc"]);
        let halves = cut(8);
        assert_eq!(halves[3].words, words[2..]);
        assert_eq!(halves[2].words, words[2..]);
        assert_eq!(texts(0).concat(), "aaabbbcccccccccccc");
    }

    #[test]
    fn what_makes_no_sound_is_no_breath() {
        assert_eq!(chunks(&[], 9, |_| true), []);
        assert_eq!(chunks(&[word("…", "…"), word("x", "ˈ")], 9, |_| true), []);
        assert_eq!(chunks(&[word("x", "xyz")], 9, |_| false), []);
    }

    #[test]
    fn lost_words_are_told_from_marks() {
        let knows = |c: char| c.is_ascii();
        assert!(is_lost(&word("你好", ""), knows) && is_lost(&word("😀", ""), knows));
        assert!(is_lost(&word("x", "ɮ"), knows) && is_lost(&word("x", "."), knows));
        assert!(!is_lost(&word("“", ""), knows) && !is_lost(&word("x", "x"), knows));
        assert!(!is_lost(&word("-", ""), knows) && !is_lost(&word("《，。", ""), knows));
    }

    #[test]
    fn words_sound_from_their_first_phoneme_to_their_last() {
        let all = chunks(
            &[word("ab", "ab"), word("“", ""), word("c", "c")],
            9,
            |_| true,
        );
        assert_eq!(said(&all[0]), "ab  c");
        let timings = all[0].timings(&[300, 600, 700, 900, 1200]);
        let wanted = [(0, 0, 600), (2, 900, 1200)];
        let found: Vec<_> = timings.iter().map(|t| (t.word, t.from, t.to)).collect();
        assert_eq!(found, wanted);
    }
}
