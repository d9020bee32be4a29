//! The index of an MP4 or MOV file: its tracks, where their samples lie and when they are shown.

use std::fs::File;

use mp4_atom::{
    Co64, Ctts, Elst, Hdlr, Mdhd, Moof, Mvhd, Stco, Stsc, Stss, Stsz, StszSamples, Stts, Tkhd, Trex,
};

use super::{
    boxes::{Boxes, find, read, within},
    fragments,
    track::{Edit, Movie, Sample, Track, Turning, signed},
};
use crate::{
    Result,
    clip::source::not_a_film,
    container::{Container, Pieces},
};

/// An index of more bytes is none: that of ten hours has fewer.
const MAX_INDEX: u64 = 64 << 20;
/// A fragment of more bytes is none.
const MAX_FRAGMENT: u64 = 8 << 20;
/// Nine hours at sixty frames a second.
const MAX_SAMPLES: usize = 2_000_000;
/// Tracks and edits beyond these are not looked at.
const MAX_TRACKS: usize = 64;
const MAX_EDITS: usize = 1000;

impl Movie {
    /// Reads a file's index, and those of its fragments.
    ///
    /// # Errors
    /// `NotAFilm`.
    pub(in crate::clip) fn read(file: &mut File) -> Result<Self> {
        let length = file
            .metadata()
            .map_err(|error| not_a_film(&error.to_string()))?;
        let length = length.len();
        let mut pieces = Pieces::new(file, Container::Bmff);
        let mut movie: Option<Self> = None;
        let mut cut = false;
        while let Some(piece) = pieces.next() {
            cut = piece.begin.saturating_add(piece.length) > length;
            match (&piece.name, &mut movie) {
                (b"moov", None) => {
                    let index = pieces.content(&piece, MAX_INDEX);
                    let index = index.ok_or_else(|| not_a_film("its index is cut short"))?;
                    movie = Some(Self::parse(&index, length)?);
                }
                (b"moof", Some(movie)) => {
                    let Some(content) = pieces.content(&piece, MAX_FRAGMENT) else {
                        break;
                    };
                    let Ok(fragment) = <Moof as mp4_atom::Atom>::decode_body(&mut &content[..])
                    else {
                        continue;
                    };
                    let begin = piece.begin.saturating_sub(8);
                    fragments::add(movie, &fragment, begin, (length, MAX_SAMPLES));
                }
                _ => {}
            }
        }
        let reason = if cut {
            "the file is cut short, and its index was to stand at its end"
        } else {
            "it has no index"
        };
        movie.ok_or_else(|| not_a_film(reason))
    }

    fn parse(index: &[u8], length: u64) -> Result<Self> {
        let head = read::<Mvhd>(index).ok_or_else(|| not_a_film("its index has no head"))?;
        let whole = turning(&head.matrix);
        let defaults = find(index, *b"mvex").unwrap_or_default();
        let tracks = Boxes(index).filter(|(name, _)| name == b"trak");
        let tracks = tracks.take(MAX_TRACKS);
        let tracks = tracks.filter_map(|(_, track)| {
            let mut track = Track::parse(track, length)?;
            track.matrix = times(track.matrix, whole);
            track.defaults = Boxes(defaults)
                .filter(|(name, _)| name == b"trex")
                .filter_map(|(_, mut found)| <Trex as mp4_atom::Atom>::decode_body(&mut found).ok())
                .find(|defaults| defaults.track_id == track.id);
            Some(track)
        });
        Ok(Self {
            clock: head.timescale.max(1),
            tracks: tracks.collect(),
        })
    }
}

fn turning(matrix: &mp4_atom::Matrix) -> Turning {
    [matrix.a, matrix.b, matrix.c, matrix.d].map(i64::from)
}

/// One matrix after the other, both with 16 bits behind the point.
fn times(first: Turning, second: Turning) -> Turning {
    let product = |row: usize, column: usize| {
        first[row] * second[column] + first[row + 1] * second[column + 2]
    };
    [product(0, 0), product(0, 1), product(2, 0), product(2, 1)].map(|sum| sum >> 16)
}

impl Track {
    /// None for what has no samples described, such as a broken one.
    fn parse(track: &[u8], length: u64) -> Option<Self> {
        let head = read::<Tkhd>(track)?;
        let media = find(track, *b"mdia")?;
        let clock = read::<Mdhd>(media)?.timescale.max(1);
        let table = within(media, &[*b"minf", *b"stbl"])?;
        let pixels = |side: mp4_atom::FixedPoint<u16>| {
            u32::from(side.integer()) << 16 | u32::from(side.decimal())
        };
        let mut found = Self {
            id: head.track_id,
            handler: read::<Hdlr>(media)?.handler.into(),
            clock,
            matrix: turning(&head.matrix),
            size: (pixels(head.width), pixels(head.height)),
            entry: first_entry(table)?.to_vec(),
            edits: edits(track),
            samples: Vec::new(),
            missing: 0,
            defaults: None,
            next: 0,
        };
        found.add_samples(table, length);
        Some(found)
    }

