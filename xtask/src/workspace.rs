//! Where things lie in this clone.

use std::path::{Path, PathBuf};

/// The clone's root: the folder that holds the workspace's `Cargo.toml`.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The build folder: `CARGO_TARGET_DIR` (taken from the root when relative) or `target/`.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Where results of `run --headless` and `screenshot` are left.
pub fn out() -> PathBuf {
    root().join("out")
}

pub fn ui() -> PathBuf {
    root().join("ui")
}

pub fn models() -> PathBuf {
    root().join("models")
}

pub fn recipes() -> PathBuf {
    models().join("recipes")
}
