//! The generation against a model of five lines: it predicts the byte that follows in `script`.

use super::{
    super::sampler::{Choice, argmax},
    *,
};

/// After n tokens of which the last `answered` are its own, predicts `script[answered]`.
struct Scripted {
    script: &'static [u8],
    prompt: usize,
    read: Vec<TokenId>,
    /// How many tokens each call of `read` brought.
    calls: Vec<usize>,
    /// For each token read, where the group it was read in begins.
    groups: Vec<usize>,
    logits: Vec<f32>,
}

const END: TokenId = 0;

impl Scripted {
    fn new(script: &'static str, prompt: &str) -> Self {
        let (read, calls, groups) = (Vec::new(), Vec::new(), Vec::new());
        let logits = vec![0.0; 256];
        Self {
            script: script.as_bytes(),
            prompt: prompt.len(),
            read,
            calls,
            groups,
            logits,
        }
    }
}

impl LanguageModel for Scripted {
    fn context_length(&self) -> usize {
        64
    }
    fn len(&self) -> usize {
        self.read.len()
    }
    fn truncate(&mut self, len: usize) -> Result<()> {
        self.read.truncate(len);
        self.groups.truncate(len);
        Ok(())
    }
    fn read(&mut self, tokens: &[TokenId], cancel: &Cancel) -> Result<()> {
        cancel.check()?;
        self.calls.push(tokens.len());
        self.groups
            .extend(std::iter::repeat_n(self.read.len(), tokens.len()));
        self.read.extend_from_slice(tokens);
        let answered = self.read.len().saturating_sub(self.prompt);
        let next = self.script.get(answered).copied().unwrap_or(END as u8);
        self.logits.fill(0.0);
        self.logits[next as usize] = 20.0;
        Ok(())
    }
    fn logits(&self) -> &[f32] {
        &self.logits
    }
    fn chunk(&self) -> usize {
        8
    }
}

/// Tokens are bytes.
struct Bytes;

impl Vocabulary for Bytes {
    fn decode(&self, ids: &[TokenId]) -> String {
        String::from_utf8_lossy(&ids.iter().map(|&id| id as u8).collect::<Vec<_>>()).into_owned()
    }
    fn piece(&self, id: TokenId) -> String {
        self.decode(&[id])
    }
    fn ends(&self, id: TokenId) -> bool {
        id == END
    }
}

/// Takes the likeliest token.
struct ArgMax;

impl Sampler for ArgMax {
    fn sample(&mut self, logits: &[f32], _: &[TokenId]) -> Choice {
        let (id, logprob) = (argmax(logits), 0.0);
        Choice { id, logprob }
    }
}

fn ids(text: &str) -> Vec<TokenId> {
    text.bytes().map(TokenId::from).collect()
}

fn context(prompt: &str, answer_start: &str) -> Context {
    Context {
        tokens: ids(&format!("{prompt}{answer_start}")),
        prompt: prompt.len(),
    }
}

fn greedy() -> TextParameters {
    TextParameters {
        temperature: 0.0,
        max_tokens: 100,
        ..TextParameters::default()
    }
}

fn run(
    model: &mut Scripted,
    prefix: &mut PrefixCache,
    prompt: &str,
    parameters: &TextParameters,
) -> Result<(String, TextStats)> {
    let cancel = Cancel::new();
    let plan = GenerationPlan {
        context: context(prompt, ""),
        parameters,
        alternatives: 3,
        seed: 1,
    };
    let (mut text, mut stats) = (String::new(), None);
    for event in Generation::new(model, prefix, &Bytes, ArgMax, plan, &cancel)?.events() {
        match event? {
            TextEvent::Token(token) => {
                assert_eq!(token.alternatives.len(), 3);
                assert_eq!(token.alternatives[0].id, token.id, "the likeliest is taken");
                text += &token.text;
            }
            TextEvent::Done(done) => stats = Some(done),
            TextEvent::Prompt { .. } => assert!(text.is_empty() && stats.is_none()),
        }
    }
    Ok((text, stats.expect("the last event is Done")))
}

#[test]
fn the_prompt_is_read_in_chunks_and_the_answer_token_by_token() {
    let mut model = Scripted::new("猫 ok", "0123456789");
    let (text, stats) = run(
        &mut model,
        &mut PrefixCache::default(),
        "0123456789",
        &greedy(),
    )
    .unwrap();
    assert_eq!(text, "猫 ok");
    assert_eq!(model.calls, [8, 2, 1, 1, 1, 1, 1, 1]);
    assert_eq!(stats.reason, FinishReason::EndOfTurn);
    assert_eq!(
        (
            stats.prompt_tokens,
            stats.generated_tokens,
            stats.context_used
        ),
        (10, 6, 16)
    );
}

