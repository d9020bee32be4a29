//! The folder of a pack, read without trust: plain files only, each compared with its list as it is read.

use std::{
    fs, io,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use quartet_media::bounded::open_regular;
use quartet_studio::{Code, Failure, Result};

use crate::{
    finding::{Finding, Wrong},
    manifest::{self, Manifest, PackFile},
    names,
    pour::{Broken, pour},
    task::Task,
};

/// How a file is opened: tests have sticks that are pulled out.
type Open = fn(&Path) -> io::Result<Box<dyn Read>>;

/// Things that systems put onto sticks by themselves.
const JUNK: [&str; 8] = [
    "system volume information",
    "$recycle.bin",
    ".ds_store",
    ".spotlight-v100",
    ".fseventsd",
    "thumbs.db",
    "desktop.ini",
    "lost+found",
];
/// What is looked at beside the listed files; a person may have put a pack into a full folder.
const MOST_LOOKED_AT: usize = 50_000;
/// What is told of it.
const MOST_EXTRA: usize = 100;

/// A pack's folder and its list.
#[derive(Debug, Clone)]
pub struct Stick {
    pub folder: PathBuf,
    pub manifest: Manifest,
    open: Open,
}

/// What became of a file that was read.
#[derive(Debug)]
pub(crate) enum Outcome {
    Whole,
    Wrong(Finding),
}

impl Stick {
    /// Reads the list of the pack in a folder; none of its files.
    ///
    /// # Errors
    /// `ClassPackNone`, `ClassPackList`, `ClassPackNewer`, `ClassPackUnreadable`, `ClassPackNotFile`.
    pub fn open(folder: &Path) -> Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            manifest: Manifest::read(folder)?,
            open: |path| Ok(Box::new(open_regular(path)?)),
        })
    }

    #[cfg(test)]
    pub(crate) fn opened_by(mut self, open: Open) -> Self {
        self.open = open;
        self
    }

    /// Whether the folder is still there.
    pub(crate) fn is_there(&self) -> bool {
        fs::symlink_metadata(self.folder.join(manifest::FILE)).is_ok()
    }

    /// What is wrong with a file as it lies there, before it is read.
    pub(crate) fn look(&self, file: &PackFile) -> Option<Finding> {
        let finding = |wrong| Some(Finding::new(&file.path, wrong));
        let mut path = self.folder.clone();
        let mut parts = file.path.split('/').peekable();
        while let Some(part) = parts.next() {
            path.push(part);
            let data = match fs::symlink_metadata(&path) {
                Ok(data) => data,
                Err(error) => return finding(absent(&error)),
            };
            let is_last = parts.peek().is_none();
            // A link is neither.
            if is_last != data.is_file() || is_last == data.is_dir() {
                return finding(Wrong::NotFile);
            }
            if is_last && data.len() != file.bytes {
                return finding(Wrong::Size {
                    found: data.len(),
                    needed: file.bytes,
                });
            }
        }
        None
    }

    /// Reads a file once, writes it to `out`, and says whether it is the one that was packed.
    ///
    /// # Errors
    /// `Cancelled`; `ClassPackNotWritten` about `target`.
    pub(crate) fn read(
        &self,
        file: &PackFile,
        out: &mut dyn Write,
        target: &Path,
        task: &mut Task<'_>,
    ) -> Result<Outcome> {
        task.begin(&file.path);
        task.check()?;
        if let Some(finding) = self.look(file) {
            return Ok(Outcome::Wrong(finding));
        }
        let wrong = |wrong| Ok(Outcome::Wrong(Finding::new(&file.path, wrong)));
        let mut source = match (self.open)(&self.folder.join(&file.path)) {
            Ok(source) => source,
            Err(error) => return wrong(absent(&error)),
        };
        match pour(&mut *source, out, file.bytes, task) {
            Ok(poured) if poured.bytes != file.bytes => wrong(Wrong::Size {
                found: poured.bytes,
                needed: file.bytes,
            }),
            Ok(poured) if poured.sha256 != file.sha256 => wrong(Wrong::Changed {
                found: poured.sha256,
            }),
            Ok(_) => Ok(Outcome::Whole),
            Err(Broken::Longer) => wrong(Wrong::Size {
                found: file.bytes + 1,
                needed: file.bytes,
            }),
            Err(Broken::Read(error)) => wrong(Wrong::Unreadable {
                reason: error.to_string(),
            }),
            Err(Broken::Write(error)) => Err(not_written(target, &error)),
            Err(Broken::Stopped(failure)) => Err(failure),
        }
    }

    /// What lies in the folder and is not listed, the first hundred; not what systems put there by themselves, nor
    /// the data of the portable app.
    pub(crate) fn extra(&self) -> Vec<String> {
        let mut known: std::collections::BTreeSet<String> =
            [names::key(manifest::FILE), "data".to_owned()].into();
        for file in &self.manifest.files {
            let key = names::key(&file.path);
            let ends = key.match_indices('/').map(|(end, _)| key[..end].to_owned());
            known.extend(ends.collect::<Vec<_>>());
            known.insert(key);
        }
        let mut extra = Vec::new();
        let mut looked = 0;
        let mut folders = vec![String::new()];
        while let Some(within) = folders.pop() {
            let entries = fs::read_dir(self.folder.join(&within));
            for entry in entries.into_iter().flatten().flatten() {
                looked += 1;
                if looked > MOST_LOOKED_AT || extra.len() >= MOST_EXTRA {
                    return extra;
                }
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = if within.is_empty() {
                    name.clone()
                } else {
                    format!("{within}/{name}")
                };
                if !known.contains(&names::key(&path)) {
                    if !is_junk(&name) {
                        extra.push(path);
                    }
                } else if path != "data" && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(path);
                }
            }
        }
        extra.sort();
        extra
    }
}

fn absent(error: &io::Error) -> Wrong {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Wrong::Missing,
        io::ErrorKind::InvalidInput | io::ErrorKind::IsADirectory => Wrong::NotFile,
        _ => Wrong::Unreadable {
            reason: error.to_string(),
        },
    }
}

fn is_junk(name: &str) -> bool {
    let name = name.to_lowercase();
    JUNK.contains(&name.as_str()) || name.starts_with("._") || name.starts_with(".trash")
}

/// That a file could not be written, as on a disk that is full or was pulled out.
pub(crate) fn not_written(path: &Path, error: &io::Error) -> Failure {
    Failure::at(Code::ClassPackNotWritten, path, error)
}
