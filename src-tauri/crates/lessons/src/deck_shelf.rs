//! A person's decks: each a folder of `decks` in the data folder, written whole or not at all.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use quartet_studio::{Code, Failure, Result, write_atomic};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    check::{check_deck, check_deck_text},
    deck::{DECK_FILE, DECK_SCHEMA, Deck, MAX_DECK_BYTES},
    folder::Folder,
    problem::LessonProblem,
};

/// More are not listed.
const MOST_DECKS: usize = 500;
/// Letters of an id that is made of a title.
const LONGEST_START: usize = 30;

/// A deck, or what keeps a folder from being one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeckListing {
    /// The folder's name.
    pub id: String,
    /// There where nothing is wrong.
    pub deck: Option<Deck>,
    pub folder: String,
    pub problems: Vec<LessonProblem>,
}

/// Where decks lie.
#[derive(Debug, Clone)]
pub struct DeckShelf {
    root: PathBuf,
}

impl DeckShelf {
    /// Those in `decks` of the data folder.
    pub fn new(home: &Path) -> Self {
        Self {
            root: home.join("decks"),
        }
    }

    /// Every deck, by its id; broken ones with what is wrong.
    pub fn list(&self) -> Vec<DeckListing> {
        let entries = fs::read_dir(&self.root).into_iter().flatten().flatten();
        let folders = entries.map(|entry| entry.path());
        let mut folders: Vec<_> = folders
            .filter(|folder| folder.join(DECK_FILE).symlink_metadata().is_ok())
            .collect();
        folders.sort();
        folders.truncate(MOST_DECKS);
        let named = folders.into_iter().filter_map(|folder| {
            let id = folder.file_name()?.to_str()?.to_owned();
            Some((id, Folder::OnDisk(folder)))
        });
        named.map(|(id, folder)| listing(id, &folder)).collect()
    }

    /// Keeps a deck in the place of the one with its id; one without an id is given one.
    ///
    /// # Errors
    /// `DeckBroken` where it could not be read again, `DeckNotSaved`.
    pub fn save(&self, mut deck: Deck) -> Result<Deck> {
        deck.schema = DECK_SCHEMA;
        if deck.id.is_empty() {
            deck.id = self.free_id(&deck.title.en);
        }
        let text = text_of(&deck)?;
        check_deck_text(&text, None).whole(DECK_FILE)?;
        self.write(&deck.id, &text)?;
        Ok(deck)
    }

