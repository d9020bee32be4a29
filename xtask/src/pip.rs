//! Wheels through `pip download`: never installed, never run.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

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
            .env("TMP", into)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start `{}`", process::line(&command)))?;
        let mut stderr = child.stderr.take().context("pip has no error output")?;
        let complaints = std::thread::spawn(move || {
            let mut text = String::new();
            // What cannot be read of a complaint is not worth failing over.
            let _ = stderr.read_to_string(&mut text);
            text
        });
        let stdout = child.stdout.take().context("pip has no output")?;
        let mut said = String::new();
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            match raw_progress(&line) {
                Some(done) => progress(done),
                None => said = said + &line + "\n",
            }
        }
        let status = child.wait()?;
        let complaints = complaints.join().unwrap_or_default();
        if !status.success() {
            let text = if complaints.trim().is_empty() {
                said
            } else {
                complaints
            };
            bail!(
                "`{}` failed ({status}):\n{}",
                process::line(&command),
                process::tail(&text, 8)
            );
        }
        Ok(())
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
