//! What can be wrong with a file that a person gave.

use std::{io, path::PathBuf};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Always about the person's own file, never about a model's.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// There is no file at the path, or nobody here may read it.
    #[error("{path} cannot be opened: {reason}")]
    Missing { path: PathBuf, reason: String },
    /// There is a folder where a file was asked for.
    #[error("{path} is a folder: {reason}")]
    Folder { path: PathBuf, reason: String },
    /// A folder was to become a film, and holds no pictures.
    #[error("{path} holds no pictures")]
    NoPictures { path: PathBuf },
    /// A device, a pipe or a socket.
    #[error("{path} is not a regular file")]
    NotRegular { path: PathBuf },
    /// A file without a byte in it.
    #[error("{path} is empty")]
    Empty { path: PathBuf },
    #[error("the picture cannot be read: {reason}")]
    UnreadablePicture { reason: String },
    /// A file of a kind that nothing here decodes as a picture, by its name in the field: `HEIC`, `PDF`.
    #[error("the file is {kind}, which cannot be read as a picture")]
    PictureEncoding { kind: &'static str },
    /// One of the pictures of a film cannot be used.
    #[error("{path}: {error}")]
    FilmPicture { path: PathBuf, error: Box<Error> },
    #[error("the picture is {width} x {height} pixels; at most {limit} on a side can be read")]
    PictureTooLarge { width: u32, height: u32, limit: u32 },
    /// A clip holds no frames that can be read.
    #[error("it is not a film that can be read: {reason}")]
    NotAFilm { reason: String },
    /// A film whose frames are encoded in a way that nothing here decodes.
    #[error("the film's pictures are encoded as {codec}; H.264 can be read")]
    FilmEncoding { codec: String },
    /// A film in a kind of file that nothing here opens.
    #[error("the film is a file of the kind {container}")]
    FilmContainer { container: String },
    /// Pictures cannot become a film of this many frames a second.
    #[error("fps is {found}; it must be between 1 and 60")]
    FrameRate { found: u32 },
    /// A file that was to be listened to holds no sound that can be decoded.
    #[error("it is not a sound file that can be read: {reason}")]
    NotSound { reason: String },
    /// A sound that is encoded in a way that nothing here decodes.
    #[error("the sound is encoded as {codec}, which is not decoded here")]
    SoundEncoding { codec: String },
}

impl Error {
    /// What opening or reading a file answered: `Folder` and `NotRegular` where that is none.
    pub fn missing(path: impl Into<PathBuf>, error: &io::Error) -> Self {
        let (path, reason) = (path.into(), error.to_string());
        if path.is_dir() {
            return Self::Folder { path, reason };
        }
        // As `bounded` says it.
        if error.kind() == io::ErrorKind::InvalidInput {
            return Self::NotRegular { path };
        }
        Self::Missing { path, reason }
    }
}
