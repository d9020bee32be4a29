//! A text being said, sentence by sentence, as an iterator of events.

use std::{
    collections::VecDeque,
    ops::Range,
    time::{Duration, Instant},
};

use quartet_g2p::spoken_text;
use quartet_runtime::Cancel;

use super::{
    chunking::{PhonemeChunk, chunks, is_lost, written},
    phonemizer::Phonemizer,
    types::{SpeechEvent, SpeechStats},
    voice::{SeededNoise, SpeakOptions, Voice},
};
use crate::{Error, Result, run};

/// What is said, and how.
#[derive(Debug)]
pub(super) struct SpeechPlan {
    pub(super) text: String,
    pub(super) voice: String,
    pub(super) speed: f32,
    pub(super) seed: u32,
}

pub(super) struct SpeechRun<'a> {
    voice: &'a mut dyn Voice,
    phonemizer: Box<dyn Phonemizer + 'a>,
    cancel: &'a Cancel,
    plan: SpeechPlan,
    noise: SeededNoise,
    started: Instant,
    sentences: std::vec::IntoIter<Range<usize>>,
    /// The bytes and characters of the text that were counted so far.
    counted: (usize, u32),
    total: u32,
    /// Of the sentence that is read: the events before its sound, and its chunks.
    pending: VecDeque<SpeechEvent>,
    chunks: VecDeque<PhonemeChunk>,
    /// The chunk that was announced: its sound comes next.
    announced: Option<PhonemeChunk>,
    stats: SpeechStats,
    finished: bool,
}

impl<'a> SpeechRun<'a> {
    pub(super) fn new(
        voice: &'a mut dyn Voice,
        phonemizer: Box<dyn Phonemizer + 'a>,
        mut plan: SpeechPlan,
        cancel: &'a Cancel,
    ) -> Self {
        let started = Instant::now();
        // As many characters as before: a word is still found where it stands.
        plan.text = spoken_text(&plan.text);
        let sentences = phonemizer.sentences(&plan.text).into_iter();
        Self {
            stats: SpeechStats {
                seed: plan.seed,
                voice: plan.voice.clone(),
                sample_rate: voice.sample_rate(),
                sentences: 0,
                words: 0,
                skipped: 0,
                audio_seconds: 0.0,
                phoneme_seconds: started.elapsed().as_secs_f64(),
                voice_seconds: 0.0,
                first_sound_seconds: 0.0,
            },
            noise: SeededNoise::new(plan.seed),
            total: plan.text.chars().count() as u32,
            voice,
            phonemizer,
            cancel,
            plan,
            started,
            sentences,
            counted: (0, 0),
            pending: VecDeque::new(),
            chunks: VecDeque::new(),
            announced: None,
            finished: false,
        }
    }

    pub(super) fn events(mut self) -> impl Iterator<Item = Result<SpeechEvent>> {
        run::events(move || self.step())
    }

    fn step(&mut self) -> Result<Option<SpeechEvent>> {
        loop {
            self.cancel.check()?;
            if let Some(event) = self.pending.pop_front() {
                return Ok(Some(event));
            }
            if let Some(chunk) = self.announced.take() {
                return self.say(&chunk).map(Some);
            }
            if let Some(chunk) = self.chunks.pop_front() {
                let event = self.announce(&chunk);
                self.announced = Some(chunk);
                return Ok(Some(event));
            }
            if self.finished {
                return Ok(None);
            }
            let Some(sentence) = self.sentences.next() else {
                if self.stats.sentences == 0 {
                    return Err(Error::NothingToSay);
                }
                self.finished = true;
                return Ok(Some(SpeechEvent::Done(self.stats.clone())));
            };
            self.read(sentence)?;
        }
    }

    /// Reads a sentence: leaves what is lost of it in `pending`, the rest in `chunks`.
    fn read(&mut self, range: Range<usize>) -> Result<()> {
        let began = Instant::now();
        let start = self.count_to(range.start);
        let sentence = &self.plan.text[range];
        let read = self.phonemizer.read(sentence, start, self.cancel)?;
        let words = written(&read, sentence, start);
        let knows = |phoneme| self.voice.knows(phoneme);
        for word in words.iter().filter(|word| is_lost(word, knows)) {
            self.stats.skipped += 1;
            self.pending.push_back(SpeechEvent::Skipped {
                text: word.text.clone(),
                start: word.start,
                end: word.end,
            });
        }
        self.chunks = chunks(&words, self.voice.max_phonemes(), knows).into();
        self.stats.phoneme_seconds += seconds(began.elapsed());
        Ok(())
    }

    /// The characters before a byte of the text, counted on from the last time.
    fn count_to(&mut self, byte: usize) -> u32 {
        let (from, before) = self.counted;
        let between = self.plan.text.get(from..byte).unwrap_or_default();
        self.counted = (byte, before + between.chars().count() as u32);
        self.counted.1
    }

    fn announce(&self, chunk: &PhonemeChunk) -> SpeechEvent {
        SpeechEvent::Sentence {
            index: self.stats.sentences,
            done: chunk.words.first().map_or(0, |word| word.start),
            total: self.total,
            words: chunk.words.clone(),
        }
    }

    fn say(&mut self, chunk: &PhonemeChunk) -> Result<SpeechEvent> {
        let began = Instant::now();
        let options = SpeakOptions {
            voice: &self.plan.voice,
            speed: self.plan.speed,
        };
        let noise = &mut self.noise;
        let said = self.voice.speak(
            &chunk.phonemes,
            &options,
            &mut |values| noise.fill(values),
            self.cancel,
        )?;
        let stats = &mut self.stats;
        let index = stats.sentences;
        stats.voice_seconds += seconds(began.elapsed());
        stats.audio_seconds += said.samples.len() as f64 / f64::from(stats.sample_rate);
        stats.words += chunk.words.len() as u32;
        stats.sentences += 1;
        if index == 0 {
            stats.first_sound_seconds = seconds(self.started.elapsed());
        }
        Ok(SpeechEvent::Audio {
            index,
            timings: said.ends.map_or_else(Vec::new, |ends| chunk.timings(&ends)),
            samples: said.samples,
        })
    }
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

#[cfg(test)]
mod tests;
