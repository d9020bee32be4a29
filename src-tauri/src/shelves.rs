//! The commands of the library's shelves: the bin, favourites, collections, posters, packs; and of what
//! stands on the desks of the page.

use std::collections::BTreeMap;

use quartet_studio::{
    Language, PackProgress, Packed, Result,
    works::{Collection, RemovedCollection, Storage, WorksQuery},
};
use tauri::ipc::Channel;

use crate::{
    bytes::Bytes,
    commands::{off_thread, sink},
    current::Shared,
    granted::Destination,
};

/// The ids of all works that a query finds, in order, on all pages.
#[tauri::command]
#[specta::specta]
pub async fn work_ids(studio: Shared<'_>, query: WorksQuery) -> Result<Vec<String>> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().library()?.ids(&query)?)
    })
    .await
}

/// What a work looks like in a list: a WebP file, or the outline of a sound; empty for a text.
#[tauri::command]
#[specta::specta]
pub async fn work_poster(studio: Shared<'_>, id: String) -> Result<Bytes> {
    off_thread(&studio, move |studio| studio.works().poster(&id).map(Bytes)).await
}

/// Puts works into the bin, where they stay for 30 days.
#[tauri::command]
#[specta::specta]
pub async fn remove_works(studio: Shared<'_>, ids: Vec<String>) -> Result<()> {
    off_thread(&studio, move |studio| studio.works().remove(&ids)).await
}

#[tauri::command]
#[specta::specta]
pub async fn restore_works(studio: Shared<'_>, ids: Vec<String>) -> Result<()> {
    off_thread(&studio, move |studio| studio.works().restore(&ids)).await
}

/// Deletes works of the bin for good.
#[tauri::command]
#[specta::specta]
pub async fn purge_works(studio: Shared<'_>, ids: Vec<String>) -> Result<()> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().library()?.purge(&ids)?)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn set_favourite(studio: Shared<'_>, ids: Vec<String>, favourite: bool) -> Result<()> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().library()?.set_favourite(&ids, favourite)?)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn collections(studio: Shared<'_>) -> Result<Vec<Collection>> {
    off_thread(&studio, |studio| {
        Ok(studio.works().library()?.collections()?)
    })
    .await
}

/// The ids of the collections that a work is in.
#[tauri::command]
#[specta::specta]
pub async fn collections_of(studio: Shared<'_>, work: String) -> Result<Vec<i64>> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().library()?.collections_of(&work)?)
    })
    .await
}

/// A new collection, or the one that has this name already.
#[tauri::command]
#[specta::specta]
pub async fn create_collection(studio: Shared<'_>, name: String) -> Result<Collection> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().library()?.create_collection(&name)?)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn rename_collection(studio: Shared<'_>, id: i64, name: String) -> Result<()> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().library()?.rename_collection(id, &name)?)
    })
    .await
}

/// Removes a collection and returns what it takes to make it again; its works stay.
#[tauri::command]
#[specta::specta]
pub async fn remove_collection(studio: Shared<'_>, id: i64) -> Result<RemovedCollection> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().library()?.remove_collection(id)?)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn collect(studio: Shared<'_>, id: i64, works: Vec<String>) -> Result<()> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().library()?.collect(id, &works)?)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn uncollect(studio: Shared<'_>, id: i64, works: Vec<String>) -> Result<()> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().library()?.uncollect(id, &works)?)
    })
    .await
}

/// What the library takes of the disk.
#[tauri::command]
#[specta::specta]
pub async fn storage(studio: Shared<'_>) -> Result<Storage> {
    off_thread(&studio, |studio| Ok(studio.works().library()?.storage()?)).await
}

/// Many works as a zip with their recipes and a page of contents.
#[tauri::command]
#[specta::specta]
pub async fn export_pack(
    studio: Shared<'_>,
    ids: Vec<String>,
    path: Destination,
    language: Language,
    events: Channel<PackProgress>,
) -> Result<Packed> {
    let sink = sink(events);
    off_thread(&studio, move |studio| {
        studio.works().export_pack(&ids, &path.0, language, sink)
    })
    .await
}

/// Stops the pack that is being written.
#[tauri::command]
#[specta::specta]
pub async fn stop_pack(studio: Shared<'_>) -> Result<()> {
    studio.works().stop_pack();
    Ok(())
}

/// What is kept of each desk of the page, by its name: JSON that only the page reads.
#[tauri::command]
#[specta::specta]
pub async fn desks(studio: Shared<'_>) -> Result<BTreeMap<String, String>> {
    off_thread(&studio, |studio| Ok(studio.works().library()?.desks()?)).await
}

/// Keeps the state of a desk in the place of what was kept of it.
#[tauri::command]
#[specta::specta]
pub async fn keep_desk(studio: Shared<'_>, name: String, state: String) -> Result<()> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().library()?.keep_desk(&name, &state)?)
    })
    .await
}
