//! Files that are there whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::private;

/// What a file is called while it is being written; a killed process leaves these behind.
pub(crate) const PARTIAL: &str = ".partial";

/// Characters of a file's name that its temporary begins with: at most 96 bytes. With what is added it fits the
/// 143 bytes that file systems give a name where they encrypt it, and the 255 of others.
const LONGEST_START: usize = 24;

/// Of temporaries that this process made.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// Puts what `write` writes at `path`, so that a reader finds either the old file or the new one.
///
/// # Errors
/// Those of the disk and of `write`; the old file is then as it was.
pub fn write_atomic(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let file = AtomicFile::begin(path)?;
    file.fill(write)?;
    file.publish()
}

/// As [`write_atomic`], for a file that only its owner may read.
///
/// # Errors
/// As [`write_atomic`].
pub fn write_private(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let file = AtomicFile::begin_private(path)?;
    file.fill(write)?;
    file.publish()
}

/// A file under a temporary name, which takes the place of another when it is whole. Dropped without
/// [`AtomicFile::publish`], it is removed.
#[derive(Debug)]
pub struct AtomicFile {
    temporary: PathBuf,
    target: PathBuf,
    file: File,
}

impl AtomicFile {
    /// An empty file that is to be at `path`; where a link is there, at what that points to.
    ///
    /// # Errors
    /// `InvalidInput` for a path that names no file, and for a device, a pipe or a socket; `IsADirectory`; those
    /// of the disk.
    pub fn begin(path: &Path) -> io::Result<Self> {
        Self::begin_with(path, &mut File::options())
    }

    /// As [`AtomicFile::begin`], for a file that only its owner may read.
    ///
    /// # Errors
    /// As [`AtomicFile::begin`].
    pub fn begin_private(path: &Path) -> io::Result<Self> {
        Self::begin_with(path, &mut private::options())
    }

    fn begin_with(path: &Path, options: &mut OpenOptions) -> io::Result<Self> {
        let path = &replaceable(path)?;
        let name = path
            .file_name()
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // Two processes, and two threads, may write the same file: each has a temporary of its own. Of a long
        // name only the beginning is in it: what is added must not make it longer than names can be.
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let start: String = name.to_string_lossy().chars().take(LONGEST_START).collect();
        let temporary = format!("{start}.{process}-{count}");
        // With its folder, also where the path names none: publishing syncs it.
        Self::create(folder, &temporary, folder.join(name), options)
    }

    /// An empty file that is to be called `name` in `folder`, and that only its owner may read.
    pub(crate) fn begin_in(folder: &Path, name: &str) -> io::Result<Self> {
        Self::create(folder, name, folder.join(name), &mut private::options())
    }

    fn create(
        folder: &Path,
        temporary: &str,
        target: PathBuf,
        options: &mut OpenOptions,
    ) -> io::Result<Self> {
        let temporary = folder.join(format!("{temporary}{PARTIAL}"));
        let file = options.read(true).write(true).create_new(true);
        let file = file.open(&temporary)?;
        Ok(Self {
            temporary,
            target,
            file,
        })
    }

    /// What it is called until it is published.
    pub fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// Another handle to write with.
    ///
    /// # Errors
    /// Those of the system.
    pub fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    pub(crate) fn fill(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut out = BufWriter::new(&self.file);
        write(&mut out)?;
        out.flush()
    }

    /// Flushes what was written to the disk, and returns how many bytes there are.
    pub(crate) fn sync(&self) -> io::Result<u64> {
        self.file.sync_all()?;
        Ok(self.file.metadata()?.len())
    }

    /// Gives a synced file its name, for good: the folder is synced as well.
    pub(crate) fn rename(self) -> io::Result<PathBuf> {
        fs::rename(&self.temporary, &self.target)?;
        if let Some(folder) = self.target.parent() {
            sync_folder(folder)?;
        }
        Ok(self.target.clone())
    }

    /// Syncs the file and gives it its name.
    ///
    /// # Errors
    /// Those of the disk; what was there before is then as it was.
    pub fn publish(self) -> io::Result<()> {
        self.sync()?;
        self.rename().map(drop)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // Gone already after a rename; otherwise the sweep of the next start is the second net.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// More links than systems follow, one after the other.
const MOST_LINKS: usize = 40;

/// Where a file goes that is to be at `path`: behind links, whether or not there is a file yet. A rename would put
/// it in the place of the link, or of a device.
fn replaceable(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(link) = fs::read_link(&path) else {
            return match fs::symlink_metadata(&path) {
                Ok(data) if data.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
                Ok(data) if !data.is_file() => {
                    let reason = "it is not a regular file";
                    Err(io::Error::new(io::ErrorKind::InvalidInput, reason))
                }
                // Nothing is there yet, or what the disk says of it.
                Ok(_) | Err(_) => Ok(path),
            };
        };
        // A link that does not begin at the root begins where it lies.
        path = path.parent().unwrap_or(Path::new("")).join(link);
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        "its links lead in a circle",
    ))
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
    fn names_may_be_as_long_as_the_disk_takes() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            format!("{}.png", "x".repeat(251)),
            format!("{}.png", "猫".repeat(83)),
        ] {
            let path = folder.path().join(name);
            write_atomic(&path, |out| out.write_all(b"whole")).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"whole");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_what_it_points_to_is_written() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("far")).unwrap();
        symlink("far/x.png", at("dangling.png")).unwrap();
        symlink(at("dangling.png"), at("twice.png")).unwrap();
        symlink(at("round.png"), at("round.png")).unwrap();
        for content in ["first", "second"] {
            write_atomic(&at("twice.png"), |out| out.write_all(content.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(at("far/x.png")).unwrap(), content);
        }
        assert!(at("twice.png").is_symlink() && at("dangling.png").is_symlink());
        assert_eq!(fs::read_dir(at("far")).unwrap().count(), 1);
        for (name, kind) in [
            ("round.png", io::ErrorKind::InvalidInput),
            ("far", io::ErrorKind::IsADirectory),
        ] {
            let error = write_atomic(&at(name), |out| out.write_all(b"x")).unwrap_err();
            assert_eq!(error.kind(), kind, "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_device_and_no_pipe_is_replaced() {
        use std::os::unix::{fs::symlink, net::UnixListener};

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let _listener = UnixListener::bind(at("socket")).unwrap();
        symlink("/dev/null", at("null")).unwrap();
        for name in ["socket", "null"] {
            let error = write_atomic(&at(name), |out| out.write_all(b"x")).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{name}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_writer_that_fails_leaves_the_old_file_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        write_atomic(&path, |out| out.write_all(b"old")).unwrap();
        let error = write_atomic(&path, |out| {
            out.write_all(&vec![0; 100_000])?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
