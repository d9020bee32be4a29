//! Ways into the parsers of untrusted files, as `quartet_pipelines::text::fuzzing`.

#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is how a target says that it found something"
)]

use std::path::Path;

use crate::{models::Manifest, settings};

/// A model's `model.toml`, with the paths it names.
pub fn manifest(input: &[u8]) {
    if let Ok(text) = std::str::from_utf8(input) {
        let folder = Path::new("/models/x");
        if let Ok(manifest) = Manifest::checked(folder, text) {
            for file in &manifest.files {
                assert!(folder.join(&file.path).starts_with(folder));
                assert!(
                    !file.path.split('/').any(|part| part == ".."),
                    "{}",
                    file.path
                );
            }
        }
    }
}

/// `settings.json`: what is accepted of it is accepted again.
pub fn settings(input: &[u8]) {
    let Ok(file) = serde_json::from_slice(input) else {
        return;
    };
    let (read, _) = settings::settings_in(&file);
    let Ok(serde_json::Value::Object(written)) = serde_json::to_value(&read) else {
        panic!("settings are an object");
    };
    assert_eq!(settings::settings_in(&written), (read, Vec::new()));
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Calls `target` with every input of its corpus.
    fn replay(name: &str, target: fn(&[u8])) {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fuzz/corpus");
        let mut count = 0;
        for entry in fs::read_dir(corpus.join(name)).unwrap() {
            target(&fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 0, "no corpus for {name}");
    }

    #[test]
    fn manifests_that_fuzzing_made() {
        replay("manifest", manifest);
    }

    #[test]
    fn settings_that_fuzzing_made() {
        replay("settings", settings);
    }
}
