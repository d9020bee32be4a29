//! What a prompt is taken for, by models that draw what they know by name; as it crosses to the window.

use serde::{Deserialize, Serialize};

use super::Colour;

/// A thing that a model knows, by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    pub english: String,
    pub chinese: String,
}

/// Why a thing was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum TakenBy {
    /// The words name it.
    Name,
    /// The words name a kind, of which it is a typical one.
    Kind,
    /// The words name nothing known: it is the nearest by their vector, and may be far off.
    Nearness,
    /// It was chosen by hand.
    Choice,
}

/// What the words of a prompt were taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    pub thing: Thing,
    pub by: TakenBy,
    /// The words that name it, or that name nothing known; empty where it was chosen by hand.
    pub words: String,
    /// What the picture is given; none: the thing's own colours.
    pub colour: Option<Colour>,
    /// What else could be meant, the likeliest first; at most 6.
    pub others: Vec<Thing>,
}

impl Subject {
    /// What a recipe keeps of it.
    pub fn choice(&self) -> SubjectChoice {
        SubjectChoice::Thing {
            english: self.thing.english.clone(),
            colour: self.colour,
        }
    }
}

/// What a request wants drawn; none (and recipes of 0.1): what lies nearest to the prompt's vector, in its own
/// colours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum SubjectChoice {
    /// What the prompt's words name. Recipes keep the thing that was found instead, so that they draw it
    /// whatever a later lexicon says.
    Words,
    /// A thing by its English name.
    Thing {
        english: String,
        #[serde(default)]
        colour: Option<Colour>,
    },
}
