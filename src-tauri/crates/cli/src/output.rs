//! stdout for results, stderr for people, exit codes for scripts.

use std::{
    io::{self, IsTerminal as _, Write},
    path::Path,
    process::ExitCode,
};

use quartet_studio::{Cancel, Cause, Code, Failure, Language, escaped, escaped_json};
use serde::Serialize;

use crate::{
    next_steps::in_terminal,
    words::{self, Words, say},
};

/// Why a command ended early.
#[derive(Debug)]
pub enum Stop {
    Failure(Failure),
    /// The reader of stdout has read enough (`quartet … | head`): nothing to complain about.
    ReaderGone,
}

impl<Error: Into<Failure>> From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failure(error.into())
    }
}

pub type Result<T> = std::result::Result<T, Stop>;

/// The person at the terminal.
pub struct User {
    /// That they read.
    pub language: Language,
    /// Raised when they stop what is running.
    pub cancel: Cancel,
}

impl User {
    /// Tells what happened and what to do, and gives the exit code for it.
    pub fn failure(&self, failure: &Failure) -> ExitCode {
        self.explain(words::ERROR, failure);
        exit_code(failure.code)
    }

    pub fn warning(&self, failure: &Failure) {
        self.explain(words::WARNING, failure);
    }

    fn explain(&self, kind: Words, failure: &Failure) {
        let code = serde_json::to_string(&failure.code).unwrap_or_default();
        let (kind, code) = (self.say(kind), code.trim_matches('"'));
        let message = failure.message.of(self.language);
        let next_step = in_terminal(failure.code).map_or_else(
            || failure.next_step.of(self.language),
            |words| self.say(words),
        );
        note(&format!("{kind} [{code}]: {message}"));
        note(&format!("{}: {next_step}", self.say(words::NEXT)));
        if !failure.detail.is_empty() {
            note(&format!("{}: {}", self.say(words::DETAIL), failure.detail));
        }
    }

    pub fn say(&self, words: Words) -> &'static str {
        say(words, self.language)
    }

    /// A line of a list: cells between tabs for scripts, the last of them what is wrong.
    pub fn row(&self, cells: &[&str], problem: Option<&Failure>) -> Result<()> {
        let problem = problem.map_or("", |problem| problem.message.of(self.language));
        let row: Vec<_> = [cells, &[problem]]
            .concat()
            .into_iter()
            .map(|cell| escaped(cell).replace(['\t', '\n'], " "))
            .collect();
        line(row.join("\t").trim_end())
    }
}

/// A line for people. That stderr is gone is nobody's concern.
pub fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{}", escaped(line));
}

/// A line of the result.
pub fn line(line: &str) -> Result<()> {
    write(&format!("{line}\n"))
}

/// What was made: the document about it, or where its files are.
pub fn result(
    json: bool,
    document: &impl Serialize,
    files: impl IntoIterator<Item: AsRef<Path>>,
) -> Result<()> {
    if json {
        return self::json(document);
    }
    let mut files = files.into_iter();
    files.try_for_each(|file| line(&file.as_ref().display().to_string()))
}

pub fn json(value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value);
    line(&escaped_json(
        &text.map_err(|error| Failure::new(Code::Internal, error))?,
    ))
}

pub fn json_line(value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(value);
    line(&escaped_json(
        &text.map_err(|error| Failure::new(Code::Internal, error))?,
    ))
}

/// Writes to stdout and flushes it. To a terminal nothing is written that would act on it; a file or
/// another program gets every character.
pub fn write(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = if stdout.is_terminal() {
        stdout.write_all(escaped(text).as_bytes())
    } else {
        stdout.write_all(text.as_bytes())
    };
    written
        .and_then(|()| stdout.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::ReaderGone,
            _ => Failure::at(Code::ExportFailed, Path::new("stdout"), error).into(),
        })
}

/// The exit code of a failure, as listed in the help.
pub fn exit_code(code: Code) -> ExitCode {
    ExitCode::from(match code.cause() {
        Cause::Quartet => 1,
        Cause::Model => 3,
        Cause::Input => 4,
        Cause::Library => 5,
        Cause::Stopped => 130,
    })
}
