//! One way of writing a window down: token by token, at one temperature.

use quartet_runtime::Cancel;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng},
};

use super::{
    characters::is_character,
    recogniser::SpeechRecogniser,
    repetition::{before_loop, compression_ratio},
    rules::constrain,
    vocabulary::Vocabulary,
};
use crate::{Error, Result, text::TokenId};

/// Half of the decoder's positions, as in the reference.
const MOST_TOKENS: usize = 224;

/// Text this much smaller when compressed, or less likely a token than this (in nats), makes no
/// sense; the values of Whisper's authors.
const MOST_COMPRESSION: f32 = 2.4;
const LEAST_LOGPROB: f32 = -1.0;
const SILENT: f32 = 0.6;

/// Nobody says more in a second: 480 words a minute, 12 Chinese characters.
const WORDS_A_SECOND: f64 = 8.0;
const CHARACTERS_A_SECOND: f64 = 12.0;
/// Seconds that a few words may take beyond that, where the sound's length is not exact.
const GRACE: f64 = 1.0;
/// Fewer a second than slow speakers say, over at least this many seconds.
const FEW_WORDS: f64 = 1.0;
const FEW_CHARACTERS: f64 = 2.4;
const LONG: f64 = 5.0;

#[derive(Debug)]
pub(super) struct Attempt {
    temperature: f32,
    random: ChaCha8Rng,
    pub(super) tokens: Vec<TokenId>,
    /// Of each token, in the model's own distribution over what may come.
    pub(super) probabilities: Vec<f32>,
    logprobs: f32,
    looped: bool,
    finished: bool,
    logits: Vec<f32>,
}

impl Attempt {
    /// At temperature 0 the likeliest tokens; above it they are drawn, always the same.
    pub(super) fn new(temperature: f32) -> Self {
        Self {
            temperature,
            random: ChaCha8Rng::seed_from_u64(0),
            tokens: Vec::new(),
            probabilities: Vec::new(),
            logprobs: 0.0,
            looped: false,
            finished: false,
            logits: Vec::new(),
        }
    }

    pub(super) fn temperature(&self) -> f32 {
        self.temperature
    }

    /// Writes the next token: `false` once there is none.
    ///
    /// # Errors
    /// `NotFinite`, `Cancelled`, and those of the runtime.
    pub(super) fn step(
        &mut self,
        recogniser: &mut dyn SpeechRecogniser,
        vocabulary: &Vocabulary,
        prompt: &[TokenId],
        cancel: &Cancel,
    ) -> Result<bool> {
        if self.finished {
            return Ok(false);
        }
        let logits = match self.tokens.last() {
            None => recogniser.read(prompt, cancel)?,
            Some(last) => recogniser.read(&[*last], cancel)?,
        };
        if logits.iter().any(|logit| logit.is_nan()) || logits.len() <= vocabulary.end as usize {
            return Err(Error::NotFinite);
        }
        self.logits.clear();
        self.logits.extend_from_slice(logits);
        constrain(&mut self.logits, &self.tokens, vocabulary);
        let (id, logprob) = self.choose().ok_or(Error::NotFinite)?;
        self.logprobs += logprob;
        if id == vocabulary.end {
            self.finished = true;
            return Ok(false);
        }
        self.tokens.push(id);
        self.probabilities.push(logprob.exp());
        if let Some(kept) = before_loop(&self.tokens) {
            self.tokens.truncate(kept);
            self.probabilities.truncate(kept);
            self.looped = true;
            self.finished = true;
        }
        self.finished |= self.tokens.len() >= MOST_TOKENS;
        Ok(!self.finished)
    }

    /// A token and its logarithmic probability; none where nothing may come.
    fn choose(&mut self) -> Option<(TokenId, f32)> {
        let most = self
            .logits
            .iter()
            .copied()
            .fold(f32::NEG_INFINITY, f32::max);
        if !most.is_finite() {
            return None;
        }
        let sum: f32 = self.logits.iter().map(|logit| (logit - most).exp()).sum();
        let index = if self.temperature > 0.0 {
            self.draw(most)
        } else {
            self.logits.iter().position(|logit| *logit >= most)?
        };
        Some((index as TokenId, self.logits[index] - most - sum.ln()))
    }

    fn draw(&mut self, most: f32) -> usize {
        let weight = |logit: &f32| ((logit - most) / self.temperature).exp();
        let sum: f32 = self.logits.iter().map(weight).sum();
        let unit = (self.random.next_u32() >> 8) as f32 / (1 << 24) as f32;
        let mut left = unit * sum;
        let mut likeliest = 0;
        for (index, logit) in self.logits.iter().enumerate() {
            let weight = weight(logit);
            if weight > 0.0 {
                likeliest = index;
                if left < weight {
                    break;
                }
            }
            left -= weight;
        }
        likeliest
    }

    /// The mean over all tokens, the end included.
    pub(super) fn average_logprob(&self) -> f32 {
        self.logprobs / (self.tokens.len() + 1) as f32
    }

    /// How good it is, of several that make no sense: what can be said in `seconds` before what cannot,
    /// then the likelier.
    pub(super) fn rank(&self, text: &str, seconds: f64) -> (bool, f32) {
        let sayable = !self.looped && can_be_said(text, seconds);
        (sayable, self.average_logprob())
    }

    /// Whether what was written, `text`, is more likely a loop or a guess than words.
    pub(super) fn makes_no_sense(&self, text: &str) -> bool {
        self.looped
            || compression_ratio(text) > MOST_COMPRESSION
            || self.average_logprob() < LEAST_LOGPROB
    }

    /// Whether there was no speech, given how likely the network held that beforehand.
    pub(super) fn is_silence(&self, no_speech: f32) -> bool {
        no_speech > SILENT && self.average_logprob() < LEAST_LOGPROB
    }
}

