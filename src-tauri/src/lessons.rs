//! Commands over lessons: which there are, the files that they name, and those that a person writes.

use std::path::PathBuf;

use quartet_lessons::{GlossaryEntry, ImportedLesson, Lesson, LessonDraft, LessonListing, Shelf};
use quartet_studio::{Result, Studio, portable_name};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::DialogExt as _;

use crate::{
    bytes::Bytes,
    commands::{answered, off_thread},
    current::Shared,
    granted::{Chosen, Destination, Granted},
    kiosk::Host,
};

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

/// A new lesson of one's own, or a copy of another.
#[tauri::command]
#[specta::specta]
pub async fn begin_lesson(studio: Shared<'_>, from: Option<String>) -> Result<LessonDraft> {
    off_thread(&studio, move |studio| {
        Shelf::new(studio.home()).begin(from.as_deref())
    })
    .await
}

/// A lesson of one's own, to be written on.
#[tauri::command]
#[specta::specta]
pub async fn open_lesson(studio: Shared<'_>, id: String) -> Result<LessonDraft> {
    off_thread(&studio, move |studio| Shelf::new(studio.home()).open(&id)).await
}

/// Keeps what was written of it, and tells what is wrong or missing.
#[tauri::command]
#[specta::specta]
pub async fn save_lesson(studio: Shared<'_>, id: String, lesson: Lesson) -> Result<LessonDraft> {
    off_thread(&studio, move |studio| {
        Shelf::new(studio.home()).save(&id, lesson)
    })
    .await
}

/// Puts a lesson of one's own away, from where it can be taken back.
#[tauri::command]
#[specta::specta]
pub async fn put_lesson_away(studio: Shared<'_>, id: String) -> Result<()> {
    off_thread(&studio, move |studio| {
        Shelf::new(studio.home()).put_away(&id)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn take_lesson_back(studio: Shared<'_>, id: String) -> Result<()> {
    off_thread(&studio, move |studio| {
        Shelf::new(studio.home()).take_back(&id)
    })
    .await
}

/// Copies a picture that was chosen into the folder of a lesson of one's own, and tells its name there.
#[tauri::command]
#[specta::specta]
pub async fn add_lesson_picture(
    studio: Shared<'_>,
    id: String,
    path: Chosen<PathBuf>,
) -> Result<String> {
    off_thread(&studio, move |studio| {
        Shelf::new(studio.home()).add_picture(&id, &path)
    })
    .await
}

/// Writes a lesson of one's own into a folder that is to be carried elsewhere.
#[tauri::command]
#[specta::specta]
pub async fn export_lesson(studio: Shared<'_>, id: String, path: Destination) -> Result<()> {
    off_thread(&studio, move |studio| {
        Shelf::new(studio.home()).export(&id, &path.0)
    })
    .await
}

/// Takes in a lesson out of a folder that was chosen, once nothing is wrong with it.
#[tauri::command]
#[specta::specta]
pub async fn import_lesson(studio: Shared<'_>, path: Chosen<PathBuf>) -> Result<ImportedLesson> {
    off_thread(&studio, move |studio| {
        Shelf::new(studio.home()).import(&path)
    })
    .await
}

/// A folder that is to be made in one that a person chooses: with this name, or one that is not taken there.
#[tauri::command]
#[specta::specta]
pub async fn choose_new_folder(app: AppHandle, suggested: String) -> Result<Option<String>> {
    let chosen = answered(|answer| app.dialog().file().pick_folder(answer)).await;
    let Some(folder) = chosen else {
        return Ok(None);
    };
    let folder = PathBuf::from(folder.to_string());
    let name = portable_name(&suggested, "lesson");
    let names = std::iter::once(name.clone()).chain((2..1000).map(|at| format!("{name}-{at}")));
    let mut paths = names.map(|name| folder.join(name));
    let free = paths.find(|path| path.symlink_metadata().is_err());
    let path = free.unwrap_or_else(|| folder.join(name));
    app.state::<Granted>().to_write(&path);
    Ok(Some(path.display().to_string()))
}
