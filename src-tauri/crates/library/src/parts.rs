//! What a work was made from, kept beside it: `<id>.start.png`, `<id>.mask.png`.
//!
//! A recipe is text; a picture that a work begins with would swell it. It is kept beside the work
//! instead, and the recipe holds its checksum.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::AtomicFile;

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

    pub(crate) fn name(self, id: &str) -> String {
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
pub(crate) fn owner(name: &str) -> Option<&str> {
    WorkPart::ALL
        .iter()
        .find_map(|part| name.strip_suffix(part.ending()))
}

/// Writes and names the parts of the work `id`: before the work itself, so that no work is ever
/// without them. What a killed process leaves is swept as the parts of no work.
pub(crate) fn publish(folder: &Path, id: &str, parts: &[PartFile]) -> std::io::Result<()> {
    let written = parts
        .iter()
        .map(|part| {
            let file = AtomicFile::begin_in(folder, &part.part.name(id))?;
            file.fill(|out| out.write_all(&part.bytes))?;
            Ok(file)
        })
        .collect::<std::io::Result<Vec<_>>>()?;
    for part in written {
        part.publish()?;
    }
    Ok(())
}

/// Removes whatever parts the work `id` has.
pub(crate) fn remove(folder: &Path, id: &str) {
    for part in WorkPart::ALL {
        // Most works have none.
        let _ = fs::remove_file(folder.join(part.name(id)));
    }
}

#[cfg(test)]
mod tests {
    use quartet_media::labels::SourceType;

    use super::*;
    use crate::{Draft, Error, Library, Modality};

    fn draft() -> Draft<'static> {
        Draft {
            modality: Modality::Image,
            title: "x",
            model: "x",
            seconds: 0.0,
            prompt: "x",
            content: "x",
            recipe: "{}",
            source: SourceType::Generated,
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
        let library = Library::open(home.path(), |_| None).unwrap().library;
        let work = library.keep_with(&draft(), &parts(), |_, out| out.write_all(b"work"));
        let id = work.unwrap().id;
        assert_eq!(library.part(&id, WorkPart::Mask).unwrap(), [1, 2, 3]);
        assert_eq!(files(home.path()), 3);
        drop(library);
        // The sweep of the next start leaves them alone.
        let library = Library::open(home.path(), |_| None).unwrap().library;
        assert_eq!(library.part(&id, WorkPart::Start).unwrap(), [1, 2, 3]);
        library.remove(&[&id]).unwrap();
        assert_eq!(files(home.path()), 3);
        library.purge(&[&id]).unwrap();
        assert_eq!(files(home.path()), 0);
    }

    #[test]
    fn parts_of_no_work_are_swept_and_a_failed_keep_leaves_none() {
        let home = tempfile::tempdir().unwrap();
        let library = Library::open(home.path(), |_| None).unwrap().library;
        let failed = library.keep_with(&draft(), &parts(), |_, _| {
            Err(std::io::ErrorKind::StorageFull.into())
        });
        assert!(matches!(failed, Err(Error::Full { .. })));
        assert_eq!(files(home.path()), 0);
        let orphan = WorkPart::Start.name("0192a000-0000-7000-8000-000000000000");
        fs::write(home.path().join("works").join(orphan), "x").unwrap();
        fs::write(home.path().join("works/mine.png"), "x").unwrap();
        drop(library);
        drop(Library::open(home.path(), |_| None).unwrap());
        assert_eq!(files(home.path()), 1);
    }
}
