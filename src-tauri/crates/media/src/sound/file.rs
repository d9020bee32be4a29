//! Sound files as mono samples at 16 kHz, read as they are needed.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
};

use memchr::memmem::find_iter;
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};

use super::{
    downmix::Downmix,
    resample::Resampler,
    riff::Mended,
    shape::{Shape, not_sound},
    stream::SoundStream,
};
use crate::{
    Error, Result,
    bounded::{open_given, open_regular},
};

/// Fewer bytes behind a stream are no sound of their own.
const LEAST_PART: u64 = 64;

/// How a FLAC stream begins; its reader takes what follows its end for damage.
const FLAC: &[u8] = b"fLaC\0\0\0\x22";
/// Bytes of a FLAC file that are looked through at once.
const BLOCK: u64 = 1 << 20;

/// How files begin that hold sound which nothing here decodes, where they begin so, and what they are called.
const NAMED: [(&[u8], usize, &str); 8] = [
    (b"#!AMR", 0, "AMR"),
    (
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
        0,
        "Windows Media Audio",
    ),
    (b"wvpk", 0, "WavPack"),
    (b"MAC ", 0, "Monkey's Audio"),
    (b"MPCK", 0, "Musepack"),
    (b"DSD ", 0, "DSD"),
    (b"MThd", 0, "MIDI"),
    (b"Speex   ", 28, "Speex"),
];

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

/// A WAV, AIFF, MP3, FLAC, Ogg (Vorbis, Opus), Matroska, `WebM` or M4A file, or several joined end to end.
///
/// What of it is broken is left out; a file of which nothing can be read is an error.
pub struct SoundFile {
    path: PathBuf,
    /// None at the end.
    stream: Option<SoundStream>,
    /// The files that were joined to the first, where they are known from the beginning.
    parts: std::vec::IntoIter<Range<u64>>,
    length: u64,
    seconds: Option<f64>,
    /// Made when the first block gives the rate, which some headers do not.
    resampler: Option<(u32, Resampler)>,
    downmix: Downmix,
    interleaved: Vec<f32>,
    heard: u64,
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
    /// `Missing` where it cannot be opened; `Folder`, `NotRegular`, `Empty`; `SoundEncoding` where it is encoded in a way that nothing
    /// here decodes; `NotSound` where it is not a sound file.
    pub fn open(path: &Path) -> Result<Self> {
        let mut file = open_given(path)?;
        let length = file
            .metadata()
            .map_err(|error| Error::missing(path, &error))?
            .len();
        if let Some(name) = undecoded(&mut file) {
            return Err(Error::SoundEncoding {
                codec: name.to_owned(),
            });
        }
        let unreadable = |error: io::Error| not_sound(&error.to_string());
        let mut parts = flac_parts(&mut file).map_err(unreadable)?.into_iter();
        let mended = match parts.next() {
            Some(first) => Mended::part(file, &first),
            None => Mended::open(file),
        };
        let ending = path.extension().and_then(|ending| ending.to_str());
        let stream = SoundStream::open(source(mended.map_err(unreadable)?), ending)?;
        Ok(Self {
            path: path.to_owned(),
            seconds: stream.seconds(),
            stream: Some(stream),
            parts,
            length,
            resampler: None,
            downmix: Downmix::default(),
            interleaved: Vec::new(),
            heard: 0,
        })
    }

    /// Goes on with the file that was joined to the one that ended, where there is one.
    fn next_part(&mut self) -> Option<()> {
        let ended = self.stream.take()?;
        if let Some(part) = self.parts.next() {
            let mended = Mended::part(open_regular(&self.path).ok()?, &part).ok()?;
            self.stream = SoundStream::open(source(mended), None).ok();
            return self.stream.as_ref().map(|_| ());
        }
        let mut rest = ended.into_rest();
        let place = rest.stream_position().ok()?;
        // What lies between is at most an odd byte.
        for place in [place, place + 1] {
            if self.length.saturating_sub(place) < LEAST_PART {
                return None;
            }
            rest.seek(SeekFrom::Start(place)).ok()?;
            let mut mark = [0; 4];
            rest.read_exact(&mut mark).ok()?;
            if [*b"RIFF", *b"FORM", *b"fLaC", *b"OggS"].contains(&mark) {
                rest.seek(SeekFrom::Start(place)).ok()?;
                self.stream = SoundStream::open(rest, None).ok();
                return self.stream.as_ref().map(|_| ());
            }
        }
        None
    }

