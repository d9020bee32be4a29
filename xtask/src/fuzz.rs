//! `cargo xtask fuzz`: anything at all, given to the parsers of strangers' files.
//!
//! libFuzzer without `cargo-fuzz`: the flags below are all that it would add on this compiler. What
//! a run finds new stays under `target/fuzz`; what breaks a parser is named at the end, and belongs
//! into `fuzz/corpus` once it is mended: the ordinary tests replay that.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One of fuzz/targets; all of them, one after the other, if none is named
    target: Option<String>,
    /// How long each runs
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// As cargo-fuzz sets them: coverage counters that libFuzzer reads.
const FLAGS: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    --cfg fuzzing";

pub fn run(arguments: &Arguments) -> Result<()> {
    let folder = workspace::root().join("fuzz");
    let mut targets = targets(&folder)?;
    if let Some(chosen) = &arguments.target {
        if !targets.contains(chosen) {
            bail!("no such target; there are: {}", targets.join(", "));
        }
        targets.retain(|target| target == chosen);
    }
    let machine = machine()?;
    for target in targets {
        let found = folder.join("target").join("found").join(&target);
        fs::create_dir_all(&found)?;
        eprintln!("==> {target}");
        let mut cargo = process::cargo();
        cargo
            // Named, so that build scripts and macros are left without the flags.
            .args(["run", "--release", "--target", &machine])
            .args(["--bin", &target, "--"])
            .args([&found, &folder.join("corpus").join(&target)])
            .arg(format!("-max_total_time={}", arguments.seconds))
            .args(["-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"])
            .arg(format!(
                "-artifact_prefix={}/",
                folder.join("target").display()
            ))
            .current_dir(&folder)
            .env("RUSTFLAGS", FLAGS)
            // Instrumented libraries are of no use to anything else.
            .env("CARGO_TARGET_DIR", folder.join("target"));
        process::run(&mut cargo).with_context(|| format!("{target} found something"))?;
    }
    Ok(())
}

/// This machine as rustc names it.
fn machine() -> Result<String> {
    let said = process::capture(std::process::Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

fn targets(folder: &std::path::Path) -> Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(folder.join("targets"))?
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_a_corpus() {
        let folder = workspace::root().join("fuzz");
        let targets = targets(&folder).unwrap();
        assert!(targets.len() >= 5);
        for target in targets {
            let corpus = fs::read_dir(folder.join("corpus").join(&target)).unwrap();
            assert!(corpus.count() > 0, "{target}");
        }
    }
}
