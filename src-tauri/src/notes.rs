//! The presenter's notes: a second window for the laptop's screen, while the stage is on the projector.
//!
//! It has no state of its own. The main page says what is shown there, and hears what is pressed there; a lesson
//! goes on when the window is closed. Nothing else of the studio can be asked for from it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use quartet_studio::{Code, Failure, Language, Result, Theme};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager as _, State, WebviewWindow, ipc::Channel};

use crate::{
    current::Shared,
    window::{self, NOTES as LABEL},
};

/// All that it may ask for.
const ASKS: [&str; 2] = ["watch_notes", "notes_act"];

/// Whether a window may ask for a command: the notes for their own two, every other window for the rest.
pub fn permits(window: &str, command: &str) -> bool {
    (window == LABEL) == ASKS.contains(&command)
}

/// How far somebody is with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum NotesPart {
    Ahead,
    Seen,
    Done,
}

/// A line of the list of all that there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NotesRow {
    pub label: String,
    /// What kind of step it is, in a word.
    pub part: String,
    /// A step of the item above it.
    pub inner: bool,
    pub now: bool,
    pub state: NotesPart,
}

/// A choice of a question, as the presenter sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NotesChoice {
    pub text: String,
    pub right: bool,
    pub chosen: bool,
}

/// A clock that goes on by itself between two messages.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NotesTimer {
    pub runs: bool,
    /// Seconds so far, when this was said.
    pub seconds: f64,
    pub planned: f64,
    /// Of the step in view.
    pub step_seconds: f64,
    pub step_planned: f64,
}

/// What the notes show, in the words of the main page's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NotesState {
    pub language: Language,
    pub theme: Theme,
    /// Percent; 0 where words have the size that they come with.
    pub text_scale: u32,
    /// Of the lesson, or of the item of a deck. Empty where nothing is presented.
    pub title: String,
    /// Of the deck; empty where there is none.
    pub deck: String,
    /// As the step card counts.
    pub count: String,
    pub part: String,
    pub say: String,
    pub ask: String,
    pub choices: Vec<NotesChoice>,
    pub notes: String,
    pub questions: Vec<String>,
    /// What comes next, in words; empty at the end.
    pub next: String,
    pub next_part: String,
    /// What is waited for; empty where that is nothing.
    pub waits: String,
    pub rows: Vec<NotesRow>,
    pub timer: NotesTimer,
    pub can: NotesCan,
    pub is_last: bool,
    /// The stage's screen is put out.
    pub black: bool,
}

/// Which ways there are at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NotesCan {
    pub back: bool,
    pub next: bool,
    pub again: bool,
}

/// What is pressed in the notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "act", rename_all = "camelCase")]
pub enum NotesAct {
    Back,
    Next,
    Again,
    Black,
    Leave,
    /// To a row of the list.
    Jump {
        row: u32,
    },
    Choose {
        choice: u32,
    },
    /// Stops the clock, or lets it go on.
    Pause,
    /// The clock begins anew.
    Reset,
}

/// What the main page hears of the notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum NotesEvent {
    /// The page in the window is there, and wants to know what to show.
    Ready,
    Closed,
    Pressed {
        pressed: NotesAct,
    },
}

/// The two ends, each as long as its page is there.
#[derive(Default)]
pub struct Notes {
    page: Mutex<Option<Channel<NotesState>>>,
    main: Mutex<Option<Channel<NotesEvent>>>,
}

impl Notes {
    fn tell_main(&self, event: NotesEvent) {
        let mut main = lock(&self.main);
        if main.as_ref().is_some_and(|main| main.send(event).is_err()) {
            *main = None;
        }
    }

    fn show(&self, state: NotesState) {
        let mut page = lock(&self.page);
        if page.as_ref().is_some_and(|page| page.send(state).is_err()) {
            *page = None;
        }
    }

