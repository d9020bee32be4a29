//! Wheels through `pip download`: never installed, never run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::fetch::{Package, PackageClient};
use crate::process;

/// pip of the recipes' virtual environment, whose version is pinned (see `python`).
#[derive(Debug)]
pub struct Pip {
    pub python: PathBuf,
}

impl PackageClient for Pip {
    fn fetch(&self, package: &Package, into: &Path, progress: &mut dyn FnMut(u64)) -> Result<()> {
        let mut command = Command::new(&self.python);
        command
            .args([
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--only-binary",
                ":all:",
            ])
            // pip's own cache would hold every wheel a second time.
            .args([
                "--no-cache-dir",
                "--no-input",
                "--retries",
                "10",
                "--resume-retries",
                "10",
            ])
            .args([
                "--progress-bar",
                "raw",
                "--disable-pip-version-check",
                "--dest",
            ])
            .arg(into)
            .arg(format!("{}=={}", package.name, package.version))
            // Its temporary files belong where an interrupted run is swept, on the same disk.
            .env("TMPDIR", into)
            .env("TEMP", into)
            .env("TMP", into);
        process::watch(&mut command, &mut |line| {
            if let Some(done) = raw_progress(line) {
                progress(done);
            }
        })
    }
}

/// pip's `--progress-bar raw` writes `Progress 81920 of 92871040`.
fn raw_progress(line: &str) -> Option<u64> {
    let rest = line.trim().strip_prefix("Progress ")?;
    rest.split_once(" of ")?.0.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_progress_lines_are_read() {
        assert_eq!(raw_progress("Progress 81920 of 92871040"), Some(81920));
        assert_eq!(raw_progress("  Progress 0 of 10"), Some(0));
        assert_eq!(raw_progress("Saved ./x.whl"), None);
        assert_eq!(raw_progress("Progress of the world"), None);
    }
}