    fn decode(&mut self) -> Result<Option<Shape>> {
        while let Some(stream) = &mut self.stream {
            match stream.decode(&mut self.interleaved) {
                Ok(Some(shape)) => return Ok(Some(shape)),
                Err(error) if self.heard == 0 => return Err(error),
                Ok(None) | Err(_) => {
                    self.next_part();
                }
            }
        }
        Ok(None)
    }
}

impl SoundSource for SoundFile {
    /// None once there was more than its header promised, as in files that were joined.
    fn seconds(&self) -> Option<f64> {
        let heard = self.heard as f64 / f64::from(super::SAMPLE_RATE);
        self.seconds.filter(|seconds| heard <= seconds + 1.0)
    }

    fn read(&mut self, into: &mut Vec<f32>) -> Result<bool> {
        let from = into.len();
        let shape = self.decode()?;
        // What is left of the rate before is finished first.
        let old = self.resampler.as_ref().map(|(rate, _)| *rate);
        if old != shape.map(|shape| shape.rate)
            && let Some((_, mut old)) = self.resampler.take()
        {
            old.finish(into)?;
        }
        let Some(Shape { rate, channels }) = shape else {
            if self.heard == 0 && into.len() == from {
                return Err(not_sound("there is not a sample in it"));
            }
            self.heard += (into.len() - from) as u64;
            return Ok(into.len() > from);
        };
        let mono = self.downmix.mix(&self.interleaved, channels);
        let (_, resampler) = match &mut self.resampler {
            Some(known) => known,
            none => none.insert((rate, Resampler::new(rate)?)),
        };
        resampler.push(&mono, into)?;
        for sample in &mut into[from..] {
            *sample = sample.clamp(-1.0, 1.0);
        }
        self.heard += (into.len() - from) as u64;
        Ok(true)
    }
}

fn source(mended: Mended) -> MediaSourceStream<'static> {
    MediaSourceStream::new(Box::new(mended), MediaSourceStreamOptions::default())
}

/// Where each FLAC file lies that was joined into this one; nothing where it is none, or a single one.
fn flac_parts(file: &mut File) -> io::Result<Vec<Range<u64>>> {
    file.rewind()?;
    let mut head = [0; FLAC.len()];
    let whole = file.read_exact(&mut head).is_ok() && head == FLAC;
    file.rewind()?;
    if !whole {
        return Ok(Vec::new());
    }
    let mut starts = Vec::new();
    let (mut window, mut place) = (Vec::new(), 0_u64);
    while file.take(BLOCK).read_to_end(&mut window)? > 0 {
        starts.extend(find_iter(&window, FLAC).map(|at| place + at as u64));
        // A mark may lie across two blocks.
        let seen = window.len().saturating_sub(FLAC.len() - 1);
        window.drain(..seen);
        place += seen as u64;
    }
    place += window.len() as u64;
    if starts.len() < 2 {
        return Ok(Vec::new());
    }
    let ends: Vec<u64> = starts.iter().skip(1).copied().chain([place]).collect();
    Ok(starts
        .into_iter()
        .zip(ends)
        .map(|(from, to)| from..to)
        .collect())
}

/// What a file of a known kind is called that nothing here decodes.
fn undecoded(file: &mut File) -> Option<&'static str> {
    let mut head = Vec::new();
    file.take(64).read_to_end(&mut head).ok()?;
    let named = NAMED.iter().find(|(mark, place, _)| {
        head.get(*place..)
            .is_some_and(|head| head.starts_with(mark))
    });
    named.map(|(.., name)| *name)
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
        for content in [&b"R"[..], b"RIFF", b"not a sound at all", &[0; 5000]] {
            std::fs::write(&path, content).unwrap();
            let heard = SoundFile::open(&path).and_then(|mut file| all(&mut file));
            assert!(matches!(heard, Err(Error::NotSound { .. })), "{heard:?}");
        }
        let folder = SoundFile::open(folder.path()).unwrap_err();
        assert!(matches!(folder, Error::Folder { .. }), "{folder}");
    }
}
