//! Values as Python writes them: `str()` and `repr()`.

use std::fmt::Write as _;

use minijinja::{Error, State, Value, value::ValueKind};

use super::{
    limits::{Bounded, measure_all, refused},
    objects::{is_code, is_namespace},
    views::DictView,
};

/// A value as Python's `str` gives it. Texts are handed back as they are.
///
/// # Errors
/// What is too large, and what Python writes with its address in memory.
pub(super) fn text(state: &State, value: &Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::String => Ok(value.clone()),
        ValueKind::Undefined => Ok("".into()),
        _ => repr(state, value).map(Value::from),
    }
}

/// A value as Python's `repr` gives it.
///
/// # Errors
/// As [`text`].
pub(super) fn repr(state: &State, value: &Value) -> Result<String, Error> {
    measure_all(state, std::slice::from_ref(value))?;
    let mut out = Bounded::default();
    write(&mut out, value)?;
    out.paid(state)
}

/// Depth is known to be small: the value was measured.
fn write(out: &mut Bounded, value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::Undefined => out.push("Undefined"),
        ValueKind::None | ValueKind::Bool => out.push(&value.to_string()),
        ValueKind::Number => out.push(&number(value)),
        ValueKind::String => string(out, value),
        ValueKind::Map => map(out, value),
        _ => sequence(out, value),
    }
}

/// A number as both `str` and `repr` write it.
pub(super) fn number(value: &Value) -> String {
    match f64::try_from(value.clone()) {
        Ok(number) if !value.is_integer() => float(number),
        _ => value.to_string(),
    }
}

/// The shortest digits that give the same number, as Python has them.
pub(super) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    // Both change to exponents at the same sizes, and write them differently.
    let digits = format!("{number:?}");
    let Some((mantissa, exponent)) = digits.split_once('e') else {
        return digits;
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    format!("{mantissa}e{exponent:+03}")
}

fn string(out: &mut Bounded, value: &Value) -> Result<(), Error> {
    let text = value.as_str().unwrap_or_default();
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(quote);
    for character in text.chars() {
        escape(&mut quoted, character, quote);
    }
    quoted.push(quote);
    if value.is_safe() {
        quoted = format!("Markup({quoted})");
    }
    out.push(&quoted)
}

fn escape(out: &mut String, character: char, quote: char) {
    let code = u32::from(character);
    // Writing to a String cannot fail.
    let _ = match character {
        '\\' => out.write_str("\\\\"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        _ if character == quote => write!(out, "\\{character}"),
        _ if is_printable(character) => out.write_char(character),
        _ if code <= 0xff => write!(out, "\\x{code:02x}"),
        _ if code <= 0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Python's rule, which is also that of Rust's `Debug` but for marks that begin a text.
pub(super) fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    let after_a_letter: String = ['a', character].iter().collect();
    after_a_letter.escape_debug().count() == 2
}

fn map(out: &mut Bounded, value: &Value) -> Result<(), Error> {
    if is_code(value) {
        return Err(refused("a macro or a loop as text"));
    }
    let is_namespace = is_namespace(value);
    if is_namespace {
        out.push("<Namespace ")?;
    }
    out.push("{")?;
    for (index, key) in value.try_iter()?.checked().enumerate() {
        let key = key?;
        if index > 0 {
            out.push(", ")?;
        }
        write(out, &key)?;
        out.push(": ")?;
        write(out, &value.get_item(&key)?)?;
    }
    out.push("}")?;
    if is_namespace {
        out.push(">")?;
    }
    Ok(())
}

fn sequence(out: &mut Bounded, value: &Value) -> Result<(), Error> {
    let view = value.downcast_object_ref::<DictView>();
    let (open, close) = match view {
        _ if value.is_tuple() => ("(".to_owned(), ")"),
        Some(view) => (format!("{}([", view.name()), "])"),
        None if value.kind() == ValueKind::Seq => ("[".to_owned(), "]"),
        // Python shows what it is and where, not what is in it.
        None => {
            return Err(refused(&format!(
                "a value of the type {} as text",
                value.kind()
            )));
        }
    };
    out.push(&open)?;
    let mut count = 0;
    for item in value.try_iter()?.checked() {
        if count > 0 {
            out.push(", ")?;
        }
        write(out, &item?)?;
        count += 1;
    }
    if value.is_tuple() && count == 1 {
        out.push(",")?;
    }
    out.push(close)
}
