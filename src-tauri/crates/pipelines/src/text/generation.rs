//! One generation as an iterator: the prompt in chunks, then token after token.
//!
//! Knows neither ONNX nor the tokenizer library: a fake model of five lines is enough to test
//! what it does with the cache, with stop sequences and with a raised cancel flag.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use quartet_runtime::Cancel;

use super::{
    Alternative, FinishReason, TextEvent, TextParameters, TextStats, Token, TokenId,
    detokenizer::Detokenizer,
    distribution::Distribution,
    language_model::LanguageModel,
    sampler::Sampler,
    stop::{Scan, StopScanner},
};
use crate::{Error, Result, run};

/// What a generation needs to know of the tokenizer.
pub(super) trait Vocabulary {
    fn decode(&self, ids: &[TokenId]) -> String;
    fn piece(&self, id: TokenId) -> String;
    /// Whether `id` ends the model's turn.
    fn ends(&self, id: TokenId) -> bool;
}

/// The tokens a language model remembers, so that a later prompt reuses what it shares with them.
///
/// What a network computes for a token depends, in the last bits, on how many tokens were read
/// along with it; one bit is enough to change a draw. A recipe must replay whatever the cache
/// holds, so every context is read in one way: the prompt in chunks that begin at multiples of
/// the chunk size, the answer token by token. Only what was read in exactly the way it would be
/// read now is reused.
#[derive(Debug, Default)]
pub(super) struct PrefixCache {
    tokens: Vec<TokenId>,
    /// How many of them were read as a prompt; the rest one by one.
    prompt: usize,
}

impl PrefixCache {
    /// Forgets what cannot be reused for `context`, whose first `prompt` tokens are the prompt,
    /// and returns how many tokens are left. The last one is always read again, because the logits
    /// belong to the last token read.
    fn reuse(
        &mut self,
        model: &mut dyn LanguageModel,
        context: &[TokenId],
        prompt: usize,
    ) -> Result<usize> {
        let shared = self
            .tokens
            .iter()
            .zip(context)
            .take_while(|(old, new)| old == new)
            .count();
        let shared = shared.min(model.len());
        let same_prompt = self.prompt == prompt && shared >= prompt;
        let keep = if same_prompt && context.len() > prompt {
            shared.min(context.len() - 1)
        } else {
            let whole_chunks = shared.min(self.prompt).min(prompt.saturating_sub(1));
            whole_chunks / model.chunk() * model.chunk()
        };
        model.truncate(keep)?;
        self.tokens.truncate(keep);
        self.prompt = prompt;
        Ok(keep)
    }

    /// The end of the run of tokens to read next after the first `done` of `context`.
    fn next_end(&self, done: usize, context: &[TokenId], chunk: usize) -> usize {
        if done < self.prompt {
            self.prompt.min(done + chunk)
        } else {
            context.len().min(done + 1)
        }
    }

    /// Reads what of `context` is not remembered yet.
    fn read_all(
        &mut self,
        model: &mut dyn LanguageModel,
        context: &Context,
        cancel: &Cancel,
    ) -> Result<()> {
        let tokens = &context.tokens;
        check_length(tokens.len(), model.context_length())?;
        let mut done = self.reuse(model, tokens, context.prompt)?;
        while done < tokens.len() {
            let end = self.next_end(done, tokens, model.chunk());
            self.read(model, &tokens[done..end], cancel)?;
            done = end;
        }
        Ok(())
    }

    fn read(
        &mut self,
        model: &mut dyn LanguageModel,
        tokens: &[TokenId],
        cancel: &Cancel,
    ) -> Result<()> {
        cancel.check()?;
        model.read(tokens, cancel)?;
        self.tokens.extend_from_slice(tokens);
        Ok(())
    }
}

/// Reads `context` and gives the `count` likeliest next tokens.
pub(super) fn next_token(
    model: &mut dyn LanguageModel,
    prefix: &mut PrefixCache,
    vocabulary: &dyn Vocabulary,
    context: &Context,
    count: usize,
    cancel: &Cancel,
) -> Result<Vec<Alternative>> {
    prefix.read_all(model, context, cancel)?;
    let distribution = Distribution::new(model.logits())?;
    Ok(alternatives(&distribution, vocabulary, count))
}

