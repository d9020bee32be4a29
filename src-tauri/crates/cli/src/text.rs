//! `quartet text`: a prompt in, a text out.

use std::{
    io::{self, IsTerminal},
    ops::ControlFlow,
    process::ExitCode,
    sync::mpsc,
};

use quartet_studio::{
    Code, Failure, LoadedText, Skill, Studio, TextJobEvent,
    text::{Message, Role, TextParameters, TextRequest, TextStats, Token},
};
use serde::Serialize;

use crate::{
    arguments::TextArguments,
    job::channel,
    output::{Output, Result, exit_code, write},
    progress::Progress,
    words::{self, say},
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    model: String,
    text: String,
    stats: TextStats,
    /// Its id in the library.
    work: Option<String>,
    keep_failure: Option<Failure>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tokens: Vec<Token>,
}

pub fn run(studio: &Studio, arguments: &TextArguments, output: &Output) -> Result<ExitCode> {
    let model = match &arguments.model {
        Some(model) => model.clone(),
        None => studio.default_model(Skill::Text)?,
    };
    let loaded = load(studio, &model, output)?;
    let request = request(arguments, &loaded);
    let (sink, events) = channel();
    if arguments.no_keep {
        studio.start_unkept_text(&model, request, sink)?;
    } else {
        studio.start_text(&model, request, sink)?;
    }
    if arguments.json && arguments.stream {
        return lines(&events, output);
    }
    let mut printer = Printer::new(arguments);
    let document = gather(model, &events, &mut printer, output)?;
    printer.end(&document.text)?;
    if arguments.json {
        output.json(&document)?;
    }
    match &document.keep_failure {
        Some(failure) => {
            output.note(say(words::NOT_KEPT, output.language));
            Ok(output.failure(failure))
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Loads the model before the request is put together: its own parameters are the defaults.
fn load(studio: &Studio, model: &str, output: &Output) -> Result<LoadedText> {
    let mut progress = Progress::new();
    let language = output.language;
    let loaded = studio.load_text(
        model,
        Box::new(move |event| {
            if let TextJobEvent::Loading {
                model,
                seconds,
                expected_seconds,
            } = event
            {
                progress.loading(&model, seconds, expected_seconds, language);
            }
            ControlFlow::Continue(())
        }),
    );
    Ok(loaded?)
}

fn request(arguments: &TextArguments, loaded: &LoadedText) -> TextRequest {
    let own = &loaded.defaults;
    let system = arguments
        .system
        .clone()
        .or_else(|| loaded.system_prompt.clone());
    let message = |role, content| Message { role, content };
    let messages = system
        .map(|system| message(Role::System, system))
        .into_iter()
        .chain([message(Role::User, arguments.prompt.clone())])
        .collect();
    TextRequest {
        messages,
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
    }
}

/// `--json --stream`: each event a line, failures included.
fn lines(events: &mpsc::Receiver<TextJobEvent>, output: &Output) -> Result<ExitCode> {
    for event in events {
        let line =
            serde_json::to_string(&event).map_err(|error| Failure::new(Code::Internal, error))?;
        output.line(&line)?;
        match event {
            TextJobEvent::Failed { failure } => return Err(failure.into()),
            TextJobEvent::Done {
                keep_failure: Some(failure),
                ..
            } => return Ok(exit_code(failure.code)),
            _ => {}
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Follows a job to its end.
fn gather(
    model: String,
    events: &mpsc::Receiver<TextJobEvent>,
    printer: &mut Printer,
    output: &Output,
) -> Result<Document> {
    let mut progress = Progress::new();
    let (mut text, mut all) = (String::new(), Vec::new());
    for event in events {
        match event {
            TextJobEvent::Queued { .. } => progress.show(say(words::WAITING, output.language)),
            TextJobEvent::Loading { .. } => {}
            TextJobEvent::Prompt { done, total, .. } => {
                let reading = say(words::READING, output.language);
                progress.show(&format!("{reading}  {done} / {total}"));
            }
            TextJobEvent::Tokens { tokens } => {
                progress.clear();
                let new: String = tokens.iter().map(|token| token.text.as_str()).collect();
                printer.print(&new)?;
                text.push_str(&new);
                if printer.with_tokens {
                    all.extend(tokens);
                }
            }
            TextJobEvent::Done {
                stats,
                work,
                keep_failure,
            } => {
                return Ok(Document {
                    model,
                    text,
                    stats,
                    work,
                    keep_failure,
                    tokens: all,
                });
            }
            TextJobEvent::Failed { failure } => {
                progress.clear();
                printer.interrupt(&text);
                return Err(failure.into());
            }
        }
    }
    Err(Failure::new(Code::Internal, "the job ended without an end").into())
}

/// Prints the text itself, at once or at the end; with `--json` not at all.
struct Printer {
    streams: bool,
    silent: bool,
    with_tokens: bool,
}

impl Printer {
    fn new(arguments: &TextArguments) -> Self {
        Self {
            streams: arguments.stream || io::stdout().is_terminal(),
            silent: arguments.json,
            with_tokens: arguments.json && arguments.alternatives > 0,
        }
    }

    fn print(&mut self, text: &str) -> Result<()> {
        if self.streams && !self.silent {
            write(text)?;
        }
        Ok(())
    }

    /// The same bytes whether they came at once or at the end.
    fn end(&mut self, text: &str) -> Result<()> {
        if self.silent {
            return Ok(());
        }
        if !self.streams {
            write(text)?;
        }
        if text.ends_with('\n') {
            Ok(())
        } else {
            write("\n")
        }
    }

    /// Ends the line of a text that was cut short, so that what is said next begins a new one.
    fn interrupt(&mut self, text: &str) {
        if self.streams && !self.silent && !text.is_empty() {
            let _ = write("\n");
        }
    }
}
