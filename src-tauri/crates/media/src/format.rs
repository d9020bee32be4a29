//! Formats by the endings of their files' names.

use std::path::{Path, PathBuf};

/// A path whose ending names no format that could be written here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", path.display())]
pub struct UnknownFormat {
    pub path: PathBuf,
    /// The ending, in small letters.
    pub kind: String,
    /// The endings that could be, one a format: `wav, flac`.
    pub allowed: String,
}

/// The format of a table that a path's ending names, in letters of any case. The first ending of each is
/// the one that people see.
///
/// # Errors
/// [`UnknownFormat`].
pub fn of<Format: Copy>(path: &Path, table: &[(Format, &[&str])]) -> Result<Format, UnknownFormat> {
    let kind = path.extension().unwrap_or_default();
    let kind = kind.to_string_lossy().to_ascii_lowercase();
    let mut formats = table.iter();
    let found = formats.find(|(_, endings)| endings.contains(&kind.as_str()));
    let found = found.map(|(format, _)| *format);
    found.ok_or_else(|| UnknownFormat::new(path, table))
}

impl UnknownFormat {
    /// What there is to choose from in a table, where a path names none of it.
    pub fn new<Format>(path: &Path, table: &[(Format, &[&str])]) -> Self {
        let kind = path.extension().unwrap_or_default().to_string_lossy();
        let endings = table.iter().filter_map(|(_, endings)| endings.first());
        let endings: Vec<&str> = endings.copied().collect();
        Self {
            path: path.to_owned(),
            kind: kind.to_ascii_lowercase(),
            allowed: endings.join(", "),
        }
    }
}
