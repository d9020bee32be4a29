//! `cargo xtask test`: every check and every test, to the end, with a table of results.

mod round;
mod rust;
mod times;

use std::fs::File;
use std::io::{IsTerminal, Read, Seek};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use self::round::{Extent, Round};
use crate::apt;
use crate::deny;
use crate::desktop::{self, PRODUCT};
use crate::process::{self, Output};
use crate::setup;
use crate::tidy;
use crate::ui;
use crate::workspace;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Leave out what needs weights, a window or an installed tool
    #[arg(long, conflicts_with = "long")]
    fast: bool,
    /// Also what takes long, before a release: soaks ten times as long, a minute of fuzzing for
    /// each parser, all benches, the page's scenes in a browser, the window as a screen reader is told
    /// it, a walk through it in every language and theme
    #[arg(long)]
    long: bool,
    /// Only the steps whose name contains this; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
}

impl Arguments {
    fn extent(&self) -> Extent {
        match (self.fast, self.long) {
            (true, _) => Extent::Fast,
            (_, true) => Extent::Long,
            _ => Extent::Plain,
        }
    }
}

/// When a step runs, among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// Before all: what is known in seconds, and the page that crates embed.
    First,
    /// One after another: cargo does one thing at a time.
    Main,
    /// Beside those of the main lane, which leave a core idle now and then.
    Beside,
}

/// One check. All run; one that fails does not stop the others.
struct Step {
    name: &'static str,
    /// The least that it is part of.
    extent: Extent,
    lane: Lane,
    run: fn(&Round, &Output) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step {
        name: "format",
        extent: Extent::Fast,
        lane: Lane::First,
        run: |_, _| process::run(process::cargo().args(["fmt", "--all", "--check"])),
    },
    Step {
        name: "tidy",
        extent: Extent::Fast,
        lane: Lane::First,
        run: |_, _| tidy::check(),
    },
    Step {
        name: "ui build",
        extent: Extent::Fast,
        lane: Lane::First,
        run: |_, _| ui::build(),
    },
    Step {
        name: "ui check",
        extent: Extent::Fast,
        lane: Lane::Beside,
        run: |_, output| ui::script("check", output),
    },
    Step {
        name: "ui tests",
        extent: Extent::Fast,
        lane: Lane::Beside,
        run: |_, output| ui::script("test", output),
    },
    Step {
        name: "deny",
        extent: Extent::Plain,
        lane: Lane::Beside,
        run: |round, output| deny::check(round.ready()?, output),
    },
    Step {
        name: "recipes",
        extent: Extent::Plain,
        lane: Lane::Beside,
        run: recipes,
    },
    Step {
        name: "clippy",
        extent: Extent::Fast,
        lane: Lane::Main,
        run: |_, _| clippy(PRODUCT),
    },
    Step {
        name: "clippy, tools",
        extent: Extent::Fast,
        lane: Lane::Main,
        run: |_, _| clippy(TOOLS),
    },
    Step {
        name: "rust tests",
        extent: Extent::Fast,
        lane: Lane::Main,
        run: |round, _| rust::tests(round, PRODUCT),
    },
    Step {
        name: "xtask tests",
        extent: Extent::Fast,
        lane: Lane::Main,
        run: |round, _| rust::tests(round, XTASK),
    },
    Step {
        name: "end to end",
        extent: Extent::Plain,
        lane: Lane::Main,
        run: |round, _| end_to_end(round),
    },
    Step {
        name: "browser",
        extent: Extent::Long,
        lane: Lane::Main,
        run: |_, output| browser(output),
    },
    Step {
        name: "screen reader",
        extent: Extent::Long,
        lane: Lane::Main,
        run: |round, _| screen_reader(round),
    },
    Step {
        name: "walk",
        extent: Extent::Long,
        lane: Lane::Main,
        run: |_, _| ourselves(&["screenshot"]),
    },
    Step {
        name: "kiosk soak",
        extent: Extent::Long,
        lane: Lane::Main,
        run: |round, _| kiosk_soak(round),
    },
    Step {
        name: "fuzz",
        extent: Extent::Long,
        lane: Lane::Main,
        run: |_, _| ourselves(&["fuzz"]),
    },
    Step {
        name: "benches",
        extent: Extent::Long,
        lane: Lane::Main,
        run: |_, _| benches(),
    },
];

const TOOLS: &[&str] = &["--package", "xtask", "--package", "quartet-e2e"];
const XTASK: &[&str] = &["--package", "xtask"];
const E2E: &[&str] = &["--package", "quartet-e2e"];

