//! Finds the model folders: those inside the given folders, and those a person added one by one.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use super::{
    architectures, elsewhere,
    ids::FolderIds,
    manifest::{self, Architecture, Manifest},
    model::{Model, ModelNearby},
    recognise,
};
use crate::{Code, Failure, LocalText, Modality, Result, shown, vitals::MB};

/// Languages that a model may list, and the characters of a BCP 47 tag.
const MOST_LANGUAGES: usize = 200;
const MOST_TAG: usize = 35;

/// All models, in the order people see them: defaults first, then by modality and name. Folders
/// that are no model are passed over; one that tries to be and fails is listed with its problem.
///
/// Each has the id that `known` has for its folder, or one that is nobody else's there.
pub fn scan(roots: &[PathBuf], added: &[PathBuf], known: &FolderIds) -> Vec<Model> {
    let mut models = Vec::new();
    let mut ids = HashSet::new();
    let mut seen = HashSet::new();
    let mut take = |folder: &Path, is_added: bool| {
        let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        if !seen.insert(real) {
            return;
        }
        let mut model = match model_of(folder) {
            Ok(Some(model)) => model,
            // Not every folder beside the models is one; one that a person chose must stay
            // visible, or it could not be taken off the list.
            Ok(None) if !is_added => return,
            Ok(None) => broken(folder, not_recognised(folder)),
            Err(failure) => broken(folder, failure),
        };
        if !is_added && waits_for_its_panel(&model) {
            return;
        }
        model.added = is_added;
        show_plainly(&mut model);
        let nobody = FolderIds::default();
        // Models of ours have their ids wherever they are installed.
        let is_ours = !is_added && folder.join(manifest::MANIFEST).is_file();
        let known = if is_ours { &nobody } else { known };
        let id = known.choose(folder, &model.id, &ids);
        // One under another name is a copy, or another model altogether.
        model.is_default &= id == model.id;
        model.id = id;
        ids.insert(model.id.clone());
        models.push(model);
    };
    for root in roots {
        let mut folders: Vec<_> = fs::read_dir(root)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_dir() && !elsewhere::is_hidden(path))
            .collect();
        folders.sort();
        for folder in folders {
            take(&folder, false);
        }
    }
    for folder in added {
        take(folder, true);
    }
    leave_out_copies(&mut models);
    models.sort_by(|a, b| {
        let key = |model: &Model| (model.modality.as_str(), !model.is_default);
        key(a).cmp(&key(b)).then_with(|| a.name.en.cmp(&b.name.en))
    });
    models
}

/// One model may be on the stick, installed, and shared by all accounts: the first whole one is listed.
fn leave_out_copies(models: &mut Vec<Model>) {
    let mut whole: Vec<(String, Option<PathBuf>)> = Vec::new();
    models.retain(|model| {
        let Some(digest) = model.digest().filter(|_| !model.added) else {
            return true;
        };
        let root = model.folder.parent().map(Path::to_owned);
        let is_copy = whole
            .iter()
            .any(|(known, other)| *known == digest && *other != root);
        if model.problem.is_none() {
            whole.push((digest, root));
        }
        !is_copy
    });
}

/// What a stranger's folder says of itself, as people may be shown it.
fn show_plainly(model: &mut Model) {
    for (text, most) in [
        (&mut model.name.en, shown::NAME),
        (&mut model.name.zh, shown::NAME),
        (&mut model.summary.en, shown::SENTENCES),
        (&mut model.summary.zh, shown::SENTENCES),
        (&mut model.licence, shown::NAME),
    ] {
        *text = shown::one_line(text, most);
    }
    for name in [&mut model.name.en, &mut model.name.zh] {
        if name.is_empty() {
            name.clone_from(&model.id);
        }
    }
    model.languages.truncate(MOST_LANGUAGES);
    for language in &mut model.languages {
        *language = shown::one_line(language, MOST_TAG);
    }
}

/// A model of ours for a modality whose pipeline the studio does not run yet: listing it with a
/// problem would send people looking for a fault that is not theirs.
fn waits_for_its_panel(model: &Model) -> bool {
    model.modality != Modality::Text && model.architecture == Architecture::Unknown
}

/// Describes one folder.
///
/// # Errors
/// `ModelFolderMissing`, `ModelNotRecognised`, `ModelElsewhere`, `ModelsElsewhere`, `ModelDescription`, `ModelEscapes`.
pub fn describe(folder: &Path) -> Result<Model> {
    model_of(folder)?.ok_or_else(|| not_recognised(folder))
}

