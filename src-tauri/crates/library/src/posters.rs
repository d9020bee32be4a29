//! Small pictures of works, made by others and kept in `posters/`, so that each is made once. What is lost here
//! is made again: nothing is synced.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use quartet_media::bounded;
use rusqlite::{Connection, Row};

use crate::{Error, Library, Modality, Result, private, sweep::rows, write_private};

/// Of a poster's file. Another number where posters are made in another way.
const ENDING: &str = ".poster-1";

/// A poster is some kilobytes; a larger file is none.
const MAX_BYTES: u64 = 1 << 20;

impl Library {
    /// The kind of a work and its file, also of one in the bin.
    ///
    /// # Errors
    /// `WorkUnknown`, `Busy`, `Failed`.
    pub fn file_of(&self, id: &str) -> Result<(Modality, PathBuf)> {
        let sql = "SELECT modality, file FROM work WHERE id = ?1";
        let row = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        let found = self.connection().query_row(sql, [id], row);
        let (modality, file) = found.map_err(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Error::WorkUnknown { id: id.to_owned() },
            error => Error::sql(self.home(), &error),
        })?;
        let modality = Modality::parse(&modality).unwrap_or(Modality::Text);
        Ok((modality, self.works_folder().join(file)))
    }

    /// A work's poster, if it was made already.
    pub fn poster(&self, id: &str) -> Option<Vec<u8>> {
        bounded::read_bounded(&file(self.home(), id), MAX_BYTES).ok()
    }

    /// Keeps the poster of a work. Where the disk refuses, it will be made again.
    pub fn keep_poster(&self, id: &str, poster: &[u8]) {
        let path = file(self.home(), id);
        if let Some(folder) = path.parent()
            && private::create_folder(folder).is_ok()
        {
            let _ = write_private(&path, |out| out.write_all(poster));
        }
    }

    pub(crate) fn remove_poster(&self, id: &str) {
        // Most likely there is one; if not, nothing is lost.
        let _ = fs::remove_file(file(self.home(), id));
    }
}

pub(crate) fn folder(home: &Path) -> PathBuf {
    home.join("posters")
}

fn file(home: &Path, id: &str) -> PathBuf {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{keep, open};

    #[test]
    fn posters_stay_with_their_works_and_leave_with_them() {
        let home = tempfile::tempdir().unwrap();
        let library = open(home.path());
        let work = keep(&library, "a", "x").id;
        assert_eq!(library.poster(&work), None);
        library.keep_poster(&work, b"small");
        library.keep_poster("another", b"small");
        fs::write(folder(home.path()).join(format!("{work}.poster-0")), "old").unwrap();
        drop(library);
        let library = open(home.path());
        assert_eq!(library.poster(&work).unwrap(), b"small");
        assert_eq!(fs::read_dir(folder(home.path())).unwrap().count(), 1);
        fs::write(file(home.path(), &work), vec![0; 2 << 20]).unwrap();
        assert_eq!(library.poster(&work), None);
    }
}
