//! Where the models are that are not in the folder that was chosen: deeper in it, or just above.

use std::{
    fs,
    path::{Path, PathBuf},
};

use quartet_media::bounded::read_text;

use super::{architectures, manifest::MANIFEST};

/// A cache of the hub has its models four folders deep: `huggingface/hub/models--a--b/snapshots/0001`.
const MAX_DEPTH: usize = 4;
/// Files of models lie in their folders, or in one in these: `onnx`, `unet`.
const MAX_FILE_DEPTH: usize = 2;
/// Folders that are looked into: someone may have chosen a whole disk.
const MAX_FOLDERS: usize = 500;
/// Models that are named: more are no choice that someone can look over.
const MAX_FOUND: usize = 12;
/// A reference is the name of a folder.
const MAX_REFERENCE: u64 = 255;

/// The folders in `folder` that hold a model, the nearest first; where there are none, those just above. The
/// folder itself is known to hold none.
pub(super) fn near(folder: &Path) -> Vec<PathBuf> {
    let found = deeper(folder);
    if !found.is_empty() {
        return found;
    }
    let Some(above) = folder.parent() else {
        return Vec::new();
    };
    // Someone chose the `onnx` of a model, or its `unet`; or the `blobs` beside a cache's snapshots.
    if holds_a_model(above) {
        vec![above.to_owned()]
    } else if is_cached_repository(above) {
        deeper(above)
    } else {
        Vec::new()
    }
}

fn deeper(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut level = vec![folder.to_owned()];
    let mut seen = 0;
    for _ in 0..MAX_DEPTH {
        let mut next: Vec<PathBuf> = level.iter().flat_map(|folder| inside(folder)).collect();
        next.truncate(MAX_FOLDERS - seen);
        seen += next.len();
        // What lies in a model is its parts.
        let (models, others) = next.into_iter().partition(|folder| holds_a_model(folder));
        found.extend::<Vec<_>>(models);
        level = others;
    }
    found.truncate(MAX_FOUND);
    found
}

fn is_cached_repository(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with("models--"))
}

/// The folders that a file lies in, as deep as models are, with whether they hold one; the nearest first.
pub(super) fn around(file: &Path) -> impl Iterator<Item = (&Path, bool)> {
    let folders = file.ancestors().skip(1).take(MAX_FILE_DEPTH);
    folders.map(|folder| (folder, holds_a_model(folder)))
}

fn holds_a_model(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file() || architectures::recognise(folder).is_some()
}

/// The folders in a folder, by name; of a cache's snapshots the current one alone, where it holds a model.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .take(MAX_FOLDERS)
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && !is_hidden(path))
        .collect();
    let current = current_snapshot(folder).map(|name| folder.join(name));
    if let Some(current) = current.filter(|path| folders.contains(path) && holds_a_model(path)) {
        return vec![current];
    }
    folders.sort();
    folders
}

/// Whether a folder is not meant to be seen.
pub(super) fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with('.'))
}

/// The name of the snapshot that `refs/main` of a cache names.
fn current_snapshot(snapshots: &Path) -> Option<std::ffi::OsString> {
    if snapshots.file_name()? != "snapshots" {
        return None;
    }
    let main = snapshots.parent()?.join("refs/main");
    let name = read_text(&main, MAX_REFERENCE).ok()?;
    Some(name.trim().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model_in(folder: &Path) {
        fs::create_dir_all(folder.join("onnx")).unwrap();
        fs::write(folder.join("config.json"), "{}").unwrap();
        fs::write(folder.join("tokenizer.json"), "{}").unwrap();
        fs::write(folder.join("onnx/model.onnx"), "").unwrap();
    }

    #[test]
    fn a_model_one_or_more_folders_deeper_is_found() {
        for place in ["a", "download/a", "models--a--b/snapshots/0001"] {
            let root = tempfile::tempdir().unwrap();
            model_in(&root.path().join(place));
            assert_eq!(near(root.path()), [root.path().join(place)]);
        }
    }

    #[test]
    fn of_snapshots_the_current_one_is_meant() {
        let root = tempfile::tempdir().unwrap();
        let snapshots = root.path().join("snapshots");
        model_in(&snapshots.join("0001"));
        model_in(&snapshots.join("0002"));
        fs::create_dir(root.path().join("refs")).unwrap();
        fs::write(root.path().join("refs/main"), "0002\n").unwrap();
        assert_eq!(near(root.path()), [snapshots.join("0002")]);
        // One that is not there is none: what is there is named.
        fs::write(root.path().join("refs/main"), "../../0003").unwrap();
        let both = [snapshots.join("0001"), snapshots.join("0002")];
        assert_eq!(near(root.path()), both);
    }

    #[test]
    fn the_model_above_a_part_of_it_is_found() {
        let root = tempfile::tempdir().unwrap();
        model_in(&root.path().join("a"));
        assert_eq!(near(&root.path().join("a/onnx")), [root.path().join("a")]);
    }

    #[test]
    fn the_blobs_of_a_cache_lead_to_its_snapshot_and_other_neighbours_to_nothing() {
        let root = tempfile::tempdir().unwrap();
        for repository in ["models--a--b", "plain"] {
            let repository = root.path().join(repository);
            model_in(&repository.join("snapshots/0001"));
            fs::create_dir(repository.join("blobs")).unwrap();
        }
        let cached = root.path().join("models--a--b");
        assert_eq!(near(&cached.join("blobs")), [cached.join("snapshots/0001")]);
        assert!(near(&root.path().join("plain/blobs")).is_empty());
    }

    #[test]
    fn all_models_of_a_folder_are_named_the_nearest_first_but_not_their_parts() {
        let root = tempfile::tempdir().unwrap();
        for place in ["c", "b/a", "a"] {
            model_in(&root.path().join(place));
        }
        model_in(&root.path().join("c/onnx/older"));
        let places = ["a", "c", "b/a"].map(|place| root.path().join(place));
        assert_eq!(near(root.path()), places);
        for more in 0..20 {
            model_in(&root.path().join(format!("more-{more}")));
        }
        assert_eq!(near(root.path()).len(), MAX_FOUND);
    }

    #[test]
    fn nothing_is_found_where_there_is_nothing() {
        let root = tempfile::tempdir().unwrap();
        model_in(&root.path().join("b/c/d/too/deep"));
        let chosen = root.path().join("b/c");
        assert_eq!(near(&chosen), [chosen.join("d/too/deep")]);
        assert!(near(root.path()).is_empty());
    }
}
