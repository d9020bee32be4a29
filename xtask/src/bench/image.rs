//! Pictures: Glyph from a prompt to the file, tiny models in diffusers' layout against the
//! pipelines of diffusers and optimum on the same graphs, and what was promised against what it took.
//!
//! Races are run as those of text: interleaved, ratios round by round. Results: a table, and
//! `out/bench-image.json`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::contender::{self, Contender};
use super::peers;
use super::report::{cell, keep, median};
use crate::desktop::{self, Programs};
use crate::platform::executable;
use crate::process;
use crate::setup::{self, Ready, Wanted};
use crate::ui;
use crate::workspace;

const PROMPTS: [&str; 4] = ["red heart", "a police car", "黄色的向日葵", "cat"];

/// A tiny model, what it is asked for, and the Python pipelines that can run it.
struct Tiny {
    folder: &'static str,
    steps: u32,
    guidance: f32,
    peers: &'static [&'static str],
}

const TINY: [Tiny; 3] = [
    Tiny {
        folder: "sd15",
        steps: 20,
        guidance: 7.5,
        peers: &["diffusers", "optimum"],
    },
    Tiny {
        folder: "lcm",
        steps: 4,
        guidance: 8.5,
        peers: &["optimum"],
    },
    Tiny {
        folder: "sdxl",
        steps: 20,
        guidance: 5.0,
        peers: &["optimum"],
    },
];

/// The models' own, and one at which computing takes most of the time.
const SIDES: [u32; 2] = [32, 128];

#[derive(Debug, Serialize)]
struct Report {
    threads: usize,
    spinning: bool,
    rounds: usize,
    glyph: Glyph,
    promises: Vec<Promise>,
    races: Vec<Race>,
}

/// Medians.
#[derive(Debug, Serialize)]
struct Glyph {
    load_seconds: f64,
    /// From a prompt to 256 x 256 pixels, with the models in memory.
    picture_seconds: f64,
    /// Share of that time, above the sum of the session runs.
    overhead: f64,
    peak_mb: Option<f64>,
    /// `quartet image` from its start to its end: the file is written and kept.
    process_seconds: f64,
}

