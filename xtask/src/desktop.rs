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

/// Every crate but the tools: what a tool needs (an HTTP stack for the window's
/// driver, archives) must not change the features that the product's libraries are built with.
///
/// `custom-protocol` puts the built UI into the window, which asks a development server otherwise.
pub const PRODUCT: &[&str] = &[
    "--workspace",
    "--exclude",
    "xtask",
    "--exclude",
    "quartet-e2e",
    "--features",
    "quartet-desktop/custom-protocol",
];

/// Lets the setup say where the ONNX Runtime library is, which one for development may in any case.
const FOREIGN: &[&str] = &["--features", "quartet-desktop/foreign-library"];

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Build with all optimisations: minutes more to build, a little quicker to use
    #[arg(long)]
    release: bool,
    /// No window: do the main job of every panel in the terminal and leave the results in out/
    #[arg(long)]
    headless: bool,
    /// Headless, each job with 4 GB of memory and one processor (Linux, as its administrator)
    #[arg(long, requires = "headless")]
    small: bool,
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
    let ready = setup::ensure(&Wanted::to_build())?;
    if arguments.headless {
        let quartet = build_product(arguments.release)?.quartet;
        return headless::run(&ready, &quartet, arguments.small);
    }
    ui::build()?;
    let program = build_product(arguments.release)?.desktop;
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

/// The product's programs, built.
#[derive(Debug)]
pub struct Programs {
    pub desktop: PathBuf,
    pub quartet: PathBuf,
}

/// Builds the product, always as one: built apart, the two programs would want their libraries
/// with other features, and everything would be compiled twice.
///
/// The default is the development profile: the heavy arithmetic is in ONNX Runtime, and the Rust
/// that matters is optimised there too (see the workspace's `Cargo.toml`).
pub fn build_product(release: bool) -> Result<Programs> {
    programs(if release { FOREIGN } else { &[] }, release)
}

/// The programs as they are packaged: optimised, and closed to what only set-up needs.
pub fn build_packaged() -> Result<Programs> {
    programs(&[], true)
}

fn programs(more: &[&str], release: bool) -> Result<Programs> {
    let folder = cargo_build(&[&["--bins"], PRODUCT, more].concat(), release)?;
    Ok(Programs {
        desktop: folder.join(executable("quartet-desktop")),
        quartet: folder.join(executable("quartet")),
    })
}

/// Builds a tool's program and says where it is.
pub fn build(package: &str, program: &str, release: bool) -> Result<PathBuf> {
    Ok(cargo_build(&["--package", package], release)?.join(executable(program)))
}

/// Returns the folder that the programs are in.
fn cargo_build(what: &[&str], release: bool) -> Result<PathBuf> {
    let mut cargo = process::cargo();
    cargo.arg("build").args(what);
    if release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)?;
    let profile = if release { "release" } else { "debug" };
    Ok(workspace::target().join(profile))
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
