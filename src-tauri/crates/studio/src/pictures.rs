//! Pictures as files: read from the library and from people, written for people; and as text for
//! the window.

use std::path::{Path, PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use quartet_pipelines::image::{Mask, Picture};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use specta::Type;

use crate::{
    Code, Failure, Result,
    labels::{self, Provenance},
    recipe::PartRecipe,
    works::{PartFile, WorkPart, write_file},
};

/// A larger file is no picture that could be read.
const MAX_FILE: u64 = 512 << 20;

/// The longest side, in pixels, of what the window is shown of a picture.
const SCREEN: u32 = 1600;

/// Where a picture comes from that somebody brings.
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

/// What a picture can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    Png,
    Jpeg,
    WebP,
}

impl PictureFormat {
    /// The format that a path's ending names.
    ///
    /// # Errors
    /// `ExportFormat`.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        match ending.to_ascii_lowercase().as_str() {
            "png" => Ok(Self::Png),
            "jpg" | "jpeg" => Ok(Self::Jpeg),
            "webp" => Ok(Self::WebP),
            kind => {
                let values = [("kind", kind), ("allowed", "png, jpg, webp")];
                Err(Failure::with(Code::ExportFormat, &values, path.display()))
            }
        }
    }
}

/// Reads a picture that someone has.
///
/// # Errors
/// `PictureUnreadable`, `PictureTooLarge`.
pub fn read(path: &Path) -> Result<Picture> {
    Ok(Picture::decode(&file(path)?)?)
}

/// The same for a picture that says where to paint: white paints, black does not.
///
/// # Errors
/// As [`read`].
pub fn read_mask(path: &Path) -> Result<Mask> {
    Ok(Mask::decode(&file(path)?)?)
}

/// The bytes of a file that is meant to be a picture.
pub(crate) fn file(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::from(quartet_pipelines::Error::UnreadablePicture {
            reason: format!("{}: {error}", path.display()),
        })
    };
    let bytes = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if bytes.len() > MAX_FILE {
        return Err(unreadable(&"the file is too large"));
    }
    std::fs::read(path).map_err(|error| unreadable(&error))
}

/// The bytes that a page sent as text.
pub(crate) fn from_base64(text: &str) -> Result<Vec<u8>> {
    let bare = match text.strip_prefix("data:") {
        Some(address) => address.split_once(',').map_or("", |(_, data)| data),
        None => text,
    };
    STANDARD.decode(bare.trim()).map_err(|error| {
        Failure::from(quartet_pipelines::Error::UnreadablePicture {
            reason: format!("it arrived damaged: {error}"),
        })
    })
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
    write_file(path, |out| match format {
        PictureFormat::Png => labels::picture::write_png(out, id, provenance, picture),
        PictureFormat::Jpeg => labels::picture::write_jpeg(out, id, provenance, picture),
        PictureFormat::WebP => labels::picture::write_webp(out, id, provenance, picture),
    })
    .map_err(|error| Failure::at(Code::ExportFailed, path, error))
}

/// The same, scaled down where no screen would show all of it.
pub(crate) fn screen_address(model: &str, picture: &Picture) -> String {
    data_address("", model, &within(picture, SCREEN))
}

/// A person's own picture, at most `limit` pixels on a side, as a `data:` address without a label.
pub(crate) fn brought_address(picture: &Picture, limit: u32) -> String {
    let file = labels::picture::unlabelled_png(&within(picture, limit));
    format!("data:image/png;base64,{}", STANDARD.encode(file))
}

fn within(picture: &Picture, limit: u32) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    let longest = width.max(height);
    if longest <= limit.max(1) {
        return picture.clone();
    }
    let scale = f64::from(limit.max(1)) / f64::from(longest);
    let side = |side: u32| (f64::from(side) * scale).round() as u32;
    picture.scaled(side(width), side(height))
}

/// A picture as a `data:` address of a PNG, for pictures of a few thousand pixels that are shown
/// for a moment; it says of itself no more than that an AI made it.
pub(crate) fn data_address(id: &str, model: &str, picture: &Picture) -> String {
    let provenance = Provenance {
        title: None,
        created: String::new(),
        model: model.to_owned(),
        recipe: None,
    };
    let mut file = Vec::new();
    // Writing to memory cannot fail.
    let _ = labels::picture::write_png(&mut file, id, &provenance, picture);
    format!("data:image/png;base64,{}", STANDARD.encode(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_names_the_format() {
        for (name, format) in [
            ("a.png", PictureFormat::Png),
            ("a.JPG", PictureFormat::Jpeg),
            ("a.b.jpeg", PictureFormat::Jpeg),
            ("a.webp", PictureFormat::WebP),
        ] {
            assert_eq!(PictureFormat::of(Path::new(name)).unwrap(), format);
        }
        for name in ["a", "a.gif", "png"] {
            let failure = PictureFormat::of(Path::new(name)).unwrap_err();
            assert_eq!(failure.code, Code::ExportFormat);
        }
    }

    #[test]
    fn pictures_arrive_as_base64_with_or_without_an_address() {
        let picture = Picture::new(2, 1, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let address = brought_address(&picture, 100);
        let (_, bare) = address.split_once(',').unwrap();
        for text in [address.as_str(), bare] {
            let found = Picture::decode(&from_base64(text).unwrap()).unwrap();
            assert_eq!(found, picture);
        }
        for text in ["data:image/png;base64", "§", "AAA"] {
            let failure = from_base64(text).map(|bytes| Picture::decode(&bytes));
            assert!(!matches!(failure, Ok(Ok(_))), "{text}");
        }
        // It is a person's own: nothing in it says that an AI made it.
        assert_eq!(labels::picture::read(&from_base64(bare).unwrap()), None);
    }

    #[test]
    fn the_window_is_shown_no_more_than_it_can_show() {
        let picture = Picture::new(4000, 1000, vec![7; 12_000_000]).unwrap();
        let shown = within(&picture, SCREEN);
        assert_eq!((shown.width(), shown.height()), (1600, 400));
    }

    #[test]
    fn a_file_that_is_no_picture_is_told_with_its_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let failure = read(file.path()).unwrap_err();
        assert_eq!(failure.code, Code::PictureUnreadable);
        let failure = read(Path::new("/nowhere/x.png")).unwrap_err();
        assert!(failure.detail.contains("x.png"), "{failure:?}");
    }
}
