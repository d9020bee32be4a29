//! What a `deck.toml` holds: lessons, cards and kept works, in the order in which somebody presents them.

use quartet_studio::{LocalText, Modality};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    act::Act,
    texts::{self, ID},
};

/// The version of the format that this Quartet reads.
pub const DECK_SCHEMA: u32 = 1;
/// What a deck's folder holds.
pub const DECK_FILE: &str = "deck.toml";
/// Of that file.
pub const MAX_DECK_BYTES: u64 = 256_000;

/// A deck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deck {
    /// Version of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub schema: u32,
    /// The name of the deck's folder.
    #[schemars(regex(pattern = ID))]
    pub id: String,
    /// In the file, one text for both languages may stand here too.
    #[schemars(schema_with = "texts::line")]
    pub title: LocalText,
    /// How long it is planned to take.
    #[schemars(range(min = 1, max = 600))]
    pub minutes: u32,
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub items: Vec<DeckItem>,
}

/// One thing to present.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum DeckItem {
    /// By its id.
    Lesson {
        #[schemars(regex(pattern = ID))]
        lesson: String,
    },
    /// An example card of a panel.
    Card {
        #[schemars(schema_with = "panels")]
        panel: Modality,
        #[schemars(regex(pattern = ID))]
        card: String,
        #[serde(default)]
        start: DeckStart,
    },
    /// A card of one's own: what a panel is asked for, and its settings.
    Act {
        #[schemars(schema_with = "texts::line")]
        title: LocalText,
        #[serde(rename = "do")]
        act: Act,
        #[serde(default)]
        start: DeckStart,
    },
    /// A work of the library, by its id.
    Work {
        #[schemars(length(min = 1, max = 100))]
        work: String,
        /// What it is called, also where it is missing.
        #[schemars(schema_with = "texts::line")]
        title: LocalText,
    },
}

/// When a card begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DeckStart {
    /// At once.
    #[default]
    Run,
    /// When somebody goes on; its words stand on the stage until then.
    Key,
}

fn panels(_: &mut SchemaGenerator) -> Schema {
    texts::one_of(Modality::ALL.map(Modality::as_str))
}
