//! Works as a window and a terminal see them, over the library of [`quartet_library`].

use std::path::Path;

pub use quartet_library::{
    Collection, KindStorage, Library, RemovedCollection, Shelf, Storage, WorkPart, WorksOrder,
    WorksQuery,
};
use quartet_library::{Opened, RecipeFacts};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Failure, Modality, Recipe, Result, shown};

/// A work as the library lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
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
    /// Of texts, their first lines.
    pub excerpt: String,
    /// When it was put into the bin: RFC 3339, UTC.
    pub removed_at: Option<String>,
    /// Set when the work's file is gone from the disk.
    pub problem: Option<Failure>,
}

impl From<quartet_library::Work> for Work {
    fn from(work: quartet_library::Work) -> Self {
        Self {
            id: work.id,
            modality: work.modality,
            // Files that were put into the folder, and recordings, have names of strangers.
            title: shown::one_line(&work.title, shown::NAME),
            created_at: work.created_at,
            model: shown::one_line(&work.model, shown::NAME),
            seconds: work.seconds,
            bytes: work.bytes,
            favourite: work.favourite,
            excerpt: work.excerpt,
            removed_at: work.removed_at,
            problem: work.problem.map(Failure::from),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WorksPage {
    /// How many works match, on all pages.
    pub total: u32,
    pub works: Vec<Work>,
}

impl From<quartet_library::WorksPage> for WorksPage {
    fn from(page: quartet_library::WorksPage) -> Self {
        Self {
            total: page.total,
            works: page.works.into_iter().map(Work::from).collect(),
        }
    }
}

/// Opens the library under `home`, making it when there is none.
///
/// # Errors
/// `LibraryUnavailable`, `LibraryNewer`, `LibraryBusy`, `LibraryFull`.
pub fn open_library(home: &Path) -> Result<Opened> {
    Ok(Library::open(home, facts)?)
}

/// What the library cannot do without when it enters a work again from its file.
fn facts(recipe: &str) -> Option<RecipeFacts> {
    let recipe = Recipe::parse(recipe)?;
    Some(RecipeFacts {
        modality: recipe.modality,
        prompt: recipe.made.prompt(),
        seconds: recipe.seconds,
    })
}
