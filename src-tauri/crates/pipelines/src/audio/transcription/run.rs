//! A recording being written down, window by window, as an iterator of events.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use quartet_media::SoundSource;
use quartet_runtime::Cancel;

use super::{
    SAMPLE_RATE,
    activity::{Activity, is_quiet, samples, seconds},
    attempt::{Attempt, can_be_said, is_pressed, is_thin},
    edges::repeated,
    languages::{self, Heard, share},
    lost::Credit,
    mel::{HOP, LogMel},
    onnx::WHOLE,
    recogniser::SpeechRecogniser,
    script::{CUE, ScriptConverter, TRADITIONAL_CUE},
    segments::{TokenSpan, spans},
    types::{ChineseScript, LanguageGuess, Mel, Segment, TranscriptionEvent, TranscriptionStats},
    vocabulary::Vocabulary,
    window::{Window, drop_start, pieces},
};
use crate::{Error, Result, run, text::TokenId};

/// Tried one after the other until what is written makes sense.
const TEMPERATURES: [f32; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];

/// Seconds of one frame that the network hears.
const FRAME: f64 = 0.02;

/// Frames of silence after the end of a shorter window: without them the last word is lost.
const AFTER: usize = 100;

/// What is left at the end and shorter than this, in samples, is no speech.
const CRUMB: usize = 1600;

/// How many of the likeliest languages are given.
const GUESSES: usize = 5;
/// Another language than the one before is believed when it is as likely as this; in a window shorter
/// than `SHORT` seconds, as the other.
const SURE: f32 = 0.6;
const VERY_SURE: f32 = 0.9;
const SHORT: f64 = 4.0;

/// A whole window ends in a pause of so many seconds within its last ones, where there is one.
const PAUSE: f64 = 0.2;
const LAST: usize = 6 * SAMPLE_RATE as usize;

/// Sound of this many seconds that was not written down is heard again, where at least as much of the
/// window was as the other says.
const UNWRITTEN: f64 = 3.0;
const WRITTEN: f64 = 4.0;

/// Samples around a cut between two words in which a gap of so many seconds is looked for.
const NEAR: (usize, usize) = (3200, 4800);
const GAP: f64 = 0.03;
/// Less sound than this, in seconds, is no word that was not written yet.
const WORD: f64 = 0.6;

/// What is written down, and how.
pub(super) struct TranscriptionPlan {
    pub(super) sound: Box<dyn SoundSource>,
    pub(super) language: Option<String>,
    pub(super) translate: bool,
    pub(super) script: Option<ChineseScript>,
    /// What is read before Mandarin; may be empty.
    pub(super) cue: Vec<TokenId>,
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
    /// The level of what is no sound, once it is known.
    floor: Option<f32>,
    window: Option<Window>,
    /// What is spoken in the window, as a code and as a token.
    language: Option<(String, TokenId)>,
    /// For how many seconds each language was spoken.
    spoken: Vec<(String, f64)>,
    /// The last segment's text, where the window begins in the middle of speech.
    before: Option<String>,
    last_end: f64,
    /// How much slower than usual the last segments were spoken.
    paces: Vec<f64>,
    credit: Credit,
    pending: VecDeque<TranscriptionEvent>,
    started: Instant,
    encoding: Duration,
    decoding: Duration,
    stats: TranscriptionStats,
    finished: bool,
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
            floor: None,
            window: None,
            language: None,
            spoken: Vec::new(),
            before: None,
            last_end: 0.0,
            paces: Vec::new(),
            credit: Credit::new(),
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
                cut_short: false,
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
        let mostly = self.spoken.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let current = self.language.as_ref().map(|(code, _)| code);
        let language = mostly.map(|(code, _)| code).or(current);
        TranscriptionStats {
            language: language.cloned().unwrap_or_default(),
            cut_short: self.plan.sound.is_cut_short(),
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
        while self.sound.len() <= most && !self.ended {
            self.cancel.check()?;
            self.ended = !self.plan.sound.read(&mut self.sound)?;
        }
        let samples = self.sound.len().min(most);
        if samples == 0 {
            return Ok(false);
        }
        if is_quiet(&self.sound[..samples]) || (samples < CRUMB && self.behind > 0) {
            self.pass_over(samples);
            return Ok(true);
        }
        let activity = Activity::of(&self.sound[..samples], self.floor);
        self.floor = activity.floor();
        match activity.lead() {
            0 => {}
            all if all == samples => {
                self.pass_over(samples);
                return Ok(true);
            }
            lead => {
                self.before = None;
                self.go_on(lead);
                return Ok(true);
            }
        }
        let mut end = activity.stretch();
        if end == most && self.sound.len() > most {
            end = activity.pause(most - LAST..most, PAUSE).unwrap_or(end);
        }
        self.listen(end, activity)?;
        Ok(true)
    }

