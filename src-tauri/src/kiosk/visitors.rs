//! One visitor after the other: each has a data folder of their own, which goes when they go.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use quartet_kiosk::{Kiosk, KioskWorks};
use quartet_studio::{
    Paths, Result, Studio,
    works::{Shelf, WorksQuery},
};

/// For so long a command of the visitor before may still hold their studio.
const PATIENCE: Duration = Duration::from_secs(5);
const SETTINGS: &str = "settings.json";
const WORKS: &str = "works";

/// Where visitors come from and go to.
#[derive(Debug)]
pub struct Visitors {
    /// Of whoever runs the kiosk.
    owner: Paths,
    /// Holds the visitors' folders.
    root: PathBuf,
    count: u32,
}

impl Visitors {
    pub fn new(owner: Paths, root: PathBuf) -> Self {
        let count = 0;
        Self { owner, root, count }
    }

    /// A studio that nobody has used, with the models and settings of whoever runs the kiosk.
    ///
    /// # Errors
    /// What keeps a studio from opening.
    pub fn next(&mut self) -> Result<Arc<Studio>> {
        self.count += 1;
        let home = self
            .root
            .join(format!("{}-{}", std::process::id(), self.count));
        // A folder that cannot be made is told by the library, as every such folder is.
        let _ = fs::create_dir_all(&home);
        let _ = fs::copy(self.owner.home.join(SETTINGS), home.join(SETTINGS));
        let paths = Paths {
            home,
            ..self.owner.clone()
        };
        Ok(Arc::new(Studio::open(paths)?))
    }

    /// So many there were.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// As the file wishes it for every visitor.
    ///
    /// # Errors
    /// `SettingsNotSaved`.
    pub fn prepare(studio: &Studio, kiosk: &Kiosk) -> Result<()> {
        studio.models().restrict(&kiosk.models);
        let mut settings = studio.settings();
        settings.language = kiosk.languages.first().copied();
        settings.projector = false;
        settings.text_scale = 0;
        studio.save_settings(settings)?;
        studio.sounds().player().volume(kiosk.volume as f32);
        Ok(())
    }

    /// Ends what a visitor began, and does with their works what the file says.
    pub fn end(&self, studio: Arc<Studio>, works: KioskWorks) {
        let home = studio.home().to_owned();
        studio.sounds().player().pause();
        studio.close();
        if works == KioskWorks::Keep {
            empty_bin(&studio);
        }
        // Its library is closed when the last command lets it go.
        let started = Instant::now();
        while Arc::strong_count(&studio) > 1 && started.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
        drop(studio);
        self.put_away(&home, works);
    }

    /// Does so with everything that visitors before left, whose kiosk ended without a word. `but` is in use.
    pub fn sweep(&self, works: KioskWorks, but: Option<&Path>) {
        let entries = fs::read_dir(&self.root).into_iter().flatten().flatten();
        for home in entries.map(|entry| entry.path()) {
            if Some(home.as_path()) != but {
                self.put_away(&home, works);
            }
        }
    }

    fn put_away(&self, home: &Path, works: KioskWorks) {
        if works == KioskWorks::Keep {
            // What cannot be moved stays where it is, for the next start to try.
            if take_over(&home.join(WORKS), &self.owner.home.join(WORKS)).is_err() {
                return;
            }
        }
        // What a system will not delete while it is open goes at the next start.
        let _ = fs::remove_dir_all(home);
    }
}

/// What a visitor deleted is not kept for anybody.
fn empty_bin(studio: &Studio) {
    let query = WorksQuery {
        shelf: Shelf::Deleted,
        ..WorksQuery::default()
    };
    if let Ok(library) = studio.works().library()
        && let Ok(ids) = library.ids(&query)
    {
        // What is not deleted now would be kept: better than to lose the rest.
        let _ = library.purge(&ids);
    }
}

/// Moves whole works into another library, which enters them when it is next opened by itself: a work's file says
/// all that its row does.
fn take_over(from: &Path, to: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    fs::create_dir_all(to)?;
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::rename(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(home: &Path) -> Paths {
        Paths {
            home: home.to_owned(),
            models: Vec::new(),
            runtime: PathBuf::new(),
        }
    }

    fn visitors(home: &Path) -> Visitors {
        Visitors::new(owner(home), home.join("kiosk/visitors"))
    }

    /// How many files are in and below a folder.
    fn files(folder: &Path) -> usize {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let count = |path: PathBuf| if path.is_dir() { files(&path) } else { 1 };
        entries.map(|entry| count(entry.path())).sum()
    }

    #[test]
    fn nothing_of_a_visitor_is_left_for_the_next() {
        let home = tempfile::tempdir().unwrap();
        let mut visitors = visitors(home.path());
        let first = visitors.next().unwrap();
        first
            .works()
            .library()
            .unwrap()
            .keep_desk("text", "{\"draft\":\"secret\"}")
            .unwrap();
        fs::write(first.home().join("works/a.md"), "secret").unwrap();
        let second = visitors.next().unwrap();
        assert!(
            second
                .works()
                .library()
                .unwrap()
                .desks()
                .unwrap()
                .is_empty()
        );
        let kept = second.home().to_owned();
        visitors.end(first, KioskWorks::Wipe);
        let entries = fs::read_dir(home.path().join("kiosk/visitors"))
            .unwrap()
            .count();
        assert_eq!(entries, 1);
        assert!(kept.is_dir() && !home.path().join("works").exists());
    }

    #[test]
    fn what_a_crash_left_goes_at_the_next_start_and_works_are_kept_where_wished() {
        let home = tempfile::tempdir().unwrap();
        let visitors = visitors(home.path());
        let left = home.path().join("kiosk/visitors/7-1");
        fs::create_dir_all(left.join(WORKS)).unwrap();
        fs::write(left.join("works/a.md"), "a work").unwrap();
        fs::write(left.join("library.sqlite"), "rows").unwrap();
        visitors.sweep(KioskWorks::Keep, None);
        assert_eq!(
            fs::read_to_string(home.path().join("works/a.md")).unwrap(),
            "a work"
        );
        assert_eq!(files(&home.path().join("kiosk")), 0);

        fs::create_dir_all(&left).unwrap();
        fs::write(left.join("library.sqlite"), "rows").unwrap();
        visitors.sweep(KioskWorks::Wipe, None);
        assert_eq!(files(&home.path().join("kiosk")), 0);
    }
}
