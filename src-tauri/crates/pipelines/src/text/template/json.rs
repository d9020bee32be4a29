//! `tojson` as transformers sets it: Python's `json.dumps` with its arguments.

use std::fmt::Write as _;

use minijinja::{Error, State, Value, value::ValueKind};

use super::{
    arguments::bind,
    limits::{Bounded, refused, wrong},
    text::{float, number},
};

/// `json.dumps(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False)`.
///
/// # Errors
/// What JSON has no form for, and texts too large.
pub(super) fn dumps(state: &State, value: &Value, arguments: &[Value]) -> Result<String, Error> {
    let names = ["ensure_ascii", "indent", "separators", "sort_keys"];
    let given = bind(&names, arguments)?;
    let indent = given.some(1).map(indent).transpose()?;
    let (between, after_key) = match given.some(2) {
        Some(pair) => separators(pair)?,
        None if indent.is_some() => (",".to_owned(), ": ".to_owned()),
        None => (", ".to_owned(), ": ".to_owned()),
    };
    let mut writer = Writer {
        out: Bounded::default(),
        ascii: given.is_true(0, false),
        sorted: given.is_true(3, false),
        indent,
        between,
        after_key,
    };
    writer.value(value, 0)?;
    writer.out.paid(state)
}

/// A number of spaces, or a text.
fn indent(value: &Value) -> Result<String, Error> {
    if let Some(text) = value.as_str() {
        return Ok(text.to_owned());
    }
    match value.as_i64() {
        Some(spaces @ ..=1024) => Ok(" ".repeat(usize::try_from(spaces).unwrap_or(0))),
        Some(_) => Err(refused("an indent this wide")),
        None => Err(wrong("indent must be a number or a text")),
    }
}

fn separators(pair: &Value) -> Result<(String, String), Error> {
    let parts: Vec<Value> = pair.try_iter()?.take(3).collect();
    match parts.as_slice() {
        [between, after_key] => match (between.as_str(), after_key.as_str()) {
            (Some(between), Some(after_key)) => Ok((between.to_owned(), after_key.to_owned())),
            _ => Err(wrong("separators must be texts")),
        },
        _ => Err(wrong("separators must be two")),
    }
}

struct Writer {
    out: Bounded,
    ascii: bool,
    sorted: bool,
    indent: Option<String>,
    between: String,
    after_key: String,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        match value.kind() {
            ValueKind::None => self.out.push("null"),
            ValueKind::Bool => self
                .out
                .push(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => self.out.push(&json_number(value)),
            ValueKind::String => self.string(value.as_str().unwrap_or_default()),
            ValueKind::Seq => self.list(value, depth),
            ValueKind::Map => self.map(value, depth),
            kind => Err(wrong(format!("JSON has no form for the type {kind}"))),
        }
    }

    fn list(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        let items: Vec<Value> = value.try_iter()?.checked().collect::<Result<_, _>>()?;
        if items.is_empty() {
            return self.out.push("[]");
        }
        self.out.push("[")?;
        for (index, item) in items.iter().enumerate() {
            self.begin(index, depth + 1)?;
            self.value(item, depth + 1)?;
        }
        self.line(depth)?;
        self.out.push("]")
    }

    fn map(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        let mut keys: Vec<Value> = value.try_iter()?.checked().collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return self.out.push("{}");
        }
        if self.sorted {
            keys.sort();
        }
        self.out.push("{")?;
        for (index, key) in keys.iter().enumerate() {
            self.begin(index, depth + 1)?;
            match key.kind() {
                ValueKind::String => self.string(key.as_str().unwrap_or_default())?,
                ValueKind::None | ValueKind::Bool | ValueKind::Number => {
                    self.out.push("\"")?;
                    self.value(key, depth)?;
                    self.out.push("\"")?;
                }
                kind => return Err(wrong(format!("JSON has no keys of the type {kind}"))),
            }
            let after_key = self.after_key.clone();
            self.out.push(&after_key)?;
            self.value(&value.get_item(key)?, depth + 1)?;
        }
        self.line(depth)?;
        self.out.push("}")
    }

    /// What stands before an item.
    fn begin(&mut self, index: usize, depth: usize) -> Result<(), Error> {
        if index > 0 {
            let between = self.between.clone();
            self.out.push(&between)?;
        }
        self.line(depth)
    }

    fn line(&mut self, depth: usize) -> Result<(), Error> {
        let Some(indent) = &self.indent else {
            return Ok(());
        };
        self.out.push("\n")?;
        self.out.push_times(indent, depth)
    }

    fn string(&mut self, text: &str) -> Result<(), Error> {
        let mut quoted = String::with_capacity(text.len() + 2);
        quoted.push('"');
        for character in text.chars() {
            escape(&mut quoted, character, self.ascii);
        }
        quoted.push('"');
        self.out.push(&quoted)
    }
}

fn json_number(value: &Value) -> String {
    match f64::try_from(value.clone()) {
        Ok(not_finite) if !value.is_integer() && !not_finite.is_finite() => {
            let text = float(not_finite);
            text.replace("inf", "Infinity").replace("nan", "NaN")
        }
        _ => number(value),
    }
}

fn escape(out: &mut String, character: char, ascii: bool) {
    // Writing to a String cannot fail.
    let _ = match character {
        '"' => out.write_str("\\\""),
        '\\' => out.write_str("\\\\"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\u{8}' => out.write_str("\\b"),
        '\u{c}' => out.write_str("\\f"),
        '\0'..='\u{1f}' => write!(out, "\\u{:04x}", u32::from(character)),
        ' '..='~' => out.write_char(character),
        _ if !ascii => out.write_char(character),
        _ => {
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units);
            units
                .iter()
                .try_for_each(|unit| write!(out, "\\u{unit:04x}"))
        }
    };
}
