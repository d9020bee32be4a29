//! Ids that stay with their folders: what an id once meant it means for ever, or nothing.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
};

/// The ids that folders were given, also of folders that are no longer listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderIds(BTreeMap<PathBuf, String>);

impl FolderIds {
    /// The folder's own id, if it was ever given one.
    pub fn of(&self, folder: &Path) -> Option<&str> {
        self.0.get(&real(folder)).map(String::as_str)
    }

    pub fn insert(&mut self, folder: &Path, id: String) {
        self.0.insert(real(folder), id);
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.0
            .iter()
            .map(|(folder, id)| (folder.as_path(), id.as_str()))
    }

    /// The id for a folder that asks for `wanted`: its own from before; else that, unless another folder
    /// has or had it; else that with a number of its path.
    pub(super) fn choose(&self, folder: &Path, wanted: &str, taken: &HashSet<String>) -> String {
        if let Some(own) = self.of(folder).filter(|own| !taken.contains(*own)) {
            return own.to_owned();
        }
        let free = |id: &str| !taken.contains(id) && !self.0.values().any(|known| known == id);
        if free(wanted) {
            return wanted.to_owned();
        }
        let mut id = format!("{wanted}-{}", super::recognise::number(folder));
        while !free(&id) {
            id.push_str("-2");
        }
        id
    }
}

impl FromIterator<(PathBuf, String)> for FolderIds {
    fn from_iter<T: IntoIterator<Item = (PathBuf, String)>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Folders on a disk that is not there today keep the path they were given.
fn real(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stays_with_its_folder_when_another_goes() {
        let (one, two) = (Path::new("/no/one/onnx"), Path::new("/no/two/onnx"));
        let mut known = FolderIds::default();
        let first = known.choose(one, "onnx", &HashSet::new());
        known.insert(one, first.clone());
        let second = known.choose(two, "onnx", &HashSet::new());
        known.insert(two, second.clone());
        assert_eq!(first, "onnx");
        assert!(second.starts_with("onnx-"), "{second}");
        // The first is gone: its id stays its own, and the second keeps what it had.
        assert_eq!(known.choose(two, "onnx", &HashSet::new()), second);
        let third = known.choose(Path::new("/no/three/onnx"), "onnx", &HashSet::new());
        assert!(third != first && third != second);
        assert_eq!(known.choose(one, "onnx", &HashSet::new()), first);
    }
}
