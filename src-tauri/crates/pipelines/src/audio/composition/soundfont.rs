//! An untrusted `SoundFont`: its lengths are checked before a reader allocates by them, and what the
//! reader refuses, or stumbles over, is an error.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use quartet_media::bounded::read_bounded;
use rustysynth::SoundFont;

use crate::{Error, Result};

/// No font of ours is near this.
const MAX_BYTES: u64 = 128 << 20;
/// A key that is struck looks at all regions of its preset, and at all of their instruments'.
const MAX_REGIONS: usize = 512;

/// # Errors
/// `ModelFile`.
pub(super) fn open(path: &Path) -> Result<Arc<SoundFont>> {
    let broken = |reason: String| Error::ModelFile {
        path: path.to_owned(),
        reason,
    };
    let bytes = read_bounded(path, MAX_BYTES).map_err(|error| broken(error.to_string()))?;
    read(&bytes).map(Arc::new).map_err(broken)
}

fn read(bytes: &[u8]) -> Result<SoundFont, String> {
    check_chunks(bytes)?;
    // Indices into its lists are looked up by the reader unchecked.
    let font = catch_unwind(|| SoundFont::new(&mut &*bytes))
        .map_err(|_| "its lists point outside of themselves".to_owned())?
        .map_err(|error| error.to_string())?;
    let presets = font
        .get_presets()
        .iter()
        .map(|preset| preset.get_regions().len());
    let instruments = font
        .get_instruments()
        .iter()
        .map(|one| one.get_regions().len());
    let most = presets.chain(instruments).max().unwrap_or_default();
    if most > MAX_REGIONS {
        return Err(format!("{most} regions for one key"));
    }
    Ok(font)
}

/// Checks that every chunk ends within the one around it (`SoundFont` 2.04, 4: RIFF of three lists).
fn check_chunks(bytes: &[u8]) -> Result<(), String> {
    let body = match bytes.split_at_checked(12) {
        Some((head, body)) if head.starts_with(b"RIFF") && head.ends_with(b"sfbk") => body,
        _ => return Err("no SoundFont".to_owned()),
    };
    for (id, content) in chunks(body)? {
        if id == *b"LIST" {
            let inner = content.get(4..).ok_or("a list without a kind")?;
            chunks(inner)?;
        }
    }
    Ok(())
}

type Chunk<'a> = ([u8; 4], &'a [u8]);

fn chunks(mut bytes: &[u8]) -> Result<Vec<Chunk<'_>>, String> {
    let mut found = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<8>() {
        let [a, b, c, d, size @ ..] = *head;
        let size = u32::from_le_bytes(size) as usize;
        let (content, after) = rest
            .split_at_checked(size)
            .ok_or_else(|| format!("a chunk of {size} bytes where {} are left", rest.len()))?;
        found.push(([a, b, c, d], content));
        bytes = after;
    }
    Ok(found)
}

/// Does what a font's numbers may make fail.
pub(super) fn guarded<T>(what: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(what))
        .map_err(|_| Error::unsupported("the instruments cannot be played"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A font with one preset, program 0: a sine of 440 Hz, looped.
    pub(in super::super) fn sine() -> Vec<u8> {
        let wave: Vec<i16> = (0..4410)
            .map(|n| ((n as f32 * std::f32::consts::TAU / 100.0).sin() * 12_000.0) as i16)
            .chain([0; 46])
            .collect();
        let samples: Vec<u8> = wave
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        let name = |text: &str| {
            let mut name = text.as_bytes().to_vec();
            name.resize(20, 0);
            name
        };
        let words = |values: &[u16]| -> Vec<u8> {
            values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()
        };
        let preset = |text: &str, bag: u16| [name(text), words(&[0, 0, bag]), vec![0; 12]].concat();
        let header = |text: &str, places: [u32; 5]| {
            let places: Vec<u8> = places
                .iter()
                .flat_map(|place| place.to_le_bytes())
                .collect();
            [name(text), places, vec![69, 0], words(&[0, 1])].concat()
        };
        let parts = [
            chunk(*b"phdr", &[preset("sine", 0), preset("EOP", 1)].concat()),
            chunk(*b"pbag", &words(&[0, 0, 1, 0])),
            chunk(*b"pmod", &[0; 10]),
            // Generator 41: the instrument.
            chunk(*b"pgen", &words(&[41, 0, 0, 0])),
            chunk(
                *b"inst",
                &[name("sine"), words(&[0]), name("EOI"), words(&[1])].concat(),
            ),
            chunk(*b"ibag", &words(&[0, 0, 2, 0])),
            chunk(*b"imod", &[0; 10]),
            // 54: loops; 53: the sample.
            chunk(*b"igen", &words(&[54, 1, 53, 0, 0, 0])),
            chunk(
                *b"shdr",
                &[
                    header("sine", [0, 4410, 100, 4300, 44_100]),
                    header("EOS", [0; 5]),
                ]
                .concat(),
            ),
        ];
        let lists = [
            chunk(
                *b"LIST",
                &[b"INFO".to_vec(), chunk(*b"ifil", &words(&[2, 4]))].concat(),
            ),
            chunk(
                *b"LIST",
                &[b"sdta".to_vec(), chunk(*b"smpl", &samples)].concat(),
            ),
            chunk(*b"LIST", &[b"pdta".to_vec(), parts.concat()].concat()),
        ];
        chunk(*b"RIFF", &[b"sfbk".to_vec(), lists.concat()].concat())
    }

    fn chunk(id: [u8; 4], content: &[u8]) -> Vec<u8> {
        [&id[..], &(content.len() as u32).to_le_bytes()[..], content].concat()
    }

    #[test]
    fn a_font_is_read_and_a_broken_one_is_refused_without_a_panic() {
        let font = sine();
        assert_eq!(read(&font).unwrap().get_presets().len(), 1);
        for end in 0..font.len().min(200) {
            assert!(read(&font[..end]).is_err(), "{end}");
        }
        // Every byte of the lists in turn, and of the head.
        let lists = font.windows(4).position(|id| id == b"phdr").unwrap();
        for at in (0..80).chain(lists..font.len()) {
            for value in [0, 0x7f, 0xff] {
                let mut broken = font.clone();
                broken[at] = value;
                let _ = read(&broken);
            }
        }
        assert!(
            read(b"RIFF\xff\xff\xff\xffsfbkLIST\xff\xff\xff\x7fINFO")
                .unwrap_err()
                .contains("chunk of")
        );
    }
}
