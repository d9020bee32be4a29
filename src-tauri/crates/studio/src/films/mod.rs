//! Films at hand: looked at while they are made and afterwards, and copied to where a person wants them.

mod export;
mod reel;
mod show;

pub(crate) use export::{OwnFile, export};
pub use quartet_media::{
    film::{EncoderThread, FilmFormat, FilmWriter, SideTracks, writer},
    labels::Label,
};
pub(crate) use reel::Reeled;
pub use reel::{Film, FilmId, FrameMark};
pub(crate) use show::show;
