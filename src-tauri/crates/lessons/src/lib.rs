//! Lessons as data: what a `lesson.toml` holds, what is wrong with one, those that are built in; and decks, in which
//! somebody strings lessons, cards and works together.
//!
//! A lesson is a stranger's: it holds no scripts, names no file outside its folder, and everything in it has a
//! limit. Deliberately absent: how a lesson looks, which is the page's, and what its acts make, which is studio's.

mod act;
mod beside;
mod check;
mod deck;
mod deck_shelf;
pub mod document;
mod draft;
mod folder;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod glossary;
mod hand_in;
mod lesson;
mod node;
mod own;
mod problem;
mod run;
mod schema;
mod shelf;
mod texts;
mod write;

pub use act::{Act, Experiment, Lists, Need, Place, Row, Sides};
pub use beside::FieldProblem;
pub use check::{Checked, CheckedDeck, check, check_deck};
pub use deck::{DECK_FILE, DECK_SCHEMA, Deck, DeckItem, DeckStart};
pub use deck_shelf::{DeckListing, DeckShelf, read_deck, write_deck};
pub use folder::{FILE, Folder, MAX_BYTES};
pub use glossary::{GlossaryEntry, glossary};
pub use hand_in::{
    HandIn, HandInChoice, HandInFile, HandInOrder, HandInProblem, HandInQuestion, HandInRow,
    HandInRun, HandInSaid, HandInSummary, HandInTable, HandInWritten, ReadProgress, csv,
    csv_format, gather, hand_in,
};
pub use lesson::{
    Break, Choice, Claim, Go, Keep, Lesson, LessonMode, Part, Predict, SCHEMA, Step, Teacher, Topic,
};
pub use own::{ImportedLesson, LessonDraft};
pub use problem::{Finding, LessonProblem, Problem, Rule, Wanted};
pub use run::{
    Asked, Measured, Outcome, Ran, Recorded, StepRan, Watch, Watched, record, recorded_file, run,
};
pub use schema::json_schema;
pub use shelf::{DraftListing, LessonListing, Origin, Shelf};
pub use write::write;
