//! jinja2's filters that the engine lacks, or has with other results.
//!
//! Deliberately absent: `pprint` (for those who write programs), `random` (a recipe must give the same text again), `urlize`, `striptags` and
//! `wordwrap` (pages and terminals, not chats). `docs/chat-templates.md` lists all.

use minijinja::{
    Environment, Error, State, Value,
    value::{Rest, ValueKind, ValueOrKwargs},
};

use super::{
    arguments::bind,
    formatting, json,
    limits::{pay_for_text, refused, wrong},
    methods,
    strings::{is_space, padded, splitting},
    text::text,
};

type Filter = fn(&State, &Value, &[Value]) -> Result<Value, Error>;

pub(super) const OURS: &[(&str, Filter)] = &[
    ("center", center),
    ("e", escape),
    ("escape", escape),
    ("filesizeformat", file_size),
    ("forceescape", force_escape),
    ("float", to_float),
    ("format", format),
    ("indent", indent),
    ("int", to_int),
    ("join", join),
    ("string", |state, value, _| text(state, value)),
    ("title", title),
    ("tojson", |state, value, arguments| {
        json::dumps(state, value, arguments).map(Value::from)
    }),
    ("trim", trim),
    ("truncate", truncate),
    ("urlencode", url_encode),
    ("wordcount", word_count),
    ("xmlattr", xml_attributes),
];

/// Gives `environment` these filters; what they are handed was measured.
pub(super) fn register(environment: &mut Environment<'static>) {
    for (name, filter) in OURS {
        environment.add_filter(
            *name,
            |state: &State, value: Value, arguments: Rest<ValueOrKwargs>| {
                filter(state, &value, &arguments.into_values())
            },
        );
    }
}

fn center(state: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    let given = bind(&["width"], arguments)?;
    let width = usize::try_from(given.number_or(0, 80)?).unwrap_or(0);
    let value = text(state, value)?;
    let value = value.as_str().unwrap_or_default();
    padded::padded(state, value, "center", width, " ").map(Value::from)
}

/// A text as HTML, as markupsafe writes it; what is marked safe stays.
fn escape(state: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    if value.is_safe() {
        return Ok(value.clone());
    }
    force_escape(state, value, arguments)
}

fn force_escape(state: &State, value: &Value, _: &[Value]) -> Result<Value, Error> {
    let plain = text(state, value)?;
    let escaped = html(plain.as_str().unwrap_or_default());
    pay_for_text(state, escaped.len())?;
    Ok(Value::from_safe_string(escaped))
}

fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\'' => escaped.push_str("&#39;"),
            '"' => escaped.push_str("&#34;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

fn file_size(_: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    let given = bind(&["binary"], arguments)?;
    let bytes = match value.as_str() {
        Some(text) => text.trim().parse::<f64>().ok(),
        None => f64::try_from(value.clone()).ok(),
    };
    let bytes = bytes.ok_or_else(|| wrong("a size must be a number"))?;
    let (base, units): (f64, &[&str]) = if given.is_true(0, false) {
        (
            1024.0,
            &["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"],
        )
    } else {
        (1000.0, &["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"])
    };
    if bytes.to_bits() == 1.0_f64.to_bits() {
        return Ok("1 Byte".into());
    }
    if bytes < base {
        return Ok(format!("{} Bytes", bytes.trunc()).into());
    }
    let mut unit = base;
    let mut name = units[0];
    for next in &units[1..] {
        if bytes < unit * base {
            break;
        }
        unit *= base;
        name = next;
    }
    Ok(format!("{:.1} {name}", bytes / unit).into())
}

fn to_float(_: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    let given = bind(&["default"], arguments)?;
    let otherwise = || given.get(0).cloned().unwrap_or_else(|| 0.0.into());
    Ok(float_of(value).map_or_else(otherwise, Value::from))
}

/// What Python's `float` makes of a value.
fn float_of(value: &Value) -> Option<f64> {
    match value.kind() {
        ValueKind::Bool => Some(if value.is_true() { 1.0 } else { 0.0 }),
        ValueKind::String => value.as_str()?.trim_matches(is_space).parse().ok(),
        _ => f64::try_from(value.clone()).ok(),
    }
}

fn to_int(_: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    let given = bind(&["default", "base"], arguments)?;
    let base = u32::try_from(given.number_or(1, 10)?).ok();
    let base = base.filter(|base| (2..=36).contains(base)).unwrap_or(10);
    let digits = value
        .as_str()
        .map(|text| text.trim_matches(is_space).to_lowercase());
    let by_digits = digits.and_then(|digits| {
        let prefix = [(16, "0x"), (8, "0o"), (2, "0b")]
            .into_iter()
            .find(|(of, _)| *of == base);
        let bare = prefix.and_then(|(_, prefix)| digits.strip_prefix(prefix));
        i128::from_str_radix(&bare.unwrap_or(&digits).replace('_', ""), base).ok()
    });
    if let Some(number) = by_digits {
        return Ok(number.into());
    }
    if value.is_integer() {
        return Ok(value.clone());
    }
    // Beyond this floats hold no whole numbers that Python would show otherwise.
    let whole = float_of(value)
        .map(f64::trunc)
        .filter(|number| number.abs() < 1e30);
    Ok(match whole {
        Some(whole) => (whole as i128).into(),
        None => given.get(0).cloned().unwrap_or_else(|| 0.into()),
    })
}

/// `format % arguments`; named ones are a dictionary.
fn format(state: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    let source = text(state, value)?;
    let source = source.as_str().unwrap_or_default();
    let values = match arguments {
        [named] if named.is_kwargs() => {
            let mut pairs = Vec::new();
            for key in named.try_iter()?.checked() {
                let key = key?;
                let value = named.get_item(&key)?;
                pairs.push((key, value));
            }
            Value::from_pairs(pairs)
        }
        placed => minijinja::value::Tuple::from(placed).into(),
    };
    formatting::percent(state, source, &values).map(Value::from)
}

/// Each line but the first, and those that are empty, further to the right.
fn indent(state: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    let given = bind(&["width", "first", "blank"], arguments)?;
    let indent = match given.some(0).and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None => match usize::try_from(given.number_or(0, 4)?).unwrap_or(0) {
            width @ ..=1024 => " ".repeat(width),
            _ => return Err(refused("an indent this wide")),
        },
    };
    let value = text(state, value)?;
    let ended = format!("{}\n", value.as_str().unwrap_or_default());
    let lines = splitting::lines(&ended, false);
    let bytes = lines.len().saturating_mul(indent.len() + 1);
    pay_for_text(state, ended.len().saturating_add(bytes))?;
    let mut indented = String::new();
    for (index, line) in lines.into_iter().enumerate() {
        if index > 0 {
            indented.push('\n');
        }
        let is_moved = match index {
            0 => given.is_true(1, false),
            _ => given.is_true(2, false) || !line.is_empty(),
        };
        indented.push_str(if is_moved { &indent } else { "" });
        indented.push_str(line);
    }
    Ok(indented.into())
}

fn join(state: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    let given = bind(&["d", "attribute"], arguments)?;
    let joiner = given.text_or(0, "")?;
    let Some(attribute) = given.some(1) else {
        return methods::join(state, value, joiner, false);
    };
    let path = text(state, attribute)?;
    let mut items = Vec::new();
    for item in value.try_iter()?.checked() {
        let mut item = item?;
        for part in path.as_str().unwrap_or_default().split('.') {
            let key = part
                .parse::<i64>()
                .map_or_else(|_| Value::from(part), Value::from);
            item = item.get_item(&key)?;
        }
        items.push(item);
    }
    methods::join(state, &items.into(), joiner, false)
}

/// Each word with a large letter: words begin after white space, hyphens and opening brackets.
fn title(state: &State, value: &Value, _: &[Value]) -> Result<Value, Error> {
    let value = text(state, value)?;
    let mut begins = true;
    let mut titled = String::new();
    for character in value.as_str().unwrap_or_default().chars() {
        if begins {
            titled.extend(character.to_uppercase());
        } else {
            titled.extend(character.to_lowercase());
        }
        begins = is_space(character) || "-({[<".contains(character);
    }
    Ok(titled.into())
}

