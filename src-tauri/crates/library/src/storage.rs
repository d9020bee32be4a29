//! What the library takes of the disk.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Error, Library, Modality, Result, poster_files};

/// What works of one kind take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KindStorage {
    pub works: u32,
    /// Of their files.
    pub bytes: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Storage {
    pub text: KindStorage,
    pub image: KindStorage,
    pub audio: KindStorage,
    pub video: KindStorage,
    /// In the bin.
    pub deleted: KindStorage,
    /// Of everything else: the database, posters, the pictures that works began with.
    pub other_bytes: u64,
}

impl Storage {
    pub fn bytes(&self) -> u64 {
        let kinds = [self.text, self.image, self.audio, self.video, self.deleted];
        kinds.iter().map(|kind| kind.bytes).sum::<u64>() + self.other_bytes
    }
}

impl Library {
    /// # Errors
    /// `Busy`, `Failed`.
    pub fn storage(&self) -> Result<Storage> {
        let mut storage = Storage::default();
        let sql =
            "SELECT modality, removed IS NOT NULL, count(*), sum(bytes) FROM work GROUP BY 1, 2";
        let connection = self.connection();
        let read = connection.prepare_cached(sql).and_then(|mut statement| {
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let modality: String = row.get(0)?;
                let kind = match (row.get(1)?, Modality::parse(&modality)) {
                    (true, _) => &mut storage.deleted,
                    // That of a later version is listed as a text.
                    (false, Some(Modality::Text) | None) => &mut storage.text,
                    (false, Some(Modality::Image)) => &mut storage.image,
                    (false, Some(Modality::Audio)) => &mut storage.audio,
                    (false, Some(Modality::Video)) => &mut storage.video,
                };
                kind.works += row.get::<_, u32>(2)?;
                kind.bytes += row.get::<_, i64>(3)?.max(0).cast_unsigned();
            }
            Ok(())
        });
        drop(connection);
        read.map_err(|error| Error::sql(self.home(), &error))?;
        let works = storage.bytes();
        let database = ["library.sqlite", "library.sqlite-wal", "library.sqlite-shm"];
        let database = database.iter().map(|name| size(&self.home().join(name)));
        let folders = [self.works_folder(), poster_files::folder(self.home())];
        let folders = folders.iter().map(|folder| files_in(folder));
        let all = database.chain(folders).sum::<u64>();
        // Files of works that are gone are counted in their rows alone.
        storage.other_bytes = all.saturating_sub(works);
        Ok(storage)
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

fn files_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.filter_map(|entry| entry.metadata().ok());
    sizes
        .filter(fs::Metadata::is_file)
        .map(|file| file.len())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{keep, open};

    #[test]
    fn what_is_used_is_told_by_kind_and_the_bin_apart() {
        let home = tempfile::tempdir().unwrap();
        let library = open(home.path());
        let works = ["a", "b", "c"].map(|title| keep(&library, title, "some words"));
        library.remove(&[&works[0].id]).unwrap();
        library.keep_poster(&works[1].id, &[0; 1234]);
        let found = library.storage().unwrap();
        let bytes = works[1].bytes + works[2].bytes;
        assert_eq!(found.text, KindStorage { works: 2, bytes });
        assert_eq!(
            (found.deleted.works, found.deleted.bytes),
            (1, works[0].bytes)
        );
        assert_eq!(found.image, KindStorage::default());
        assert!(found.other_bytes > 1234 && found.bytes() > found.other_bytes);
    }
}
