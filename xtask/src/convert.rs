//! Running a recipe: its JSON progress shown, its complaints kept in a log.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::cache::Cache;
use crate::manifest::Manifest;
use crate::process;
use crate::progress::{Meter, Unit};
use crate::workspace;

/// One line a recipe prints on standard output: `{"step":"layers","done":3,"total":24}`.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Step {
    #[serde(rename = "step")]
    name: String,
    done: u64,
    total: u64,
}

/// Converts `joined` into the folder `out`.
///
/// # Errors
/// When the recipe fails; the message ends with the last lines it said and names the whole log.
pub fn convert(
    cache: &Cache,
    manifest: &Manifest,
    python: &Path,
    joined: &Path,
    out: &Path,
) -> Result<()> {
    fs::create_dir_all(cache.logs())?;
    let log = cache.logs().join(format!("{}.log", manifest.id));
    let complaints =
        File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut child = Command::new(python)
        .args(["-m", &manifest.recipe.module])
        .args(arguments(&manifest.recipe.arguments, joined, out)?)
        .current_dir(workspace::recipes())
        .env("PYTHONUNBUFFERED", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(complaints)
        .spawn()
        .with_context(|| format!("cannot start {}", python.display()))?;

    let mut meter = Meter::new(format!("converting {}", manifest.name.en), Unit::Steps, 0);
    let stdout = child.stdout.take().context("the recipe has no output")?;
    for line in BufReader::new(stdout).lines() {
        // What a recipe prints besides its progress is for whoever runs it by hand.
        if let Ok(step) = serde_json::from_str::<Step>(&line?) {
            meter.relabel(
                format!("converting {} ({})", manifest.name.en, step.name),
                step.total,
            );
            meter.set(step.done);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        let said = fs::read_to_string(&log).unwrap_or_default();
        bail!(
            "the recipe of {} failed ({status}):\n{}\n(all of it: {})",
            manifest.id,
            process::tail(&said, 12),
            log.display()
        );
    }
    meter.relabel(format!("converting {}", manifest.name.en), 0);
    meter.finish();
    Ok(())
}

fn arguments(pattern: &[String], joined: &Path, out: &Path) -> Result<Vec<String>> {
    let joined = joined
        .to_str()
        .context("the cache folder's path is not Unicode")?;
    let out = out
        .to_str()
        .context("the cache folder's path is not Unicode")?;
    Ok(pattern
        .iter()
        .map(|argument| argument.replace("{joined}", joined).replace("{out}", out))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_lines_are_told_from_other_talk() {
        let step: Step = serde_json::from_str(r#"{"step":"layers","done":3,"total":24}"#).unwrap();
        assert_eq!(
            step,
            Step {
                name: "layers".into(),
                done: 3,
                total: 24
            }
        );
        assert!(serde_json::from_str::<Step>("Loading weights").is_err());
        assert!(serde_json::from_str::<Step>("3").is_err());
    }

    #[test]
    fn places_are_filled_in() {
        let pattern = ["--gguf", "{joined}", "--out={out}"].map(String::from);
        let filled = arguments(&pattern, Path::new("/a b/x.gguf"), Path::new("/o")).unwrap();
        assert_eq!(filled, ["--gguf", "/a b/x.gguf", "--out=/o"]);
    }
}
