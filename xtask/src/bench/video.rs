//! Films: how long one takes, when its first frame is there, what of it is not a network's work, how
//! much memory its length takes; and frames in between beside ffmpeg's `minterpolate`.
//!
//! What is timed is the product: `quartet video --json` in a process and a library of its own each time,
//! models loaded anew. Held-out clips are those that the recipe of the in-betweens keeps from training.

mod clips;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use self::clips::Clip;
use super::arguments::Arguments;
use super::peers;
use super::report::{keep, median};
use crate::apt;
use crate::desktop;
use crate::process;
use crate::setup::{self, Ready, Wanted};
use crate::workspace;

const LOOK_EVERY: Duration = Duration::from_millis(5);
/// Seconds of the films whose memory is compared.
const LENGTHS: [u32; 2] = [5, 60];
/// Held-out clips for the peers.
const CLIPS: usize = 12;

#[derive(Debug, Serialize)]
struct Report {
    rounds: usize,
    /// The network that made frames in between; none: they were blended.
    inbetween: Option<String>,
    travel: Travel,
    /// Milliseconds for a frame in between, 256 x 256.
    between_milliseconds: f64,
    memory: Vec<Memory>,
    peers: Option<Vec<Peer>>,
}

/// 2 seconds at 24 frames a second and 256 x 256 between two prompts; medians.
#[derive(Debug, Serialize)]
struct Travel {
    /// The whole process, with its start and the loading of three models.
    process_seconds: f64,
    /// From the first drawing to the file on the disk.
    seconds: f64,
    /// From the start of the job, with loading, to the first frame.
    first_frame_seconds: f64,
    /// Time without a network at work, as a share of the time with one.
    above_runs: f64,
}

#[derive(Debug, Serialize)]
struct Memory {
    film_seconds: u32,
    peak_mb: f64,
    took_seconds: f64,
}

/// Every second frame of held-out clips, made again.
#[derive(Debug, Serialize)]
struct Peer {
    name: String,
    /// Over all frames of all clips, in decibels.
    psnr: f64,
    /// For a frame that was made, in milliseconds, with reading and writing.
    milliseconds: f64,
}

/// What `quartet video --json` tells, as far as it matters here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    inbetween: Option<String>,
    stats: Stats,
    cost: Cost,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stats {
    betweens: u32,
    between_seconds: f64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    seconds: f64,
    first_frame_seconds: f64,
    outside_seconds: f64,
}

struct Made {
    document: Document,
    process_seconds: f64,
    peak_mb: f64,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let ready = setup::ensure(&Wanted::to_build())?;
    // Made before anything is timed.
    let held_out = peers::python(arguments, &ready, "-video")?
        .map(|python| clips::held_out(&python, ready.cache.root(), CLIPS))
        .transpose()?;
    let bench = Bench {
        program: desktop::build_product(true)?.quartet,
        folder: workspace::out().join("bench-video"),
        ready: &ready,
    };
    let _ = fs::remove_dir_all(&bench.folder);
    fs::create_dir_all(&bench.folder)?;
    let mut travels = Vec::new();
    for round in 0..=arguments.rounds {
        let made = bench.travel(2, "travel.png")?;
        // The first round brings the models into the disk's cache.
        if round > 0 {
            travels.push(made);
        }
    }
    let of = |what: &dyn Fn(&Made) -> f64| median(travels.iter().map(what));
    let clip = bench.folder.join("travel.png");
    let smoother = bench.film(&["--smoother", "2", &text(&clip)], "smoother.png")?;
    let stats = &smoother.document.stats;
    let mut memory = Vec::new();
    for seconds in LENGTHS {
        let made = bench.travel(seconds, "long.webp")?;
        memory.push(Memory {
            film_seconds: seconds,
            peak_mb: made.peak_mb,
            took_seconds: made.document.cost.seconds,
        });
    }
    let report = Report {
        rounds: arguments.rounds,
        inbetween: smoother.document.inbetween.clone(),
        travel: Travel {
            process_seconds: of(&|made| made.process_seconds),
            seconds: of(&|made| made.document.cost.seconds),
            first_frame_seconds: of(&|made| made.document.cost.first_frame_seconds),
            above_runs: of(&|made| {
                let Cost {
                    seconds,
                    outside_seconds,
                    ..
                } = made.document.cost;
                outside_seconds / (seconds - outside_seconds)
            }),
        },
        between_milliseconds: stats.between_seconds * 1000.0 / f64::from(stats.betweens.max(1)),
        memory,
        peers: held_out.map(|clips| bench.peers(&clips)).transpose()?,
    };
    println!("{}", report.table());
    keep("video", &report)
}

struct Bench<'a> {
    program: PathBuf,
    folder: PathBuf,
    ready: &'a Ready,
}