/// The models in and around a folder that is none itself: what its failure, `ModelElsewhere`, is about.
pub fn nearby(folder: &Path) -> Vec<ModelNearby> {
    if matches!(model_of(folder), Ok(Some(_))) {
        return Vec::new();
    }
    let near = elsewhere::near(folder).into_iter();
    near.filter_map(|path| {
        let mut model = describe(&path).unwrap_or_else(|problem| broken(&path, problem));
        show_plainly(&mut model);
        let within = path.strip_prefix(folder).unwrap_or(&path);
        Some(ModelNearby {
            name: model.name,
            within: shown::escaped(&within.display().to_string()),
            // A path that is no text would not come back from a page as it went.
            path: path.to_str()?.to_owned(),
        })
    })
    .collect()
}

/// A folder as a model; none where it is no model's.
fn model_of(folder: &Path) -> Result<Option<Model>> {
    if !folder.is_dir() {
        return Err(Failure::at(Code::ModelFolderMissing, folder, ""));
    }
    Ok(match Manifest::read(folder)? {
        Some(manifest) => Some(from_manifest(manifest, folder)),
        None => architectures::recognise(folder),
    })
}

/// What is said of a chosen folder that is no model's: where the models are instead. Those are looked for in
/// many folders, so not of each folder that lies beside the models.
fn not_recognised(folder: &Path) -> Failure {
    let near = elsewhere::near(folder);
    match near.as_slice() {
        [] => {
            let detail = "no model.toml, no model_index.json, and not config.json + tokenizer.json + an ONNX graph";
            Failure::at(Code::ModelNotRecognised, folder, detail)
        }
        [one] => named_instead(Code::ModelElsewhere, folder, one, ""),
        [first, ..] => {
            let names: Vec<_> = near.iter().map(|path| path.display().to_string()).collect();
            named_instead(Code::ModelsElsewhere, folder, first, &names.join("\n"))
        }
    }
}

/// The folder of the model that a file belongs to.
///
/// # Errors
/// `ModelElsewhere` for a file deeper in it, `ModelIsFile` for one of no model.
pub(crate) fn folder_of_file(file: &Path) -> Result<PathBuf> {
    let mut around = elsewhere::around(file).enumerate();
    let found = around.find(|(_, (_, holds))| *holds);
    match found {
        Some((0, (folder, _))) => Ok(folder.to_owned()),
        Some((_, (folder, _))) => Err(named_instead(Code::ModelElsewhere, file, folder, "")),
        None => Err(Failure::at(Code::ModelIsFile, file, "")),
    }
}

fn named_instead(code: Code, chosen: &Path, folder: &Path, detail: &str) -> Failure {
    let (chosen, folder) = (chosen.display().to_string(), folder.display().to_string());
    let typed = typed(&folder);
    let values = [
        ("path", chosen.as_str()),
        ("folder", &folder),
        ("typed", &typed),
    ];
    Failure::with(code, &values, detail)
}

/// A name as it is typed in a terminal.
fn typed(name: &str) -> String {
    if cfg!(windows) {
        // No name holds the sign there.
        return format!("\"{name}\"");
    }
    let quoted = name.replace('\'', r"'\''");
    format!("'{quoted}'")
}

fn from_manifest(manifest: Manifest, folder: &Path) -> Model {
    let bytes = manifest.files.iter().map(|file| file.bytes).sum();
    let problem = match manifest.architecture.skill() {
        Some(_) => missing_file(&manifest, folder),
        None => Some(Failure::new(
            Code::ModelUnsupported,
            "model.toml names an architecture this version does not know",
        )),
    };
    Model {
        memory_mb: if manifest.memory_mb == 0 {
            (bytes / MB) as u32 * 13 / 10 + 150
        } else {
            manifest.memory_mb
        },
        id: manifest.id,
        name: manifest.name,
        summary: manifest.summary,
        modality: manifest.modality,
        architecture: manifest.architecture,
        languages: manifest.languages,
        licence: manifest.licence.spdx,
        bytes,
        is_default: manifest.default,
        system_prompt: manifest.system_prompt,
        folder: folder.to_owned(),
        files: manifest.files,
        added: false,
        problem,
    }
}

