//! Where a lesson lies: in the program, or in a folder of somebody's.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use include_dir::{Dir, include_dir};
use quartet_media::bounded::read_bounded;
use quartet_studio::hex;
use sha2::{Digest as _, Sha256};

/// What a lesson's folder holds beside pictures and recorded runs.
pub const FILE: &str = "lesson.toml";
/// Of that file.
pub const MAX_BYTES: u64 = 256_000;

static CONTENT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content");

/// A lesson's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folder {
    /// By its name.
    BuiltIn(String),
    OnDisk(PathBuf),
}

/// Why a file of a lesson's folder is not read.
#[derive(Debug)]
pub enum Denied {
    Missing,
    /// It lies elsewhere, or a link may lead elsewhere.
    Outside,
    TooLarge,
    System(io::Error),
}

impl Folder {
    /// Those built in, in the order of their names.
    pub fn built_in() -> Vec<Self> {
        let names = CONTENT.dirs().filter_map(|dir| dir.path().to_str());
        let mut names: Vec<_> = names.map(str::to_owned).collect();
        names.sort();
        names.into_iter().map(Self::BuiltIn).collect()
    }

    /// The folder's own name.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::BuiltIn(name) => Some(name.clone()),
            Self::OnDisk(path) => {
                let path = path.canonicalize().unwrap_or_else(|_| path.clone());
                path.file_name()?.to_str().map(str::to_owned)
            }
        }
    }

    /// The folder itself, as people are told.
    pub fn place(&self) -> String {
        match self {
            Self::BuiltIn(name) => name.clone(),
            Self::OnDisk(path) => path.display().to_string(),
        }
    }

    /// A file in it, as people are told.
    pub fn told(&self, file: &str) -> String {
        match self {
            Self::BuiltIn(name) => format!("{name}/{file}"),
            Self::OnDisk(path) => path.join(file).display().to_string(),
        }
    }

    /// sha256 of its `lesson.toml`, in hexadecimal; none where that cannot be read.
    pub fn digest(&self) -> Option<String> {
        Some(sha256(&self.read(FILE, MAX_BYTES).ok()?))
    }

    /// Whether there is anything of that name in it.
    pub(crate) fn holds(&self, file: &str) -> bool {
        match self {
            Self::BuiltIn(name) => CONTENT.get_file(format!("{name}/{file}")).is_some(),
            Self::OnDisk(path) => path.join(file).symlink_metadata().is_ok(),
        }
    }

    /// The bytes of a file of the folder, named with forward slashes: at most `most` of them, from no link.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn read(&self, file: &str, most: u64) -> Result<Vec<u8>, Denied> {
        let relative = Path::new(file);
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        if !relative.components().all(is_plain) || file.contains('\\') {
            return Err(Denied::Outside);
        }
        match self {
            Self::BuiltIn(name) => {
                let found = CONTENT.get_file(format!("{name}/{file}"));
                let bytes = found.ok_or(Denied::Missing)?.contents();
                if bytes.len() as u64 > most {
                    return Err(Denied::TooLarge);
                }
                Ok(bytes.to_vec())
            }
            Self::OnDisk(folder) => read_in(folder, relative, most),
        }
    }
}

/// In hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn read_in(folder: &Path, relative: &Path, most: u64) -> Result<Vec<u8>, Denied> {
    let denied = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Denied::Missing,
        io::ErrorKind::FileTooLarge => Denied::TooLarge,
        _ => Denied::System(error),
    };
    let mut path = folder.to_owned();
    for part in relative.components() {
        path.push(part);
        if fs::symlink_metadata(&path).map_err(denied)?.is_symlink() {
            return Err(Denied::Outside);
        }
    }
    read_bounded(&path, most).map_err(denied)
}
