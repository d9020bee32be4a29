//! A composed tune as a score, and what it can be written as.

use std::path::Path;

use quartet_media::{
    SoundFormat, UnknownFormat, format,
    score::{Key, Metre, Part, Score},
};
use quartet_pipelines::audio::composition::{
    CompositionRequest, Metre as ComposedMetre, Mode, performance,
};

use crate::recipe::CompositionRecipe;

/// What a tune can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TuneFormat {
    /// A MIDI file.
    Notes,
    Sound(SoundFormat),
}

impl TuneFormat {
    const ENDINGS: [(Self, &'static [&'static str]); 3] = [
        (Self::Notes, &["mid", "midi"]),
        (Self::Sound(SoundFormat::Wav), &["wav"]),
        (Self::Sound(SoundFormat::Flac), &["flac"]),
    ];

    /// The format that a path's ending names.
    ///
    /// # Errors
    /// [`UnknownFormat`].
    pub fn of(path: &Path) -> Result<Self, UnknownFormat> {
        format::of(path, &Self::ENDINGS)
    }
}

/// The parts of a performance, with General MIDI's loudness.
const PARTS: [(&str, u8); 3] = [("Melody", 112), ("Chords", 84), ("Bass", 92)];

/// A tune as it is played.
pub(crate) fn score(tune: &CompositionRecipe) -> Score {
    let (request, programs) = (&tune.request, tune.stats.programs);
    let (count, unit) = match request.metre {
        ComposedMetre::Two => (2, 2),
        ComposedMetre::Three => (3, 2),
        ComposedMetre::Four => (4, 2),
        ComposedMetre::Six => (6, 3),
    };
    let parts = PARTS.into_iter().zip(programs);
    let parts = parts.map(|((name, volume), program)| Part {
        name,
        program,
        volume,
    });
    Score {
        metre: Metre {
            count,
            unit,
            // One for each beat.
            click: (request.metre.beat() * 2) as u8,
        },
        key: signature(request),
        parts: parts.collect(),
        bars: performance(request, programs, &tune.notes),
    }
}

/// That of the major scale with the same notes.
fn signature(request: &CompositionRequest) -> Key {
    const SHARPS: [i8; 12] = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5];
    let up = match request.mode {
        Mode::Major | Mode::Pentatonic => 0,
        Mode::Minor => 3,
        Mode::Dorian => 10,
        Mode::Mixolydian => 5,
    };
    let major = (usize::from(request.key) + up) % 12;
    // Six sharps or six flats are the same notes: tonics that are written with a flat have flats.
    let flat_tonic = matches!(request.key, 3 | 8 | 10);
    let sharps = match SHARPS[major] {
        6 if flat_tonic => -6,
        sharps => sharps,
    };
    Key {
        sharps,
        minor: request.mode == Mode::Minor,
    }
}

#[cfg(test)]
mod tests {
    use quartet_pipelines::audio::composition::{Accompaniment, Form, Mood};

    use super::*;

    fn request() -> CompositionRequest {
        CompositionRequest {
            title: None,
            mood: Mood::Calm,
            metre: ComposedMetre::Three,
            mode: Mode::Mixolydian,
            key: 7,
            bars: 4,
            tempo: Some(90.0),
            instrument: Some("harp".to_owned()),
            accompaniment: Accompaniment::Rhythm,
            form: Form::Free,
            temperature: Some(1.0),
            top_p: Some(1.0),
            seed: Some(7),
            start: Vec::new(),
        }
    }

    #[test]
    fn a_mode_is_written_with_the_sharps_of_its_scale() {
        let signature = |mode, key| {
            let key = signature(&CompositionRequest {
                mode,
                key,
                ..request()
            });
            (key.sharps, key.minor)
        };
        assert_eq!(signature(Mode::Mixolydian, 7), (0, false));
        assert_eq!(signature(Mode::Minor, 9), (0, true));
        assert_eq!(signature(Mode::Dorian, 2), (0, false));
        assert_eq!(signature(Mode::Major, 3), (-3, false));
        // E flat minor, A flat dorian; F sharp major, C sharp mixolydian.
        assert_eq!(signature(Mode::Minor, 3), (-6, true));
        assert_eq!(signature(Mode::Dorian, 8), (-6, false));
        assert_eq!(signature(Mode::Major, 6), (6, false));
        assert_eq!(signature(Mode::Mixolydian, 1), (6, false));
    }
}
