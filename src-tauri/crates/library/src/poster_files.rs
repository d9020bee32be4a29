//! Where the posters of works lie.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use crate::sweep::rows;

/// Of a poster's file. Another number where posters are made in another way.
const ENDING: &str = ".poster-1";

pub(crate) fn folder(home: &Path) -> PathBuf {
    home.join("posters")
}

pub(crate) fn file(home: &Path, id: &str) -> PathBuf {
    folder(home).join(format!("{id}{ENDING}"))
}

/// Removes the posters of works that are gone, and what a killed process left.
pub(crate) fn sweep(connection: &Connection, home: &Path) -> rusqlite::Result<()> {
    let works: HashSet<String> = rows(connection, "SELECT id FROM work")?
        .into_iter()
        .collect();
    for entry in fs::read_dir(folder(home)).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.strip_suffix(ENDING));
        if id.is_none_or(|id| !works.contains(id)) {
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}