    /// The window is gone.
    pub fn closed(&self) {
        *lock(&self.page) = None;
        self.tell_main(NotesEvent::Closed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens the notes, or brings them to the front; `events` tells what becomes of them.
#[tauri::command]
#[specta::specta]
pub async fn open_notes(
    app: AppHandle,
    studio: Shared<'_>,
    notes: State<'_, Notes>,
    title: String,
    events: Channel<NotesEvent>,
) -> Result<()> {
    *lock(&notes.main) = Some(events);
    if let Some(window) = app.get_webview_window(LABEL) {
        notes.tell_main(NotesEvent::Ready);
        let _ = window.unminimize();
        return window.set_focus().map_err(no_window);
    }
    let opened = window::open_notes(&app, &studio.settings(), &title).map_err(no_window)?;
    if let Some(main) = app.get_webview_window(window::MAIN) {
        arrange(&main, &opened);
    }
    Ok(())
}

/// What the notes show from now on; where they are not open, nothing happens.
#[tauri::command]
#[specta::specta]
pub async fn present_notes(notes: State<'_, Notes>, state: NotesState) -> Result<()> {
    notes.show(state);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn close_notes(app: AppHandle) -> Result<()> {
    app.get_webview_window(LABEL)
        .map_or(Ok(()), |window| window.close().map_err(no_window))
}

/// The page of the notes listens.
#[tauri::command]
#[specta::specta]
pub async fn watch_notes(notes: State<'_, Notes>, states: Channel<NotesState>) -> Result<()> {
    *lock(&notes.page) = Some(states);
    notes.tell_main(NotesEvent::Ready);
    Ok(())
}

/// Something was pressed in the notes.
#[tauri::command]
#[specta::specta]
pub async fn notes_act(notes: State<'_, Notes>, pressed: NotesAct) -> Result<()> {
    notes.tell_main(NotesEvent::Pressed { pressed });
    Ok(())
}

fn no_window(error: impl std::fmt::Display) -> Failure {
    Failure::new(Code::NotesWindow, error)
}

/// A screen, by its place among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Screen {
    x: i32,
    y: i32,
}

/// Which screen has the stage, and which the notes; none where there is only one, or the two cannot be told apart.
fn apart(stage: Screen, first: Screen, all: &[Screen]) -> Option<(Screen, Screen)> {
    // The first screen is the laptop's: the notes go there, and the stage to the other.
    let other = *all.iter().find(|screen| **screen != first)?;
    let stage = if stage == first { other } else { stage };
    Some((stage, first))
}

/// Puts each window on a screen of its own. A system that does not say where windows lie (Wayland) leaves that to
/// the person.
fn arrange(main: &WebviewWindow, notes: &WebviewWindow) {
    let screen = |monitor: &tauri::Monitor| Screen {
        x: monitor.position().x,
        y: monitor.position().y,
    };
    let (Ok(Some(now)), Ok(Some(first)), Ok(all)) = (
        main.current_monitor(),
        main.primary_monitor(),
        main.available_monitors(),
    ) else {
        return;
    };
    let all: Vec<_> = all.iter().map(screen).collect();
    let Some((stage, laptop)) = apart(screen(&now), screen(&first), &all) else {
        return;
    };
    let corner = |screen: Screen| tauri::PhysicalPosition::new(screen.x, screen.y);
    if stage != screen(&now) {
        // What fills one screen is moved only when it does not.
        let fills = main.is_fullscreen().unwrap_or(false);
        let _ = main.set_fullscreen(false);
        let _ = main.set_position(corner(stage));
        if fills {
            let _ = main.set_fullscreen(true);
        }
    }
    let _ = notes.set_position(corner(laptop));
    let _ = notes.maximize();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notes_may_ask_for_their_own_and_nothing_else() {
        for command in ASKS {
            assert!(permits(LABEL, command), "{command}");
            assert!(!permits("main", command), "{command}");
        }
        for command in [
            "settings",
            "save_settings",
            "works",
            "open_notes",
            "present_notes",
            "close_notes",
            "lessons",
            "start_text",
            "no_such",
            "",
        ] {
            assert!(!permits(LABEL, command), "{command}");
            assert!(permits("main", command), "{command}");
        }
    }

    /// Their capability names no permission: plugins refuse them by themselves.
    #[test]
    fn the_notes_have_no_permission_of_a_plugin() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/notes.json")).unwrap();
        assert_eq!(capability["windows"], serde_json::json!([LABEL]));
        assert_eq!(capability["permissions"], serde_json::json!([]));
    }

    #[test]
    fn the_stage_and_the_notes_have_a_screen_each() {
        let [laptop, projector] = [Screen { x: 0, y: 0 }, Screen { x: 1920, y: 0 }];
        let both = [laptop, projector];
        assert_eq!(apart(laptop, laptop, &both), Some((projector, laptop)));
        assert_eq!(apart(projector, laptop, &both), Some((projector, laptop)));
        assert_eq!(apart(laptop, laptop, &[laptop]), None);
        // Mirrored screens lie in one place.
        assert_eq!(apart(laptop, laptop, &[laptop, laptop]), None);
    }

    fn heard<T: Send + 'static>() -> (Channel<T>, std::sync::Arc<Mutex<Vec<String>>>) {
        let told = std::sync::Arc::new(Mutex::new(Vec::new()));
        let into = std::sync::Arc::clone(&told);
        let channel = Channel::new(move |body| {
            if let tauri::ipc::InvokeResponseBody::Json(json) = body {
                lock(&into).push(json);
            }
            Ok(())
        });
        (channel, told)
    }

    #[test]
    fn what_is_pressed_reaches_the_main_page_and_what_is_shown_the_notes() {
        let notes = Notes::default();
        // Before either is there, nothing is lost that anybody waits for.
        notes.tell_main(NotesEvent::Ready);
        let (main, heard_main) = heard();
        let (page, heard_page) = heard();
        *lock(&notes.main) = Some(main);
        *lock(&notes.page) = Some(page);
        let pressed = NotesAct::Jump { row: 3 };
        notes.tell_main(NotesEvent::Pressed { pressed });
        notes.show(state());
        assert_eq!(
            *lock(&heard_main),
            [r#"{"kind":"pressed","pressed":{"act":"jump","row":3}}"#]
        );
        assert!(lock(&heard_page)[0].contains("\"title\":\"Wording\""));
        notes.closed();
        notes.show(state());
        assert_eq!(lock(&heard_page).len(), 1);
        assert_eq!(lock(&heard_main).last().unwrap(), r#"{"kind":"closed"}"#);
    }

    fn state() -> NotesState {
        NotesState {
            language: Language::En,
            theme: Theme::System,
            text_scale: 0,
            title: "Wording".to_owned(),
            deck: String::new(),
            count: "1/5".to_owned(),
            part: String::new(),
            say: String::new(),
            ask: String::new(),
            choices: Vec::new(),
            notes: String::new(),
            questions: Vec::new(),
            next: String::new(),
            next_part: String::new(),
            waits: String::new(),
            rows: Vec::new(),
            timer: NotesTimer {
                runs: true,
                seconds: 1.5,
                planned: 300.0,
                step_seconds: 1.5,
                step_planned: 60.0,
            },
            can: NotesCan {
                back: false,
                next: true,
                again: false,
            },
            is_last: false,
            black: false,
        }
    }
}
