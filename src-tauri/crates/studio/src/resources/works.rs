//! What was made, as the window and the terminal see it: the library with its recipes read, and the
//! pictures, sounds and clips that new works begin with.

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use quartet_library::{Library, WorkPart, WorksQuery, private};
use quartet_media::{
    Mask, PICTURE_LIMIT, Picture, UnknownFormat, data_url,
    labels::{self, Label, Provenance, SourceType},
    picture_file,
};
use quartet_pipelines::image::ImageRequest;
use quartet_runtime::Cancel;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    Code, Failure, Modality, Paths, Recipe, Result,
    captions::captions_of,
    destination::check_destination,
    export::{
        Body, film_format, not_a_transcript, picture_format, sound_format, text_format,
        transcript_format, tune_format,
    },
    file_names::file_name,
    film_orders::ClipSource,
    films::{self, SideTracks},
    pictures::{self, ImageSources, PictureSource},
    recipe::Made,
    settings::SettingsStore,
    sound::{self, Sound},
    tune::TuneFormat,
    works::{Work, WorksPage},
};

/// How long a copy that was exported for dragging stays for the program that took it.
const DRAGGED: Duration = Duration::from_hours(24);

/// A work with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WorkDetail {
    pub work: Work,
    /// For text works, the text; for speech, what is said.
    pub content: String,
    /// JSON, indented.
    pub recipe: String,
    /// The recipe, read: its request, sent again, makes the same work. None for that of a later version.
    pub made: Option<Recipe>,
    /// Path in the library.
    pub file: String,
}

/// A picture from outside, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportedPicture {
    /// A `data:` address, of a copy where the picture itself is larger than asked for.
    pub address: String,
    /// Of the picture itself.
    pub width: u32,
    pub height: u32,
}

/// How much of its making a work takes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportRecipe {
    /// That an AI made it, which model, and when.
    Omitted,
    /// The whole recipe, so that it can be made again: it holds the prompt.
    Included,
}

/// The works of this studio.
#[derive(Debug)]
pub struct Works {
    home: PathBuf,
    settings: Arc<SettingsStore>,
    library: Result<Library>,
    /// Stops the pack that is being written.
    pub(super) packing: Mutex<Cancel>,
}

impl Works {
    pub(crate) fn new(
        paths: &Paths,
        settings: Arc<SettingsStore>,
        library: Result<Library>,
    ) -> Self {
        Self {
            home: paths.home.clone(),
            settings,
            library,
            packing: Mutex::default(),
        }
    }

    /// # Errors
    /// Why there is no library.
    pub fn library(&self) -> Result<&Library> {
        self.library.as_ref().map_err(Clone::clone)
    }

    /// # Errors
    /// As [`Library::list`].
    pub fn list(&self, query: &WorksQuery) -> Result<WorksPage> {
        Ok(self.library()?.list(query)?.into())
    }

    /// # Errors
    /// As [`Library::open_work`].
    pub fn open(&self, id: &str) -> Result<WorkDetail> {
        let opened = self.library()?.open_work(id)?;
        let recipe: Option<serde_json::Value> = serde_json::from_str(&opened.recipe).ok();
        let indented = recipe.and_then(|recipe| serde_json::to_string_pretty(&recipe).ok());
        Ok(WorkDetail {
            work: opened.work.into(),
            content: opened.content,
            made: Recipe::parse(&opened.recipe),
            recipe: indented.unwrap_or(opened.recipe),
            file: opened.file.display().to_string(),
        })
    }

    /// The bytes of a work's file, label and all.
    ///
    /// # Errors
    /// As [`Library::open_work`], and `WorkFileMissing`.
    pub fn file(&self, id: &str) -> Result<Vec<u8>> {
        let path = self.library()?.open_work(id)?.file;
        std::fs::read(&path).map_err(|error| Failure::at(Code::WorkFileMissing, &path, error))
    }

    /// # Errors
    /// As [`Library::remove`].
    pub fn remove(&self, ids: &[impl AsRef<str>]) -> Result<()> {
        Ok(self.library()?.remove(ids)?)
    }