    /// Takes a deck away; returns what its file held, by which [`DeckShelf::restore`] brings it back.
    ///
    /// # Errors
    /// `DeckUnknown`, `DeckNotSaved`.
    pub fn remove(&self, id: &str) -> Result<String> {
        let file = self.folder(id)?.join(DECK_FILE);
        let bytes = Folder::OnDisk(self.folder(id)?).read(DECK_FILE, MAX_DECK_BYTES);
        // What cannot be read cannot be brought back as it was either.
        let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
        match fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(unknown(id)),
            Err(error) => return Err(Failure::at(Code::DeckNotSaved, &file, error)),
        }
        // Other files of the person's keep the folder.
        let _ = fs::remove_dir(self.folder(id)?);
        Ok(text)
    }

    /// Brings a deck back that was taken away, as it was.
    ///
    /// # Errors
    /// `DeckNotSaved`, also where another has its id by now.
    pub fn restore(&self, id: &str, text: &str) -> Result<()> {
        let file = self.folder(id)?.join(DECK_FILE);
        if text.len() as u64 > MAX_DECK_BYTES || file.symlink_metadata().is_ok() {
            return Err(Failure::at(Code::DeckNotSaved, &file, "it is taken"));
        }
        self.write(id, text)
    }

    /// A deck as a file of its own.
    ///
    /// # Errors
    /// `DeckUnknown`, `DeckBroken`, `DeckNotSaved`.
    pub fn export(&self, id: &str, to: &Path) -> Result<()> {
        let folder = Folder::OnDisk(self.folder(id)?);
        let deck = check_deck(&folder).whole(&folder.told(DECK_FILE))?;
        write_deck(to, &deck)
    }

    /// A deck's file, or its folder, as one of one's own: under its id, or one beside it.
    ///
    /// # Errors
    /// `DeckBroken` with what is wrong, `DeckNotSaved`.
    pub fn import(&self, from: &Path) -> Result<Deck> {
        let mut deck = read_deck(from)?;
        deck.id = self.free_id(&deck.id);
        self.save(deck)
    }

    fn folder(&self, id: &str) -> Result<PathBuf> {
        // A folder's name, whatever it is called: a broken deck is taken away too.
        let plain = !id.is_empty() && !id.starts_with('.') && !id.contains(['/', '\\', ':', '\0']);
        if !plain {
            return Err(unknown(id));
        }
        Ok(self.root.join(id))
    }

    fn write(&self, id: &str, text: &str) -> Result<()> {
        let folder = self.folder(id)?;
        let file = folder.join(DECK_FILE);
        let failed = |error: io::Error| Failure::at(Code::DeckNotSaved, &file, error);
        fs::create_dir_all(&self.root).map_err(failed)?;
        if folder.is_symlink() || file.is_symlink() {
            return Err(failed(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a link",
            )));
        }
        fs::create_dir_all(&folder).map_err(failed)?;
        write_atomic(&file, |out| out.write_all(text.as_bytes())).map_err(failed)
    }

    /// An id that no deck has, made of a title's Latin letters.
    fn free_id(&self, title: &str) -> String {
        let letters = title.chars().map(|c| match c {
            c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
            _ => '-',
        });
        let letters: String = letters.collect();
        let words: Vec<_> = letters.split('-').filter(|word| !word.is_empty()).collect();
        let mut start: String = words.join("-").chars().take(LONGEST_START).collect();
        start.truncate(start.trim_end_matches('-').len());
        if start.is_empty() {
            "deck".clone_into(&mut start);
        }
        let is_free = |id: &String| self.root.join(id).symlink_metadata().is_err();
        let others = (2..).map(|number: u32| format!("{start}-{number}"));
        let mut all = std::iter::once(start.clone()).chain(others);
        all.find(is_free).unwrap_or(start)
    }
}

/// Reads a deck from its file, or from its folder.
///
/// # Errors
/// `DeckBroken`, with what is wrong.
pub fn read_deck(from: &Path) -> Result<Deck> {
    let file = if from.is_dir() {
        from.join(DECK_FILE)
    } else {
        from.to_owned()
    };
    let told = file.display().to_string();
    let broken = |error: io::Error| {
        let values = [("path", told.as_str()), ("count", "1")];
        Failure::with(Code::DeckBroken, &values, error)
    };
    let bytes = quartet_media::bounded::read_bounded(&file, MAX_DECK_BYTES).map_err(broken)?;
    let not_text = |error| broken(io::Error::new(io::ErrorKind::InvalidData, error));
    let text = String::from_utf8(bytes).map_err(not_text)?;
    check_deck_text(&text, None).whole(&told)
}

/// Writes a deck's file, whole or not at all.
///
/// # Errors
/// `DeckNotSaved`.
pub fn write_deck(to: &Path, deck: &Deck) -> Result<()> {
    let text = text_of(deck)?;
    let failed = |error: io::Error| Failure::at(Code::DeckNotSaved, to, error);
    write_atomic(to, |out| out.write_all(text.as_bytes())).map_err(failed)
}

fn text_of(deck: &Deck) -> Result<String> {
    toml::to_string(deck).map_err(|error| Failure::new(Code::Internal, error))
}

fn unknown(id: &str) -> Failure {
    Failure::with(Code::DeckUnknown, &[("deck", id)], "")
}

