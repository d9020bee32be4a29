//! A line on stderr that says what is going on, where a person watches it.

use std::io::{self, IsTerminal, Write};

use quartet_studio::Language;

use crate::words::{self, say};

pub struct Progress {
    watched: bool,
    shown: bool,
}

impl Progress {
    pub fn new() -> Self {
        Self {
            watched: io::stderr().is_terminal(),
            shown: false,
        }
    }

    /// Replaces the line.
    pub fn show(&mut self, text: &str) {
        if self.watched {
            let _ = write!(io::stderr(), "\r\x1b[K{text}");
            let _ = io::stderr().flush();
            self.shown = true;
        }
    }

    /// A model is being loaded; the last time it took `expected` seconds.
    pub fn loading(
        &mut self,
        model: &str,
        seconds: f64,
        expected: Option<f64>,
        language: Language,
    ) {
        let loading = say(words::LOADING, language);
        let unit = say(words::LOADED_SECONDS, language);
        let expected = expected.map_or_else(String::new, |expected| format!(" / {expected:.1}"));
        self.show(&format!("{loading} {model}  {seconds:.1}{expected} {unit}"));
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
