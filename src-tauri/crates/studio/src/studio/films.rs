//! Films being looked at: clips that people bring, frames of films that are made, kept or brought.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use quartet_pipelines::{
    image::Picture,
    video::{FrameKind, TICKS_PER_SECOND},
};
use quartet_runtime::Cancel;
use uuid::Uuid;

use super::{Studio, image::file_name, lock, replace};
use crate::{
    Code, Failure, Result, Skill,
    bench::Bench,
    clock,
    films::{self, Beside, Film, FilmFormat, Label, Reel},
    jobs::{Ask, Outlet, checksum},
    labels::Provenance,
    pictures,
    recipe::FilmRecipe,
    sound::SoundId,
    wire::{ClipFacts, ClipSource, DroppedFile, FilmId, FilmSheet, FrameMark, VideoJobEvent},
    works::{ExportRecipe, Replacing, write_file},
};

/// More frames than any page asks for at once.
const MOST_FRAMES: u32 = 64;
/// A dropped film of more bytes comes by its path.
const MOST_BYTES: usize = 512 << 20;
/// How much stronger a difference between frames is shown than it is.
const GAIN: u16 = 4;

impl Studio {
    /// What a clip says of itself; it is read for a second at most.
    ///
    /// # Errors
    /// `FilmUnreadable`, `FilmEncoding`, `PictureUnreadable`, `PictureTooLarge`, `ModelBroken` for a file
    /// that cannot be opened, `WorkUnknown`.
    pub fn clip_facts(&self, source: &ClipSource) -> Result<ClipFacts> {
        let paths = self.clip_paths(source)?;
        let name = match source {
            ClipSource::Work { id } => self.library()?.open_work(id)?.work.title,
            ClipSource::Files { .. } => source.name(),
        };
        films::facts(&paths, source.fps(), name)
    }

    pub(super) fn clip_paths(&self, source: &ClipSource) -> Result<Vec<PathBuf>> {
        match source {
            ClipSource::Files { paths, .. } => Ok(paths.iter().map(PathBuf::from).collect()),
            ClipSource::Work { id } => {
                let opened = self.library()?.open_work(id)?;
                match opened.work.problem {
                    Some(problem) => Err(problem),
                    None => Ok(vec![opened.file]),
                }
            }
        }
    }

    /// Puts files that were dropped on the window into the data folder, once each: a recipe needs them
    /// again.
    ///
    /// # Errors
    /// `FilmUnreadable` for what arrived damaged or is too large, `ExportFailed`.
    pub fn bring_clip(&self, files: &[DroppedFile]) -> Result<ClipSource> {
        let folder = self.paths.home.join("clips");
        let failed = |error| Failure::at(Code::ExportFailed, &folder, error);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let mut paths = Vec::new();
        for file in files {
            let bytes = pictures::from_base64(&file.base64)?;
            if bytes.len() > MOST_BYTES {
                let reason = "the file is too large to be dropped".to_owned();
                return Err(quartet_pipelines::Error::NotAFilm { reason }.into());
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
                write_file(&path, |out| out.write_all(&bytes)).map_err(failed)?;
            }
            paths.push(path.display().to_string());
        }
        Ok(ClipSource::Files { paths, fps: 12 })
    }

    /// Whether a clip is still the one that a kept film was made of; true where that cannot be told.
    ///
    /// # Errors
    /// `WorkUnknown`.
    pub fn is_same_clip(&self, work: &str) -> Result<bool> {
        let made = self.open_work(work)?.made.and_then(|recipe| recipe.film);
        let Some((order, kept)) = made.and_then(|film| film.retiming.zip(film.clip)) else {
            return Ok(true);
        };
        let paths = self.clip_paths(&order.source)?;
        Ok(checksum(&paths).is_ok_and(|found| found == kept))
    }

    /// The frames of a film that can be looked at so far. The first question about a kept film or a clip
    /// begins to read it.
    ///
    /// # Errors
    /// `WorkUnknown`, also for a job of too long ago; those of [`Studio::clip_facts`].
    pub fn film_sheet(&self, id: &FilmId) -> Result<FilmSheet> {
        let film = self.film(id)?;
        let (frames, ended) = film.reel.marks();
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
    /// As [`Studio::film_sheet`].
    pub fn film_pictures(&self, id: &FilmId, from: u32, to: u32) -> Result<Vec<u8>> {
        let film = self.film(id)?;
        let count = to.saturating_sub(from).min(MOST_FRAMES);
        let files = film
            .reel
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
    /// As [`Studio::film_sheet`].
    pub fn film_difference(&self, id: &FilmId, index: u32) -> Result<Vec<u8>> {
        let film = self.film(id)?;
        let before = index
            .checked_sub(1)
            .and_then(|index| film.reel.picture(index));
        let Some((before, after)) = before.zip(film.reel.picture(index)) else {
            return Ok(Vec::new());
        };
        let pairs = before.rgb().iter().zip(after.rgb());
        let strong = pairs.map(|(a, b)| (u16::from(a.abs_diff(*b)) * GAIN).min(255) as u8);
        let picture = Picture::new(after.width(), after.height(), strong.collect());
        Ok(picture.map_or_else(Vec::new, |picture| films::quick(&picture)))
    }

    /// How pixels move between the two key frames around a frame, as colours: a WebP file, small; empty
    /// where no network here tells, and where nothing lies between. Waits for the job that is running;
    /// an older question that still waits is stopped.
    ///
    /// # Errors
    /// As [`Studio::film_sheet`], and those of the network.
    pub fn film_flow(&self, id: &FilmId, index: u32) -> Result<Vec<u8>> {
        let film = self.film(id)?;
        let (Some(model), Some((before, after))) =
            (self.any(Skill::Inbetween), keys_around(&film, index))
        else {
            return Ok(Vec::new());
        };
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let mut outlet = Outlet::<VideoJobEvent>::silent(cancel);
            let network = bench.inbetween(&model, &mut outlet, cancel)?;
            let made = network.between(&before, &after, 0.5, cancel)?;
            let side = before.width().max(before.height());
            Ok(made.flow.and_then(|flow| flow.colours(side)))
        });
        let cancel = replace(&self.probe);
        self.queue.start_with(ask, cancel);
        let colours = answer.wait()?;
        Ok(colours.map_or_else(Vec::new, |colours| films::quick(&colours)))
    }

