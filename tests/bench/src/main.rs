//! Quartet as a contender: reads one JSON command a line, does it, answers with one JSON line.
//!
//! `quartet-bench text <model folder> <threads> <spinning>` loads the model and tells so; then
//! `{"prompt": [ids], "decode": n}` forgets everything, reads the prompt, decodes `n` tokens
//! greedily whatever they are, and tells the seconds. The peers in `peers/` speak the same lines,
//! so that rounds can be interleaved and ratios taken pair by pair.

#![expect(clippy::print_stdout, reason = "the protocol is standard output")]

use std::{
    error::Error,
    io::BufRead,
    path::{Path, PathBuf},
    time::Instant,
};

use quartet_pipelines::{
    Pipeline,
    text::{
        LanguageModel, Message, Role, Sampler, SeededSampler, TextEvent, TextOptions,
        TextParameters, TextPipeline, TextRequest,
    },
};
use quartet_runtime::{Cancel, Runtime};
use serde::{Deserialize, Serialize};

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
    /// The whole pipeline against the bare model, on one question.
    Overhead {
        overhead: String,
        decode: u32,
    },
}

#[derive(Serialize)]
struct Loaded {
    load_seconds: f64,
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

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, modality, folder, threads, spinning] = &arguments[..] else {
        return Err("usage: quartet-bench text FOLDER THREADS SPINNING".into());
    };
    if modality != "text" {
        return Err(format!("no bench for {modality}").into());
    }
    let options = TextOptions {
        threads: threads.parse()?,
        spinning: spinning.parse()?,
        ..TextOptions::default()
    };
    let library: PathBuf = std::env::var_os("QUARTET_ORT")
        .ok_or("QUARTET_ORT is not set")?
        .into();
    let started = Instant::now();
    let runtime = Runtime::load(&library)?;
    let mut pipeline = TextPipeline::open(&runtime, Path::new(folder), &options, &Cancel::new())?;
    say(&Loaded {
        load_seconds: started.elapsed().as_secs_f64(),
    })?;
    for line in std::io::stdin().lock().lines() {
        match serde_json::from_str(&line?)? {
            Command::Render { render } => say(&Rendered {
                ids: pipeline.render(&ask(&render))?,
            })?,
            Command::Round { prompt, decode } => {
                say(&round(pipeline.language_model(), &prompt, decode)?)?;
            }
            Command::Overhead {
                overhead: question,
                decode,
            } => {
                say(&overhead(&mut pipeline, &question, decode)?)?;
            }
        }
    }
    Ok(())
}

fn say(answer: &impl Serialize) -> serde_json::Result<()> {
    println!("{}", serde_json::to_string(answer)?);
    Ok(())
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

fn round(
    model: &mut dyn LanguageModel,
    prompt: &[u32],
    decode: usize,
) -> Result<Round, Box<dyn Error>> {
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

/// Two medians over the same tokens: what the iterator takes from token to token, and what the
/// session run alone takes when those tokens are read again.
fn overhead(
    pipeline: &mut TextPipeline,
    question: &str,
    decode: u32,
) -> Result<Overhead, Box<dyn Error>> {
    let cancel = Cancel::new();
    let request = TextRequest {
        messages: ask(question),
        answer_start: Vec::new(),
        parameters: TextParameters {
            temperature: 0.8,
            top_p: 0.95,
            repetition_penalty: 1.1,
            seed: Some(1),
            ..greedy(decode)
        },
        alternatives: 5,
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

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
