//! Wrong passcodes: a few are free, then each costs twice the wait of the one before, also over a restart.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use quartet_library::{private, write_private};
use quartet_studio::read_text;
use serde::{Deserialize, Serialize};

/// So many wrong ones cost nothing.
const FREE: u32 = 3;
/// What the next one costs.
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_hours(1);

/// What is remembered of wrong passcodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lockout {
    /// Since the last right one.
    wrong: u32,
    /// Of the last one, in seconds since 1970.
    last: u64,
}

impl Lockout {
    /// How long no passcode is taken; none where one is.
    pub fn wait(self, now: u64) -> Option<Duration> {
        let wait = self.wrong.checked_sub(FREE)?;
        let wait = 2_u32
            .checked_pow(wait)
            .and_then(|times| FIRST.checked_mul(times));
        let wait = wait.unwrap_or(LONGEST).min(LONGEST);
        // A clock that was set back makes nobody wait for longer.
        let gone = Duration::from_secs(now.saturating_sub(self.last));
        let left = wait.checked_sub(gone)?;
        (!left.is_zero()).then_some(left)
    }

    /// One is tried: until it is known to be right, it counts as wrong.
    #[must_use]
    pub fn tried(self, now: u64) -> Self {
        Self {
            wrong: self.wrong.saturating_add(1),
            last: now,
        }
    }
}

/// Where it is remembered.
#[derive(Debug)]
pub struct LockoutFile {
    path: PathBuf,
    /// Counts also where the disk takes nothing.
    known: Lockout,
}

impl LockoutFile {
    /// Reads what is remembered. A file that is no such file counts as many wrong ones, not as none: whoever
    /// can spoil it must not be let in for that.
    pub fn open(path: &Path, now: u64) -> Self {
        let known = match read_text(path, 1000) {
            Ok(text) => serde_json::from_str(&text).unwrap_or(Lockout {
                wrong: FREE,
                last: now,
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Lockout::default(),
            Err(_) => Lockout {
                wrong: FREE,
                last: now,
            },
        };
        Self {
            path: path.to_owned(),
            known,
        }
    }

    /// Tries a passcode. It is on the disk as a wrong one before it is looked at, so that a power cut gives
    /// nobody a free one.
    ///
    /// # Errors
    /// How long none is taken.
    pub fn attempt(&mut self, now: u64, is_right: impl FnOnce() -> bool) -> Result<bool, Duration> {
        if let Some(wait) = self.known.wait(now) {
            return Err(wait);
        }
        self.known = self.known.tried(now);
        self.write();
        if !is_right() {
            return Ok(false);
        }
        self.known = Lockout::default();
        // Gone is as good as empty.
        let _ = fs::remove_file(&self.path);
        Ok(true)
    }

    /// How long none is taken.
    pub fn wait(&self, now: u64) -> Option<Duration> {
        self.known.wait(now)
    }

    fn write(&self) {
        let Ok(text) = serde_json::to_vec(&self.known) else {
            return;
        };
        // What the disk does not take is still counted until the program ends.
        let folder = self.path.parent().map_or(Ok(()), private::create_folder);
        let _ = folder.and_then(|()| write_private(&self.path, |file| file.write_all(&text)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_are_free_and_then_the_wait_doubles_up_to_an_hour() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kiosk/lockout.json");
        let mut file = LockoutFile::open(&path, 0);
        let mut now = 1_000_000;
        for _ in 0..3 {
            assert_eq!(file.attempt(now, || false), Ok(false));
        }
        for seconds in [30, 60, 120, 240, 480, 960, 1920, 3600, 3600] {
            // Also after a restart.
            file = LockoutFile::open(&path, now);
            let wait = Duration::from_secs(seconds);
            assert_eq!(
                file.attempt(now, || panic!("it is not looked at")),
                Err(wait)
            );
            now += seconds - 1;
            assert_eq!(file.wait(now), Some(Duration::from_secs(1)));
            now += 1;
            assert_eq!(file.attempt(now, || false), Ok(false));
        }
        now += 3600;
        assert_eq!(file.attempt(now, || true), Ok(true));
        assert_eq!(LockoutFile::open(&path, now).wait(now), None);
        assert!(!path.exists());
    }

    #[test]
    fn a_power_cut_while_one_is_checked_leaves_it_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lockout.json");
        let mut file = LockoutFile::open(&path, 0);
        let seen = path.clone();
        let counted = move || {
            let text = fs::read_to_string(&seen).unwrap();
            assert_eq!(text, "{\"wrong\":1,\"last\":7}");
            false
        };
        assert_eq!(file.attempt(7, counted), Ok(false));
    }

    #[test]
    fn a_clock_that_was_set_back_or_a_spoiled_file_opens_nothing() {
        let late = Lockout {
            wrong: 4,
            last: 5000,
        };
        assert_eq!(late.wait(10), Some(Duration::from_mins(1)));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lockout.json");
        for spoiled in ["", "{}", "{\"wrong\":-1,\"last\":0}"] {
            fs::write(&path, spoiled).unwrap();
            assert!(
                LockoutFile::open(&path, 100).wait(100).is_some(),
                "{spoiled:?}"
            );
        }
    }

    #[test]
    fn a_disk_that_takes_nothing_still_counts() {
        let mut file = LockoutFile::open(Path::new("/proc/nowhere/lockout.json"), 0);
        for _ in 0..3 {
            assert_eq!(file.attempt(5, || false), Ok(false));
        }
        assert!(file.attempt(5, || true).is_err());
    }
}
