//! A sound as pictures: its outline, and its mel spectrogram.

use quartet_pipelines::audio::transcription::LogMel;

use super::Pcm;

/// Bands of the spectrogram that is shown.
const BANDS: usize = 64;

/// More is not drawn at once: 40 s.
const MAX_FRAMES: usize = 4000;

/// The lowest and the highest sample of each of `columns` equal parts, as two signed bytes each.
/// Empty for a sound without samples.
pub(crate) fn peaks(pcm: &Pcm, columns: usize) -> Vec<u8> {
    let count = pcm.samples.len();
    let columns = columns.min(count);
    let byte = |sample: i16| (sample >> 8).to_le_bytes()[0];
    (0..columns)
        .flat_map(|column| {
            let part = &pcm.samples[column * count / columns..(column + 1) * count / columns];
            let (low, high) = part
                .iter()
                .fold((i16::MAX, i16::MIN), |(low, high), &sample| {
                    (low.min(sample), high.max(sample))
                });
            [byte(low), byte(high)]
        })
        .collect()
}

/// The mel spectrogram from one sample to another: bands and frames as `u32` (little endian), then
/// a byte for each frame of the lowest band, 0 quiet and 255 loud, then of the next band. 100 frames
/// a second; what is beyond `MAX_FRAMES` or outside of the sound is left out.
pub(crate) fn spectrogram(pcm: &Pcm, from: usize, to: usize) -> Vec<u8> {
    let hop = (pcm.sample_rate as usize / 100).max(1);
    let to = to.min(pcm.samples.len());
    let samples: Vec<f32> = pcm
        .samples
        .get(from..to)
        .unwrap_or_default()
        .iter()
        .map(|sample| f32::from(*sample) / 32_768.0)
        .collect();
    let frames = (samples.len() / hop).min(MAX_FRAMES);
    let mut view = Vec::with_capacity(8 + BANDS * frames);
    view.extend((BANDS as u32).to_le_bytes());
    view.extend((frames as u32).to_le_bytes());
    if frames > 0 {
        let mel = LogMel::at(pcm.sample_rate, BANDS).spectrogram(&samples, frames);
        let loudest = mel.values.iter().copied().fold(f32::MIN, f32::max);
        // What is shown spans five powers of ten below the loudest; the network's own scale is a
        // quarter of a power of ten.
        let byte = |value: &f32| ((value - loudest) * 4.0 / 5.0 + 1.0).clamp(0.0, 1.0) * 255.0;
        view.extend(mel.values.iter().map(|value| byte(value) as u8));
    }
    view
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    fn pcm(samples: Vec<i16>) -> Pcm {
        Pcm {
            sample_rate: 24_000,
            samples,
        }
    }

    #[test]
    fn an_outline_holds_the_lowest_and_the_highest_of_each_part() {
        let sound = pcm(vec![0, 32_767, -32_768, 256, 512, -256]);
        let outline: Vec<i8> = peaks(&sound, 2)
            .into_iter()
            .map(|byte| i8::from_le_bytes([byte]))
            .collect();
        assert_eq!(outline, [-128, 127, -1, 2]);
        assert_eq!(peaks(&sound, 99).len(), 12);
        assert!(peaks(&pcm(Vec::new()), 9).is_empty());
        assert!(peaks(&sound, 0).is_empty());
    }

    #[test]
    fn a_tone_is_one_bright_line_of_the_spectrogram() {
        let tone = |n: u32| ((TAU * 1000.0 * n as f32 / 24_000.0).sin() * 20_000.0) as i16;
        let sound = pcm((0..24_000).map(tone).collect());
        let view = spectrogram(&sound, 0, usize::MAX);
        let number = |at: usize| u32::from_le_bytes(view[at..at + 4].try_into().unwrap());
        assert_eq!((number(0), number(4)), (64, 100));
        assert_eq!(view.len(), 8 + 64 * 100);
        let column: Vec<u8> = (0..64).map(|band| view[8 + band * 100 + 50]).collect();
        let loudest = (0..64).max_by_key(|band| column[*band]).unwrap();
        assert!(column[loudest] > 240, "{column:?}");
        assert!(column[60] < 60 && column[2] < 120, "{column:?}");
    }

    #[test]
    fn outside_of_the_sound_there_is_nothing_to_see() {
        let sound = pcm(vec![0; 1000]);
        for (from, to) in [(5000, 6000), (900, 800), (0, 0)] {
            assert_eq!(spectrogram(&sound, from, to).len(), 8);
        }
        let silent = pcm(Vec::new());
        assert_eq!(spectrogram(&silent, 0, 10).len(), 8);
        assert_eq!(spectrogram(&Pcm::default(), 0, 10).len(), 8);
    }
}
