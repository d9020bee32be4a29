//! Reading prompts and decoding, against llama.cpp, onnxruntime-genai and transformers.
//!
//! Every contender is a process of its own that speaks the line protocol of `tests/bench`. Rounds
//! are interleaved (A B C, C B A, …) and ratios taken round by round, so that a machine whose speed
//! drifts still gives a fair comparison. Results: a table, and `out/bench-text.json`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::arguments::Arguments;
use super::contender::{self, Contender};
use super::peers;
use super::report::{cell, keep, median};
use crate::desktop;
use crate::manifest::Manifest;
use crate::models;
use crate::setup::{self, Ready, Wanted};
use crate::workspace;

/// Tokens of the prompt, and tokens decoded after it.
const SIZES: [(usize, usize); 2] = [(128, 32), (512, 32)];

const TEXT: &str = "The harbour town woke slowly. Fishermen mended their nets on the quay while \
    the bakery sent the smell of warm bread up the narrow lane, and a grey cat watched it all. ";

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let ready = setup::ensure(&Wanted::to_build())?;
    let bench = desktop::build("quartet-bench", "quartet-bench", true)?;
    let peers = peers::python(arguments, &ready, "")?;
    let chosen = |manifest: &&Manifest| {
        let named = arguments
            .model
            .iter()
            .any(|id| manifest.id.starts_with(id.as_str()));
        manifest.modality == "text" && (named || arguments.model.is_empty() && !manifest.optional)
    };
    let mut reports = Vec::new();
    for manifest in ready.manifests.iter().filter(chosen) {
        let mut contenders = contenders(arguments, &ready, &bench, peers.as_deref(), manifest)?;
        let report = race(arguments, manifest, &mut contenders)?;
        println!("{}", report.table());
        reports.push(report);
    }
    keep("text", &reports)
}

fn contenders(
    arguments: &Arguments,
    ready: &Ready,
    bench: &Path,
    peers: Option<&Path>,
    manifest: &Manifest,
) -> Result<Vec<Contender>> {
    let folder = ready.cache.models().join(&manifest.id);
    let threads = arguments.threads.to_string();
    let mut ours = Command::new(bench);
    let spinning = arguments.spinning.to_string();
    ours.arg("text").arg(&folder).args([&threads, &spinning]);
    ready.environment(&mut ours);
    let mut contenders = vec![Contender::start("quartet", &mut ours)?];
    if let Some(python) = peers {
        let scripts = workspace::root().join("tests/bench/peers");
        let source = models::joined(&ready.cache, manifest, &ready.python)?;
        let peer = |script: &str, model: &Path| {
            let mut command = Command::new(python);
            command.arg(scripts.join(script)).arg(model).arg(&threads);
            command
        };
        contenders.push(Contender::start(
            "llama.cpp",
            &mut peer("llama_cpp_peer.py", &source),
        )?);
        let genai = Contender::start("onnxruntime-genai", &mut peer("genai_peer.py", &folder))?;
        contenders.push(genai);
        contenders.push(Contender::start(
            "transformers",
            &mut peer("transformers_peer.py", &source),
        )?);
    }
    Ok(contenders)
}

#[derive(Debug, Clone, Deserialize)]
#[expect(
    clippy::struct_field_names,
    reason = "names of the protocol, with their unit"
)]
struct Round {
    prefill_seconds: f64,
    first_token_seconds: f64,
    decode_seconds: Vec<f64>,
}

#[derive(Debug, Serialize)]
struct Report {
    model: String,
    threads: usize,
    spinning: bool,
    rounds: usize,
    /// Share of a token's time that is not the session run.
    overhead: f64,
    /// Seconds from a stop to its end.
    cancel: Cancelled,
    turns: Turns,
    contenders: Vec<Figures>,
}

