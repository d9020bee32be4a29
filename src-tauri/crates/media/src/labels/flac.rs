//! Sound as FLAC, its label in the comments: `AIGC` holds the JSON of GB 45438-2025 under the key
//! that its annex gives for MP3, `DIGITALSOURCETYPE` the IPTC's, `QUARTET` Quartet's own account,
//! and the usual ones what players show.
//!
//! Metadata blocks are a byte (the last one's has its highest bit set), a length of three (big
//! endian) and the content (RFC 9639, 8); comments are counted texts (little endian), `KEY=value`
//! each (8.6).

use std::io::{self, Read, Seek, SeekFrom, Write};

use flacenc::{component::BitRepr, error::Verify};

use super::label::{Claim, Provenance, SHOWN, aigc_json};
use crate::Pcm;

const MAGIC: &[u8; 4] = b"fLaC";
/// The signature, and the one block that the encoder writes: its head and its 34 bytes.
const STREAM_INFO_ENDS: usize = 4 + 4 + 34;
/// Where that block says how many samples the shortest and the longest frame have.
const MIN_FRAME: usize = 8;
const MAX_FRAME: std::ops::Range<usize> = 10..12;
const COMMENTS: u8 = 4;
const LAST: u8 = 0x80;
/// What three bytes can count.
const MAX_BLOCK: usize = (1 << 24) - 1;
/// Blocks looked at before a file is taken for one that has no label.
const MAX_BLOCKS: usize = 128;