#[derive(Debug)]
struct Outcome {
    name: &'static str,
    failure: Option<String>,
    took: Duration,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let started = Instant::now();
    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|step| is_chosen(step, arguments))
        .collect();
    if chosen.is_empty() {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("no such step; there are: {}", names.join(", "));
    }
    setup::rust_components()?;
    let round = Round::new(arguments.extent())?;
    if std::io::stderr().is_terminal() {
        // Two programs that redraw their lines spoil each other's: here it is done before.
        round.ready()?;
    }
    let mut outcomes = all(&chosen, &round);
    outcomes.sort_by_key(|one| STEPS.iter().position(|step| step.name == one.name));
    println!("\n{}", table(&outcomes, started.elapsed()));
    println!("{}", round.times.slowest(10));
    let failed: Vec<_> = outcomes
        .iter()
        .filter(|one| one.failure.is_some())
        .map(|one| one.name)
        .collect();
    if !failed.is_empty() {
        bail!(
            "{} of {} steps failed: {}",
            failed.len(),
            outcomes.len(),
            failed.join("; ")
        );
    }
    Ok(())
}

fn is_chosen(step: &Step, arguments: &Arguments) -> bool {
    let named = arguments.only.is_empty()
        || arguments
            .only
            .iter()
            .any(|part| step.name.contains(part.as_str()));
    named && step.extent <= arguments.extent()
}

