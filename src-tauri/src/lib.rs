//! The desktop shell: a window over studio, and one for a presenter's notes. Commands are one line each; what they
//! do is studio's.

mod bytes;
mod checkup;
mod commands;
mod decks;
mod granted;
mod lessons;
mod notes;
mod shelves;
mod window;

use std::{error::Error, sync::Arc};

use quartet_studio::{Code, Failure, ForeignLibrary, Paths, Studio};
use tauri::{Manager, RunEvent, Window, WindowEvent, Wry, ipc::Invoke};

use crate::granted::Granted;

/// What was packaged runs what came with it.
const FOREIGN: ForeignLibrary = if cfg!(any(debug_assertions, feature = "foreign-library")) {
    ForeignLibrary::Allowed
} else {
    ForeignLibrary::Ignored
};

/// Every command, a line each.
#[rustfmt::skip]
macro_rules! every_command {
    () => { tauri_specta::collect_commands![
        commands::app_state,
        commands::vitals,
        commands::settings,
        commands::save_settings,
        commands::models,
        commands::add_model,
        commands::models_nearby,
        commands::remove_model,
        commands::verify_model,
        commands::load_text,
        commands::start_text,
        commands::start_experiment,
        commands::load_speech,
        commands::start_speech,
        commands::load_composer,
        commands::start_composition,
        commands::start_transcription,
        commands::start_minutes,
        commands::watch_player,
        commands::put_on,
        commands::play,
        commands::pause,
        commands::seek,
        commands::set_volume,
        commands::sound_devices,
        commands::sound_peaks,
        commands::sound_spectrogram,
        commands::import_sound,
        commands::start_recording,
        commands::stop_recording,
        commands::export_transcript,
        commands::load_image,
        commands::start_image,
        commands::start_upscale,
        commands::estimate_image,
        commands::estimate_upscale,
        commands::import_picture,
        commands::export_for_drag,
        commands::near_words,
        commands::start_travel,
        commands::start_retiming,
        commands::start_story,
        commands::estimate_travel,
        commands::estimate_retiming,
        commands::clip_facts,
        commands::import_clip,
        commands::is_same_clip,
        commands::film_sheet,
        commands::film_pictures,
        commands::film_difference,
        commands::film_flow,
        commands::export_film,
        commands::cancel,
        commands::tokenize,
        commands::next_token,
        commands::works,
        commands::open_work,
        commands::work_file,
        lessons::lessons,
        lessons::lesson_file,
        lessons::glossary,
        decks::decks,
        decks::save_deck,
        decks::remove_deck,
        decks::restore_deck,
        decks::export_deck,
        decks::choose_deck,
        decks::import_deck,
        notes::open_notes,
        notes::close_notes,
        notes::present_notes,
        notes::watch_notes,
        notes::notes_act,
        shelves::desks,
        shelves::keep_desk,
        shelves::work_ids,
        shelves::work_poster,
        shelves::remove_works,
        shelves::restore_works,
        shelves::purge_works,
        shelves::set_favourite,
        shelves::collections,
        shelves::collections_of,
        shelves::create_collection,
        shelves::rename_collection,
        shelves::remove_collection,
        shelves::collect,
        shelves::uncollect,
        shelves::storage,
        shelves::export_pack,
        shelves::stop_pack,
        checkup::start_checkup,
        checkup::stop_checkup,
        commands::export_work,
        commands::choose_folder,
        commands::choose_sound,
        commands::choose_picture,
        commands::choose_clip,
        commands::choose_export,
    ] };
}

/// All that the windows can ask for; the source of `ui/src/ipc/bindings.ts`.
pub fn commands() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::<tauri::Wry>::new().commands(every_command!())
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// When the system shows no window, or gives no thread for the studio's work.
pub fn run() -> Result<(), Box<dyn Error>> {
    let commands = commands();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(allowed(commands.invoke_handler()))
        .setup(|app| {
            let resources = app.path().resource_dir().ok();
            let resources = resources.map(|folder| folder.join("resources"));
            let studio = Studio::open(Paths::with_resources(resources, FOREIGN)?)?;
            let settings = studio.settings();
            app.manage(Arc::new(studio));
            app.manage(Granted::default());
            app.manage(checkup::Going::default());
            app.manage(notes::Notes::default());
            window::open(app, &settings)
        })
        .on_window_event(|window, event| {
            if matches!(event, WindowEvent::Destroyed) {
                closed(window);
            }
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::ExitRequested { .. } | RunEvent::Exit = event
            && let Some(studio) = app.try_state::<Arc<Studio>>()
        {
            studio.close();
        }
    });
    Ok(())
}

/// Refuses what the window that asks may not ask for, before any of it is read.
fn allowed(
    handler: impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static,
) -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    move |invoke| {
        let window = invoke.message.webview_ref().label();
        if notes::permits(window, invoke.message.command()) {
            return handler(invoke);
        }
        invoke
            .resolver
            .reject(Failure::new(Code::NotForThisWindow, ""));
        true
    }
}

/// The notes have nothing to show without the studio's window.
fn closed(window: &Window) {
    if window.label() == window::NOTES {
        window.state::<notes::Notes>().closed();
    } else if let Some(notes) = window.get_webview_window(window::NOTES) {
        let _ = notes.destroy();
    }
}

#[cfg(test)]
mod tests;
