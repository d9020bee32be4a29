//! `cargo xtask run --headless`: the main job of every finished panel, through the terminal.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::process;
use crate::setup::Ready;
use crate::small::SmallComputer;
use crate::workspace;

/// One call of `quartet`. Add a row for each panel that is finished.
#[derive(Debug)]
struct Job {
    name: &'static str,
    arguments: &'static [&'static str],
    output: Output,
}

#[derive(Debug, Clone, Copy)]
enum Output {
    /// The `text` of the document that `--json` prints is the result, kept under this name.
    Text(&'static str),
    /// The picture, the sound or the film that `--out` is to write, under this name.
    File(&'static str),
    /// As `File`, of a job that prints no document.
    FileAlone(&'static str),
}

/// Stands for the folder of results in arguments: a later job takes up what an earlier one made.
const OUT: &str = "OUT/";

impl Output {
    fn file(self) -> &'static str {
        match self {
            Self::Text(file) | Self::File(file) | Self::FileAlone(file) => file,
        }
    }
}

const JOBS: &[Job] = &[
    Job {
        name: "text, English",
        arguments: &[
            "text",
            "Write three short slogans for a bookshop that also sells coffee.",
            "--seed",
            "1",
            "--max-tokens",
            "200",
        ],
        output: Output::Text("text-en.txt"),
    },
    Job {
        name: "text, Chinese",
        arguments: &[
            "text",
            "请为一家同时卖咖啡的书店写一段六十字左右的宣传文案。",
            "--seed",
            "1",
            "--max-tokens",
            "200",
        ],
        output: Output::Text("text-zh.txt"),
    },
    Job {
        name: "text, code",
        arguments: &[
            "text",
            "Write a Python function that checks whether a word is a palindrome, with one test.",
            "--seed",
            "1",
            "--max-tokens",
            "300",
        ],
        output: Output::Text("text-code.txt"),
    },
    Job {
        name: "speech, English",
        arguments: &[
            "speak",
            "Good evening. It is 7:30 pm, and here is the news.",
            "--seed",
            "1",
        ],
        output: Output::File("speech-en.wav"),
    },
    Job {
        name: "speech, Chinese",
        arguments: &[
            "speak",
            "晚上好，现在是晚上七点半，请听新闻。",
            "--model",
            "kokoro",
            "--seed",
            "1",
        ],
        output: Output::File("speech-zh.wav"),
    },
    Job {
        name: "tune",
        arguments: &["compose", "--mood", "calm", "--metre", "3/4", "--seed", "1"],
        output: Output::File("tune.wav"),
    },
    Job {
        name: "image, English",
        arguments: &["image", "a red apple", "--seed", "1"],
        output: Output::File("image-en.png"),
    },
    Job {
        name: "image, Chinese",
        arguments: &["image", "火箭", "--style", "flat", "--seed", "1"],
        output: Output::File("image-zh.png"),
    },
    Job {
        name: "film",
        arguments: &[
            "video",
            "--scene",
            "a cat@1",
            "--scene",
            "a red apple@1",
            "--seed",
            "1",
        ],
        output: Output::File("film.webp"),
    },
    Job {
        name: "clip, made smoother",
        arguments: &["video", "OUT/film.webp", "--smoother", "2"],
        output: Output::File("smoother.webp"),
    },
    Job {
        name: "picture, enlarged",
        arguments: &["upscale", "OUT/image-en.png", "--factor", "4"],
        output: Output::FileAlone("enlarged.png"),
    },
    Job {
        name: "captions",
        arguments: &["transcribe", "OUT/speech-en.wav"],
        output: Output::File("captions.srt"),
    },
    Job {
        name: "minutes",
        arguments: &["transcribe", "OUT/speech-en.wav", "--minutes"],
        output: Output::File("minutes.md"),
    },
];

/// What `quartet … --json` prints, as far as it is used here.
#[derive(Debug, Default, Deserialize)]
struct Document {
    /// Nothing for a film: several models make it.
    #[serde(default)]
    model: String,
    #[serde(default)]
    text: String,
    stats: Value,
}

/// A row of `out/headless.json`.
#[derive(Debug, Serialize)]
struct Report<'a> {
    job: &'a str,
    command: String,
    model: String,
    /// Path of the result, relative to the repository's root.
    file: String,
    bytes: u64,
    /// Wall-clock time from start to end of the program, loading the model included.
    seconds: f64,
    /// The most that it held, on a small computer.
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_mb: Option<f64>,
    /// The pipeline's own figures: tokens, seconds for the prompt and for the answer, the seed.
    stats: Value,
}

/// Runs every job with the built `quartet`; one that fails does not stop the others.
pub fn run(ready: &Ready, quartet: &Path, small: bool) -> Result<()> {
    let out = workspace::out();
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    let (mut reports, mut failed) = (Vec::new(), Vec::new());
    for job in JOBS {
        println!("\n{}", job.name);
        match perform(job, ready, quartet, &out, small) {
            Ok(report) => {
                let Report { file, seconds, .. } = &report;
                let held = report.peak_mb.map(|mb| format!(", {mb:.0} MB at the most"));
                println!("-> {file} in {seconds:.1} s{}", held.unwrap_or_default());
                reports.push(report);
            }
            Err(error) => {
                eprintln!("{} failed: {error:#}", job.name);
                failed.push(job.name);
            }
        }
    }
    let summary = out.join("headless.json");
    fs::write(&summary, serde_json::to_string_pretty(&reports)? + "\n")?;
    let count = reports.len();
    println!(
        "\n{count} of {} jobs done; results and times are in {}",
        JOBS.len(),
        out.display()
    );
    if !failed.is_empty() {
        bail!("failed: {}", failed.join("; "));
    }
    Ok(())
}

fn perform<'a>(
    job: &'a Job,
    ready: &Ready,
    quartet: &Path,
    out: &Path,
    small: bool,
) -> Result<Report<'a>> {
    let file = job.output.file();
    let mut command = command(job, ready, quartet, out);
    let computer = small.then(SmallComputer::new).transpose()?;
    if let Some(computer) = &computer {
        command = computer.confine(&command);
    }
    let line = process::line(Command::new("quartet").args(job.arguments));
    let started = Instant::now();
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", quartet.display()))?;
    let seconds = started.elapsed().as_secs_f64();
    if !output.status.success() {
        bail!("`{line}` ended with {}", output.status);
    }
    let document: Document = match job.output {
        Output::FileAlone(_) => Document::default(),
        _ => serde_json::from_slice(&output.stdout)
            .with_context(|| format!("`{line} --json` printed no document"))?,
    };
    if let Output::Text(file) = job.output {
        if document.text.trim().is_empty() {
            bail!("`{line}` answered nothing");
        }
        println!("{}", document.text.trim_end());
        fs::write(out.join(file), document.text + "\n")?;
    }
    let bytes = fs::metadata(out.join(file))
        .with_context(|| format!("`{line}` wrote no {file}"))?
        .len();
    Ok(Report {
        job: job.name,
        command: line,
        model: document.model,
        file: format!("out/{file}"),
        bytes,
        seconds,
        peak_mb: computer.map(|small| small.peak_mb()).transpose()?,
        stats: document.stats,
    })
}

