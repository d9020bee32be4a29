//! The library of one data folder: opening it, and works going in and out.

use std::{
    fmt::Display,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use quartet_media::labels;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    AtomicFile, Draft, Error, Modality, PartFile, PendingWork, ReadRecipe, Result, Stamp, Work,
    clock, parts, poster_files, private, schema,
    sweep::sweep,
    work::{EXCERPT, Row},
};

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
    /// `Rebuilt` or `ReadOnly`.
    pub warning: Option<Error>,
}

impl Library {
    /// Opens the library under `home`, making it when there is none. A library that cannot be
    /// written to is opened for reading. `recipes` reads those of works that
    /// are entered again from their files.
    ///
    /// # Errors
    /// `Unavailable`, `Newer`, `Busy`, `Full`.
    pub fn open(home: &Path, recipes: ReadRecipe) -> Result<Opened> {
        let works = home.join("works");
        let writable = private::create_folder(&works).and_then(|()| open_lock(home));
        match writable {
            Ok(lock) => Self::open_writable(home, lock, recipes),
            Err(error) if schema::file(home).is_file() => match Self::open_reading(home, &error) {
                Err(Error::Unavailable { .. }) => Err(disk_failure(home, &error)),
                opened => opened,
            },
            Err(error) => Err(disk_failure(home, &error)),
        }
    }

