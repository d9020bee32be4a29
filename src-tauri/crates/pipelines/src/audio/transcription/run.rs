//! A recording being written down, window by window, as an iterator of events.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use quartet_media::SoundSource;
use quartet_runtime::Cancel;

use super::{
    SAMPLE_RATE,
    attempt::Attempt,
    mel::{HOP, LogMel},
    onnx::WHOLE,
    recogniser::SpeechRecogniser,
    script::ScriptConverter,
    segments::{TokenSpan, spans},
    types::{
        ChineseScript, LanguageGuess, Segment, TranscribedPiece, TranscriptionEvent,
        TranscriptionStats,
    },
    vocabulary::Vocabulary,
};
use crate::{
    Error, Result, run,
    text::{Detokenizer, TokenId},
};

/// Tried one after the other until what is written makes sense.
const TEMPERATURES: [f32; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];

/// What swings less than this (-80 dB) around its mean is silence, and the network is not asked.
const QUIET: f32 = 1e-4;

/// Frames of silence after the end of a shorter window: without them the last word is lost.
const AFTER: usize = 100;

/// What is left at the end and shorter than this, in samples, is no speech.
const CRUMB: usize = 1600;

/// How many of the likeliest languages are given.
const GUESSES: usize = 5;

/// What is written down, and how.
pub(super) struct TranscriptionPlan {
    pub(super) sound: Box<dyn SoundSource>,
    pub(super) language: Option<String>,
    pub(super) translate: bool,
    pub(super) script: Option<ChineseScript>,
}

pub(super) struct TranscriptionRun<'a, Decode> {
    recogniser: &'a mut dyn SpeechRecogniser,
    mel: &'a LogMel,
    vocabulary: &'a Vocabulary,
    decode: Decode,
    cancel: &'a Cancel,
    plan: TranscriptionPlan,
    script: ScriptConverter,
    /// What was read of the sound and not yet written down, and the samples before it.
    sound: Vec<f32>,
    behind: usize,
    ended: bool,
    window: Option<Window>,
    language: Option<TokenId>,
    pending: VecDeque<TranscriptionEvent>,
    started: Instant,
    encoding: Duration,
    decoding: Duration,
    stats: TranscriptionStats,
    finished: bool,
}

/// A window that is being written.
struct Window {
    samples: usize,
    no_speech: f32,
    prompt: Vec<TokenId>,
    attempt: Attempt,
    tried: usize,
}

impl Window {
    fn seconds(&self) -> f64 {
        seconds(self.samples)
    }
}

impl<'a, Decode: Fn(&[TokenId]) -> String> TranscriptionRun<'a, Decode> {
    pub(super) fn new(
        recogniser: &'a mut dyn SpeechRecogniser,
        mel: &'a LogMel,
        vocabulary: &'a Vocabulary,
        decode: Decode,
        plan: TranscriptionPlan,
        cancel: &'a Cancel,
    ) -> Self {
        Self {
            script: ScriptConverter::new(plan.script),
            recogniser,
            mel,
            vocabulary,
            decode,
            cancel,
            plan,
            sound: Vec::new(),
            behind: 0,
            ended: false,
            window: None,
            language: None,
            pending: VecDeque::new(),
            started: Instant::now(),
            encoding: Duration::ZERO,
            decoding: Duration::ZERO,
            stats: TranscriptionStats {
                language: String::new(),
                segments: 0,
                tokens: 0,
                silent_windows: 0,
                doubtful_windows: 0,
                audio_seconds: 0.0,
                encode_seconds: 0.0,
                decode_seconds: 0.0,
                seconds: 0.0,
            },
            finished: false,
        }
    }

    pub(super) fn events(mut self) -> impl Iterator<Item = Result<TranscriptionEvent>> {
        run::events(move || self.step())
    }

    fn step(&mut self) -> Result<Option<TranscriptionEvent>> {
        loop {
            self.cancel.check()?;
            if let Some(event) = self.pending.pop_front() {
                return Ok(Some(event));
            }
            if self.finished {
                return Ok(None);
            }
            if let Some(window) = self.window.take() {
                self.write(window)?;
            } else if !self.open_window()? {
                return Ok(Some(TranscriptionEvent::Done(self.done())));
            }
        }
    }

