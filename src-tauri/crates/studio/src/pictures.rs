//! Pictures that a request comes with, that the library holds, and that go out of it.

use std::path::{Path, PathBuf};

use quartet_library::{PartFile, WorkPart, write_atomic};
pub use quartet_media::picture_file::{PictureFormat, read, read_mask};
use quartet_media::{
    Mask, Picture,
    labels::{self, Provenance},
    picture_file,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use specta::Type;

use crate::{Code, Failure, Result, recipe::PartRecipe};

/// Where a person's picture comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum PictureSource {
    /// A file's bytes as base64, also with what a `data:` address begins with.
    Data {
        base64: String,
    },
    File {
        path: PathBuf,
    },
    /// A work of the library.
    Work {
        id: String,
    },
    /// What a work was made from.
    Part {
        work: String,
        part: WorkPart,
    },
}

/// The pictures of a request, which is text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct ImageSources {
    /// To start from.
    pub start: Option<PictureSource>,
    /// Where to paint over it: white paints.
    pub mask: Option<PictureSource>,
}

/// A picture or mask that a work is made from, on its way beside the work. It is a person's own: it
/// carries no label.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) recipe: PartRecipe,
    bytes: Vec<u8>,
}

impl Part {
    pub(crate) fn picture(picture: &Picture) -> Self {
        let bytes = labels::picture::unlabelled_png(picture);
        Self::new(picture.width(), picture.height(), bytes)
    }

    pub(crate) fn mask(mask: &Mask) -> Self {
        let bytes = labels::picture::mask_png(mask);
        Self::new(mask.width(), mask.height(), bytes)
    }

    fn new(width: u32, height: u32, bytes: Vec<u8>) -> Self {
        Self {
            recipe: PartRecipe {
                width,
                height,
                sha256: checksum(&bytes),
            },
            bytes,
        }
    }

    pub(crate) fn file(self, part: WorkPart) -> PartFile {
        PartFile {
            part,
            bytes: self.bytes,
        }
    }
}

/// sha256 in hexadecimal, as recipes hold it.
pub(crate) fn checksum(bytes: &[u8]) -> String {
    crate::models::hex(&Sha256::digest(bytes))
}

/// Reads a picture of the library.
///
/// # Errors
/// `WorkFileMissing`, `WorkFileBroken`.
pub(crate) fn read_kept(path: &Path) -> Result<Picture> {
    let file =
        std::fs::read(path).map_err(|error| Failure::at(Code::WorkFileMissing, path, error))?;
    Picture::decode(&file).map_err(|error| Failure::at(Code::WorkFileBroken, path, error))
}

/// Writes a labelled picture in the format that the path's ending names.
///
/// # Errors
/// `ExportFormat`, `ExportFailed`.
pub(crate) fn export(
    path: &Path,
    id: &str,
    provenance: &Provenance,
    picture: &Picture,
) -> Result<()> {
    let format = PictureFormat::of(path)?;
    write_atomic(path, |out| {
        picture_file::write(out, format, id, provenance, picture)
    })
    .map_err(|error| Failure::at(Code::ExportFailed, path, error))
}
