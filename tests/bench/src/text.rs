//! Reading a prompt and decoding.
//!
//! `{"prompt": [ids], "decode": n}` forgets everything, reads the prompt, decodes `n` tokens
//! greedily whatever they are, and tells the seconds.

use std::{
    thread,
    time::{Duration, Instant},
};

use quartet_pipelines::text::{
    LanguageModel, Message, Role, Sampler, SeededSampler, TextEvent, TextModel, TextParameters,
    TextPipeline, TextRequest,
};
use quartet_runtime::{Cancel, SessionOptions};
use serde::{Deserialize, Serialize};
use serde_json::to_value;

use crate::protocol::{self, Asked, Outcome, median};

#[derive(Deserialize)]
#[serde(untagged)]
enum Command {
    /// Token ids of a conversation of one question, for all contenders to read.
    Render {
        render: String,
    },
    Round {
        prompt: Vec<u32>,
        decode: usize,
    },
    /// How long a stop takes to be obeyed, while the prompt is read and while words are made.
    Cancel {
        cancel: String,
        rounds: usize,
    },
    /// The first turn of a conversation with a long prompt, and the second.
    Turns {
        turns: String,
    },
    /// The whole pipeline against the bare model, on one question.
    Overhead {
        overhead: String,
        decode: u32,
    },
}

#[derive(Serialize)]
struct Rendered {
    ids: Vec<u32>,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "names of the protocol, with their unit"
)]
struct Round {
    prefill_seconds: f64,
    /// From the command to the first token chosen.
    first_token_seconds: f64,
    /// One a token.
    decode_seconds: Vec<f64>,
}

#[derive(Serialize)]
struct Overhead {
    /// Seconds a token through the pipeline, events and all.
    pipeline: f64,
    /// Seconds a token in the bare session run.
    bare: f64,
}

#[derive(Serialize)]
struct Cancelled {
    /// The longest of all rounds, in seconds.
    longest: f64,
    median: f64,
}

#[derive(Serialize)]
struct Turns {
    /// Seconds to the first token, and tokens of the prompt that were read for it.
    first_seconds: f64,
    first_read: u32,
    second_seconds: f64,
    second_read: u32,
}

pub fn serve(asked: &Asked) -> Outcome<()> {
    let options = SessionOptions {
        threads: asked.threads,
        spinning: asked.spinning,
        ..SessionOptions::default()
    };
    protocol::serve(
        |runtime| {
            let pipeline = TextPipeline::open(runtime, &asked.folder, &options, &Cancel::new());
            Ok(pipeline?)
        },
        |pipeline, command| {
            let answer = match command {
                Command::Render { render } => to_value(Rendered {
                    ids: pipeline.render(&ask(&render))?,
                }),
                Command::Round { prompt, decode } => {
                    to_value(round(pipeline.language_model(), &prompt, decode)?)
                }
                Command::Cancel {
                    cancel: question,
                    rounds,
                } => to_value(cancelled(pipeline, &question, rounds)?),
                Command::Turns { turns: question } => to_value(turns(pipeline, &question)?),
                Command::Overhead {
                    overhead: question,
                    decode,
                } => to_value(overhead(pipeline, &question, decode)?),
            };
            Ok(answer?)
        },
    )
}

fn ask(question: &str) -> Vec<Message> {
    vec![Message {
        role: Role::User,
        content: question.to_owned(),
    }]
}

fn greedy(max_tokens: u32) -> TextParameters {
    TextParameters {
        temperature: 0.0,
        max_tokens,
        ..TextParameters::default()
    }
}

fn round(model: &mut dyn LanguageModel, prompt: &[u32], decode: usize) -> Outcome<Round> {
    let cancel = Cancel::new();
    let mut sampler = SeededSampler::new(&greedy(1), 0)?;
    model.truncate(0)?;
    let started = Instant::now();
    for chunk in prompt.chunks(model.chunk()) {
        model.read(chunk, &cancel)?;
    }
    let prefill_seconds = started.elapsed().as_secs_f64();
    let mut token = sampler.sample(model.logits(), prompt).id;
    let first_token_seconds = started.elapsed().as_secs_f64();
    let mut decode_seconds = Vec::with_capacity(decode);
    for _ in 0..decode {
        let started = Instant::now();
        model.read(&[token], &cancel)?;
        token = sampler.sample(model.logits(), prompt).id;
        decode_seconds.push(started.elapsed().as_secs_f64());
    }
    Ok(Round {
        prefill_seconds,
        first_token_seconds,
        decode_seconds,
    })
}

