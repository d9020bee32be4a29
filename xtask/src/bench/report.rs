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

/// A figure of a table; a dash where there is none.
pub fn cell(value: Option<f64>, decimals: usize, unit: &str) -> String {
    match value.filter(|value| value.is_finite()) {
        Some(value) => format!("{value:.decimals$}{unit}"),
        None => "-".to_owned(),
    }
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_a_dash_where_nothing_was_measured() {
        assert_eq!(cell(Some(1.26), 1, "ms"), "1.3ms");
        assert_eq!(cell(None, 1, "ms"), "-");
        assert_eq!(cell(Some(median([].into_iter())), 2, ""), "-");
    }
}
