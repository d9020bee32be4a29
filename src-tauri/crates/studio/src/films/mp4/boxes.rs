//! The description of an MP4 file: boxes in boxes, each a size, a name and a content.

use quartet_pipelines::video::TICKS_PER_SECOND;

/// Of XMP in MP4 (XMP specification, part 3).
pub(crate) const XMP_UUID: [u8; 16] = [
    0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac,
];

/// One to one, nothing turned.
const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
/// No language in particular: "und".
const LANGUAGE: u16 = 0x55c4;

/// Frames' sizes and times.
#[derive(Debug, Default)]
pub(super) struct Track {
    sizes: Vec<u32>,
    /// Runs of frames of one length: how many, and how long.
    times: Vec<(u32, u32)>,
    /// Numbers of key frames, from 1.
    keys: Vec<u32>,
    ticks: u64,
}

impl Track {
    pub(super) fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    pub(super) fn push(&mut self, size: u32, ticks: u64, key: bool) {
        self.sizes.push(size);
        if key {
            self.keys.push(self.sizes.len() as u32);
        }
        self.add_time(ticks);
    }

    /// The last frame is shown longer.
    pub(super) fn lengthen(&mut self, ticks: u64) {
        let Some((count, last)) = self.times.last().copied() else {
            return;
        };
        self.ticks -= u64::from(last);
        if count == 1 {
            self.times.pop();
        } else if let Some(run) = self.times.last_mut() {
            run.0 -= 1;
        }
        self.add_time(u64::from(last) + ticks);
    }

    fn add_time(&mut self, ticks: u64) {
        self.ticks += ticks;
        let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
        match self.times.last_mut() {
            Some((count, length)) if *length == ticks => *count += 1,
            _ => self.times.push((1, ticks)),
        }
    }
}

/// The same for sound and for captions, all of it behind the frames.
#[derive(Debug)]
pub(super) struct SideTrack {
    /// Of its clock, a second.
    rate: u32,
    /// How long it lasts, by that clock.
    length: u64,
    sizes: Vec<u32>,
    times: Vec<(u32, u32)>,
    /// Bytes of frames before it.
    begin: u64,
}

impl SideTrack {
    pub(super) fn new(rate: u32, begin: u64) -> Self {
        Self {
            rate,
            length: 0,
            sizes: Vec::new(),
            times: Vec::new(),
            begin,
        }
    }

    /// So many bytes that last so long.
    pub(super) fn push(&mut self, size: u32, length: u32) {
        self.length += u64::from(length);
        self.sizes.push(size);
        match self.times.last_mut() {
            Some((count, last)) if *last == length => *count += 1,
            _ => self.times.push((1, length)),
        }
    }

    /// Bytes of all of it.
    pub(super) fn bytes(&self) -> u64 {
        self.sizes.iter().map(|&size| u64::from(size)).sum()
    }

    fn ticks(&self) -> u64 {
        self.length * TICKS_PER_SECOND / u64::from(self.rate.max(1))
    }
}

/// All that players want to know first.
pub(super) struct Description<'a> {
    pub(super) size: (u32, u32),
    pub(super) sequence_set: &'a [u8],
    pub(super) picture_set: &'a [u8],
    pub(super) track: &'a Track,
    pub(super) sound: Option<&'a SideTrack>,
    pub(super) captions: Option<&'a SideTrack>,
    pub(super) aigc: &'a str,
    pub(super) xmp: &'a str,
}

/// A box being filled.
struct Content(Vec<u8>);

impl Content {
    fn new() -> Self {
        Self(Vec::new())
    }

    /// Of boxes that begin with a version and flags.
    fn versioned(flags: u32) -> Self {
        Self::new().u32(flags)
    }

    fn u16(mut self, value: u16) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    fn u32(mut self, value: u32) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    fn u64(mut self, value: u64) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }

    fn zeros(mut self, count: usize) -> Self {
        self.0.resize(self.0.len() + count, 0);
        self
    }

    fn all(self, values: &[u32]) -> Self {
        values
            .iter()
            .fold(self, |content, &value| content.u32(value))
    }

    /// Closes it.
    fn named(self, name: [u8; 4]) -> Vec<u8> {
        let mut bytes = (self.0.len() as u32 + 8).to_be_bytes().to_vec();
        bytes.extend(name);
        bytes.extend(self.0);
        bytes
    }
}

pub(super) fn file_type() -> Vec<u8> {
    let content = Content::new().bytes(b"isom").u32(0x200);
    content.bytes(b"isomiso2avc1mp41").named(*b"ftyp")
}

/// The head of the box that holds the frames, whose size has 64 bits.
pub(super) fn data_head(size: u64) -> Vec<u8> {
    let head = Content::new().u32(1).bytes(b"mdat");
    head.u64(size).0
}

fn clock(ticks: u64) -> u32 {
    u32::try_from(ticks).unwrap_or(u32::MAX)
}

