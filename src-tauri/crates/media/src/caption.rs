//! Words that are shown for a while.

use serde::{Deserialize, Serialize};

/// Words that are shown for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Caption {
    /// In seconds from the film's beginning.
    pub from: f64,
    pub to: f64,
    pub text: String,
}
