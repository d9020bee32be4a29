//! Films as files: written a frame at a time, each with its label, and exported in other formats.
//!
//! A writer holds a frame or two, however long the film is. Frames' times are counted in ticks from the
//! beginning and rounded to the format's own clock each for itself, so that roundings never add up.
//! What a film says of its making is written last, when it is known.

mod apng;
mod copy;
mod dirty_rect;
mod encoder_thread;
mod frame_delay;
mod gif;
mod mp4;
mod webp;
mod writer;

use std::fs::File;

pub use copy::{CopyError, copy};
pub use encoder_thread::EncoderThread;
pub use writer::{FilmFormat, FilmWriter, SideTracks};

/// A writer to an empty file, with side tracks where the format holds them.
pub fn writer(format: FilmFormat, file: File, side_tracks: SideTracks) -> Box<dyn FilmWriter> {
    match format {
        FilmFormat::WebP => Box::new(webp::WebPWriter::new(file)),
        FilmFormat::Gif => Box::new(gif::GifWriter::new(file)),
        FilmFormat::Png => Box::new(apng::ApngWriter::new(file)),
        FilmFormat::Mp4 => Box::new(mp4::Mp4Writer::new(file, side_tracks)),
    }
}

#[cfg(test)]
mod tests;
