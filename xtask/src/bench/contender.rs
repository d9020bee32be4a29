//! One side of a race: a process that loads its model once and then does as its lines say.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process;

/// A process that speaks the line protocol.
pub struct Contender {
    pub name: &'static str,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub load_seconds: f64,
}

impl Contender {
    pub fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let line = process::line(command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {line}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("{line} has no pipes");
        };
        let output = BufReader::new(output);
        let mut contender = Self {
            name,
            child,
            input,
            output,
            load_seconds: 0.0,
        };
        let loaded: serde_json::Value = contender.answer().with_context(|| line)?;
        contender.load_seconds = loaded["load_seconds"].as_f64().unwrap_or_default();
        Ok(contender)
    }

    fn answer<T: for<'de> Deserialize<'de>>(&mut self) -> Result<T> {
        let mut line = String::new();
        // Libraries sometimes talk on standard output; the protocol's lines begin with a brace.
        while !line.starts_with('{') {
            line.clear();
            if self.output.read_line(&mut line)? == 0 {
                bail!("{} ended without an answer", self.name);
            }
        }
        Ok(serde_json::from_str(&line)?)
    }

    pub fn ask<T: for<'de> Deserialize<'de>>(&mut self, command: &serde_json::Value) -> Result<T> {
        writeln!(self.input, "{command}")?;
        self.answer()
    }

    /// The most memory the process has held, in MB, where the system tells.
    pub fn peak_mb(&self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
        line.split_whitespace()
            .nth(1)?
            .parse::<f64>()
            .ok()
            .map(|kilobytes| kilobytes / 1024.0)
    }
}

/// `count` rounds of every contender, interleaved (A B C, C B A, …) so that a machine whose speed
/// drifts is fair to all; `command` is what round so-and-so asks. A round before the first only warms up.
pub fn rounds<T: for<'de> Deserialize<'de>>(
    contenders: &mut [Contender],
    count: usize,
    command: impl Fn(usize) -> serde_json::Value,
) -> Result<Vec<Vec<T>>> {
    interleaved(contenders, count, |contender, round| {
        contender.ask(&command(round))
    })
}

/// `count` rounds of every contender, interleaved as [`rounds`] does it, where a round is more than one
/// command: `play` runs round so-and-so of a contender.
pub fn interleaved<T>(
    contenders: &mut [Contender],
    count: usize,
    mut play: impl FnMut(&mut Contender, usize) -> Result<T>,
) -> Result<Vec<Vec<T>>> {
    let mut rounds: Vec<Vec<T>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 0..=count {
        let mut order: Vec<usize> = (0..contenders.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for index in order {
            let outcome = play(&mut contenders[index], round)?;
            if round > 0 {
                rounds[index].push(outcome);
            }
        }
    }
    Ok(rounds)
}

impl Drop for Contender {
    fn drop(&mut self) {
        // The race is over; one that is gone already is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