#[derive(Debug, Serialize)]
struct Figures {
    name: &'static str,
    load_seconds: f64,
    peak_mb: Option<f64>,
    sizes: Vec<SizeFigures>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Cancelled {
    longest: f64,
    median: f64,
}

/// A conversation with a long prompt: seconds to the first token of its first two turns, and the
/// tokens read for each.
#[derive(Debug, Serialize, Deserialize)]
struct Turns {
    first_seconds: f64,
    first_read: u32,
    second_seconds: f64,
    second_read: u32,
}

/// Medians; the ratios say how many times as fast Quartet is, round by round.
#[derive(Debug, Serialize)]
struct SizeFigures {
    prompt: usize,
    prefill_tokens_per_second: f64,
    first_token_seconds: f64,
    decode_tokens_per_second: f64,
    quartet_prefill_ratio: f64,
    quartet_decode_ratio: f64,
    quartet_first_token_ratio: f64,
}

fn race(
    arguments: &Arguments,
    manifest: &Manifest,
    contenders: &mut [Contender],
) -> Result<Report> {
    let text = TEXT.repeat(20);
    let rendered: serde_json::Value = contenders[0].ask(&json!({ "render": text }))?;
    let ids: Vec<u32> = serde_json::from_value(rendered["ids"].clone())?;
    let mut sizes: Vec<Vec<SizeFigures>> = contenders.iter().map(|_| Vec::new()).collect();
    for (prompt, decode) in SIZES {
        let command = json!({ "prompt": ids[..prompt.min(ids.len())], "decode": decode });
        let rounds: Vec<Vec<Round>> =
            contender::rounds(contenders, arguments.rounds, |_| command.clone())?;
        for (index, figures) in sizes.iter_mut().enumerate() {
            figures.push(SizeFigures::new(prompt, &rounds[0], &rounds[index]));
        }
    }
    let overhead: serde_json::Value = contenders[0]
        .ask(&json!({ "overhead": "Tell a story about a lighthouse.", "decode": 32 }))?;
    let cancel = contenders[0].ask(&json!({ "cancel": text, "rounds": 20 }))?;
    let turns = contenders[0].ask(&json!({ "turns": text }))?;
    let seconds = |name: &str| {
        let seconds = overhead[name].as_f64();
        seconds.with_context(|| format!("no {name} among {overhead}"))
    };
    Ok(Report {
        model: manifest.id.clone(),
        threads: arguments.threads,
        spinning: arguments.spinning,
        rounds: arguments.rounds,
        overhead: seconds("pipeline")? / seconds("bare")? - 1.0,
        cancel,
        turns,
        contenders: contenders
            .iter()
            .zip(sizes)
            .map(|(contender, sizes)| Figures {
                name: contender.name,
                load_seconds: contender.load_seconds,
                peak_mb: contender.peak_mb(),
                sizes,
            })
            .collect(),
    })
}

impl SizeFigures {
    fn new(prompt: usize, ours: &[Round], theirs: &[Round]) -> Self {
        let prefill = |round: &Round| round.prefill_seconds;
        let first = |round: &Round| round.first_token_seconds;
        let decode = |round: &Round| median(round.decode_seconds.iter().copied());
        let ratio = |of: &dyn Fn(&Round) -> f64| {
            median(
                ours.iter()
                    .zip(theirs)
                    .map(|(ours, theirs)| of(theirs) / of(ours)),
            )
        };
        Self {
            prompt,
            prefill_tokens_per_second: prompt as f64 / median(theirs.iter().map(prefill)),
            first_token_seconds: median(theirs.iter().map(first)),
            decode_tokens_per_second: 1.0 / median(theirs.iter().map(decode)),
            quartet_prefill_ratio: ratio(&prefill),
            quartet_decode_ratio: ratio(&decode),
            quartet_first_token_ratio: ratio(&first),
        }
    }
}

impl Report {
    fn table(&self) -> String {
        let mut table = format!(
            "\n{} · {} threads · spinning {} · medians of {} rounds · pipeline above the bare run {:+.1} %\n",
            self.model,
            self.threads,
            if self.spinning { "on" } else { "off" },
            self.rounds,
            self.overhead * 100.0
        );
        table.push_str(
            "contender           load   peak MB  prompt  prefill tok/s  first token  decode tok/s  \
             Quartet is x as fast: prefill, first, decode\n",
        );
        for figures in &self.contenders {
            for size in &figures.sizes {
                // Writing to a String cannot fail.
                let _ = writeln!(
                    table,
                    "{:<18} {:>5.2}s {:>8}  {:>6}  {:>13.0}  {:>10.3}s  {:>12.1}  {:>28.2} {:>6.2} {:>7.2}",
                    figures.name,
                    figures.load_seconds,
                    cell(figures.peak_mb, 0, ""),
                    size.prompt,
                    size.prefill_tokens_per_second,
                    size.first_token_seconds,
                    size.decode_tokens_per_second,
                    size.quartet_prefill_ratio,
                    size.quartet_first_token_ratio,
                    size.quartet_decode_ratio,
                );
            }
        }
        let (cancel, turns) = (&self.cancel, &self.turns);
        let _ = writeln!(
            table,
            "stop obeyed after {:.0} ms at the longest ({:.0} ms median)\n\
             first turn: {} tokens read, first token after {:.2} s; second turn: {} read, {:.2} s",
            cancel.longest * 1000.0,
            cancel.median * 1000.0,
            turns.first_read,
            turns.first_seconds,
            turns.second_read,
            turns.second_seconds,
        );
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(prefill: f64, decode: f64) -> Round {
        Round {
            prefill_seconds: prefill,
            first_token_seconds: prefill,
            decode_seconds: vec![decode; 3],
        }
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        // The machine became three times slower in the second and third round: the ratio holds.
        let ours = [round(1.0, 0.1), round(3.0, 0.3), round(3.0, 0.3)];
        let theirs = [round(2.0, 0.1), round(6.0, 0.3), round(6.0, 0.3)];
        let figures = SizeFigures::new(120, &ours, &theirs);
        assert!((figures.quartet_prefill_ratio - 2.0).abs() < 1e-9);
        assert!((figures.quartet_decode_ratio - 1.0).abs() < 1e-9);
        assert!((figures.prefill_tokens_per_second - 20.0).abs() < 1e-9);
    }
}
