//! Pictures as files: read from the library and from people, written for people; and as text for
//! the window.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use quartet_pipelines::image::Picture;

use crate::{
    Code, Failure, Result,
    labels::{self, Provenance},
    works::write_file,
};

/// A larger file is no picture that could be read.
const MAX_FILE: u64 = 512 << 20;

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
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::from(quartet_pipelines::Error::UnreadablePicture {
            reason: format!("{}: {error}", path.display()),
        })
    };
    let bytes = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if bytes.len() > MAX_FILE {
        return Err(unreadable(&"the file is too large"));
    }
    let file = std::fs::read(path).map_err(|error| unreadable(&error))?;
    Ok(Picture::decode(&file)?)
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
    fn a_file_that_is_no_picture_is_told_with_its_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let failure = read(file.path()).unwrap_err();
        assert_eq!(failure.code, Code::PictureUnreadable);
        let failure = read(Path::new("/nowhere/x.png")).unwrap_err();
        assert!(failure.detail.contains("x.png"), "{failure:?}");
    }
}
