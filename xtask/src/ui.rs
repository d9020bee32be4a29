//! The window's UI: built only when its sources changed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cache::{self, Stamp};
use crate::process::{self, Output};
use crate::progress;
use crate::workspace;

/// What the build writes or does not read.
const NOT_SOURCES: &[&str] = &["node_modules", "dist", "dist-demo", "tests", "coverage"];

/// Runs an npm script in `ui/`.
pub fn script(name: &str, output: &Output) -> Result<()> {
    process::run_to(
        process::tool("npm")
            .args(["run", "--silent", name])
            .current_dir(workspace::ui()),
        output,
    )
}

/// `npm run build`, unless `ui/dist` was built from these very sources.
pub fn build() -> Result<()> {
    let ui = workspace::ui();
    let stamp = |dist: &Path| -> Result<Stamp> {
        // With the page's own hash in it, a `dist` made by anything else is not taken for ours.
        let page = fs::read(dist.join("index.html")).unwrap_or_default();
        let value = cache::sha256_of([fingerprint(&ui)?.as_bytes(), &page]);
        Ok(Stamp::new(
            ui.join("node_modules").join(".quartet-dist"),
            value,
        ))
    };
    let dist = ui.join("dist");
    if stamp(&dist)?.is_current() {
        return Ok(());
    }
    eprintln!("  building the window's UI");
    let started = std::time::Instant::now();
    script("build", &Output::Shown)?;
    stamp(&dist)?.write()?;
    eprintln!("  UI: {}", progress::duration(started.elapsed()));
    Ok(())
}

/// Changes when any source file changes, comes or goes.
fn fingerprint(ui: &Path) -> Result<String> {
    let mut files = Vec::new();
    walk(ui, &mut files, true)?;
    files.sort();
    let mut pieces = Vec::new();
    for file in &files {
        let name = file
            .strip_prefix(ui)
            .unwrap_or(file)
            .to_string_lossy()
            .into_owned();
        let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        pieces.push((name, content));
    }
    let flat = pieces
        .iter()
        .flat_map(|(name, content)| [name.as_bytes(), &content[..]]);
    Ok(cache::sha256_of(flat))
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>, top: bool) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        if top && NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), files, false)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_follows_sources_and_not_results() {
        let ui = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = ui.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("src/app.ts", "one");
        let first = fingerprint(ui.path()).unwrap();
        write("dist/index.html", "built");
        write("node_modules/x/index.js", "package");
        assert_eq!(first, fingerprint(ui.path()).unwrap());
        write("src/app.ts", "two");
        let second = fingerprint(ui.path()).unwrap();
        assert_ne!(first, second);
        write("src/dist/other.ts", "a source in a folder called dist");
        assert_ne!(second, fingerprint(ui.path()).unwrap());
    }
}
