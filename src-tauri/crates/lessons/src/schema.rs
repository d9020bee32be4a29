//! The JSON Schemas of `lesson.toml`, published for editors, and of `deck.toml`: what `check` reads a file by.

use std::sync::LazyLock;

use schemars::{
    JsonSchema,
    generate::SchemaSettings,
    transform::{RecursiveTransform, Transform},
};
use serde_json::Value;

use crate::{deck::Deck, lesson::Lesson};

static LESSON: LazyLock<Value> = LazyLock::new(|| schema_of::<Lesson>("Quartet lesson.toml"));
static DECK: LazyLock<Value> = LazyLock::new(|| schema_of::<Deck>("Quartet deck.toml"));

pub fn schema_of<T: JsonSchema>(title: &str) -> Value {
    let settings = SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    RecursiveTransform(without_null).transform(&mut schema);
    schema.insert("title".to_owned(), title.into());
    schema.to_value()
}

/// As JSON Schema 2020-12.
pub fn json_schema() -> &'static Value {
    &LESSON
}

/// That of decks.
pub fn deck_schema() -> &'static Value {
    &DECK
}

/// TOML has no null: what may be left out is not written.
fn without_null(schema: &mut schemars::Schema) {
    let is_null = |value: &Value| value == "null" || value["type"] == "null";
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|one| !is_null(one));
        if let [one] = &types[..] {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(ways)) = schema.get_mut("anyOf") {
        ways.retain(|one| !is_null(one));
        if let [Value::Object(one)] = &ways[..] {
            let one = one.clone();
            schema.remove("anyOf");
            for (key, value) in one {
                schema.insert(key, value);
            }
        }
    }
    if schema.get("default") == Some(&Value::Null) {
        schema.remove("default");
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn the_published_schema_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/lesson.schema.json");
        let current = format!("{}\n", serde_json::to_string_pretty(json_schema()).unwrap());
        if std::env::var_os("QUARTET_WRITE_SCHEMA").is_some() {
            fs::write(&path, current).unwrap();
            return;
        }
        let present = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            present.replace("\r\n", "\n") == current,
            "docs/lesson.schema.json is not up to date: run `quartet lessons schema > docs/lesson.schema.json`"
        );
    }
}
