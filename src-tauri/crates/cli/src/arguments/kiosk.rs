//! `quartet kiosk`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum KioskCommand {
    /// Check a kiosk.toml: everything that is wrong, each with its line
    Check {
        /// The file
        file: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Ask for a passcode twice and print its hash for kiosk.toml; from a pipe, read one line
    Passcode,
}
