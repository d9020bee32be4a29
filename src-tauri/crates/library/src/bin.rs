//! What was deleted: it lies in the bin, from which it comes back, until it is deleted for good or has lain
//! there for [`crate::KEPT_DAYS`].

use rusqlite::{Transaction, params};

use crate::{
    Error, Library, Result, clock,
    expiry::{delete_row, remove_file},
    parts,
};

impl Library {
    /// Puts works into the bin: all of them, or none.
    ///
    /// # Errors
    /// `WorkUnknown`, and those of the disk.
    pub fn remove(&self, ids: &[impl AsRef<str>]) -> Result<()> {
        let now = clock::now();
        let sql = "UPDATE work SET removed = coalesce(removed, ?2) WHERE id = ?1";
        self.change(|transaction| for_each(transaction, sql, ids, now))
    }

    /// Takes works out of the bin again; their collections are as before.
    ///
    /// # Errors
    /// `WorkUnknown`, and those of the disk.
    pub fn restore(&self, ids: &[impl AsRef<str>]) -> Result<()> {
        let sql = "UPDATE work SET removed = ?2 WHERE id = ?1";
        self.change(|transaction| for_each(transaction, sql, ids, None::<i64>))
    }

    /// Deletes works of the bin for good, with their files.
    ///
    /// # Errors
    /// Those of the disk; works before the one that could not be deleted are gone. `WorkUnknown` for one
    /// that is not in the bin.
    pub fn purge(&self, ids: &[impl AsRef<str>]) -> Result<()> {
        let folder = self.works_folder();
        for id in ids.iter().map(AsRef::as_ref) {
            let file = self.change(|transaction| {
                let sql = "SELECT file FROM work WHERE id = ?1 AND removed IS NOT NULL";
                match transaction.query_row(sql, [id], |row| row.get::<_, String>(0)) {
                    Err(rusqlite::Error::QueryReturnedNoRows) => Ok(Err(unknown(id))),
                    found => found.map(Ok),
                }
            })?;
            // The file first: a row without its file is harmless, a file without its row would be
            // taken for one to enter again.
            remove_file(&folder.join(&file)).map_err(|error| Error::io(self.home(), &error))?;
            self.change(|transaction| delete_row(transaction, id).map(Ok))?;
            parts::remove(&folder, id);
            self.remove_poster(id);
        }
        Ok(())
    }
}

/// Runs a change of one work, `?1` its id and `?2` a value, for each of them.
pub(crate) fn for_each(
    transaction: &Transaction<'_>,
    sql: &str,
    ids: &[impl AsRef<str>],
    value: impl rusqlite::ToSql + Copy,
) -> rusqlite::Result<Result<()>> {
    let mut statement = transaction.prepare_cached(sql)?;
    for id in ids.iter().map(AsRef::as_ref) {
        if statement.execute(params![id, value])? == 0 {
            return Ok(Err(unknown(id)));
        }
    }
    Ok(Ok(()))
}

fn unknown(id: &str) -> Error {
    Error::WorkUnknown { id: id.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::{
        KEPT_DAYS, Shelf, WorksQuery,
        tests::{files, keep, open, titles},
    };

    fn in_bin(library: &Library) -> Vec<String> {
        let query = WorksQuery {
            shelf: Shelf::Deleted,
            limit: 100,
            ..WorksQuery::default()
        };
        let works = library.list(&query).unwrap().works;
        works.into_iter().map(|work| work.title).collect()
    }

    /// Has a work lie in the bin for so many days.
    fn lie(home: &Path, id: &str, days: u32) {
        let sql = "UPDATE work SET removed = ?2 WHERE id = ?1";
        let since = clock::now() - i64::from(days) * crate::expiry::DAY_MS - 1000;
        let library = open(home);
        library
            .connection()
            .execute(sql, params![id, since])
            .unwrap();
    }

    #[test]
    fn a_deleted_work_comes_back_also_after_a_start_until_thirty_days_are_over() {
        let home = tempfile::tempdir().unwrap();
        let library = open(home.path());
        let works: Vec<_> = ["a", "b", "c"]
            .map(|title| keep(&library, title, "x"))
            .into();
        library.remove(&[&works[0].id, &works[2].id]).unwrap();
        assert_eq!(titles(&library, ""), ["b"]);
        assert_eq!(in_bin(&library), ["c", "a"]);
        assert_eq!(
            library.open_work(&works[0].id).unwrap_err(),
            unknown(&works[0].id)
        );
        drop(library);
        let library = open(home.path());
        library.restore(&[&works[2].id]).unwrap();
        assert_eq!(library.open_work(&works[2].id).unwrap().content, "x");
        drop(library);
        lie(home.path(), &works[0].id, KEPT_DAYS - 1);
        assert_eq!(in_bin(&open(home.path())), ["a"]);
        lie(home.path(), &works[0].id, KEPT_DAYS);
        let library = open(home.path());
        assert_eq!(in_bin(&library), [""; 0]);
        assert_eq!(titles(&library, ""), ["c", "b"]);
        assert_eq!(files(home.path()), 2);
    }

    #[test]
    fn only_what_is_in_the_bin_is_deleted_for_good_and_many_go_whole_or_not_at_all() {
        let home = tempfile::tempdir().unwrap();
        let library = open(home.path());
        let (a, b) = (keep(&library, "a", "x").id, keep(&library, "b", "x").id);
        assert_eq!(library.purge(&[&a]).unwrap_err(), unknown(&a));
        assert_eq!(
            library.remove(&[a.as_str(), "?"]).unwrap_err(),
            unknown("?")
        );
        assert_eq!(titles(&library, "").len(), 2);
        library.remove(&[&a, &b]).unwrap();
        library.keep_poster(&a, b"small");
        assert_eq!(library.poster(&a).as_deref(), Some(&b"small"[..]));
        // Somebody deleted the file.
        fs::remove_file(library.file_of(&b).unwrap().1).unwrap();
        library.purge(&[&a, &b]).unwrap();
        assert_eq!((files(home.path()), library.poster(&a)), (0, None));
        assert_eq!(library.restore(&[&a]).unwrap_err(), unknown(&a));
        drop(library);
        assert_eq!(in_bin(&open(home.path())), [""; 0]);
    }
}
