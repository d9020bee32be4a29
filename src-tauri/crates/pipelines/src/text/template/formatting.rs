//! Python's two ways to format: `"%s" % value` and `"{}".format(value)`.
//!
//! The formats are taken apart here, where widths are limited and each piece is paid for; one value
//! with one specification is the engine's to write.

use minijinja::{
    Error, State, Value,
    formatting::{FormatStyle, format},
    value::{Kwargs, ValueKind, from_args},
};

use super::{
    limits::{Bounded, pay_for_text, refused, wrong},
    text::{repr, text},
};

/// Wider than any line; a width is paid for before it is written.
const MAX_WIDTH: i64 = 10_000;

/// The characters of a format that are still to be read.
type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// `format % value`: a tuple fills the places in turn, a dictionary by name.
///
/// # Errors
/// As Python's, and what is too large.
pub(super) fn percent(state: &State, source: &str, value: &Value) -> Result<String, Error> {
    let values: Vec<Value> = if value.is_tuple() {
        value.try_iter()?.collect()
    } else {
        vec![value.clone()]
    };
    let mut percent = Percent {
        state,
        mapping: (value.kind() == ValueKind::Map).then_some(value),
        values: values.into_iter(),
        used_name: false,
    };
    let (mut out, mut rest) = (Bounded::default(), source.chars().peekable());
    while let Some(character) = rest.next() {
        if character == '%' {
            out.push(&percent.field(&mut rest)?)?;
        } else {
            out.push(character.encode_utf8(&mut [0; 4]))?;
        }
    }
    let is_left = percent.mapping.is_none() && percent.values.next().is_some();
    if is_left && !percent.used_name {
        return Err(wrong("not all values were used by the format"));
    }
    out.paid(state)
}

/// What fills the places of a format.
struct Percent<'a> {
    state: &'a State<'a, 'a>,
    mapping: Option<&'a Value>,
    values: std::vec::IntoIter<Value>,
    used_name: bool,
}

impl Percent<'_> {
    fn field(&mut self, rest: &mut Rest<'_>) -> Result<String, Error> {
        self.state.consume_fuel(1)?;
        let named = self.named(rest)?;
        let mut flags = String::new();
        while let Some(flag) = rest.next_if(|c| matches!(c, '#' | '0' | '-' | ' ' | '+')) {
            if !flags.contains(flag) {
                flags.push(flag);
            }
        }
        let mut width = self.width(rest)?;
        if width.is_some_and(|width| width < 0) {
            flags.push('-');
            width = width.map(i64::abs);
        }
        let precision = match rest.next_if_eq(&'.') {
            Some(_) => Some(self.width(rest)?.unwrap_or(0).max(0)),
            None => None,
        };
        while rest.next_if(|c| matches!(c, 'h' | 'l' | 'L')).is_some() {}
        let kind = rest
            .next()
            .ok_or_else(|| wrong("the format is incomplete"))?;
        if kind == '%' {
            return Ok("%".to_owned());
        }
        let value = match named {
            Some(value) => value,
            None => self.value()?,
        };
        let (kind, value) = typed(self.state, kind, &value)?;
        let number = |number: Option<i64>| number.map_or_else(String::new, |n| n.to_string());
        let precision = precision.map_or_else(String::new, |digits| format!(".{digits}"));
        let specification = format!("%{flags}{}{precision}{kind}", number(width));
        written(self.state, FormatStyle::Printf, &specification, value)
    }

    /// The value of `%(name)s`.
    fn named(&mut self, rest: &mut Rest<'_>) -> Result<Option<Value>, Error> {
        if rest.next_if_eq(&'(').is_none() {
            return Ok(None);
        }
        let mut name = String::new();
        let mut depth = 1;
        for character in rest.by_ref() {
            depth += match character {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            if depth == 0 {
                self.used_name = true;
                let mapping = self
                    .mapping
                    .ok_or_else(|| wrong("the format needs a mapping"))?;
                return match mapping.get_item(&name.as_str().into())? {
                    value if value.is_undefined() => Err(wrong(format!("no value named {name:?}"))),
                    value => Ok(Some(value)),
                };
            }
            name.push(character);
        }
        Err(wrong("the format is incomplete"))
    }

    fn value(&mut self) -> Result<Value, Error> {
        self.values
            .next()
            .ok_or_else(|| wrong("not enough values for the format"))
    }

    /// Digits, or a star for the next value.
    fn width(&mut self, rest: &mut Rest<'_>) -> Result<Option<i64>, Error> {
        let width = if rest.next_if_eq(&'*').is_some() {
            let value = self.value()?.as_i64();
            Some(value.ok_or_else(|| wrong("* wants a number"))?)
        } else {
            digits(rest)?
        };
        match width {
            Some(width) if width.unsigned_abs() > MAX_WIDTH.unsigned_abs() => {
                Err(refused("a width this large"))
            }
            width => Ok(width),
        }
    }
}

