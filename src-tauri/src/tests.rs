//! The UI's bindings are what the commands here would generate.

use std::{fs, path::Path};

use specta::datatype::{DataType, Fields};
use specta_typescript::{Typescript, semantic};
use tauri_specta::{BuilderConfiguration, LanguageExt};

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
            Whole(Typescript::default().header(
                "// Generated from the shell's commands; do not edit. Written anew by:\n// QUARTET_WRITE_BINDINGS=1 cargo test -p quartet-desktop\n",
            )),
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

/// Types whose fields are all there: what a field is without (`#[serde(default)]`) is for files and
/// terminals, and no reason for the UI to leave it out or to look whether it was.
struct Whole(Typescript);

impl LanguageExt for Whole {
    type Error = <Typescript as LanguageExt>::Error;

    fn export(self, builder: &BuilderConfiguration, path: &Path) -> Result<(), Self::Error> {
        let mut builder = builder.clone();
        builder.types.iter_mut(|named| match &mut named.ty {
            Some(DataType::Struct(of)) => {
                of.attributes.remove("serde:container:default");
                require(&mut of.fields);
            }
            Some(DataType::Enum(of)) => {
                for (_, variant) in &mut of.variants {
                    require(&mut variant.fields);
                }
            }
            _ => {}
        });
        self.0.export(&builder, path)
    }
}

fn require(fields: &mut Fields) {
    if let Fields::Named(named) = fields {
        for (_, field) in &mut named.fields {
            // Left out by the engine itself, now and then.
            let is_skipped = field
                .attributes
                .contains_key("serde:field:skip_serializing_if");
            if !is_skipped {
                field.attributes.remove("serde:field:default");
            }
        }
    }
}
