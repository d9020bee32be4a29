//! Quartet as a contender: reads one JSON command a line, does it, answers with one JSON line.
//!
//! `quartet-bench MODALITY FOLDER THREADS SPINNING` loads the model and tells so; what it is asked
//! after that is told in the modality's file. The peers in `peers/` speak the same lines, so that
//! rounds can be interleaved and ratios taken pair by pair.

#![expect(clippy::print_stdout, reason = "the protocol is standard output")]

mod audio;
mod image;
mod text;

use std::{
    error::Error,
    io::BufRead,
    path::{Path, PathBuf},
    time::Instant,
};

use quartet_runtime::Runtime;
use serde::{Serialize, de::DeserializeOwned};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the command line asks for.
struct Asked {
    folder: PathBuf,
    threads: usize,
    spinning: bool,
}

#[derive(Serialize)]
struct Loaded {
    load_seconds: f64,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, modality, folder, threads, spinning] = &arguments[..] else {
        return Err("usage: quartet-bench MODALITY FOLDER THREADS SPINNING".into());
    };
    let asked = Asked {
        folder: folder.into(),
        threads: threads.parse()?,
        spinning: spinning.parse()?,
    };
    match modality.as_str() {
        "image" => image::serve(&asked),
        "listen" => audio::listen(&asked),
        "read" => audio::read(&asked),
        "speak" => audio::speak(&asked),
        "text" => text::serve(&asked),
        "voice" => audio::voice(&asked),
        _ => Err(format!("no bench for {modality}").into()),
    }
}

/// Opens a model, tells how long that took with the library, and answers each line until the last.
fn serve<P, C: DeserializeOwned>(
    open: impl FnOnce(&Runtime) -> Outcome<P>,
    mut answer: impl FnMut(&mut P, C) -> Outcome<serde_json::Value>,
) -> Outcome<()> {
    let library = std::env::var_os("QUARTET_ORT").ok_or("QUARTET_ORT is not set")?;
    let started = Instant::now();
    let runtime = Runtime::load(Path::new(&library))?;
    let mut pipeline = open(&runtime)?;
    say(&Loaded {
        load_seconds: started.elapsed().as_secs_f64(),
    })?;
    for line in std::io::stdin().lock().lines() {
        say(&answer(&mut pipeline, serde_json::from_str(&line?)?)?)?;
    }
    Ok(())
}

fn say(answer: &impl Serialize) -> serde_json::Result<()> {
    println!("{}", serde_json::to_string(answer)?);
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
