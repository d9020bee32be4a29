//! How long the words of a lesson may be, and what its names look like, as its schema says it.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

/// In the schema: read by people, plain but for `**bold**`.
pub const WORDS: &str = "words";
/// In the schema: read by a model, which may be given anything.
pub const PROMPT: &str = "prompt";

/// Of lessons, and of what a lesson names.
pub const ID: &str = "^[a-z0-9-]{1,40}$";
/// A file in the lesson's folder.
pub const PICTURE: &str = r"^[A-Za-z0-9_-][A-Za-z0-9._/-]*\.(png|jpg|jpeg|webp)$";
/// A named place of the page: `text.answer`.
pub const ANCHOR: &str = r"^[a-z][A-Za-z]*(\.[a-z][A-Za-z]*)*$";

/// `most` characters in English, and in Chinese.
fn local(format: &str, [en, zh]: [u32; 2]) -> Value {
    let text = |most: u32| json!({ "type": "string", "format": format, "minLength": 1, "maxLength": most });
    json!({
        "type": "object",
        "properties": { "en": text(en), "zh": text(zh) },
        "required": ["en", "zh"],
        "additionalProperties": false,
    })
}

fn schema(value: Value) -> Schema {
    value.try_into().unwrap_or_default()
}

/// A title, a choice, the name of a group: what stands on one line.
pub fn line(_: &mut SchemaGenerator) -> Schema {
    schema(local(WORDS, [120, 60]))
}

/// What a step says: read from the back of a room.
pub fn say(_: &mut SchemaGenerator) -> Schema {
    schema(local(WORDS, [400, 200]))
}

/// Notes for a teacher, read alone.
pub fn notes(_: &mut SchemaGenerator) -> Schema {
    schema(local(WORDS, [4000, 2000]))
}

pub fn lines(_: &mut SchemaGenerator) -> Schema {
    schema(json!({ "type": "array", "items": local(WORDS, [400, 200]), "maxItems": 20 }))
}

/// Names by id.
pub fn names(_: &mut SchemaGenerator) -> Schema {
    schema(json!({
        "type": "object",
        "additionalProperties": local(WORDS, [120, 60]),
        "minProperties": 1,
        "maxProperties": 12,
    }))
}

/// What a model is asked.
pub fn prompt(_: &mut SchemaGenerator) -> Schema {
    schema(local(PROMPT, [4000, 4000]))
}

pub fn scenes(_: &mut SchemaGenerator) -> Schema {
    let scene = local(PROMPT, [400, 400]);
    schema(json!({ "type": "array", "items": scene, "minItems": 2, "maxItems": 6 }))
}

/// Answers that are accepted, in each language.
pub fn answers(_: &mut SchemaGenerator) -> Schema {
    let text = json!({ "type": "string", "format": PROMPT, "minLength": 1, "maxLength": 200 });
    let list = json!({ "type": "array", "items": text, "minItems": 1, "maxItems": 20 });
    json_schema!({
        "type": "object",
        "properties": { "en": list, "zh": list },
        "required": ["en", "zh"],
        "additionalProperties": false,
    })
}

/// One of the words that another crate has an enum of.
pub fn one_of(words: impl IntoIterator<Item = &'static str>) -> Schema {
    let words: Vec<_> = words.into_iter().collect();
    json_schema!({ "type": "string", "enum": words })
}
