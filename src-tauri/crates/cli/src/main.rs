//! `quartet`: everything the window can do, in a terminal.
//!
//! Results go to stdout, everything else to stderr; the exit code says what happened.

mod arguments;
mod decks;
mod doctor;
mod found;
mod help;
mod image;
mod interrupt;
mod job;
mod kiosk;
mod lessons;
mod models;
mod next_steps;
mod output;
mod pack;
mod progress;
mod sound;
mod subjects;
mod text;
mod transcribe;
mod usage;
mod video;
mod words;
mod works;

use std::{process::ExitCode, sync::Arc};

use quartet_studio::{Cancel, Paths, Studio};

use arguments::{Command, ImageArguments, SpeakArguments, TextArguments, own_language};
use output::{Result, Stop, User};

fn main() -> ExitCode {
    let named = usage::named_language(std::env::args_os());
    let language = named.unwrap_or_else(own_language);
    let arguments = match usage::read(language) {
        Ok(arguments) => arguments,
        Err(error) => return usage::refuse(&error, language),
    };
    let user = User {
        language: arguments.language(),
        cancel: Cancel::new(),
    };
    match run(arguments.command, &user) {
        Ok(code) => code,
        Err(Stop::Failure(failure)) => user.failure(&failure),
        Err(Stop::ReaderGone) => ExitCode::SUCCESS,
    }
}

fn run(mut command: Command, user: &User) -> Result<ExitCode> {
    // Before Ctrl-C is listened to: nothing is running that would have to be stopped.
    match &mut command {
        Command::Text(TextArguments { prompt, .. })
        | Command::Speak(SpeakArguments { text: prompt, .. })
        | Command::Image(ImageArguments { prompt, .. }) => {
            *prompt = job::prompt(std::mem::take(prompt))?;
        }
        _ => {}
    }
    let located = Paths::from_env()?;
    // Wiped when the command is done, where nothing is to be kept.
    let _passing = located.passing;
    let mut warnings = located.warnings;
    warnings.extend(quartet_pack::bring(
        located.portable.as_ref(),
        &located.paths.home,
    ));
    let studio = Arc::new(Studio::open(located.paths)?.also_warning(warnings));
    interrupt::listen(&studio, &user.cancel);
    for warning in studio.warnings() {
        user.warning(warning);
    }
    match command {
        Command::Text(arguments) => text::run(&studio, &arguments, user),
        Command::Speak(arguments) => sound::speak(&studio, &arguments, user),
        Command::Transcribe(arguments) => transcribe::run(&studio, &arguments, user),
        Command::Compose(arguments) => sound::compose(&studio, &arguments, user),
        Command::Image(arguments) => image::run(&studio, &arguments, user),
        Command::Upscale(arguments) => image::upscale(&studio, &arguments, user),
        Command::Video(arguments) => video::run(&studio, &arguments, user),
        Command::Models(command) => models::run(&studio, command, user),
        Command::Works(command) => works::run(&studio, command, user),
        Command::Doctor(arguments) => doctor::run(&studio, &arguments, user),
        Command::Lessons(command) => lessons::run(&studio, command, user),
        Command::Decks(command) => decks::run(&studio, command, user),
        Command::Pack(command) => pack::run(&studio, *command, user),
        Command::Kiosk(command) => kiosk::run(&studio, &command, user),
    }
}
