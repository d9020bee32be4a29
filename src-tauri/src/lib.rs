//! The desktop shell: one window over studio. Commands are one line each; what they do is studio's.

mod bytes;
mod checkup;
mod commands;
mod granted;
mod lessons;
mod packs;
mod shelves;
mod window;

use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use quartet_studio::{ForeignLibrary, PassingHome, Paths, Studio};
use tauri::{Manager, RunEvent};

use crate::granted::Granted;

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
        commands::export_work,
        commands::choose_folder,
        commands::choose_sound,
        commands::choose_picture,
        commands::choose_clip,
        commands::choose_export,
    ])
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// When the system shows no window, or gives no thread for the studio's work.
pub fn run() -> Result<(), Box<dyn Error>> {
    let commands = commands();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(commands.invoke_handler())
        .setup(|app| {
            let resources = app.path().resource_dir().ok();
            let resources = resources.map(|folder| folder.join("resources"));
            let located = Paths::with_resources(resources, FOREIGN)?;
            let portable = located.portable;
            let mut warnings = located.warnings;
            warnings.extend(quartet_pack::bring(portable.as_ref(), &located.paths.home));
            let studio = Studio::open(located.paths)?.also_warning(warnings);
            let pack = portable.filter(|portable| portable.is_pack);
            let settings = studio.settings();
            app.manage(Arc::new(studio));
            app.manage(Granted::default());
            app.manage(checkup::Going::default());
            app.manage(packs::Going::in_pack(pack.map(|pack| pack.folder)));
            app.manage(Passing(Mutex::new(located.passing)));
            window::open(app, &settings)
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::ExitRequested { .. } | RunEvent::Exit = event
            && let Some(studio) = app.try_state::<Arc<Studio>>()
        {
            studio.close();
            // The process ends without dropping what the app holds.
            if let Some(passing) = app.try_state::<Passing>() {
                let mut passing = passing.0.lock().unwrap_or_else(PoisonError::into_inner);
                *passing = None;
            }
        }
    });
    Ok(())
}

/// The data folder of a portable app that keeps nothing.
struct Passing(Mutex<Option<PassingHome>>);

#[cfg(test)]
mod tests;
