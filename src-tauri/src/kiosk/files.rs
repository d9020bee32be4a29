//! Where a kiosk keeps what is its own, in the data folder of whoever runs it.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// Of the process that shows the window, held while it lives.
const WINDOW: &str = "window.lock";
/// Of the process that watches over it.
const SUPERVISOR: &str = "kiosk.lock";

/// `kiosk` in the data folder.
#[derive(Debug, Clone)]
pub struct Files(PathBuf);

impl Files {
    pub fn of(home: &Path) -> Self {
        Self(home.join("kiosk"))
    }

    /// What is remembered of wrong passcodes.
    pub fn lockout(&self) -> PathBuf {
        self.0.join("lockout.json")
    }

    /// Holds one folder for each visitor, which is not more than one but for a moment.
    pub fn visitors(&self) -> PathBuf {
        self.0.join("visitors")
    }

    /// Held while a kiosk is watched over; none where another is.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn lock_supervisor(&self) -> io::Result<Option<File>> {
        self.lock(SUPERVISOR)
    }

    /// Held while the window is there. The one before may need a moment to go.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn lock_window(&self, patience: Duration) -> io::Result<Option<File>> {
        let started = Instant::now();
        loop {
            let locked = self.lock(WINDOW)?;
            if locked.is_some() || started.elapsed() > patience {
                return Ok(locked);
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn lock(&self, name: &str) -> io::Result<Option<File>> {
        std::fs::create_dir_all(&self.0)?;
        let mut options = File::options();
        let file = options
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.0.join(name))?;
        Ok(file.try_lock().is_ok().then_some(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_kiosks_do_not_share_a_library() {
        let home = tempfile::tempdir().unwrap();
        let files = Files::of(home.path());
        let first = files.lock_supervisor().unwrap();
        assert!(first.is_some());
        assert!(files.lock_supervisor().unwrap().is_none());
        assert!(files.lock_window(Duration::ZERO).unwrap().is_some());
        drop(first);
        assert!(files.lock_supervisor().unwrap().is_some());
    }
}
