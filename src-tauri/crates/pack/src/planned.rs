//! Things that are to be in a pack, and where their files come from.

use std::path::PathBuf;

use crate::manifest::PackItem;

/// A thing and where its files come from.
#[derive(Debug)]
pub(crate) struct PlannedItem {
    pub(crate) item: PackItem,
    /// Their paths are inside the thing; the one of a thing that is a file has none.
    pub(crate) files: Vec<Source>,
}

/// A file that is to be in a pack.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    Text(String),
    File {
        path: PathBuf,
        /// In hexadecimal, lower case, where it is known what it must be.
        sha256: Option<String>,
    },
}