fn digits(rest: &mut Rest<'_>) -> Result<Option<i64>, Error> {
    let mut digits = String::new();
    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    if digits.is_empty() {
        return Ok(None);
    }
    let number = digits.parse().ok().filter(|number| *number <= MAX_WIDTH);
    number
        .map(Some)
        .ok_or_else(|| refused("a width this large"))
}

/// The engine's name of a conversion, and the value as that conversion takes it.
fn typed(state: &State, kind: char, value: &Value) -> Result<(char, Value), Error> {
    let value = &match value.kind() {
        ValueKind::Bool if !matches!(kind, 's' | 'r' | 'a') => i64::from(value.is_true()).into(),
        _ => value.clone(),
    };
    let is_number = value.kind() == ValueKind::Number;
    Ok(match kind {
        's' => ('s', text(state, value)?),
        'r' => ('s', repr(state, value)?.into()),
        'a' => ('s', ascii(&repr(state, value)?).into()),
        'd' | 'i' | 'u' if is_number => ('d', whole(value)?),
        'o' | 'x' | 'X' if is_number => (kind, value.clone()),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' if is_number => {
            (kind, f64::try_from(value.clone()).map(Value::from)?)
        }
        'c' => ('c', value.clone()),
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            return Err(wrong(format!("%{kind} wants a number")));
        }
        _ => return Err(wrong(format!("there is no conversion %{kind}"))),
    })
}

/// A number without its fraction, as `%d` writes it.
fn whole(value: &Value) -> Result<Value, Error> {
    if value.is_integer() {
        return Ok(value.clone());
    }
    let number = f64::try_from(value.clone())?.trunc();
    if number.is_finite() && number.abs() < 1e30 {
        return Ok((number as i128).into());
    }
    Err(wrong("%d wants a whole number"))
}

/// `repr` with what is not ASCII escaped.
fn ascii(text: &str) -> String {
    use std::fmt::Write as _;
    text.chars().fold(String::new(), |mut out, character| {
        let code = u32::from(character);
        // Writing to a String cannot fail.
        let _ = match code {
            ..0x7f => out.write_char(character),
            0x7f..=0xff => write!(out, "\\x{code:02x}"),
            0x100..=0xffff => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
        out
    })
}

/// One value by one specification, whose widths are known to be small.
fn written(
    state: &State,
    style: FormatStyle,
    specification: &str,
    value: Value,
) -> Result<String, Error> {
    let bytes = value.as_str().map_or(0, str::len);
    pay_for_text(state, bytes + MAX_WIDTH as usize / 64)?;
    format(style, specification, &[value])
}

/// `format.format(*arguments)`.
///
/// # Errors
/// As Python's, and what is too large.
pub(super) fn braces(state: &State, source: &str, arguments: &[Value]) -> Result<String, Error> {
    let (placed, named): (&[Value], Kwargs) = from_args(arguments)?;
    let mut braces = Braces {
        state,
        placed,
        named,
        next: 0,
    };
    let (mut out, mut rest) = (Bounded::default(), source.chars().peekable());
    while let Some(character) = rest.next() {
        match character {
            '{' | '}' if rest.next_if_eq(&character).is_some() => {
                out.push(character.encode_utf8(&mut [0; 4]))?;
            }
            '{' => out.push(&braces.field(&mut rest)?)?,
            '}' => return Err(wrong("a single } in the format")),
            _ => out.push(character.encode_utf8(&mut [0; 4]))?,
        }
    }
    out.paid(state)
}

struct Braces<'a> {
    state: &'a State<'a, 'a>,
    placed: &'a [Value],
    named: Kwargs,
    next: usize,
}

