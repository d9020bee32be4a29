//! `quartet decks`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum DecksCommand {
    /// List the decks; broken ones with what is wrong
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check a deck: everything that is wrong, each with its line
    Check {
        /// The deck's folder, which holds deck.toml
        folder: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}
