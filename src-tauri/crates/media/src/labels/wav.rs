//! Sound as WAV, its label in RIFF chunks: `AIGC` holds the JSON of GB 45438-2025 (annex for WAV),
//! `_PMX` an XMP packet with the IPTC digital source type, `LIST`/`INFO` what players show, and
//! `qrtt` Quartet's own account.

use std::io::{self, Read, Seek, Write};

use super::{
    label::{Claim, Provenance, SHOWN, SourceType, aigc_json},
    xmp,
};
use crate::{
    Pcm,
    container::{Container, Pieces, write_riff},
};

const AIGC: [u8; 4] = *b"AIGC";
const XMP: [u8; 4] = *b"_PMX";
const OWN: [u8; 4] = *b"qrtt";

/// The character set of the texts in `INFO`, as a code page of Windows: 65001, UTF-8; then a country, a
/// language and a dialect, none of which is said. Without it readers take them for Latin letters.
const UTF_8: [u8; 8] = [0xe9, 0xfd, 0, 0, 0, 0, 0, 0];

/// Bytes of a label; a larger one is not Quartet's and is not read.
const MAX_LABEL: u64 = 16 << 20;

/// Writes mono 16-bit PCM with its label before the sound, where readers find it first.
///
/// # Errors
/// Those of `out`; `InvalidInput` beyond the 4 GB that the format can hold.
pub fn write(out: &mut dyn Write, id: &str, provenance: &Provenance, pcm: &Pcm) -> io::Result<()> {
    let mut head = Vec::new();
    let mut format = Vec::with_capacity(16);
    // PCM, one channel.
    format.extend([1_u16.to_le_bytes(), 1_u16.to_le_bytes()].concat());
    format.extend(pcm.sample_rate.to_le_bytes());
    format.extend((pcm.sample_rate.saturating_mul(2)).to_le_bytes());
    format.extend([2_u16.to_le_bytes(), 16_u16.to_le_bytes()].concat());
    chunk(&mut head, *b"fmt ", &format)?;
    chunk(&mut head, *b"CSET", &UTF_8)?;
    chunk(&mut head, *b"LIST", &info(provenance)?)?;
    chunk(&mut head, AIGC, aigc_json(id).as_bytes())?;
    chunk(
        &mut head,
        XMP,
        xmp::described(provenance.source, "", "").as_bytes(),
    )?;
    chunk(&mut head, OWN, &serde_json::to_vec(provenance)?)?;
    let too_long = || io::Error::new(io::ErrorKind::InvalidInput, "WAV holds at most 4 GB");
    let data = u32::try_from(2 * pcm.samples.len()).map_err(|_| too_long())?;
    let size = data.checked_add(4 + head.len() as u32 + 8);
    out.write_all(b"RIFF")?;
    out.write_all(&size.ok_or_else(too_long)?.to_le_bytes())?;
    out.write_all(b"WAVE")?;
    out.write_all(&head)?;
    out.write_all(b"data")?;
    out.write_all(&data.to_le_bytes())?;
    for sample in &pcm.samples {
        out.write_all(&sample.to_le_bytes())?;
    }
    Ok(())
}

/// Contents are filled up with spaces, which JSON, XML and people pass over: some readers (hound is
/// one) do not know of the padding that an odd length would need.
fn chunk(out: &mut Vec<u8>, id: [u8; 4], content: &[u8]) -> io::Result<()> {
    write_riff(out, id, &[content, &b" "[..content.len() % 2]].concat())
}

/// The `INFO` list: title, software, date, comment.
fn info(provenance: &Provenance) -> io::Result<Vec<u8>> {
    let software = concat!("Quartet ", env!("CARGO_PKG_VERSION"));
    let date = provenance.created.get(..10).unwrap_or_default();
    let mut list = b"INFO".to_vec();
    for (id, text) in [
        (b"INAM", provenance.title.as_deref().unwrap_or_default()),
        (b"ISFT", software),
        (b"ICRD", date),
        (b"ICMT", SHOWN),
    ] {
        if !text.is_empty() {
            // Ended by a zero byte, and by another where the length would be odd.
            let ends = if text.len() % 2 == 0 { "\0\0" } else { "\0" };
            chunk(&mut list, *id, format!("{text}{ends}").as_bytes())?;
        }
    }
    Ok(list)
}

