//! The first start that is alone in a library puts it in order after processes that were killed.

use std::{collections::HashSet, ffi::OsStr, fs, path::Path};

use rusqlite::{Connection, params};

use super::{Library, atomic::PARTIAL};
use crate::{Failure, Modality, Result, labels, recipe::Recipe};

/// A file read in order to enter it again; a text work is far smaller.
const MAX_RECOVERED_BYTES: u64 = 64 << 20;

impl Library {
    /// Deletes the works that were removed and the temporaries that were left; enters again the
    /// whole files that have no row, because their writer was killed just before it or because the
    /// database is new. A file that is no work of Quartet's is left alone.
    pub(super) fn sweep(&self) -> Result<()> {
        let connection = self.connection();
        let sql = |error: rusqlite::Error| Failure::library_sql(&self.home, &error);
        let folder = self.works_folder();

        let removed = rows(
            &connection,
            "SELECT file FROM work WHERE removed IS NOT NULL",
        )
        .map_err(sql)?;
        for file in &removed {
            // The file first: a row without its file is harmless, a file without its row would be
            // taken for one to enter again.
            let gone = fs::remove_file(folder.join(file));
            if gone.is_ok() || !folder.join(file).exists() {
                connection
                    .execute("DELETE FROM work WHERE file = ?1", [file])
                    .map_err(sql)?;
            }
        }

        let known: HashSet<String> = rows(&connection, "SELECT file FROM work")
            .map_err(sql)?
            .into_iter()
            .collect();
        let entries =
            fs::read_dir(&folder).map_err(|error| Failure::library_io(&self.home, &error))?;
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if known.contains(name) {
                continue;
            }
            if name.ends_with(PARTIAL) {
                let _ = fs::remove_file(entry.path());
            } else if let Some(found) = read_text_work(&entry.path()) {
                found.enter(&connection, name).map_err(sql)?;
            }
        }
        Ok(())
    }
}

fn rows(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.collect()
}

/// All that a row holds, read back from a text work's own label.
struct Recovered {
    id: uuid::Uuid,
    bytes: u64,
    content: String,
    title: String,
    model: String,
    recipe: String,
}

fn read_text_work(path: &Path) -> Option<Recovered> {
    let is_text = path.extension() == Some(OsStr::new("md"));
    let bytes = path
        .symlink_metadata()
        .ok()
        .filter(fs::Metadata::is_file)?
        .len();
    if !is_text || bytes > MAX_RECOVERED_BYTES {
        return None;
    }
    let file = fs::read_to_string(path).ok()?;
    let (claim, content) = labels::read_text(&file)?;
    let id = uuid::Uuid::parse_str(claim.produce_id()?).ok()?;
    // Only what was kept under this name: a copy somebody put here is theirs.
    if path.file_stem()?.to_str()? != id.to_string() {
        return None;
    }
    let provenance = claim.provenance?;
    Some(Recovered {
        id,
        bytes,
        content: content.to_owned(),
        title: provenance.title.unwrap_or_default(),
        model: provenance.model,
        recipe: provenance.recipe?,
    })
}

impl Recovered {
    fn enter(&self, connection: &Connection, file: &str) -> rusqlite::Result<()> {
        let recipe = Recipe::parse(&self.recipe);
        connection.execute(
            "INSERT OR IGNORE INTO work (id, modality, title, prompt, content, created, model,
                                         seconds, bytes, file, recipe)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                self.id.to_string(),
                Modality::Text.as_str(),
                self.title,
                recipe.as_ref().map(Recipe::prompt).unwrap_or_default(),
                self.content,
                crate::clock::millis_of(&self.id),
                self.model,
                recipe.as_ref().map_or(0.0, |recipe| recipe.seconds),
                self.bytes.cast_signed(),
                file,
                self.recipe,
            ],
        )?;
        Ok(())
    }
}
