//! `cargo xtask bench WHAT [--peers]`: Quartet's speed, and in turn with what people would
//! otherwise install.

mod contender;
mod start;
mod text;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use serde::Serialize;

use crate::cache::{self, Stamp};
use crate::process;
use crate::setup::Ready;
use crate::workspace;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What to time
    #[arg(value_parser = ["text", "start"])]
    what: String,
    /// Text models to time; may be repeated [default: the starter models]
    #[arg(long, value_name = "ID")]
    model: Vec<String>,
    /// Also llama.cpp and transformers with the source GGUF, and onnxruntime-genai with the same
    /// graph
    #[arg(long)]
    peers: bool,
    /// Counted rounds of each contender
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Threads for every contender
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Let idle threads of ONNX Runtime spin, as its peers do
    #[arg(long)]
    spinning: bool,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    match arguments.what.as_str() {
        "start" => start::run(arguments),
        _ => text::run(arguments),
    }
}

/// The Python that has the peers installed; made once.
fn peers_python(ready: &Ready) -> Result<PathBuf> {
    let requirements = workspace::root().join("tests/bench/peers/requirements.txt");
    let pins = fs::read(&requirements)?;
    let folder = ready.cache.root().join("bench-peers");
    let python = folder.join("bin/python");
    let stamp = Stamp::new(
        folder.join("quartet-stamp"),
        cache::sha256_of([pins.as_slice()]),
    );
    if !stamp.is_current() {
        let _lock = ready.cache.lock()?;
        cache::fresh_dir(&folder)?;
        println!("Installing the peers; llama.cpp is compiled, which takes minutes.");
        process::run(process::tool("python3").args(["-m", "venv"]).arg(&folder))?;
        let install = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--requirement",
        ];
        process::run(Command::new(&python).args(install).arg(&requirements))?;
        stamp.write()?;
    }
    Ok(python)
}

/// Writes `out/bench-NAME.json` and says so.
fn keep(name: &str, report: &impl Serialize) -> Result<()> {
    fs::create_dir_all(workspace::out())?;
    let path = workspace::out().join(format!("bench-{name}.json"));
    fs::write(&path, serde_json::to_string_pretty(report)?)?;
    println!("kept in {}", path.display());
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
