//! A race: one task that all contenders do in turn, what it took them, and the table of it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::stage::Stage;
use crate::bench::contender::{Contender, interleaved};
use crate::bench::report::{cell, median};

/// One task, done by all in turn.
#[derive(Debug, Serialize)]
pub struct Race {
    model: &'static str,
    task: String,
    threads: usize,
    contenders: Vec<Figures>,
    memory: Option<Memory>,
}

/// Medians; the ratios say how many times as fast Quartet is, round by round.
#[derive(Debug, Serialize)]
struct Figures {
    name: &'static str,
    load_seconds: f64,
    peak_mb: Option<f64>,
    seconds: f64,
    first_sound_seconds: Option<f64>,
    quartet_ratio: f64,
    quartet_first_sound_ratio: Option<f64>,
}

/// The most that our process held, and what it may: half as much again as the model's files, and
/// 100 MB.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "names with their unit")]
struct Memory {
    peak_mb: f64,
    files_mb: f64,
    bound_mb: f64,
}

#[derive(Debug, Clone, Deserialize)]
struct Round {
    seconds: f64,
    first_sound_seconds: Option<f64>,
}

impl Race {
    /// Every round does all the commands.
    pub fn run(
        stage: &Stage<'_>,
        model: &'static str,
        task: &str,
        threads: usize,
        contenders: &mut [Contender],
        commands: &[Value],
    ) -> Result<Race> {
        let rounds = interleaved(contenders, stage.arguments.rounds, |contender, _| {
            let mut sum = Round {
                seconds: 0.0,
                first_sound_seconds: None,
            };
            for command in commands {
                let round: Round = contender.ask(command)?;
                sum.seconds += round.seconds;
                sum.first_sound_seconds = round.first_sound_seconds;
            }
            Ok(sum)
        })?;
        let figures = contenders.iter().zip(&rounds);
        Ok(Self {
            model,
            task: task.to_owned(),
            threads,
            contenders: figures
                .map(|(contender, theirs)| Figures::new(contender, &rounds[0], theirs))
                .collect(),
            memory: contenders[0]
                .peak_mb()
                .map(|peak| Memory::new(peak, &stage.model(model)))
                .transpose()?,
        })
    }

    pub fn table(&self) -> String {
        let mut table = format!(
            "\n{} · {} · {} threads\n\
             contender                 load   peak MB    first sound       all   Quartet is x as fast: first, all\n",
            self.model, self.task, self.threads
        );
        for one in &self.contenders {
            // Writing to a String cannot fail.
            let _ = writeln!(
                table,
                "{:<22} {:>6.2}s {:>9} {:>14} {:>8.3}s {:>28} {:>7.2}",
                one.name,
                one.load_seconds,
                cell(one.peak_mb, 0, ""),
                cell(
                    one.first_sound_seconds.map(|seconds| seconds * 1000.0),
                    1,
                    "ms"
                ),
                one.seconds,
                cell(one.quartet_first_sound_ratio, 2, ""),
                one.quartet_ratio,
            );
        }
        if let Some(memory) = &self.memory {
            let _ = writeln!(
                table,
                "memory: {:.0} MB at the most, of {:.0} MB that {:.0} MB of files may take",
                memory.peak_mb, memory.bound_mb, memory.files_mb
            );
        }
        table
    }
}

impl Memory {
    fn new(peak_mb: f64, folder: &Path) -> Result<Self> {
        let files_mb = bytes(folder)? as f64 / 1e6;
        Ok(Self {
            peak_mb,
            files_mb,
            bound_mb: files_mb * 1.5 + 100.0,
        })
    }
}

/// All files of a folder and of those in it.
fn bytes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        sum += if metadata.is_dir() {
            bytes(&entry.path())?
        } else {
            metadata.len()
        };
    }
    Ok(sum)
}

impl Figures {
    fn new(contender: &Contender, ours: &[Round], theirs: &[Round]) -> Self {
        let first = |rounds: &[Round]| -> Option<Vec<f64>> {
            rounds
                .iter()
                .map(|round| round.first_sound_seconds)
                .collect()
        };
        let seconds = |rounds: &[Round]| rounds.iter().map(|round| round.seconds).collect();
        let (our_seconds, their_seconds): (Vec<f64>, Vec<f64>) = (seconds(ours), seconds(theirs));
        let (our_first, their_first) = (first(ours), first(theirs));
        Self {
            name: contender.name,
            load_seconds: contender.load_seconds,
            peak_mb: contender.peak_mb(),
            seconds: median(their_seconds.iter().copied()),
            first_sound_seconds: their_first.as_ref().map(|all| median(all.iter().copied())),
            quartet_ratio: ratio(&our_seconds, &their_seconds),
            quartet_first_sound_ratio: our_first
                .zip(their_first)
                .map(|(ours, theirs)| ratio(&ours, &theirs)),
        }
    }
}

/// The median of theirs by ours.
fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    median(ours.iter().zip(theirs).map(|(ours, theirs)| theirs / ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_round_by_round() {
        // The machine became three times slower: the ratio holds.
        assert!((ratio(&[1.0, 3.0, 3.0], &[2.0, 6.0, 6.0]) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn memory_is_bound_by_the_files_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("onnx")).unwrap();
        fs::write(folder.path().join("onnx/a"), vec![0; 1_500_000]).unwrap();
        fs::write(folder.path().join("b"), vec![0; 500_000]).unwrap();
        let memory = Memory::new(90.0, folder.path()).unwrap();
        assert!((memory.files_mb - 2.0).abs() < 1e-9 && (memory.bound_mb - 103.0).abs() < 1e-9);
    }
}
