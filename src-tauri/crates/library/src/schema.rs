//! The library's database: opening it, and bringing an older one up to date.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::{clock, private};

/// One step a version; a library of version N has run the first N of them. Never edit one that was
/// released: add another.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE work (
        id       TEXT PRIMARY KEY,       -- UUID v7
        modality TEXT NOT NULL,
        title    TEXT NOT NULL,
        prompt   TEXT NOT NULL,          -- what was asked, for searching
        content  TEXT NOT NULL,          -- for text works the text, for searching
        created  INTEGER NOT NULL,       -- milliseconds since 1970
        model    TEXT NOT NULL,
        seconds  REAL NOT NULL,
        bytes    INTEGER NOT NULL,
        file     TEXT NOT NULL UNIQUE,   -- name inside works/
        recipe   TEXT NOT NULL,          -- JSON
        removed  INTEGER                 -- milliseconds since 1970; NULL: on the shelf
    ) STRICT;
    CREATE INDEX work_shelf ON work (modality, id) WHERE removed IS NULL;
    CREATE TABLE load (model TEXT PRIMARY KEY, seconds REAL NOT NULL) STRICT;
",
    "
    CREATE TABLE pace (                  -- what pictures took, one row a size
        model       TEXT NOT NULL,
        rows        INTEGER NOT NULL,
        pixels      INTEGER NOT NULL,
        previews    INTEGER NOT NULL,
        fixed       REAL NOT NULL,       -- seconds
        per_step    REAL NOT NULL,
        per_picture REAL NOT NULL,
        memory      INTEGER,             -- bytes; NULL: not measured
        PRIMARY KEY (model, rows, pixels, previews)
    ) STRICT;
",
    // What a film took stood in the columns of a picture's, under a key of 'film' and the ids of its three
    // models, '-' for none; what enlarging took, with the factor in place of rows and no steps.
    r#"
    CREATE TABLE timing (                -- what runs took, one row a size
        id     INTEGER PRIMARY KEY,
        models TEXT NOT NULL,            -- JSON: which models ran
        run    TEXT NOT NULL             -- JSON: what it was, and what it took
    ) STRICT;
    CREATE INDEX timing_models ON timing (models);
    INSERT INTO timing (models, run)
    SELECT json_object('film', json_object('drawer', models ->> 0, 'upscaler', models ->> 1,
                                         'inbetween', models ->> 2)),
           json_object('pixels', pixels, 'memory', memory, 'kind', 'film',
                       'perKey', per_step, 'perFrame', per_picture)
    FROM (SELECT *, replace('["' || replace(substr(model, 6), ' ', '","') || '"]', '"-"', 'null')
                    AS models
          FROM pace WHERE model LIKE 'film % % %');
    INSERT INTO timing (models, run)
    SELECT json_object('model', model),
           CASE WHEN fixed = 0 AND per_step = 0
           THEN json_object('pixels', pixels, 'memory', memory, 'kind', 'upscale',
                            'factor', rows, 'seconds', per_picture)
           ELSE json_object('pixels', pixels, 'memory', memory, 'kind', 'draw', 'rows', rows,
                            'previews', json(iif(previews, 'true', 'false')), 'fixed', fixed,
                            'perStep', per_step, 'perPicture', per_picture) END
    FROM pace WHERE model NOT LIKE 'film % % %';
    DROP TABLE pace;
"#,
    // What was deleted before there was a bin goes with this start, as was said then. The order of `work_listed` is that of most lists; with it, neither counting nor skipping reads a row,
    // whose words may fill many pages.
    "
    ALTER TABLE work ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0;
    UPDATE work SET removed = 0 WHERE removed IS NOT NULL;
    CREATE INDEX work_listed ON work (id, modality, favourite) WHERE removed IS NULL;
    CREATE INDEX work_titled ON work (title COLLATE NOCASE, id) WHERE removed IS NULL;
    CREATE INDEX work_bin ON work (removed) WHERE removed IS NOT NULL;
    DROP INDEX work_shelf;
    CREATE TABLE collection (
        id   INTEGER PRIMARY KEY AUTOINCREMENT,   -- never used again: a page may still hold it
        name TEXT NOT NULL COLLATE NOCASE UNIQUE
    ) STRICT;
    CREATE TABLE collected (
        collection INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
        work       TEXT NOT NULL REFERENCES work (id) ON DELETE CASCADE,
        PRIMARY KEY (collection, work)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX collected_work ON collected (work);
",
    "
    CREATE TABLE desk (
        name  TEXT PRIMARY KEY,
        state TEXT NOT NULL              -- JSON of the window's page
    ) STRICT, WITHOUT ROWID;
",
];

