//! The commands of `cargo xtask`.

use anyhow::Result;
use clap::{Parser, Subcommand};
use indicatif::DecimalBytes;

use crate::bench;
use crate::desktop;
use crate::dist;
use crate::fuzz;
use crate::manifest::Manifest;
use crate::models;
use crate::onnxruntime;
use crate::screenshot;
use crate::setup::{self, Wanted};
use crate::test;
use crate::workspace;

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    about = "Sets up, runs, tests and packages Quartet"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set everything up and open the studio
    Run(desktop::Arguments),
    /// Set everything up, then run every check and every test
    Test(test::Arguments),
    /// Time the pipelines, on their own or in turn with their peers
    Bench(bench::Arguments),
    /// Make this system's packages: everything inside, installable without a network
    Dist(dist::Arguments),
    /// Give anything at all to the parsers of strangers' files
    Fuzz(fuzz::Arguments),
    /// Take pictures of the real window at work (Linux)
    Screenshot,
    /// Set everything up and stop there
    Setup {
        /// Also what only the tests need
        #[arg(long)]
        tests: bool,
    },
    /// Fetch and convert the models
    Models {
        /// An optional model to have too (its id or the beginning of it); may be repeated
        #[arg(long, value_name = "ID")]
        with: Vec<String>,
        /// Hash every file of the models that are there
        #[arg(long)]
        verify: bool,
        /// Show what there is and what is installed, and do nothing
        #[arg(long)]
        list: bool,
    },
}

pub fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Run(arguments) => desktop::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Dist(arguments) => dist::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Screenshot => screenshot::run(),
        Command::Setup { tests } => {
            setup::ensure(&Wanted {
                build: true,
                tests,
                with: Vec::new(),
            })?;
            println!("Everything is there.");
            Ok(())
        }
        Command::Models { list: true, .. } => list(),
        Command::Models { with, verify, .. } => fetch(with, verify),
    }
}

fn fetch(with: Vec<String>, verify: bool) -> Result<()> {
    let ready = setup::ensure(&Wanted {
        with,
        ..Wanted::default()
    })?;
    if verify {
        onnxruntime::verify(&ready.cache, ready.platform)?;
        println!("ONNX Runtime {}: as pinned", onnxruntime::VERSION);
    }
    for manifest in &ready.manifests {
        if verify {
            models::verify(&ready.cache, manifest)?;
        }
        let state = if verify {
            "every file as recorded"
        } else {
            "ready"
        };
        println!("{}: {state}", manifest.id);
    }
    println!("in {}", ready.cache.models().display());
    Ok(())
}

fn list() -> Result<()> {
    let cache = crate::cache::Cache::open()?;
    for manifest in Manifest::all(&workspace::models())? {
        let state = match (models::is_installed(&cache, &manifest), manifest.optional) {
            (true, _) => "installed".to_owned(),
            (false, true) => format!("optional: --with {}", manifest.id),
            (false, false) => "not yet fetched".to_owned(),
        };
        let size = DecimalBytes(manifest.download_bytes()).to_string();
        println!(
            "{:<32} {:>9}  {:<12} {state}",
            manifest.id, size, manifest.licence.spdx
        );
    }
    Ok(())
}
