//! The library: every finished work is a file in `works/` and a row in `library.sqlite`.
//!
//! Nothing kept is lost. A work is written to a temporary file, synced, renamed, and only then
//! becomes a row; the next start sweeps what a killed process left behind. Several processes may
//! share one library: rows are guarded by SQLite, sweeping by a lock on `library.lock` that only a
//! process alone in the library can take.

mod atomic;
mod export;
mod pace;
mod parts;
mod query;
mod schema;
mod sweep;

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

use crate::{Code, Failure, Modality, Result, clock, labels::Provenance};
pub(crate) use atomic::{Replacing, write_file};
pub use export::ExportRecipe;
pub(crate) use export::is_midi;
pub use parts::{PartFile, WorkPart};
pub use query::{WorksPage, WorksQuery};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// A UUID of version 7: sorts by the time of making.
    pub id: String,
    pub modality: Modality,
    pub title: String,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// The model's id.
    pub model: String,
    /// What making it took.
    pub seconds: f64,
    /// Size of the file.
    pub bytes: u64,
    /// Set when the work's file is gone from the disk.
    pub problem: Option<Failure>,
}

/// A work opened: its row with everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedWork {
    pub work: Work,
    /// For text: the words, without the label; for speech, what is said.
    pub content: String,
    /// The recipe as JSON.
    pub recipe: String,
    pub file: PathBuf,
}

/// A finished result on its way into the library.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    pub modality: Modality,
    pub title: &'a str,
    pub model: &'a str,
    pub seconds: f64,
    /// What was asked, for searching.
    pub prompt: &'a str,
    /// What search finds it by besides the prompt; for text works the text itself, for speech what
    /// is said.
    pub content: &'a str,
    /// JSON with all that a replay takes.
    pub recipe: &'a str,
    /// Of the file, without the dot.
    pub extension: &'static str,
}

/// What a work's file must carry in its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub id: String,
    /// RFC 3339, UTC.
    pub created_at: String,
}

/// A work whose file is being written.
#[derive(Debug)]
pub struct Begun {
    pub stamp: Stamp,
    created: i64,
    name: String,
    written: atomic::Written,
}

impl Draft<'_> {
    /// What the work's own file says of its making: all that it takes to enter it again.
    pub fn provenance(&self, stamp: &Stamp) -> Provenance {
        Provenance {
            title: Some(self.title.to_owned()),
            created: stamp.created_at.clone(),
            model: self.model.to_owned(),
            recipe: Some(self.recipe.to_owned()),
        }
    }
}

/// The library of one data folder.
#[derive(Debug)]
pub struct Library {
    home: PathBuf,
    connection: Mutex<Connection>,
    read_only: bool,
    /// Holds the shared lock that tells other processes not to sweep; released with the process.
    _lock: Option<File>,
}

/// A library as found, and what had to be mended to open it.
#[derive(Debug)]
pub struct Opened {
    pub library: Library,
    pub warning: Option<Failure>,
}

impl Library {
    /// Opens the library under `home`, making it when there is none. A library that cannot be
    /// written to is opened for reading.
    ///
    /// # Errors
    /// `LibraryUnavailable`, `LibraryNewer`, `LibraryBusy`, `LibraryFull`.
    pub fn open(home: &Path) -> Result<Opened> {
        let writable = fs::create_dir_all(home.join("works")).and_then(|()| open_lock(home));
        match writable {
            Ok(lock) => Self::open_writable(home, lock),
            Err(error) if schema::file(home).is_file() => Self::open_reading(home, &error),
            Err(error) => Err(Failure::at(Code::LibraryUnavailable, home, error)),
        }
    }

