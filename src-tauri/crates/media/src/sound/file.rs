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
    whole,
};
use crate::{
    Error, Result,
    bounded::{open_given, open_regular},
};

/// Fewer bytes behind a stream are no sound of their own.
const LEAST_PART: u64 = 64;

/// Fewer seconds than these may be missing without anything being said of it: rates are changed, and a
/// damaged packet is left out.
const MISSING: f64 = 0.5;

/// How a FLAC stream begins; its reader takes what follows its end for damage.
const FLAC: &[u8] = b"fLaC\0\0\0\x22";
/// Bytes of a FLAC file that are looked through at once.
const BLOCK: u64 = 1 << 20;

/// How files begin that hold sound which nothing here decodes, where they begin so, and what they are called.
const NAMED: [(&[u8], usize, &str); 9] = [
    // Its word of synchronization, which no text begins with.
    (b"\x0B\x77", 0, "AC-3"),
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

    /// Whether less is there than the file says, which may be known at its end only.
    fn is_cut_short(&self) -> bool {
        false
    }

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
    cut_short: bool,
    /// Counts its samples, so that its end tells whether all of them came.
    counted: bool,
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
        let counted = parts.len() == 0 && starts_with(&mut file, *b"fLaC").map_err(unreadable)?;
        let cut_short = whole::is_cut_short(&mut file, length);
        let mended = match parts.next() {
            Some(first) => Mended::part(file, &first),
            None => Mended::open(file),
        };
        let ending = path.extension().and_then(|ending| ending.to_str());
        let stream = SoundStream::open(source(mended.map_err(unreadable)?), ending);
        let stream = stream.map_err(|error| match error {
            Error::NotSound { .. } if cut_short => {
                not_sound("the file is cut short: copy or download it again")
            }
            other => other,
        })?;
        Ok(Self {
            path: path.to_owned(),
            seconds: stream.seconds(),
            stream: Some(stream),
            parts,
            length,
            cut_short,
            counted,
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

    fn is_cut_short(&self) -> bool {
        let heard = self.heard as f64 / f64::from(super::SAMPLE_RATE);
        let missing = self
            .seconds
            .is_some_and(|seconds| heard + MISSING < seconds);
        self.cut_short || self.counted && self.stream.is_none() && missing
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

fn starts_with(file: &mut File, mark: [u8; 4]) -> io::Result<bool> {
    file.rewind()?;
    let mut head = [0; 4];
    let found = file.read_exact(&mut head).is_ok() && head == mark;
    file.rewind()?;
    Ok(found)
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
    fn a_recording_that_is_cut_short_is_heard_and_told() {
        let samples = vec![0.25; 16_000];
        let whole = crate::sound::wav(&samples, 16_000).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        for (length, cut) in [(whole.len(), false), (whole.len() / 2, true)] {
            std::fs::write(&path, &whole[..length]).unwrap();
            let mut file = SoundFile::open(&path).unwrap();
            assert!(all(&mut file).unwrap().len() > 7000);
            assert_eq!(file.is_cut_short(), cut);
        }
        // Its index was to stand at its end.
        let m4a = [&b"\0\0\0\x0Cftypmp42\0\0\0\x40mdat"[..], &[0; 24]].concat();
        std::fs::write(&path, m4a).unwrap();
        let error = SoundFile::open(&path).unwrap_err();
        assert!(
            matches!(&error, Error::NotSound { reason } if reason.contains("cut short")),
            "{error}"
        );
        std::fs::write(&path, b"\x0B\x77 and what AC-3 is").unwrap();
        let error = SoundFile::open(&path).unwrap_err();
        assert!(
            matches!(&error, Error::SoundEncoding { codec } if codec == "AC-3"),
            "{error}"
        );
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
