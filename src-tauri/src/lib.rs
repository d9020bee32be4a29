//! The desktop shell: a window over studio, and one for a presenter's notes. Commands are one line each; what they
//! do is studio's.

mod bytes;
mod checkup;
mod commands;
mod current;
mod decks;
mod granted;
mod hand_ins;
mod kiosk;
mod lessons;
mod notes;
mod packs;
mod shelves;
mod window;

use std::{
    error::Error,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use quartet_studio::{Code, Failure, ForeignLibrary, PassingHome, Paths, Studio};
use tauri::{Manager, RunEvent, Window, WindowEvent, Wry, ipc::Invoke};

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
        hand_ins::write_hand_in,
        hand_ins::read_hand_ins,
        hand_ins::stop_hand_ins,
        hand_ins::export_hand_ins,
        lessons::begin_lesson,
        lessons::open_lesson,
        lessons::save_lesson,
        lessons::put_lesson_away,
        lessons::take_lesson_back,
        lessons::add_lesson_picture,
        lessons::export_lesson,
        lessons::import_lesson,
        lessons::choose_new_folder,
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
        packs::own_class_pack,
        packs::open_class_pack,
        packs::verify_class_pack,
        packs::use_class_pack,
        packs::install_class_pack,
        packs::plan_class_pack,
        packs::make_class_pack,
        packs::stop_class_pack,
        packs::choose_class_pack_place,
        packs::choose_installers,
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
    ] };
}

/// All that the windows can ask for; the source of `ui/src/ipc/bindings.ts`.
pub fn commands() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::<tauri::Wry>::new().commands(every_command!())
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
            let located = Paths::with_resources(None, FOREIGN)?;
            kiosk::supervise(&file, &located.paths.home)
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
        .invoke_handler(move |invoke| match refused(&invoke) {
            Some(failure) => {
                invoke.resolver.reject(failure);
                true
            }
            None => answer(invoke),
        })
        .setup(move |app| {
            let resources = app.path().resource_dir().ok();
            let resources = resources.map(|folder| folder.join("resources"));
            let located = Paths::with_resources(resources, FOREIGN)?;
            let portable = located.portable;
            let mut warnings = located.warnings;
            warnings.extend(quartet_pack::bring(portable.as_ref(), &located.paths.home));
            let is_kiosk = file.is_some();
            let studio = match file {
                Some(file) => {
                    let (host, studio) = Host::open(file, located.paths)?;
                    app.manage(host);
                    studio
                }
                None => Arc::new(Studio::open(located.paths)?.also_warning(warnings)),
            };
            let pack = portable.filter(|portable| portable.is_pack);
            let settings = studio.settings();
            app.manage(Current::new(studio));
            app.manage(Granted::default());
            app.manage(checkup::Going::default());
            app.manage(hand_ins::Reading::default());
            app.manage(notes::Notes::default());
            app.manage(packs::Going::in_pack(pack.map(|pack| pack.folder)));
            app.manage(Passing(Mutex::new(located.passing)));
            if is_kiosk {
                window::open_kiosk(app, &settings)?;
                Host::watch_clocks(app.handle());
                return Ok(());
            }
            window::open(app, &settings)
        })
        .on_window_event(|window, event| {
            if matches!(event, WindowEvent::Destroyed) {
                closed(window);
            }
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
            // The process ends without dropping what the app holds.
            if let Some(passing) = app.try_state::<Passing>() {
                let mut passing = passing.0.lock().unwrap_or_else(PoisonError::into_inner);
                *passing = None;
            }
        }
        _ => {}
    });
    // More than a byte is no code of any system that this runs on.
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Why the window that asks may not ask for that, before any of it is read: the notes have a short list of their
/// own, and a kiosk another.
fn refused(invoke: &Invoke<Wry>) -> Option<Failure> {
    let window = invoke.message.webview_ref().label();
    if notes::permits(window, invoke.message.command()) {
        return kiosk::refused(invoke);
    }
    Some(Failure::new(Code::NotForThisWindow, ""))
}

/// The notes have nothing to show without the studio's window.
fn closed(window: &Window) {
    if window.label() == window::NOTES {
        window.state::<notes::Notes>().closed();
    } else if let Some(notes) = window.get_webview_window(window::NOTES) {
        let _ = notes.destroy();
    }
}

/// The data folder of a portable app that keeps nothing.
struct Passing(Mutex<Option<PassingHome>>);

#[cfg(test)]
mod tests;
