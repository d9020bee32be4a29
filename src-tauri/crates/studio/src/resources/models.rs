//! The models that there are: listing, choosing, adding, verifying.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use quartet_runtime::Cancel;

use crate::{
    Code, Failure, Paths, Result, Skill,
    locks::lock,
    models::{self, CacheState, FolderIds, Model, ModelNearby, ModelSummary, VerifyProgress},
    settings::SettingsStore,
};

/// The models of this studio.
#[derive(Debug)]
pub struct Models {
    /// Each holds model folders.
    roots: Vec<PathBuf>,
    settings: Arc<SettingsStore>,
    /// What is in memory, as the worker reports it.
    cache: Mutex<CacheState>,
    /// The models as they were found last.
    found: Mutex<Vec<Model>>,
    /// What verifying found wrong, by model id, until the next verification.
    verified: Mutex<Vec<(String, Failure)>>,
    /// Folders that are listed for this process only.
    session: Mutex<Vec<PathBuf>>,
    /// The only ids that there are for this process; empty: all.
    only: Mutex<Vec<String>>,
}

impl Models {
    pub(crate) fn new(paths: &Paths, settings: Arc<SettingsStore>) -> Self {
        Self {
            roots: paths.models.clone(),
            settings,
            cache: Mutex::default(),
            found: Mutex::default(),
            verified: Mutex::default(),
            session: Mutex::default(),
            only: Mutex::default(),
        }
    }

    /// From now on this process knows these models alone; with none named, all.
    pub fn restrict(&self, ids: &[String]) {
        *lock(&self.only) = ids.to_vec();
        lock(&self.found).clear();
    }

    /// What is in memory.
    pub(crate) fn cached(&self) -> CacheState {
        lock(&self.cache).clone()
    }

    pub(crate) fn publish(&self, cached: CacheState) {
        *lock(&self.cache) = cached;
    }

    /// Looks into the folders again.
    pub fn list(&self) -> Vec<ModelSummary> {
        let mut added = self.settings.model_folders();
        added.extend(lock(&self.session).iter().cloned());
        let mut found = models::scan(&self.roots, &added, &self.settings.folder_ids());
        let only = lock(&self.only).clone();
        found.retain(|model| only.is_empty() || only.contains(&model.id));
        lock(&self.found).clone_from(&found);
        found.iter().map(|model| self.summary(model)).collect()
    }

    /// The model of that id.
    ///
    /// # Errors
    /// `ModelUnknown`, or the model's own problem.
    pub fn get(&self, id: &str) -> Result<Model> {
        // The list is let go before the folders are looked into again, which takes it anew.
        let known = || {
            lock(&self.found)
                .iter()
                .find(|model| model.id == id)
                .cloned()
        };
        let found = known().or_else(|| {
            self.list();
            known()
        });
        let model = found.ok_or_else(|| Failure::with(Code::ModelUnknown, &[("model", id)], ""))?;
        match &model.problem {
            Some(problem) => Err(problem.clone()),
            None => Ok(model),
        }
    }

    /// The model of that id, or the one to begin with, for what is asked.
    ///
    /// # Errors
    /// As [`Models::get`] and [`Models::default`], and `ModelWrongKind`.
    pub fn choose(&self, id: Option<&str>, skill: Skill) -> Result<Model> {
        let model = match id {
            Some(id) => self.get(id)?,
            None => self.get(&self.default(skill)?)?,
        };
        if model.architecture.skill() == Some(skill) {
            Ok(model)
        } else {
            Err(model.wrong_kind())
        }
    }

    /// The model of that id, or the one to begin with, unless only another knows the language.
    ///
    /// # Errors
    /// As [`Models::choose`].
    pub(crate) fn fitting(&self, id: Option<&str>, skill: Skill, language: &str) -> Result<Model> {
        let default = self.choose(id, skill)?;
        let start = language.get(..2).unwrap_or(language);
        let knows = |languages: &[String]| languages.iter().any(|one| one.starts_with(start));
        // What does not say which languages it knows may know this one.
        let languages = &default.languages;
        if id.is_some() || languages.is_empty() || knows(languages) {
            return Ok(default);
        }
        let able = self.list().into_iter().find(|model| {
            model.skill == Some(skill) && model.problem.is_none() && knows(&model.languages)
        });
        able.map_or(Ok(default), |model| self.choose(Some(&model.id), skill))
    }

    /// Ids and names of the models here that speak Chinese.
    pub(crate) fn chinese_speakers(&self) -> Vec<(String, String)> {
        let models = lock(&self.found);
        let able = models.iter().filter(|model| {
            model.architecture.skill() == Some(Skill::Speech)
                && model.problem.is_none()
                && model
                    .languages
                    .iter()
                    .any(|language| language.starts_with("zh"))
        });
        able.map(|model| (model.id.clone(), model.name.en.clone()))
            .collect()
    }

    /// Whether a model's pictures are so small that they are best enlarged.
    ///
    /// # Errors
    /// As [`Models::choose`].
    pub fn draws_small(&self, id: &str) -> Result<bool> {
        let model = self.choose(Some(id), Skill::Image)?;
        Ok(model.architecture.travels())
    }