    /// Writes a labelled copy of a film that was made: of the work where it is kept, else of the frames
    /// that are looked at.
    ///
    /// # Errors
    /// As [`Studio::film_sheet`]; `ExportFormat`, `ExportFailed`.
    pub fn export_film(&self, id: &FilmId, path: &Path) -> Result<()> {
        let work = match id {
            FilmId::Work { id } => Some(id.clone()),
            FilmId::Take { .. } | FilmId::Clip { .. } => self.film(id)?.facts().work.clone(),
        };
        if let Some(work) = work {
            return self.export_work(&work, path, ExportRecipe::Omitted);
        }
        let film = self.film(id)?;
        let format = FilmFormat::of(path)?;
        let failed = |error: std::io::Error| Failure::at(Code::ExportFailed, path, error);
        let replacing = Replacing::begin(path).map_err(failed)?;
        let beside = Beside {
            captions: film.facts().captions.clone(),
            ..Beside::default()
        };
        let mut writer = films::writer(format, replacing.file().map_err(failed)?, beside);
        for (index, mark) in (0..).zip(film.reel.marks().0) {
            let ticks = (mark.seconds * TICKS_PER_SECOND as f64).round() as u64;
            if let Some(picture) = film.reel.picture(index) {
                writer.frame(picture, ticks).map_err(failed)?;
            }
        }
        let id = Uuid::now_v7();
        let label = Label {
            id: id.to_string(),
            provenance: Provenance {
                title: None,
                created: clock::rfc3339(clock::millis_of(&id)),
                model: film.facts().model.clone(),
                recipe: None,
            },
        };
        writer.finish(&label).map_err(failed)?;
        replacing.publish().map_err(failed)
    }

    /// A film by its name.
    fn film(&self, id: &FilmId) -> Result<Arc<Film>> {
        if let Some(found) = lock(&self.films).get(id) {
            return Ok(found);
        }
        let film = match id {
            FilmId::Take { job } => {
                return Err(Failure::new(Code::WorkUnknown, format!("job {job}")));
            }
            FilmId::Clip { source } => {
                let film = Arc::new(self.empty_film()?);
                films::show(&film, self.clip_paths(source)?, source.fps(), None)?;
                film
            }
            FilmId::Work { id } => {
                let source = ClipSource::Work { id: id.clone() };
                let paths = self.clip_paths(&source)?;
                let detail = self.open_work(id)?;
                let film = Arc::new(self.empty_film()?);
                let made = detail.made.and_then(|recipe| recipe.film);
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
        lock(&self.films).put(id.clone(), Arc::clone(&film));
        Ok(film)
    }

    pub(super) fn empty_film(&self) -> Result<Film> {
        let folder = self.paths.home.join("reels");
        // A library that cannot be written to does not keep anybody from looking.
        let reel = Reel::new(&folder).or_else(|_| Reel::new(&std::env::temp_dir()));
        let reel = reel.map_err(|error| Failure::at(Code::LibraryFailed, &folder, error))?;
        Ok(Film::new(reel))
    }
}

fn narration(film: &FilmRecipe) -> Option<SoundId> {
    let id = film.narration.clone()?;
    Some(SoundId::Work { id })
}

/// The key frames before (or at) a frame and after it.
fn keys_around(film: &Film, index: u32) -> Option<(Picture, Picture)> {
    let (marks, _) = film.reel.marks();
    let is_key = |mark: &FrameMark| mark.frame == FrameKind::Key;
    let index = index as usize;
    let before = marks.get(..=index)?.iter().rposition(is_key)?;
    let after = index + 1 + marks.get(index + 1..)?.iter().position(is_key)?;
    let before = film.reel.picture(before as u32)?;
    let after = film.reel.picture(after as u32)?;
    let same = (before.width(), before.height()) == (after.width(), after.height());
    same.then_some((before, after))
}
