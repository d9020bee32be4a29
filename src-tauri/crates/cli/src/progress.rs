//! A line on stderr that says what is going on, where a person watches it.

use std::io::{self, IsTerminal, Write};

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
