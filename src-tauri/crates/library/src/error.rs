//! What can go wrong with a library.

use std::{
    fmt::Display,
    io,
    path::{Path, PathBuf},
};

use rusqlite::ErrorCode;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// `home` is the library's folder, `reason` what the disk or the database said, in English; it may be
/// empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the library at {home} cannot be opened: {reason}")]
    Unavailable { home: PathBuf, reason: String },
    #[error("the library at {home} cannot be written to: {reason}")]
    ReadOnly { home: PathBuf, reason: String },
    #[error("the disk of the library at {home} is full: {reason}")]
    Full { home: PathBuf, reason: String },
    #[error("another process is busy with the library at {home}: {reason}")]
    Busy { home: PathBuf, reason: String },
    #[error("the library at {home} could not do that: {reason}")]
    Failed { home: PathBuf, reason: String },
    /// A later version of this crate made the library; it is left as it is.
    #[error("the library at {home} is of version {found}; this program knows {known}")]
    Newer {
        home: PathBuf,
        found: usize,
        known: usize,
    },
    /// The database was damaged, set aside at `aside`, and built anew from the files.
    #[error("the library's database was damaged and set aside at {aside}: {reason}")]
    Rebuilt { aside: PathBuf, reason: String },
    /// There is no work of this id, or it was removed.
    #[error("there is no work {id}")]
    WorkUnknown { id: String },
    /// There is no collection of this id any more.
    #[error("there is no collection {id}")]
    CollectionUnknown { id: i64 },
    /// A collection cannot be called so: the name is empty, or another has it.
    #[error("a collection cannot be called \"{name}\"")]
    CollectionName { name: String },
    #[error("the file {path} of a work is gone: {reason}")]
    FileMissing { path: PathBuf, reason: String },
}

impl Error {
    pub(crate) fn unavailable(home: &Path, reason: impl Display) -> Self {
        Self::Unavailable {
            home: home.to_owned(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn read_only(home: &Path, reason: impl Display) -> Self {
        Self::ReadOnly {
            home: home.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// A disk that refused: full, read-only, or something else.
    pub(crate) fn io(home: &Path, error: &io::Error) -> Self {
        let (home, reason) = (home.to_owned(), error.to_string());
        match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full { home, reason },
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::ReadOnly { home, reason }
            }
            _ => Self::Failed { home, reason },
        }
    }

    /// The database's own errors, likewise.
    pub(crate) fn sql(home: &Path, error: &rusqlite::Error) -> Self {
        let (home, reason) = (home.to_owned(), error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { home, reason },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::ReadOnly { home, reason }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Busy { home, reason }
            }
            Some(ErrorCode::CannotOpen) => Self::Unavailable { home, reason },
            _ => Self::Failed { home, reason },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_read_only_one_are_told_apart() {
        let of = |kind| Error::io(Path::new("/home/x"), &io::Error::from(kind));
        assert!(matches!(of(io::ErrorKind::StorageFull), Error::Full { .. }));
        assert!(matches!(
            of(io::ErrorKind::ReadOnlyFilesystem),
            Error::ReadOnly { .. }
        ));
        assert!(matches!(of(io::ErrorKind::Other), Error::Failed { .. }));
    }
}
