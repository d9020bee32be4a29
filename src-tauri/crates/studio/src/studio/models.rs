//! The studio's models: listing, adding, verifying.

use std::path::{Path, PathBuf};

use quartet_runtime::Cancel;

use super::{Studio, lock};
use crate::{
    Code, Failure, Result, Skill,
    bench::Bench,
    jobs::Ask,
    models::{self, Model, ModelSummary, VerifyProgress},
};

impl Studio {
    /// Looks into the folders again.
    pub fn models(&self) -> Vec<ModelSummary> {
        let mut added = self.settings.model_folders();
        added.extend(lock(&self.guests).iter().cloned());
        let found = models::scan(&self.paths.models, &added);
        lock(&self.models).clone_from(&found);
        found.iter().map(|model| self.summary(model)).collect()
    }

    /// The model of that id.
    ///
    /// # Errors
    /// `ModelUnknown`, or the model's own problem.
    pub fn model(&self, id: &str) -> Result<Model> {
        // The list is let go before the folders are looked into again, which takes it anew.
        let known = || {
            lock(&self.models)
                .iter()
                .find(|model| model.id == id)
                .cloned()
        };
        let found = known().or_else(|| {
            self.models();
            known()
        });
        let model = found.ok_or_else(|| Failure::with(Code::ModelUnknown, &[("model", id)], ""))?;
        match &model.problem {
            Some(problem) => Err(problem.clone()),
            None => Ok(model),
        }
    }

    /// The same, for one that can do what is asked.
    ///
    /// # Errors
    /// As [`Studio::model`], and `ModelWrongKind`.
    pub(super) fn model_that(&self, id: &str, skill: Skill) -> Result<Model> {
        let model = self.model(id)?;
        if model.architecture.skill() == Some(skill) {
            Ok(model)
        } else {
            Err(model.wrong_kind())
        }
    }

    /// The id of the model to begin with: the one chosen in the settings, else the default, else
    /// any.
    ///
    /// # Errors
    /// `ModelNone`.
    pub fn default_model(&self, skill: Skill) -> Result<String> {
        let chosen = self.settings.load().model_for(skill);
        // The list is sorted with the defaults first.
        let usable = self
            .models()
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
            .paths
            .models
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
    pub fn add_model(&self, folder: &Path) -> Result<ModelSummary> {
        let folder = folder
            .canonicalize()
            .map_err(|error| Failure::at(Code::ModelFolderMissing, folder, error))?;
        let model = models::describe(&folder)?;
        if let Some(problem) = model.problem {
            return Err(problem);
        }
        let mut folders = self.settings.model_folders();
        let listed = models::scan(&self.paths.models, &folders);
        if !listed.iter().any(|model| is_same(&model.folder, &folder)) {
            folders.push(folder.clone());
            self.settings.set_model_folders(&folders)?;
        }
        let summaries = self.models();
        summaries
            .into_iter()
            .find(|model| is_same(Path::new(&model.folder), &folder))
            .ok_or_else(|| Failure::with(Code::ModelUnknown, &[("model", &model.id)], ""))
    }

    /// Lists a folder for this process only, and gives the id it goes by.
    ///
    /// # Errors
    /// What is wrong with the folder.
    pub fn guest_model(&self, folder: &Path) -> Result<String> {
        let folder = folder
            .canonicalize()
            .map_err(|error| Failure::at(Code::ModelFolderMissing, folder, error))?;
        if let Some(problem) = models::describe(&folder)?.problem {
            return Err(problem);
        }
        lock(&self.guests).push(folder.clone());
        self.models()
            .into_iter()
            .find(|model| is_same(Path::new(&model.folder), &folder))
            .map(|model| model.id)
            .ok_or_else(|| Failure::at(Code::ModelFolderMissing, &folder, ""))
    }

    /// Takes a folder that a person added off the list; deletes nothing.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelBuiltIn`, `SettingsNotSaved`.
    pub fn remove_model(&self, id: &str) -> Result<()> {
        let folders = self.settings.model_folders();
        let listed = models::scan(&self.paths.models, &folders);
        let values = [("model", id)];
        let model = listed
            .iter()
            .find(|model| model.id == id)
            .ok_or_else(|| Failure::with(Code::ModelUnknown, &values, ""))?;
        if !model.added {
            return Err(Failure::with(Code::ModelBuiltIn, &values, ""));
        }
        let rest: Vec<PathBuf> = folders
            .into_iter()
            .filter(|folder| !is_same(folder, &model.folder))
            .collect();
        self.settings.set_model_folders(&rest)?;
        self.models();
        let id = id.to_owned();
        // Nobody waits for it to leave the memory.
        let forget = Ask::new(move |bench: &mut Bench, _: &Cancel| {
            bench.forget(&id);
            Ok(())
        });
        self.queue.start(forget.0);
        Ok(())
    }

    /// Compares a model's files with their checksums, on the calling thread. Files that are wrong
    /// become the model's problem.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelUnverifiable`, `Cancelled`.
    pub fn verify_model(
        &self,
        id: &str,
        cancel: &Cancel,
        progress: impl FnMut(VerifyProgress),
    ) -> Result<ModelSummary> {
        self.models();
        let model = lock(&self.models)
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
        let loaded = lock(&self.shelf).loaded.contains(&model.id);
        let mut summary = model.summarise(loaded);
        if summary.problem.is_none() {
            let verified = lock(&self.verified);
            let found = verified.iter().find(|(id, _)| *id == model.id);
            summary.problem = found.map(|(_, failure)| failure.clone());
        }
        summary
    }
}

fn is_same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(a) == real(b)
}
