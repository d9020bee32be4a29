//! `quartet`: everything the window can do, in a terminal.
//!
//! Results go to stdout, everything else to stderr; the exit code tells scripts what happened.

mod arguments;
mod compose;
mod image;
mod interrupt;
mod job;
mod minutes;
mod models;
mod output;
mod progress;
mod speak;
mod text;
mod transcribe;
mod video;
mod words;
mod works;

use std::{process::ExitCode, sync::Arc};

use clap::Parser;
use quartet_studio::{Paths, Studio};

use arguments::{Arguments, Command, ImageArguments, SpeakArguments, TextArguments};
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
    // Before Ctrl-C is listened to: nothing is running that would have to be stopped.
    match &mut command {
        Command::Text(TextArguments { prompt, .. })
        | Command::Speak(SpeakArguments { text: prompt, .. })
        | Command::Image(ImageArguments { prompt, .. }) => {
            *prompt = job::prompt(std::mem::take(prompt))?;
        }
        _ => {}
    }
    let studio = Arc::new(Studio::open(Paths::from_env()?)?);
    let cancel = interrupt::listen(&studio);
    for warning in studio.warnings() {
        output.warning(warning);
    }
    match command {
        Command::Text(arguments) => text::run(&studio, &arguments, output),
        Command::Speak(arguments) => speak::run(&studio, &arguments, &cancel, output),
        Command::Transcribe(arguments) => transcribe::run(&studio, &arguments, output),
        Command::Compose(arguments) => compose::run(&studio, &arguments, &cancel, output),
        Command::Image(arguments) => image::run(&studio, &arguments, output),
        Command::Upscale(arguments) => image::upscale(&studio, &arguments, output),
        Command::Video(arguments) => video::run(&studio, &arguments, output),
        Command::Models(command) => models::run(&studio, command, &cancel, output),
        Command::Works(command) => works::run(&studio, command, output),
    }
}