    fn pass_over(&mut self, samples: usize) {
        self.stats.silent_windows += 1;
        self.before = None;
        self.go_on(samples);
    }

    /// Hears a window of so many samples, or as much of it as one language is spoken in.
    fn listen(&mut self, mut samples: usize, activity: Activity) -> Result<()> {
        let mut mel = self.hear(samples)?;
        if let Some(cut) = self.other_language(samples, &activity)? {
            samples = cut;
            mel = self.hear(samples)?;
        }
        let from = seconds(self.behind);
        self.pending.push_back(TranscriptionEvent::Window {
            from,
            to: from + seconds(samples),
            mel,
        });
        let began = Instant::now();
        let no_speech = self.detect(seconds(samples))?;
        self.recogniser.rewind()?;
        self.decoding += began.elapsed();
        self.window = Some(Window {
            samples,
            activity,
            language: self
                .language
                .as_ref()
                .map_or_else(String::new, |(code, _)| code.clone()),
            no_speech,
            prompt: self.prompt(),
            attempt: Attempt::new(TEMPERATURES[0]),
            best: None,
            tried: 0,
        });
        Ok(())
    }

    fn hear(&mut self, samples: usize) -> Result<Mel> {
        let frames = (samples.div_ceil(HOP) + AFTER).max(self.recogniser.least_frames());
        let frames = frames.next_multiple_of(2).min(WHOLE);
        let began = Instant::now();
        let mel = self.mel.spectrogram(&self.sound[..samples], frames);
        self.recogniser.hear(&mel, self.cancel)?;
        self.encoding += began.elapsed();
        Ok(mel)
    }

    /// The sample at which another language begins than the one the window begins with.
    fn other_language(&mut self, samples: usize, activity: &Activity) -> Result<Option<usize>> {
        let length = seconds(samples);
        let told = self.plan.language.is_some() || self.vocabulary.languages.is_empty();
        if told || length < 2.0 * languages::PART {
            return Ok(None);
        }
        let began = Instant::now();
        let mut heard = Vec::new();
        for (from, to) in languages::parts(length, activity) {
            let frames = (from / FRAME) as usize..(to / FRAME) as usize;
            let start = [self.vocabulary.start];
            let Some(logits) = self.recogniser.read_part(frames, &start, self.cancel)? else {
                return Ok(None);
            };
            let ids = self.vocabulary.languages.iter().map(|(_, id)| *id);
            let likeliest = (0..)
                .zip(share(logits, ids))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            heard.extend(likeliest.map(|(language, probability)| Heard {
                from,
                to,
                language,
                probability,
            }));
        }
        self.recogniser.rewind()?;
        self.decoding += began.elapsed();
        let begins = languages::change(&heard, length);
        let cut = begins.and_then(|begins| languages::cut(&begins, activity));
        Ok(cut.filter(|cut| (CRUMB..samples).contains(cut)))
    }

