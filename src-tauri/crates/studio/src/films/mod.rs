//! Films as files: written a frame at a time, each with its label, and exported in other formats.
//!
//! A writer holds a frame or two, however long the film is. Frames' times are counted in ticks from the
//! beginning and rounded to the format's own clock each for itself, so that roundings never add up.
//! What a film says of its making is written last, when it is known.

mod apng;
mod export;
mod facts;
mod gif;
mod held;
mod mp4;
mod patch;
mod recorder;
mod reel;
mod webp;

use std::{fs::File, io, path::Path};

use quartet_pipelines::image::Picture;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Code, Failure, Result, labels::Provenance, sound::Pcm, wire::Caption};
pub(crate) use export::export;
pub(crate) use facts::{facts, show};
pub(crate) use mp4::XMP_UUID;
pub use recorder::Recorder;
pub(crate) use reel::{Film, Reel, Reeled};
pub use webp::data_address;

/// What a film can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FilmFormat {
    /// Animated WebP: small, and every window shows it.
    #[default]
    WebP,
    Gif,
    /// APNG: exact pixels.
    Png,
    /// H.264 in MP4: for players and for sound.
    Mp4,
}

impl FilmFormat {
    pub const ALL: [Self; 4] = [Self::WebP, Self::Gif, Self::Png, Self::Mp4];

    /// Of files, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Png => "png",
            Self::Mp4 => "mp4",
        }
    }

    /// The format that a path's ending names.
    ///
    /// # Errors
    /// `ExportFormat`.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        let ending = ending.to_ascii_lowercase();
        match ending.as_str() {
            "webp" => Ok(Self::WebP),
            "gif" => Ok(Self::Gif),
            "png" | "apng" => Ok(Self::Png),
            "mp4" | "m4v" => Ok(Self::Mp4),
            kind => {
                let values = [("kind", kind), ("allowed", "webp, gif, png, mp4")];
                Err(Failure::with(Code::ExportFormat, &values, path.display()))
            }
        }
    }
}

/// What a film says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Of the work.
    pub id: String,
    pub provenance: Provenance,
}

/// A film being written.
pub trait FilmWriter: Send {
    /// Adds a frame that is shown for so many ticks; all of them have the first one's size.
    ///
    /// # Errors
    /// Those of the disk and of the encoder.
    fn frame(&mut self, picture: Picture, ticks: u64) -> io::Result<()>;

    /// Writes what is held, the label and what the format has at its ends.
    ///
    /// # Errors
    /// Those of the disk; `InvalidInput` for a film without frames.
    fn finish(self: Box<Self>, label: &Label) -> io::Result<()>;
}

/// What a film has beside its frames; only MP4 holds it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Beside {
    pub sound: Option<Pcm>,
    /// In the order in which they are read.
    pub captions: Vec<Caption>,
}

/// A writer to an empty file, with what lies beside the frames where the format holds that.
pub fn writer(format: FilmFormat, file: File, beside: Beside) -> Box<dyn FilmWriter> {
    match format {
        FilmFormat::WebP => Box::new(webp::WebPWriter::new(file)),
        FilmFormat::Gif => Box::new(gif::GifWriter::new(file)),
        FilmFormat::Png => Box::new(apng::ApngWriter::new(file)),
        FilmFormat::Mp4 => Box::new(mp4::Mp4Writer::new(file, beside)),
    }
}

/// A picture as a WebP file that is quickly made; empty for one that cannot be.
pub(crate) fn quick(picture: &Picture) -> Vec<u8> {
    webp::quick(picture).unwrap_or_default()
}

fn no_frames() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "a film without frames")
}

#[cfg(test)]
mod tests;
