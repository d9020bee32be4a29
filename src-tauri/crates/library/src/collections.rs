//! Favourites, and named collections of works; a work may be in several. Both are in the database alone: one
//! that is built anew from the files of works has none.

use rusqlite::{OptionalExtension as _, Transaction, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Error, Library, Result, bin::for_each};

/// The most characters of a collection's name.
pub const COLLECTION_NAME: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Collection {
    pub id: i64,
    pub name: String,
    /// How many works are in it, those in the bin not counted.
    pub works: u32,
}

/// What a collection was, so that it can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RemovedCollection {
    pub name: String,
    /// The ids of its works.
    pub works: Vec<String>,
}

impl Library {
    /// # Errors
    /// `WorkUnknown`, and those of the disk.
    pub fn set_favourite(&self, ids: &[impl AsRef<str>], favourite: bool) -> Result<()> {
        let sql = "UPDATE work SET favourite = ?2 WHERE id = ?1";
        self.change(|transaction| for_each(transaction, sql, ids, favourite))
    }

    /// The collections, by name.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub fn collections(&self) -> Result<Vec<Collection>> {
        let sql = "SELECT collection.id, name, count(work.id) FROM collection
                   LEFT JOIN collected ON collected.collection = collection.id
                   LEFT JOIN work ON work.id = collected.work AND work.removed IS NULL
                   GROUP BY collection.id ORDER BY name";
        let connection = self.connection();
        let found = connection.prepare_cached(sql).and_then(|mut statement| {
            let rows = statement.query_map([], |row| {
                Ok(Collection {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    works: row.get(2)?,
                })
            })?;
            rows.collect()
        });
        found.map_err(|error| Error::sql(self.home(), &error))
    }

    /// The ids of the collections that a work is in.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub fn collections_of(&self, work: &str) -> Result<Vec<i64>> {
        let sql = "SELECT collection FROM collected WHERE work = ?1 ORDER BY collection";
        let connection = self.connection();
        let found = connection.prepare_cached(sql).and_then(|mut statement| {
            let rows = statement.query_map([work], |row| row.get(0))?;
            rows.collect()
        });
        found.map_err(|error| Error::sql(self.home(), &error))
    }

    /// Makes a collection; returns the one that has this name already.
    ///
    /// # Errors
    /// `CollectionName` for an empty one, and those of the disk.
    pub fn create_collection(&self, name: &str) -> Result<Collection> {
        let name = clean(name)?;
        self.change(|transaction| {
            let sql = "INSERT INTO collection (name) VALUES (?1) ON CONFLICT DO NOTHING";
            transaction.execute(sql, [&name])?;
            let sql = "SELECT id, name, (SELECT count(*) FROM collected JOIN work ON work.id = work
                                         WHERE collection = collection.id AND removed IS NULL)
                       FROM collection WHERE name = ?1";
            let made = transaction.query_row(sql, [&name], |row| {
                Ok(Collection {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    works: row.get(2)?,
                })
            })?;
            Ok(Ok(made))
        })
    }

    /// # Errors
    /// `CollectionUnknown`, `CollectionName` for an empty or a taken one, and those of the disk.
    pub fn rename_collection(&self, id: i64, name: &str) -> Result<()> {
        let name = clean(name)?;
        self.change(|transaction| {
            let sql = "SELECT id FROM collection WHERE name = ?1 AND id <> ?2";
            let taken = transaction.query_row(sql, params![name, id], |_| Ok(()));
            if taken.optional()?.is_some() {
                return Ok(Err(Error::CollectionName { name }));
            }
            let sql = "UPDATE collection SET name = ?2 WHERE id = ?1";
            let changed = transaction.execute(sql, params![id, name])?;
            Ok((changed > 0)
                .then_some(())
                .ok_or(Error::CollectionUnknown { id }))
        })
    }

    /// Removes a collection; its works stay in the library.
    ///
    /// # Errors
    /// `CollectionUnknown`, and those of the disk.
    pub fn remove_collection(&self, id: i64) -> Result<RemovedCollection> {
        self.change(|transaction| {
            let Some(name) = name_of(transaction, id)? else {
                return Ok(Err(Error::CollectionUnknown { id }));
            };
            let mut statement =
                transaction.prepare("SELECT work FROM collected WHERE collection = ?1")?;
            let works = statement.query_map([id], |row| row.get(0))?;
            let works = works.collect::<rusqlite::Result<_>>()?;
            transaction.execute("DELETE FROM collection WHERE id = ?1", [id])?;
            Ok(Ok(RemovedCollection { name, works }))
        })
    }

    /// Puts works into a collection; those that are in it stay.
    ///
    /// # Errors
    /// `CollectionUnknown`, `WorkUnknown`, and those of the disk.
    pub fn collect(&self, id: i64, works: &[impl AsRef<str>]) -> Result<()> {
        // The update of what is there already counts as a change, so that only an unknown work does not.
        let sql = "INSERT INTO collected (collection, work)
                   SELECT ?2, id FROM work WHERE id = ?1
                   ON CONFLICT DO UPDATE SET work = excluded.work";
        self.change(|transaction| match name_of(transaction, id)? {
            Some(_) => for_each(transaction, sql, works, id),
            None => Ok(Err(Error::CollectionUnknown { id })),
        })
    }

    /// Takes works out of a collection; those that are not in it are left out.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn uncollect(&self, id: i64, works: &[impl AsRef<str>]) -> Result<()> {
        self.change(|transaction| {
            let sql = "DELETE FROM collected WHERE collection = ?1 AND work = ?2";
            let mut statement = transaction.prepare_cached(sql)?;
            for work in works.iter().map(AsRef::as_ref) {
                statement.execute(params![id, work])?;
            }
            Ok(Ok(()))
        })
    }
}

