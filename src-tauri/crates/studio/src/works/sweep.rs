//! The first start that is alone in a library puts it in order after processes that were killed.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::BufReader,
    path::Path,
};

use rusqlite::{Connection, params};

use super::{Library, atomic::PARTIAL, parts};
use crate::{Failure, Modality, Result, labels, recipe::Recipe};

/// A text that is read in order to enter it again is far smaller.
const MAX_RECOVERED_BYTES: u64 = 64 << 20;

/// The same for a picture.
const MAX_PICTURE_BYTES: u64 = 512 << 20;

impl Library {
    /// Deletes the works that were removed and the temporaries that were left; enters again the
    /// whole files that have no row, because their writer was killed just before it or because the
    /// database is new. Parts of no work go; a file that is no work of Quartet's is left alone.
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
                if let Some(id) = Path::new(file).file_stem().and_then(|stem| stem.to_str()) {
                    parts::remove(&folder, id);
                }
            }
        }

        let known: HashSet<String> = rows(&connection, "SELECT file FROM work")
            .map_err(sql)?
            .into_iter()
            .collect();
        let entries =
            fs::read_dir(&folder).map_err(|error| Failure::library_io(&self.home, &error))?;
        let mut owners = HashSet::new();
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if known.contains(name) {
                continue;
            }
            if name.ends_with(PARTIAL) {
                let _ = fs::remove_file(entry.path());
            } else if let Some(owner) = parts::owner(name) {
                owners.insert(owner.to_owned());
            } else if let Some(found) = read_work(&entry.path()) {
                found.enter(&connection, name).map_err(sql)?;
            }
        }
        let works: HashSet<String> = rows(&connection, "SELECT id FROM work")
            .map_err(sql)?
            .into_iter()
            .collect();
        for owner in owners {
            // A name that is no work's number is a file of somebody's own.
            if !works.contains(&owner) && uuid::Uuid::parse_str(&owner).is_ok() {
                parts::remove(&folder, &owner);
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

/// All that a row holds, read back from a work's own label.
struct Recovered {
    id: uuid::Uuid,
    modality: Modality,
    bytes: u64,
    content: String,
    prompt: String,
    title: String,
    model: String,
    seconds: f64,
    recipe: String,
}

fn read_work(path: &Path) -> Option<Recovered> {
    let metadata = path.symlink_metadata().ok()?;
    if !metadata.is_file() {
        return None;
    }
    let bytes = metadata.len();
    let (modality, claim, content) = match path.extension()?.to_str()? {
        "md" if bytes <= MAX_RECOVERED_BYTES => {
            let file = fs::read_to_string(path).ok()?;
            let (claim, content) = labels::text::read(&file)?;
            (Modality::Text, claim, Some(content.to_owned()))
        }
        "wav" => {
            let mut file = BufReader::new(File::open(path).ok()?);
            (Modality::Audio, labels::wav::read(&mut file)?, None)
        }
        // A still and a film in PNG differ in what they say of themselves.
        "png" if bytes <= MAX_PICTURE_BYTES => (
            Modality::Image,
            labels::picture::read(&fs::read(path).ok()?).or_else(|| labels::film::read(path))?,
            None,
        ),
        "webp" | "gif" | "mp4" => (Modality::Video, labels::film::read(path)?, None),
        _ => return None,
    };
    let id = uuid::Uuid::parse_str(claim.produce_id()?).ok()?;
    // Only what was kept under this name: a copy somebody put here is theirs.
    if path.file_stem()?.to_str()? != id.to_string() {
        return None;
    }
    let provenance = claim.provenance?;
    let json = provenance.recipe?;
    let recipe = Recipe::parse(&json);
    let modality = recipe.as_ref().map_or(modality, |recipe| recipe.modality);
    let prompt = recipe.as_ref().map(Recipe::prompt).unwrap_or_default();
    Some(Recovered {
        id,
        modality,
        bytes,
        content: content.unwrap_or_else(|| prompt.clone()),
        prompt,
        title: provenance.title.unwrap_or_default(),
        model: provenance.model,
        seconds: recipe.map_or(0.0, |recipe| recipe.seconds),
        recipe: json,
    })
}

impl Recovered {
    fn enter(&self, connection: &Connection, file: &str) -> rusqlite::Result<()> {
        connection.execute(
            "INSERT OR IGNORE INTO work (id, modality, title, prompt, content, created, model,
                                         seconds, bytes, file, recipe)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                self.id.to_string(),
                self.modality.as_str(),
                self.title,
                self.prompt,
                self.content,
                crate::clock::millis_of(&self.id),
                self.model,
                self.seconds,
                self.bytes.cast_signed(),
                file,
                self.recipe,
            ],
        )?;
        Ok(())
    }
}