/// Runs the steps, lane by lane.
fn all(steps: &[&Step], round: &Round) -> Vec<Outcome> {
    let of = |lane| steps.iter().filter(move |step| step.lane == lane);
    let mut outcomes: Vec<Outcome> = of(Lane::First).map(|step| shown(step, round)).collect();
    if of(Lane::Main).count() == 0 {
        outcomes.extend(of(Lane::Beside).map(|step| shown(step, round)));
        return outcomes;
    }
    thread::scope(|scope| {
        let beside = scope.spawn(|| -> Vec<Outcome> {
            // What is still to be fetched comes while cargo compiles; a step that needs it says
            // why it did not.
            let _ = round.ready();
            of(Lane::Beside).map(|step| kept(step, round)).collect()
        });
        outcomes.extend(of(Lane::Main).map(|step| shown(step, round)));
        match beside.join() {
            Ok(others) => outcomes.extend(others),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    outcomes
}

fn shown(step: &Step, round: &Round) -> Outcome {
    eprintln!("\n==> {}", step.name);
    perform(step, round, &Output::Shown)
}

/// With its output as one piece at its end: lines of two steps at once could not be told apart.
fn kept(step: &Step, round: &Round) -> Outcome {
    let mut said = Vec::new();
    let outcome = match tempfile::tempfile().and_then(|file| Ok((file.try_clone()?, file))) {
        Ok((file, mut output)) => {
            let outcome = perform(step, round, &Output::Kept(file));
            // Without its output, a failure still has its name and its command.
            let _ = read_again(&mut output, &mut said);
            outcome
        }
        Err(_) => perform(step, round, &Output::Shown),
    };
    eprintln!("\n==> {}, beside the others", step.name);
    eprintln!("{}", String::from_utf8_lossy(&said).trim_end());
    outcome
}

fn read_again(file: &mut File, into: &mut Vec<u8>) -> std::io::Result<usize> {
    file.rewind()?;
    file.read_to_end(into)
}

fn perform(step: &Step, round: &Round, output: &Output) -> Outcome {
    let started = Instant::now();
    let failure = (step.run)(round, output)
        .err()
        .map(|error| format!("{error:#}"));
    if let Some(failure) = &failure {
        eprintln!("{}: {failure}", step.name);
    }
    Outcome {
        name: step.name,
        failure,
        took: started.elapsed(),
    }
}

fn table(outcomes: &[Outcome], total: Duration) -> String {
    let row = |name: &str, result: &str, took: Duration| {
        format!("{name:<16}{result:<8}{:>7.1} s", took.as_secs_f64())
    };
    let mut lines: Vec<String> = outcomes
        .iter()
        .map(|one| {
            let result = if one.failure.is_some() {
                "FAILED"
            } else {
                "passed"
            };
            row(one.name, result, one.took)
        })
        .collect();
    lines.push(row("all, with set-up", "", total));
    lines.join("\n")
}

fn clippy(crates: &[&str]) -> Result<()> {
    let mut cargo = process::cargo();
    cargo
        .args(["clippy", "--locked", "--all-targets"])
        .args(crates)
        .args(["--", "-D", "warnings"]);
    process::run(&mut cargo)
}

fn recipes(round: &Round, output: &Output) -> Result<()> {
    let ready = round.ready()?;
    let mut python = Command::new(&ready.python);
    python
        .args(["-m", "unittest", "discover"])
        .args(["--start-directory", "tests", "--top-level", "."])
        .current_dir(workspace::recipes())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    ready.environment(&mut python);
    process::run_to(&mut python, output)
}

/// Every scene of the page, on the scripted engine, in a browser that can be asked where things are.
fn browser(output: &Output) -> Result<()> {
    apt::ensure_only(&["chromium"])?;
    ui::script("browser", output)
}

/// The real window as a screen reader is told it.
fn screen_reader(round: &Round) -> Result<()> {
    if !cfg!(target_os = "linux") {
        eprintln!("only Linux has AT-SPI: nothing was run");
        return Ok(());
    }
    apt::ensure_only(&["dbus", "at-spi2-core", "gir1.2-atspi-2.0", "python3-gi"])?;
    let programs = desktop::build_product(false)?;
    let mut reader = process::tool("xvfb-run");
    reader
        .args(["--auto-servernum", "--server-args=-screen 0 1280x860x24"])
        // The system's Python has the bindings.
        .args(["dbus-run-session", "--", "/usr/bin/python3", "-u"])
        .arg("tests/screen_reader/names.py")
        .arg(programs.desktop)
        .current_dir(workspace::root())
        .env_remove("WAYLAND_DISPLAY");
    round.ready()?.environment(&mut reader);
    process::run(&mut reader)
}

/// The real window, driven through the web view's own driver under a display of its own.
fn end_to_end(round: &Round) -> Result<()> {
    if !cfg!(target_os = "linux") {
        eprintln!("only Linux has a driver for the real window: nothing was run");
        return Ok(());
    }
    let programs = desktop::build_product(false)?;
    // Compiled before the display is opened, so that a compile error is seen as one.
    process::run(
        process::cargo()
            .args(["test", "--locked", "--no-run", "--tests"])
            .args(E2E),
    )?;
    let mut tests = on_a_display(&programs);
    tests
        .args(["--no-fail-fast", "--tests"])
        // One display, one window: windows side by side would take each other's keys.
        .args(["--", "--include-ignored", "--test-threads=1"])
        .args(rust::WITH_TIMES);
    round.ready()?.environment(&mut tests);
    process::run_and_read(&mut tests, &mut |line| round.times.read(line))
}

/// Tests of the real window, under a display of their own.
fn on_a_display(programs: &desktop::Programs) -> Command {
    let mut tests = process::tool("xvfb-run");
    let cargo = process::cargo();
    tests
        .args(["--auto-servernum", "--server-args=-screen 0 1280x860x24"])
        .arg(cargo.get_program())
        .args(rust::MEASURED)
        .args(["test", "--locked"])
        .args(E2E)
        .current_dir(workspace::root())
        .env("QUARTET_APP", &programs.desktop)
        .env("QUARTET_CLI", &programs.quartet)
        .env_remove("WAYLAND_DISPLAY");
    tests
}

/// Visitors come to a kiosk and go, for two hours or for as many seconds as this variable says.
fn kiosk_soak(round: &Round) -> Result<()> {
    const SECONDS: &str = "QUARTET_SOAK_SECONDS";
    if !cfg!(target_os = "linux") {
        eprintln!("only Linux has a driver for the real window: nothing was run");
        return Ok(());
    }
    let seconds = std::env::var(SECONDS).unwrap_or_else(|_| "7200".to_owned());
    let mut soak = on_a_display(&desktop::build_product(false)?);
    soak.args(["--test", "kiosk", "visitors_come_and_go"])
        .args(["--", "--include-ignored", "--nocapture"])
        .env(SECONDS, seconds);
    round.ready()?.environment(&mut soak);
    process::run(&mut soak)
}

fn benches() -> Result<()> {
    for what in ["text", "image", "audio", "video"] {
        ourselves(&["bench", what])?;
    }
    ourselves(&["bench", "start"])
}

/// Another command of `cargo xtask`.
fn ourselves(arguments: &[&str]) -> Result<()> {
    let mut xtask = Command::new(std::env::current_exe()?);
    process::run(xtask.args(arguments).current_dir(workspace::root()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(extent: Extent, only: &[&str]) -> Vec<&'static str> {
        let arguments = Arguments {
            fast: extent == Extent::Fast,
            long: extent == Extent::Long,
            only: only.iter().map(ToString::to_string).collect(),
        };
        let chosen = STEPS.iter().filter(|step| is_chosen(step, &arguments));
        chosen.map(|step| step.name).collect()
    }

    #[test]
    fn nothing_is_left_out_unless_asked() {
        assert_eq!(names(Extent::Long, &[]).len(), STEPS.len());
        let plain = names(Extent::Plain, &[]);
        assert!(!plain.contains(&"fuzz") && plain.contains(&"end to end"));
        let fast = names(Extent::Fast, &[]);
        assert!(!fast.contains(&"end to end") && fast.contains(&"rust tests"));
        let ui = names(Extent::Plain, &["ui"]);
        assert_eq!(ui, ["ui build", "ui check", "ui tests"]);
        assert!(names(Extent::Plain, &["nothing"]).is_empty());
    }

    #[test]
    fn the_ui_is_built_before_the_crates_that_embed_it() {
        let lane = |name| STEPS.iter().find(|step| step.name == name).unwrap().lane;
        assert_eq!(lane("ui build"), Lane::First);
        for later in ["clippy", "rust tests", "end to end"] {
            assert_eq!(lane(later), Lane::Main);
        }
    }

    #[test]
    fn the_table_names_what_failed() {
        let outcome = |name, failure: Option<&str>| Outcome {
            name,
            failure: failure.map(String::from),
            took: Duration::from_millis(1500),
        };
        let table = table(
            &[outcome("format", None), outcome("clippy", Some("x"))],
            Duration::from_secs(3),
        );
        assert_eq!(
            table,
            "format          passed      1.5 s\n\
             clippy          FAILED      1.5 s\n\
             all, with set-up            3.0 s"
        );
    }
}
