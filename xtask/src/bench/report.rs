//! What all races keep of their results.

use std::fs;

use anyhow::Result;
use serde::Serialize;

use crate::workspace;

/// Writes `out/bench-NAME.json` and says so.
pub fn keep(name: &str, report: &impl Serialize) -> Result<()> {
    fs::create_dir_all(workspace::out())?;
    let path = workspace::out().join(format!("bench-{name}.json"));
    fs::write(&path, serde_json::to_string_pretty(report)?)?;
    println!("kept in {}", path.display());
    Ok(())
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
