//! What learners hand in: written by the one, read by the other.

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use quartet_lessons::{HandInOrder, HandInTable, HandInWritten, ReadProgress, csv, gather};
use quartet_studio::{Cancel, Code, Failure, Language, Result, write_atomic};
use tauri::{State, ipc::Channel};

use crate::{
    commands::off_thread,
    current::Shared,
    granted::{Chosen, Destination},
};

/// The folder that is being read, and the table of the one that was read last.
#[derive(Debug, Default)]
pub struct Reading {
    cancel: Mutex<Cancel>,
    table: Mutex<Option<HandInTable>>,
}

impl Reading {
    /// Stops the reading that is going on, and gives what stops the next.
    fn replace(&self) -> Cancel {
        let mut going = self.cancel.lock().unwrap_or_else(PoisonError::into_inner);
        going.raise();
        *going = Cancel::new();
        going.clone()
    }

    fn table(&self) -> std::sync::MutexGuard<'_, Option<HandInTable>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what somebody hands in as one HTML file.
#[tauri::command]
#[specta::specta]
pub async fn write_hand_in(
    studio: Shared<'_>,
    order: HandInOrder,
    path: Destination,
) -> Result<HandInWritten> {
    off_thread(&studio, move |studio| {
        quartet_lessons::hand_in(studio, &order, &path.0)
    })
    .await
}

/// Reads all that was handed in into a folder.
#[tauri::command]
#[specta::specta]
pub async fn read_hand_ins(
    studio: Shared<'_>,
    reading: State<'_, Reading>,
    folder: Chosen<PathBuf>,
    language: Language,
    events: Channel<ReadProgress>,
) -> Result<HandInTable> {
    let cancel = reading.replace();
    let table = off_thread(&studio, move |_| {
        gather(&folder, language, |progress| {
            // A window that was closed wants to know no more.
            if cancel.is_raised() || events.send(progress).is_err() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
    })
    .await?;
    *reading.table() = Some(table.clone());
    Ok(table)
}

#[tauri::command]
#[specta::specta]
pub async fn stop_hand_ins(reading: State<'_, Reading>) -> Result<()> {
    reading.replace();
    Ok(())
}

/// Writes the table that was read last as CSV for a spreadsheet.
#[tauri::command]
#[specta::specta]
pub async fn export_hand_ins(
    studio: Shared<'_>,
    reading: State<'_, Reading>,
    path: Destination,
    language: Language,
) -> Result<()> {
    let table = reading.table().clone();
    let table = table.ok_or_else(|| Failure::new(Code::HandInsNone, "nothing was read"))?;
    off_thread(&studio, move |studio| {
        studio
            .works()
            .check_destination(&path.0, quartet_lessons::csv_format, &[])?;
        let text = csv(&table, language);
        let failed = |error| Failure::at(Code::ExportFailed, &path.0, error);
        write_atomic(&path.0, |out| out.write_all(text.as_bytes())).map_err(failed)
    })
    .await
}
