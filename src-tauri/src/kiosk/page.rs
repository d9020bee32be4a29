//! What the page is told of a kiosk.

use quartet_kiosk::{Day, Kiosk, KioskPlace, Moment};
use quartet_lessons::LessonProblem;
use quartet_studio::Language;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What the window is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum KioskState {
    /// Everybody's own: no kiosk.
    Off,
    Open {
        shown: Box<KioskShown>,
    },
    /// Outside its hours.
    Shut {
        languages: Vec<Language>,
        opens: Option<KioskMoment>,
    },
    /// Something is wrong with its file.
    Closed {
        problems: Vec<LessonProblem>,
    },
}

/// What of its file the page goes by; what it must not do is refused whatever the page goes by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KioskShown {
    pub places: Vec<KioskPlace>,
    pub lessons: Vec<String>,
    pub cards: bool,
    pub free_words: bool,
    pub languages: Vec<Language>,
    pub attract: bool,
    /// The loudest that sounds may be, 0 to 1.
    pub volume: f64,
}

impl KioskShown {
    pub fn of(kiosk: &Kiosk) -> Self {
        Self {
            places: kiosk.places.clone(),
            lessons: kiosk.lessons.clone(),
            cards: kiosk.cards,
            free_words: kiosk.free_words,
            languages: kiosk.languages.clone(),
            attract: kiosk.attract,
            volume: kiosk.volume,
        }
    }
}

/// A minute of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KioskMoment {
    pub day: Day,
    /// As `09:00`.
    pub time: String,
}

impl KioskMoment {
    pub fn of(moment: Moment) -> Self {
        Self {
            day: moment.day,
            time: format!("{:02}:{:02}", moment.minute / 60, moment.minute % 60),
        }
    }
}

/// What becomes of the visitor who is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum KioskEvent {
    /// Somebody is there.
    Busy,
    /// Is somebody still there? So many seconds are left to say so.
    Asking { left: u32 },
    /// Everything begins anew: the page is loaded again.
    Anew,
}
