//! What is known of the tracks of an MP4 or MOV file.

use mp4_atom::Trex;

/// Encoded pictures or sound of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::clip) struct Sample {
    /// Where in the file.
    pub(in crate::clip) begin: u64,
    pub(in crate::clip) size: u32,
    /// By the track's clock.
    pub(in crate::clip) time: i64,
    pub(in crate::clip) duration: u32,
    /// Whether decoding can begin with it.
    pub(in crate::clip) key: bool,
}

/// A stretch of a track's time, as it is shown (8.6.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::clip) struct Edit {
    /// By the movie's clock; 0 in fragmented files: all of it.
    pub(in crate::clip) duration: u64,
    /// By the track's clock; none: nothing is shown.
    pub(in crate::clip) from: Option<u64>,
    /// Whether one moment is held all the time.
    pub(in crate::clip) still: bool,
}

/// The four numbers of a matrix that turn and mirror.
pub(in crate::clip) type Turning = [i64; 4];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::clip) struct Track {
    pub(super) id: u32,
    pub(in crate::clip) handler: [u8; 4],
    /// Units of its clock, a second; never 0.
    pub(in crate::clip) clock: u32,
    pub(in crate::clip) matrix: Turning,
    /// As it is to be seen, in 65536ths of a pixel.
    pub(in crate::clip) size: (u32, u32),
    /// The first description of its samples, a whole box.
    pub(in crate::clip) entry: Vec<u8>,
    pub(in crate::clip) edits: Vec<Edit>,
    /// In the order in which they are decoded.
    pub(in crate::clip) samples: Vec<Sample>,
    /// Samples of the index that the file ends before.
    pub(in crate::clip) missing: u32,
    /// What fragments leave out.
    pub(super) defaults: Option<Trex>,
    /// Where the next fragment begins, by its clock.
    pub(super) next: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::clip) struct Movie {
    /// Units of its clock, a second; never 0.
    pub(in crate::clip) clock: u32,
    pub(in crate::clip) tracks: Vec<Track>,
}

impl Movie {
    /// The first track of a kind that has samples, or else the first of it.
    pub(in crate::clip) fn track(&self, handler: [u8; 4]) -> Option<&Track> {
        let all = || self.tracks.iter().filter(|track| track.handler == handler);
        all()
            .find(|track| !track.samples.is_empty())
            .or_else(|| all().next())
    }
}

/// `QuickTime` writes negative distances where the standard has none.
pub(super) fn signed(offset: i64) -> i64 {
    if offset > i64::from(i32::MAX) {
        offset - (1 << 32)
    } else {
        offset
    }
}
