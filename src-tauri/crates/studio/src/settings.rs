//! What a person chose, in one file: `settings.json`, replaced whole, readable by hand.
//!
//! Keys this version does not know are kept for the version that wrote them. A file that cannot be
//! read is set aside, never overwritten.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use quartet_library::{clock, private, write_private};
use quartet_media::bounded::read_text;
use quartet_runtime::DeviceId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use specta::Type;

use crate::{
    Code, Failure, Language, Result, Skill,
    models::{FolderIds, is_id},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    Light,
    Dark,
    #[default]
    System,
}

/// Whether single-letter keys do anything: not for those who dictate, or touch keys unawares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Letters {
    #[default]
    On,
    Off,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// None: the system's.
    pub language: Option<Language>,
    pub theme: Theme,
    /// The window opens in presenter layout.
    pub projector: bool,
    /// How large words are, 100 to 200 percent; 0: as large as they come.
    pub text_scale: u32,
    pub letters: Letters,
    /// The single-letter keys that were changed, by what they do; an empty one has no key.
    pub letter_keys: BTreeMap<String, String>,
    /// For one run of a model; 0: one a physical core.
    pub threads: u32,
    /// Threads that wait for work keep running: faster when the computer is idle, slower when not.
    pub spinning: bool,
    /// What loaded models may take together; 0: half of the physical memory.
    pub memory_budget_mb: u32,
    /// The model the Text panel begins with.
    pub text_model: Option<String>,
    /// The one that the Audio panel speaks with.
    pub speech_model: Option<String>,
    /// The one that the Image panel draws with.
    pub image_model: Option<String>,
    /// The id of the device that models run on; none: the processor.
    pub device: Option<String>,
    /// The id of the device that sounds are played on; none: the system's choice.
    pub sound_output: Option<String>,
    /// The id of the microphone; none: the system's choice.
    pub sound_input: Option<String>,
    /// Sounds that are written to files end in the rhythm that says an AI made them.
    pub audible_label: bool,
}

impl Settings {
    /// Of ONNX Runtime's execution provider that models run on.
    pub(crate) fn device_id(&self) -> DeviceId {
        let chosen = self.device.as_deref();
        chosen.map_or_else(DeviceId::cpu, DeviceId::new)
    }

    fn within_limits(mut self) -> Self {
        self.threads = self.threads.min(MAX_THREADS);
        if self.text_scale != 0 {
            self.text_scale = self
                .text_scale
                .clamp(*TEXT_SCALES.start(), *TEXT_SCALES.end());
        }
        // A key is one character; a file by hand may hold anything.
        self.letter_keys
            .retain(|act, key| act.len() <= 32 && key.chars().count() <= 1);
        while self.letter_keys.len() > MAX_LETTER_KEYS {
            self.letter_keys.pop_last();
        }
        self
    }

    /// The model that was chosen for what is asked.
    pub fn model_for(&self, skill: Skill) -> Option<String> {
        match skill {
            Skill::Text => self.text_model.clone(),
            Skill::Speech => self.speech_model.clone(),
            Skill::Image => self.image_model.clone(),
            // One of each is enough for everyone to begin with.
            Skill::Transcription | Skill::Composition | Skill::Upscale | Skill::Inbetween => None,
        }
    }
}

/// More threads than any laptop has; ONNX Runtime would make them all.
const MAX_THREADS: u32 = 256;

/// In percent.
const TEXT_SCALES: std::ops::RangeInclusive<u32> = 100..=200;

/// More than the window has acts.
const MAX_LETTER_KEYS: usize = 64;

/// A longer file is not what was written here.
const MAX_BYTES: u64 = 16 << 20;

/// The settings file.
#[derive(Debug)]
pub struct SettingsStore {
    path: PathBuf,
}

/// What the file holds besides what the settings page shows.
const MODEL_FOLDERS: &str = "modelFolders";
/// Ids by folder, also of folders that were taken off the list.
const MODEL_IDS: &str = "modelIds";

impl SettingsStore {
    pub fn new(home: &Path) -> Self {
        Self {
            path: home.join("settings.json"),
        }
    }

