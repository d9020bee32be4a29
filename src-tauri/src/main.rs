//! `quartet-desktop`: opens the studio's window.

// Without this a console window opens behind the studio on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    match quartet_desktop::run() {
        Ok(code) => code,
        Err(error) => {
            // There is no window to say it in, and perhaps nobody reads this either.
            let _ = writeln!(
                std::io::stderr(),
                "Quartet could not open its window: {error}"
            );
            ExitCode::FAILURE
        }
    }
}