    fn open_writable(home: &Path, lock: File) -> Result<Opened> {
        // Taken only when no other process is in this library; then leftovers are leftovers.
        let alone = lock.try_lock().is_ok();
        let (connection, set_aside) = match schema::open(home) {
            Ok(connection) => (connection, None),
            Err(error) if alone && schema::is_damaged(&error) => {
                let aside = schema::set_aside(home)
                    .map_err(|error| Failure::at(Code::LibraryUnavailable, home, error))?;
                (
                    schema::open(home).map_err(|error| open_failure(home, error))?,
                    Some((aside, error)),
                )
            }
            Err(error) if error.is_refused_writing() && schema::file(home).is_file() => {
                return Self::open_reading(home, &error);
            }
            Err(error) => return Err(open_failure(home, error)),
        };
        let read_only = connection.is_readonly(rusqlite::MAIN_DB).unwrap_or(false);
        let library = Self {
            home: home.to_owned(),
            connection: Mutex::new(connection),
            read_only,
            _lock: None,
        };
        if alone && !read_only {
            // A library that cannot be swept today is still a library.
            let _ = library.sweep();
        }
        // From here on others must not sweep: between a rename and its row a file looks orphaned.
        let shared = lock.unlock().and_then(|()| lock.lock_shared());
        let warning =
            set_aside.map(|(aside, error)| Failure::at(Code::LibraryRebuilt, &aside, error));
        Ok(Opened {
            library: Self {
                _lock: shared.ok().map(|()| lock),
                ..library
            },
            warning,
        })
    }

