//! `quartet text`: a prompt in, a text out.

use std::{
    io::{self, IsTerminal},
    ops::ControlFlow,
    process::ExitCode,
    sync::mpsc,
};

use quartet_studio::{
    EventOf, Failure, JobEvent, LoadedText, Loading, Skill, Studio, TextJob, TextOrder,
    TextProgress,
    text::{Message, Role, TextParameters, TextRequest, TextStats, Token},
};
use serde::Serialize;

use crate::{
    arguments::TextArguments,
    job::{self, keep},
    output::{Result, User, exit_code, json, json_line, write},
    progress::Progress,
    words,
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    model: &'a str,
    text: &'a str,
    stats: &'a TextStats,
    /// Its id in the library.
    work: Option<&'a str>,
    keep_failure: &'a Option<Failure>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tokens: &'a [Token],
}

/// The last line of `--json --stream`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Done<'a> {
    kind: &'a str,
    stats: &'a TextStats,
    work: Option<&'a String>,
    keep_failure: &'a Option<Failure>,
}

pub fn run(studio: &Studio, arguments: &TextArguments, user: &User) -> Result<ExitCode> {
    let model = match &arguments.model {
        Some(model) => model.clone(),
        None => studio.models().default(Skill::Text)?,
    };
    let loaded = load(studio, &model, user)?;
    let order = TextOrder {
        model: Some(model),
        request: request(arguments, &loaded),
    };
    let job = job::start(studio, order, keep(arguments.no_keep))?;
    if arguments.json && arguments.stream {
        return lines(&job.events);
    }
    let streams = !arguments.json && (arguments.stream || io::stdout().is_terminal());
    let (mut is_mid_line, mut tokens) = (false, Vec::new());
    let ended = job.follow(user, |event, progress| {
        match event {
            TextProgress::Prompt { done, total, .. } => {
                progress.count(words::READING, done, total);
            }
            TextProgress::Tokens { tokens: new } => {
                progress.clear();
                let text: String = new.iter().map(|token| token.text.as_str()).collect();
                if streams {
                    write(&text)?;
                    is_mid_line |= !text.is_empty();
                }
                if arguments.alternatives > 0 {
                    tokens.extend(new);
                }
            }
        }
        Ok(())
    });
    // What is said of a text that was cut short begins a new line.
    let ended = ended.inspect_err(|_| {
        let _ = is_mid_line.then(|| write("\n"));
    })?;
    let text = &ended.made.text;
    if arguments.json {
        json(&Document {
            model: &job.handle.model,
            text,
            stats: &ended.made.stats,
            work: ended.work(),
            keep_failure: &ended.keep_failure,
            tokens: &tokens,
        })?;
    } else {
        // The same bytes whether they came at once or at the end.
        let rest = if streams { "" } else { text };
        let end = if text.ends_with('\n') { "" } else { "\n" };
        write(&format!("{rest}{end}"))?;
    }
    Ok(ended.code(user, words::NOT_KEPT))
}

/// Loads the model before the request is put together: its own parameters are the defaults.
fn load(studio: &Studio, model: &str, user: &User) -> Result<LoadedText> {
    let mut progress = Progress::new(user.language);
    let sink = move |at: Loading| {
        progress.loading(&at.model, at.seconds, at.expected_seconds);
        ControlFlow::Continue(())
    };
    Ok(studio.jobs().load(model, Box::new(sink))?)
}

fn request(arguments: &TextArguments, loaded: &LoadedText) -> TextRequest {
    let own = &loaded.defaults;
    let system = arguments.system.as_ref().or(loaded.system_prompt.as_ref());
    let message = |role, content: &String| Message {
        role,
        content: content.clone(),
    };
    let system = system.map(|system| message(Role::System, system));
    let prompt = message(Role::User, &arguments.prompt);
    TextRequest {
        messages: system.into_iter().chain([prompt]).collect(),
        answer_start: Vec::new(),
        parameters: TextParameters {
            temperature: arguments.temperature.unwrap_or(own.temperature),
            top_k: arguments.top_k.unwrap_or(own.top_k),
            top_p: arguments.top_p.unwrap_or(own.top_p),
            min_p: arguments.min_p.unwrap_or(own.min_p),
            repetition_penalty: arguments
                .repetition_penalty
                .unwrap_or(own.repetition_penalty),
            max_tokens: arguments.max_tokens.unwrap_or(own.max_tokens),
            seed: arguments.seed,
            stop: arguments.stop.clone(),
        },
        alternatives: arguments.alternatives,
        local_time: None,
    }
}

/// `--json --stream`: each event a line, failures included; progress stands for itself.
fn lines(events: &mpsc::Receiver<EventOf<TextJob>>) -> Result<ExitCode> {
    for event in events {
        match &event {
            JobEvent::Progress { progress } => json_line(progress)?,
            JobEvent::Done {
                made,
                works,
                keep_failure,
            } => {
                json_line(&Done {
                    kind: "done",
                    stats: &made.stats,
                    work: works.first(),
                    keep_failure,
                })?;
                let failure = keep_failure.as_ref();
                return Ok(failure.map_or(ExitCode::SUCCESS, |failure| exit_code(failure.code)));
            }
            event => json_line(event)?,
        }
        if let JobEvent::Failed { failure } = event {
            return Err(failure.into());
        }
    }
    Ok(ExitCode::SUCCESS)
}
