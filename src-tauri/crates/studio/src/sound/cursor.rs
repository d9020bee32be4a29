//! What is on: a sound and the place in it, shared by the player and the device's own thread.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
};

use super::Sound;

/// Samples taken out of the sound at once, so that its lock is not taken for each.
const BLOCK: u64 = 1024;

/// Silence given before a sound that had no more is looked into again: 10 ms at 24 kHz.
const REST: u32 = 240;

/// The share of the way to a new loudness that is gone at each sample: there in about 10 ms, which
/// is too slow to click.
const GLIDE: f32 = 0.01;

#[derive(Debug)]
pub(super) struct PlaybackCursor {
    pub(super) sound: Arc<Sound>,
    /// The sample that is played next.
    at: AtomicU64,
    /// Bits of an `f32` in [0, 1].
    volume: AtomicU32,
    paused: AtomicBool,
    /// There was nothing more to play when it was last looked.
    starved: AtomicBool,
}

impl PlaybackCursor {
    pub(super) fn new(sound: Arc<Sound>, at: u64, volume: f32) -> Arc<Self> {
        Arc::new(Self {
            sound,
            at: AtomicU64::new(at),
            volume: AtomicU32::new(volume.to_bits()),
            paused: AtomicBool::new(false),
            starved: AtomicBool::new(false),
        })
    }

    pub(super) fn at(&self) -> u64 {
        self.at.load(Relaxed)
    }

    pub(super) fn seek(&self, at: u64) {
        self.at.store(at, Relaxed);
        self.starved.store(false, Relaxed);
    }

    pub(super) fn set_volume(&self, volume: f32) {
        self.volume.store(volume.to_bits(), Relaxed);
    }

    pub(super) fn set_paused(&self, paused: bool) {
        self.paused.store(paused, Relaxed);
    }

    pub(super) fn is_starved(&self) -> bool {
        self.starved.load(Relaxed)
    }
}

/// Samples for a device, without end: silence where there is nothing to play, or nothing yet.
#[derive(Debug)]
pub struct CursorSource {
    cursor: Arc<PlaybackCursor>,
    sample_rate: u32,
    block: Vec<i16>,
    /// The place of the block in the sound.
    from: u64,
    rest: u32,
    gain: f32,
}

impl CursorSource {
    pub(super) fn new(cursor: Arc<PlaybackCursor>, sample_rate: u32) -> Self {
        Self {
            cursor,
            sample_rate,
            block: Vec::new(),
            from: 0,
            rest: 0,
            gain: 0.0,
        }
    }

    /// Samples a second, one channel.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    fn sample(&mut self, at: u64) -> Option<i16> {
        let held = at.checked_sub(self.from);
        let held = held.and_then(|index| self.block.get(index as usize));
        if let Some(sample) = held {
            return Some(*sample);
        }
        if self.rest > 0 {
            self.rest -= 1;
            return None;
        }
        self.block.clear();
        self.from = at;
        let block = &mut self.block;
        self.cursor.sound.with(|pcm| {
            let rest = pcm.samples.get(at as usize..).unwrap_or_default();
            block.extend_from_slice(&rest[..rest.len().min(BLOCK as usize)]);
        });
        if self.block.is_empty() {
            self.rest = REST;
        }
        self.block.first().copied()
    }
}

impl Iterator for CursorSource {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.cursor.paused.load(Relaxed) {
            self.gain = 0.0;
            return Some(0.0);
        }
        let at = self.cursor.at();
        let Some(sample) = self.sample(at) else {
            self.cursor.starved.store(true, Relaxed);
            return Some(0.0);
        };
        self.cursor.starved.store(false, Relaxed);
        // A seek that came meanwhile wins.
        let _ = self
            .cursor
            .at
            .compare_exchange(at, at + 1, Relaxed, Relaxed);
        let wanted = f32::from_bits(self.cursor.volume.load(Relaxed));
        self.gain += (wanted - self.gain) * GLIDE;
        Some(f32::from(sample) / 32_768.0 * self.gain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(sound: &Arc<Sound>) -> (Arc<PlaybackCursor>, CursorSource) {
        let cursor = PlaybackCursor::new(Arc::clone(sound), 0, 1.0);
        (Arc::clone(&cursor), CursorSource::new(cursor, 24_000))
    }

    #[test]
    fn a_growing_sound_is_played_without_a_gap_and_waited_for_in_silence() {
        let sound = Arc::new(Sound::default());
        sound.append(24_000, &[0.5; 3000]);
        let (cursor, mut source) = source(&sound);
        let heard: Vec<f32> = source.by_ref().take(3000).collect();
        assert!(
            heard[1500..]
                .iter()
                .all(|sample| (sample - 0.5).abs() < 1e-3)
        );
        assert_eq!(cursor.at(), 3000);
        assert!(source.by_ref().take(500).all(|sample| sample == 0.0));
        assert!(cursor.is_starved());
        assert_eq!(cursor.at(), 3000, "silence is no part of the sound");
        sound.append(24_000, &[-0.5; 2000]);
        let heard: Vec<f32> = source.by_ref().take(1000).collect();
        assert!(heard[900] < -0.4);
        assert!(!cursor.is_starved());
    }

    #[test]
    fn a_seek_is_heard_at_the_next_sample_and_a_pause_holds_the_place() {
        let sound = Arc::new(Sound::default());
        let ramp: Vec<f32> = (0..4000).map(|n| n as f32 / 4000.0).collect();
        sound.append(24_000, &ramp);
        let (cursor, mut source) = source(&sound);
        source.by_ref().take(1500).for_each(drop);
        cursor.seek(3000);
        assert!((source.next().unwrap() - 0.75).abs() < 0.01);
        cursor.set_paused(true);
        assert!(source.by_ref().take(99).all(|sample| sample == 0.0));
        assert_eq!(cursor.at(), 3001);
        cursor.seek(999_999);
        cursor.set_paused(false);
        assert_eq!(source.next(), Some(0.0));
    }
}