/// What `quartet image` promised, and what it took, in a process for each picture.
#[derive(Debug, Serialize)]
struct Promise {
    what: String,
    rounds: Vec<Told>,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Told {
    /// None before the first picture.
    promised_seconds: Option<f64>,
    seconds: f64,
    promised_mb: f64,
    mb: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Race {
    model: &'static str,
    side: u32,
    steps: u32,
    contenders: Vec<Figures>,
}

#[derive(Debug, Serialize)]
struct Figures {
    name: &'static str,
    seconds: f64,
    /// Above the sum of the session runs; only Quartet tells.
    overhead: Option<f64>,
    peak_mb: Option<f64>,
    /// What Quartet takes of this contender's time, round by round.
    quartet_share: f64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Round {
    seconds: f64,
    run_seconds: Option<f64>,
    width: u32,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let ready = setup::ensure(&Wanted::to_build())?;
    ui::build()?;
    let programs = desktop::build_product(true)?;
    let peers = peers::python(arguments, &ready, "-image")?;
    let bench = Bench {
        arguments,
        ready: &ready,
        programs: &programs,
        peers,
    };
    let mut promises = Vec::new();
    let (process_seconds, promise) = bench.processes("glyph", &[])?;
    promises.push(promise);
    for tiny in &TINY {
        let (folder, size) = (tiny.path(), SIDES[1].to_string());
        let options = ["--model", &folder.display().to_string(), "--size", &size];
        promises.push(bench.processes(tiny.folder, &options)?.1);
    }
    let report = Report {
        threads: arguments.threads,
        spinning: arguments.spinning,
        rounds: arguments.rounds,
        glyph: bench.glyph(process_seconds)?,
        promises,
        races: bench.races()?,
    };
    println!("{}", report.table());
    keep("image", &report)
}

struct Bench<'a> {
    arguments: &'a Arguments,
    ready: &'a Ready,
    programs: &'a Programs,
    peers: Option<PathBuf>,
}

impl Bench<'_> {
    fn ours(&self, folder: &Path) -> Result<Contender> {
        let program = self
            .programs
            .quartet
            .with_file_name(executable("quartet-bench"));
        let mut command = Command::new(program);
        command.arg("image").arg(folder);
        command.arg(self.arguments.threads.to_string());
        command.arg(self.arguments.spinning.to_string());
        self.ready.environment(&mut command);
        Contender::start("quartet", &mut command)
    }

    fn glyph(&self, process_seconds: f64) -> Result<Glyph> {
        let folder = self.ready.cache.models().join("glyph");
        let mut contenders = [self.ours(&folder)?];
        let ask = |round: usize| {
            let prompt = PROMPTS[round % PROMPTS.len()];
            let request = json!({ "prompt": prompt, "parameters": { "seed": round } });
            json!({ "request": request, "enlarge": 4 })
        };
        let rounds: Vec<Vec<Round>> =
            contender::rounds(&mut contenders, self.arguments.rounds * 3, ask)?;
        Ok(Glyph {
            load_seconds: contenders[0].load_seconds,
            picture_seconds: median(rounds[0].iter().map(|round| round.seconds)),
            overhead: overhead(&rounds[0]).context("the bench does not tell of its runs")?,
            peak_mb: contenders[0].peak_mb(),
            process_seconds,
        })
    }

    /// `quartet image`, a process a picture, over a library that is empty at first: the median of
    /// their times but the first's, and all promises.
    fn processes(&self, what: &str, options: &[&str]) -> Result<(f64, Promise)> {
        let home = tempfile::tempdir()?;
        let mut rounds = Vec::new();
        let mut seconds = Vec::new();
        for round in 0..=self.arguments.rounds {
            let mut command = Command::new(&self.programs.quartet);
            let prompt = PROMPTS[round % PROMPTS.len()];
            command.args(["image", prompt, "--json", "--seed", "1", "--out"]);
            command.arg(home.path().join("picture.png")).args(options);
            command.env("QUARTET_HOME", home.path());
            self.ready.environment(&mut command);
            let started = Instant::now();
            let document = process::capture(&mut command)?;
            seconds.push(started.elapsed().as_secs_f64());
            let document: Value = serde_json::from_str(&document)
                .with_context(|| format!("not a document: {document}"))?;
            let cost = &document["cost"];
            rounds.push(Told::of(cost).with_context(|| format!("not a cost: {cost}"))?);
        }
        let promise = Promise {
            what: what.to_owned(),
            rounds,
        };
        Ok((median(seconds.into_iter().skip(1)), promise))
    }

    fn races(&self) -> Result<Vec<Race>> {
        let mut races = Vec::new();
        for tiny in &TINY {
            let folder = tiny.path();
            let mut contenders = vec![self.ours(&folder)?];
            if let Some(python) = &self.peers {
                for &name in tiny.peers {
                    let script = workspace::root().join("tests/bench/peers/image_peer.py");
                    let mut command = Command::new(python);
                    command.arg(script).arg(name).arg(&folder);
                    command.arg(self.arguments.threads.to_string());
                    command.env("HF_HUB_OFFLINE", "1");
                    contenders.push(Contender::start(name, &mut command)?);
                }
            }
            for side in SIDES {
                races.push(self.race(tiny, side, &mut contenders)?);
            }
        }
        Ok(races)
    }

    fn race(&self, tiny: &Tiny, side: u32, contenders: &mut [Contender]) -> Result<Race> {
        let request = json!({
            "prompt": "a red apple on blue",
            "negativePrompt": "cat",
            "parameters": {
                "steps": tiny.steps, "guidance": tiny.guidance, "seed": 1,
                "width": side, "height": side, "previews": false,
            },
        });
        let ask = |_| json!({ "request": request, "enlarge": 1 });
        // They take milliseconds.
        let count = self.arguments.rounds * 4;
        let rounds: Vec<Vec<Round>> = contender::rounds(contenders, count, ask)?;
        let widths = rounds.iter().flatten().map(|round| round.width);
        if let Some(other) = widths.into_iter().find(|&width| width != side) {
            anyhow::bail!("asked for {side} pixels, a contender made {other}");
        }
        let figures = contenders.iter().zip(&rounds).map(|(contender, theirs)| {
            let share = rounds[0].iter().zip(theirs);
            Figures {
                name: contender.name,
                seconds: median(theirs.iter().map(|round| round.seconds)),
                overhead: overhead(theirs),
                peak_mb: contender.peak_mb(),
                quartet_share: median(share.map(|(ours, theirs)| ours.seconds / theirs.seconds)),
            }
        });
        Ok(Race {
            model: tiny.folder,
            side,
            steps: tiny.steps,
            contenders: figures.collect(),
        })
    }
}

impl Tiny {
    fn path(&self) -> PathBuf {
        workspace::root()
            .join("tests/golden/image/diffusion")
            .join(self.folder)
    }
}

/// Share of the time above the runs, round by round. None where a contender does not tell.
fn overhead(rounds: &[Round]) -> Option<f64> {
    let shares = rounds
        .iter()
        .map(|round| Some(round.seconds / round.run_seconds? - 1.0));
    let shares: Option<Vec<f64>> = shares.collect();
    Some(median(shares?.into_iter()))
}

impl Told {
    /// Of an `ImageCost`.
    fn of(cost: &Value) -> Option<Self> {
        let promised = &cost["promised"];
        Some(Self {
            promised_seconds: promised["seconds"].as_f64(),
            seconds: cost["seconds"].as_f64()?,
            promised_mb: promised["memoryMb"].as_f64()?,
            mb: cost["memoryMb"].as_f64(),
        })
    }

