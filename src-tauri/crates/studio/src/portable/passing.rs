//! A home that leaves nothing: a temporary folder, wiped at the end; what a crash left, by the next start.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use quartet_library::private;

const START: &str = "quartet-nowhere-";
/// Held by the process that uses the folder.
const LOCK: &str = "in-use.lock";

/// Dropped, it is wiped.
#[derive(Debug)]
pub struct PassingHome {
    folder: PathBuf,
    lock: Option<File>,
}

impl PassingHome {
    /// A new one in `place`; those there that no process uses any more are wiped.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn new(place: &Path) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let nanoseconds = since.map_or(0, |since| since.as_nanos());
        let folder = place.join(format!("{START}{process}-{count}-{nanoseconds}"));
        // Not one that somebody else has put there.
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        builder.create(&folder)?;
        let lock = private::options()
            .write(true)
            .create_new(true)
            .open(folder.join(LOCK))?;
        lock.lock()?;
        let home = Self {
            folder,
            lock: Some(lock),
        };
        home.sweep(place);
        Ok(home)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Wipes what crashes left. What cannot be wiped today can be tomorrow.
    fn sweep(&self, place: &Path) {
        for entry in fs::read_dir(place).into_iter().flatten().flatten() {
            let (name, path) = (entry.file_name(), entry.path());
            let ours = name.to_string_lossy().starts_with(START) && path != self.folder;
            if ours && self.is_same_owner(&path) && is_left(&path) {
                let _ = fs::remove_dir_all(&path);
            }
        }
    }

    /// A folder, no link, of the person who runs this.
    fn is_same_owner(&self, path: &Path) -> bool {
        let Ok(data) = fs::symlink_metadata(path) else {
            return false;
        };
        #[cfg(unix)]
        let same = {
            use std::os::unix::fs::MetadataExt as _;
            fs::metadata(&self.folder).is_ok_and(|own| own.uid() == data.uid())
        };
        #[cfg(not(unix))]
        let same = true;
        data.is_dir() && same
    }
}

/// Whether no process holds its lock. One that has no lock yet is being made.
fn is_left(folder: &Path) -> bool {
    let lock = folder.join(LOCK);
    let is_file = fs::symlink_metadata(&lock).is_ok_and(|data| data.is_file());
    is_file && File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok())
}

impl Drop for PassingHome {
    fn drop(&mut self) {
        // Windows removes no file that is open.
        self.lock = None;
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_use_stays_and_what_a_crash_left_goes() {
        let place = tempfile::tempdir().unwrap();
        let used = PassingHome::new(place.path()).unwrap();
        let crashed = PassingHome::new(place.path()).unwrap();
        fs::create_dir(crashed.folder().join("works")).unwrap();
        fs::write(crashed.folder().join("works/a.md"), "a pupil's words").unwrap();
        let left = crashed.folder().to_owned();
        // The lock goes with its process; nothing is dropped in order.
        let mut crashed = std::mem::ManuallyDrop::new(crashed);
        crashed.lock = None;
        fs::create_dir(place.path().join("quartet-nowhere-not-ours-yet")).unwrap();
        let next = PassingHome::new(place.path()).unwrap();
        assert!(!left.exists());
        assert!(used.folder().is_dir() && next.folder().is_dir());
        let folders = fs::read_dir(place.path()).unwrap().count();
        assert_eq!(folders, 3, "one without a lock is being made");
        drop((used, next));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn it_is_its_owners_alone_and_a_link_is_not_followed() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let place = tempfile::tempdir().unwrap();
        let others = tempfile::tempdir().unwrap();
        fs::write(others.path().join(LOCK), "").unwrap();
        symlink(others.path(), place.path().join("quartet-nowhere-1")).unwrap();
        let home = PassingHome::new(place.path()).unwrap();
        let mode = fs::metadata(home.folder()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert!(others.path().join(LOCK).exists());
    }
}
