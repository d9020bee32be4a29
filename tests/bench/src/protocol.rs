//! The lines that a contender reads and writes.

#![expect(clippy::print_stdout, reason = "the protocol is standard output")]

use std::{
    error::Error,
    io::BufRead,
    path::{Path, PathBuf},
    time::Instant,
};

use quartet_runtime::Runtime;
use serde::{Serialize, de::DeserializeOwned};

pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the command line asks for.
pub struct Asked {
    pub folder: PathBuf,
    pub threads: usize,
    pub spinning: bool,
}

#[derive(Serialize)]
struct Loaded {
    load_seconds: f64,
}

/// Opens a model, tells how long that took with the library, and answers each line until the last.
pub fn serve<P, C: DeserializeOwned>(
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

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