/// Reads `context`, then `answer` token by token, and gives the natural logarithm of the probability that each
/// of them had.
pub(super) fn likelihood(
    model: &mut dyn LanguageModel,
    prefix: &mut PrefixCache,
    mut context: Context,
    answer: &[TokenId],
    cancel: &Cancel,
) -> Result<Vec<f32>> {
    if answer.is_empty() {
        return Err(Error::EmptyPrompt);
    }
    check_length(context.tokens.len() + answer.len(), model.context_length())?;
    answer
        .iter()
        .map(|&id| {
            prefix.read_all(model, &context, cancel)?;
            context.tokens.push(id);
            Ok(Distribution::new(model.logits())?.logprob(id))
        })
        .collect()
}

/// What the model is to read before it goes on.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// The rendered conversation, then the tokens the answer must begin with.
    pub(super) tokens: Vec<TokenId>,
    /// How many of them are the conversation.
    pub(super) prompt: usize,
}

fn check_length(tokens: usize, context_length: usize) -> Result<()> {
    match tokens {
        0 => Err(Error::EmptyPrompt),
        // One place must be left for the answer.
        _ if tokens >= context_length => Err(Error::PromptTooLong {
            tokens,
            context_length,
        }),
        _ => Ok(()),
    }
}

fn alternatives(
    distribution: &Distribution<'_>,
    vocabulary: &dyn Vocabulary,
    count: usize,
) -> Vec<Alternative> {
    let alternative = |id| Alternative {
        id,
        piece: vocabulary.piece(id),
        logprob: distribution.logprob(id),
    };
    distribution
        .top(count)
        .into_iter()
        .map(alternative)
        .collect()
}

pub(super) struct Generation<'a, S> {
    model: &'a mut dyn LanguageModel,
    prefix: &'a mut PrefixCache,
    vocabulary: &'a dyn Vocabulary,
    cancel: &'a Cancel,
    context: Vec<TokenId>,
    parameters: TextParameters,
    alternatives: usize,
    seed: u32,
    sampler: S,
    detokenizer: Detokenizer,
    stop: StopScanner,
    /// Tokens whose text is not decided yet, oldest first.
    undecided: Vec<Token>,
    ready: VecDeque<TextEvent>,
    step: Step,
    reused: usize,
    generated: u32,
    started: Instant,
    prompt_time: Duration,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Tokens of the prompt read so far.
    Prompt(usize),
    Sample,
    Read(TokenId),
    Finished,
}

/// What a run is asked for, apart from the machinery.
pub(super) struct GenerationPlan<'r> {
    pub(super) context: Context,
    pub(super) parameters: &'r TextParameters,
    pub(super) alternatives: usize,
    pub(super) seed: u32,
}

impl<'a, S: Sampler> Generation<'a, S> {
    /// # Errors
    /// `EmptyPrompt`, `PromptTooLong`.
    pub(super) fn new(
        model: &'a mut dyn LanguageModel,
        prefix: &'a mut PrefixCache,
        vocabulary: &'a dyn Vocabulary,
        sampler: S,
        plan: GenerationPlan<'_>,
        cancel: &'a Cancel,
    ) -> Result<Self> {
        let Context {
            tokens: context,
            prompt,
        } = plan.context;
        check_length(context.len(), model.context_length())?;
        let reused = prefix.reuse(model, &context, prompt)?;
        let answer_start = &context[prompt..];
        Ok(Self {
            detokenizer: Detokenizer::after(answer_start, |ids| vocabulary.decode(ids)),
            stop: StopScanner::new(&plan.parameters.stop),
            parameters: plan.parameters.clone(),
            alternatives: plan.alternatives,
            seed: plan.seed,
            context,
            undecided: Vec::new(),
            ready: VecDeque::new(),
            step: Step::Prompt(reused),
            generated: 0,
            started: Instant::now(),
            prompt_time: Duration::ZERO,
            model,
            prefix,
            vocabulary,
            cancel,
            sampler,
            reused,
        })
    }

    pub(super) fn events(mut self) -> impl Iterator<Item = Result<TextEvent>> {
        run::events(move || self.next_event())
    }

