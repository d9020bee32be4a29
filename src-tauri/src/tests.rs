//! The UI's bindings are what the commands here would generate.

use std::{fs, path::Path};

use specta_typescript::{Typescript, semantic};

const WRITE: &str = "QUARTET_WRITE_BINDINGS=1 cargo test -p quartet-desktop";

#[test]
fn the_bindings_of_the_ui_are_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let generated = folder.path().join("bindings.ts");
    super::commands()
        // One type for both directions: requests are sent whole.
        .disable_serde_phases()
        // Byte counts are far below 2^53, and no number that is sent is NaN: pipelines refuse it.
        .dangerously_cast_bigints_to_number()
        .semantic_types(semantic::Configuration::empty().enable_lossless_floats())
        .export(
            Typescript::default().header(
                "// Generated from the shell's commands; do not edit. Written anew by:\n// QUARTET_WRITE_BINDINGS=1 cargo test -p quartet-desktop\n",
            ),
            &generated,
        )
        .unwrap();
    let generated = fs::read_to_string(generated).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/bindings.ts");
    if std::env::var_os("QUARTET_WRITE_BINDINGS").is_some() {
        fs::write(&path, generated).unwrap();
        return;
    }
    // A clone on Windows may have other line endings.
    let present = fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        present == generated,
        "ui/src/ipc/bindings.ts is not up to date: run `{WRITE}`"
    );
}