    /// # Errors
    /// As [`Library::restore`].
    pub fn restore(&self, ids: &[impl AsRef<str>]) -> Result<()> {
        Ok(self.library()?.restore(ids)?)
    }

    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    /// As [`check_destination`], and that it is no place of the library's own: a file there would be another work's,
    /// or swept away.
    ///
    /// # Errors
    /// As [`check_destination`], and `OutputInLibrary`.
    pub fn check_destination(
        &self,
        path: &Path,
        ending: impl Fn(&Path) -> std::result::Result<(), UnknownFormat>,
        sources: &[PathBuf],
    ) -> Result<()> {
        check_destination(path, ending, sources)?;
        // Behind a link too.
        let file = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = match file.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => return Ok(()),
        };
        let real = |folder: &Path| folder.canonicalize().ok();
        let own = ["works", "posters"].map(|name| real(&self.home.join(name)));
        let is_own = real(folder).is_some_and(|folder| own.contains(&Some(folder)));
        if is_own {
            return Err(Failure::at(Code::OutputInLibrary, path, ""));
        }
        Ok(())
    }

    /// Writes a labelled copy of a work, which replaces what is at `path`.
    ///
    /// # Errors
    /// `WorkUnknown`, `WorkFileMissing`, `WorkFileBroken`, `ExportFailed`; those of
    /// [`check_destination`](crate::check_destination).
    pub fn export(&self, id: &str, path: &Path, recipe: ExportRecipe) -> Result<()> {
        let opened = self.library()?.open_work(id)?;
        let made = Recipe::parse(&opened.recipe).map(|recipe| recipe.made);
        let is_tune = matches!(made, Some(Made::Composition(_)));
        let ending = match opened.work.modality {
            Modality::Text => text_format,
            Modality::Audio if is_tune => tune_format,
            Modality::Audio => sound_format,
            Modality::Image => picture_format,
            Modality::Video => film_format,
        };
        // Beside it lie other works.
        let works = opened.file.parent().unwrap_or(&opened.file).to_owned();
        self.check_destination(path, ending, &[works])?;
        let whole = recipe == ExportRecipe::Included;
        let label = Label {
            id: opened.work.id,
            provenance: Provenance {
                title: whole.then_some(opened.work.title),
                created: opened.work.created_at,
                model: opened.work.model,
                recipe: whole.then_some(opened.recipe),
                source: labels::source_of_file(&opened.file).unwrap_or_default(),
            },
        };
        let audible = self.settings.load().audible_label;
        match opened.work.modality {
            Modality::Text => Body::Text(&opened.content).export(path, &label, audible),
            Modality::Audio => {
                let notes = TuneFormat::of(path) == Ok(TuneFormat::Notes);
                // Notes are written from the recipe, also where the sound is gone.
                let sound = if notes {
                    Sound::default()
                } else {
                    Sound::whole(sound::read(&opened.file)?)
                };
                let body = match &made {
                    Some(Made::Composition(tune)) => Body::Tune(&sound, tune),
                    _ => Body::Sound(&sound),
                };
                body.export(path, &label, audible)
            }
            Modality::Image => {
                let picture = pictures::read_kept(&opened.file)?;
                Body::Picture(&picture).export(path, &label, audible)
            }
            Modality::Video => {
                if let Some(problem) = opened.work.problem {
                    return Err(problem.into());
                }
                let side_tracks = self.side_tracks(made).unwrap_or_default();
                films::export(&opened.file, path, &label, side_tracks)
            }
        }
    }

    /// The label under which a work goes out, without the title and the recipe, which hold the words of the
    /// prompt.
    ///
    /// # Errors
    /// As [`Library::open_work`].
    pub fn label(&self, id: &str) -> Result<Label> {
        let opened = self.library()?.open_work(id)?;
        Ok(Label {
            id: opened.work.id,
            provenance: Provenance {
                title: None,
                created: opened.work.created_at,
                model: opened.work.model,
                recipe: None,
                source: labels::source_of_file(&opened.file).unwrap_or_default(),
            },
        })
    }

    /// How much of a picture models made, as it says of itself; None for a person's own.
    pub fn source_type(&self, source: &PictureSource) -> Option<SourceType> {
        let of_work = |id| labels::source_of_file(&self.library().ok()?.open_work(id).ok()?.file);
        match source {
            PictureSource::Data { base64 } => {
                let file = data_url::decode(base64).ok()?;
                labels::source_of(&mut Cursor::new(file))
            }
            PictureSource::File { path } => labels::source_of_file(path),
            PictureSource::Work { id } => of_work(id),
            // It carries no label; but what was made of a person's own does.
            PictureSource::Part { work, .. } => {
                of_work(work).filter(|&made| made == SourceType::Generated)
            }
        }
    }

    /// What is under a film and over it; a sound that is gone is no reason to keep the film back.
    fn side_tracks(&self, made: Option<Made>) -> Option<SideTracks> {
        let Some(Made::Film(film)) = made else {
            return None;
        };
        let sound = film.narration.and_then(|id| {
            let file = self.library().ok()?.open_work(&id).ok()?.file;
            sound::read(&file).ok()
        });
        Some(SideTracks {
            sound,
            captions: film.captions,
            ..SideTracks::default()
        })
    }

    /// Writes a kept transcript, or what a kept sound or film says, to a file: as text, captions or data
    /// after the path's ending.
    ///
    /// # Errors
    /// `WorkUnknown`, `WorkFileMissing`, `WorkFileBroken`, `ExportFormat`, also for works in which
    /// nothing is said, `ExportFailed`.
    pub fn export_transcript(&self, work: &str, path: &Path) -> Result<()> {
        transcript_format(path)?;
        let opened = self.open(work)?;
        let segments = match opened.made.map(|recipe| recipe.made) {
            Some(Made::Transcription(heard)) => heard.segments,
            Some(Made::Speech(said)) => captions_of(&said.script, said.stats.sample_rate),
            Some(Made::Film(film)) if !film.captions.is_empty() => {
                film.captions.iter().map(Into::into).collect()
            }
            _ => return Err(not_a_transcript(path)),
        };
        Body::Transcript(&segments).export(path, &self.label(work)?, false)
    }

    /// The files of a clip.
    ///
    /// # Errors
    /// For one of the library `WorkUnknown`, `WorkFileMissing`, `WorkFileBroken`.
    pub(crate) fn clip_paths(&self, source: &ClipSource) -> Result<Vec<PathBuf>> {
        match source {
            ClipSource::Files { paths, .. } => Ok(paths.iter().map(PathBuf::from).collect()),
            ClipSource::Work { id } => {
                let opened = self.library()?.open_work(id)?;
                match opened.work.problem {
                    Some(problem) => Err(problem.into()),
                    None => Ok(vec![opened.file]),
                }
            }
        }
    }

    /// A person's picture, decoded.
    ///
    /// # Errors
    /// `PictureUnreadable`, `PictureTooLarge`; for one of the library `WorkUnknown`,
    /// `WorkFileMissing`, `WorkFileBroken`.
    pub fn picture(&self, source: &PictureSource) -> Result<Picture> {
        match source {
            PictureSource::Data { base64 } => Ok(Picture::decode(&data_url::decode(base64)?)?),
            PictureSource::File { path } => Ok(pictures::read(path)?),
            PictureSource::Work { id } => pictures::read_kept(&self.library()?.open_work(id)?.file),
            PictureSource::Part { work, part } => {
                let file = self.part(work, *part)?;
                Picture::decode(&file).map_err(|error| broken_part(work, error))
            }
        }
    }

    /// A person's picture, read as a mask: white is painted.
    ///
    /// # Errors
    /// As [`Works::picture`].
    pub fn mask(&self, source: &PictureSource) -> Result<Mask> {
        let file = match source {
            PictureSource::Data { base64 } => data_url::decode(base64)?,
            PictureSource::File { path } => picture_file::bytes(path)?,
            PictureSource::Work { id } => self.file(id)?,
            PictureSource::Part { work, part } => self.part(work, *part)?,
        };
        Ok(Mask::decode(&file)?)
    }

    /// A request with its pictures, which do not travel as text; those that it has already stay where no
    /// source is named.
    ///
    /// # Errors
    /// As [`Works::picture`].
    pub fn with_pictures(
        &self,
        mut request: ImageRequest,
        sources: &ImageSources,
    ) -> Result<ImageRequest> {
        if let Some(start) = &sources.start {
            request.start = Some(self.picture(start)?);
        }
        if let Some(mask) = &sources.mask {
            request.mask = Some(self.mask(mask)?);
        }
        Ok(request)
    }

    /// A person's picture as a page shows it: at most `limit` pixels on a side.
    ///
    /// # Errors
    /// As [`Works::picture`].
    pub fn import_picture(&self, source: &PictureSource, limit: u32) -> Result<ImportedPicture> {
        let picture = self.picture(source)?;
        Ok(ImportedPicture {
            address: data_url::unlabelled(&picture, limit.min(PICTURE_LIMIT)),
            width: picture.width(),
            height: picture.height(),
        })
    }

    /// A part of a work, if it is the one that the recipe was kept with.
    fn part(&self, work: &str, part: WorkPart) -> Result<Vec<u8>> {
        let library = self.library()?;
        let file = library.part(work, part)?;
        let recipe = Recipe::parse(&library.open_work(work)?.recipe);
        let expected = recipe.and_then(|recipe| match (recipe.made, part) {
            (Made::Image(image), WorkPart::Mask) => image.mask,
            (Made::Image(image), WorkPart::Start) => image.start,
            (Made::Upscale(upscale), WorkPart::Start) => upscale.start,
            _ => None,
        });
        match expected {
            Some(expected) if expected.sha256 == pictures::checksum(&file) => Ok(file),
            _ => Err(broken_part(work, "it is not the file that was kept")),
        }
    }

    /// A labelled copy of a kept picture for another program to take: what is dragged out of the
    /// window is a file. Copies are swept a day later.
    ///
    /// # Errors
    /// As [`Works::export`].
    pub fn export_for_drag(&self, id: &str) -> Result<PathBuf> {
        let work = self.library()?.open_work(id)?.work;
        let lent = self.home.join("lent");
        sweep_dragged(&lent);
        let folder = lent.join(id);
        private::create_folder(&folder)
            .map_err(|error| Failure::at(Code::ExportFailed, &folder, error))?;
        let path = folder.join(format!("{}.png", file_name(&work.title, "picture")));
        self.export(id, &path, ExportRecipe::Omitted)?;
        Ok(path)
    }
}

