//! Films being looked at: clips from outside, frames of films that are made, kept or imported.

use std::{
    io::Write as _,
    path::Path,
    sync::{Arc, Mutex},
};

use quartet_library::{AtomicFile, private};
use quartet_media::{
    Caption,
    clip::{self, ClipFacts},
    data_url, preview_webp,
};
use quartet_pipelines::{
    image::Picture,
    video::{FrameInterpolator, FrameKind},
};
use quartet_runtime::Cancel;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    Code, Failure, Result, Skill,
    file_names::file_name,
    film_orders::ClipSource,
    films::{self, Film, FilmId, FrameMark},
    jobs::{Queue, checksum},
    locks::{lock, replace},
    pictures,
    recent::RecentCache,
    recipe::{FilmRecipe, Made},
    resources::{ExportRecipe, Resources},
    shown,
    sound::SoundId,
};

/// More frames than any page asks for at once.
const MOST_FRAMES: u32 = 64;
/// A dropped film of more bytes comes by its path.
const MOST_BYTES: usize = 512 << 20;
/// How much stronger a difference between frames is shown than it is.
const GAIN: u16 = 4;

/// A file that was dropped on the page, which knows no path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DroppedFile {
    pub name: String,
    /// Its bytes as base64.
    pub base64: String,
}

/// A film as far as it is there to be looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilmSheet {
    pub width: u32,
    pub height: u32,
    /// Frames whose pictures can be asked for.
    pub frames: Vec<FrameMark>,
    /// Whether more will come.
    pub ended: bool,
    /// The sound that plays with it.
    pub narration: Option<SoundId>,
    pub captions: Vec<Caption>,
}

/// The films at hand.
#[derive(Debug)]
pub struct Films {
    resources: Arc<Resources>,
    queue: Arc<Queue>,
    recent: Mutex<RecentCache<FilmId, Film>>,
    /// The question about flow that is being answered; a newer one takes its place.
    flow: Mutex<Cancel>,
}

impl Films {
    pub(super) fn new(resources: Arc<Resources>, queue: Arc<Queue>) -> Self {
        Self {
            resources,
            queue,
            recent: Mutex::default(),
            flow: Mutex::default(),
        }
    }

    /// Has a film at hand.
    pub(super) fn put(&self, id: FilmId, film: Arc<Film>) {
        lock(&self.recent).put(id, film);
    }

    /// What a clip says of itself; it is read for a second at most.
    ///
    /// # Errors
    /// `FilmUnreadable`, `FilmEncoding`, `PictureUnreadable`, `PictureTooLarge`, `InputMissing`,
    /// `WorkUnknown`.
    pub fn clip_facts(&self, source: &ClipSource) -> Result<ClipFacts> {
        let paths = self.resources.works.clip_paths(source)?;
        let name = match source {
            ClipSource::Work { id } => self.resources.works.library()?.open_work(id)?.work.title,
            ClipSource::Files { .. } => source.name(),
        };
        let name = shown::one_line(&name, shown::NAME);
        Ok(clip::facts(&paths, source.fps(), name)?)
    }

