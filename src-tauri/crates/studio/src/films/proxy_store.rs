//! A film's frames to be looked at while it is made and after: small files in one file on the disk, so
//! that a long film takes no memory and any frame is at hand at once.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use quartet_library::private;
use quartet_media::{
    Caption, Picture,
    film::FilmWriter,
    labels::{Label, new_id},
    preview_webp,
};
use quartet_pipelines::video::FrameKind;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::OwnFile;
use crate::{Code, Failure, JobId, Result, film_orders::ClipSource, recent::Evict, sound::SoundId};

/// Longest side of a frame that is looked at, in pixels.
const SIDE: u32 = 512;
/// What a crashed process left behind is swept after so long.
const LEFT: Duration = Duration::from_hours(24);

/// Which film is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum FilmId {
    /// What a job makes or made; the last few are at hand.
    Take { job: JobId },
    /// A work of the library.
    Work { id: String },
    /// A clip from outside.
    Clip { source: ClipSource },
}

/// A frame as timelines show it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FrameMark {
    /// How long it is shown.
    pub seconds: f64,
    pub frame: FrameKind,
    /// How much it differs from the frame before: mean over all values, 0 to 1.
    pub difference: f32,
}

/// A film at hand.
#[derive(Debug)]
pub struct Film {
    pub(crate) proxies: ProxyStore,
    facts: Mutex<Facts>,
    /// Of a film that was made, to its end or to where it was stopped, and is not kept.
    own: Mutex<Option<OwnFile>>,
    abandoned: AtomicBool,
}

/// What is known of a film beside its frames.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) narration: Option<SoundId>,
    pub(crate) captions: Vec<Caption>,
    /// The id of the work, once it is kept.
    pub(crate) work: Option<String>,
}

impl Film {
    /// A film without frames, in the data folder.
    ///
    /// # Errors
    /// `LibraryFailed` where no disk takes one.
    pub(crate) fn empty(home: &Path) -> Result<Self> {
        let folder = home.join("reels");
        // A library that cannot be written to does not keep anybody from looking.
        let proxies = ProxyStore::new(&folder).or_else(|_| ProxyStore::new(&std::env::temp_dir()));
        let proxies = proxies.map_err(|error| Failure::at(Code::LibraryFailed, &folder, error))?;
        Ok(Self::new(proxies))
    }

    pub(crate) fn new(proxies: ProxyStore) -> Self {
        Self {
            proxies,
            facts: Mutex::default(),
            own: Mutex::default(),
            abandoned: AtomicBool::new(false),
        }
    }

    pub(crate) fn facts(&self) -> MutexGuard<'_, Facts> {
        // Its fields are set one by one, each whole.
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn own(&self) -> MutexGuard<'_, Option<OwnFile>> {
        // Replaced whole, and read from its beginning each time.
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the file that the film was written to at hand, as long as the film is.
    pub(crate) fn keep_file(&self, own: OwnFile) {
        *self.own() = Some(own);
    }

    /// Writes a labelled copy of a film that is in no library, from its own frames.
    ///
    /// # Errors
    /// `FilmGone` where they are not at hand; `ExportFormat`, `ExportFailed`.
    pub(crate) fn export(&self, path: &Path) -> Result<()> {
        match &mut *self.own() {
            Some(own) => own.export(path),
            None => Err(Failure::new(Code::FilmGone, "it has no file")),
        }
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed)
    }
}

impl Evict for Film {
    fn evict(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }
}

/// A film's frames in one file, shared by the job that writes them and the window that shows them.
#[derive(Debug)]
pub(crate) struct ProxyStore {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    /// Where each frame's file begins, and its length.
    places: Vec<(u64, u32)>,
    /// May be ahead of the frames.
    marks: Vec<FrameMark>,
    end: u64,
    ended: bool,
    /// The disk took no more: later frames are reported and not shown.
    full: bool,
}