fn broken_part(work: &str, reason: impl std::fmt::Display) -> Failure {
    Failure::at(Code::WorkFileBroken, Path::new(work), reason)
}

/// Removes the copies that were lent long ago; what cannot be removed today can be tomorrow.
fn sweep_dragged(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > DRAGGED) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use quartet_library::Draft;

    use super::*;
    use crate::works::open_library;

    #[test]
    fn exports_say_that_an_ai_made_them_and_hold_the_prompt_only_when_asked() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths {
            home: home.path().to_owned(),
            models: Vec::new(),
            runtime: PathBuf::new(),
        };
        let library = open_library(home.path()).unwrap().library;
        let recipe = r#"{"prompt":"a pupil's words"}"#;
        let draft = Draft {
            modality: Modality::Text,
            title: "a pupil's words",
            model: "tiny",
            seconds: 1.5,
            prompt: "a pupil's words",
            content: "The text.\n",
            recipe,
            source: SourceType::Generated,
            extension: "md",
        };
        let work = library.keep(&draft, |stamp, out| {
            labels::text::write(out, &stamp.id, &draft.provenance(stamp), draft.content)
        });
        let work = work.unwrap();
        let settings = Arc::new(SettingsStore::new(home.path()));
        let works = Works::new(&paths, settings, Ok(library));
        let path = home.path().join("导出 1.md");
        for (choice, expected) in [
            (ExportRecipe::Omitted, None),
            (ExportRecipe::Included, Some(recipe)),
        ] {
            works.export(&work.id, &path, choice).unwrap();
            let file = fs::read_to_string(&path).unwrap();
            let (claim, content) = labels::text::read(&file).unwrap();
            assert_eq!(claim.aigc["Label"], "1");
            assert_eq!(claim.produce_id(), Some(work.id.as_str()));
            assert_eq!(content, "The text.\n");
            assert_eq!(claim.provenance.unwrap().recipe.as_deref(), expected);
            assert_eq!(file.contains("pupil"), expected.is_some());
        }
        let nowhere = home.path().join("none").join("x.md");
        let failure = works.export(&work.id, &nowhere, ExportRecipe::Omitted);
        assert_eq!(failure.unwrap_err().code, Code::OutputFolderMissing);
        // No work is written over another.
        let own = works.library().unwrap().open_work(&work.id).unwrap().file;
        let failure = works.export(&work.id, &own, ExportRecipe::Omitted);
        assert_eq!(failure.unwrap_err().code, Code::OutputIsInput);
        // Nor anything else there.
        for name in ["works/new.md", "posters/new.md"] {
            let path = home.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let failure = works.export(&work.id, &path, ExportRecipe::Omitted);
            assert!(!path.exists(), "{name}");
            assert!(failure.is_err(), "{name}");
            let checked = works.check_destination(&path, text_format, &[]);
            assert_eq!(checked.unwrap_err().code, Code::OutputInLibrary, "{name}");
        }
        assert!(works.check_destination(&own, text_format, &[]).is_err());
    }
}
