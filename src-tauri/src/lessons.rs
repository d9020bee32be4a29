//! Commands over lessons: which there are, and the files that they name.

use quartet_lessons::{GlossaryEntry, LessonListing, Shelf};
use quartet_studio::{Result, Studio};
use tauri::{AppHandle, Manager as _};

use crate::{bytes::Bytes, commands::off_thread, current::Shared, kiosk::Host};

#[tauri::command]
#[specta::specta]
pub async fn lessons(app: AppHandle, studio: Shared<'_>) -> Result<Vec<LessonListing>> {
    let shelf = shelf(&app, &studio);
    let all = off_thread(&studio, move |_| Ok(shelf.list())).await?;
    let Some(kiosk) = app.try_state::<Host>() else {
        return Ok(all);
    };
    let is_shown = |one: &LessonListing| {
        let lesson = one.lesson.as_ref();
        lesson.is_some_and(|lesson| kiosk.shows_lesson(&lesson.id))
    };
    Ok(all.into_iter().filter(is_shown).collect())
}

/// In a kiosk a visitor has a data folder of their own, but not lessons.
fn shelf(app: &AppHandle, studio: &Studio) -> Shelf {
    match app.try_state::<Host>() {
        Some(kiosk) => Shelf::new(kiosk.home()),
        None => Shelf::new(studio.home()),
    }
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
pub async fn lesson_file(
    app: AppHandle,
    studio: Shared<'_>,
    id: String,
    file: String,
) -> Result<Bytes> {
    let shelf = shelf(&app, &studio);
    off_thread(&studio, move |_| shelf.file(&id, &file).map(Bytes)).await
}