    fn open_reading(home: &Path, cause: &dyn std::fmt::Display) -> Result<Opened> {
        let connection = schema::open_reading(home).map_err(|error| open_failure(home, error))?;
        Ok(Opened {
            library: Self {
                home: home.to_owned(),
                connection: Mutex::new(connection),
                read_only: true,
                _lock: None,
            },
            warning: Some(Failure::at(Code::LibraryReadOnly, home, cause)),
        })
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Writes a work's file with `write` and enters it. Returns when both are on the disk.
    ///
    /// # Errors
    /// `LibraryReadOnly`, `LibraryFull`, `LibraryBusy`, `LibraryFailed`. After an error nothing of
    /// the draft is left behind and nothing kept before has changed.
    pub fn keep(
        &self,
        draft: &Draft<'_>,
        write: impl FnOnce(&Stamp, &mut dyn Write) -> io::Result<()>,
    ) -> Result<Work> {
        self.keep_with(draft, &[], write)
    }

    /// The same for a work with files beside it that it was made from.
    ///
    /// # Errors
    /// As [`Library::keep`].
    pub fn keep_with(
        &self,
        draft: &Draft<'_>,
        parts: &[PartFile],
        write: impl FnOnce(&Stamp, &mut dyn Write) -> io::Result<()>,
    ) -> Result<Work> {
        let (begun, file) = self.begin(draft.extension)?;
        let mut out = BufWriter::new(file);
        write(&begun.stamp, &mut out)
            .and_then(|()| out.flush())
            .map_err(|error| Failure::library_io(&self.home, &error))?;
        drop(out);
        let (folder, id) = (self.works_folder(), begun.stamp.id.clone());
        if let Err(error) = parts::publish(&folder, &id, parts) {
            parts::remove(&folder, &id);
            return Err(Failure::library_io(&self.home, &error));
        }
        let kept = self.complete(begun, draft);
        kept.inspect_err(|_| parts::remove(&folder, &id))
    }

    /// An empty file for a work that is written for longer than a call, such as a film while it is made.
    /// Dropped without `complete`, it is removed.
    ///
    /// # Errors
    /// As [`Library::keep`].
    pub fn begin(&self, extension: &str) -> Result<(Begun, File)> {
        if self.read_only {
            return Err(Failure::at(Code::LibraryReadOnly, &self.home, ""));
        }
        let id = Uuid::now_v7();
        let stamp = Stamp {
            id: id.to_string(),
            created_at: clock::rfc3339(clock::millis_of(&id)),
        };
        let name = format!("{id}.{extension}");
        let (written, file) = atomic::Written::begin(&self.works_folder(), &name)
            .map_err(|error| Failure::library_io(&self.home, &error))?;
        let begun = Begun {
            created: clock::millis_of(&id),
            stamp,
            name,
            written,
        };
        Ok((begun, file))
    }

    /// Enters a work whose file is written and closed.
    ///
    /// # Errors
    /// As [`Library::keep`].
    pub fn complete(&self, begun: Begun, draft: &Draft<'_>) -> Result<Work> {
        let Begun {
            stamp,
            created,
            name,
            mut written,
        } = begun;
        written
            .seal_closed()
            .map_err(|error| Failure::library_io(&self.home, &error))?;
        let bytes = written.bytes();

        // Held over the rename and the row: `sweep` in this process must see both or neither.
        let connection = self.connection();
        let file = written
            .publish()
            .map_err(|error| Failure::library_io(&self.home, &error))?;
        let row = connection.execute(
            "INSERT INTO work (id, modality, title, prompt, content, created, model, seconds,
                               bytes, file, recipe)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                stamp.id,
                draft.modality.as_str(),
                draft.title,
                draft.prompt,
                draft.content,
                created,
                draft.model,
                draft.seconds,
                bytes.cast_signed(),
                name,
                draft.recipe,
            ],
        );
        drop(connection);
        if let Err(error) = row {
            // Best effort: what stays behind is found again by the next start.
            let _ = fs::remove_file(&file);
            return Err(Failure::library_sql(&self.home, &error));
        }
        Ok(Work {
            id: stamp.id,
            modality: draft.modality,
            title: draft.title.to_owned(),
            created_at: stamp.created_at,
            model: draft.model.to_owned(),
            seconds: draft.seconds,
            bytes,
            problem: None,
        })
    }

    /// Takes a work off the shelf; `restore` brings it back until the next start sweeps it.
    ///
    /// # Errors
    /// `WorkUnknown`, and those of the disk.
    pub fn remove(&self, id: &str) -> Result<()> {
        self.mark(
            id,
            "UPDATE work SET removed = ?2 WHERE id = ?1",
            Some(clock::now()),
        )
    }

    /// Undoes `remove`.
    ///
    /// # Errors
    /// `WorkUnknown`, and those of the disk.
    pub fn restore(&self, id: &str) -> Result<()> {
        self.mark(id, "UPDATE work SET removed = ?2 WHERE id = ?1", None)
    }

    fn mark(&self, id: &str, sql: &str, removed: Option<i64>) -> Result<()> {
        if self.read_only {
            return Err(Failure::at(Code::LibraryReadOnly, &self.home, ""));
        }
        let changed = self
            .connection()
            .execute(sql, params![id, removed])
            .map_err(|error| Failure::library_sql(&self.home, &error))?;
        if changed == 0 {
            return Err(Failure::new(Code::WorkUnknown, id));
        }
        Ok(())
    }

    /// How long the model took to load last time, in seconds.
    pub fn load_seconds(&self, model: &str) -> Option<f64> {
        self.connection()
            .query_row(
                "SELECT seconds FROM load WHERE model = ?1",
                [model],
                |row| row.get(0),
            )
            .ok()
    }

    /// Remembers how long the model took to load. A library that cannot remember it is no reason
    /// to fail anything.
    pub fn remember_load(&self, model: &str, seconds: f64) {
        let _ = self.connection().execute(
            "INSERT INTO load (model, seconds) VALUES (?1, ?2)
             ON CONFLICT (model) DO UPDATE SET seconds = ?2",
            params![model, seconds],
        );
    }

    fn works_folder(&self) -> PathBuf {
        self.home.join("works")
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic while the guard was held leaves SQLite's own transaction rolled back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_lock(home: &Path) -> io::Result<File> {
    File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(home.join("library.lock"))
}

fn open_failure(home: &Path, error: schema::OpenError) -> Failure {
    match error {
        schema::OpenError::Newer(_) => Failure::at(Code::LibraryNewer, home, error),
        schema::OpenError::Sql(sql) => {
            let failure = Failure::library_sql(home, &sql);
            if matches!(failure.code, Code::LibraryFull | Code::LibraryBusy) {
                failure
            } else {
                Failure::at(Code::LibraryUnavailable, home, sql)
            }
        }
    }
}

#[cfg(test)]
mod tests;
