//! The cache outside the clone: what is fetched and converted once per machine.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// `$QUARTET_CACHE`, else the system's cache folder + `quartet`.
    pub fn open() -> Result<Self> {
        let root = match std::env::var_os("QUARTET_CACHE").filter(|path| !path.is_empty()) {
            Some(path) => std::path::absolute(PathBuf::from(path))?,
            None => dirs::cache_dir()
                .ok_or_else(|| anyhow!("this account has no cache folder: set QUARTET_CACHE"))?
                .join("quartet"),
        };
        Self::at(root)
    }

    pub fn at(root: PathBuf) -> Result<Self> {
        fs::create_dir_all(&root)
            .with_context(|| format!("cannot make the cache folder {}", root.display()))?;
        Ok(Self { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Archives by file name, each verified before it got here.
    pub fn downloads(&self) -> PathBuf {
        self.root.join("downloads")
    }

    /// Converted models, ready to be opened: `<id>/model.toml` and the files it lists.
    pub fn models(&self) -> PathBuf {
        self.root.join("models")
    }

    /// What recipes read, joined from archives; removed once converted.
    pub fn sources(&self, id: &str) -> PathBuf {
        self.root.join("sources").join(id)
    }

    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Waits until no other xtask changes the cache, and keeps others waiting until dropped.
    ///
    /// The lock is the operating system's: it ends with the process, however that ends.
    pub fn lock(&self) -> Result<Lock> {
        let path = self.root.join(".lock");
        let file =
            File::create(&path).with_context(|| format!("cannot open {}", path.display()))?;
        if file.try_lock().is_err() {
            eprintln!("  another cargo xtask is setting up; waiting for it to finish");
            file.lock()
                .with_context(|| format!("cannot lock {}", path.display()))?;
        }
        Ok(Lock { _file: file })
    }
}

#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Work that is done once per input: a file that holds the hash of what it was made from.
#[derive(Debug)]
pub struct Stamp {
    path: PathBuf,
    value: String,
}

impl Stamp {
    pub fn new(path: PathBuf, value: String) -> Self {
        Self { path, value }
    }

    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|found| found == self.value)
    }

    /// To be called before the work, so that an interrupted run is not taken for a finished one.
    pub fn clear(&self) -> Result<()> {
        remove_file(&self.path)
    }

    pub fn write(&self) -> Result<()> {
        fs::write(&self.path, &self.value)
            .with_context(|| format!("cannot write {}", self.path.display()))
    }
}

/// Lower-case hexadecimal SHA-256 of a file, streamed; `progress` gets the bytes read so far.
pub fn sha256_file(path: &Path, mut progress: impl FnMut(u64)) -> Result<String> {
    let mut file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        let count = file
            .read(&mut buffer)
            .with_context(|| format!("cannot read {}", path.display()))?;
        if count == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..count]);
        done += count as u64;
        progress(done);
    }
}

/// Lower-case hexadecimal SHA-256 of several pieces, each marked off from the next.
pub fn sha256_of<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update((piece.len() as u64).to_le_bytes());
        hash.update(piece);
    }
    hex(&hash.finalize())
}

pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Removes a file that may not be there.
pub fn remove_file(path: &Path) -> Result<()> {
    absent_is_fine(fs::remove_file(path))
        .with_context(|| format!("cannot remove {}", path.display()))
}

/// Removes a folder and all in it; it may not be there.
pub fn remove_dir(path: &Path) -> Result<()> {
    absent_is_fine(fs::remove_dir_all(path))
        .with_context(|| format!("cannot remove {}", path.display()))
}

/// An empty folder at `path`, whatever was there before.
pub fn fresh_dir(path: &Path) -> Result<()> {
    remove_dir(path)?;
    fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))
}

/// Moves within the cache; both ends are named when it fails.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to)
        .with_context(|| format!("cannot move {} to {}", from.display(), to.display()))
}

fn absent_is_fine(outcome: std::io::Result<()>) -> std::io::Result<()> {
    match outcome {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_current_only_for_the_same_input_and_finished_work() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stamp");
        let stamp = Stamp::new(path.clone(), "one".into());
        assert!(!stamp.is_current(), "nothing was done yet");
        stamp.clear().unwrap();
        stamp.write().unwrap();
        assert!(stamp.is_current());
        assert!(
            !Stamp::new(path, "two".into()).is_current(),
            "the input changed"
        );
        stamp.clear().unwrap();
        assert!(!stamp.is_current(), "work began and did not end");
    }

    #[test]
    fn sha256_matches_the_published_vector() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        fs::write(&path, "abc").unwrap();
        let mut seen = 0;
        let hash = sha256_file(&path, |done| seen = done).unwrap();
        assert_eq!(
            hash,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(seen, 3);
    }

    #[test]
    fn pieces_are_told_apart() {
        let split = |a: &str, b: &str| sha256_of([a.as_bytes(), b.as_bytes()]);
        assert_ne!(split("ab", "c"), split("a", "bc"));
    }

    #[test]
    fn the_lock_keeps_others_out_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().to_owned()).unwrap();
        let lock = cache.lock().unwrap();
        let other = File::open(folder.path().join(".lock")).unwrap();
        assert!(other.try_lock().is_err());
        drop(lock);
        assert!(other.try_lock().is_ok());
    }
}
