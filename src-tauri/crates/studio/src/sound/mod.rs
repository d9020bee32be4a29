//! Sound: 16-bit samples that are heard and written while they are being made.

mod cursor;
mod decode;
mod file;
mod hardware;
mod imported;
mod player;
mod recorder;
mod rodio;
mod view;

use std::{
    ops::Range,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

pub use cursor::CursorSource;
pub use decode::SoundId;
pub(crate) use decode::decode;
pub(crate) use file::{export, read};
pub use hardware::{Hearing, Playing, SoundDevice, SoundDevices, SoundInput, SoundOutput, Trouble};
pub use imported::SoundPart;
pub(crate) use imported::import;
pub use player::{Player, PlayerPhase, PlayerSink, PlayerState};
pub use quartet_media::{Pcm, SoundFormat as Format};
pub use recorder::{Recorder, RecorderEvent, RecorderSink, Recording};
pub(crate) use rodio::Rodio;
pub(crate) use view::{peaks, spectrogram};

use crate::recent::Evict;

/// How far a sound is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Samples a second; 0 before the first sample.
    pub sample_rate: u32,
    pub samples: u64,
    pub ended: bool,
}

/// A growing sound, shared by those that make it, play it and write it.
///
/// 16 bits are what is written in the end; an hour takes 173 MB at 24 kHz.
#[derive(Debug, Default)]
pub struct Sound {
    state: Mutex<State>,
    abandoned: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    pcm: Pcm,
    ended: bool,
}

impl Sound {
    /// A sound that is whole.
    pub fn whole(pcm: Pcm) -> Self {
        Self {
            state: Mutex::new(State { pcm, ended: true }),
            abandoned: AtomicBool::new(false),
        }
    }

    /// Adds samples, mostly within [-1, 1] and clipped to it, and returns where they begin and end.
    pub(crate) fn append(&self, sample_rate: u32, samples: &[f32]) -> Range<u32> {
        // Before the lock is taken: the player must not wait for arithmetic.
        let quantised: Vec<i16> = samples.iter().map(|sample| quantise(*sample)).collect();
        let mut state = self.state();
        state.pcm.sample_rate = sample_rate;
        let from = state.pcm.samples.len() as u32;
        state.pcm.samples.extend(quantised);
        from..state.pcm.samples.len() as u32
    }

    /// Nothing more will be added.
    pub(crate) fn end(&self) {
        self.state().ended = true;
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed)
    }

    pub fn is_ended(&self) -> bool {
        self.state().ended
    }

    /// How much there is, and whether that is all.
    pub fn extent(&self) -> Extent {
        let state = self.state();
        Extent {
            sample_rate: state.pcm.sample_rate,
            samples: state.pcm.samples.len() as u64,
            ended: state.ended,
        }
    }

    /// Shows the samples so far; nothing can be added meanwhile.
    pub fn with<T>(&self, look: impl FnOnce(&Pcm) -> T) -> T {
        look(&self.state().pcm)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it was held leaves whole samples.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Evict for Sound {
    fn evict(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }
}

fn quantise(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_grows_and_says_where() {
        let sound = Sound::default();
        assert_eq!(sound.append(24_000, &[0.0, 0.5, -7.0]), 0..3);
        assert_eq!(sound.append(24_000, &[1.0]), 3..4);
        assert!(!sound.is_ended());
        sound.end();
        assert!(sound.is_ended());
        sound.with(|pcm| assert_eq!(pcm.samples, [0, 16383, -32767, 32767]));
    }
}