impl Braces<'_> {
    /// `name!conversion:specification}`; the brace before it is read.
    fn field(&mut self, rest: &mut Rest<'_>) -> Result<String, Error> {
        self.state.consume_fuel(1)?;
        let (mut name, mut conversion) = (String::new(), None);
        let specification = loop {
            match rest
                .next()
                .ok_or_else(|| wrong("the format is incomplete"))?
            {
                '}' => break String::new(),
                ':' => break self.specification(rest)?,
                '!' => conversion = rest.next(),
                '{' => return Err(wrong("a brace in a name of the format")),
                character => name.push(character),
            }
        };
        let value = self.value(&name)?;
        let value = match conversion {
            None => value,
            Some('s') => text(self.state, &value)?,
            Some('r') => repr(self.state, &value)?.into(),
            Some('a') => ascii(&repr(self.state, &value)?).into(),
            Some(_) => return Err(wrong("there is no such conversion")),
        };
        let is_number = matches!(value.kind(), ValueKind::Number | ValueKind::Bool);
        let value = match value {
            value if is_number && !specification.is_empty() => value,
            value => text(self.state, &value)?,
        };
        if let Some(shares) = specification.strip_suffix('%') {
            return self.percentage(shares, &value);
        }
        let field = format!("{{:{specification}}}");
        written(self.state, FormatStyle::StrFormat, &field, value)
    }

    /// `{:.1%}`, which the engine does not know. Widths are not known here.
    fn percentage(&self, specification: &str, value: &Value) -> Result<String, Error> {
        if specification.starts_with(|c: char| c != '.') {
            return Err(refused("a width of percentages"));
        }
        let share = f64::try_from(value.clone())? * 100.0;
        let field = format!("{{:{specification}f}}");
        let digits = written(self.state, FormatStyle::StrFormat, &field, share.into())?;
        Ok(format!("{digits}%"))
    }

    /// Up to the brace that closes the field; a field within it gives a part of it.
    fn specification(&mut self, rest: &mut Rest<'_>) -> Result<String, Error> {
        let mut specification = String::new();
        loop {
            match rest
                .next()
                .ok_or_else(|| wrong("the format is incomplete"))?
            {
                '}' => break,
                '{' => {
                    let mut name = String::new();
                    while let Some(character) = rest.next_if(|c| *c != '}') {
                        name.push(character);
                    }
                    rest.next();
                    let value = self.value(&name)?;
                    specification.push_str(text(self.state, &value)?.as_str().unwrap_or_default());
                }
                character => specification.push(character),
            }
            if specification.len() > 64 {
                return Err(refused("a format this long"));
            }
        }
        let mut characters = specification.chars().peekable();
        while characters.peek().is_some() {
            if digits(&mut characters)?.is_none() {
                characters.next();
            }
        }
        Ok(specification)
    }

    /// The value that `name.attribute[key]` stands for.
    fn value(&mut self, path: &str) -> Result<Value, Error> {
        let end = path.find(['.', '[']).unwrap_or(path.len());
        let (name, mut rest) = path.split_at(end);
        let first = if name.is_empty() {
            self.next += 1;
            self.placed.get(self.next - 1).cloned()
        } else if let Ok(place) = name.parse::<usize>() {
            self.placed.get(place).cloned()
        } else {
            self.named.get::<Option<Value>>(name)?
        };
        let mut value = first.ok_or_else(|| wrong(format!("no value for {{{path}}}")))?;
        while !rest.is_empty() {
            let key;
            (key, rest) = if let Some(after) = rest.strip_prefix('.') {
                after.split_at(after.find(['.', '[']).unwrap_or(after.len()))
            } else {
                let inside = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
                inside.ok_or_else(|| wrong("a bracket in the format is not closed"))?
            };
            let key = key
                .parse::<i64>()
                .map_or_else(|_| Value::from(key), Value::from);
            value = match value.get_item(&key)? {
                found if found.is_undefined() => {
                    return Err(wrong(format!("no value for {{{path}}}")));
                }
                found => found,
            };
        }
        Ok(value)
    }
}