    /// How likely it is that there is no speech in the window; finds out its language where that was not
    /// told.
    fn detect(&mut self, length: f64) -> Result<f32> {
        let start = self.vocabulary.start;
        let logits = self.recogniser.read(&[start], self.cancel)?;
        let no_speech = no_speech(logits, self.vocabulary)?;
        if self.vocabulary.languages.is_empty() {
            self.name_language("en", start, 1.0, Vec::new());
            return Ok(no_speech);
        }
        if let Some(code) = self.plan.language.clone() {
            let id = self.vocabulary.language(&code).unwrap_or(start);
            self.name_language(&code, id, 1.0, Vec::new());
            return Ok(no_speech);
        }
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
        let least = if length < SHORT { VERY_SURE } else { SURE };
        if self.language.is_none() || likeliest.probability >= least {
            let id = self.vocabulary.language(&likeliest.code).unwrap_or(start);
            self.name_language(&likeliest.code, id, likeliest.probability, guesses);
        }
        Ok(no_speech)
    }

    /// Tells the language where it is another than before.
    fn name_language(
        &mut self,
        code: &str,
        id: TokenId,
        probability: f32,
        guesses: Vec<LanguageGuess>,
    ) {
        if self
            .language
            .as_ref()
            .is_none_or(|(known, _)| known != code)
        {
            self.language = Some((code.to_owned(), id));
            self.pending.push_back(TranscriptionEvent::Language {
                code: code.to_owned(),
                probability,
                guesses,
            });
        }
    }