    fn done(&mut self) -> TranscriptionStats {
        self.finished = true;
        TranscriptionStats {
            audio_seconds: seconds(self.behind),
            encode_seconds: self.encoding.as_secs_f64(),
            decode_seconds: self.decoding.as_secs_f64(),
            seconds: self.started.elapsed().as_secs_f64(),
            ..self.stats.clone()
        }
    }

    /// Hears the next window; `false` at the end of the sound.
    fn open_window(&mut self) -> Result<bool> {
        let most = WHOLE * HOP;
        while self.sound.len() < most && !self.ended {
            self.cancel.check()?;
            self.ended = !self.plan.sound.read(&mut self.sound)?;
        }
        let samples = self.sound.len().min(most);
        if samples == 0 {
            return Ok(false);
        }
        if is_quiet(&self.sound[..samples]) || (samples < CRUMB && self.behind > 0) {
            self.stats.silent_windows += 1;
            self.go_on(samples);
            return Ok(true);
        }
        let frames = (samples.div_ceil(HOP) + AFTER).max(self.recogniser.least_frames());
        let frames = frames.next_multiple_of(2).min(WHOLE);
        let began = Instant::now();
        let mel = self.mel.spectrogram(&self.sound[..samples], frames);
        self.recogniser.hear(&mel, self.cancel)?;
        self.encoding += began.elapsed();
        let from = seconds(self.behind);
        self.pending.push_back(TranscriptionEvent::Window {
            from,
            to: from + seconds(samples),
            mel,
        });
        let began = Instant::now();
        let (no_speech, prompt) = self.prompt()?;
        self.decoding += began.elapsed();
        self.window = Some(Window {
            samples,
            no_speech,
            prompt,
            attempt: Attempt::new(TEMPERATURES[0]),
            tried: 0,
        });
        Ok(true)
    }

    /// How likely it is that there is no speech in the window, and the tokens that are read before what
    /// is written; finds out the language where it is not known yet.
    fn prompt(&mut self) -> Result<(f32, Vec<TokenId>)> {
        let start = self.vocabulary.start;
        let logits = self.recogniser.read(&[start], self.cancel)?;
        let no_speech = self.vocabulary.no_speech.map_or(0.0, |id| {
            let all = 0..logits.len() as TokenId;
            share(logits, all).nth(id as usize).unwrap_or(0.0)
        });
        if no_speech.is_nan() {
            return Err(Error::NotFinite);
        }
        if self.vocabulary.languages.is_empty() {
            // A model of English alone gets no more than the start token.
            self.recogniser.rewind()?;
            self.name_language("en", 1.0, Vec::new());
            return Ok((no_speech, vec![start]));
        }
        let language = match (self.language, self.plan.language.clone()) {
            (Some(known), _) => known,
            (None, Some(code)) => {
                self.name_language(&code, 1.0, Vec::new());
                self.vocabulary.language(&code).unwrap_or(start)
            }
            (None, None) => {
                let ids = self.vocabulary.languages.iter().map(|(_, id)| *id);
                let shares = share(logits, ids);
                let codes = self.vocabulary.languages.iter();
                let mut guesses: Vec<_> = codes
                    .zip(shares)
                    .map(|((code, _), probability)| LanguageGuess {
                        code: code.clone(),
                        probability,
                    })
                    .collect();
                guesses.sort_by(|a, b| b.probability.total_cmp(&a.probability));
                guesses.truncate(GUESSES);
                let likeliest = guesses[0].clone();
                self.name_language(&likeliest.code, likeliest.probability, guesses);
                self.vocabulary.language(&likeliest.code).unwrap_or(start)
            }
        };
        self.language = Some(language);
        let task = if self.plan.translate {
            self.vocabulary.translate
        } else {
            self.vocabulary.transcribe
        };
        Ok((no_speech, [language].into_iter().chain(task).collect()))
    }

    fn name_language(&mut self, code: &str, probability: f32, guesses: Vec<LanguageGuess>) {
        if self.stats.language.is_empty() {
            code.clone_into(&mut self.stats.language);
            self.pending.push_back(TranscriptionEvent::Language {
                code: code.to_owned(),
                probability,
                guesses,
            });
        }
    }

