//! Marks that say an AI made a work, written into it and read back out of any file.
//!
//! The marks are those of GB 45438-2025 and of the IPTC. Writing a label in that format is no claim
//! about anybody's duties; the producer named in it is the program, since nobody's registered
//! provider code is known to a program on a laptop.

mod embedded;
pub mod flac;
mod label;
pub mod midi;
pub mod picture;
pub mod text;
pub mod wav;
pub(crate) mod xmp;

pub(crate) use embedded::replace;
pub(crate) use label::aigc_json;
pub use label::{Claim, DIGITAL_SOURCE_TYPE, Label, Provenance};

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::Path,
};

/// A longer file is no text of ours and not read.
const MAX_TEXT: u64 = 512 << 20;

/// What a file of any format that is labelled here claims; `None` when it carries no `AIGC` label. The
/// file may be hostile: whatever is wrong with it, it claims nothing more.
///
/// The only way to the formats' own readers, which are private: what is not read here is read nowhere,
/// and what is read here is fuzzed.
pub fn read(file: &mut (impl Read + Seek)) -> Option<Claim> {
    let mut head = Vec::new();
    file.by_ref().take(12).read_to_end(&mut head).ok()?;
    file.rewind().ok()?;
    match head.as_slice() {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E'] => wav::read(file),
        [b'f', b'L', b'a', b'C', ..] => flac::read(file),
        [b'M', b'T', b'h', b'd', ..] => midi::read(file),
        [b'-', b'-', b'-', ..] | [0xef, 0xbb, 0xbf, ..] => {
            let mut bytes = Vec::new();
            file.take(MAX_TEXT).read_to_end(&mut bytes).ok()?;
            Some(text::read(std::str::from_utf8(&bytes).ok()?)?.0)
        }
        _ => embedded::read(file),
    }
}

/// What the file at a path claims, as [`read`] finds it; `None` also where there is no file.
pub fn read_file(path: &Path) -> Option<Claim> {
    read(&mut BufReader::new(File::open(path).ok()?))
}
