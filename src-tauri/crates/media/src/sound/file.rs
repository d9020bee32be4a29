//! Sound files as mono samples at 16 kHz, read as they are needed.

use std::{
    io,
    path::{Path, PathBuf},
};

use symphonia::core::{
    codecs::audio::{AudioDecoder, AudioDecoderOptions},
    errors::Error as SymphoniaError,
    formats::{FormatOptions, FormatReader, Track, TrackType, probe::Hint},
    io::{MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
};

use super::resample::Resampler;
use crate::{Error, Result, bounded::open_regular};

/// Mono sound at 16 kHz that comes a piece at a time.
pub trait SoundSource: Send {
    /// How long it is, where that is known before its end.
    fn seconds(&self) -> Option<f64>;

    /// Appends some more samples, all of them in [-1, 1]; `false` at the end.
    ///
    /// # Errors
    /// `NotSound`.
    fn read(&mut self, into: &mut Vec<f32>) -> Result<bool>;
}

/// A WAV, AIFF, MP3, FLAC, Ogg Vorbis, Matroska or M4A file.
///
/// What of it is broken is left out; a file of which nothing can be read is an error.
pub struct SoundFile {
    path: PathBuf,
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    seconds: Option<f64>,
    /// Made when the first block gives the rate, which some headers do not.
    resampler: Option<(u32, Resampler)>,
    interleaved: Vec<f32>,
    heard: bool,
    finished: bool,
}

impl std::fmt::Debug for SoundFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SoundFile")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl SoundFile {
    /// # Errors
    /// `Missing` where it cannot be opened; `Folder`; `NotSound` where it is not a sound file.
    pub fn open(path: &Path) -> Result<Self> {
        let file = open_regular(path).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput => not_sound(&error.to_string()),
            _ => Error::missing(path, &error),
        })?;
        let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
        let mut hint = Hint::new();
        if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
            hint.with_extension(extension);
        }
        let format = symphonia::default::get_probe()
            .probe(
                &hint,
                stream,
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(|error| not_sound(&error.to_string()))?;
        let track = format
            .default_track(TrackType::Audio)
            .ok_or_else(|| not_sound("it has no sound in it"))?;
        let parameters = track.codec_params.as_ref().and_then(|all| all.audio());
        let parameters = parameters.ok_or_else(|| not_sound("its encoding is unknown"))?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(|error| not_sound(&error.to_string()))?;
        Ok(Self {
            path: path.to_owned(),
            seconds: seconds(track, parameters.sample_rate),
            track: track.id,
            decoder,
            format,
            resampler: None,
            interleaved: Vec::new(),
            heard: false,
            finished: false,
        })
    }

    /// Decodes the next packet of the track; `false` at the end of the file, or where the rest of it
    /// is missing.
    fn decode(&mut self) -> Result<Option<(u32, usize)>> {
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => packet,
                Ok(Some(_)) => continue,
                Ok(None) | Err(SymphoniaError::IoError(_) | SymphoniaError::ResetRequired) => {
                    return Ok(None);
                }
                // The end of a file that was cut off reads like this too.
                Err(_) if self.heard => return Ok(None),
                Err(error) => return Err(not_sound(&error.to_string())),
            };
            match self.decoder.decode(&packet) {
                Ok(sound) => {
                    let spec = sound.spec();
                    let shape = (spec.rate(), spec.channels().count());
                    sound.copy_to_vec_interleaved(&mut self.interleaved);
                    return Ok(Some(shape));
                }
                // A damaged packet is a few hundredths of a second.
                Err(SymphoniaError::DecodeError(_)) => {}
                Err(_) if self.heard => return Ok(None),
                Err(error) => return Err(not_sound(&error.to_string())),
            }
        }
    }
}

impl SoundSource for SoundFile {
    fn seconds(&self) -> Option<f64> {
        self.seconds
    }

    fn read(&mut self, into: &mut Vec<f32>) -> Result<bool> {
        if self.finished {
            return Ok(false);
        }
        let Some((rate, channels)) = self.decode()? else {
            self.finished = true;
            if !self.heard {
                return Err(not_sound("there is not a sample in it"));
            }
            if let Some((_, resampler)) = &mut self.resampler {
                resampler.finish(into)?;
            }
            return Ok(true);
        };
        let mono = mono(&self.interleaved, channels);
        self.heard |= !mono.is_empty();
        if self
            .resampler
            .as_ref()
            .is_none_or(|(known, _)| *known != rate)
        {
            if let Some((_, old)) = &mut self.resampler {
                old.finish(into)?;
            }
            self.resampler = Some((rate, Resampler::new(rate)?));
        }
        if let Some((_, resampler)) = &mut self.resampler {
            let from = into.len();
            resampler.push(&mono, into)?;
            into[from..]
                .iter_mut()
                .for_each(|sample| *sample = sample.clamp(-1.0, 1.0));
        }
        Ok(true)
    }
}

/// The mean of all channels. What is not a number is silence, what is too loud is clipped.
fn mono(interleaved: &[f32], channels: usize) -> Vec<f32> {
    let sane = |sample: &f32| {
        if sample.is_finite() {
            sample.clamp(-1.0, 1.0)
        } else {
            0.0
        }
    };
    let channels = channels.max(1);
    interleaved
        .chunks_exact(channels)
        .map(|frame| frame.iter().map(sane).sum::<f32>() / channels as f32)
        .collect()
}

fn seconds(track: &Track, rate: Option<u32>) -> Option<f64> {
    let rate = f64::from(rate.filter(|rate| *rate > 0)?);
    track
        .num_frames
        .map(|frames| frames as f64 / rate)
        .filter(|seconds| seconds.is_finite())
}

fn not_sound(reason: &str) -> Error {
    Error::NotSound {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
fn all(source: &mut dyn SoundSource) -> Result<Vec<f32>> {
    let mut samples = Vec::new();
    while source.read(&mut samples)? {}
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_mixed_and_nonsense_is_silenced() {
        let sound = [1.0, 0.0, f32::NAN, 0.5, f32::INFINITY, -9.0, 0.25];
        assert_eq!(mono(&sound, 2), [0.5, 0.25, -0.5]);
        assert_eq!(mono(&[0.5], 0), [0.5]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_may_not_be_read_is_reported_by_its_path() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.wav");
        std::fs::write(&path, "x").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
        // An administrator may read everything.
        let error = SoundFile::open(&path).unwrap_err();
        let expected = if std::fs::File::open(&path).is_ok() {
            matches!(error, Error::NotSound { .. })
        } else {
            matches!(&error, Error::Missing { path: named, .. } if *named == path)
        };
        assert!(expected, "{error}");
        // Below a file there is nothing.
        let error = SoundFile::open(&path.join("inside.wav")).unwrap_err();
        assert!(matches!(error, Error::Missing { .. }), "{error}");
    }

    #[test]
    fn what_is_no_sound_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let missing = SoundFile::open(&path).unwrap_err();
        assert!(matches!(missing, Error::Missing { .. }), "{missing}");
        for content in [&b""[..], b"RIFF", b"not a sound at all", &[0; 5000]] {
            std::fs::write(&path, content).unwrap();
            let heard = SoundFile::open(&path).and_then(|mut file| all(&mut file));
            assert!(matches!(heard, Err(Error::NotSound { .. })), "{heard:?}");
        }
        let folder = SoundFile::open(folder.path()).unwrap_err();
        assert!(matches!(folder, Error::Folder { .. }), "{folder}");
    }
}
