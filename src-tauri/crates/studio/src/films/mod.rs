//! Films at hand: looked at while they are made and afterwards, and copied to where a person wants them.

mod export;
mod proxy_store;
mod show;

pub(crate) use export::{OwnFile, export, too_large};
pub use proxy_store::{Film, FilmId, FrameMark};
pub(crate) use proxy_store::{ProxyTee, unnamed_file};
pub use quartet_media::{
    film::{EncoderThread, FilmFormat, FilmWriter, SideTracks, writer},
    labels::Label,
};
pub(crate) use show::show;
