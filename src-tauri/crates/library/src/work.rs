//! A work: as it is handed in, as it is entered, as it is handed out.

use std::path::PathBuf;

use quartet_media::labels::{Provenance, SourceType};
use rusqlite::{Connection, params};

use crate::{Error, Modality, disk::AtomicFile};

/// A work as the library lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// A UUID of version 7: sorts by the time of making.
    pub id: String,
    pub modality: Modality,
    pub title: String,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// The model's id.
    pub model: String,
    /// What making it took.
    pub seconds: f64,
    /// Size of the file.
    pub bytes: u64,
    pub favourite: bool,
    /// Of texts, their first lines: [`EXCERPT`] characters at most.
    pub excerpt: String,
    /// When it was put into the bin: RFC 3339, UTC.
    pub removed_at: Option<String>,
    /// Set when the work's file is gone from the disk.
    pub problem: Option<Error>,
}

/// Characters of a text that a list shows of it.
pub const EXCERPT: usize = 320;

/// A work opened: its row with everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedWork {
    pub work: Work,
    /// For text: the words, without the label; for speech, what is said.
    pub content: String,
    /// The recipe as JSON.
    pub recipe: String,
    pub file: PathBuf,
}

/// A finished result on its way into the library.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    pub modality: Modality,
    pub title: &'a str,
    pub model: &'a str,
    pub seconds: f64,
    /// What was asked, for searching.
    pub prompt: &'a str,
    /// What search finds it by besides the prompt; for text works the text itself, for speech what
    /// is said.
    pub content: &'a str,
    /// JSON with all that a replay takes.
    pub recipe: &'a str,
    /// How much of it models made.
    pub source: SourceType,
    /// Of the file, without the dot.
    pub extension: &'static str,
}

impl Draft<'_> {
    /// What the work's own file says of its making: all that it takes to enter it again.
    pub fn provenance(&self, stamp: &Stamp) -> Provenance {
        Provenance {
            title: Some(self.title.to_owned()),
            created: stamp.created_at.clone(),
            model: self.model.to_owned(),
            recipe: Some(self.recipe.to_owned()),
            source: self.source,
        }
    }
}

/// What a work's file must carry in its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub id: String,
    /// RFC 3339, UTC.
    pub created_at: String,
}

/// A work whose file is being written. Dropped, it is removed.
#[derive(Debug)]
pub struct PendingWork {
    pub stamp: Stamp,
    /// In milliseconds since 1970.
    pub(crate) created: i64,
    /// Of its file in `works/`.
    pub(crate) name: String,
    pub(crate) file: AtomicFile,
}

/// All that stands in the database about a work.
pub(crate) struct Row<'a> {
    pub(crate) id: &'a str,
    pub(crate) modality: Modality,
    pub(crate) title: &'a str,
    pub(crate) prompt: &'a str,
    pub(crate) content: &'a str,
    /// In milliseconds since 1970.
    pub(crate) created: i64,
    pub(crate) model: &'a str,
    pub(crate) seconds: f64,
    pub(crate) bytes: u64,
    /// Name inside `works/`.
    pub(crate) file: &'a str,
    pub(crate) recipe: &'a str,
}

impl Row<'_> {
    pub(crate) fn insert(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.execute(
            "INSERT INTO work (id, modality, title, prompt, content, created, model, seconds,
                               bytes, file, recipe)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                self.id,
                self.modality.as_str(),
                self.title,
                self.prompt,
                self.content,
                self.created,
                self.model,
                self.seconds,
                self.bytes.cast_signed(),
                self.file,
                self.recipe,
            ],
        )?;
        Ok(())
    }
}