    /// The tokens that are read before what is written.
    fn prompt(&self) -> Vec<TokenId> {
        let start = self.vocabulary.start;
        let Some((code, language)) = &self.language else {
            return vec![start];
        };
        if self.vocabulary.languages.is_empty() {
            // A model of English alone gets no more than the start token.
            return vec![start];
        }
        let task = if self.plan.translate {
            self.vocabulary.translate
        } else {
            self.vocabulary.transcribe
        };
        let cued = code == "zh" && !self.plan.translate && !self.plan.cue.is_empty();
        let before = self.vocabulary.before.filter(|_| cued);
        let cue = self.plan.cue.iter().copied().filter(|_| before.is_some());
        before
            .into_iter()
            .chain(cue)
            .chain([start, *language])
            .chain(task)
            .collect()
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
                    text: self
                        .script
                        .convert(text.trim().to_owned(), &window.language),
                });
            }
            self.window = Some(window);
            return Ok(());
        }
        let silent = window.attempt.is_silence(window.no_speech);
        let sayable = can_be_said(&text, window.sounding());
        let nonsense = window.attempt.makes_no_sense(&text) || !sayable;
        if silent {
            self.pass_over(window.samples);
            return Ok(());
        }
        if nonsense {
            self.choose_better(&mut window);
            if window.tried + 1 < TEMPERATURES.len() {
                window.tried += 1;
                let next = Attempt::new(TEMPERATURES[window.tried]);
                window.best = Some(std::mem::replace(&mut window.attempt, next));
                self.recogniser.rewind()?;
                self.window = Some(window);
                return Ok(());
            }
        }
        // Heard in two halves, more may be written.
        let middle = window.samples / 4..window.samples / 4 * 3;
        if is_thin(&self.text(&window.attempt.tokens), window.sounding())
            && let Some(cut) = window.activity.pause(middle, PAUSE)
        {
            return self.listen(cut, window.activity);
        }
        if let Some(cut) = self.before_left_out(&window)? {
            return self.listen(cut, window.activity);
        }
        self.keep(&window);
        Ok(())
    }

    /// Puts the best attempt of the window in the latest one's place.
    fn choose_better(&self, window: &mut Window) {
        let length = window.sounding();
        let rank = |attempt: &Attempt| attempt.rank(&self.text(&attempt.tokens), length);
        if let Some(best) = window.best.take()
            && rank(&best) >= rank(&window.attempt)
        {
            window.attempt = best;
        }
    }

    /// Tells the window's segments.
    fn keep(&mut self, window: &Window) {
        let attempt = &window.attempt;
        self.stats.tokens += attempt.tokens.len() as u32;
        self.stats.doubtful_windows += u32::from(window.tried > 0);
        let (spans, next) = spans(&attempt.tokens, self.vocabulary, window.seconds());
        let written = spans.last().map_or(0.0, |span| span.end);
        let sayable = can_be_said(&self.text(&attempt.tokens), window.sounding());
        let mut last = None;
        let mut texts: Vec<String> = Vec::new();
        for span in spans {
            let Some(segment) = self.segment(&span, window) else {
                continue;
            };
            // What nobody can have said in the time is left out, but no more than that.
            if !sayable && !can_be_said(&segment.text, segment.end - segment.start) {
                continue;
            }
            // A network that goes on after the end says the same again, in no time.
            let length = segment.end - segment.start;
            if texts.contains(&segment.text) && is_pressed(&segment.text, length) {
                continue;
            }
            texts.push(segment.text.clone());
            self.stats.segments += 1;
            self.last_end = segment.end;
            last = Some(segment.text.clone());
            self.pending.push_back(TranscriptionEvent::Segment(segment));
        }
        let spoken = window.sounding();
        match self
            .spoken
            .iter_mut()
            .find(|(code, _)| *code == window.language)
        {
            Some((_, seconds)) => *seconds += spoken,
            None => self.spoken.push((window.language.clone(), spoken)),
        }
        let unwritten = window.activity.seconds(written, window.seconds());
        let next = if written >= WRITTEN && unwritten >= UNWRITTEN {
            next.min(written)
        } else {
            next
        };
        let mut next = samples(next).clamp(1, window.samples);
        // What is left of a window that ends in a pause, and holds no word, is not heard by itself.
        if window.samples < WHOLE * HOP
            && window.activity.seconds(seconds(next), window.seconds()) < WORD
        {
            next = window.samples;
        }
        self.before = None;
        if next < window.samples {
            let near = next.saturating_sub(NEAR.0)..(next + NEAR.1).min(window.samples);
            next = window.activity.pause(near, GAP).unwrap_or(next).max(1);
            self.before = last;
        }
        self.go_on(next);
    }

    fn segment(&self, span: &TokenSpan, window: &Window) -> Option<Segment> {
        let tokens = &window.attempt.tokens[span.tokens.clone()];
        let probabilities = &window.attempt.probabilities[span.tokens.clone()];
        let convert = |text| self.script.convert(text, &window.language);
        let mut text = convert(self.text(tokens).trim().to_owned());
        let mut pieces = pieces(tokens, probabilities, &self.decode, convert);
        // Only a window's first segment can say again what the last window said.
        if let Some(before) = self.before.as_ref().filter(|_| span.tokens.start <= 1) {
            let again = repeated(before, &text);
            drop_start(
                &mut pieces,
                text[..again].chars().filter(|c| !c.is_whitespace()).count(),
            );
            text.drain(..again);
        }
        if text.is_empty() || text == CUE || text == TRADITIONAL_CUE {
            return None;
        }
        let most = window.seconds();
        let (from, to) = (span.start.min(most), span.end.min(most));
        let (from, to) = window.activity.within(from, to.max(from));
        let offset = seconds(self.behind);
        let start = (offset + from).max(self.last_end);
        Some(Segment {
            start,
            end: (offset + to).max(start),
            text,
            pieces,
            temperature: window.attempt.temperature(),
        })
    }

    /// Goes on after these samples.
    fn go_on(&mut self, samples: usize) {
        self.sound.drain(..samples);
        self.behind += samples;
        self.credit.earn(seconds(samples));
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

/// How likely it is that there is no speech, of what follows the start token.
fn no_speech(logits: &[f32], vocabulary: &Vocabulary) -> Result<f32> {
    let no_speech = vocabulary.no_speech.map_or(0.0, |id| {
        let all = 0..logits.len() as TokenId;
        share(logits, all).nth(id as usize).unwrap_or(0.0)
    });
    if no_speech.is_nan() {
        return Err(Error::NotFinite);
    }
    Ok(no_speech)
}

mod again;
#[cfg(test)]
mod tests;
