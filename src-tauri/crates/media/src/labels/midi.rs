//! Notes as a standard MIDI file, its label in text events of the first track: `AIGC:` and the JSON of
//! GB 45438-2025, as its annexes have it for sounds, `DigitalSourceType:` the IPTC's, `Quartet:` its own
//! account, and a line for people. The national standard knows no label for MIDI.
//!
//! A file is a head and tracks, each an id of four bytes, a length of four (big endian) and its content;
//! a track's events stand behind the ticks since the one before, in numbers of seven bits a byte
//! (Standard MIDI Files 1.0).

use std::io::{self, Read, Write};

use super::label::{Claim, Provenance, SHOWN, aigc_json};
use crate::score::{Key, Metre, Score};

/// Of a quarter; a score counts 12.
const DIVISION: u16 = 480;
const TICK: u32 = 40;

/// A longer file is not Quartet's and is not read.
const MAX_BYTES: u64 = 16 << 20;
/// The largest number of a file: four bytes of seven bits.
const LARGEST: u32 = (1 << 28) - 1;

const AIGC: &str = "AIGC:";
const SOURCE: &str = "DigitalSourceType:";
const OWN: &str = "Quartet:";

const TEXT: u8 = 0x01;
const TRACK_NAME: u8 = 0x03;
const END: u8 = 0x2f;
const TEMPO: u8 = 0x51;
const TIME_SIGNATURE: u8 = 0x58;
const KEY_SIGNATURE: u8 = 0x59;

/// Writes a tune as it is played, with its label.
///
/// # Errors
/// Those of `out`; `InvalidInput` for a label that the format cannot hold.
pub fn write(
    out: &mut dyn Write,
    id: &str,
    provenance: &Provenance,
    score: &Score,
) -> io::Result<()> {
    out.write_all(b"MThd")?;
    let head = [1, 1 + score.parts.len() as u16, DIVISION];
    out.write_all(&6_u32.to_be_bytes())?;
    for number in head {
        out.write_all(&number.to_be_bytes())?;
    }
    write_track(out, &conductor(id, provenance, score)?)?;
    for (channel, part) in (0..).zip(&score.parts) {
        let mut track = Track::default();
        track.meta(0, TRACK_NAME, part.name.as_bytes())?;
        track.event(0, &[0xc0 | channel, part.program.min(127)])?;
        track.event(0, &[0xb0 | channel, 7, part.volume])?;
        let mut begins = 0;
        for bar in &score.bars {
            let strokes = bar
                .strokes
                .iter()
                .filter(|stroke| stroke.channel == channel);
            for stroke in strokes {
                let share = stroke.at / bar.seconds.max(1e-9);
                let at = begins + (share * f64::from(bar.ticks) * f64::from(TICK)).round() as u32;
                let (key, velocity) = (stroke.key.min(127), stroke.velocity.min(127));
                track.event(at, &[0x90 | channel, key, velocity])?;
            }
            begins += bar.ticks * TICK;
        }
        track.meta(begins, END, &[])?;
        write_track(out, &track)?;
    }
    Ok(())
}

/// The first track: label, metre, key, tempo.
fn conductor(id: &str, provenance: &Provenance, score: &Score) -> io::Result<Track> {
    let mut track = Track::default();
    let title = provenance.title.as_deref().unwrap_or("Quartet");
    track.meta(0, TRACK_NAME, title.as_bytes())?;
    for text in [
        format!("{AIGC}{}", aigc_json(id)),
        format!("{SOURCE}{}", provenance.source.code()),
        format!("{OWN}{}", serde_json::to_string(provenance)?),
        SHOWN.to_owned(),
    ] {
        track.meta(0, TEXT, text.as_bytes())?;
    }
    let Metre { count, unit, click } = score.metre;
    // 32nds a quarter.
    track.meta(0, TIME_SIGNATURE, &[count, unit, click, 8])?;
    let Key { sharps, minor } = score.key;
    track.meta(
        0,
        KEY_SIGNATURE,
        &[sharps.to_le_bytes()[0], u8::from(minor)],
    )?;
    let (mut at, mut before) = (0, 0);
    for bar in &score.bars {
        let quarters = f64::from(bar.ticks) / 12.0;
        let microseconds = (bar.seconds / quarters * 1e6).round() as u32;
        if microseconds != before {
            track.meta(at, TEMPO, &microseconds.to_be_bytes()[1..])?;
            before = microseconds;
        }
        at += bar.ticks * TICK;
    }
    track.meta(at, END, &[])?;
    Ok(track)
}

