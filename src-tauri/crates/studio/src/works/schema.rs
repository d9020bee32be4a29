//! The library's database: opening it, and bringing an older one up to date.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

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
];

#[derive(Debug)]
pub(super) enum OpenError {
    Sql(rusqlite::Error),
    /// The version it has.
    Newer(usize),
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(error) => error.fmt(formatter),
            Self::Newer(version) => write!(
                formatter,
                "the library has version {version}, this program knows {}",
                MIGRATIONS.len()
            ),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl OpenError {
    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sql(error) => error.sqlite_error_code(),
            Self::Newer(_) => None,
        }
    }

    /// The disk lets the library be read, at most.
    pub(super) fn is_refused_writing(&self) -> bool {
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
pub(super) fn is_damaged(error: &OpenError) -> bool {
    matches!(
        error.code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}

pub(super) fn file(home: &Path) -> PathBuf {
    home.join("library.sqlite")
}

/// Opens the database for writing, making or migrating it as needed.
pub(super) fn open(home: &Path) -> Result<Connection, OpenError> {
    let mut connection = Connection::open(file(home))?;
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
        return Err(OpenError::Newer(found));
    }
    for step in &MIGRATIONS[found..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len().cast_signed())?;
    transaction.commit()?;
    Ok(())
}

/// Opens a database in a folder that cannot be written to.
pub(super) fn open_reading(home: &Path) -> Result<Connection, OpenError> {
    let path = file(home);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let usable = |connection: Connection| -> Result<Connection, OpenError> {
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        connection.query_row("SELECT count(*) FROM work", [], |_| Ok(()))?;
        if version as usize > MIGRATIONS.len() {
            return Err(OpenError::Newer(version as usize));
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
pub(super) fn set_aside(home: &Path) -> io::Result<PathBuf> {
    let stamp = crate::clock::now();
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
