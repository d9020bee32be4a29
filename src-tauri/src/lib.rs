//! The desktop shell: one window over studio. Commands are one line each; what they do is studio's.

mod bytes;
mod checkup;
mod commands;
mod current;
mod granted;
mod kiosk;
mod lessons;
mod shelves;
mod window;

use std::{error::Error, path::PathBuf, process::ExitCode, sync::Arc};

use quartet_studio::{ForeignLibrary, Paths, Studio};
use tauri::{Manager, RunEvent};

use crate::{
    current::Current,
    granted::Granted,
    kiosk::{Host, Start},
};

/// What was packaged runs what came with it.
const FOREIGN: ForeignLibrary = if cfg!(any(debug_assertions, feature = "foreign-library")) {
    ForeignLibrary::Allowed
} else {
    ForeignLibrary::Ignored
};

/// All that the window can ask for; the source of `ui/src/ipc/bindings.ts`.
pub fn commands() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::<tauri::Wry>::new().commands(tauri_specta::collect_commands![
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
        kiosk::commands::kiosk_state,
        kiosk::commands::watch_kiosk,
        kiosk::commands::touch_kiosk,
        kiosk::commands::restart_kiosk,
        kiosk::commands::leave_kiosk,
        kiosk::commands::kiosk_file,
        kiosk::commands::save_kiosk,
        kiosk::commands::begin_kiosk,
        kiosk::commands::autostart_kiosk,
        commands::export_work,
        commands::choose_folder,
        commands::choose_sound,
        commands::choose_picture,
        commands::choose_clip,
        commands::choose_export,
    ])
}

/// Does what the program was started for: the studio's window, or a kiosk.
///
/// # Errors
/// When the system shows no window, or gives no thread for the studio's work; when `--kiosk` names no file.
pub fn run() -> Result<ExitCode, Box<dyn Error>> {
    match Start::of_process() {
        Start::Studio => window(None),
        Start::Kiosk(file) => {
            kiosk::watch_parent();
            window(Some(file))
        }
        Start::Supervisor(file) => {
            let home = Paths::with_resources(None, FOREIGN)?.home;
            kiosk::supervise(&file, &home)
        }
        Start::NoFile => {
            Err("--kiosk needs the path of a kiosk.toml after it (see docs/kiosk.md)".into())
        }
    }
}

/// Opens the window and stays until it is closed; with the file of a kiosk, until that is left.
fn window(file: Option<PathBuf>) -> Result<ExitCode, Box<dyn Error>> {
    let commands = commands();
    let answer = commands.invoke_handler();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(move |invoke| match kiosk::refused(&invoke) {
            Some(failure) => {
                invoke.resolver.reject(failure);
                true
            }
            None => answer(invoke),
        })
        .setup(move |app| {
            let resources = app.path().resource_dir().ok();
            let resources = resources.map(|folder| folder.join("resources"));
            let paths = Paths::with_resources(resources, FOREIGN)?;
            let is_kiosk = file.is_some();
            let studio = match file {
                Some(file) => {
                    let (host, studio) = Host::open(file, paths)?;
                    app.manage(host);
                    studio
                }
                None => Arc::new(Studio::open(paths)?),
            };
            let settings = studio.settings();
            app.manage(Current::new(studio));
            app.manage(Granted::default());
            app.manage(checkup::Going::default());
            if is_kiosk {
                window::open_kiosk(app, &settings)?;
                Host::watch_clocks(app.handle());
                return Ok(());
            }
            window::open(app, &settings)
        })
        .build(tauri::generate_context!())?;
    let code = app.run_return(|app, event| match event {
        // A kiosk is left by its passcode alone.
        RunEvent::ExitRequested {
            code: None, api, ..
        } if app.try_state::<Host>().is_some() => api.prevent_exit(),
        RunEvent::ExitRequested { .. } | RunEvent::Exit => {
            if let Some(current) = app.try_state::<Current>() {
                current.studio().close();
            }
        }
        _ => {}
    });
    // More than a byte is no code of any system that this runs on.
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

#[cfg(test)]
mod tests;
