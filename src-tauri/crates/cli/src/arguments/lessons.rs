//! `quartet lessons`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use quartet_studio::Language;

use super::names;

#[derive(Debug, Subcommand)]
pub enum LessonsCommand {
    /// List the lessons; broken ones of your own with what is wrong
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check a lesson: everything that is wrong, each with its line
    Check {
        /// The lesson's folder, which holds lesson.toml
        folder: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Run a lesson without a window, and measure what it claims
    Run(RunArguments),
    /// Run a lesson, and keep what each step came to in its folder
    Record(RecordArguments),
    /// Read what a class handed in: a folder of HTML files as one table
    Results(ResultsArguments),
    /// Print the JSON Schema of lesson.toml, for editors
    Schema,
}

#[derive(Debug, Args)]
pub struct RunArguments {
    /// The lesson's folder, or its id
    pub lesson: PathBuf,
    /// Which language to run it in [default: both]
    #[arg(long, value_parser = names::language())]
    pub spoken_language: Option<Language>,
    /// Measure the claim with so many sets of seeds, 1 to 10
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10))]
    pub seeds: u32,
    /// Cut answers after this many tokens [default: the lesson's own]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_tokens: Option<u32>,
    /// Print a JSON document: what each step came to, and the claim's numbers
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RecordArguments {
    /// The lesson's folder, which holds lesson.toml
    pub folder: PathBuf,
    /// Which language to run it in [default: both]
    #[arg(long, value_parser = names::language())]
    pub spoken_language: Option<Language>,
    /// Cut answers after this many tokens [default: the lesson's own]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_tokens: Option<u32>,
}

#[derive(Debug, Args)]
pub struct ResultsArguments {
    /// The folder with the files that “Hand in” wrote, or one of them
    pub folder: PathBuf,
    /// Print a JSON document: rows, what the class thought, and the files that were not read
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print CSV for a spreadsheet
    #[arg(long)]
    pub csv: bool,
}
