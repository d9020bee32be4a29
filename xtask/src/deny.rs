//! cargo-deny: licences, sources, and the ban on HTTP clients (rules in `deny.toml`).

use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::progress;
use crate::workspace;

const VERSION: &str = "0.20.2";

pub fn check() -> Result<()> {
    install()?;
    // The advisory database is a download of its own: it belongs to a scheduled job.
    process::run(
        process::cargo().args(["deny", "--locked", "check", "bans", "licenses", "sources"]),
    )
}

/// Installs the pinned version into the cargo home, unless it is there.
fn install() -> Result<()> {
    let found = process::probe(process::cargo().args(["deny", "--version"]));
    if found.is_some_and(|said| said.split_whitespace().any(|word| word == VERSION)) {
        return Ok(());
    }
    eprintln!("  installing cargo-deny {VERSION} (once; a few minutes)");
    let started = std::time::Instant::now();
    let mut install: Command = process::cargo();
    install
        .args([
            "install",
            "--locked",
            "--quiet",
            "--force",
            "cargo-deny",
            "--version",
            VERSION,
        ])
        // Unoptimised it is built in half the time and still checks in seconds.
        .arg("--debug")
        .env("CARGO_TARGET_DIR", workspace::target().join("tools"));
    process::run(&mut install)?;
    eprintln!("  cargo-deny: {}", progress::duration(started.elapsed()));
    Ok(())
}
