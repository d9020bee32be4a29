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
        let (mut written, file) = Self::begin(folder, name)?;
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        written.seal(&file)?;
        Ok(written)
    }

    /// An empty file under its temporary name, for whoever writes for longer than a call; to be sealed
    /// before it is published.
    pub(super) fn begin(folder: &Path, name: &str) -> io::Result<(Self, File)> {
        let written = Self {
            temporary: folder.join(format!("{name}{PARTIAL}")),
            target: folder.join(name),
            bytes: 0,
        };
        let mut options = File::options();
        let file = options.read(true).write(true).create_new(true);
        let file = file.open(&written.temporary)?;
        Ok((written, file))
    }

    /// Brings what was written to the disk.
    fn seal(&mut self, file: &File) -> io::Result<()> {
        file.sync_all()?;
        self.bytes = file.metadata()?.len();
        Ok(())
    }

    /// The same where whoever wrote the file has closed it.
    pub(super) fn seal_closed(&mut self) -> io::Result<()> {
        let file = File::options().write(true).open(&self.temporary)?;
        self.seal(&file)
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
    let mut replacing = Replacing::begin(path)?;
    let mut out = BufWriter::new(replacing.file.try_clone()?);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?;
    replacing.written.seal(&replacing.file)?;
    replacing.written.publish().map(drop)
}

/// A file that takes the place of another when it is whole, written for longer than a call.
#[derive(Debug)]
pub(crate) struct Replacing {
    written: Written,
    file: File,
}

impl Replacing {
    pub(crate) fn begin(path: &Path) -> io::Result<Self> {
        let name = path
            .file_name()
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // Two processes may write the same file: each has a temporary of its own.
        let temporary = format!("{}.{}", name.to_string_lossy(), std::process::id());
        let (mut written, file) = Written::begin(folder, &temporary)?;
        // With its folder, also where the path names none: publishing syncs it.
        written.target = folder.join(name);
        Ok(Self { written, file })
    }

    /// To write to.
    pub(crate) fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    pub(crate) fn publish(mut self) -> io::Result<()> {
        self.written.seal(&self.file)?;
        self.written.publish().map(drop)
    }
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
