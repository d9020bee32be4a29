//! What learners hand in: what they said, what came out and what they think of it, as one HTML file that holds the
//! same as JSON; and many of those files as one table.
//!
//! The hash in a file tells damage, not fraud: whoever can write a file can write its hash. Deliberately absent: any
//! name that nobody typed, and anything of the computer that it was written on.

mod compose;
mod csv;
mod gather;
mod order;
mod page;
mod read;
mod table;
mod types;
mod words;

use std::path::Path;

use quartet_studio::{Code, Failure, Result, Studio, write_atomic};

use crate::shelf::Shelf;
pub use csv::{csv, csv_format};
pub use gather::{ReadProgress, gather};
pub use order::{HandInOrder, HandInRun, HandInWritten};
pub use read::HandInFile;
pub use table::{
    HandInChoice, HandInProblem, HandInQuestion, HandInRow, HandInSaid, HandInSummary, HandInTable,
};
pub use types::HandIn;

/// Writes what somebody hands in to `path`, which is replaced.
///
/// # Errors
/// `LessonUnknown`, `LessonBroken`, `LessonChanged`, `HandInNothing`, `HandInTooLarge`, `ExportFailed`, and those of
/// [`quartet_studio::check_destination`].
pub fn hand_in(studio: &Studio, order: &HandInOrder, path: &Path) -> Result<HandInWritten> {
    let (lesson, digest) = Shelf::new(studio.home()).whole(&order.lesson)?;
    if digest != order.digest {
        let values = [("lesson", lesson.title.of(order.language))];
        return Err(Failure::with(Code::LessonChanged, &values, ""));
    }
    studio.works().check_destination(path, page::format, &[])?;
    let (file, left_out) = compose::page(studio, &lesson, order)?.file(path)?;
    write_atomic(path, |out| out.write_all(file.as_bytes()))
        .map_err(|error| Failure::at(Code::ExportFailed, path, error))?;
    Ok(HandInWritten {
        bytes: file.len() as u64,
        left_out,
    })
}

#[cfg(test)]
mod kept_tests;
#[cfg(test)]
mod tests;
