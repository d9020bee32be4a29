//! Marks that say an AI made a work, written into it and read back out of any file.
//!
//! The marks are those of GB 45438-2025 and of the IPTC. Writing a label in that format is no claim
//! about anybody's duties; the producer named in it is the program, since nobody's registered
//! provider code is known to a program on a laptop.

pub mod picture;
pub mod text;
pub mod wav;
mod xmp;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// IPTC's news codes: "created using generative AI".
pub const DIGITAL_SOURCE_TYPE: &str =
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

/// Of the `AIGC` label in XMP (GB 45438-2025, annex for pictures).
const AIGC_NAMESPACE: &str = "http://www.tc260.org.cn/ns/AIGC/1.0/";

/// What `ContentProducer` holds: the program's name, not a provider code.
const PRODUCER: &str = "Quartet";

/// What a work says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Absent in exports: it begins with the words of the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// RFC 3339, UTC.
    pub created: String,
    pub model: String,
    /// The whole recipe as JSON; absent in exports, because it holds the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<String>,
}

/// What any file claims about how it was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    /// The `AIGC` block: `Label` is "1" for generated, "2" for likely, "3" for suspected.
    pub aigc: BTreeMap<String, String>,
    pub digital_source_type: Option<String>,
    /// Present in Quartet's own files.
    pub provenance: Option<Provenance>,
    /// Whether the work itself says so to whoever reads, sees or hears it.
    pub visible: bool,
}

impl Claim {
    /// The number the producer gave the work; in Quartet's files its id in the library.
    pub fn produce_id(&self) -> Option<&str> {
        self.aigc.get("ProduceID").map(String::as_str)
    }
}

/// The keys of GB 45438-2025 for a work that was generated.
fn fields(id: &str) -> [(&'static str, &str); 7] {
    [
        ("Label", "1"),
        ("ContentProducer", PRODUCER),
        ("ProduceID", id),
        ("ReservedCode1", ""),
        ("ContentPropagator", ""),
        ("PropagateID", ""),
        ("ReservedCode2", ""),
    ]
}

/// The same as JSON, for formats that hold it so.
fn aigc_json(id: &str) -> String {
    let fields = fields(id).into_iter();
    let fields = fields.map(|(name, value)| (name.to_owned(), value.into()));
    serde_json::Value::Object(fields.collect()).to_string()
}
