//! The first start that is alone in a library puts it in order after processes that were killed.

use std::{collections::HashSet, fs, path::Path};

use quartet_media::labels;
use rusqlite::{Connection, ErrorCode};
use uuid::Uuid;

use crate::{Error, Modality, Result, clock, disk::PARTIAL, expiry, parts, work::Row};

/// A text that is read in order to enter it again is far smaller.
const MAX_TEXT_BYTES: u64 = 64 << 20;

/// Reads a recipe's JSON; none for one that this program cannot read.
pub type ReadRecipe = fn(&str) -> Option<RecipeFacts>;

/// What a row holds that a work's label has in its recipe alone.
#[derive(Debug, Clone, PartialEq)]
pub struct RecipeFacts {
    pub modality: Modality,
    /// What was asked, for searching.
    pub prompt: String,
    /// What making it took.
    pub seconds: f64,
}

/// Deletes the works that lay in the bin long enough and the temporaries that were left; enters again the
/// whole files that have no row, because their writer was killed just before it or because the
/// database is new. Parts of no work go; a file that is no work of Quartet's is left alone.
pub(crate) fn sweep(
    connection: &Connection,
    home: &Path,
    folder: &Path,
    recipes: ReadRecipe,
) -> Result<()> {
    let sql = |error: rusqlite::Error| Error::sql(home, &error);

    expiry::empty_old(connection, folder).map_err(sql)?;

    let known: HashSet<String> = rows(connection, "SELECT file FROM work")
        .map_err(sql)?
        .into_iter()
        .collect();
    let entries = fs::read_dir(folder).map_err(|error| Error::io(home, &error))?;
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
        } else {
            enter_again(connection, &entry.path(), name, recipes).map_err(sql)?;
        }
    }
    let works: HashSet<String> = rows(connection, "SELECT id FROM work")
        .map_err(sql)?
        .into_iter()
        .collect();
    for owner in owners {
        // A name that is no work's number is a person's own file.
        if !works.contains(&owner) && Uuid::parse_str(&owner).is_ok() {
            parts::remove(folder, &owner);
        }
    }
    Ok(())
}

pub(crate) fn rows(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.collect()
}

/// Enters the work in the file `name` at `path`, if its label says that it is one.
fn enter_again(
    connection: &Connection,
    path: &Path,
    name: &str,
    recipes: ReadRecipe,
) -> rusqlite::Result<()> {
    let Some(found) = read_work(path) else {
        return Ok(());
    };
    let facts = recipes(&found.recipe).unwrap_or(RecipeFacts {
        modality: found.modality,
        prompt: String::new(),
        seconds: 0.0,
    });
    let row = Row {
        id: &found.id.to_string(),
        modality: facts.modality,
        title: &found.title,
        content: found.text.as_ref().unwrap_or(&facts.prompt),
        prompt: &facts.prompt,
        created: clock::millis_of(&found.id),
        model: &found.model,
        seconds: facts.seconds,
        bytes: found.bytes,
        file: name,
        recipe: &found.recipe,
    };
    match row.insert(connection) {
        // Another file has that id already.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(()),
        entered => entered,
    }
}

/// What a work's own file says of it.
struct Found {
    id: Uuid,
    /// After the file's ending.
    modality: Modality,
    bytes: u64,
    title: String,
    model: String,
    recipe: String,
    /// Of a text, without the label.
    text: Option<String>,
}

fn read_work(path: &Path) -> Option<Found> {
    let metadata = path.symlink_metadata().ok()?;
    if !metadata.is_file() {
        return None;
    }
    let bytes = metadata.len();
    let (modality, claim, text) = match path.extension()?.to_str()? {
        "md" if bytes <= MAX_TEXT_BYTES => {
            let file = fs::read_to_string(path).ok()?;
            let (claim, text) = labels::text::read(&file)?;
            (Modality::Text, claim, Some(text.to_owned()))
        }
        "wav" => (Modality::Audio, labels::read_file(path)?, None),
        // Films in PNG have the same ending.
        "png" => (Modality::Image, labels::read_file(path)?, None),
        "webp" | "gif" | "mp4" => (Modality::Video, labels::read_file(path)?, None),
        _ => return None,
    };
    let id = Uuid::parse_str(claim.produce_id()?).ok()?;
    // Only what was kept under this name: a copy that a person put here is theirs.
    if path.file_stem()?.to_str()? != id.to_string() {
        return None;
    }
    let provenance = claim.provenance?;
    Some(Found {
        id,
        modality,
        bytes,
        title: provenance.title.unwrap_or_default(),
        model: provenance.model,
        recipe: provenance.recipe?,
        text,
    })
}