#[derive(Debug, Default)]
struct Track {
    bytes: Vec<u8>,
    /// The tick of the last event.
    at: u32,
}

impl Track {
    fn event(&mut self, at: u32, bytes: &[u8]) -> io::Result<()> {
        number(&mut self.bytes, at.saturating_sub(self.at))?;
        self.at = self.at.max(at);
        self.bytes.extend(bytes);
        Ok(())
    }

    fn meta(&mut self, at: u32, kind: u8, content: &[u8]) -> io::Result<()> {
        self.event(at, &[0xff, kind])?;
        let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
        number(&mut self.bytes, length)?;
        self.bytes.extend(content);
        Ok(())
    }
}

fn write_track(out: &mut dyn Write, track: &Track) -> io::Result<()> {
    let length = u32::try_from(track.bytes.len()).map_err(io::Error::other)?;
    out.write_all(b"MTrk")?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(&track.bytes)
}

/// Seven bits a byte, the highest first; all but the last have the eighth set.
fn number(bytes: &mut Vec<u8>, number: u32) -> io::Result<()> {
    if number > LARGEST {
        let reason = "too long for a MIDI file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    for shift in [21, 14, 7] {
        if number >> shift > 0 {
            bytes.push(((number >> shift) as u8 & 0x7f) | 0x80);
        }
    }
    bytes.push(number as u8 & 0x7f);
    Ok(())
}

/// What a MIDI file claims. `None` when no text event of its tracks is an `AIGC:` label. The file may be
/// hostile: whatever is wrong with it, it claims nothing more.
pub(super) fn read(file: &mut impl Read) -> Option<Claim> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    let mut rest = bytes.as_slice();
    let (head, _) = take_chunk(&mut rest)?;
    if head != b"MThd" {
        return None;
    }
    let mut claim = Claim::default();
    // Chunks of other kinds may stand between the tracks, and are passed over.
    while let Some((id, mut events)) = take_chunk(&mut rest) {
        if id != b"MTrk" {
            continue;
        }
        while let Some(text) = next_text(&mut events) {
            enter(&mut claim, &String::from_utf8_lossy(text));
        }
    }
    (!claim.aigc.is_empty()).then_some(claim)
}

fn enter(claim: &mut Claim, text: &str) {
    if let Some(json) = text.strip_prefix(AIGC) {
        claim.aigc = serde_json::from_str(json).unwrap_or_default();
    } else if let Some(source) = text.strip_prefix(SOURCE) {
        claim.digital_source_type = Some(source.to_owned());
    } else if let Some(json) = text.strip_prefix(OWN) {
        claim.provenance = serde_json::from_str(json).ok();
    } else if text.contains("Generated by AI") || text.contains("人工智能生成") {
        claim.visible = true;
    }
}

/// An id and a content, which the rest is left behind; the last content may be cut short.
fn take_chunk<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8; 4], &'a [u8])> {
    let (id, after) = rest.split_first_chunk()?;
    let (length, after) = after.split_first_chunk()?;
    let length = u32::from_be_bytes(*length) as usize;
    let (content, after) = after.split_at(length.min(after.len()));
    *rest = after;
    Some((id, content))
}

/// The next text event of a track, which is left behind it; None at the end, or where nothing can be
/// made of what follows.
fn next_text<'a>(events: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut running = None;
    loop {
        take_number(events)?;
        let &first = events.first()?;
        let status = if first >= 0x80 {
            *events = &events[1..];
            first
        } else {
            running?
        };
        // Meta and system events end what the status before them is still good for.
        running = (status < 0xf0).then_some(status);
        match status {
            0xff => {
                let (&kind, rest) = events.split_first()?;
                *events = rest;
                let content = take_counted(events)?;
                if kind == TEXT {
                    return Some(content);
                }
                if kind == END {
                    return None;
                }
            }
            0xf0 | 0xf7 => {
                take_counted(events)?;
            }
            0xc0..=0xdf => *events = events.get(1..)?,
            0x80..=0xef => *events = events.get(2..)?,
            _ => return None,
        }
    }
}