fn listing(id: String, folder: &Folder) -> DeckListing {
    let (file, checked) = (folder.told(DECK_FILE), check_deck(folder));
    DeckListing {
        id,
        deck: checked.deck,
        folder: folder.place(),
        problems: checked
            .findings
            .iter()
            .map(|finding| finding.told(&file))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use quartet_studio::{LocalText, Modality};

    use super::*;
    use crate::deck::{DeckItem, DeckStart};

    fn deck(title: &str) -> Deck {
        Deck {
            schema: DECK_SCHEMA,
            id: String::new(),
            title: LocalText {
                en: title.to_owned(),
                zh: "开放日".to_owned(),
            },
            minutes: 20,
            items: vec![
                DeckItem::Lesson {
                    lesson: "next-word".to_owned(),
                },
                DeckItem::Card {
                    panel: Modality::Image,
                    card: "story".to_owned(),
                    start: DeckStart::Key,
                },
            ],
        }
    }

    fn shelf() -> (tempfile::TempDir, DeckShelf) {
        let home = tempfile::tempdir().unwrap();
        let shelf = DeckShelf::new(home.path());
        (home, shelf)
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let (_home, shelf) = shelf();
        let kept = shelf.save(deck("Open day!")).unwrap();
        assert_eq!(kept.id, "open-day");
        assert_eq!(shelf.save(deck("Open day")).unwrap().id, "open-day-2");
        assert_eq!(shelf.save(deck("开放日")).unwrap().id, "deck");
        let listed = shelf.list();
        let ids: Vec<_> = listed.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["deck", "open-day", "open-day-2"]);
        assert_eq!(listed[1].deck.as_ref(), Some(&kept));
        // In its own place.
        let longer = Deck {
            minutes: 30,
            ..kept
        };
        assert_eq!(shelf.save(longer.clone()).unwrap(), longer);
        assert_eq!(shelf.list().len(), 3);
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let (home, shelf) = shelf();
        for wrong in [
            Deck {
                minutes: 0,
                ..deck("a")
            },
            Deck {
                id: "../up".to_owned(),
                ..deck("a")
            },
            deck(" "),
            deck("<b>a</b>"),
        ] {
            let code = shelf.save(wrong.clone()).unwrap_err().code;
            assert_eq!(code, Code::DeckBroken, "{wrong:?}");
        }
        assert_eq!(shelf.list(), []);
        assert!(!home.path().join("up").exists());
    }

    #[test]
    fn a_deck_that_was_taken_away_comes_back_as_it_was() {
        let (home, shelf) = shelf();
        shelf.save(deck("a")).unwrap();
        let file = home.path().join("decks/a/deck.toml");
        let before = fs::read_to_string(&file).unwrap();
        let text = shelf.remove("a").unwrap();
        assert!(!file.exists() && !home.path().join("decks/a").exists());
        assert_eq!(shelf.remove("a").unwrap_err().code, Code::DeckUnknown);
        shelf.restore("a", &text).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), before);
        let taken = shelf.restore("a", "other").unwrap_err();
        assert_eq!(taken.code, Code::DeckNotSaved);
        for elsewhere in ["../a", "..", "", "/etc", "a/b", "c:\\x"] {
            let code = shelf.remove(elsewhere).unwrap_err().code;
            assert_eq!(code, Code::DeckUnknown, "{elsewhere}");
            assert!(shelf.restore(elsewhere, "x").is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn a_file_and_a_folder_are_brought_in_beside_what_is_there() {
        let (home, shelf) = shelf();
        shelf.save(deck("a")).unwrap();
        let file = home.path().join("out.toml");
        shelf.export("a", &file).unwrap();
        assert_eq!(shelf.import(&file).unwrap().id, "a-2");
        let folder = home.path().join("decks/a-2");
        assert_eq!(shelf.import(&folder).unwrap().id, "a-2-2");
        fs::write(&file, "schema = 1\nid = \"a\"\n").unwrap();
        let broken = shelf.import(&file).unwrap_err();
        assert_eq!(broken.code, Code::DeckBroken);
        assert!(broken.detail.contains("out.toml:1"), "{}", broken.detail);
        fs::write(&file, [0xff, 0xfe]).unwrap();
        assert_eq!(shelf.import(&file).unwrap_err().code, Code::DeckBroken);
    }

    #[test]
    fn a_broken_deck_is_listed_with_what_is_wrong() {
        let (home, shelf) = shelf();
        let folder = home.path().join("decks/mine");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(DECK_FILE), "schema = 1\ntitel = 3\n").unwrap();
        let [listed] = &shelf.list()[..] else {
            panic!("one");
        };
        assert!(listed.deck.is_none());
        let problem = |one: &LessonProblem| one.line == 2 && one.message.en.contains("titel");
        assert!(listed.problems.iter().any(problem));
        shelf.remove("mine").unwrap();
        assert_eq!(shelf.list(), []);
    }
}