    /// Writes one more token of the window, or ends it.
    fn write(&mut self, mut window: Window) -> Result<()> {
        let began = Instant::now();
        let goes_on = window.attempt.step(
            self.recogniser,
            self.vocabulary,
            &window.prompt,
            self.cancel,
        )?;
        self.decoding += began.elapsed();
        let text = self.text(&window.attempt.tokens);
        if goes_on {
            let latest = window.attempt.tokens.last();
            if latest.is_some_and(|&id| self.vocabulary.time(id).is_none()) {
                self.pending.push_back(TranscriptionEvent::Partial {
                    from: seconds(self.behind),
                    text: self.script.convert(text.trim().to_owned()),
                });
            }
            self.window = Some(window);
            return Ok(());
        }
        let silent = window.attempt.is_silence(window.no_speech);
        if !silent && window.attempt.makes_no_sense(&text) && window.tried + 1 < TEMPERATURES.len()
        {
            window.tried += 1;
            window.attempt = Attempt::new(TEMPERATURES[window.tried]);
            self.recogniser.rewind()?;
            if window.prompt != [self.vocabulary.start] {
                self.recogniser
                    .read(&[self.vocabulary.start], self.cancel)?;
            }
            self.window = Some(window);
            return Ok(());
        }
        if silent {
            self.stats.silent_windows += 1;
            self.go_on(window.samples);
        } else {
            self.keep(&window);
        }
        Ok(())
    }

    /// Tells the window's segments.
    fn keep(&mut self, window: &Window) {
        let attempt = &window.attempt;
        self.stats.tokens += attempt.tokens.len() as u32;
        self.stats.doubtful_windows += u32::from(window.tried > 0);
        let (spans, next) = spans(&attempt.tokens, self.vocabulary, window.seconds());
        for span in spans {
            if let Some(segment) = self.segment(&span, window) {
                self.stats.segments += 1;
                self.pending.push_back(TranscriptionEvent::Segment(segment));
            }
        }
        self.go_on(samples(next).clamp(1, window.samples));
    }

    fn segment(&self, span: &TokenSpan, window: &Window) -> Option<Segment> {
        let tokens = &window.attempt.tokens[span.tokens.clone()];
        let probabilities = &window.attempt.probabilities[span.tokens.clone()];
        let mut detokenizer = Detokenizer::default();
        let mut pieces = Vec::new();
        let mut least = 1.0_f32;
        for (&id, &probability) in tokens.iter().zip(probabilities) {
            least = least.min(probability);
            let text = detokenizer.push(id, &self.decode);
            if !text.is_empty() {
                pieces.push(TranscribedPiece {
                    text: self.script.convert(text),
                    probability: least,
                });
                least = 1.0;
            }
        }
        let text = self.text(tokens);
        let text = self.script.convert(text.trim().to_owned());
        let (offset, most) = (seconds(self.behind), window.seconds());
        let start = offset + span.start.min(most);
        (!text.is_empty()).then(|| Segment {
            start,
            end: (offset + span.end.min(most)).max(start),
            text,
            pieces,
            temperature: window.attempt.temperature(),
        })
    }

    /// Goes on after these samples.
    fn go_on(&mut self, samples: usize) {
        self.sound.drain(..samples);
        self.behind += samples;
        self.pending.push_back(TranscriptionEvent::Progress {
            done: seconds(self.behind),
            total: self.plan.sound.seconds(),
        });
    }

    /// The text of tokens, times left out.
    fn text(&self, tokens: &[TokenId]) -> String {
        let words = tokens.iter().copied();
        let words: Vec<_> = words
            .filter(|&id| self.vocabulary.time(id).is_none())
            .collect();
        (self.decode)(&words)
    }
}

fn seconds(samples: usize) -> f64 {
    samples as f64 / f64::from(SAMPLE_RATE)
}

fn is_quiet(samples: &[f32]) -> bool {
    let mean = samples.iter().sum::<f32>() / samples.len().max(1) as f32;
    samples.iter().all(|sample| (sample - mean).abs() < QUIET)
}

/// The probabilities of some tokens among themselves.
fn share(logits: &[f32], ids: impl Iterator<Item = TokenId>) -> impl Iterator<Item = f32> {
    let chosen: Vec<f32> = ids
        .map(|id| {
            logits
                .get(id as usize)
                .copied()
                .unwrap_or(f32::NEG_INFINITY)
        })
        .collect();
    let most = chosen.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = chosen.iter().map(|logit| (logit - most).exp()).sum();
    chosen
        .into_iter()
        .map(move |logit| (logit - most).exp() / sum)
}

/// How many samples `seconds` last.
fn samples(seconds: f64) -> usize {
    (seconds * f64::from(SAMPLE_RATE)).round() as usize
}

#[cfg(test)]
mod tests;
