//! The engine's own objects, which look like dictionaries.

use minijinja::{
    Value,
    value::{DynObject, ValueKind},
};

fn is_named(value: &Value, names: &[&str]) -> bool {
    let type_name = value.as_object().map(DynObject::type_name);
    type_name.is_some_and(|name| names.iter().any(|one| name.ends_with(one)))
}

pub(super) fn is_namespace(value: &Value) -> bool {
    is_named(value, &["::Namespace"])
}

/// Macros, and the `loop` of a loop.
pub(super) fn is_code(value: &Value) -> bool {
    is_named(value, &["::Macro", "::Loop"])
}

pub(super) fn is_dictionary(value: &Value) -> bool {
    value.kind() == ValueKind::Map && !is_namespace(value) && !is_code(value)
}