impl Description<'_> {
    /// `moov` and the label, for frames that begin at `data` in the file.
    pub(super) fn bytes(&self, data: u64) -> Vec<u8> {
        let sides = [self.sound, self.captions].into_iter().flatten();
        let ticks = sides.map(SideTrack::ticks).max().unwrap_or(0);
        let ticks = self.track.ticks.max(ticks);
        let header = Content::versioned(0).zeros(8).u32(TICKS_PER_SECOND as u32);
        // Shown at its own speed, heard at its own loudness.
        let header = header.u32(clock(ticks)).u32(0x1_0000).u16(0x100).zeros(10);
        // One more than the last track may have.
        let header = header.all(&MATRIX).zeros(24).u32(4);
        let mut movie = Content::new().bytes(&header.named(*b"mvhd"));
        movie = movie.bytes(&self.pictures(data));
        if let Some(sound) = self.sound {
            movie = movie.bytes(&sound_track(sound, data + sound.begin));
        }
        if let Some(captions) = self.captions {
            movie = movie.bytes(&caption_track(captions, data + captions.begin, self.size));
        }
        let movie = movie.bytes(&self.label()).named(*b"moov");
        let xmp = Content::new().bytes(&XMP_UUID).bytes(self.xmp.as_bytes());
        [movie, xmp.named(*b"uuid")].concat()
    }

    fn pictures(&self, data: u64) -> Vec<u8> {
        let track = self.track;
        let (width, height) = self.size;
        let entry = Content::new().zeros(6).u16(1).zeros(16);
        let entry = entry.u16(width as u16).u16(height as u16);
        // 72 dots an inch, one frame a sample, no name, 24 bits.
        let entry = entry
            .u32(0x48_0000)
            .u32(0x48_0000)
            .zeros(4)
            .u16(1)
            .zeros(32);
        let entry = entry.u16(24).u16(0xffff);
        let entry = entry.bytes(&self.configuration()).named(*b"avc1");
        let tables = Content::new()
            .bytes(&Content::versioned(0).u32(1).bytes(&entry).named(*b"stsd"))
            .bytes(&times(&track.times))
            .bytes(
                &Content::versioned(0)
                    .u32(track.keys.len() as u32)
                    .all(&track.keys)
                    .named(*b"stss"),
            )
            .bytes(&samples(&track.sizes, data))
            .named(*b"stbl");
        let head = Content::versioned(1).zeros(8).named(*b"vmhd");
        let media = media(
            *b"vide",
            TICKS_PER_SECOND as u32,
            clock(track.ticks),
            &head,
            &tables,
        );
        whole_track(1, clock(track.ticks), Shape::Seen(self.size), &media)
    }

    /// `AVCDecoderConfigurationRecord` (ISO/IEC 14496-15, 5.3.3.1).
    fn configuration(&self) -> Vec<u8> {
        let (sequence, picture) = (self.sequence_set, self.picture_set);
        let at = |index: usize| sequence.get(index).copied().unwrap_or_default();
        // Lengths of four bytes, one set of each kind.
        let record = Content::new().bytes(&[1, at(1), at(2), at(3), 0xff, 0xe1]);
        let record = record
            .u16(sequence.len() as u16)
            .bytes(sequence)
            .bytes(&[1]);
        record
            .u16(picture.len() as u16)
            .bytes(picture)
            .named(*b"avcC")
    }

    /// The key `AIGC` (GB 45438-2025, annex for video).
    fn label(&self) -> Vec<u8> {
        let handler = Content::versioned(0).zeros(4).bytes(b"mdta").zeros(13);
        let key = Content::new().bytes(b"AIGC").named(*b"mdta");
        let keys = Content::versioned(0).u32(1).bytes(&key);
        // UTF-8, no language.
        let value = Content::new().u32(1).u32(0).bytes(self.aigc.as_bytes());
        let item = Content::new()
            .bytes(&value.named(*b"data"))
            .named([0, 0, 0, 1]);
        let meta = Content::versioned(0)
            .bytes(&handler.named(*b"hdlr"))
            .bytes(&keys.named(*b"keys"))
            .bytes(&Content::new().bytes(&item).named(*b"ilst"));
        Content::new().bytes(&meta.named(*b"meta")).named(*b"udta")
    }
}

fn sound_track(sound: &SideTrack, data: u64) -> Vec<u8> {
    let entry = Content::new()
        .zeros(6)
        .u16(1)
        .zeros(8)
        .u16(1)
        .u16(16)
        .zeros(4);
    let entry = entry
        .u32(sound.rate << 16)
        .bytes(&super::flac::description(sound.rate, sound.length));
    let entry = entry.named(*b"fLaC");
    let tables = Content::new()
        .bytes(&Content::versioned(0).u32(1).bytes(&entry).named(*b"stsd"))
        .bytes(&times(&sound.times))
        .bytes(&samples(&sound.sizes, data))
        .named(*b"stbl");
    let head = Content::versioned(0).zeros(4).named(*b"smhd");
    let media = media(*b"soun", sound.rate, clock(sound.length), &head, &tables);
    whole_track(2, clock(sound.ticks()), Shape::Heard, &media)
}

