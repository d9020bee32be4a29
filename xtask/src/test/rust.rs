//! The tests of Rust crates, with their times.

use std::thread;

use anyhow::Result;

use super::round::{Extent, Round};
use crate::process;

/// The test harness tells times to a nightly compiler only, or where this variable is set; set for
/// the tests alone, it changes nothing of what is compiled.
#[cfg(unix)]
pub const MEASURED: &[&str] = &[
    "--config",
    r#"target."cfg(all())".runner = ["env", "RUSTC_BOOTSTRAP=1"]"#,
];
#[cfg(unix)]
pub const WITH_TIMES: &[&str] = &["-Zunstable-options", "--report-time"];
#[cfg(not(unix))]
pub const MEASURED: &[&str] = &[];
#[cfg(not(unix))]
pub const WITH_TIMES: &[&str] = &[];

/// So many tests at once at the most: each may hold a model of a gigabyte.
const TESTS_AT_ONCE: usize = 4;

/// Ignored tests are those that need weights or the library: both are there after set-up.
pub fn tests(round: &Round, crates: &[&str]) -> Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut cargo = process::cargo();
    cargo
        .args(MEASURED)
        // One crate's failure must not hide another's. Nothing of ours has tests in its docs.
        .args(["test", "--locked", "--no-fail-fast", "--tests"])
        .args(crates)
        .args(["--", "--test-threads"])
        .arg(threads.min(TESTS_AT_ONCE).to_string())
        .args(WITH_TIMES);
    if round.extent > Extent::Fast {
        cargo.arg("--include-ignored");
    }
    if round.extent == Extent::Long {
        cargo.env("QUARTET_TEST_LONG", "1");
    }
    let ready = round.ready()?;
    ready.environment(&mut cargo);
    cargo.env("QUARTET_PYTHON", &ready.python);
    process::run_and_read(&mut cargo, &mut |line| round.times.read(line))
}
