//! Node and the UI's packages: checked, and installed only when the lock file changed.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::cache::{self, Stamp};
use crate::process;
use crate::progress;
use crate::workspace;

/// What Vite 8 asks for.
const OLDEST: (u32, u32) = (20, 19);

/// # Errors
/// When Node is missing or too old, saying where to get it.
pub fn check() -> Result<()> {
    let how = "install Node 20.19 or newer with npm, from https://nodejs.org or your system's \
               packages (`node --version` must work in this terminal)";
    let Some(said) = process::probe(process::tool("node").arg("--version")) else {
        bail!("Node was not found: {how}");
    };
    match version(&said) {
        Some(found) if found >= OLDEST => {}
        _ => bail!("Node {} is too old: {how}", said.trim()),
    }
    if !process::exists("npm") {
        bail!("Node was found, but not npm: {how}");
    }
    Ok(())
}

/// Reads `v20.20.2`.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// `npm ci` in `ui/`, unless `node_modules` came from this very lock file.
pub fn install() -> Result<()> {
    let stamp = stamp()?;
    if stamp.is_current() {
        return Ok(());
    }
    eprintln!("  installing the UI's packages");
    let started = std::time::Instant::now();
    process::run(
        process::tool("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"])
            .current_dir(workspace::ui()),
    )?;
    stamp.write()?;
    eprintln!("  UI packages: {}", progress::duration(started.elapsed()));
    Ok(())
}

fn stamp() -> Result<Stamp> {
    let ui = workspace::ui();
    let lock = ui.join("package-lock.json");
    let text = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    // Packages with native parts are installed for one system: a shared folder must not mix them.
    let system = [std::env::consts::OS, std::env::consts::ARCH].map(str::as_bytes);
    let hash = cache::sha256_of([&text[..], system[0], system[1]]);
    // Inside node_modules: `npm ci` begins by removing it, and the stamp with it.
    Ok(Stamp::new(
        ui.join("node_modules").join(".quartet-lock"),
        hash,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_as_numbers() {
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert!(version("v20.9.0") < Some(OLDEST));
        assert!(version("v100.0.0") > Some(OLDEST));
        assert_eq!(version("20.1.0"), None);
        assert_eq!(version(""), None);
    }
}
