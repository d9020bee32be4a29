//! `cargo xtask test`: every check and every test, to the end, with a table of results.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::deny;
use crate::desktop::{self, PRODUCT};
use crate::process;
use crate::progress;
use crate::setup::{self, Ready, Wanted};
use crate::ui;
use crate::workspace;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Leave out what needs weights, a window or an installed tool
    #[arg(long)]
    fast: bool,
    /// Only the steps whose name contains this; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
}

/// One check. All run, in this order; one that fails does not stop the others.
struct Step {
    name: &'static str,
    /// Part of `--fast` too.
    fast: bool,
    run: fn(&Round) -> Result<()>,
}

/// What the steps of one call share.
struct Round {
    ready: Ready,
    fast: bool,
}

const STEPS: &[Step] = &[
    Step {
        name: "format",
        fast: true,
        run: |_| format(),
    },
    Step {
        name: "ui build",
        fast: true,
        run: |_| ui::build(),
    },
    Step {
        name: "ui check",
        fast: true,
        run: |_| ui::script("check"),
    },
    Step {
        name: "ui tests",
        fast: true,
        run: |_| ui::script("test"),
    },
    Step {
        name: "clippy",
        fast: true,
        run: |_| clippy(PRODUCT),
    },
    Step {
        name: "clippy, tools",
        fast: true,
        run: |_| clippy(TOOLS),
    },
    Step {
        name: "deny",
        fast: false,
        run: |_| deny::check(),
    },
    Step {
        name: "recipes",
        fast: false,
        run: recipes,
    },
    Step {
        name: "rust tests",
        fast: true,
        run: |round| rust_tests(round, PRODUCT),
    },
    Step {
        name: "xtask tests",
        fast: true,
        run: |round| rust_tests(round, XTASK),
    },
    Step {
        name: "end to end",
        fast: false,
        run: end_to_end,
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
    setup::rust_components()?;
    let ready = setup::ensure(&Wanted {
        build: true,
        tests: true,
        ..Wanted::default()
    })?;
    eprintln!("set up: {}", progress::duration(started.elapsed()));
    let round = Round {
        ready,
        fast: arguments.fast,
    };

    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|step| is_chosen(step, arguments))
        .collect();
    if chosen.is_empty() {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("no such step; there are: {}", names.join(", "));
    }
    let mut outcomes = Vec::new();
    for (index, step) in chosen.iter().enumerate() {
        eprintln!("\n==> {} ({} of {})", step.name, index + 1, chosen.len());
        let started = Instant::now();
        let failure = (step.run)(&round).err().map(|error| format!("{error:#}"));
        if let Some(failure) = &failure {
            eprintln!("{}: {failure}", step.name);
        }
        outcomes.push(Outcome {
            name: step.name,
            failure,
            took: started.elapsed(),
        });
    }
    println!("\n{}", table(&outcomes, started.elapsed()));
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
    named && (step.fast || !arguments.fast)
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

fn format() -> Result<()> {
    process::run(process::cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(crates: &[&str]) -> Result<()> {
    let mut cargo = process::cargo();
    cargo
        .args(["clippy", "--locked", "--all-targets"])
        .args(crates)
        .args(["--", "-D", "warnings"]);
    process::run(&mut cargo)
}

/// Ignored tests are those that need weights or the library: both are there after set-up.
fn rust_tests(round: &Round, crates: &[&str]) -> Result<()> {
    let mut cargo = process::cargo();
    // One crate's failure must not hide another's.
    cargo
        .args(["test", "--locked", "--no-fail-fast"])
        .args(crates);
    if !round.fast {
        cargo.args(["--", "--include-ignored"]);
    }
    round.ready.environment(&mut cargo);
    cargo.env("QUARTET_PYTHON", &round.ready.python);
    process::run(&mut cargo)
}

fn recipes(round: &Round) -> Result<()> {
    let mut python = std::process::Command::new(&round.ready.python);
    python
        .args([
            "-m",
            "unittest",
            "discover",
            "--start-directory",
            "tests",
            "--top-level",
            ".",
        ])
        .current_dir(workspace::recipes())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    round.ready.environment(&mut python);
    process::run(&mut python)
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
            .args(["test", "--locked", "--no-run"])
            .args(E2E),
    )?;
    let mut tests = process::tool("xvfb-run");
    let cargo = process::cargo();
    tests
        .args(["--auto-servernum", "--server-args=-screen 0 1280x860x24"])
        .arg(cargo.get_program())
        .args(["test", "--locked", "--no-fail-fast"])
        .args(E2E)
        // One display, one window: windows side by side would take each other's keys.
        .args(["--", "--include-ignored", "--test-threads=1"])
        .current_dir(workspace::root())
        .env("QUARTET_APP", programs.desktop)
        .env("QUARTET_CLI", programs.quartet)
        .env_remove("WAYLAND_DISPLAY");
    round.ready.environment(&mut tests);
    process::run(&mut tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(fast: bool, only: &[&str]) -> Vec<&'static str> {
        let arguments = Arguments {
            fast,
            only: only.iter().map(ToString::to_string).collect(),
        };
        let chosen = STEPS.iter().filter(|step| is_chosen(step, &arguments));
        chosen.map(|step| step.name).collect()
    }

    #[test]
    fn nothing_is_left_out_unless_asked() {
        assert_eq!(names(false, &[]).len(), STEPS.len());
        let fast = names(true, &[]);
        assert!(!fast.contains(&"end to end") && fast.contains(&"rust tests"));
        assert_eq!(names(false, &["ui"]), ["ui build", "ui check", "ui tests"]);
        assert!(names(false, &["nothing"]).is_empty());
    }

    #[test]
    fn the_ui_is_built_before_the_crates_that_embed_it() {
        let place = |name| STEPS.iter().position(|step| step.name == name).unwrap();
        for later in ["clippy", "rust tests", "end to end"] {
            assert!(place("ui build") < place(later));
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