    /// How far the promises were off: time, memory.
    fn off(&self) -> (Option<f64>, Option<f64>) {
        let time = self.promised_seconds.map(|told| told / self.seconds - 1.0);
        (time, self.mb.map(|mb| self.promised_mb / mb - 1.0))
    }
}

impl Promise {
    /// The largest of an error, over all rounds but the first.
    fn worst(&self, of: impl Fn(&Told) -> Option<f64>) -> Option<f64> {
        let errors = self.rounds.iter().skip(1).filter_map(of);
        errors.max_by(|one, other| one.abs().total_cmp(&other.abs()))
    }

    fn line(&self) -> String {
        let percent = |error: Option<f64>| match error {
            Some(error) => format!("{:+.0} %", error * 100.0),
            None => "-".to_owned(),
        };
        let first = self.rounds.first().and_then(|round| round.off().1);
        let measured = median(self.rounds.iter().filter_map(|round| round.mb));
        format!(
            "{:<10} memory {:>8}, promised at first {:>6}, later {:>6} at the worst; \
             time {:>6.3} s, promised {:>6} at the worst",
            self.what,
            cell(Some(measured), 0, " MB"),
            percent(first),
            percent(self.worst(|round| round.off().1)),
            median(self.rounds.iter().map(|round| round.seconds)),
            percent(self.worst(|round| round.off().0)),
        )
    }
}

impl Report {
    fn table(&self) -> String {
        let glyph = &self.glyph;
        let mut table = format!(
            "\nGlyph · {} threads · spinning {} · medians\n\
             prompt to 256 x 256 pixels {:.3} s (target 0.5), {:+.1} % above the runs (target 10)\n\
             `quartet image`, start to end {:.2} s (target 2) · models load in {:.2} s · {} at most\n\
             \nestimates (target 30 %)\n",
            self.threads,
            if self.spinning { "on" } else { "off" },
            glyph.picture_seconds,
            glyph.overhead * 100.0,
            glyph.process_seconds,
            glyph.load_seconds,
            cell(glyph.peak_mb, 0, " MB"),
        );
        for promise in &self.promises {
            table.push_str(&promise.line());
            table.push('\n');
        }
        table.push_str(
            "\nStable Diffusion's pipelines around tiny networks with random weights: all that a pipeline does but\n\
             the networks of real models, which ONNX Runtime runs alike in all. diffusers is its\n\
             OnnxStableDiffusionPipeline, optimum its ORTDiffusionPipeline, over the same graphs.\n\
             model  pixels  steps  contender     seconds  above the runs  peak MB  Quartet takes (target 0.8)\n",
        );
        for race in &self.races {
            for one in &race.contenders {
                let above = one.overhead.map(|share| format!("{:+.1} %", share * 100.0));
                // Writing to a String cannot fail.
                let _ = writeln!(
                    table,
                    "{:<6} {:>6}  {:>5}  {:<12} {:>8.4}  {:>14}  {:>7}  {:.2}",
                    race.model,
                    race.side,
                    race.steps,
                    one.name,
                    one.seconds,
                    above.unwrap_or_default(),
                    cell(one.peak_mb, 0, ""),
                    one.quartet_share,
                );
            }
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(seconds: f64, run_seconds: Option<f64>) -> Round {
        Round {
            seconds,
            run_seconds,
            width: 32,
        }
    }

    #[test]
    fn what_is_above_the_runs_is_measured_by_those_that_count_them() {
        let ours = [round(1.1, Some(1.0)), round(3.3, Some(3.0))];
        assert!((overhead(&ours).unwrap() - 0.1).abs() < 1e-9);
        assert_eq!(overhead(&[round(1.0, None)]), None);
    }

    #[test]
    fn the_worst_estimate_is_the_one_furthest_off_and_the_first_is_kept_apart() {
        let promised = |promised_seconds, promised_mb| Told {
            promised_seconds,
            seconds: 1.0,
            promised_mb,
            mb: Some(100.0),
        };
        let promise = Promise {
            what: "x".to_owned(),
            rounds: vec![
                promised(None, 177.0),
                promised(Some(1.1), 100.0),
                promised(Some(0.8), 104.0),
            ],
        };
        let worst = promise.worst(|round| round.off().0).unwrap();
        assert!((worst + 0.2).abs() < 1e-9, "{worst}");
        let line = promise.line();
        assert!(line.contains("+77 %") && line.contains("+4 %"), "{line}");
    }
}
