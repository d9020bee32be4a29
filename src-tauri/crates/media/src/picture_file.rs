//! Pictures as files: read from people, written for people.

use std::{
    io::{self, Cursor, Write},
    path::Path,
};

use ::image::{ImageFormat, ImageReader};

use crate::{
    Error, Mask, Picture, Result, UnknownFormat,
    bounded::{bounded, open_given},
    format::of,
    labels::{self, Provenance},
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
    const ENDINGS: [(Self, &'static [&'static str]); 3] = [
        (Self::Png, &["png"]),
        (Self::Jpeg, &["jpg", "jpeg"]),
        (Self::WebP, &["webp"]),
    ];

    /// The format that a path's ending names.
    ///
    /// # Errors
    /// [`UnknownFormat`].
    pub fn of(path: &Path) -> Result<Self, UnknownFormat> {
        of(path, &Self::ENDINGS)
    }
}

/// The format, width and height in pixels that a PNG, JPEG or WebP file says it has: nothing is decoded.
///
/// # Errors
/// `UnreadablePicture`, for other kinds too.
pub fn measure(file: &[u8]) -> Result<(PictureFormat, u32, u32)> {
    let unreadable = |reason: &dyn std::fmt::Display| Error::UnreadablePicture {
        reason: reason.to_string(),
    };
    let reader = ImageReader::new(Cursor::new(file));
    let reader = reader
        .with_guessed_format()
        .map_err(|error| unreadable(&error))?;
    let format = match reader.format() {
        Some(ImageFormat::Png) => PictureFormat::Png,
        Some(ImageFormat::Jpeg) => PictureFormat::Jpeg,
        Some(ImageFormat::WebP) => PictureFormat::WebP,
        _ => return Err(unreadable(&"it is no PNG, JPEG or WebP file")),
    };
    let size = reader.into_dimensions();
    let (width, height) = size.map_err(|error| unreadable(&error))?;
    Ok((format, width, height))
}

/// Reads a picture that someone has.
///
/// # Errors
/// Those of [`bytes`]; `UnreadablePicture`, `PictureEncoding`, `PictureTooLarge`.
pub fn read(path: &Path) -> Result<Picture> {
    Picture::decode(&bytes(path)?)
}

/// Reads a picture that says where to paint: white paints, black does not.
///
/// # Errors
/// Those of [`bytes`]; `UnreadablePicture`, `PictureEncoding`, `PictureTooLarge`.
pub fn read_mask(path: &Path) -> Result<Mask> {
    Mask::decode(&bytes(path)?)
}

/// The bytes of a file that is meant to be a picture.
///
/// # Errors
/// `Missing`, `Folder`, `NotRegular`, `Empty`, `UnreadablePicture` for a file that is too large.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    bounded(open_given(path)?, MAX_FILE).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => Error::UnreadablePicture {
            reason: format!("{}: {error}", path.display()),
        },
        _ => Error::missing(path, &error),
    })
}

/// Writes a labelled picture.
///
/// # Errors
/// Those of `out`.
pub fn write(
    out: &mut dyn Write,
    format: PictureFormat,
    id: &str,
    provenance: &Provenance,
    picture: &Picture,
) -> io::Result<()> {
    match format {
        PictureFormat::Png => labels::picture::write_png(out, id, provenance, picture),
        PictureFormat::Jpeg => labels::picture::write_jpeg(out, id, provenance, picture),
        PictureFormat::WebP => labels::picture::write_webp(out, id, provenance, picture),
    }
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
            let unknown = PictureFormat::of(Path::new(name)).unwrap_err();
            assert_eq!(unknown.allowed, "png, jpg, webp");
        }
    }

    #[test]
    fn a_file_that_is_no_picture_is_reported_with_its_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = read(file.path()).unwrap_err();
        assert!(matches!(error, Error::Empty { .. }), "{error}");
        std::fs::write(file.path(), "x").unwrap();
        let error = read(file.path()).unwrap_err();
        assert!(matches!(error, Error::UnreadablePicture { .. }), "{error}");
        let missing = read(Path::new("/nowhere/x.png")).unwrap_err();
        assert!(matches!(missing, Error::Missing { .. }), "{missing}");
        assert!(missing.to_string().contains("x.png"), "{missing}");
        let folder = tempfile::tempdir().unwrap();
        let error = read(folder.path()).unwrap_err();
        assert!(matches!(error, Error::Folder { .. }), "{error}");
    }
}
