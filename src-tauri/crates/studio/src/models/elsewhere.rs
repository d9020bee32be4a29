//! Where the model is that is not in the folder that was chosen: deeper in it, or just above.

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
/// A reference is the name of a folder.
const MAX_REFERENCE: u64 = 255;

/// The nearest folder in or above `folder` that holds a model. The folder itself is known to hold none.
pub(super) fn nearest(folder: &Path) -> Option<PathBuf> {
    let mut level = vec![folder.to_owned()];
    let mut seen = 0;
    for _ in 0..MAX_DEPTH {
        let mut next: Vec<PathBuf> = level.iter().flat_map(|folder| inside(folder)).collect();
        next.truncate(MAX_FOLDERS - seen);
        seen += next.len();
        if let Some(found) = next.iter().find(|folder| holds_a_model(folder)) {
            return Some(found.clone());
        }
        level = next;
    }
    // Someone chose the `onnx` of a model, or its `unet`.
    let above = folder.parent()?;
    holds_a_model(above).then(|| above.to_owned())
}

/// The folders that a file lies in, as deep as models are, with whether they hold one; the nearest first.
pub(super) fn around(file: &Path) -> impl Iterator<Item = (&Path, bool)> {
    let folders = file.ancestors().skip(1).take(MAX_FILE_DEPTH);
    folders.map(|folder| (folder, holds_a_model(folder)))
}

fn holds_a_model(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file() || architectures::recognise(folder).is_some()
}

/// The folders in a folder, those that a cache calls current first, then by name.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .take(MAX_FOLDERS)
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && !is_hidden(path))
        .collect();
    let current = current_snapshot(folder);
    folders.sort_by_key(|path| (current.as_deref() != path.file_name(), path.clone()));
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
            assert_eq!(nearest(root.path()), Some(root.path().join(place)));
        }
    }

    #[test]
    fn the_snapshot_that_is_current_goes_first() {
        let root = tempfile::tempdir().unwrap();
        let snapshots = root.path().join("snapshots");
        model_in(&snapshots.join("0001"));
        model_in(&snapshots.join("0002"));
        fs::create_dir(root.path().join("refs")).unwrap();
        fs::write(root.path().join("refs/main"), "0002\n").unwrap();
        assert_eq!(nearest(root.path()), Some(snapshots.join("0002")));
    }

    #[test]
    fn the_model_above_a_part_of_it_is_found() {
        let root = tempfile::tempdir().unwrap();
        model_in(&root.path().join("a"));
        assert_eq!(
            nearest(&root.path().join("a/onnx")),
            Some(root.path().join("a"))
        );
    }

    #[test]
    fn nothing_is_found_where_there_is_nothing() {
        let root = tempfile::tempdir().unwrap();
        model_in(&root.path().join("b/c/d/too/deep"));
        assert_eq!(
            nearest(&root.path().join("b/c")),
            Some(root.path().join("b/c/d/too/deep"))
        );
        assert_eq!(nearest(root.path()), None);
    }
}