/// Timed text (3GPP TS 26.245): white letters on a dark ground, at the bottom.
fn caption_track(captions: &SideTrack, data: u64, (width, height): (u32, u32)) -> Vec<u8> {
    const CENTRE: u8 = 1;
    const BOTTOM: u8 = 0xff;
    const FONT: &[u8] = b"Sans-Serif";
    let (wide, high) = (width as u16, height as u16);
    let entry = Content::new().zeros(6).u16(1).u32(0);
    let entry = entry.bytes(&[CENTRE, BOTTOM, 0, 0, 0, 160]);
    // The box that text stands in: the lowest quarter.
    let entry = entry.u16(high - high / 4).u16(0).u16(high).u16(wide);
    // All characters, the first font, plain, a sixteenth of the height.
    let size = (height / 16).clamp(8, 96) as u8;
    let entry = entry.u16(0).u16(0).u16(1).bytes(&[0, size]);
    let entry = entry.bytes(&[255, 255, 255, 255]);
    let fonts = Content::new().u16(1).u16(1).bytes(&[FONT.len() as u8]);
    let entry = entry.bytes(&fonts.bytes(FONT).named(*b"ftab"));
    let entry = entry.named(*b"tx3g");
    let tables = Content::new()
        .bytes(&Content::versioned(0).u32(1).bytes(&entry).named(*b"stsd"))
        .bytes(&times(&captions.times))
        .bytes(&samples(&captions.sizes, data))
        .named(*b"stbl");
    let head = Content::versioned(0).named(*b"nmhd");
    let media = media(
        *b"sbtl",
        captions.rate,
        clock(captions.length),
        &head,
        &tables,
    );
    whole_track(
        3,
        clock(captions.ticks()),
        Shape::Read((width, height)),
        &media,
    )
}

fn times(runs: &[(u32, u32)]) -> Vec<u8> {
    let table = Content::versioned(0).u32(runs.len() as u32);
    let table = runs.iter().fold(table, |table, &(count, length)| {
        table.u32(count).u32(length)
    });
    table.named(*b"stts")
}

/// Sizes, and that all samples lie one after the other from `data` on.
fn samples(sizes: &[u32], data: u64) -> Vec<u8> {
    let count = sizes.len() as u32;
    let chunks = Content::versioned(0)
        .u32(1)
        .u32(1)
        .u32(count)
        .u32(1)
        .named(*b"stsc");
    let sizes = Content::versioned(0)
        .u32(0)
        .u32(count)
        .all(sizes)
        .named(*b"stsz");
    let place = Content::versioned(0).u32(1).u64(data).named(*b"co64");
    [chunks, sizes, place].concat()
}

fn media(kind: [u8; 4], clock: u32, length: u32, head: &[u8], tables: &[u8]) -> Vec<u8> {
    let header = Content::versioned(0)
        .zeros(8)
        .u32(clock)
        .u32(length)
        .u16(LANGUAGE)
        .u16(0);
    let handler = Content::versioned(0).zeros(4).bytes(&kind).zeros(13);
    // The media lie in this very file.
    let place = Content::versioned(1).named(*b"url ");
    let places = Content::versioned(0).u32(1).bytes(&place).named(*b"dref");
    let information = Content::new()
        .bytes(head)
        .bytes(&Content::new().bytes(&places).named(*b"dinf"))
        .bytes(tables);
    Content::new()
        .bytes(&header.named(*b"mdhd"))
        .bytes(&handler.named(*b"hdlr"))
        .bytes(&information.named(*b"minf"))
        .named(*b"mdia")
}

/// What a track is, with the size of what is seen.
#[derive(Clone, Copy)]
enum Shape {
    Seen((u32, u32)),
    Heard,
    Read((u32, u32)),
}

/// A track that is on.
fn whole_track(id: u32, length: u32, shape: Shape, media: &[u8]) -> Vec<u8> {
    let header = Content::versioned(3)
        .zeros(8)
        .u32(id)
        .zeros(4)
        .u32(length)
        .zeros(8);
    let (width, height) = match shape {
        Shape::Seen(size) | Shape::Read(size) => size,
        Shape::Heard => (0, 0),
    };
    // Text lies before the picture: lower layers are nearer.
    let layer = if matches!(shape, Shape::Read(_)) {
        0xffff
    } else {
        0
    };
    let loudness = if matches!(shape, Shape::Heard) {
        0x100
    } else {
        0
    };
    let header = header.u16(layer).zeros(2).u16(loudness).zeros(2);
    let header = header.all(&MATRIX).u32(width << 16).u32(height << 16);
    Content::new()
        .bytes(&header.named(*b"tkhd"))
        .bytes(media)
        .named(*b"trak")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_left_out_lengthens_the_one_before() {
        let mut track = Track::default();
        track.push(10, 5000, true);
        track.push(5, 5000, false);
        track.lengthen(5000);
        track.push(5, 5000, false);
        assert_eq!(track.times, [(1, 5000), (1, 10_000), (1, 5000)]);
        assert_eq!((track.ticks, track.keys.as_slice()), (20_000, &[1][..]));
    }
}
