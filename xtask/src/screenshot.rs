//! `cargo xtask screenshot`: pictures of the real window at work, in out/screenshots.

use std::fs;

use anyhow::{Result, bail};

use crate::cache;
use crate::desktop;
use crate::process;
use crate::setup::{self, Wanted};
use crate::ui;
use crate::workspace;

/// What people have: a small laptop, and a projector or a large screen.
const SIZES: [&str; 2] = ["1280x860", "1920x1080"];

pub fn run() -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("pictures are taken through Xvfb and WebKit's driver, which only Linux has");
    }
    let ready = setup::ensure(&Wanted::to_test())?;
    ui::build()?;
    let app = desktop::build_product(false)?.desktop;
    let example = ["--package", "quartet-e2e", "--example", "screenshots"];
    process::run(process::cargo().arg("build").args(example))?;
    let out = workspace::out().join("screenshots");
    cache::fresh_dir(&out)?;

    let mut pictures = process::tool("xvfb-run");
    pictures
        .args(["--auto-servernum", "--server-args=-screen 0 1920x1080x24"])
        .arg(
            workspace::target()
                .join("debug")
                .join("examples")
                .join("screenshots"),
        )
        .arg(&out)
        .args(SIZES)
        .env("QUARTET_APP", app)
        .env_remove("WAYLAND_DISPLAY");
    ready.environment(&mut pictures);
    process::run(&mut pictures)?;
    let count = fs::read_dir(&out)?.count();
    println!("{count} pictures in {}", out.display());
    Ok(())
}
