//! What the tests share: the library, the weights, the golden files, and copies to break.

use std::{
    fs,
    path::{Path, PathBuf},
};

use quartet_runtime::Runtime;

fn variable(name: &str) -> PathBuf {
    let value = std::env::var_os(name);
    value
        .unwrap_or_else(|| panic!("{name} is not set: run `cargo xtask test`"))
        .into()
}

pub fn runtime() -> Runtime {
    Runtime::load(&variable("QUARTET_ORT")).expect("the library loads")
}

/// The folder of an installed model.
pub fn model(id: &str) -> PathBuf {
    variable("QUARTET_MODELS").join(id)
}

/// A file or folder of `tests/golden`.
pub fn golden(path: &str) -> PathBuf {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden");
    golden.join(path)
}

/// Copies a folder with all that it holds, for a test to change.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