/// Two times a token over the same tokens: what the iterator takes from one to the next, and what
/// the session run alone takes when they are read again. Of several rounds, the one whose ratio is
/// the median: both halves of a round are close in time, on a machine whose speed drifts.
fn overhead(pipeline: &mut TextPipeline, question: &str, decode: u32) -> Outcome<Overhead> {
    const ROUNDS: u32 = 9;
    let mut rounds = Vec::new();
    for seed in 0..ROUNDS {
        rounds.push(overhead_round(pipeline, question, decode, seed)?);
    }
    rounds.sort_by(|a, b| (a.pipeline / a.bare).total_cmp(&(b.pipeline / b.bare)));
    Ok(rounds.swap_remove(rounds.len() / 2))
}

fn overhead_round(
    pipeline: &mut TextPipeline,
    question: &str,
    decode: u32,
    seed: u32,
) -> Outcome<Overhead> {
    let cancel = Cancel::new();
    let request = TextRequest {
        messages: ask(question),
        answer_start: Vec::new(),
        parameters: TextParameters {
            temperature: 0.8,
            top_p: 0.95,
            repetition_penalty: 1.1,
            seed: Some(seed),
            ..greedy(decode)
        },
        alternatives: 5,
        local_time: None,
    };
    let prompt = pipeline.render(&request.messages)?;
    let (mut ids, mut whole) = (Vec::new(), Vec::new());
    let mut last = Instant::now();
    for event in pipeline.run(request, &cancel)? {
        if let TextEvent::Token(token) = event? {
            ids.push(token.id);
            whole.push(last.elapsed().as_secs_f64());
        }
        last = Instant::now();
    }
    let model = pipeline.language_model();
    model.truncate(0)?;
    model.read(&prompt, &cancel)?;
    let mut bare = Vec::new();
    for id in ids {
        let started = Instant::now();
        model.read(&[id], &cancel)?;
        bare.push(started.elapsed().as_secs_f64());
    }
    Ok(Overhead {
        pipeline: median(whole),
        bare: median(bare),
    })
}

/// Stops at moments spread over the run, so that some fall into the prompt and some behind it.
fn cancelled(pipeline: &mut TextPipeline, question: &str, rounds: usize) -> Outcome<Cancelled> {
    let mut waits = Vec::new();
    for round in 0..rounds {
        let cancel = Cancel::new();
        let flag = cancel.clone();
        // Nothing of the last round may be reused: the prompt is to be read again.
        pipeline.language_model().truncate(0)?;
        let delay = Duration::from_millis(20 + 60 * round as u64);
        let stopper = thread::spawn(move || {
            thread::sleep(delay);
            let raised = Instant::now();
            flag.raise();
            raised
        });
        let request = TextRequest {
            messages: ask(question),
            answer_start: Vec::new(),
            parameters: greedy(4096),
            alternatives: 5,
            local_time: None,
        };
        let failed = pipeline.run(request, &cancel)?.find_map(Result::err);
        let ended = Instant::now();
        let raised = stopper.join().map_err(|_| "the stopper panicked")?;
        // A run that was over before the stop tells nothing.
        if failed.is_some() {
            waits.push(ended.saturating_duration_since(raised).as_secs_f64());
        }
    }
    Ok(Cancelled {
        longest: waits.iter().copied().fold(f64::NAN, f64::max),
        median: median(waits),
    })
}

fn turns(pipeline: &mut TextPipeline, question: &str) -> Outcome<Turns> {
    pipeline.language_model().truncate(0)?;
    let mut messages = ask(question);
    let (first_seconds, first_read, answer) = turn(pipeline, &messages)?;
    messages.push(Message {
        role: Role::Assistant,
        content: answer,
    });
    messages.extend(ask("And in one word?"));
    let (second_seconds, second_read, _) = turn(pipeline, &messages)?;
    Ok(Turns {
        first_seconds,
        first_read,
        second_seconds,
        second_read,
    })
}

/// Seconds to the first token, tokens read for it, and the answer.
fn turn(pipeline: &mut TextPipeline, messages: &[Message]) -> Outcome<(f64, u32, String)> {
    let cancel = Cancel::new();
    let request = TextRequest {
        messages: messages.to_vec(),
        answer_start: Vec::new(),
        parameters: greedy(16),
        alternatives: 0,
        local_time: None,
    };
    let started = Instant::now();
    let (mut first, mut read, mut answer) = (None, 0, String::new());
    for event in pipeline.run(request, &cancel)? {
        match event? {
            TextEvent::Prompt { total, reused, .. } => read = total - reused,
            TextEvent::Token(token) => {
                first.get_or_insert_with(|| started.elapsed().as_secs_f64());
                answer.push_str(&token.text);
            }
            TextEvent::Done(_) => {}
        }
    }
    Ok((first.ok_or("no token")?, read, answer))
}