    /// Sets a broken file aside and says so; reads what can be read of one with wrong values.
    pub fn check(&self) -> Option<Failure> {
        let reason = match self.read() {
            Ok(file) => {
                let (_, refused) = settings_in(&file);
                if refused.is_empty() {
                    return None;
                }
                format!(
                    "these have values that cannot be used: {}",
                    refused.join(", ")
                )
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => error.to_string(),
            // A file that cannot be opened today may be whole.
            Err(error) => return Some(Failure::at(Code::SettingsUnreadable, &self.path, error)),
        };
        let aside = self
            .path
            .with_file_name(format!("settings.broken-{}.json", clock::now()));
        // A copy where values are wrong: the rest stays in use.
        let kept = match self.read() {
            Ok(_) => fs::copy(&self.path, &aside).map(drop),
            Err(_) => fs::rename(&self.path, &aside),
        };
        let aside = if kept.is_ok() {
            aside
        } else {
            self.path.clone()
        };
        Some(Failure::at(Code::SettingsBroken, &aside, reason))
    }

    /// The settings; defaults for what is absent or cannot be used.
    pub fn load(&self) -> Settings {
        self.read()
            .map(|file| settings_in(&file).0)
            .unwrap_or_default()
    }

    /// Replaces the settings and hands back what was saved, each value within its limits.
    ///
    /// # Errors
    /// `SettingsNotSaved`.
    pub fn save(&self, settings: Settings) -> Result<Settings> {
        let settings = settings.within_limits();
        let Ok(Value::Object(values)) = serde_json::to_value(&settings) else {
            return Err(Failure::at(
                Code::SettingsNotSaved,
                &self.path,
                "not an object",
            ));
        };
        self.update(|file| file.extend(values))?;
        Ok(settings)
    }

    /// Folders of models that the person added.
    pub fn model_folders(&self) -> Vec<PathBuf> {
        let file = self.read().unwrap_or_default();
        let listed = file.get(MODEL_FOLDERS).and_then(Value::as_array);
        listed
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(PathBuf::from)
            .collect()
    }

    /// The ids that folders of models were given.
    pub fn folder_ids(&self) -> FolderIds {
        let file = self.read().unwrap_or_default();
        let known = file.get(MODEL_IDS).and_then(Value::as_object);
        let pairs = known.into_iter().flatten().filter_map(|(folder, id)| {
            let id = id.as_str().filter(|id| is_id(id))?;
            Some((PathBuf::from(folder), id.to_owned()))
        });
        pairs.collect()
    }

    /// # Errors
    /// `SettingsNotSaved`.
    pub fn set_model_folders(&self, folders: &[PathBuf], ids: &FolderIds) -> Result<()> {
        let ids: Map<String, Value> = ids
            .iter()
            .map(|(folder, id)| (folder.to_string_lossy().into_owned(), id.into()))
            .collect();
        let listed = folders
            .iter()
            .map(|folder| folder.to_string_lossy().into_owned().into())
            .collect();
        self.update(|file| {
            file.insert(MODEL_FOLDERS.to_owned(), Value::Array(listed));
            file.insert(MODEL_IDS.to_owned(), ids.into());
        })
    }

    /// Reads the file again first: another window may have changed other keys.
    fn update(&self, change: impl FnOnce(&mut Map<String, Value>)) -> Result<()> {
        let failed = |error: io::Error| Failure::at(Code::SettingsNotSaved, &self.path, error);
        let mut file = match self.read() {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                // Broken since the start: it must not be overwritten either.
                let _ = self.check();
                Map::new()
            }
            Err(error) => return Err(failed(error)),
        };
        change(&mut file);
        if let Some(folder) = self.path.parent() {
            make_home(folder).map_err(failed)?;
        }
        write_private(&self.path, |out| {
            serde_json::to_writer_pretty(&mut *out, &file)?;
            out.write_all(b"\n")
        })
        .map_err(failed)
    }

    /// An absent file is an empty one; one that is no JSON object is `InvalidData`.
    fn read(&self) -> io::Result<Map<String, Value>> {
        match read_text(&self.path, MAX_BYTES) {
            Ok(text) if text.trim().is_empty() => Ok(Map::new()),
            Ok(text) => serde_json::from_str(&text)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Map::new()),
            Err(error) => Err(error),
        }
    }
}