#[test]
fn a_second_turn_keeps_the_whole_chunks_of_the_first_prompt() {
    let prompt = "a question of 22 tokens";
    let mut model = Scripted::new("yes", prompt);
    let mut prefix = PrefixCache::default();
    run(&mut model, &mut prefix, prompt, &greedy()).unwrap();
    let longer = format!("{prompt}yes more");
    (model.calls, model.prompt) = (Vec::new(), longer.len());
    let (_, stats) = run(&mut model, &mut prefix, &longer, &greedy()).unwrap();
    assert_eq!(stats.reused_tokens, 16);
    assert_eq!(model.calls[..2], [8, 7]);
}

/// What replays rest on: whatever ran before, the same tokens are read in the same groups.
#[test]
fn tokens_are_grouped_the_same_whatever_the_memory_holds() {
    let prompt = "twenty-one characters";
    let groups_after = |before: &[&str]| {
        let (mut model, mut prefix) = (Scripted::new("", ""), PrefixCache::default());
        for earlier in before {
            run(&mut model, &mut prefix, earlier, &greedy()).unwrap();
        }
        let fork = context(prompt, "XYZ");
        next_token(&mut model, &mut prefix, &Bytes, &fork, 1, &Cancel::new()).unwrap();
        model.groups
    };
    let fresh = groups_after(&[]);
    assert_eq!(fresh[7..9], [0, 8], "chunks begin at multiples of eight");
    assert_eq!(
        fresh[20..],
        [16, 21, 22, 23],
        "the answer is read token by token"
    );
    for before in [
        "twenty-one characters and more",
        "twenty-one",
        "other",
        prompt,
    ] {
        assert_eq!(groups_after(&[before]), fresh, "after {before:?}");
    }
}

#[test]
fn the_same_prompt_again_reads_its_last_chunk() {
    let mut model = Scripted::new("yes", "0123456789");
    let mut prefix = PrefixCache::default();
    let first = run(&mut model, &mut prefix, "0123456789", &greedy())
        .unwrap()
        .0;
    model.calls.clear();
    let (second, stats) = run(&mut model, &mut prefix, "0123456789", &greedy()).unwrap();
    assert_eq!((first, stats.reused_tokens, model.calls[0]), (second, 8, 2));
}

#[test]
fn a_fork_truncates_the_memory_and_reads_one_token() {
    let mut model = Scripted::new("abcdef", "question");
    let mut prefix = PrefixCache::default();
    run(&mut model, &mut prefix, "question", &greedy()).unwrap();
    model.calls.clear();
    let fork = context("question", "abcX");
    next_token(&mut model, &mut prefix, &Bytes, &fork, 1, &Cancel::new()).unwrap();
    assert_eq!(model.calls, [1]);
}

#[test]
fn stop_sequences_end_the_text_before_them() {
    let parameters = TextParameters {
        stop: vec!["。B".into()],
        ..greedy()
    };
    let mut model = Scripted::new("A。好。B and on", "p");
    let (text, stats) = run(&mut model, &mut PrefixCache::default(), "p", &parameters).unwrap();
    assert_eq!(
        (text.as_str(), stats.reason),
        ("A。好", FinishReason::StopSequence)
    );
}

#[test]
fn half_of_a_stop_sequence_at_the_end_is_shown() {
    let parameters = TextParameters {
        stop: vec!["END".into()],
        ..greedy()
    };
    let mut model = Scripted::new("the EN", "p");
    let (text, _) = run(&mut model, &mut PrefixCache::default(), "p", &parameters).unwrap();
    assert_eq!(text, "the EN");
}

#[test]
fn a_run_ends_at_its_limit_and_at_the_end_of_the_context() {
    let parameters = TextParameters {
        max_tokens: 2,
        ..greedy()
    };
    let mut model = Scripted::new("abcdef", "p");
    let (text, stats) = run(&mut model, &mut PrefixCache::default(), "p", &parameters).unwrap();
    assert_eq!(
        (text.as_str(), stats.reason),
        ("ab", FinishReason::MaxTokens)
    );

    let prompt = "0".repeat(60);
    let mut model = Scripted::new("abcdefghij", &prompt);
    let (text, stats) = run(&mut model, &mut PrefixCache::default(), &prompt, &greedy()).unwrap();
    assert_eq!(
        (text.as_str(), stats.reason),
        ("abcd", FinishReason::ContextFull)
    );
    assert!(model.read.len() <= model.context_length());
}

