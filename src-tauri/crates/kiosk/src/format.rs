//! What a `kiosk.toml` holds. The names and limits here are what `check` keeps.

use std::{io, path::Path};

use quartet_library::write_private;
use quartet_studio::Language;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use specta::Type;

/// The version of the format that this Quartet reads.
pub const SCHEMA: u32 = 1;

/// A window for visitors: what they may do in it, and what becomes of what they leave behind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kiosk {
    /// Version of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub schema: u32,
    /// What is on the rail beside Start; may be empty where there are lessons.
    #[schemars(length(max = 5))]
    pub places: Vec<KioskPlace>,
    /// Ids of lessons.
    #[serde(default)]
    #[schemars(length(max = 200), inner(length(min = 1, max = 40)))]
    pub lessons: Vec<String>,
    /// Whether the places show their example cards.
    #[serde(default = "yes")]
    pub cards: bool,
    /// Whether visitors may type words of their own; otherwise only the words of cards and lessons are taken.
    pub free_words: bool,
    /// Ids of the models that may be used; empty: all.
    #[serde(default)]
    #[schemars(length(max = 50), inner(length(min = 1, max = 100)))]
    pub models: Vec<String>,
    /// What visitors may choose from; it begins with the first.
    #[schemars(schema_with = "languages")]
    pub languages: Vec<Language>,
    /// After so many seconds in which nobody does anything and nothing is made, the next visitor begins anew.
    #[schemars(range(min = 15, max = 3600))]
    pub idle_seconds: u32,
    /// The argon2id hash of what leads out, as `quartet kiosk passcode` prints it.
    #[schemars(length(min = 1, max = 300))]
    pub passcode: String,
    /// What becomes of a visitor's works.
    pub works: KioskWorks,
    /// The loudest that sounds may be, 0 to 1.
    #[serde(default = "full")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub volume: f64,
    /// Whether the app shows by itself what it can do while nobody is there.
    #[serde(default = "yes")]
    pub attract: bool,
    /// When it is open, by the computer's clock; empty: always.
    #[serde(default)]
    #[schemars(length(max = 14))]
    pub hours: Vec<OpenHours>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum KioskPlace {
    Text,
    Image,
    Audio,
    Video,
    Library,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum KioskWorks {
    /// Deleted for good before the next visitor.
    Wipe,
    /// Put into the library of whoever runs the kiosk; the next visitor does not see them.
    Keep,
}

/// Hours of some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenHours {
    #[schemars(length(min = 1, max = 7))]
    pub days: Vec<Day>,
    /// As `09:00`.
    #[schemars(length(min = 1, max = 5))]
    pub from: String,
    /// Later than `from`, up to `24:00`.
    #[schemars(length(min = 1, max = 5))]
    pub to: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    /// In the order of the week.
    pub const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];
}

fn yes() -> bool {
    true
}

fn full() -> f64 {
    1.0
}

fn languages(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "items": { "type": "string", "enum": ["en", "zh"] },
        "minItems": 1,
        "maxItems": 2,
    })
}

/// What the first lines of a file say that the app wrote.
const HEAD: &str =
    "# A kiosk of Quartet: see docs/kiosk.md. Check it with `quartet kiosk check`.\n\n";

/// As a `kiosk.toml`.
///
/// # Errors
/// What the writer says; none is known for what is whole.
pub fn written(kiosk: &Kiosk) -> Result<String, toml::ser::Error> {
    Ok(format!("{HEAD}{}", toml::to_string(kiosk)?))
}

/// Writes a file whole or not at all, for its owner alone: it holds the hash of a passcode.
///
/// # Errors
/// Those of the disk.
pub fn write_file(path: &Path, text: &str) -> io::Result<()> {
    write_private(path, |file| file.write_all(text.as_bytes()))
}
