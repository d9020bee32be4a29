//! `cargo xtask bench WHAT [--peers]`: Quartet's speed, and in turn with what people would
//! otherwise install.

mod audio;
mod contender;
mod image;
mod start;
mod text;
mod video;

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
    #[arg(value_parser = ["audio", "image", "text", "start", "video"])]
    what: String,
    /// Text models to time; may be repeated [default: the starter models]
    #[arg(long, value_name = "ID")]
    model: Vec<String>,
    /// Also what people would install otherwise: llama.cpp, transformers and onnxruntime-genai for
    /// text, the pipelines of diffusers and optimum for pictures, faster-whisper, Hibari's package and
    /// onnxruntime for sound
    #[arg(long)]
    peers: bool,
    /// Audio: sentences of each language that are spoken and written down again
    #[arg(long, default_value_t = 50)]
    sentences: usize,
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
        "image" => image::run(arguments),
        "audio" => audio::run(arguments),
        "start" => start::run(arguments),
        "video" => video::run(arguments),
        _ => text::run(arguments),
    }
}

/// The Python that has a modality's peers installed; made once. `suffix` is that of its requirements:
/// each modality has its own, so that a new pin here installs nothing anew there.
fn peers_python(ready: &Ready, suffix: &str) -> Result<PathBuf> {
    let requirements = format!("tests/bench/peers/requirements{suffix}.txt");
    let requirements = workspace::root().join(requirements);
    let pins = fs::read(&requirements)?;
    let folder = ready.cache.root().join(format!("bench-peers{suffix}"));
    let python = folder.join("bin/python");
    let stamp = Stamp::new(
        folder.join("quartet-stamp"),
        cache::sha256_of([pins.as_slice()]),
    );
    if !stamp.is_current() {
        let _lock = ready.cache.lock()?;
        cache::fresh_dir(&folder)?;
        println!("Installing the peers, which takes minutes; some are compiled.");
        process::run(process::tool("python3").args(["-m", "venv"]).arg(&folder))?;
        let install = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--requirement",
        ];
        process::run(
            Command::new(&python)
                .args(install)
                .arg(&requirements)
                .envs(llama_cpp_flags()),
        )?;
        stamp.write()?;
    }
    Ok(python)
}

/// llama.cpp compiles for the processor at hand; where that has AMX, its matrix products crash
/// (llama-cpp-python 0.3.36), so there it is given all that such a processor has but AMX.
fn llama_cpp_flags() -> Option<(&'static str, &'static str)> {
    let processor = fs::read_to_string("/proc/cpuinfo").ok()?;
    processor.contains("amx_int8").then_some((
        "CMAKE_ARGS",
        "-DGGML_NATIVE=OFF -DGGML_AVX_VNNI=ON -DGGML_AVX512=ON -DGGML_AVX512_VBMI=ON \
         -DGGML_AVX512_VNNI=ON -DGGML_AVX512_BF16=ON",
    ))
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
