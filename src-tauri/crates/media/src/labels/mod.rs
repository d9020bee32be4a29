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
pub use label::{Claim, Label, Provenance, SourceType, aigc_json, new_id};

use std::{
    io::{BufReader, Read, Seek},
    path::{Path, PathBuf},
};

use crate::bounded::open_regular;

/// A longer file is no text of ours and not read.
const MAX_TEXT: u64 = 512 << 20;
/// A longer label beside a file is none of ours.
const MAX_SIDECAR: u64 = 16 << 20;
/// What file systems give a name, in bytes.
const MAX_NAME: usize = 255;

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

/// How much of a file's content models made; None where nothing says that any had a part in it. Files of other
/// programs say so too: whatever holds XMP is looked at.
pub fn source_of(file: &mut (impl Read + Seek)) -> Option<SourceType> {
    if let Some(claim) = read(file) {
        return Some(claim.source());
    }
    file.rewind().ok()?;
    SourceType::in_text(&embedded::packet(file)?)
}

/// As [`source_of`], for the file at a path; None also where there is none.
pub fn source_of_file(path: &Path) -> Option<SourceType> {
    source_of(&mut BufReader::new(open_regular(path).ok()?))
}

/// What the file at a path claims, as [`read`] finds it, or else what the XMP beside it does; `None` also where
/// there is no file.
pub fn read_file(path: &Path) -> Option<Claim> {
    read(&mut BufReader::new(open_regular(path).ok()?)).or_else(|| read_beside(path))
}

fn read_beside(path: &Path) -> Option<Claim> {
    let mut packet = String::new();
    let file = open_regular(&sidecar(path)).ok()?;
    file.take(MAX_SIDECAR).read_to_string(&mut packet).ok()?;
    xmp::read(&packet)
}

/// Where the label of a file stands that has no place for one: beside it, its name with `.xmp` behind it;
/// instead of its ending where the name would grow too long.
pub fn sidecar(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    if name.len() + ".xmp".len() > MAX_NAME {
        return path.with_extension("xmp");
    }
    name.push(".xmp");
    path.with_file_name(name)
}

/// A label as an XMP packet, for a file of its own.
pub fn packet(label: &Label) -> String {
    xmp::packet(&label.id, &label.provenance)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::Picture;

    #[test]
    fn files_of_other_programs_say_what_made_them_too() {
        let of = |attribute: &str| {
            let packet = format!("<x:xmpmeta><rdf:Description {attribute}/></x:xmpmeta>");
            let segment = [xmp::JPEG_XMP, packet.as_bytes()].concat();
            let length = (segment.len() as u16 + 2).to_be_bytes();
            let file = [
                b"\xff\xd8\xff\xe1",
                &length[..],
                &segment,
                b"\xff\xda\0\x02",
            ]
            .concat();
            source_of(&mut Cursor::new(file))
        };
        let code = |name| {
            format!("x:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/{name}\"")
        };
        assert_eq!(
            of(&code("trainedAlgorithmicMedia")),
            Some(SourceType::Generated)
        );
        assert_eq!(
            of(&code("algorithmicallyEnhanced")),
            Some(SourceType::Enhanced)
        );
        assert_eq!(of(&code("digitalCapture")), None);
        assert_eq!(of(""), None);
        assert_eq!(source_of(&mut Cursor::new(b"words")), None);
    }

    #[test]
    fn a_label_may_stand_beside_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talk.srt");
        std::fs::write(&path, "1\n").unwrap();
        assert_eq!(read_file(&path), None);
        let label = Label::anonymous("x".to_owned(), SourceType::Generated);
        assert!(sidecar(&path).ends_with("talk.srt.xmp"));
        std::fs::write(sidecar(&path), packet(&label)).unwrap();
        let claim = read_file(&path).unwrap();
        assert_eq!(claim.produce_id(), Some(label.id.as_str()));
        let long = folder.path().join(format!("{}.srt", "x".repeat(251)));
        assert_eq!(sidecar(&long).file_name().unwrap().len(), 255);
    }

    #[test]
    fn a_persons_picture_that_was_enlarged_is_not_said_to_be_generated() {
        let picture = Picture::new(2, 1, vec![7; 6]).unwrap();
        let label = Label::anonymous("x".to_owned(), SourceType::Enhanced);
        let mut file = Vec::new();
        picture::write_webp(&mut file, &label.id, &label.provenance, &picture).unwrap();
        let mut file = Cursor::new(file);
        let claim = read(&mut file).unwrap();
        let code = claim.digital_source_type.unwrap();
        assert!(code.ends_with("/algorithmicallyEnhanced"), "{code}");
        file.set_position(0);
        assert_eq!(source_of(&mut file), Some(SourceType::Enhanced));
    }
}