impl ProxyStore {
    /// An empty store in a folder of such files, which is made.
    ///
    /// # Errors
    /// Those of the disk.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        private::create_folder(folder)?;
        sweep(folder);
        let (path, file) = unnamed(folder)?;
        Ok(Self {
            path,
            state: Mutex::new(State {
                file,
                places: Vec::new(),
                marks: Vec::new(),
                end: 0,
                ended: false,
                full: false,
            }),
        })
    }

    /// An empty file without a name beside the store's own, for the film itself where it is not kept.
    ///
    /// # Errors
    /// Those of the disk.
    pub(crate) fn another_file(&self) -> io::Result<File> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        Ok(unnamed(folder)?.1)
    }

    /// Begins anew, in the first of the folders that takes a file: this one's disk took no more.
    pub(crate) fn begin_again(&self, folders: &[PathBuf]) {
        let mut state = self.state();
        if let Some(file) = folders.iter().find_map(|folder| unnamed_file(folder).ok()) {
            state.file = file;
        }
        state.places.clear();
        state.marks.clear();
        (state.end, state.full) = (0, false);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it was held leaves at most a frame that nothing points to.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of a frame whose picture comes later.
    pub(crate) fn announce(&self, mark: FrameMark) {
        self.state().marks.push(mark);
    }

    /// The picture of the next frame.
    pub(crate) fn put(&self, picture: &Picture) {
        let bytes = preview_webp(&picture.within(SIDE));
        let mut state = self.state();
        state.full |= bytes.is_empty();
        if state.full {
            return;
        }
        let end = state.end;
        let written = state
            .file
            .seek(SeekFrom::Start(end))
            .and_then(|_| state.file.write_all(&bytes));
        if written.is_err() {
            state.full = true;
            return;
        }
        state.places.push((end, bytes.len() as u32));
        state.end += bytes.len() as u64;
    }

    /// Nothing more will come.
    pub(crate) fn end(&self) {
        self.state().ended = true;
    }

    /// Frames that can be looked at, and whether they are all.
    pub(crate) fn marks(&self) -> (Vec<FrameMark>, bool) {
        let state = self.state();
        let count = state.places.len().min(state.marks.len());
        (state.marks[..count].to_vec(), state.ended)
    }

    /// The WebP files of some frames; fewer where there are fewer.
    ///
    /// # Errors
    /// Those of the disk.
    pub(crate) fn files(&self, from: u32, count: u32) -> io::Result<Vec<Vec<u8>>> {
        let mut state = self.state();
        let places = state.places.iter().skip(from as usize);
        let places: Vec<_> = places.take(count as usize).copied().collect();
        places
            .into_iter()
            .map(|(begin, length)| {
                let mut bytes = vec![0; length as usize];
                state.file.seek(SeekFrom::Start(begin))?;
                state.file.read_exact(&mut bytes)?;
                Ok(bytes)
            })
            .collect()
    }

    /// A frame; None where it does not exist.
    pub(crate) fn picture(&self, index: u32) -> Option<Picture> {
        let file = self.files(index, 1).ok()?.pop()?;
        Picture::decode(&file).ok()
    }
}

impl Drop for ProxyStore {
    fn drop(&mut self) {
        // Gone already on most systems.
        let _ = fs::remove_file(&self.path);
    }
}

/// An empty file without a name in a folder.
///
/// # Errors
/// Those of the disk.
pub(crate) fn unnamed_file(folder: &Path) -> io::Result<File> {
    Ok(unnamed(folder)?.1)
}

/// A new file, and the name that it had where it was made.
fn unnamed(folder: &Path) -> io::Result<(PathBuf, File)> {
    let path = folder.join(format!("{}.reel", new_id()));
    let mut options = private::options();
    let file = options.read(true).write(true).create_new(true);
    let file = file.open(&path)?;
    // Where the system lets an open file be removed, not even a crash leaves it behind.
    let _ = fs::remove_file(&path);
    Ok((path, file))
}

fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > LEFT) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Writes a film and shows it: what is written is also looked at.
pub(crate) struct ProxyTee {
    pub(crate) writer: Box<dyn FilmWriter>,
    pub(crate) film: std::sync::Arc<Film>,
}

impl FilmWriter for ProxyTee {
    fn frame(&mut self, picture: Picture, ticks: u64) -> io::Result<()> {
        self.film.proxies.put(&picture);
        self.writer.frame(picture, ticks)
    }

    fn finish(self: Box<Self>, label: &Label) -> io::Result<()> {
        self.writer.finish(label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> FrameMark {
        FrameMark {
            seconds: 0.25,
            frame: FrameKind::Key,
            difference: 0.0,
        }
    }

    #[test]
    fn frames_are_at_hand_in_any_order_and_leave_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let proxies = ProxyStore::new(folder.path()).unwrap();
        for grey in [10_u8, 100, 200] {
            proxies.announce(mark());
            proxies.put(&Picture::new(8, 6, vec![grey; 144]).unwrap());
        }
        proxies.announce(mark());
        assert_eq!((proxies.marks().0.len(), proxies.marks().1), (3, false));
        assert!(proxies.picture(2).unwrap().rgb()[0].abs_diff(200) < 6);
        assert!(proxies.picture(0).unwrap().rgb()[0].abs_diff(10) < 6);
        assert_eq!(proxies.files(1, 9).unwrap().len(), 2);
        assert_eq!(proxies.picture(3), None);
        drop(proxies);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_film_may_begin_again_elsewhere() {
        let (full, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let proxies = ProxyStore::new(full.path()).unwrap();
        proxies.state().full = true;
        proxies.announce(mark());
        proxies.put(&Picture::new(8, 6, vec![9; 144]).unwrap());
        assert_eq!(proxies.marks().0.len(), 0);
        proxies.begin_again(&[folder.path().to_owned()]);
        proxies.announce(mark());
        proxies.put(&Picture::new(8, 6, vec![9; 144]).unwrap());
        assert_eq!(proxies.marks().0.len(), 1);
        assert!(proxies.picture(0).is_some());
    }

    #[test]
    fn large_frames_are_looked_at_smaller() {
        let folder = tempfile::tempdir().unwrap();
        let proxies = ProxyStore::new(folder.path()).unwrap();
        proxies.put(&Picture::new(1024, 512, vec![7; 1024 * 512 * 3]).unwrap());
        let seen = proxies.picture(0).unwrap();
        assert_eq!((seen.width(), seen.height()), (512, 256));
    }
}
