//! Commands over lessons: which there are, and the files that they name.

use quartet_lessons::{GlossaryEntry, LessonListing, Shelf};
use quartet_studio::Result;

use crate::{
    bytes::Bytes,
    commands::{Shared, off_thread},
};

#[tauri::command]
#[specta::specta]
pub async fn lessons(studio: Shared<'_>) -> Result<Vec<LessonListing>> {
    off_thread(&studio, |studio| Ok(Shelf::new(studio.home()).list())).await
}

/// The words that lessons use.
#[tauri::command]
#[specta::specta]
pub async fn glossary() -> Result<Vec<GlossaryEntry>> {
    Ok(quartet_lessons::glossary().to_vec())
}

/// A picture of a lesson, or the recorded run of one of its steps: `recorded/en/five.json`.
#[tauri::command]
#[specta::specta]
pub async fn lesson_file(studio: Shared<'_>, id: String, file: String) -> Result<Bytes> {
    off_thread(&studio, move |studio| {
        Shelf::new(studio.home()).file(&id, &file).map(Bytes)
    })
    .await
}