/// A data folder that is there already may be a folder of the person's with other things in it, whose mode
/// is theirs.
fn make_home(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    private::create_folder(folder)
}

/// The settings in a file, and the keys whose values cannot be used.
pub(crate) fn settings_in(file: &Map<String, Value>) -> (Settings, Vec<String>) {
    let mut refused = Vec::new();
    let mut settings = Settings::default();
    let Ok(Value::Object(defaults)) = serde_json::to_value(&settings) else {
        return (settings, refused);
    };
    let mut accepted = defaults.clone();
    for (key, value) in file.iter().filter(|(key, _)| defaults.contains_key(*key)) {
        let mut attempt = accepted.clone();
        attempt.insert(key.clone(), value.clone());
        match serde_json::from_value(Value::Object(attempt.clone())) {
            Ok(read) => {
                settings = read;
                accepted = attempt;
            }
            Err(_) => refused.push(key.clone()),
        }
    }
    (settings.within_limits(), refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(content: &str) -> (tempfile::TempDir, SettingsStore) {
        let home = tempfile::tempdir().unwrap();
        let store = SettingsStore::new(home.path());
        fs::write(&store.path, content).unwrap();
        (home, store)
    }

    #[test]
    fn what_is_saved_is_loaded_and_unknown_keys_stay() {
        let (_home, store) = store(r#"{"lessons": {"done": 3}, "theme": "dark"}"#);
        assert_eq!(store.check(), None);
        let mut settings = store.load();
        assert_eq!(settings.theme, Theme::Dark);
        settings.language = Some(Language::Zh);
        settings.threads = 9999;
        let saved = store.save(settings).unwrap();
        assert_eq!(saved.threads, MAX_THREADS);
        assert_eq!(store.load(), saved);
        let ids = FolderIds::from_iter([("/models/mine".into(), "mine".to_owned())]);
        store
            .set_model_folders(&["/models/mine".into()], &ids)
            .unwrap();
        assert_eq!(store.folder_ids(), ids);
        assert_eq!(store.model_folders(), [PathBuf::from("/models/mine")]);
        assert_eq!(store.load(), saved);
        assert!(fs::read_to_string(&store.path).unwrap().contains("lessons"));
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        let (_home, store) = store("\u{feff}{\"theme\": \"dark\", \"modelFolders\": [\"/m\"]}");
        assert_eq!(store.check(), None);
        assert_eq!(store.load().theme, Theme::Dark);
        assert_eq!(store.model_folders(), [PathBuf::from("/m")]);
    }

    #[test]
    fn a_broken_file_is_set_aside() {
        let (home, store) = store("{\"theme\": \"da");
        let warning = store.check().unwrap();
        assert_eq!(warning.code, Code::SettingsBroken);
        assert_eq!(store.load(), Settings::default());
        assert_eq!(store.check(), None);
        let kept = fs::read_dir(home.path())
            .unwrap()
            .flatten()
            .any(|entry| fs::read_to_string(entry.path()).unwrap() == "{\"theme\": \"da");
        assert!(kept, "the broken file must still be there");
    }

    #[test]
    fn words_and_keys_stay_within_limits_and_old_files_have_neither() {
        let (_home, store) = store(r#"{"projector": true}"#);
        let old = store.load();
        assert_eq!((old.text_scale, old.letters), (0, Letters::On));
        assert!(old.projector && old.letter_keys.is_empty());
        let keys = [("inside", "k"), ("black", ""), ("language", "ll")];
        let saved = store
            .save(Settings {
                text_scale: 900,
                letters: Letters::Off,
                letter_keys: keys.map(|(act, key)| (act.into(), key.into())).into(),
                ..old
            })
            .unwrap();
        assert_eq!(saved.text_scale, 200);
        assert_eq!((saved.letters, saved.letter_keys.len()), (Letters::Off, 2));
        assert_eq!(store.load(), saved);
    }

    #[test]
    fn one_wrong_value_does_not_cost_the_others() {
        let (_home, store) = store(r#"{"theme": "purple", "projector": true, "threads": -1}"#);
        let warning = store.check().unwrap();
        assert!(warning.detail.contains("theme") && warning.detail.contains("threads"));
        assert!(store.load().projector);
        assert_eq!(store.load().theme, Theme::System);
    }
}