fn command(job: &Job, ready: &Ready, quartet: &Path, out: &Path) -> Command {
    let mut command = Command::new(quartet);
    for argument in job.arguments {
        match argument.strip_prefix(OUT) {
            Some(file) => command.arg(out.join(file)),
            None => command.arg(argument),
        };
    }
    match job.output {
        Output::Text(_) => command.arg("--json"),
        Output::File(file) => command.arg("--json").arg("--out").arg(out.join(file)),
        Output::FileAlone(file) => command.arg("--out").arg(out.join(file)),
    };
    ready.environment(&mut command);
    // A demonstration must not fill the library of whoever runs it.
    command.env("QUARTET_HOME", out.join("home"));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_job_overwrites_anothers_result_and_each_can_be_repeated() {
        let mut files = std::collections::HashSet::new();
        for job in JOBS {
            let file = job.output.file();
            assert!(files.insert(file), "{file} is written twice");
            let drawn = ["text", "speak", "compose", "image"].contains(&job.arguments[0]);
            assert!(
                !drawn || job.arguments.contains(&"--seed"),
                "{} has no seed",
                job.name
            );
            for earlier in job.arguments.iter().filter_map(|one| one.strip_prefix(OUT)) {
                assert!(files.contains(earlier), "{earlier} is not made before");
            }
        }
    }
}
