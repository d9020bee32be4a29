//! `cargo xtask run`: builds the studio with its UI inside and opens it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::headless;
use crate::platform::executable;
use crate::process;
use crate::setup::{self, Wanted};
use crate::ui;
use crate::workspace;

/// Puts the built UI into the program; without it the window asks a development server.
pub const FEATURES: &str = "quartet-desktop/custom-protocol";

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Build with all optimisations: minutes more to build, a little quicker to use
    #[arg(long)]
    release: bool,
    /// No window: do the main job of every panel in the terminal and leave the results in out/
    #[arg(long)]
    headless: bool,
    /// For the studio itself
    #[arg(last = true)]
    pass_on: Vec<OsString>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    if !arguments.headless && !has_display() {
        bail!(
            "there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window \
             can open. `cargo xtask run --headless` does every panel's main job in the terminal"
        );
    }
    let ready = setup::ensure(&Wanted {
        build: true,
        ..Wanted::default()
    })?;
    if arguments.headless {
        return headless::run(&ready, &build("quartet-cli", "quartet", arguments.release)?);
    }
    ui::build()?;
    let program = build("quartet-desktop", "quartet-desktop", arguments.release)?;
    let mut command = Command::new(&program);
    ready.environment(&mut command);
    command.args(&arguments.pass_on);
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", program.display()))?;
    if !status.success() {
        bail!("Quartet ended with {status}");
    }
    Ok(())
}

/// Builds one of the product's programs and says where it is.
///
/// The default is the development profile: the heavy arithmetic is in ONNX Runtime, and the Rust
/// that matters is optimised there too (see the workspace's `Cargo.toml`).
pub fn build(package: &str, program: &str, release: bool) -> Result<PathBuf> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--package", package]);
    if package == "quartet-desktop" {
        cargo.args(["--features", FEATURES]);
    }
    if release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)?;
    let profile = if release { "release" } else { "debug" };
    Ok(workspace::target().join(profile).join(executable(program)))
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
