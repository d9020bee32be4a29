//! Small pictures of works, made by others and kept in `posters/`, so that each is made once. What is lost here
//! is made again: nothing is synced.

use std::{fs, path::PathBuf};

use quartet_media::bounded;
use rusqlite::Row;

use crate::{Error, Library, Modality, Result, poster_files::file, private, write_private};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        poster_files::folder,
        tests::{keep, open},
    };

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