/// Whether anybody can say `text` in `seconds`.
pub(super) fn can_be_said(text: &str, seconds: f64) -> bool {
    spoken(text, WORDS_A_SECOND, CHARACTERS_A_SECOND) <= seconds + GRACE
}

/// Whether `text` is much less than what is said in so many seconds of sound: a network that hears the
/// same sentence again often writes it once.
pub(super) fn is_thin(text: &str, seconds: f64) -> bool {
    seconds >= LONG && spoken(text, FEW_WORDS, FEW_CHARACTERS) < seconds
}

/// How many seconds `text` takes at so many words and Chinese characters a second.
fn spoken(text: &str, words_a_second: f64, characters_a_second: f64) -> f64 {
    let characters = text.chars().filter(|&c| is_character(c)).count();
    let words = text
        .split(|c: char| c.is_whitespace() || is_character(c))
        .filter(|word| word.contains(char::is_alphanumeric))
        .count();
    words as f64 / words_a_second + characters as f64 / characters_a_second
}

/// Whether `text` takes longer than it lasted, be it said as fast as can be.
pub(super) fn is_pressed(text: &str, seconds: f64) -> bool {
    spoken(text, WORDS_A_SECOND, CHARACTERS_A_SECOND) > seconds
}

#[cfg(test)]
mod tests {
    use super::{super::types::Mel, super::vocabulary::tests::small, *};

    /// Says the tokens one after the other, `sureness` logits above all others.
    struct Reciting {
        tokens: Vec<TokenId>,
        at: usize,
        sureness: f32,
        logits: Vec<f32>,
    }

    impl SpeechRecogniser for Reciting {
        fn bands(&self) -> usize {
            80
        }
        fn least_frames(&self) -> usize {
            2
        }
        fn hear(&mut self, _: &Mel, _: &Cancel) -> Result<()> {
            Ok(())
        }
        fn read(&mut self, _: &[TokenId], _: &Cancel) -> Result<&[f32]> {
            self.logits = vec![0.0; small().len()];
            self.logits[self.tokens[self.at % self.tokens.len()] as usize] = self.sureness;
            self.at += 1;
            Ok(&self.logits)
        }
        fn rewind(&mut self) -> Result<()> {
            self.at = 0;
            Ok(())
        }
    }

    fn written(tokens: &[TokenId], sureness: f32, temperature: f32) -> Attempt {
        let mut reciting = Reciting {
            tokens: tokens.to_vec(),
            at: 0,
            sureness,
            logits: Vec::new(),
        };
        let mut attempt = Attempt::new(temperature);
        let (vocabulary, cancel) = (small(), Cancel::new());
        while attempt
            .step(&mut reciting, &vocabulary, &[11], &cancel)
            .unwrap()
        {}
        attempt
    }

    #[test]
    fn the_likeliest_tokens_are_written_up_to_the_end() {
        let attempt = written(&[17, 1, 2, 3, 67, 10], 30.0, 0.0);
        assert_eq!(attempt.tokens, [17, 1, 2, 3, 67]);
        assert!(attempt.probabilities.iter().all(|p| *p > 0.99));
        assert!(!attempt.makes_no_sense("abc") && !attempt.is_silence(0.9));
    }

    #[test]
    fn a_loop_is_left_and_reported() {
        let attempt = written(
            &[
                17, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5,
            ],
            30.0,
            0.0,
        );
        assert_eq!(attempt.tokens, [17, 5]);
        assert!(attempt.makes_no_sense("f"));
    }

    #[test]
    fn nobody_says_seventy_words_in_four_seconds() {
        assert!(!can_be_said(&"chief ".repeat(70), 4.0));
        assert!(!can_be_said(&"好的".repeat(40), 4.0));
        assert!(can_be_said(
            "The bus to the museum leaves at half past nine.",
            2.5
        ));
        assert!(can_be_said("请大家提前准备问题，星期五下午三点见。", 3.0));
        assert!(can_be_said("Yes.", 0.0));
    }

    #[test]
    fn one_sentence_in_thirteen_seconds_of_speech_is_thin() {
        assert!(is_thin("今天的天气非常好，我们一起去公园散步吧。", 13.0));
        assert!(!is_thin("今天的天气非常好，我们一起去公园散步吧。", 4.6));
        assert!(is_thin("We painted the fence green.", 9.0));
        assert!(!is_thin("Yes.", 4.0));
    }

    #[test]
    fn of_several_the_likelier_is_better_and_a_loop_is_worst() {
        let sure = written(&[17, 1, 2, 67, 10], 3.0, 0.0);
        let unsure = written(&[17, 1, 2, 67, 10], 1.0, 0.0);
        let looped = written(
            &[
                17, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5,
            ],
            30.0,
            0.0,
        );
        assert!(sure.rank("ab", 1.0) > unsure.rank("ab", 1.0));
        assert!(unsure.rank("ab", 1.0) > looped.rank("f", 1.0));
        assert!(unsure.rank("ab", 1.0) > sure.rank(&"ab ".repeat(50), 1.0));
    }

    #[test]
    fn guesses_make_no_sense_and_in_silence_are_silence() {
        let attempt = written(&[17, 1, 67, 10], 0.0, 0.0);
        assert!(attempt.makes_no_sense("x"));
        assert!(attempt.is_silence(0.7) && !attempt.is_silence(0.5));
    }

    #[test]
    fn what_is_drawn_is_always_the_same_and_never_barred() {
        let first = written(&[17, 1, 2, 3], 1.0, 1.0);
        assert_eq!(first.tokens, written(&[17, 1, 2, 3], 1.0, 1.0).tokens);
        assert!(first.tokens.iter().all(|id| !(11..17).contains(id)));
    }
}