fn take_counted<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = take_number(bytes)? as usize;
    let (content, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(content)
}

fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for _ in 0..4 {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number = (number << 7) | u32::from(byte & 0x7f);
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::SourceType, *};
    use crate::score::{Bar, Part, Stroke};

    fn provenance() -> Provenance {
        Provenance {
            title: Some("茶 tea!".to_owned()),
            created: "2026-01-02T03:04:05Z".to_owned(),
            model: "melody".to_owned(),
            recipe: Some("{\"composition\": null}".to_owned()),
            source: SourceType::Generated,
        }
    }

    /// Four bars of dotted halves, two seconds each, the last ones slower.
    fn tune() -> Score {
        let stroke = |at, velocity| Stroke {
            at,
            channel: 0,
            key: 71,
            velocity,
        };
        let bar = |seconds: f64| Bar {
            ticks: 36,
            seconds,
            strokes: vec![stroke(0.0, 80), stroke(seconds * 0.9, 0)],
        };
        Score {
            metre: Metre {
                count: 3,
                unit: 2,
                click: 24,
            },
            key: Key {
                sharps: 0,
                minor: false,
            },
            parts: vec![Part {
                name: "Melody",
                program: 46,
                volume: 112,
            }],
            bars: [2.0, 2.0, 2.1, 2.3].map(bar).to_vec(),
        }
    }

    fn written() -> Vec<u8> {
        let mut file = Vec::new();
        write(&mut file, "0192-id", &provenance(), &tune()).unwrap();
        file
    }

    #[test]
    fn notes_say_that_an_ai_made_them_and_another_reader_plays_them() {
        let file = written();
        let claim = read(&mut &file[..]).unwrap();
        assert_eq!(claim.aigc["Label"], "1");
        assert_eq!(claim.produce_id(), Some("0192-id"));
        assert_eq!(
            claim.digital_source_type.as_deref(),
            Some(SourceType::Generated.code())
        );
        assert_eq!(claim.provenance, Some(provenance()));
        assert!(claim.visible);
        let other = rustysynth::MidiFile::new(&mut &file[..]).unwrap();
        let seconds = other.get_length();
        assert!((7.9..8.7).contains(&seconds), "{seconds}");
    }

    #[test]
    fn files_without_a_label_and_hostile_ones_claim_nothing() {
        let mut plain = written();
        let at = plain.windows(5).position(|text| text == b"AIGC:").unwrap();
        plain[at] = b'X';
        assert_eq!(read(&mut &plain[..]), None);
        for file in [
            &b""[..],
            b"MThd",
            b"MThd\xff\xff\xff\xff",
            b"MThd\0\0\0\x06\0\0\0\0\0\0MTrk\xff\xff\xff\xff\0\xff\x01\x8f\xff\xff\x7f",
            b"MThd\0\0\0\0MTrk\0\0\0\x09\x80\x80\x80\x80\x80\0\0\0\0",
            b"MThd\0\0\0\0MTrk\0\0\0\x04\0\x05\x05\x05",
        ] {
            assert_eq!(read(&mut &file[..]), None);
        }
    }

    #[test]
    fn a_label_is_found_behind_other_chunks_and_in_any_track() {
        let file = written();
        let (head, tracks) = file.split_at(14);
        let silent = b"MTrk\0\0\0\x0b\0\x90\x40\x40\x10\x40\0\0\xff\x2f\0";
        let moved = [head, b"XFIH\0\0\0\x02??", silent, tracks].concat();
        assert_eq!(read(&mut &moved[..]), read(&mut &file[..]));
        // A data byte where no status is running: nothing can be made of it.
        let broken = b"MTrk\0\0\0\x06\0\xff\x03\0\0\x40";
        let broken = [head, broken, tracks].concat();
        assert_eq!(read(&mut &broken[..]), read(&mut &file[..]));
    }

    proptest! {
        #[test]
        fn no_file_makes_the_reader_panic(
            mut file in prop::collection::vec(any::<u8>(), 0..200),
            at in 0_usize..900,
        ) {
            let _ = read(&mut &file[..]);
            let mut whole = written();
            whole.truncate(at.min(whole.len()));
            whole.append(&mut file);
            let _ = read(&mut &whole[..]);
        }
    }
}