    /// The id of the model to begin with: the one chosen in the settings, else the default, else
    /// any.
    ///
    /// # Errors
    /// `ModelNone`.
    pub fn default(&self, skill: Skill) -> Result<String> {
        let chosen = self.settings.load().model_for(skill);
        // The list is sorted with the defaults first.
        let usable = self
            .list()
            .into_iter()
            .filter(|model| model.skill == Some(skill) && model.problem.is_none());
        let mut first = None;
        for model in usable {
            if Some(&model.id) == chosen.as_ref() {
                return Ok(model.id);
            }
            first.get_or_insert(model.id);
        }
        let looked_in: Vec<_> = self
            .roots
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        first.ok_or_else(|| {
            Failure::new(
                Code::ModelNone,
                format!("looked in {}", looked_in.join(", ")),
            )
        })
    }

    /// Lists a folder of the person's, where it is.
    ///
    /// # Errors
    /// What is wrong with the folder; `SettingsNotSaved`.
    pub fn add(&self, folder: &Path) -> Result<ModelSummary> {
        let folder = chosen(folder)?;
        let model = models::describe(&folder)?;
        if let Some(problem) = model.problem {
            return Err(problem);
        }
        let mut folders = self.settings.model_folders();
        let known = self.settings.folder_ids();
        let listed = models::scan(&self.roots, &folders, &known);
        if !listed.iter().any(|model| is_same(&model.folder, &folder)) {
            folders.push(folder.clone());
            let listed = models::scan(&self.roots, &folders, &known);
            self.settings
                .set_model_folders(&folders, &remembering(known, &listed))?;
        }
        let summaries = self.list();
        summaries
            .into_iter()
            .find(|model| is_same(Path::new(&model.folder), &folder))
            .ok_or_else(|| Failure::with(Code::ModelUnknown, &[("model", &model.id)], ""))
    }

    /// The models that [`Models::add`] can be given instead of a folder that it refused as `ModelElsewhere`
    /// or `ModelsElsewhere`.
    ///
    /// # Errors
    /// `ModelFolderMissing`.
    pub fn nearby(&self, folder: &Path) -> Result<Vec<ModelNearby>> {
        Ok(models::nearby(&chosen(folder)?))
    }

    /// Lists a folder for this process only, and gives the id it goes by.
    ///
    /// # Errors
    /// What is wrong with the folder.
    pub fn add_for_session(&self, folder: &Path) -> Result<String> {
        let folder = chosen(folder)?;
        if let Some(problem) = models::describe(&folder)?.problem {
            return Err(problem);
        }
        lock(&self.session).push(folder.clone());
        self.list()
            .into_iter()
            .find(|model| is_same(Path::new(&model.folder), &folder))
            .map(|model| model.id)
            .ok_or_else(|| Failure::at(Code::ModelFolderMissing, &folder, ""))
    }

    /// Takes a folder that a person added off the list, and says which it was; deletes nothing.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelBuiltIn`, `ModelShared`, `SettingsNotSaved`.
    pub(crate) fn remove(&self, id: &str) -> Result<PathBuf> {
        let folders = self.settings.model_folders();
        let known = self.settings.folder_ids();
        let listed = models::scan(&self.roots, &folders, &known);
        let values = [("model", id)];
        let model = listed
            .iter()
            .find(|model| model.id == id)
            .ok_or_else(|| Failure::with(Code::ModelUnknown, &values, ""))?;
        if !model.added && Paths::is_shared(&model.folder) {
            let path = model.folder.display().to_string();
            let values = [("model", id), ("path", &path)];
            return Err(Failure::with(Code::ModelShared, &values, ""));
        }
        if !model.added {
            return Err(Failure::with(Code::ModelBuiltIn, &values, ""));
        }
        let rest: Vec<PathBuf> = folders
            .into_iter()
            .filter(|folder| !is_same(folder, &model.folder))
            .collect();
        self.settings
            .set_model_folders(&rest, &remembering(known, &listed))?;
        self.list();
        Ok(model.folder.clone())
    }

    /// Compares a model's files with their checksums, on the calling thread. Files that are wrong
    /// become the model's problem.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelUnverifiable`, `Cancelled`.
    pub fn verify(
        &self,
        id: &str,
        cancel: &Cancel,
        progress: impl FnMut(VerifyProgress),
    ) -> Result<ModelSummary> {
        self.list();
        let model = lock(&self.found)
            .iter()
            .find(|model| model.id == id)
            .cloned();
        let model = model.ok_or_else(|| Failure::with(Code::ModelUnknown, &[("model", id)], ""))?;
        let outcome = models::verify(&model, cancel, progress);
        if let Err(failure) = &outcome
            && matches!(failure.code, Code::Cancelled | Code::ModelUnverifiable)
        {
            return Err(failure.clone());
        }
        let mut verified = lock(&self.verified);
        verified.retain(|(known, _)| known != id);
        verified.extend(outcome.err().map(|failure| (id.to_owned(), failure)));
        drop(verified);
        Ok(self.summary(&model))
    }