/// The first listed file that is absent or of another size: cheap enough for every scan.
fn missing_file(manifest: &Manifest, folder: &Path) -> Option<Failure> {
    for file in &manifest.files {
        let path = match manifest::inside(folder, &file.path) {
            Ok(path) => path,
            Err(failure) => return Some(failure),
        };
        match fs::metadata(&path) {
            Ok(metadata) if metadata.len() == file.bytes => {}
            Ok(metadata) => {
                let detail = format!("{} bytes, not {}", metadata.len(), file.bytes);
                return Some(Failure::at(Code::ModelChanged, &path, detail));
            }
            Err(error) => {
                let values = [("part", file.path.as_str())];
                return Some(Failure::with(Code::ModelIncomplete, &values, error));
            }
        }
    }
    None
}

/// A folder that cannot be described, listed under its own name.
fn broken(folder: &Path, problem: Failure) -> Model {
    let name = folder.file_name().map_or_else(
        || folder.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    );
    Model {
        id: format!("broken-{}", recognise::number(folder)),
        name: LocalText::same(name),
        summary: (*problem.message).clone(),
        modality: Modality::Text,
        architecture: Architecture::Unknown,
        languages: Vec::new(),
        licence: String::new(),
        bytes: 0,
        memory_mb: 0,
        is_default: false,
        system_prompt: None,
        folder: folder.to_owned(),
        files: Vec::new(),
        added: false,
        problem: Some(problem),
    }
}

#[cfg(test)]
#[path = "hostile_folders.rs"]
mod hostile_folders;

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        id = "tiny"
        name = { en = "Tiny", zh = "小" }
        modality = "text"
        architecture = { kind = "causal-lm" }
        licence = { spdx = "MIT" }
        default = true
        [[files]]
        path = "model.onnx"
        bytes = 3
        sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    "#;

    fn add(root: &Path, name: &str, manifest: &str) -> PathBuf {
        let folder = root.join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("model.toml"), manifest).unwrap();
        fs::write(folder.join("model.onnx"), "abc").unwrap();
        folder
    }

    #[test]
    fn of_a_model_in_several_places_the_first_whole_one_is_listed() {
        let places = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let folders = places
            .each_ref()
            .map(|place| add(place.path(), "tiny", MANIFEST));
        fs::write(folders[0].join("model.onnx"), "a").unwrap();
        let roots = places.each_ref().map(|place| place.path().to_owned());
        let listed = scan(&roots, &[], &FolderIds::default());
        let folders: Vec<_> = listed.iter().map(|model| model.folder.as_path()).collect();
        assert_eq!(folders.len(), 2, "{folders:?}");
        let whole = listed.iter().find(|model| model.problem.is_none()).unwrap();
        assert_eq!(whole.folder, places[1].path().join("tiny"));
    }

    #[test]
    fn folders_are_listed_once_and_broken_ones_with_their_problem() {
        let root = tempfile::tempdir().unwrap();
        let good = add(root.path(), "a", MANIFEST);
        add(root.path(), "b", MANIFEST);
        add(root.path(), "c", "id = ");
        let cut = add(root.path(), "d", &MANIFEST.replace("\"tiny\"", "\"cut\""));
        fs::write(cut.join("model.onnx"), "a").unwrap();
        add(
            root.path(),
            "e",
            &MANIFEST
                .replace("causal-lm", "telepathy")
                .replace("\"tiny\"", "\"e\""),
        );
        let spoken = MANIFEST
            .replace("causal-lm", "telepathy")
            .replace("\"text\"", "\"video\"");
        add(root.path(), "f", &spoken.replace("\"tiny\"", "\"waiting\""));
        fs::create_dir(root.path().join("no-model")).unwrap();
        let models = scan(
            &[root.path().to_owned()],
            &[good, root.path().join("gone")],
            &FolderIds::default(),
        );
        let codes: Vec<_> = models
            .iter()
            .map(|model| {
                let id = model.id.split('-').next().unwrap_or_default();
                (id, model.problem.as_ref().map(|problem| problem.code))
            })
            .collect();
        assert_eq!(codes.len(), 6, "{codes:?}");
        assert_eq!(codes[0], ("tiny", None));
        for expected in [
            ("cut", Some(Code::ModelChanged)),
            ("e", Some(Code::ModelUnsupported)),
            ("broken", Some(Code::ModelDescription)),
            ("broken", Some(Code::ModelFolderMissing)),
            ("tiny", None),
        ] {
            assert!(codes[1..].contains(&expected), "{expected:?} in {codes:?}");
        }
        assert_eq!(models.iter().filter(|model| model.is_default).count(), 3);
    }
}
