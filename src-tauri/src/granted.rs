//! Which of a person's files the page may name.
//!
//! A page that runs somebody else's script could ask for any path. So a path counts for nothing by
//! itself: it must be one that a person chose in a dialog that Rust opened, that Rust gave a dropped
//! file, that the engine found in a folder that a person chose, or that stands in a recipe of the library. Files may be read again; a file is written once for
//! each answer of a dialog.

use std::{
    collections::HashSet,
    ops::Deref,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use quartet_studio::{
    ClipSource, Code, Failure, ImageOrder, Made, MinutesOrder, MinutesSource, ModelNearby, Recipe,
    Result, RetimingOrder, TranscriptionOrder, UpscaleOrder,
    films::FilmId,
    pictures::{ImageSources, PictureSource},
    sound::{RecorderEvent, SoundId, SoundPart},
};
use specta::{Type, Types, datatype::DataType};
use tauri::{
    Manager as _, Runtime,
    ipc::{CommandArg, CommandItem, InvokeError},
};

/// The paths that were chosen since the start.
#[derive(Debug, Default)]
pub struct Granted {
    read: Mutex<HashSet<PathBuf>>,
    write: Mutex<HashSet<PathBuf>>,
}

impl Granted {
    /// The page may read these, as often as it likes.
    pub fn to_read<P: Into<PathBuf>>(&self, paths: impl IntoIterator<Item = P>) {
        lock(&self.read).extend(paths.into_iter().map(Into::into));
    }

    /// The page may have this written, once.
    pub fn to_write(&self, path: impl Into<PathBuf>) {
        lock(&self.write).insert(path.into());
    }

    /// Whoever chose them is gone.
    pub fn forget(&self) {
        lock(&self.read).clear();
        lock(&self.write).clear();
    }

    /// What a request names must have been chosen.
    ///
    /// # Errors
    /// `PathNotChosen`.
    pub fn check(&self, request: &impl NamesFiles) -> Result<()> {
        let read = lock(&self.read);
        let mut files = request.files().into_iter();
        match files.find(|file| !read.contains(*file)) {
            Some(file) => Err(not_chosen(file)),
            None => Ok(()),
        }
    }

    /// Takes back what was granted by one answer of a dialog.
    ///
    /// # Errors
    /// `PathNotChosen`.
    pub fn redeem(&self, path: &Path) -> Result<()> {
        if lock(&self.write).remove(path) {
            Ok(())
        } else {
            Err(not_chosen(path))
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_chosen(path: &Path) -> Failure {
    Failure::at(Code::PathNotChosen, path, "")
}

/// An argument of a command that names files: a command is not entered with one that was not chosen.
#[derive(Debug)]
pub struct Chosen<T>(pub T);

impl<T> Deref for Chosen<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'de, R: Runtime, T: CommandArg<'de, R> + NamesFiles> CommandArg<'de, R> for Chosen<T> {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let granted = command.message.webview_ref().state::<Granted>();
        let request = T::from_command(command)?;
        granted.check(&request)?;
        Ok(Self(request))
    }
}

impl<T: Type> Type for Chosen<T> {
    fn definition(types: &mut Types) -> DataType {
        T::definition(types)
    }
}

/// Where a command writes: the answer of a dialog, which it uses up.
#[derive(Debug)]
pub struct Destination(pub PathBuf);

impl<'de, R: Runtime> CommandArg<'de, R> for Destination {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let granted = command.message.webview_ref().state::<Granted>();
        let path = PathBuf::from_command(command)?;
        granted.redeem(&path)?;
        Ok(Self(path))
    }
}

impl Type for Destination {
    fn definition(types: &mut Types) -> DataType {
        PathBuf::definition(types)
    }
}

/// What a request or a recipe names of a person's disk.
pub trait NamesFiles {
    fn files(&self) -> Vec<&Path>;
}

impl NamesFiles for PathBuf {
    fn files(&self) -> Vec<&Path> {
        vec![self]
    }
}

impl NamesFiles for Vec<PathBuf> {
    fn files(&self) -> Vec<&Path> {
        self.iter().map(PathBuf::as_path).collect()
    }
}

impl NamesFiles for SoundId {
    fn files(&self) -> Vec<&Path> {
        match self {
            Self::File { path } => vec![Path::new(path)],
            Self::Take { .. } | Self::Work { .. } => Vec::new(),
        }
    }
}

impl NamesFiles for SoundPart {
    fn files(&self) -> Vec<&Path> {
        self.to.as_deref().into_iter().collect()
    }
}

impl NamesFiles for RecorderEvent {
    fn files(&self) -> Vec<&Path> {
        let recording = match self {
            Self::Level { .. } => None,
            Self::Done { recording } => Some(recording),
            Self::Failed { recording, .. } => recording.as_ref(),
        };
        let path = recording.map(|recording| Path::new(&recording.path));
        path.into_iter().collect()
    }
}

/// What the engine found where a person chose a folder.
impl NamesFiles for Vec<ModelNearby> {
    fn files(&self) -> Vec<&Path> {
        self.iter().map(|one| Path::new(&one.path)).collect()
    }
}

impl NamesFiles for PictureSource {
    fn files(&self) -> Vec<&Path> {
        match self {
            Self::File { path } => vec![path],
            Self::Data { .. } | Self::Work { .. } | Self::Part { .. } => Vec::new(),
        }
    }
}

impl NamesFiles for ImageSources {
    fn files(&self) -> Vec<&Path> {
        let Self { start, mask } = self;
        let sources = start.iter().chain(mask);
        sources.flat_map(NamesFiles::files).collect()
    }
}

impl NamesFiles for ImageOrder {
    fn files(&self) -> Vec<&Path> {
        self.sources.files()
    }
}

impl NamesFiles for UpscaleOrder {
    fn files(&self) -> Vec<&Path> {
        self.source.files()
    }
}

impl NamesFiles for ClipSource {
    fn files(&self) -> Vec<&Path> {
        match self {
            Self::Files { paths, .. } => paths.iter().map(Path::new).collect(),
            Self::Work { .. } => Vec::new(),
        }
    }
}

impl NamesFiles for FilmId {
    fn files(&self) -> Vec<&Path> {
        match self {
            Self::Clip { source } => source.files(),
            Self::Take { .. } | Self::Work { .. } => Vec::new(),
        }
    }
}

impl NamesFiles for RetimingOrder {
    fn files(&self) -> Vec<&Path> {
        self.source.files()
    }
}

impl NamesFiles for TranscriptionOrder {
    fn files(&self) -> Vec<&Path> {
        vec![Path::new(&self.request.path)]
    }
}

impl NamesFiles for MinutesOrder {
    fn files(&self) -> Vec<&Path> {
        match &self.source {
            MinutesSource::Recording { request } => vec![Path::new(&request.path)],
            MinutesSource::Transcript { .. } => Vec::new(),
        }
    }
}

/// What a kept work was made of may be read again, to make it again.
impl NamesFiles for Recipe {
    fn files(&self) -> Vec<&Path> {
        match &self.made {
            Made::Transcription(heard) => vec![Path::new(&heard.request.path)],
            Made::Minutes(minutes) => {
                let request = minutes.request.iter();
                request.map(|request| Path::new(&request.path)).collect()
            }
            Made::Film(film) => film.retiming.iter().flat_map(NamesFiles::files).collect(),
            // Their pictures are kept beside them.
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
#[path = "granted_tests.rs"]
mod tests;
