//! The studio's library.

use std::path::Path;

use super::Studio;
use crate::{
    Code, Failure, Recipe, Result,
    wire::WorkDetail,
    works::{ExportRecipe, Library, WorksPage, WorksQuery},
};

impl Studio {
    /// # Errors
    /// Why there is no library.
    pub fn library(&self) -> Result<&Library> {
        (*self.library).as_ref().map_err(Clone::clone)
    }

    /// # Errors
    /// As [`Library::list`].
    pub fn works(&self, query: &WorksQuery) -> Result<WorksPage> {
        self.library()?.list(query)
    }

    /// # Errors
    /// As [`Library::open_work`].
    pub fn open_work(&self, id: &str) -> Result<WorkDetail> {
        let opened = self.library()?.open_work(id)?;
        let recipe: Option<serde_json::Value> = serde_json::from_str(&opened.recipe).ok();
        let indented = recipe.and_then(|recipe| serde_json::to_string_pretty(&recipe).ok());
        Ok(WorkDetail {
            work: opened.work,
            content: opened.content,
            made: Recipe::parse(&opened.recipe),
            recipe: indented.unwrap_or(opened.recipe),
            file: opened.file.display().to_string(),
        })
    }

    /// The bytes of a work's file, label and all.
    ///
    /// # Errors
    /// As [`Library::open_work`], and `WorkFileMissing`.
    pub fn work_file(&self, id: &str) -> Result<Vec<u8>> {
        let path = self.library()?.open_work(id)?.file;
        std::fs::read(&path).map_err(|error| Failure::at(Code::WorkFileMissing, &path, error))
    }

    /// # Errors
    /// As [`Library::remove`].
    pub fn remove_work(&self, id: &str) -> Result<()> {
        self.library()?.remove(id)
    }

    /// # Errors
    /// As [`Library::restore`].
    pub fn restore_work(&self, id: &str) -> Result<()> {
        self.library()?.restore(id)
    }

    /// # Errors
    /// As [`Library::export`].
    pub fn export_work(&self, id: &str, path: &Path, recipe: ExportRecipe) -> Result<()> {
        let audible = self.settings.load().audible_label;
        self.library()?.export(id, path, recipe, audible)
    }
}
