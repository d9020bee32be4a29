//! A person's own lessons while they write them: begun, kept, put away, carried to another computer.
//!
//! What passes the check is the folder's `lesson.toml`; what does not is kept beside it as a draft, so that nothing
//! that was written is lost, and nothing half written is run.

mod carried;
mod kept;
mod pictures;
mod place;
#[cfg(test)]
mod tests;

pub use carried::ImportedLesson;
pub use kept::LessonDraft;
