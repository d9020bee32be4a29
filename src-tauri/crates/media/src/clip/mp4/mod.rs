//! MP4 and MOV: H.264 by openh264, and JPEG or PNG pictures one after the other.
//!
//! What is shown when is worked out from the index before anything is decoded: composition times, edit
//! lists, fragments. Samples are decoded in their own order, and each picture waits for its turn.

mod boxes;
mod encoding;
mod fragments;
mod movie;
mod timeline;
mod track;

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{Read, Seek, SeekFrom},
};

pub(super) use track::{Edit, Movie, Track};

use super::{
    display::Display,
    h264::{Configuration, Pictures, Shown},
    source::{ClipFrame, ClipNotice, ClipSource, check_size, not_a_film},
};
use crate::{
    Picture, Result,
    yuv::{Planes, ToRgb},
};
use encoding::Encoding;
use timeline::Stretch;

/// A film with larger samples is no film.
const MAX_SAMPLE: u32 = 64 << 20;

pub(super) struct Mp4 {
    file: File,
    track: Track,
    format: &'static str,
    decoder: Decoder,
    to_rgb: ToRgb,
    display: Display,
    stretches: Vec<Stretch>,
    /// The stretch that is shown, and which of its samples comes next.
    stretch: usize,
    place: usize,
    /// The sample that is decoded next; none before a stretch begins.
    next: Option<usize>,
    /// The last sample of the stretch that has to be decoded, and whether all was got out of the decoder.
    last: usize,
    drained: bool,
    /// Samples of the stretch that are still to be shown.
    wanted: HashSet<usize>,
    /// Decoded, and waiting for their turn.
    waiting: HashMap<usize, Decoded>,
    /// Of frames that could not be decoded: the next one is shown so much earlier.
    owed: u64,
    shown: u32,
    lost: u32,
}

enum Decoder {
    H264(Box<(Configuration, Pictures)>),
    Stills,
}

enum Decoded {
    Planes(Planes),
    Picture(Picture),
}

impl Mp4 {
    /// # Errors
    /// `NotAFilm` for files without pictures, `FilmEncoding` for those in another encoding.
    pub(super) fn open(mut file: File) -> Result<Self> {
        let movie = Movie::read(&mut file)?;
        let track = movie.track(*b"vide");
        let track = track
            .ok_or_else(|| not_a_film("it has no pictures in it"))?
            .clone();
        let first = track.samples.first().copied();
        let described = encoding::describe(&track, || {
            let first = first.and_then(|sample| sample_of(&mut file, sample.begin, sample.size));
            first.unwrap_or_default()
        })?;
        let stretches = timeline::stretches(&movie, &track);
        if stretches.iter().all(|stretch| stretch.shown.is_empty()) {
            return Err(not_a_film(if track.missing > 0 {
                "the file is cut short before its first frame"
            } else {
                "it has no frames"
            }));
        }
        let (decoder, format) = match described.encoding {
            Encoding::H264(configuration) => {
                let pictures = Pictures::new(configuration.clone())?;
                (Decoder::H264(Box::new((configuration, pictures))), "H.264")
            }
            Encoding::Stills => (Decoder::Stills, "Motion JPEG"),
        };
        Ok(Self {
            file,
            track,
            format,
            decoder,
            to_rgb: ToRgb::new(described.colours),
            display: described.display,
            stretches,
            stretch: 0,
            place: 0,
            next: None,
            last: 0,
            drained: false,
            wanted: HashSet::new(),
            waiting: HashMap::new(),
            owed: 0,
            shown: 0,
            lost: 0,
        })
    }

    /// Makes ready for a stretch: what it shows is decoded from a key sample on.
    fn begin(&mut self) -> Result<usize> {
        let stretch = &self.stretches[self.stretch];
        self.wanted = stretch.shown.iter().map(|shown| shown.sample).collect();
        self.last = self.wanted.iter().copied().max().unwrap_or(0);
        self.drained = false;
        self.waiting.clear();
        self.next = Some(stretch.begin);
        if self.stretch > 0
            && let Decoder::H264(decoder) = &mut self.decoder
        {
            decoder.1 = Pictures::new(decoder.0.clone())?;
        }
        Ok(self.stretches[self.stretch].begin)
    }

