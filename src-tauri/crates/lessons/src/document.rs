//! What a `lesson.toml` is read and checked with, for other files that people write.

use schemars::JsonSchema;
use serde_json::Value;

pub use crate::node::{At, Broken, Field, Kind, Node, read};
use crate::{check::shape_findings, problem::Finding, schema::schema_of};

/// The JSON Schema (2020-12) of a type, for a file that cannot hold null.
pub fn schema<T: JsonSchema>(title: &str) -> Value {
    schema_of::<T>(title)
}

/// What a schema made by [`schema`] says of a document: names, kinds of values, limits. Of patterns only those of
/// lessons are known.
pub fn findings(document: &Node, schema: &Value) -> Vec<Finding> {
    shape_findings(document, schema)
}