    /// Adds the samples of a table, as far as the file goes.
    fn add_samples(&mut self, table: &[u8], length: u64) {
        let (Some(sizes), Some(chunks)) = (read::<Stsz>(table), read::<Stsc>(table)) else {
            return;
        };
        let offsets = read::<Co64>(table).map(|large| large.entries).or_else(|| {
            let small = read::<Stco>(table)?.entries;
            Some(small.into_iter().map(u64::from).collect())
        });
        let keys = read::<Stss>(table).map(|keys| keys.entries);
        let mut times = Times::new(table);
        let size = |number: usize| match &sizes.samples {
            StszSamples::Identical { count, size } => (number < *count as usize).then_some(*size),
            StszSamples::Different { sizes } => sizes.get(number).copied(),
        };
        let mut next_key = keys.as_deref().map(|keys| keys.iter().copied().peekable());
        let (mut number, mut run) = (0, 0);
        for (chunk, offset) in offsets.unwrap_or_default().into_iter().enumerate() {
            while chunks
                .entries
                .get(run + 1)
                .is_some_and(|next| next.first_chunk as usize <= chunk + 1)
            {
                run += 1;
            }
            let Some(within) = chunks.entries.get(run) else {
                return;
            };
            let mut begin = offset;
            for _ in 0..within.samples_per_chunk {
                let Some(size) = size(number).filter(|_| number < MAX_SAMPLES) else {
                    return;
                };
                number += 1;
                let (time, duration) = times.next();
                let key = next_key.as_mut().is_none_or(|keys| {
                    while keys.next_if(|&key| (key as usize) < number).is_some() {}
                    keys.next_if(|&key| key as usize == number).is_some()
                });
                let end = begin.saturating_add(u64::from(size));
                if end > length {
                    self.missing += 1;
                } else {
                    self.samples.push(Sample {
                        begin,
                        size,
                        time,
                        duration,
                        key,
                    });
                }
                begin = end;
            }
        }
        self.next = times.now;
    }
}

/// The first description of samples, a whole box.
fn first_entry(table: &[u8]) -> Option<&[u8]> {
    // Behind a version and a count.
    let entries = find(table, *b"stsd")?.get(8..)?;
    let (_, content) = Boxes(entries).next()?;
    entries.get(..content.len() + 8)
}

fn edits(track: &[u8]) -> Vec<Edit> {
    let edits = find(track, *b"edts").and_then(read::<Elst>);
    let edits = edits.map(|list| list.entries).unwrap_or_default();
    let edits = edits.into_iter().take(MAX_EDITS).map(|edit| Edit {
        duration: edit.segment_duration,
        from: edit.media_time,
        still: edit.media_rate.integer() == 0 && edit.media_rate.decimal() == 0,
    });
    edits.collect()
}

/// When samples are shown, in the order in which they are decoded: runs of equal durations and of equal
/// distances between decoding and showing.
struct Times {
    durations: std::vec::IntoIter<mp4_atom::SttsEntry>,
    duration: (u32, u32),
    offsets: std::vec::IntoIter<mp4_atom::CttsEntry>,
    offset: (u32, i64),
    now: i64,
}

impl Times {
    fn new(table: &[u8]) -> Self {
        let durations = read::<Stts>(table).map(|found| found.entries);
        let offsets = read::<Ctts>(table).map(|found| found.entries);
        Self {
            durations: durations.unwrap_or_default().into_iter(),
            duration: (0, 0),
            offsets: offsets.unwrap_or_default().into_iter(),
            offset: (0, 0),
            now: 0,
        }
    }

    fn next(&mut self) -> (i64, u32) {
        while self.duration.0 == 0 {
            match self.durations.next() {
                Some(run) => self.duration = (run.sample_count, run.sample_delta),
                // A table that ends too early: the last one goes on.
                None => self.duration.0 = u32::MAX,
            }
        }
        while self.offset.0 == 0 {
            match self.offsets.next() {
                Some(run) => self.offset = (run.sample_count, signed(run.sample_offset)),
                None => self.offset = (u32::MAX, 0),
            }
        }
        self.duration.0 -= 1;
        self.offset.0 -= 1;
        let time = self.now.saturating_add(self.offset.1);
        self.now = self.now.saturating_add(i64::from(self.duration.1));
        (time, self.duration.1)
    }
}