#[test]
fn what_does_not_fit_is_refused_with_the_count() {
    let mut model = Scripted::new("", "");
    let long = run(
        &mut model,
        &mut PrefixCache::default(),
        &"0".repeat(64),
        &greedy(),
    );
    assert_eq!(
        long.unwrap_err(),
        Error::PromptTooLong {
            tokens: 64,
            context_length: 64
        }
    );
    let empty = run(&mut model, &mut PrefixCache::default(), "", &greedy());
    assert_eq!(empty.unwrap_err(), Error::EmptyPrompt);
}

#[test]
fn a_stop_in_the_middle_is_an_error_and_the_next_run_is_whole() {
    let mut model = Scripted::new("abcdef", "question");
    let mut prefix = PrefixCache::default();
    let cancel = Cancel::new();
    let parameters = greedy();
    let plan = GenerationPlan {
        context: context("question", ""),
        parameters: &parameters,
        alternatives: 0,
        seed: 1,
    };
    let mut generation = Generation::new(&mut model, &mut prefix, &Bytes, ArgMax, plan, &cancel)
        .unwrap()
        .events();
    assert!(matches!(
        generation.next(),
        Some(Ok(TextEvent::Prompt { .. }))
    ));
    assert!(matches!(generation.next(), Some(Ok(TextEvent::Token(_)))));
    cancel.raise();
    assert_eq!(generation.next(), Some(Err(Error::Cancelled)));
    assert_eq!(generation.next(), None);
    drop(generation);
    let (text, _) = run(&mut model, &mut prefix, "question", &greedy()).unwrap();
    assert_eq!(text, "abcdef");
}

#[test]
fn a_fork_goes_on_after_the_tokens_it_was_given() {
    let mut model = Scripted::new("Xbc", "question");
    let (mut prefix, cancel, parameters) = (PrefixCache::default(), Cancel::new(), greedy());
    let plan = GenerationPlan {
        context: context("question", "X"),
        parameters: &parameters,
        alternatives: 0,
        seed: 1,
    };
    let generation = Generation::new(&mut model, &mut prefix, &Bytes, ArgMax, plan, &cancel)
        .unwrap()
        .events();
    let text: String = generation
        .filter_map(|event| match event.unwrap() {
            TextEvent::Token(token) => Some(token.text),
            _ => None,
        })
        .collect();
    assert_eq!(text, "bc", "the given tokens are not sent again");
}

#[test]
fn numbers_that_are_none_end_the_run() {
    struct Broken;
    impl LanguageModel for Broken {
        fn context_length(&self) -> usize {
            8
        }
        fn len(&self) -> usize {
            0
        }
        fn truncate(&mut self, _: usize) -> Result<()> {
            Ok(())
        }
        fn read(&mut self, _: &[TokenId], _: &Cancel) -> Result<()> {
            Ok(())
        }
        fn logits(&self) -> &[f32] {
            &[f32::NAN; 4]
        }
        fn chunk(&self) -> usize {
            8
        }
    }
    let (mut prefix, cancel, parameters) = (PrefixCache::default(), Cancel::new(), greedy());
    let plan = GenerationPlan {
        context: context("p", ""),
        parameters: &parameters,
        alternatives: 0,
        seed: 0,
    };
    let events: Vec<_> = Generation::new(&mut Broken, &mut prefix, &Bytes, ArgMax, plan, &cancel)
        .unwrap()
        .events()
        .collect();
    assert_eq!(events.last(), Some(&Err(Error::NotFinite)));
}

#[test]
fn a_given_answer_is_weighed_token_by_token_and_read_once() {
    let mut model = Scripted::new("abcdef", "question");
    let mut prefix = PrefixCache::default();
    let weigh = |model: &mut Scripted, prefix: &mut PrefixCache, answer: &[u8]| {
        let ids: Vec<_> = answer.iter().map(|&byte| u32::from(byte)).collect();
        likelihood(model, prefix, context("question", ""), &ids, &Cancel::new()).unwrap()
    };
    let written = weigh(&mut model, &mut prefix, b"abc");
    assert_eq!(model.calls, [8, 1, 1]);
    let other = weigh(&mut model, &mut prefix, b"abX");
    assert_eq!(written[..2], other[..2]);
    assert!(written[2] > other[2], "{written:?} {other:?}");
    let nothing = likelihood(
        &mut model,
        &mut prefix,
        context("question", ""),
        &[],
        &Cancel::new(),
    );
    assert!(matches!(nothing, Err(Error::EmptyPrompt)));
}
