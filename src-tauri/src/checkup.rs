//! The check-up before a class, as the window asks for it.

use std::sync::{Mutex, PoisonError};

use quartet_studio::{Cancel, Checkup, CheckupEvent, Result, check_up};
use tauri::{State, ipc::Channel};

use crate::{commands::off_thread, current::Shared};

/// What stops the check-up that is going on; a newer one takes its place.
#[derive(Debug, Default)]
pub struct Going(Mutex<Cancel>);

impl Going {
    /// Stops the one that is going on, and gives what stops the next.
    fn replace(&self) -> Cancel {
        let mut going = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        going.raise();
        *going = Cancel::new();
        going.clone()
    }
}

/// Looks at everything before a class.
#[tauri::command]
#[specta::specta]
pub async fn start_checkup(
    studio: Shared<'_>,
    going: State<'_, Going>,
    events: Channel<CheckupEvent>,
) -> Result<Checkup> {
    let cancel = going.replace();
    off_thread(&studio, move |studio| {
        check_up(studio, &cancel, |event| {
            // A window that was closed wants to know no more.
            if events.send(event).is_err() {
                cancel.raise();
            }
        })
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn stop_checkup(going: State<'_, Going>) -> Result<()> {
    going.replace();
    Ok(())
}
