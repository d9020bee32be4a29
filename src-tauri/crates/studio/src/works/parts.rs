//! What a work was made from, kept beside it: `<id>.start.png`, `<id>.mask.png`.
//!
//! A recipe is text; a picture that a work begins with would swell it. It lies beside the work
//! instead, and the recipe holds its checksum.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Library, atomic::Written};
use crate::{Code, Failure, Result};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WorkPart {
    /// The picture it began with.
    Start,
    /// Where that was painted over.
    Mask,
}

impl WorkPart {
    const ALL: [Self; 2] = [Self::Start, Self::Mask];

    fn ending(self) -> &'static str {
        match self {
            Self::Start => ".start.png",
            Self::Mask => ".mask.png",
        }
    }

    fn name(self, id: &str) -> String {
        format!("{id}{}", self.ending())
    }
}

/// A part on its way into the library.
#[derive(Debug, Clone)]
pub struct PartFile {
    pub part: WorkPart,
    pub bytes: Vec<u8>,
}

/// The id of the work that a file of this name is part of.
pub(super) fn owner(name: &str) -> Option<&str> {
    WorkPart::ALL
        .iter()
        .find_map(|part| name.strip_suffix(part.ending()))
}

/// Writes and names the parts of the work `id`: before the work itself, so that no work is ever
/// without them. What a killed process leaves is swept as the parts of no work.
pub(super) fn publish(folder: &Path, id: &str, parts: &[PartFile]) -> std::io::Result<()> {
    let written = parts
        .iter()
        .map(|file| {
            Written::new(folder, &file.part.name(id), |out| {
                out.write_all(&file.bytes)
            })
        })
        .collect::<std::io::Result<Vec<_>>>()?;
    for part in written {
        part.publish()?;
    }
    Ok(())
}

/// Removes whatever parts the work `id` has.
pub(super) fn remove(folder: &Path, id: &str) {
    for part in WorkPart::ALL {
        // Most works have none.
        let _ = fs::remove_file(folder.join(part.name(id)));
    }
}

impl Library {
    /// The bytes of a work's part.
    ///
    /// # Errors
    /// `WorkUnknown`, `WorkFileMissing`.
    pub fn part(&self, id: &str, part: WorkPart) -> Result<Vec<u8>> {
        let id = self.open_work(id)?.work.id;
        let path = self.works_folder().join(part.name(&id));
        fs::read(&path).map_err(|error| Failure::at(Code::WorkFileMissing, &path, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Modality, works::Draft};

    fn draft() -> Draft<'static> {
        Draft {
            modality: Modality::Image,
            title: "x",
            model: "x",
            seconds: 0.0,
            prompt: "x",
            content: "x",
            recipe: "{}",
            extension: "png",
        }
    }

    fn parts() -> Vec<PartFile> {
        let part = |part| PartFile {
            part,
            bytes: vec![1, 2, 3],
        };
        WorkPart::ALL.map(part).to_vec()
    }

    fn files(home: &Path) -> usize {
        fs::read_dir(home.join("works")).unwrap().count()
    }

    #[test]
    fn parts_stay_with_their_work_and_leave_with_it() {
        let home = tempfile::tempdir().unwrap();
        let library = Library::open(home.path()).unwrap().library;
        let work = library.keep_with(&draft(), &parts(), |_, out| out.write_all(b"work"));
        let id = work.unwrap().id;
        assert_eq!(library.part(&id, WorkPart::Mask).unwrap(), [1, 2, 3]);
        assert_eq!(files(home.path()), 3);
        drop(library);
        // The sweep of the next start leaves them alone.
        let library = Library::open(home.path()).unwrap().library;
        assert_eq!(library.part(&id, WorkPart::Start).unwrap(), [1, 2, 3]);
        library.remove(&id).unwrap();
        drop(library);
        drop(Library::open(home.path()).unwrap());
        assert_eq!(files(home.path()), 0);
    }

    #[test]
    fn parts_of_no_work_are_swept_and_a_failed_keep_leaves_none() {
        let home = tempfile::tempdir().unwrap();
        let library = Library::open(home.path()).unwrap().library;
        let failed = library.keep_with(&draft(), &parts(), |_, _| {
            Err(std::io::ErrorKind::StorageFull.into())
        });
        assert_eq!(failed.unwrap_err().code, Code::LibraryFull);
        assert_eq!(files(home.path()), 0);
        let orphan = WorkPart::Start.name("0192a000-0000-7000-8000-000000000000");
        fs::write(home.path().join("works").join(orphan), "x").unwrap();
        fs::write(home.path().join("works/mine.png"), "x").unwrap();
        drop(library);
        drop(Library::open(home.path()).unwrap());
        assert_eq!(files(home.path()), 1);
    }
}