    fn summary(&self, model: &Model) -> ModelSummary {
        let loaded = lock(&self.cache).loaded.contains(&model.id);
        let mut summary = model.summarise(model.architecture.skill(), loaded);
        if summary.problem.is_none() {
            let verified = lock(&self.verified);
            let found = verified.iter().find(|(id, _)| *id == model.id);
            summary.problem = found.map(|(_, failure)| failure.clone());
        }
        summary
    }
}

/// The folder that a person named, or that of the model whose file they named.
fn chosen(path: &Path) -> Result<PathBuf> {
    let missing = |error| Failure::at(Code::ModelFolderMissing, path, error);
    let real = path.canonicalize().map_err(missing)?;
    if real.is_dir() {
        return Ok(real);
    }
    models::folder_of_file(&real)
}

/// With the ids of all folders that were added: one that was once seen never becomes another's.
fn remembering(mut known: FolderIds, listed: &[Model]) -> FolderIds {
    for model in listed.iter().filter(|model| model.added) {
        known.insert(&model.folder, model.id.clone());
    }
    known
}

fn is_same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(a) == real(b)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn model_in(folder: &Path) {
        fs::create_dir_all(folder.join("onnx")).unwrap();
        fs::write(folder.join("config.json"), "{}").unwrap();
        fs::write(folder.join("tokenizer.json"), "{}").unwrap();
        fs::write(folder.join("onnx/model.onnx"), "").unwrap();
    }

    fn models(home: &Path) -> Models {
        let paths = Paths {
            home: home.to_owned(),
            models: vec![home.join("models")],
            runtime: PathBuf::new(),
        };
        Models::new(&paths, Arc::new(SettingsStore::new(home)))
    }

    #[test]
    fn an_id_never_becomes_that_of_another_folder() {
        let home = tempfile::tempdir().unwrap();
        let folders = ["one", "two", "three"].map(|name| home.path().join(name).join("onnx-model"));
        for folder in &folders {
            model_in(folder);
        }
        let first = models(home.path()).add(&folders[0]).unwrap().id;
        let second = models(home.path()).add(&folders[1]).unwrap().id;
        assert_eq!(first, "onnx-model");
        assert_ne!(second, first);
        models(home.path()).remove(&first).unwrap();
        let listed: Vec<_> = models(home.path())
            .list()
            .into_iter()
            .map(|m| m.id)
            .collect();
        assert_eq!(listed, std::slice::from_ref(&second));
        assert_eq!(
            models(home.path()).get(&first).unwrap_err().code,
            Code::ModelUnknown
        );
        let third = models(home.path()).add(&folders[2]).unwrap().id;
        assert!(third != first && third != second, "{third}");
        assert_eq!(models(home.path()).add(&folders[0]).unwrap().id, first);
    }

    #[test]
    fn a_model_deeper_than_the_chosen_folder_is_named() {
        let home = tempfile::tempdir().unwrap();
        let deeper = home.path().join("download/model-x");
        model_in(&deeper);
        let failure = models(home.path())
            .add(&home.path().join("download"))
            .unwrap_err();
        assert_eq!(failure.code, Code::ModelElsewhere);
        let real = deeper.canonicalize().unwrap();
        let command = format!("quartet models add '{}'", real.display());
        assert!(failure.next_step.en.contains(&command), "{failure:?}");
        assert!(failure.next_step.zh.contains(&command), "{failure:?}");
        // What lies beside the model's folder is not it, and no other model is offered for it.
        let notes = home.path().join("download/notes.txt");
        fs::write(&notes, "").unwrap();
        let failure = models(home.path()).add(&notes).unwrap_err();
        assert_eq!(failure.code, Code::ModelIsFile);
        assert!(!failure.next_step.en.contains("model-x"), "{failure:?}");
        // A file deeper in the model names its folder.
        let failure = models(home.path())
            .add(&deeper.join("onnx/model.onnx"))
            .unwrap_err();
        assert_eq!(failure.code, Code::ModelElsewhere);
        assert!(failure.next_step.en.contains(&command), "{failure:?}");
        // A file of the model stands for its folder.
        let added = models(home.path()).add(&deeper.join("config.json"));
        assert_eq!(added.unwrap().id, "model-x");
    }

    #[test]
    fn each_model_of_a_folder_of_models_can_be_added_by_what_is_said_of_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("download");
        model_in(&folder.join("a"));
        model_in(&folder.join("models--b--c/snapshots/0001"));
        let models = models(home.path());
        let failure = models.add(&folder).unwrap_err();
        assert_eq!(failure.code, Code::ModelsElsewhere);
        let near = models.nearby(&folder).unwrap();
        let within: Vec<_> = near.iter().map(|one| one.within.as_str()).collect();
        assert_eq!(within, ["a", "models--b--c/snapshots/0001"]);
        assert_eq!(near[1].name.en, "c");
        for one in &near {
            assert!(failure.detail.contains(&one.path), "{failure}");
            models.add(Path::new(&one.path)).unwrap();
        }
        // What is a model itself leads to no other.
        assert!(models.nearby(&folder.join("a")).unwrap().is_empty());
    }
}
