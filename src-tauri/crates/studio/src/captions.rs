//! Captions of what is spoken here, from the times of its words.

use quartet_pipelines::audio::{SpokenWord, WordTiming, transcription::Segment};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What fits on two lines of a screen: 42 letters each, or 16 Chinese characters, which count for
/// two and a half (BBC and Netflix guidelines).
const WIDEST: f32 = 84.0;
const WIDE_CHARACTER: f32 = 2.5;

/// One sentence of a sound.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SpokenSentence {
    pub words: Vec<SpokenWord>,
    /// In samples of the sentence; empty where the network gives none.
    pub timings: Vec<WordTiming>,
    /// Where it begins and ends, in samples of the whole sound.
    pub from: u32,
    pub to: u32,
}

/// One caption a sentence, or several where it is long: cut after a clause where one ends in its
/// second half, else between words. `sample_rate` is that of the sound in which it is spoken.
pub fn captions_of(script: &[SpokenSentence], sample_rate: u32) -> Vec<Segment> {
    let rate = f64::from(sample_rate.max(1));
    script
        .iter()
        .flat_map(|sentence| caption(sentence, rate))
        .collect()
}

fn caption(sentence: &SpokenSentence, rate: f64) -> Vec<Segment> {
    let times = word_times(sentence);
    let words: Vec<(&SpokenWord, &WordTiming)> = sentence.words.iter().zip(&times).collect();
    let mut rest = words.as_slice();
    let mut captions = Vec::new();
    while !rest.is_empty() {
        let (now, later) = rest.split_at(fitting(rest));
        let text = joined(now.iter().map(|(word, _)| *word));
        let from = now.first().map_or(0, |(_, time)| time.from);
        let to = now.last().map_or(from, |(_, time)| time.to);
        captions.push(segment(sentence, (text, from, to), rate));
        rest = later;
    }
    captions
}

/// Words as they are written: without a space where there was none, as in Chinese.
fn joined<'a>(words: impl Iterator<Item = &'a SpokenWord>) -> String {
    let mut text = String::new();
    let mut end = u32::MAX;
    for word in words {
        if word.start > end {
            text.push(' ');
        }
        text += &word.text;
        end = word.end;
    }
    text
}

fn segment(sentence: &SpokenSentence, (text, from, to): (String, u32, u32), rate: f64) -> Segment {
    let seconds = |sample: u32| f64::from(sentence.from.saturating_add(sample)) / rate;
    Segment {
        start: seconds(from),
        end: seconds(to),
        text,
        pieces: Vec::new(),
        temperature: 0.0,
    }
}

/// How many words go into the next caption; at least one.
fn fitting(words: &[(&SpokenWord, &WordTiming)]) -> usize {
    let mut width = 0.0;
    let mut clause = None;
    for (index, (word, _)) in words.iter().enumerate() {
        width += 1.0 + word.text.chars().map(width_of).sum::<f32>();
        if width > WIDEST && index > 0 {
            return clause.unwrap_or(index);
        }
        if width > WIDEST / 2.0
            && word
                .text
                .ends_with([',', ';', ':', '—', '，', '；', '：', '、'])
        {
            clause = Some(index + 1);
        }
    }
    words.len()
}

fn width_of(character: char) -> f32 {
    if ('\u{2e80}'..='\u{ffef}').contains(&character) {
        WIDE_CHARACTER
    } else {
        1.0
    }
}

/// When each word sounds. Where the network gives no times, the sentence's time is shared out by how
/// much is said.
fn word_times(sentence: &SpokenSentence) -> Vec<WordTiming> {
    let count = sentence.words.len() as u32;
    let length = sentence.to.saturating_sub(sentence.from);
    if sentence.timings.is_empty() {
        let weights: Vec<u64> = sentence
            .words
            .iter()
            .map(|word| 1 + word.phonemes.chars().count() as u64)
            .collect();
        let total = weights.iter().sum::<u64>().max(1);
        let mut behind = 0;
        let place = |weight: u64| (u64::from(length) * weight / total) as u32;
        return (0..count)
            .zip(weights)
            .map(|(word, weight)| {
                let from = place(behind);
                behind += weight;
                WordTiming {
                    word,
                    from,
                    to: place(behind),
                }
            })
            .collect();
    }
    // A word without a sound of its own is where the one before it ends.
    let mut last = 0;
    (0..count)
        .map(|word| {
            let told = sentence.timings.iter().find(|timing| timing.word == word);
            let timing = told.copied().unwrap_or(WordTiming {
                word,
                from: last,
                to: last,
            });
            last = timing.to;
            timing
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(text: &str, timed: bool) -> SpokenSentence {
        let mut start = 0;
        let words: Vec<SpokenWord> = text
            .split_whitespace()
            .map(|word| {
                let end = start + word.chars().count() as u32;
                let spoken = SpokenWord {
                    text: word.to_owned(),
                    start,
                    end,
                    phonemes: word.to_owned(),
                };
                start = end + 1;
                spoken
            })
            .collect();
        let timing = |word: u32| WordTiming {
            word,
            from: word * 1000,
            to: word * 1000 + 900,
        };
        SpokenSentence {
            timings: if timed {
                (0..words.len() as u32).map(timing).collect()
            } else {
                Vec::new()
            },
            from: 500,
            to: 500 + 1000 * words.len() as u32,
            words,
        }
    }

    #[test]
    fn a_short_sentence_is_one_caption_at_its_time() {
        let captions = caption(&sentence("Green tea is hot.", true), 1000.0);
        assert_eq!(captions.len(), 1);
        assert_eq!(captions[0].text, "Green tea is hot.");
        assert!((captions[0].start - 0.5).abs() < 1e-9);
        assert!((captions[0].end - 4.4).abs() < 1e-9);
    }

    #[test]
    fn a_long_sentence_is_cut_after_a_clause_and_no_word_is_lost() {
        let text = "When the sun rose over the quiet harbour the next morning, the fishermen had \
                    already gone out to sea and nobody remained but the old man with his cat.";
        let captions = caption(&sentence(text, true), 1000.0);
        assert!(captions.len() >= 2);
        assert!(captions[0].text.ends_with("morning,"), "{captions:?}");
        let texts: Vec<_> = captions.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(
            texts.join(" "),
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        );
        for caption in &captions {
            assert!(caption.text.chars().count() <= 84, "{}", caption.text);
        }
        for pair in captions.windows(2) {
            assert!(pair[0].end <= pair[1].start);
        }
    }

    #[test]
    fn without_times_the_sentence_is_shared_out_and_nothing_is_nothing() {
        let captions = caption(&sentence("one two", false), 1000.0);
        assert!((captions[0].start - 0.5).abs() < 1e-9);
        assert!((captions[0].end - 2.5).abs() < 1e-9);
        assert_eq!(caption(&sentence("", false), 1000.0), []);
    }

    #[test]
    fn chinese_is_joined_as_it_is_written() {
        let mut said = sentence("你好 世界 。", false);
        for index in 1..3 {
            let before = said.words[index - 1].end;
            said.words[index].start = before;
            said.words[index].end = before + 1;
        }
        assert_eq!(caption(&said, 1000.0)[0].text, "你好世界。");
    }
}