fn trim(state: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    let given = bind(&["chars"], arguments)?;
    let value = text(state, value)?;
    let value = value.as_str().unwrap_or_default();
    Ok(match given.some(0) {
        Some(_) => {
            let goes: Vec<char> = given.text(0)?.chars().collect();
            value.trim_matches(|c| goes.contains(&c)).into()
        }
        None => value.trim_matches(is_space).into(),
    })
}

fn truncate(state: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    let given = bind(&["length", "killwords", "end", "leeway"], arguments)?;
    let (length, end) = (given.number_or(0, 255)?, given.text_or(2, "...")?);
    let leeway = given.number_or(3, 5)?;
    let end_length = end.chars().count().cast_signed() as i64;
    if length < end_length || leeway < 0 {
        return Err(wrong("truncate keeps at least its end"));
    }
    let value = text(state, value)?;
    let value = value.as_str().unwrap_or_default();
    if value.chars().count().cast_signed() as i64 <= length.saturating_add(leeway) {
        return Ok(value.into());
    }
    let kept: String = value.chars().take((length - end_length) as usize).collect();
    let kept = match kept.rsplit_once(' ') {
        Some((words, _)) if !given.is_true(1, false) => words,
        _ => &kept,
    };
    Ok(format!("{kept}{end}").into())
}

/// A text, or pairs of a query, with bytes outside of what addresses hold as `%XX`.
fn url_encode(state: &State, value: &Value, _: &[Value]) -> Result<Value, Error> {
    if !matches!(
        value.kind(),
        ValueKind::Map | ValueKind::Seq | ValueKind::Iterable
    ) {
        let plain = text(state, value)?;
        return Ok(quoted(plain.as_str().unwrap_or_default(), "/").into());
    }
    let mut parts = Vec::new();
    for item in value.try_iter()?.checked() {
        let item = item?;
        let (key, value) = if value.kind() == ValueKind::Map {
            (item.clone(), value.get_item(&item)?)
        } else {
            (item.get_item(&0.into())?, item.get_item(&1.into())?)
        };
        let part = |value: &Value| -> Result<String, Error> {
            let plain = text(state, value)?;
            Ok(quoted(plain.as_str().unwrap_or_default(), "").replace("%20", "+"))
        };
        parts.push(format!("{}={}", part(&key)?, part(&value)?));
    }
    Ok(parts.join("&").into())
}

fn quoted(text: &str, safe: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        let character = char::from(byte);
        // Writing to a String cannot fail.
        let _ = if byte.is_ascii_alphanumeric()
            || "_.-~".contains(character)
            || safe.contains(character)
        {
            out.write_char(character)
        } else {
            write!(out, "%{byte:02X}")
        };
        out
    })
}

/// Runs of letters, digits and underscores.
fn word_count(state: &State, value: &Value, _: &[Value]) -> Result<Value, Error> {
    let value = text(state, value)?;
    let value = value.as_str().unwrap_or_default();
    let between = |c: char| !(c.is_alphanumeric() || c == '_');
    Ok(value
        .split(between)
        .filter(|word| !word.is_empty())
        .count()
        .into())
}

fn xml_attributes(state: &State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    let given = bind(&["autospace"], arguments)?;
    if value.kind() != ValueKind::Map {
        return Err(wrong("attributes come from a dictionary"));
    }
    let mut attributes = Vec::new();
    for key in value.try_iter()?.checked() {
        let key = key?;
        let content = value.get_item(&key)?;
        if content.is_none() || content.is_undefined() {
            continue;
        }
        let name = text(state, &key)?;
        let name = name.as_str().unwrap_or_default();
        if name.contains(|c: char| is_space(c) || "/>=".contains(c)) {
            return Err(wrong("this cannot be the name of an attribute"));
        }
        let content = escape(state, &content, &[])?;
        attributes.push(format!("{}=\"{content}\"", html(name)));
    }
    let mut written = attributes.join(" ");
    if given.is_true(0, true) && !written.is_empty() {
        written.insert(0, ' ');
    }
    pay_for_text(state, written.len())?;
    Ok(written.into())
}
