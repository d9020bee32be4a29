//! `quartet`: everything the window can do, in a terminal.
//!
//! Results go to stdout, everything else to stderr; the exit code tells scripts what happened.

mod arguments;
mod interrupt;
mod models;
mod output;
mod progress;
mod text;
mod words;
mod works;

use std::{process::ExitCode, sync::Arc};

use clap::Parser;
use quartet_studio::{Paths, Studio};

use arguments::{Arguments, Command};
use output::{Output, Result, Stop};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.language());
    match run(arguments.command, &output) {
        Ok(code) => code,
        Err(Stop::Failure(failure)) => output.failure(&failure),
        Err(Stop::ReaderGone) => ExitCode::SUCCESS,
    }
}

fn run(mut command: Command, output: &Output) -> Result<ExitCode> {
    if let Command::Text(arguments) = &mut command {
        // Before Ctrl-C is listened to: nothing is running that would have to be stopped.
        arguments.prompt = text::prompt(std::mem::take(&mut arguments.prompt))?;
    }
    let studio = Arc::new(Studio::open(Paths::from_env()?)?);
    let cancel = interrupt::listen(&studio);
    for warning in studio.warnings() {
        output.warning(warning);
    }
    match command {
        Command::Text(arguments) => text::run(&studio, &arguments, output),
        Command::Models(command) => models::run(&studio, command, &cancel, output),
        Command::Works(command) => works::run(&studio, command, output),
    }
}
