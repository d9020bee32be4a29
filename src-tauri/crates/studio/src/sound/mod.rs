//! Sound: 16-bit samples that are heard and written while they are being made.

mod file;

use std::{
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

pub use file::Format;
pub(crate) use file::{export, read};

/// Mono samples.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pcm {
    /// Samples a second.
    pub sample_rate: u32,
    pub samples: Vec<i16>,
}

/// A sound that grows, shared by whoever makes it, plays it and writes it.
///
/// 16 bits are what is written in the end; an hour takes 173 MB at 24 kHz.
#[derive(Debug, Default)]
pub struct Sound {
    state: Mutex<State>,
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
        }
    }

    /// Adds samples, mostly within [-1, 1] and clipped to it, and tells where they lie.
    pub(crate) fn append(&self, sample_rate: u32, samples: &[f32]) -> Range<u32> {
        let mut state = self.state();
        state.pcm.sample_rate = sample_rate;
        let from = state.pcm.samples.len() as u32;
        let quantised = samples.iter().map(|sample| quantise(*sample));
        state.pcm.samples.extend(quantised);
        from..state.pcm.samples.len() as u32
    }

    /// Nothing more will be added.
    pub(crate) fn end(&self) {
        self.state().ended = true;
    }

    pub fn is_ended(&self) -> bool {
        self.state().ended
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

fn quantise(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_grows_and_tells_where() {
        let sound = Sound::default();
        assert_eq!(sound.append(24_000, &[0.0, 0.5, -7.0]), 0..3);
        assert_eq!(sound.append(24_000, &[1.0]), 3..4);
        assert!(!sound.is_ended());
        sound.end();
        assert!(sound.is_ended());
        sound.with(|pcm| assert_eq!(pcm.samples, [0, 16383, -32767, 32767]));
    }
}