/// What a WAV file claims. `None` when it carries no `AIGC` chunk. The file may be
/// hostile: whatever is wrong with it, it claims nothing more.
pub(super) fn read(file: &mut (impl Read + Seek)) -> Option<Claim> {
    let mut claim = Claim::default();
    let mut pieces = Pieces::new(file, Container::Riff);
    while let Some(piece) = pieces.next() {
        if ![AIGC, XMP, OWN].contains(&piece.name) {
            continue;
        }
        let Some(content) = pieces.content(&piece, MAX_LABEL) else {
            continue;
        };
        match piece.name {
            AIGC => claim.aigc = serde_json::from_slice(trimmed(&content)).unwrap_or_default(),
            OWN => claim.provenance = serde_json::from_slice(&content).ok(),
            _ => {
                let source = SourceType::in_text(&String::from_utf8_lossy(&content));
                claim.digital_source_type = source.map(|source| source.code().to_owned());
            }
        }
    }
    (!claim.aigc.is_empty()).then_some(claim)
}

/// Some writers end texts with zero bytes.
fn trimmed(content: &[u8]) -> &[u8] {
    let end = content.iter().rposition(|byte| *byte != 0);
    &content[..end.map_or(0, |end| end + 1)]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn provenance(title: &str) -> Provenance {
        Provenance {
            title: Some(title.to_owned()),
            created: "2026-01-02T03:04:05Z".to_owned(),
            model: "hibari-en".to_owned(),
            recipe: Some("{\"speech\": null}".to_owned()),
            source: SourceType::Generated,
        }
    }

    fn written(title: &str, samples: Vec<i16>) -> Vec<u8> {
        let mut file = Vec::new();
        let pcm = Pcm {
            sample_rate: 24_000,
            samples,
        };
        write(&mut file, "0192-id", &provenance(title), &pcm).unwrap();
        file
    }

    #[test]
    fn a_sound_says_that_an_ai_made_it_and_any_reader_can_play_it() {
        let file = written("茶 tea!", vec![0, 16383, -32767]);
        let size = u32::from_le_bytes(file[4..8].try_into().unwrap());
        assert_eq!(size as usize + 8, file.len());
        let mut reader = hound::WavReader::new(Cursor::new(&file)).unwrap();
        assert_eq!(reader.spec().sample_rate, 24_000);
        let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        assert_eq!(samples, [0, 16383, -32767]);

        let claim = read(&mut Cursor::new(&file)).unwrap();
        assert_eq!(claim.aigc["Label"], "1");
        assert_eq!(claim.aigc["ContentProducer"], "Quartet");
        assert_eq!(claim.produce_id(), Some("0192-id"));
        assert_eq!(
            claim.digital_source_type.as_deref(),
            Some(SourceType::Generated.code())
        );
        assert_eq!(claim.provenance, Some(provenance("茶 tea!")));
        // The code page of what stands in `INFO`, before it.
        let set = file.windows(4).position(|id| id == b"CSET").unwrap();
        assert!(set < file.windows(4).position(|id| id == b"INFO").unwrap());
        assert_eq!(file[set + 8..set + 10], 65_001_u16.to_le_bytes());
    }

    #[test]
    fn sounds_without_a_label_claim_nothing() {
        let mut plain = written("x", vec![1, 2]);
        let at = plain.windows(4).position(|id| id == b"AIGC").unwrap();
        plain[at..at + 4].copy_from_slice(b"JUNK");
        assert_eq!(read(&mut Cursor::new(&plain)), None);
        for file in [&b""[..], b"RIFF", b"RIFF\0\0\0\0WAVEAIGC\xff\xff\xff\xff"] {
            assert_eq!(read(&mut Cursor::new(file)), None);
        }
    }

    proptest! {
        #[test]
        fn no_file_makes_the_reader_panic(
            mut file in prop::collection::vec(any::<u8>(), 0..200),
            at in 0_usize..300,
        ) {
            let _ = read(&mut Cursor::new(&file));
            let mut whole = written("x", vec![1, 2, 3]);
            let at = at.min(whole.len());
            whole.truncate(at);
            whole.append(&mut file);
            let _ = read(&mut Cursor::new(&whole));
        }
    }
}
