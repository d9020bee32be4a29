//! A line on stderr that says what is going on, where a person watches it.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

use quartet_studio::{Language, escaped};

use crate::words::{self, Words, say};

pub struct Progress {
    language: Language,
    watched: bool,
    shown: bool,
}

impl Progress {
    pub fn new(language: Language) -> Self {
        Self {
            language,
            watched: io::stderr().is_terminal(),
            shown: false,
        }
    }

    /// Replaces the line.
    pub fn say(&mut self, words: Words) {
        self.about(words, "");
    }

    /// So many are done.
    pub fn count(&mut self, words: Words, done: u32, total: u32) {
        self.about(words, format_args!("  {done} / {total}"));
    }

    pub fn about(&mut self, words: Words, more: impl Display) {
        if self.watched {
            let words = say(words, self.language);
            let more = escaped(&more.to_string());
            let _ = write!(io::stderr(), "\r\x1b[K{words}{more}");
            let _ = io::stderr().flush();
            self.shown = true;
        }
    }

    /// A model is being loaded; the last time it took `expected` seconds.
    pub fn loading(&mut self, model: &str, seconds: f64, expected: Option<f64>) {
        let unit = say(words::LOADED_SECONDS, self.language);
        let expected = expected.map_or_else(String::new, |expected| format!(" / {expected:.1}"));
        let more = format_args!(" {model}  {seconds:.1}{expected} {unit}");
        self.about(words::LOADING, more);
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
            let _ = io::stderr().flush();
            self.shown = false;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
