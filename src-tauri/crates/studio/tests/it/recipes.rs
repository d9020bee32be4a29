//! Recipes as version 0.1 kept them: each is read as what it is, and written again byte for byte.

use std::{fs, path::Path};

use quartet_studio::{Made, Recipe};
use serde_json::{Value, json};

/// Their names, with what they are.
const KINDS: [(&str, &str); 12] = [
    ("composition", "composition"),
    ("film-clip", "film"),
    ("film-story", "film"),
    ("film-travel", "film"),
    ("image", "image"),
    ("image-start", "image"),
    ("minutes", "minutes"),
    ("minutes-transcript", "minutes"),
    ("speech", "speech"),
    ("text", "text"),
    ("transcription", "transcription"),
    ("upscale", "upscale"),
];

fn stored(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recipes");
    fs::read_to_string(folder.join(format!("{name}.json"))).unwrap()
}

fn kind(made: &Made) -> &'static str {
    match made {
        Made::Text(_) => "text",
        Made::Speech(_) => "speech",
        Made::Transcription(_) => "transcription",
        Made::Composition(_) => "composition",
        Made::Minutes(_) => "minutes",
        Made::Image(_) => "image",
        Made::Upscale(_) => "upscale",
        Made::Film(_) => "film",
        _ => "later than version 0.1",
    }
}

#[test]
fn every_stored_recipe_is_read_as_its_kind_and_written_to_the_same_bytes() {
    for (name, expected) in KINDS {
        let json = stored(name);
        let recipe = Recipe::parse(&json).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(kind(&recipe.made), expected, "{name}");
        assert_eq!(serde_json::to_string(&recipe).unwrap(), json, "{name}");
        // Minutes of a transcript did not say which recording it was of.
        let nameless = name == "minutes-transcript";
        assert_eq!(recipe.made.prompt().is_empty(), nameless, "{name}");
    }
}

#[test]
fn what_a_later_version_adds_to_a_recipe_is_left_out() {
    for (name, kind) in KINDS {
        let json = stored(name);
        let mut later: Value = serde_json::from_str(&json).unwrap();
        // Before and behind everything that is known.
        for key in ["aNovelty", "zNovelty"] {
            later[key] = json!({ "of": ["a", { "later": "version" }] });
            later[kind][key] = json!([1, null]);
            later["model"][key] = json!(1.5);
        }
        let read = Recipe::parse(&later.to_string());
        assert_eq!(read, Recipe::parse(&json), "{name}");
    }
}

#[test]
fn a_recipe_of_a_kind_that_nobody_knows_is_none() {
    for (name, kind) in KINDS {
        let mut other: Value = serde_json::from_str(&stored(name)).unwrap();
        let made = other.as_object_mut().unwrap().remove(kind).unwrap();
        assert_eq!(Recipe::parse(&other.to_string()), None, "{name}");
        other["hologram"] = made;
        assert_eq!(Recipe::parse(&other.to_string()), None, "{name}");
    }
    assert_eq!(Recipe::parse("{}"), None);
    assert_eq!(Recipe::parse("no JSON"), None);
}
