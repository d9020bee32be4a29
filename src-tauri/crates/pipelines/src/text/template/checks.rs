//! jinja2's tests that the engine lacks, or has with other results.

use minijinja::{Environment, Error, State, Value, value::ValueKind};

use super::{
    functions::Cycler,
    objects::{is_code, is_dictionary, is_namespace},
    text::text,
};

type Check = fn(&State, &Value) -> Result<bool, Error>;

pub(super) const OURS: &[(&str, Check)] = &[
    ("callable", |_, value| Ok(is_callable(value))),
    ("iterable", |_, value| {
        let plain = matches!(
            value.kind(),
            ValueKind::None | ValueKind::Bool | ValueKind::Number | ValueKind::Plain
        );
        Ok(!plain && !is_namespace(value) && !is_code(value))
    }),
    ("lower", |state, value| {
        let plain = text(state, value)?;
        let plain = plain.as_str().unwrap_or_default();
        Ok(plain.contains(char::is_lowercase) && !plain.contains(char::is_uppercase))
    }),
    ("mapping", |_, value| Ok(is_dictionary(value))),
    ("number", |_, value| {
        Ok(matches!(value.kind(), ValueKind::Number | ValueKind::Bool))
    }),
    ("sequence", |_, value| {
        let has_places = matches!(
            value.kind(),
            ValueKind::Seq | ValueKind::String | ValueKind::Undefined
        );
        Ok(has_places || is_dictionary(value))
    }),
    ("upper", |state, value| {
        let plain = text(state, value)?;
        let plain = plain.as_str().unwrap_or_default();
        Ok(plain.contains(char::is_uppercase) && !plain.contains(char::is_lowercase))
    }),
];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OURS.iter().map(|(name, _)| *name)
}

/// Gives `environment` these tests; what they are handed was measured.
pub(super) fn register(environment: &mut Environment<'static>) {
    for (name, check) in OURS {
        environment.add_test(*name, |state: &State, value: Value| check(state, &value));
    }
}

/// Macros, functions and methods; of values that are not there Python says so too.
fn is_callable(value: &Value) -> bool {
    let is_object = value.kind() == ValueKind::Plain;
    let is_called = is_object && value.downcast_object_ref::<Cycler>().is_none();
    value.is_undefined() || is_called || is_code(value)
}