#[derive(Debug)]
pub(crate) enum OpenError {
    Sql(rusqlite::Error),
    /// The version it has, and the last one that this program knows.
    Newer {
        found: usize,
        known: usize,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(error) => error.fmt(formatter),
            Self::Newer { found, known } => {
                write!(
                    formatter,
                    "the library has version {found}, this program knows {known}"
                )
            }
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl OpenError {
    fn newer(found: usize) -> Self {
        Self::Newer {
            found,
            known: MIGRATIONS.len(),
        }
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sql(error) => error.sqlite_error_code(),
            Self::Newer { .. } => None,
        }
    }

    /// The disk lets the library be read, at most.
    pub(crate) fn is_refused_writing(&self) -> bool {
        matches!(
            self.code(),
            Some(
                ErrorCode::ReadOnly
                    | ErrorCode::CannotOpen
                    | ErrorCode::PermissionDenied
                    | ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
            )
        )
    }
}

/// Whether the file is no database any more.
pub(crate) fn is_damaged(error: &OpenError) -> bool {
    matches!(
        error.code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}

pub(crate) fn file(home: &Path) -> PathBuf {
    home.join("library.sqlite")
}

/// Opens the database for writing, making or migrating it as needed.
pub(crate) fn open(home: &Path) -> Result<Connection, OpenError> {
    let path = file(home);
    // SQLite gives its other files the mode of this one. What fails here is told by the next line.
    let _ = private::options().create(true).append(true).open(&path);
    private::close(&path);
    let mut connection = Connection::open(&path)?;
    // Another process may be in the middle of a keep, which takes milliseconds.
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    use_write_ahead_log(&connection)?;
    // FULL: a work that was acknowledged survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Readers and a writer of two processes then do not wait for each other. The switch itself needs
/// the file for a moment and does not honour the busy timeout.
fn use_write_ahead_log(connection: &Connection) -> Result<(), OpenError> {
    let mut attempts = 0;
    loop {
        let switched = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match switched {
            Ok(_) => return Ok(()),
            Err(error)
                if attempts < 100 && error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) =>
            {
                attempts += 1;
                thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let version = |connection: &Connection| -> rusqlite::Result<usize> {
        connection
            .query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
            .map(|version| version.max(0) as usize)
    };
    if version(connection)? == MIGRATIONS.len() {
        return Ok(());
    }
    // Immediate: of two processes that start together, the second waits and finds it done.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found > MIGRATIONS.len() {
        return Err(OpenError::newer(found));
    }
    for step in &MIGRATIONS[found..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len().cast_signed())?;
    transaction.commit()?;
    Ok(())
}

/// Opens a database in a folder that cannot be written to.
pub(crate) fn open_reading(home: &Path) -> Result<Connection, OpenError> {
    let path = file(home);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let usable = |connection: Connection| -> Result<Connection, OpenError> {
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        connection.query_row("SELECT count(*) FROM work", [], |_| Ok(()))?;
        if version as usize > MIGRATIONS.len() {
            return Err(OpenError::newer(version as usize));
        }
        Ok(connection)
    };
    let shared = Connection::open_with_flags(&path, flags)
        .map_err(OpenError::from)
        .and_then(usable);
    if let Ok(connection) = shared {
        return Ok(connection);
    }
    // A write-ahead log needs a file beside the database even for reading. Where that cannot be
    // made, nobody can be writing either: the file is taken as it stands.
    let uri = format!("file:{}?immutable=1", percent_encoded(&path));
    let connection = Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?;
    usable(connection)
}

fn percent_encoded(path: &Path) -> String {
    use fmt::Write;
    let text = path.to_string_lossy().replace('\\', "/");
    let mut encoded = String::new();
    // A drive letter needs a slash before it: file:/C:/….
    if !text.starts_with('/') && text.contains(':') {
        encoded.push('/');
    }
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b':' | b'-' | b'_' | b'.' => {
                encoded.push(byte as char);
            }
            // Writing to a String cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}

/// Renames a damaged database, with its log, so that a new one can be made and nothing is lost.
pub(crate) fn set_aside(home: &Path) -> io::Result<PathBuf> {
    let stamp = clock::now();
    let aside = home.join(format!("library.damaged-{stamp}.sqlite"));
    fs::rename(file(home), &aside)?;
    for suffix in ["-wal", "-shm"] {
        let from = home.join(format!("library.sqlite{suffix}"));
        if from.exists() {
            fs::rename(
                from,
                home.join(format!("library.damaged-{stamp}.sqlite{suffix}")),
            )?;
        }
    }
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Library, Measurement, RunTiming, TimingKey, WorksQuery};

    #[test]
    fn what_was_measured_before_runs_had_kinds_is_kept() {
        let home = tempfile::tempdir().unwrap();
        let before = Connection::open(file(home.path())).unwrap();
        before.execute_batch(&MIGRATIONS[..2].concat()).unwrap();
        before.pragma_update(None, "user_version", 2).unwrap();
        before
            .execute_batch(
                "INSERT INTO pace VALUES ('glyph', 2, 4096, 1, 0.5, 0.25, 0.125, 1000),
                                         ('larger', 4, 4096, 0, 0, 0, 1.5, NULL),
                                         ('film glyph - between', 1, 65536, 0, 0, 0.25, 2, 3000)",
            )
            .unwrap();
        drop(before);
        let library = Library::open(home.path(), |_| None).unwrap().library;
        let timings = |key| library.timings(&key);
        let model = |id: &str| TimingKey::Model(id.to_owned());
        let drew = RunTiming {
            pixels: 4096,
            memory: Some(1000),
            measurement: Measurement::Draw {
                rows: 2,
                previews: true,
                fixed: 0.5,
                per_step: 0.25,
                per_picture: 0.125,
            },
        };
        assert_eq!(timings(model("glyph")), [drew]);
        let enlarged = RunTiming {
            pixels: 4096,
            memory: None,
            measurement: Measurement::Upscale {
                factor: 4,
                seconds: 1.5,
            },
        };
        assert_eq!(timings(model("larger")), [enlarged]);
        let filmed = RunTiming {
            pixels: 65_536,
            memory: Some(3000),
            measurement: Measurement::Film {
                per_key: 0.25,
                per_frame: 2.0,
            },
        };
        let film = TimingKey::Film {
            drawer: Some("glyph".to_owned()),
            upscaler: None,
            inbetween: Some("between".to_owned()),
        };
        assert_eq!(timings(film), [filmed]);
    }

    #[test]
    fn a_library_of_before_opens_with_its_works_and_what_was_deleted_is_gone() {
        let stored = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../tests/fixtures/library-v0.1/library.sqlite");
        let home = tempfile::tempdir().unwrap();
        fs::copy(stored, file(home.path())).unwrap();
        let library = Library::open(home.path(), |_| None).unwrap().library;
        let query = WorksQuery {
            limit: 100,
            ..WorksQuery::default()
        };
        let page = library.list(&query).unwrap();
        assert_eq!((page.total, page.works.len()), (22, 22));
        assert!(
            page.works
                .iter()
                .all(|work| !work.favourite && work.removed_at.is_none())
        );
        library.remove(&[&page.works[0].id]).unwrap();
        let class = library.create_collection("class").unwrap();
        library.collect(class.id, &[&page.works[1].id]).unwrap();
        drop(library);
        let library = Library::open(home.path(), |_| None).unwrap().library;
        assert_eq!(library.list(&query).unwrap().total, 21);
        assert_eq!(library.collections().unwrap()[0].works, 1);
    }
}
