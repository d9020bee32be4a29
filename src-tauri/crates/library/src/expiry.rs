//! How long the bin keeps works, and how they are deleted for good.

use std::{fs, io, path::Path};

use rusqlite::Connection;

use crate::{clock, parts};

/// How long the bin keeps a work.
pub const KEPT_DAYS: u32 = 30;

pub(crate) const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Deletes for good what has lain in the bin for long enough. What the disk does not give up stays in it.
pub(crate) fn empty_old(connection: &Connection, folder: &Path) -> rusqlite::Result<()> {
    let before = clock::now() - i64::from(KEPT_DAYS) * DAY_MS;
    let mut statement = connection.prepare("SELECT id, file FROM work WHERE removed < ?1")?;
    let old = statement.query_map([before], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let old: Vec<(String, String)> = old.collect::<rusqlite::Result<_>>()?;
    for (id, file) in old {
        if remove_file(&folder.join(file)).is_ok() {
            delete_row(connection, &id)?;
            parts::remove(folder, &id);
        }
    }
    Ok(())
}

/// Forgets a work of the bin.
pub(crate) fn delete_row(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM work WHERE id = ?1 AND removed IS NOT NULL";
    connection.execute(sql, [id]).map(drop)
}

/// Deletes a file, if it is still there.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