fn name_of(transaction: &Transaction<'_>, id: i64) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT name FROM collection WHERE id = ?1";
    let name = transaction.query_row(sql, [id], |row| row.get(0));
    name.optional()
}

/// A name on one line, without space around it.
fn clean(name: &str) -> Result<String> {
    let words: Vec<_> = name.split_whitespace().collect();
    let cleaned: String = words.join(" ").chars().take(COLLECTION_NAME).collect();
    let shown = cleaned.chars().any(|character| !character.is_control());
    if shown {
        Ok(cleaned.trim_end().to_owned())
    } else {
        Err(Error::CollectionName {
            name: name.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Shelf, WorksQuery,
        tests::{keep, open},
    };

    fn found(library: &Library, shelf: Shelf) -> Vec<String> {
        let query = WorksQuery {
            shelf,
            limit: 100,
            ..WorksQuery::default()
        };
        let page = library.list(&query).unwrap();
        assert_eq!(library.ids(&query).unwrap().len(), page.total as usize);
        page.works.into_iter().map(|work| work.title).collect()
    }

    #[test]
    fn works_are_in_several_collections_and_in_the_bin_keep_their_places() {
        let home = tempfile::tempdir().unwrap();
        let library = open(home.path());
        let works = ["a", "b", "c"].map(|title| keep(&library, title, "x").id);
        let spring = library.create_collection("  Spring\n fair ").unwrap();
        let class = library.create_collection("四年级").unwrap();
        library.collect(spring.id, &works).unwrap();
        library.collect(class.id, &works[..1]).unwrap();
        library.collect(class.id, &works[..2]).unwrap();
        let shelf = Shelf::Collection { id: class.id };
        assert_eq!(found(&library, shelf), ["b", "a"]);
        assert_eq!(
            library.collections_of(&works[0]).unwrap(),
            [spring.id, class.id]
        );
        library.remove(&works[..1]).unwrap();
        let of = |library: &Library| {
            let collections = library.collections().unwrap();
            let pairs = collections.into_iter().map(|one| (one.name, one.works));
            pairs.collect::<Vec<_>>()
        };
        let named = |name: &str, works| (name.to_owned(), works);
        assert_eq!(of(&library), [named("Spring fair", 2), named("四年级", 1)]);
        library.restore(&works[..1]).unwrap();
        library.uncollect(spring.id, &works[1..]).unwrap();
        assert_eq!(of(&library), [named("Spring fair", 1), named("四年级", 2)]);
        let removed = library.remove_collection(class.id).unwrap();
        assert_eq!(removed.name, "四年级");
        assert_eq!(removed.works.len(), 2);
        // It is made again as it was, and nothing that was its own is another's.
        let again = library.create_collection(&removed.name).unwrap();
        assert_ne!(again.id, class.id);
        library.collect(again.id, &removed.works).unwrap();
        assert_eq!(library.create_collection("四年级").unwrap().works, 2);
        library.remove(&works[1..2]).unwrap();
        library.purge(&works[1..2]).unwrap();
        assert_eq!(of(&library), [named("Spring fair", 1), named("四年级", 1)]);
    }

    #[test]
    fn a_collection_has_a_name_of_its_own() {
        let home = tempfile::tempdir().unwrap();
        let library = open(home.path());
        let a = library.create_collection("A").unwrap();
        assert_eq!(library.create_collection(" a").unwrap(), a);
        let b = library.create_collection(&"b".repeat(200)).unwrap();
        assert_eq!(b.name.len(), COLLECTION_NAME);
        let name = |name: &str| Error::CollectionName {
            name: name.to_owned(),
        };
        assert_eq!(library.rename_collection(b.id, "A").unwrap_err(), name("A"));
        assert_eq!(library.create_collection(" \n").unwrap_err(), name(" \n"));
        library.rename_collection(a.id, "a").unwrap();
        assert_eq!(library.collections().unwrap()[0].name, "a");
        let unknown = Error::CollectionUnknown { id: 99 };
        assert_eq!(library.rename_collection(99, "c").unwrap_err(), unknown);
        assert_eq!(library.collect(99, &["x"]).unwrap_err(), unknown);
        assert_eq!(library.remove_collection(99).unwrap_err(), unknown);
        let work = Error::WorkUnknown { id: "x".to_owned() };
        assert_eq!(library.collect(a.id, &["x"]).unwrap_err(), work);
    }

    #[test]
    fn favourites_are_a_shelf_of_their_own() {
        let home = tempfile::tempdir().unwrap();
        let library = open(home.path());
        let works = ["a", "b"].map(|title| keep(&library, title, "x").id);
        library.set_favourite(&works, true).unwrap();
        library.set_favourite(&works[1..], false).unwrap();
        assert_eq!(found(&library, Shelf::Favourites), ["a"]);
        assert!(library.open_work(&works[0]).unwrap().work.favourite);
        drop(library);
        assert_eq!(found(&open(home.path()), Shelf::Favourites), ["a"]);
    }
}
