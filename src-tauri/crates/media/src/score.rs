//! Notes as they are played, and what stands before them on paper.

/// A tune as it is played.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    pub metre: Metre,
    pub key: Key,
    /// One a channel, the first of channel 0; at most 16.
    pub parts: Vec<Part>,
    pub bars: Vec<Bar>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metre {
    /// Of a bar.
    pub count: u8,
    /// What is counted, as a power of two: 2 a quarter, 3 an eighth.
    pub unit: u8,
    /// A metronome's click, of 24 a quarter.
    pub click: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Flats below 0; -7 to 7.
    pub sharps: i8,
    pub minor: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub name: &'static str,
    /// Of General MIDI; 0 to 127.
    pub program: u8,
    /// 0 to 127.
    pub volume: u8,
}

/// A bar as it is played.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// 12 a quarter.
    pub ticks: u32,
    pub seconds: f64,
    /// In the order of time.
    pub strokes: Vec<Stroke>,
}

/// A key that goes down or up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// In seconds of its bar.
    pub at: f64,
    /// Of its part.
    pub channel: u8,
    /// As MIDI counts keys.
    pub key: u8,
    /// From 1 to 127; 0: it goes up.
    pub velocity: u8,
}
