//! Which of the window's commands a kiosk answers. What is not in the table is refused: a new command is nobody's
//! until somebody has decided.

use crate::format::KioskPlace::{self, Audio, Image, Text, Video};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Also while it is closed: what tells why, and the way out.
    Anytime,
    /// While it is open.
    Open,
    /// While it is open, in one of these places, or where a lesson that is open does it.
    In(&'static [KioskPlace]),
    /// Never: it reaches the computer or what belongs to whoever runs it.
    Never,
}

use Rule::{Anytime, In, Never, Open};

/// Every command of the window, in its order.
pub const COMMANDS: &[(&str, Rule)] = &[
    ("app_state", Open),
    ("vitals", Open),
    ("settings", Open),
    // What visitors may change of them is looked at.
    ("save_settings", Open),
    ("models", Open),
    ("add_model", Never),
    ("models_nearby", Never),
    ("remove_model", Never),
    ("verify_model", Never),
    ("load_text", In(&[Text])),
    ("start_text", In(&[Text])),
    ("start_experiment", In(&[Text])),
    ("load_speech", In(&[Audio])),
    ("start_speech", In(&[Audio])),
    ("load_composer", In(&[Audio])),
    ("start_composition", In(&[Audio])),
    ("start_transcription", In(&[Audio])),
    ("start_minutes", In(&[Audio])),
    ("watch_player", Open),
    ("put_on", Open),
    ("play", Open),
    ("pause", Open),
    ("seek", Open),
    // It goes no higher than the file allows.
    ("set_volume", Open),
    ("sound_devices", Never),
    ("sound_peaks", Open),
    ("sound_spectrogram", Open),
    ("import_sound", Never),
    ("start_recording", In(&[Audio])),
    ("stop_recording", Open),
    ("export_transcript", Never),
    ("load_image", In(&[Image, Video])),
    ("start_image", In(&[Image])),
    ("start_upscale", In(&[Image])),
    ("estimate_image", In(&[Image])),
    ("estimate_upscale", In(&[Image])),
    ("import_picture", In(&[Image])),
    ("export_for_drag", Never),
    ("near_words", In(&[Image])),
    ("start_travel", In(&[Video])),
    ("start_retiming", In(&[Video])),
    ("start_story", In(&[Video])),
    ("estimate_travel", In(&[Video])),
    ("estimate_retiming", In(&[Video])),
    ("clip_facts", In(&[Video])),
    ("import_clip", Never),
    ("is_same_clip", Open),
    ("film_sheet", Open),
    ("film_pictures", Open),
    ("film_difference", Open),
    ("film_flow", Open),
    ("export_film", Never),
    ("cancel", Open),
    ("tokenize", In(&[Text])),
    ("next_token", In(&[Text])),
    // The library of a kiosk holds the visitor's own works, and no others.
    ("works", Open),
    ("open_work", Open),
    ("work_file", Open),
    ("lessons", Open),
    ("lesson_file", Open),
    ("glossary", Open),
    // What is written leaves the kiosk, and what visitors do there is theirs.
    ("write_hand_in", Never),
    ("read_hand_ins", Never),
    ("stop_hand_ins", Never),
    ("export_hand_ins", Never),
    ("begin_lesson", Never),
    ("open_lesson", Never),
    ("save_lesson", Never),
    ("put_lesson_away", Never),
    ("take_lesson_back", Never),
    ("add_lesson_picture", Never),
    ("export_lesson", Never),
    ("import_lesson", Never),
    ("choose_new_folder", Never),
    ("decks", Never),
    ("save_deck", Never),
    ("remove_deck", Never),
    ("restore_deck", Never),
    ("export_deck", Never),
    ("choose_deck", Never),
    ("import_deck", Never),
    ("open_notes", Never),
    ("close_notes", Never),
    ("present_notes", Never),
    ("watch_notes", Never),
    ("notes_act", Never),
    ("desks", Open),
    ("keep_desk", Open),
    ("work_ids", Open),
    ("work_poster", Open),
    ("remove_works", Open),
    ("restore_works", Open),
    ("purge_works", Open),
    ("set_favourite", Open),
    ("collections", Open),
    ("collections_of", Open),
    ("create_collection", In(&[KioskPlace::Library])),
    ("rename_collection", In(&[KioskPlace::Library])),
    ("remove_collection", In(&[KioskPlace::Library])),
    ("collect", In(&[KioskPlace::Library])),
    ("uncollect", In(&[KioskPlace::Library])),
    ("storage", Open),
    ("export_pack", Never),
    ("stop_pack", Never),
    ("start_checkup", Never),
    ("stop_checkup", Open),
    ("own_class_pack", Never),
    ("open_class_pack", Never),
    ("verify_class_pack", Never),
    ("use_class_pack", Never),
    ("install_class_pack", Never),
    ("plan_class_pack", Never),
    ("make_class_pack", Never),
    ("stop_class_pack", Never),
    ("choose_class_pack_place", Never),
    ("choose_installers", Never),
    ("kiosk_state", Anytime),
    ("watch_kiosk", Anytime),
    ("touch_kiosk", Anytime),
    ("restart_kiosk", Open),
    ("leave_kiosk", Anytime),
    ("kiosk_file", Never),
    ("save_kiosk", Never),
    ("begin_kiosk", Never),
    ("autostart_kiosk", Never),
    ("export_work", Never),
    ("choose_folder", Never),
    ("choose_sound", Never),
    ("choose_picture", Never),
    ("choose_clip", Never),
    ("choose_export", Never),
];

/// The rule of a command; what is unknown is never answered.
pub fn rule_of(command: &str) -> Rule {
    let found = COMMANDS.iter().find(|(name, _)| *name == command);
    found.map_or(Never, |(_, rule)| *rule)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_command_stands_once_and_an_unknown_one_is_refused() {
        let names: BTreeSet<_> = COMMANDS.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), COMMANDS.len());
        assert_eq!(rule_of("start_text"), In(&[Text]));
        for unknown in ["format_disk", "", "start_text ", "plugin:window|close"] {
            assert_eq!(rule_of(unknown), Never, "{unknown}");
        }
    }
}
