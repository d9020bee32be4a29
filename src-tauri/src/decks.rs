//! Commands over decks: which there are, and how they are kept and carried.

use std::path::PathBuf;

use quartet_lessons::{Deck, DeckListing, DeckShelf};
use quartet_studio::Result;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

use crate::{
    commands::{answered, off_thread, to_read},
    current::Shared,
    granted::{Chosen, Destination},
};

#[tauri::command]
#[specta::specta]
pub async fn decks(studio: Shared<'_>) -> Result<Vec<DeckListing>> {
    off_thread(&studio, |studio| Ok(DeckShelf::new(studio.home()).list())).await
}

/// Keeps a deck; one without an id is given one.
#[tauri::command]
#[specta::specta]
pub async fn save_deck(studio: Shared<'_>, deck: Deck) -> Result<Deck> {
    off_thread(&studio, move |studio| {
        DeckShelf::new(studio.home()).save(deck)
    })
    .await
}

/// Takes a deck away; what its file held brings it back.
#[tauri::command]
#[specta::specta]
pub async fn remove_deck(studio: Shared<'_>, id: String) -> Result<String> {
    off_thread(&studio, move |studio| {
        DeckShelf::new(studio.home()).remove(&id)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn restore_deck(studio: Shared<'_>, id: String, text: String) -> Result<()> {
    off_thread(&studio, move |studio| {
        DeckShelf::new(studio.home()).restore(&id, &text)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn export_deck(studio: Shared<'_>, id: String, path: Destination) -> Result<()> {
    off_thread(&studio, move |studio| {
        DeckShelf::new(studio.home()).export(&id, &path.0)
    })
    .await
}

/// The system's chooser of a deck's file; none when it was closed without a choice.
#[tauri::command]
#[specta::specta]
pub async fn choose_deck(app: AppHandle) -> Result<Option<String>> {
    let dialog = app.dialog().file().add_filter("TOML", &["toml"]);
    let chosen = answered(|answer| dialog.pick_file(answer)).await;
    Ok(to_read(&app, chosen).pop())
}

/// A deck's file or folder as one of one's own.
#[tauri::command]
#[specta::specta]
pub async fn import_deck(studio: Shared<'_>, path: Chosen<PathBuf>) -> Result<Deck> {
    off_thread(&studio, move |studio| {
        DeckShelf::new(studio.home()).import(&path)
    })
    .await
}
