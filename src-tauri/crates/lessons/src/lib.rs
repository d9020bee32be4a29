//! Lessons as data: what a `lesson.toml` holds, what is wrong with one, those that are built in.
//!
//! A lesson is a stranger's: it holds no scripts, names no file outside its folder, and everything in it has a
//! limit. Deliberately absent: how a lesson looks, which is the page's, and what its acts make, which is studio's.

mod act;
mod check;
pub mod document;
mod folder;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod glossary;
mod lesson;
mod node;
mod problem;
mod run;
mod schema;
mod shelf;
mod texts;

pub use act::{Act, Experiment, Lists, Need, Place, Row, Sides};
pub use check::{Checked, check};
pub use folder::{FILE, Folder, MAX_BYTES};
pub use glossary::{GlossaryEntry, glossary};
pub use lesson::{
    Break, Choice, Claim, Go, Keep, Lesson, LessonMode, Part, Predict, SCHEMA, Step, Teacher, Topic,
};
pub use problem::{Finding, LessonProblem, Problem, Rule, Wanted};
pub use run::{
    Asked, Measured, Outcome, Ran, Recorded, StepRan, Watch, Watched, record, recorded_file, run,
};
pub use schema::json_schema;
pub use shelf::{LessonListing, Origin, Shelf};
