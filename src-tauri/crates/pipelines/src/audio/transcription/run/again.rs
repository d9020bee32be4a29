//! Parts of a window heard again by themselves, where its text may lack something.

use std::{ops::Range, time::Instant};

use super::{
    super::{
        activity::{samples, seconds},
        attempt::{Attempt, can_be_said},
        lost::{Suspect, Written, is_left_out, pace, paces, suspects},
        mel::HOP,
        onnx::WHOLE,
        segments::spans,
        window::Window,
    },
    AFTER, TEMPERATURES, TranscriptionRun, no_speech,
};
use crate::{Result, text::TokenId};

/// What is less likely than this, in nats a token, or of which the network holds it likelier that there is no
/// speech, is no sentence that was left out.
const LIKELY: f32 = -0.7;
const SPEECH: f32 = 0.5;
/// Frames before a stretch and after it that belong to it.
const AROUND: (usize, usize) = (10, 15);
/// Segments whose pace is remembered.
const REMEMBERED: usize = 50;

impl<Decode: Fn(&[TokenId]) -> String> TranscriptionRun<'_, Decode> {
    /// The sample to end a window at, so that what its text leaves out is heard by itself; none where the text is
    /// whole.
    pub(super) fn before_left_out(&mut self, window: &Window) -> Result<Option<usize>> {
        let (spans, next) = spans(&window.attempt.tokens, self.vocabulary, window.seconds());
        // What follows is heard again in any case.
        let end = samples(next).min(window.samples);
        let stretches = window.activity.stretches(end);
        let written: Vec<Written> = spans
            .iter()
            .map(|span| Written {
                from: span.start,
                to: span.end,
                text: self.text(&window.attempt.tokens[span.tokens.clone()]),
            })
            .collect();
        self.paces.extend(paces(stretches, &written));
        let sound = &self.sound[..window.samples];
        let found = suspects(
            stretches,
            &written,
            sound,
            self.mel,
            pace(self.paces.clone()),
        );
        let forgotten = self.paces.len().saturating_sub(REMEMBERED);
        self.paces.drain(..forgotten);
        let text = self.written(&window.attempt.tokens, window);
        for Suspect { first, second } in found {
            if self.credit.is_spent() {
                break;
            }
            self.credit.spend();
            let after = self.alone(&second, window)?;
            if after.is_empty() {
                continue;
            }
            self.credit.spend();
            let heard = [self.alone(&first, window)?, after];
            if is_left_out(&heard, &text) {
                self.credit.give_back();
                let cut = usize::midpoint(first.end, second.start) * HOP;
                return Ok((cut < window.samples).then_some(cut));
            }
        }
        Ok(None)
    }

    fn written(&self, tokens: &[TokenId], window: &Window) -> String {
        self.script
            .convert(self.text(tokens).trim().to_owned(), &window.language)
    }

    /// What the network writes of a part alone; nothing where that is a guess.
    fn alone(&mut self, part: &Range<usize>, window: &Window) -> Result<String> {
        let from = part.start.saturating_sub(AROUND.0) * HOP;
        let to = ((part.end + AROUND.1) * HOP).min(window.samples);
        let frames = ((to - from).div_ceil(HOP) + AFTER).max(self.recogniser.least_frames());
        let frames = frames.next_multiple_of(2).min(WHOLE);
        let began = Instant::now();
        let mel = self.mel.spectrogram(&self.sound[from..to], frames);
        self.recogniser.hear(&mel, self.cancel)?;
        self.encoding += began.elapsed();
        let began = Instant::now();
        let start = self
            .recogniser
            .read(&[self.vocabulary.start], self.cancel)?;
        let no_speech = no_speech(start, self.vocabulary)?;
        self.recogniser.rewind()?;
        let mut attempt = Attempt::new(TEMPERATURES[0]);
        while attempt.step(
            self.recogniser,
            self.vocabulary,
            &window.prompt,
            self.cancel,
        )? {}
        self.decoding += began.elapsed();
        let text = self.written(&attempt.tokens, window);
        let sure = no_speech < SPEECH
            && attempt.average_logprob() > LIKELY
            && !attempt.makes_no_sense(&text)
            && can_be_said(&text, seconds(to - from));
        Ok(if sure { text } else { String::new() })
    }
}