    /// Puts files that were dropped on the window into the data folder, once each: a recipe needs them
    /// again.
    ///
    /// # Errors
    /// `FilmUnreadable` for what arrived damaged or is too large, `ExportFailed`.
    pub fn import_clip(&self, files: &[DroppedFile]) -> Result<ClipSource> {
        let folder = self.resources.paths.home.join("clips");
        let failed = |error| Failure::at(Code::ExportFailed, &folder, error);
        private::create_folder(&folder).map_err(failed)?;
        let mut paths = Vec::new();
        for file in files {
            let bytes = data_url::decode(&file.base64)?;
            if bytes.len() > MOST_BYTES {
                let reason = "the file is too large to be dropped".to_owned();
                return Err(quartet_media::Error::NotAFilm { reason }.into());
            }
            let name = Path::new(&file.name);
            let stem = file_name(
                &name.file_stem().unwrap_or_default().to_string_lossy(),
                "clip",
            );
            let ending = name.extension().unwrap_or_default().to_string_lossy();
            let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).collect();
            let sum = pictures::checksum(&bytes);
            let start: String = sum.chars().take(12).collect();
            let path = folder.join(format!("{stem}-{start}.{}", ending.to_ascii_lowercase()));
            if !path.is_file() {
                let file = AtomicFile::begin_private(&path).map_err(failed)?;
                file.file()
                    .and_then(|mut out| out.write_all(&bytes))
                    .map_err(failed)?;
                // What nothing here can read does not stay.
                if clip::open(&[file.temporary().to_owned()], 12)?
                    .frame()?
                    .is_none()
                {
                    let reason = "there is no frame in it".to_owned();
                    return Err(quartet_media::Error::NotAFilm { reason }.into());
                }
                file.publish().map_err(failed)?;
            }
            paths.push(path.display().to_string());
        }
        Ok(ClipSource::Files { paths, fps: 12 })
    }

    /// Whether a clip is still the one that a kept film was made of; true where that is unknown.
    ///
    /// # Errors
    /// `WorkUnknown`.
    pub fn is_same_clip(&self, work: &str) -> Result<bool> {
        let made = self.resources.works.open(work)?.made;
        let Some(Made::Film(film)) = made.map(|recipe| recipe.made) else {
            return Ok(true);
        };
        let Some((order, kept)) = film.retiming.zip(film.clip) else {
            return Ok(true);
        };
        let paths = self.resources.works.clip_paths(&order.source)?;
        Ok(checksum(&paths).is_ok_and(|found| found == kept))
    }

    /// The frames of a film that can be looked at so far. The first question about a kept film or a clip
    /// begins to read it.
    ///
    /// # Errors
    /// `WorkUnknown`, also for a job of too long ago; those of [`Films::clip_facts`].
    pub fn sheet(&self, id: &FilmId) -> Result<FilmSheet> {
        let film = self.film(id)?;
        let (frames, ended) = film.proxies.marks();
        let facts = film.facts().clone();
        Ok(FilmSheet {
            width: facts.width,
            height: facts.height,
            frames,
            ended,
            narration: facts.narration,
            captions: facts.captions,
        })
    }

    /// Frames `from` up to `to`, at most 64: how many, the length of each in bytes, all as 32-bit numbers
    /// (little endian), then their WebP files, at most 512 pixels on a side.
    ///
    /// # Errors
    /// As [`Films::sheet`].
    pub fn pictures(&self, id: &FilmId, from: u32, to: u32) -> Result<Vec<u8>> {
        let film = self.film(id)?;
        let count = to.saturating_sub(from).min(MOST_FRAMES);
        let files = film
            .proxies
            .files(from, count)
            .map_err(|error| Failure::new(Code::LibraryFailed, error))?;
        let mut bytes = (files.len() as u32).to_le_bytes().to_vec();
        for file in &files {
            bytes.extend((file.len() as u32).to_le_bytes());
        }
        bytes.extend(files.concat());
        Ok(bytes)
    }

    /// How a frame differs from the one before it, four times as strong: a WebP file; empty for the
    /// first.
    ///
    /// # Errors
    /// As [`Films::sheet`].
    pub fn difference(&self, id: &FilmId, index: u32) -> Result<Vec<u8>> {
        let film = self.film(id)?;
        let before = index
            .checked_sub(1)
            .and_then(|index| film.proxies.picture(index));
        let Some((before, after)) = before.zip(film.proxies.picture(index)) else {
            return Ok(Vec::new());
        };
        let pairs = before.rgb().iter().zip(after.rgb());
        let strong = pairs.map(|(a, b)| (u16::from(a.abs_diff(*b)) * GAIN).min(255) as u8);
        let picture = Picture::new(after.width(), after.height(), strong.collect());
        Ok(picture.map_or_else(Vec::new, |picture| preview_webp(&picture)))
    }

    /// How pixels move between the two key frames around a frame, as colours: a WebP file, small; empty
    /// where no network here computes it, and where nothing is between. Waits for the job that is running;
    /// an older question that still waits is stopped.
    ///
    /// # Errors
    /// As [`Films::sheet`], and those of the network.
    pub fn flow(&self, id: &FilmId, index: u32) -> Result<Vec<u8>> {
        let film = self.film(id)?;
        let (Some(model), Some((before, after))) = (
            self.resources.models.choose(None, Skill::Inbetween).ok(),
            keys_around(&film, index),
        ) else {
            return Ok(Vec::new());
        };
        let settings = self.resources.settings.load();
        let cancel = replace(&self.flow);
        let colours = self.queue.ask(cancel, move |worker, cancel| {
            let network =
                worker.silently::<dyn FrameInterpolator + Send>(&model, &settings, cancel)?;
            let made = network.interpolate(&before, &after, 0.5, cancel)?;
            let side = before.width().max(before.height());
            Ok(made.flow.and_then(|flow| flow.colours(side)))
        })?;
        Ok(colours.map_or_else(Vec::new, |colours| preview_webp(&colours)))
    }

    /// Writes a labelled copy of a film that was made: of the work where it is kept, else of the file that
    /// it was written to, with its sound and its captions.
    ///
    /// # Errors
    /// `FilmGone` for a film that is still being made, that has no frames, or that is not among the last
    /// few any more, and for a person's own clip; `WorkUnknown`, `ExportFormat`, `ExportFailed`.
    pub fn export(&self, id: &FilmId, path: &Path) -> Result<()> {
        let works = &self.resources.works;
        if let FilmId::Work { id } = id {
            return works.export(id, path, ExportRecipe::Omitted);
        }
        let film = lock(&self.recent).get(id);
        let film = film.ok_or_else(|| Failure::new(Code::FilmGone, "it is not at hand"))?;
        let work = film.facts().work.clone();
        match work {
            Some(work) => works.export(&work, path, ExportRecipe::Omitted),
            None => film.export(path),
        }
    }

    /// A film by its name.
    fn film(&self, id: &FilmId) -> Result<Arc<Film>> {
        if let Some(found) = lock(&self.recent).get(id) {
            return Ok(found);
        }
        let film = match id {
            FilmId::Take { job } => {
                return Err(Failure::new(Code::WorkUnknown, format!("job {job}")));
            }
            FilmId::Clip { source } => {
                let film = Arc::new(Film::empty(&self.resources.paths.home)?);
                films::show(
                    &film,
                    self.resources.works.clip_paths(source)?,
                    source.fps(),
                    None,
                )?;
                film
            }
            FilmId::Work { id } => {
                let source = ClipSource::Work { id: id.clone() };
                let paths = self.resources.works.clip_paths(&source)?;
                let detail = self.resources.works.open(id)?;
                let film = Arc::new(Film::empty(&self.resources.paths.home)?);
                let made = match detail.made.map(|recipe| recipe.made) {
                    Some(Made::Film(film)) => Some(film),
                    _ => None,
                };
                let keys = made.as_ref().map(|film| film.keys.clone());
                {
                    let mut facts = film.facts();
                    facts.work = Some(id.clone());
                    facts.narration = made.as_ref().and_then(narration);
                    facts.captions = made.map(|film| film.captions).unwrap_or_default();
                }
                films::show(&film, paths, source.fps(), keys)?;
                film
            }
        };
        lock(&self.recent).put(id.clone(), Arc::clone(&film));
        Ok(film)
    }
}

fn narration(film: &FilmRecipe) -> Option<SoundId> {
    let id = film.narration.clone()?;
    Some(SoundId::Work { id })
}

/// The key frames before (or at) a frame and after it.
fn keys_around(film: &Film, index: u32) -> Option<(Picture, Picture)> {
    let (marks, _) = film.proxies.marks();
    let is_key = |mark: &FrameMark| mark.frame == FrameKind::Key;
    let index = index as usize;
    let before = marks.get(..=index)?.iter().rposition(is_key)?;
    let after = index + 1 + marks.get(index + 1..)?.iter().position(is_key)?;
    let before = film.proxies.picture(before as u32)?;
    let after = film.proxies.picture(after as u32)?;
    let same = (before.width(), before.height()) == (after.width(), after.height());
    same.then_some((before, after))
}
