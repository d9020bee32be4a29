//! What is kept of a lesson of one's own that does not pass the check yet, in its folder.

use std::{io, path::Path};

use quartet_media::bounded::read_bounded;
use quartet_studio::write_atomic;
use serde::{Deserialize, Serialize};

use crate::{folder::MAX_BYTES, lesson::Lesson};

/// Beside what ran before, where something did.
pub(crate) const DRAFT: &str = "draft.json";
/// Of that file: more than a lesson of any size takes.
pub(crate) const MAX_DRAFT: u64 = 4 * MAX_BYTES;

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Kept {
    lesson: Lesson,
}

/// What stands in a folder as a draft; none where there is none that could be read.
pub(crate) fn draft_in(folder: &Path) -> Option<Lesson> {
    let bytes = read_bounded(&folder.join(DRAFT), MAX_DRAFT).ok()?;
    let kept: Kept = serde_json::from_slice(&bytes).ok()?;
    Some(kept.lesson)
}

pub(crate) fn holds_draft(folder: &Path) -> bool {
    folder.join(DRAFT).symlink_metadata().is_ok()
}

/// Keeps one.
///
/// # Errors
/// `FileTooLarge` for what could not be read again, those of the disk.
pub(crate) fn keep_draft(folder: &Path, lesson: &Lesson) -> io::Result<()> {
    let lesson = lesson.clone();
    let text = serde_json::to_string_pretty(&Kept { lesson })?;
    if text.len() as u64 > MAX_DRAFT {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    write_atomic(&folder.join(DRAFT), |out| out.write_all(text.as_bytes()))
}
