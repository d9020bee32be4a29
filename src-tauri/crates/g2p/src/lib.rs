//! Graphemes to phonemes: English and Mandarin as voices are given them.
//!
//! The phonemes are those of misaki, one character each. Deliberately absent: networks (what reads words
//! that no dictionary has is handed in) and files (tables come through [`Tables`]).

mod cut;
mod english;
mod mandarin;
mod markdown;
mod normalized_text;
mod pronounced;
mod read_word;
mod rule;
mod simplified;
mod table;
mod tables;

pub use english::{Accent, English};
pub use mandarin::{Mandarin, is_chinese};
pub use markdown::{FILLER, spoken_text};
pub use read_word::{ReadWord, joined};
pub use simplified::Simplified;
pub use tables::Tables;