/// Writes mono 16-bit samples with their label.
///
/// # Errors
/// Those of `out`; `InvalidInput` for a label that the format cannot hold, or a sound of a rate it
/// does not know.
pub fn write(out: &mut dyn Write, id: &str, provenance: &Provenance, pcm: &Pcm) -> io::Result<()> {
    let mut encoded = encode(pcm)?;
    let frames = encoded.split_off(STREAM_INFO_ENDS);
    // The shorter frame at the end does not count (RFC 9639, 8.2), though the encoder counts it:
    // readers take the sound for one of frames of any length.
    encoded.copy_within(MAX_FRAME, MIN_FRAME);
    // No longer the last of the blocks.
    encoded[MAGIC.len()] &= !LAST;
    let comments = comments(id, provenance)?;
    if comments.len() > MAX_BLOCK {
        let reason = "the recipe is too long for a FLAC file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    out.write_all(&encoded)?;
    out.write_all(&[COMMENTS | LAST])?;
    out.write_all(&(comments.len() as u32).to_be_bytes()[1..])?;
    out.write_all(&comments)?;
    out.write_all(&frames)
}

fn encode(pcm: &Pcm) -> io::Result<Vec<u8>> {
    let refused = |error: String| io::Error::new(io::ErrorKind::InvalidInput, error);
    let config = flacenc::config::Encoder::default();
    let config = config
        .into_verified()
        .map_err(|(_, error)| refused(error.to_string()))?;
    let samples: Vec<i32> = pcm
        .samples
        .iter()
        .map(|sample| i32::from(*sample))
        .collect();
    let rate = pcm.sample_rate as usize;
    let source = flacenc::source::MemSource::from_samples(&samples, 1, 16, rate);
    let stream = flacenc::encode_with_fixed_block_size(&config, source, config.block_size)
        .map_err(|error| refused(error.to_string()))?;
    let mut sink = flacenc::bitsink::ByteSink::new();
    stream
        .write(&mut sink)
        .map_err(|error| refused(error.to_string()))?;
    let encoded = sink.into_inner();
    if encoded.len() < STREAM_INFO_ENDS {
        return Err(refused("the encoder wrote no stream".to_owned()));
    }
    Ok(encoded)
}

fn comments(id: &str, provenance: &Provenance) -> io::Result<Vec<u8>> {
    let software = concat!("Quartet ", env!("CARGO_PKG_VERSION"));
    let date = provenance.created.get(..10).unwrap_or_default();
    let aigc = aigc_json(id);
    let own = serde_json::to_string(provenance)?;
    let comments = [
        ("AIGC", aigc.as_str()),
        ("DIGITALSOURCETYPE", provenance.source.code()),
        ("QUARTET", &own),
        ("TITLE", provenance.title.as_deref().unwrap_or_default()),
        ("DATE", date),
        ("COMMENT", SHOWN),
    ];
    let comments: Vec<String> = comments
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    // Longer than 4 GB is nothing here: the block's own length is checked.
    let counted = |text: &str| [&(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat();
    let mut block = counted(software);
    block.extend((comments.len() as u32).to_le_bytes());
    for comment in comments {
        block.extend(counted(&comment));
    }
    Ok(block)
}

/// What a FLAC file claims. `None` when it carries no `AIGC` comment. The file may be
/// hostile: whatever is wrong with it, it claims nothing more.
pub(super) fn read(file: &mut (impl Read + Seek)) -> Option<Claim> {
    let mut magic = [0; 4];
    file.read_exact(&mut magic).ok()?;
    if &magic != MAGIC {
        return None;
    }
    for _ in 0..MAX_BLOCKS {
        let mut head = [0; 4];
        file.read_exact(&mut head).ok()?;
        let [kind, a, b, c] = head;
        let size = u32::from_be_bytes([0, a, b, c]);
        if kind & !LAST == COMMENTS {
            let mut block = Vec::new();
            file.take(u64::from(size)).read_to_end(&mut block).ok()?;
            return claim(&block);
        }
        if kind & LAST != 0 {
            break;
        }
        file.seek(SeekFrom::Current(i64::from(size))).ok()?;
    }
    None
}

fn claim(block: &[u8]) -> Option<Claim> {
    let (_software, rest) = counted(block)?;
    let (count, mut rest) = rest.split_first_chunk()?;
    let mut claim = Claim::default();
    for _ in 0..u32::from_le_bytes(*count) {
        let Some((comment, after)) = counted(rest) else {
            break;
        };
        rest = after;
        let comment = String::from_utf8_lossy(comment);
        let Some((key, value)) = comment.split_once('=') else {
            continue;
        };
        match key.to_ascii_uppercase().as_str() {
            "AIGC" => claim.aigc = serde_json::from_str(value).unwrap_or_default(),
            "DIGITALSOURCETYPE" => claim.digital_source_type = Some(value.to_owned()),
            "QUARTET" => claim.provenance = serde_json::from_str(value).ok(),
            _ => {}
        }
    }
    (!claim.aigc.is_empty()).then_some(claim)
}

/// A text behind its length, and what follows it.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::{super::SourceType, *};
    use crate::{SoundFile, SoundSource};
    use proptest::prelude::*;

    fn provenance() -> Provenance {
        Provenance {
            title: Some("茶 tea!".to_owned()),
            created: "2026-01-02T03:04:05Z".to_owned(),
            model: "hibari-en".to_owned(),
            recipe: Some("{\"speech\": null}".to_owned()),
            source: SourceType::Generated,
        }
    }

    fn written(samples: Vec<i16>) -> Vec<u8> {
        let mut file = Vec::new();
        let pcm = Pcm {
            sample_rate: 16_000,
            samples,
        };
        write(&mut file, "0192-id", &provenance(), &pcm).unwrap();
        file
    }

    #[test]
    fn a_sound_says_that_an_ai_made_it_and_any_reader_can_play_it() {
        let tone: Vec<i16> = (0..10_000)
            .map(|n| (f32::sin(n as f32 / 7.0) * 20_000.0) as i16)
            .collect();
        let file = written(tone.clone());
        assert!(file.len() < tone.len() * 2, "it is compressed");
        let claim = read(&mut Cursor::new(&file)).unwrap();
        assert_eq!(claim.aigc["Label"], "1");
        assert_eq!(claim.produce_id(), Some("0192-id"));
        assert_eq!(
            claim.digital_source_type.as_deref(),
            Some(SourceType::Generated.code())
        );
        assert_eq!(claim.provenance, Some(provenance()));

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tone.flac");
        std::fs::write(&path, file).unwrap();
        let mut reader = SoundFile::open(&path).unwrap();
        let mut heard = Vec::new();
        while reader.read(&mut heard).unwrap() {}
        assert_eq!(heard.len(), tone.len());
        for (heard, sample) in heard.iter().zip(&tone) {
            assert!((heard - f32::from(*sample) / 32_768.0).abs() < 1e-6);
        }
    }

    #[test]
    fn short_sounds_are_files_too_and_others_claim_nothing() {
        for count in [0, 1, 17] {
            let file = written(vec![5; count]);
            assert!(read(&mut Cursor::new(&file)).is_some(), "{count}");
        }
        for file in [&b""[..], b"fLaC", b"fLaC\x84\xff\xff\xff", b"RIFF"] {
            assert_eq!(read(&mut Cursor::new(file)), None);
        }
    }

    proptest! {
        #[test]
        fn no_file_makes_the_reader_panic(
            mut file in prop::collection::vec(any::<u8>(), 0..200),
            at in 0_usize..600,
        ) {
            let _ = read(&mut Cursor::new(&file));
            let mut whole = written(vec![1, 2, 3]);
            whole.truncate(at.min(whole.len()));
            whole.append(&mut file);
            let _ = read(&mut Cursor::new(&whole));
        }
    }
}