    fn open_writable(home: &Path, lock: File, recipes: ReadRecipe) -> Result<Opened> {
        // Taken only when no other process is in this library; then leftovers are leftovers.
        let alone = lock.try_lock().is_ok();
        let (connection, set_aside) = match schema::open(home) {
            Ok(connection) => (connection, None),
            Err(error) if alone && schema::is_damaged(&error) => {
                let aside =
                    schema::set_aside(home).map_err(|error| Error::unavailable(home, error))?;
                (
                    schema::open(home).map_err(|error| open_failure(home, error))?,
                    Some((aside, error)),
                )
            }
            Err(error) if error.is_refused_writing() && schema::file(home).is_file() => {
                // A disk that was full before there was a table leaves nothing to read: the disk is why.
                return match Self::open_reading(home, &error) {
                    Err(Error::Unavailable { .. }) => Err(open_failure(home, error)),
                    opened => opened,
                };
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
            let folder = library.works_folder();
            let _ = sweep(&library.connection(), home, &folder, recipes);
            let _ = poster_files::sweep(&library.connection(), home);
        }
        // From here on others must not sweep: between a rename and its row a file looks orphaned.
        let shared = lock.unlock().and_then(|()| lock.lock_shared());
        let warning = set_aside.map(|(aside, error)| Error::Rebuilt {
            aside,
            reason: error.to_string(),
        });
        Ok(Opened {
            library: Self {
                _lock: shared.ok().map(|()| lock),
                ..library
            },
            warning,
        })
    }

    fn open_reading(home: &Path, cause: &dyn Display) -> Result<Opened> {
        let connection = schema::open_reading(home).map_err(|error| open_failure(home, error))?;
        Ok(Opened {
            library: Self {
                home: home.to_owned(),
                connection: Mutex::new(connection),
                read_only: true,
                _lock: None,
            },
            warning: Some(Error::read_only(home, cause)),
        })
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Writes a work's file with `write` and enters it. Returns when both are on the disk.
    ///
    /// # Errors
    /// `ReadOnly`, `Full`, `Busy`, `Failed`. After an error nothing of the draft is left behind and
    /// nothing kept before has changed.
    pub fn keep(
        &self,
        draft: &Draft<'_>,
        write: impl FnOnce(&Stamp, &mut dyn Write) -> io::Result<()>,
    ) -> Result<Work> {
        self.keep_with(draft, &[], write)
    }

    /// Keeps a work with files beside it that it was made from.
    ///
    /// # Errors
    /// As [`Library::keep`].
    pub fn keep_with(
        &self,
        draft: &Draft<'_>,
        parts: &[PartFile],
        write: impl FnOnce(&Stamp, &mut dyn Write) -> io::Result<()>,
    ) -> Result<Work> {
        let pending = self.pending(draft.extension)?;
        let stamp = &pending.stamp;
        pending
            .file
            .fill(|out| write(stamp, out))
            .map_err(|error| Error::io(&self.home, &error))?;
        let (folder, id) = (self.works_folder(), stamp.id.clone());
        if let Err(error) = parts::publish(&folder, &id, parts) {
            parts::remove(&folder, &id);
            return Err(Error::io(&self.home, &error));
        }
        let kept = self.complete(pending, draft);
        kept.inspect_err(|_| parts::remove(&folder, &id))
    }

    /// An empty file for a work that is written for longer than a call, such as a film while it is made.
    /// Dropped without [`Library::complete`], it is removed.
    ///
    /// # Errors
    /// As [`Library::keep`].
    pub fn begin(&self, extension: &str) -> Result<(PendingWork, File)> {
        let pending = self.pending(extension)?;
        let file = pending.file.file();
        let file = file.map_err(|error| Error::io(&self.home, &error))?;
        Ok((pending, file))
    }

    fn pending(&self, extension: &str) -> Result<PendingWork> {
        if self.read_only {
            return Err(Error::read_only(&self.home, ""));
        }
        let id = labels::new_id();
        let created = clock::millis_of(&id);
        let name = format!("{id}.{extension}");
        let file = AtomicFile::begin_in(&self.works_folder(), &name)
            .map_err(|error| Error::io(&self.home, &error))?;
        Ok(PendingWork {
            stamp: Stamp {
                id: id.to_string(),
                created_at: clock::rfc3339(created),
            },
            created,
            name,
            file,
        })
    }

    /// Enters a work whose file is written and closed.
    ///
    /// # Errors
    /// As [`Library::keep`].
    pub fn complete(&self, pending: PendingWork, draft: &Draft<'_>) -> Result<Work> {
        let io = |error: io::Error| Error::io(&self.home, &error);
        let PendingWork {
            stamp,
            created,
            name,
            file,
        } = pending;
        let bytes = file.sync().map_err(io)?;

        // Held over the rename and the row: `sweep` in this process must see both or neither.
        let connection = self.connection();
        let file = file.rename().map_err(io)?;
        let row = Row {
            id: &stamp.id,
            modality: draft.modality,
            title: draft.title,
            prompt: draft.prompt,
            content: draft.content,
            created,
            model: draft.model,
            seconds: draft.seconds,
            bytes,
            file: &name,
            recipe: draft.recipe,
        };
        let entered = row.insert(&connection);
        drop(connection);
        if let Err(error) = entered {
            // Best effort: what stays behind is found again by the next start.
            let _ = fs::remove_file(&file);
            return Err(Error::sql(&self.home, &error));
        }
        Ok(Work {
            id: stamp.id,
            modality: draft.modality,
            title: draft.title.to_owned(),
            created_at: stamp.created_at,
            model: draft.model.to_owned(),
            seconds: draft.seconds,
            bytes,
            favourite: false,
            excerpt: match draft.modality {
                Modality::Text => draft.content.chars().take(EXCERPT).collect(),
                Modality::Image | Modality::Audio | Modality::Video => String::new(),
            },
            removed_at: None,
            problem: None,
        })
    }

    /// Makes one change that is whole or not at all.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<Result<T>>,
    ) -> Result<T> {
        if self.read_only {
            return Err(Error::read_only(&self.home, ""));
        }
        let failure = |error: rusqlite::Error| Error::sql(&self.home, &error);
        let mut connection = self.connection();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failure)?;
        // Dropped without a commit, it is rolled back.
        let value = change(&transaction).map_err(failure)??;
        transaction.commit().map_err(failure)?;
        Ok(value)
    }

    /// Why the disk took no more of a file that [`Library::begin`] began.
    pub fn refused(&self, error: &io::Error) -> Error {
        Error::io(&self.home, error)
    }

    pub(crate) fn works_folder(&self) -> PathBuf {
        self.home.join("works")
    }

    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic while the guard was held leaves SQLite's own transaction rolled back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_lock(home: &Path) -> io::Result<File> {
    private::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(home.join("library.lock"))
}

/// Why the library's own folder or its lock could not be made.
fn disk_failure(home: &Path, error: &io::Error) -> Error {
    match Error::io(home, error) {
        full @ Error::Full { .. } => full,
        _ => Error::unavailable(home, error),
    }
}

fn open_failure(home: &Path, error: schema::OpenError) -> Error {
    match error {
        schema::OpenError::Newer { found, known } => Error::Newer {
            home: home.to_owned(),
            found,
            known,
        },
        schema::OpenError::Sql(sql) => match Error::sql(home, &sql) {
            error @ (Error::Full { .. } | Error::Busy { .. }) => error,
            _ => Error::unavailable(home, sql),
        },
    }
}
