//! `cargo xtask`: sets the machine up, then runs, tests and packages Quartet.
//!
//! A development tool, never shipped. It is the only part of the repository that reaches the
//! network, and only through the ordinary package clients (apt, npm, pip, cargo).
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the terminal is this program's whole interface"
)]

mod apt;
mod archive;
mod bench;
mod cache;
mod cli;
mod convert;
mod deny;
mod desktop;
mod dist;
mod fetch;
mod fuzz;
mod headless;
mod licences;
mod manifest;
mod models;
mod node;
mod npm;
mod onnxruntime;
mod pip;
mod platform;
mod process;
mod progress;
mod python;
mod screenshot;
mod setup;
mod small;
mod test;
mod tidy;
mod ui;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::main() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