    fn next_event(&mut self) -> Result<Option<TextEvent>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            if matches!(self.step, Step::Finished) {
                return Ok(None);
            }
            self.advance()?;
        }
    }

    fn advance(&mut self) -> Result<()> {
        match self.step {
            Step::Prompt(done) => self.read_prompt(done),
            Step::Sample => self.sample(),
            Step::Read(id) => {
                self.prefix.read(self.model, &[id], self.cancel)?;
                self.step = Step::Sample;
                Ok(())
            }
            Step::Finished => Ok(()),
        }
    }

    fn read_prompt(&mut self, done: usize) -> Result<()> {
        let end = self
            .prefix
            .next_end(done, &self.context, self.model.chunk());
        self.prefix
            .read(self.model, &self.context[done..end], self.cancel)?;
        self.ready.push_back(TextEvent::Prompt {
            done: end as u32,
            total: self.context.len() as u32,
            reused: self.reused as u32,
        });
        self.step = Step::Prompt(end);
        if end == self.context.len() {
            self.prompt_time = self.started.elapsed();
            self.step = Step::Sample;
        }
        Ok(())
    }

    fn sample(&mut self) -> Result<()> {
        self.cancel.check()?;
        let logits = self.model.logits();
        let distribution = Distribution::new(logits)?;
        let choice = self.sampler.sample(logits, &self.prefix.tokens);
        if self.vocabulary.ends(choice.id) {
            self.finish(FinishReason::EndOfTurn);
            return Ok(());
        }
        self.generated += 1;
        let token = Token {
            id: choice.id,
            text: String::new(),
            piece: self.vocabulary.piece(choice.id),
            logprob: distribution.logprob(choice.id),
            chosen_logprob: choice.logprob,
            alternatives: alternatives(&distribution, self.vocabulary, self.alternatives),
        };
        self.show(token);
        if matches!(self.step, Step::Finished) {
            return Ok(());
        }
        // The token just drawn takes a place of its own once it is read.
        let full = self.prefix.tokens.len() + 1 >= self.model.context_length();
        if self.generated >= self.parameters.max_tokens {
            self.finish(FinishReason::MaxTokens);
        } else if full {
            self.finish(FinishReason::ContextFull);
        } else {
            self.step = Step::Read(choice.id);
        }
        Ok(())
    }

    /// Gives `token` the text that becomes visible with it, and hands out all tokens whose text is
    /// decided.
    fn show(&mut self, token: Token) {
        let vocabulary = self.vocabulary;
        let text = self
            .detokenizer
            .push(token.id, |ids| vocabulary.decode(ids));
        self.undecided.push(token);
        match self.stop.push(&text) {
            Scan::Show(text) => {
                let held = self.detokenizer.holds() || self.stop.holds();
                self.append(&text);
                if !held {
                    self.hand_out();
                }
            }
            Scan::Stop(text) => {
                self.append(&text);
                self.finish_with(FinishReason::StopSequence);
            }
        }
    }

    fn append(&mut self, text: &str) {
        if let Some(last) = self.undecided.last_mut() {
            last.text.push_str(text);
        }
    }

    fn hand_out(&mut self) {
        self.ready
            .extend(self.undecided.drain(..).map(TextEvent::Token));
    }

    /// Ends the run after all that was held back has become visible.
    fn finish(&mut self, reason: FinishReason) {
        let vocabulary = self.vocabulary;
        let tail = self.detokenizer.finish(|ids| vocabulary.decode(ids));
        let (text, reason) = match self.stop.push(&tail) {
            Scan::Show(text) => (text + &self.stop.finish(), reason),
            Scan::Stop(text) => (text, FinishReason::StopSequence),
        };
        self.append(&text);
        self.finish_with(reason);
    }

    fn finish_with(&mut self, reason: FinishReason) {
        self.hand_out();
        self.step = Step::Finished;
        let total = self.started.elapsed();
        self.ready.push_back(TextEvent::Done(TextStats {
            reason,
            seed: self.seed,
            prompt_tokens: self.context.len() as u32,
            reused_tokens: self.reused as u32,
            generated_tokens: self.generated,
            prompt_seconds: self.prompt_time.as_secs_f64(),
            decode_seconds: total.saturating_sub(self.prompt_time).as_secs_f64(),
            context_length: self.model.context_length() as u32,
            context_used: self.context.len() as u32 + self.generated,
        }));
    }
}

#[cfg(test)]
mod tests;
