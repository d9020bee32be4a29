//! Speech with a voice that hums and a language whose words are said as they are written.

use quartet_g2p::ReadWord;

use super::{
    super::{
        types::VoiceInfo,
        voice::{Noise, Utterance},
    },
    *,
};

#[derive(Debug)]
struct Humming;

impl Voice for Humming {
    fn voices(&self) -> &[VoiceInfo] {
        &[]
    }

    fn sample_rate(&self) -> u32 {
        100
    }

    fn max_phonemes(&self) -> usize {
        12
    }

    fn knows(&self, phoneme: char) -> bool {
        phoneme.is_ascii()
    }

    fn speak(
        &mut self,
        phonemes: &[char],
        _: &SpeakOptions<'_>,
        noise: &mut Noise<'_>,
        _: &Cancel,
    ) -> Result<Utterance> {
        let mut samples = vec![0.0; phonemes.len() * 10];
        noise(&mut samples);
        let ends = (1..=phonemes.len()).map(|index| index * 10).collect();
        Ok(Utterance {
            samples,
            ends: Some(ends),
        })
    }
}

/// Sentences are lines.
struct AsWritten;

impl Phonemizer for AsWritten {
    fn sentences(&self, text: &str) -> Vec<Range<usize>> {
        let mut start = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            let range = start..start + line.trim_end().len();
            start += line.len();
            range
        });
        lines.filter(|range| !range.is_empty()).collect()
    }

    fn read(&mut self, sentence: &str, start: u32, _: &Cancel) -> Result<Vec<ReadWord>> {
        let mut at = start;
        let words = sentence.split(' ').map(|word| {
            let begin = at;
            at += word.chars().count() as u32 + 1;
            ReadWord {
                start: begin,
                end: at - 1,
                phonemes: word.to_owned(),
                space: true,
            }
        });
        Ok(words.collect())
    }
}

fn say(text: &str, seed: u32, cancel: &Cancel) -> Vec<Result<SpeechEvent>> {
    let plan = SpeechPlan {
        text: text.to_owned(),
        voice: "hum".to_owned(),
        speed: 1.0,
        seed,
    };
    SpeechRun::new(&mut Humming, Box::new(AsWritten), plan, cancel)
        .events()
        .collect()
}

#[test]
fn each_sentence_is_announced_then_heard() {
    let events = say("one two\né 你好\nthree four, five six", 1, &Cancel::new());
    let kinds: Vec<String> = events
        .iter()
        .map(|event| match event.as_ref().unwrap() {
            SpeechEvent::Sentence {
                index,
                words,
                done,
                total,
            } => {
                let words: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
                format!("{index}: {} ({done}/{total})", words.join("|"))
            }
            SpeechEvent::Skipped { text, start, end } => format!("-{text} {start}..{end}"),
            SpeechEvent::Audio {
                index,
                samples,
                timings,
            } => {
                format!("{index}~{} {}", samples.len(), timings.len())
            }
            SpeechEvent::Done(stats) => format!("{} {}", stats.sentences, stats.skipped),
        })
        .collect();
    let wanted = [
        "0: one|two (0/33)",
        "0~70 2",
        "-é 8..9",
        "-你好 10..12",
        "1: three|four, (13/33)",
        "1~110 2",
        "2: five|six (25/33)",
        "2~80 2",
        "3 2",
    ];
    assert_eq!(kinds, wanted);
}

#[test]
fn the_seed_decides_the_samples() {
    let samples = |seed| {
        say("one", seed, &Cancel::new())
            .into_iter()
            .find_map(|event| match event {
                Ok(SpeechEvent::Audio { samples, .. }) => Some(samples),
                _ => None,
            })
            .unwrap()
    };
    assert_eq!(samples(1), samples(1));
    assert_ne!(samples(1), samples(2));
}

#[test]
fn nothing_to_say_is_an_error_after_what_was_lost() {
    let events = say("你好", 1, &Cancel::new());
    assert!(matches!(events[0], Ok(SpeechEvent::Skipped { .. })));
    assert_eq!(events[1], Err(Error::NothingToSay));
    assert_eq!(events.len(), 2);
}

#[test]
fn a_stopped_run_ends_at_once() {
    let cancel = Cancel::new();
    let plan = SpeechPlan {
        text: "one\ntwo".to_owned(),
        voice: "hum".to_owned(),
        speed: 1.0,
        seed: 1,
    };
    let mut voice = Humming;
    let mut speaking = SpeechRun::new(&mut voice, Box::new(AsWritten), plan, &cancel).events();
    assert!(matches!(
        speaking.next(),
        Some(Ok(SpeechEvent::Sentence { .. }))
    ));
    cancel.raise();
    assert_eq!(speaking.next(), Some(Err(Error::Cancelled)));
    assert_eq!(speaking.next(), None);
}