impl Bench<'_> {
    fn travel(&self, seconds: u32, name: &str) -> Result<Made> {
        // Scenes of a minute and more are cut into several.
        let count = if seconds > 10 { 8 } else { 2 };
        let prompts = [
            "a cat", "an apple", "the sun", "a house", "a fish", "a tree", "a car", "a bird",
        ];
        let length = f64::from(seconds) / f64::from(count);
        let scenes: Vec<String> = prompts[..count as usize]
            .iter()
            .flat_map(|prompt| ["--scene".to_owned(), format!("{prompt}@{length}")])
            .collect();
        let mut arguments = vec!["--seed", "7", "--fps", "24", "--size", "256"];
        arguments.extend(scenes.iter().map(String::as_str));
        self.film(&arguments, name)
    }

    /// Runs `quartet video` to a file, looking at its memory.
    fn film(&self, arguments: &[&str], name: &str) -> Result<Made> {
        let home = self.folder.join("home");
        let _ = fs::remove_dir_all(&home);
        let out = self.folder.join(name);
        let mut command = Command::new(&self.program);
        command.arg("video").args(arguments);
        command.args(["--json", "--no-keep", "--out"]).arg(&out);
        command.env("QUARTET_HOME", &home).env("LANG", "C");
        self.ready.environment(&mut command);
        let line = process::line(&command);
        let began = Instant::now();
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let status = format!("/proc/{}/status", child.id());
        let mut peak_mb = 0.0_f64;
        // Its answer is a page: the pipe holds it.
        while child.try_wait()?.is_none() {
            let seen = fs::read_to_string(&status).unwrap_or_default();
            let most = seen.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let most = most.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
            peak_mb = peak_mb.max(most.unwrap_or(0.0) / 1024.0);
            thread::sleep(LOOK_EVERY);
        }
        let process_seconds = began.elapsed().as_secs_f64();
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{line}: {said}");
        let document = serde_json::from_slice(&output.stdout).with_context(|| line)?;
        Ok(Made {
            document,
            process_seconds,
            peak_mb,
        })
    }

    /// Every second frame of the held-out clips, by blending, by ffmpeg and by Quartet.
    fn peers(&self, clips: &[Clip]) -> Result<Vec<Peer>> {
        apt::ensure_only(&["ffmpeg"])?;
        let mut found = ["blending", "ffmpeg", "quartet"].map(|name| (name, Vec::new(), 0.0));
        for clip in clips {
            found[0].1.extend(clips::blended(clip));
            let (given, input) = (self.folder.join("given.rgb"), self.folder.join("in"));
            fs::write(&given, clip.given.concat())?;
            let _ = fs::remove_dir_all(&input);
            fs::create_dir_all(&input)?;
            ffmpeg(&raw(12), &given, &[], &input.join("%03d.png"))?;
            let pictures = ["-framerate", "12"].map(str::to_owned);
            let film = self.folder.join("film.rgb");
            let way = "minterpolate=fps=24:mi_mode=mci:scd=none";
            let began = Instant::now();
            ffmpeg(&pictures, &input.join("%03d.png"), &["-vf", way], &film)?;
            found[1].2 += began.elapsed().as_secs_f64();
            found[1].1.extend(clips::judged(&fs::read(&film)?, clip));
            let made = self.film(
                &["--smoother", "2", "--fps", "12", &text(&input)],
                "quartet.png",
            )?;
            found[2].2 += made.document.cost.seconds;
            // Frames that are like the one before are that one, shown longer.
            let ours = self.folder.join("quartet.png");
            ffmpeg(&[], &ours, &["-vf", "fps=24"], &film)?;
            found[2].1.extend(clips::judged(&fs::read(&film)?, clip));
        }
        let frames: usize = clips.iter().map(|clip| clip.truth.len()).sum();
        let peer = |(name, values, seconds): (&str, Vec<f64>, f64)| Peer {
            name: name.to_owned(),
            psnr: values.iter().sum::<f64>() / values.len().max(1) as f64,
            milliseconds: seconds * 1000.0 / frames.max(1) as f64,
        };
        Ok(found.map(peer).into())
    }
}

/// How ffmpeg is told of raw frames.
fn raw(fps: u32) -> Vec<String> {
    let size = format!("{0}x{0}", clips::SIDE);
    let fps = fps.to_string();
    [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        &size,
        "-framerate",
        &fps,
    ]
    .map(str::to_owned)
    .into()
}

fn ffmpeg(from: &[String], input: &Path, way: &[&str], output: &Path) -> Result<()> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y"]).args(from);
    command.arg("-i").arg(input).args(way);
    if output.extension().is_some_and(|ending| ending == "rgb") {
        command.args(["-f", "rawvideo", "-pix_fmt", "rgb24"]);
    }
    process::run(command.arg(output))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

impl Report {
    fn table(&self) -> String {
        let Travel {
            process_seconds,
            seconds,
            first_frame_seconds,
            above_runs,
        } = self.travel;
        let by = self.inbetween.as_deref().unwrap_or("blending");
        let mut table = format!(
            "\n2 s, 24 frames a second, 256 x 256, between two prompts, in-betweens by {by}; medians of {}\n\
             film {seconds:.2} s, whole process {process_seconds:.2} s, first frame {first_frame_seconds:.2} s \
             with loading, {:+.1} % above the session runs\n\
             a frame in between: {:.1} ms\n",
            self.rounds,
            above_runs * 100.0,
            self.between_milliseconds
        );
        for memory in &self.memory {
            // Writing to a String cannot fail.
            let _ = writeln!(
                table,
                "{:>3} s of film: {:.0} MB at the most, {:.1} s",
                memory.film_seconds, memory.peak_mb, memory.took_seconds
            );
        }
        for peer in self.peers.iter().flatten() {
            let _ = writeln!(
                table,
                "{:<10} PSNR {:.2} dB, {:.1} ms a frame",
                peer.name, peer.psnr, peer.milliseconds
            );
        }
        table
    }
}
