//! Files that are there whole or not at all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// What a file is called while it is being written; a killed process leaves these behind.
pub(super) const PARTIAL: &str = ".partial";

/// A file written and synced under its temporary name. Dropped without `publish`, it is removed.
#[derive(Debug)]
pub(super) struct Written {
    temporary: PathBuf,
    target: PathBuf,
    bytes: u64,
}

impl Written {
    pub(super) fn new(
        folder: &Path,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut written = Self {
            temporary: folder.join(format!("{name}{PARTIAL}")),
            target: folder.join(name),
            bytes: 0,
        };
        let mut out = BufWriter::new(File::create_new(&written.temporary)?);
        write(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        written.bytes = file.metadata()?.len();
        Ok(written)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Gives the file its name, for good: the folder is synced as well.
    pub(super) fn publish(self) -> io::Result<PathBuf> {
        fs::rename(&self.temporary, &self.target)?;
        if let Some(folder) = self.target.parent() {
            sync_folder(folder)?;
        }
        Ok(self.target.clone())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // Gone already after a rename; otherwise the sweep of the next start is the second net.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Puts `bytes` at `path` so that a reader finds either the old file or the new one.
pub(crate) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Two processes may write the same file: each has a temporary of its own.
    let temporary = format!("{}.{}", name.to_string_lossy(), std::process::id());
    let mut written = Written::new(folder, &temporary, write)?;
    path.clone_into(&mut written.target);
    written.publish().map(drop)
}

/// A rename is durable once the folder that holds the name is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows cannot sync a folder; NTFS journals the rename.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape on every system")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_that_fails_leaves_the_old_file_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        write_file(&path, |out| out.write_all(b"old")).unwrap();
        let error = write_file(&path, |out| {
            out.write_all(&vec![0; 100_000])?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