    /// Decodes one more sample, or has the decoder give what it still holds. False where nothing will come.
    fn advance(&mut self, number: usize) -> Result<bool> {
        let Some(sample) = self
            .track
            .samples
            .get(number)
            .filter(|_| number <= self.last)
        else {
            if self.drained {
                return Ok(false);
            }
            self.drained = true;
            if let Decoder::H264(decoder) = &mut self.decoder {
                let rest = decoder.1.finish()?;
                self.keep(rest);
            }
            return Ok(true);
        };
        self.next = Some(number + 1);
        let Some(bytes) = sample_of(&mut self.file, sample.begin, sample.size) else {
            return Ok(true);
        };
        match &mut self.decoder {
            Decoder::H264(decoder) => {
                let ready = decoder.1.decode(&bytes, sample.time, number)?;
                self.keep(ready);
            }
            Decoder::Stills if self.wanted.contains(&number) => {
                if let Ok(picture) = Picture::decode(&bytes) {
                    let picture = Decoded::Picture(picture.opaque());
                    self.waiting.insert(number, picture);
                }
            }
            Decoder::Stills => {}
        }
        Ok(true)
    }

    fn keep(&mut self, ready: Vec<Shown>) {
        let wanted = ready.into_iter();
        let wanted = wanted.filter(|shown| self.wanted.contains(&shown.number));
        let wanted = wanted.map(|shown| (shown.number, Decoded::Planes(shown.planes)));
        self.waiting.extend(wanted);
    }

    fn picture(&self, decoded: Decoded) -> Result<Picture> {
        let picture = match decoded {
            Decoded::Picture(picture) => picture,
            Decoded::Planes(planes) => {
                let rgb = self.to_rgb.rgb(&planes);
                Picture::new(planes.width as u32, planes.height as u32, rgb)
                    .ok_or_else(|| not_a_film("a frame has no pixels"))?
            }
        };
        check_size(picture.width(), picture.height())?;
        Ok(self.display.show(picture))
    }
}

/// The bytes of a sample; None for one that is no sample, and where the disk does not give it.
fn sample_of(file: &mut File, begin: u64, size: u32) -> Option<Vec<u8>> {
    if size > MAX_SAMPLE {
        return None;
    }
    file.seek(SeekFrom::Start(begin)).ok()?;
    let mut bytes = Vec::new();
    file.take(u64::from(size)).read_to_end(&mut bytes).ok()?;
    (bytes.len() == size as usize).then_some(bytes)
}

impl ClipSource for Mp4 {
    fn format(&self) -> &'static str {
        self.format
    }

    fn frames(&self) -> Option<u32> {
        let frames: usize = self
            .stretches
            .iter()
            .map(|stretch| stretch.shown.len())
            .sum();
        u32::try_from(frames).ok()
    }

    fn frame(&mut self) -> Result<Option<ClipFrame>> {
        loop {
            let Some(stretch) = self.stretches.get(self.stretch) else {
                let reason = "none of its frames could be decoded";
                return if self.shown == 0 {
                    Err(not_a_film(reason))
                } else {
                    Ok(None)
                };
            };
            let Some(&shown) = stretch.shown.get(self.place) else {
                self.stretch += 1;
                self.place = 0;
                self.next = None;
                continue;
            };
            let next = match self.next {
                Some(next) => next,
                None => self.begin()?,
            };
            if let Some(decoded) = self.waiting.remove(&shown.sample) {
                self.place += 1;
                self.shown += 1;
                return Ok(Some(ClipFrame {
                    picture: self.picture(decoded)?,
                    ticks: shown.ticks + std::mem::take(&mut self.owed),
                }));
            }
            // Pictures come in the order in which they are shown: one that is there already comes later.
            if !self.waiting.is_empty() || !self.advance(next)? {
                // Its turn came, and it could not be decoded.
                self.wanted.remove(&shown.sample);
                self.place += 1;
                self.lost += 1;
                self.owed += shown.ticks;
            }
        }
    }

    fn notices(&self) -> Vec<ClipNotice> {
        let mut notices = Vec::new();
        if self.track.missing > 0 {
            notices.push(ClipNotice::CutShort { frames: self.shown });
        }
        if self.lost > 0 {
            notices.push(ClipNotice::Undecoded { frames: self.lost });
        }
        notices
    }
}
