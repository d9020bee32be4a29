//! The methods that Python's texts, lists, tuples and dictionaries have.
//!
//! Deliberately absent: those that change a list or a dictionary, as in the sandbox that
//! transformers runs templates in, and `encode`, `maketrans` and `translate`, which need types that
//! templates have no other use for. `docs/chat-templates.md` lists them all.

use minijinja::{
    Error, ErrorKind, State, Value,
    value::{Tuple, ValueKind},
};

use super::{
    arguments::bind,
    formatting,
    limits::{measure_all, refused, wrong},
    strings::{self, padded, predicates, search, splitting},
    text::text,
    views::DictView,
};

/// Calls a method of a value.
///
/// # Errors
/// `UnknownMethod` where there is none of that name; as Python's; what is too large.
pub(super) fn call(
    state: &State<'_, '_>,
    value: &Value,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Error> {
    measure_all(state, std::slice::from_ref(value))?;
    measure_all(state, arguments)?;
    let found = match value.kind() {
        ValueKind::String => of_text(state, value.as_str().unwrap_or_default(), name, arguments)?,
        ValueKind::Map => of_dictionary(value, name, arguments)?,
        ValueKind::Seq => of_list(value, name, arguments)?,
        _ => None,
    };
    found.ok_or_else(|| ErrorKind::UnknownMethod.into())
}

fn of_text(
    state: &State,
    this: &str,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Error> {
    if name == "join" {
        let given = bind(&["iterable"], arguments)?;
        return join(state, given.needed(0)?, this, true).map(Some);
    }
    if name == "format" {
        return formatting::braces(state, this, arguments).map(|text| Some(text.into()));
    }
    if name == "format_map" {
        let given = bind(&["mapping"], arguments)?;
        let named = given.needed(0)?;
        let mut pairs = Vec::new();
        for key in named.try_iter()?.checked() {
            let key = key?;
            let value = named.get_item(&key)?;
            pairs.push((key.as_str().unwrap_or_default().to_owned(), value));
        }
        let named: minijinja::value::Kwargs = pairs.into_iter().collect();
        return formatting::braces(state, this, &[named.into()]).map(|text| Some(text.into()));
    }
    for group in [
        strings::cases as strings::Group,
        predicates::call,
        search::call,
        splitting::call,
        padded::call,
    ] {
        if let Some(value) = group(state, this, name, arguments)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// Joins while paying in fuel for each item: the engine's own pays for the result once it is
/// there, which for a long joiner is too late. Python's method wants texts, jinja's filter makes
/// them.
pub(super) fn join(
    state: &State,
    list: &Value,
    joiner: &str,
    texts_only: bool,
) -> Result<Value, Error> {
    let mut joined = String::new();
    for (index, item) in list.try_iter()?.checked().enumerate() {
        let item = item?;
        if texts_only && item.kind() != ValueKind::String {
            return Err(wrong(format!("join wants texts, not {}", item.kind())));
        }
        let item = text(state, &item)?;
        let item = item.as_str().unwrap_or_default();
        state.consume_fuel(1 + (item.len() + joiner.len()) as u64 / 64)?;
        if index > 0 {
            joined.push_str(joiner);
        }
        joined.push_str(item);
    }
    Ok(joined.into())
}

fn of_dictionary(this: &Value, name: &str, arguments: &[Value]) -> Result<Option<Value>, Error> {
    let keys = || -> Result<Vec<Value>, Error> { this.try_iter()?.checked().collect() };
    let pairs = || -> Result<Vec<(Value, Value)>, Error> {
        let pair = |key: Value| Ok((key.clone(), this.get_item(&key)?));
        keys()?.into_iter().map(pair).collect()
    };
    let nothing = || bind(&[], arguments).map(drop);
    Ok(Some(match name {
        "keys" => {
            nothing()?;
            DictView::value("dict_keys", keys()?)
        }
        "values" => {
            nothing()?;
            let values = pairs()?.into_iter().map(|(_, value)| value);
            DictView::value("dict_values", values.collect())
        }
        "items" => {
            nothing()?;
            let items = pairs()?.into_iter();
            let items = items.map(|(key, value)| Value::from(Tuple::from([key, value])));
            DictView::value("dict_items", items.collect())
        }
        "get" => {
            let given = bind(&["key", "default"], arguments)?;
            let key = given.needed(0)?;
            let otherwise = || given.get(1).cloned().unwrap_or(Value::from(()));
            match this.get_item(key)? {
                value if value.is_undefined() => otherwise(),
                value => value,
            }
        }
        "copy" => {
            nothing()?;
            Value::from_pairs(pairs()?)
        }
        "fromkeys" => {
            let given = bind(&["iterable", "value"], arguments)?;
            let value = given.get(1).cloned().unwrap_or(Value::from(()));
            let keys: Vec<Value> = given
                .needed(0)?
                .try_iter()?
                .checked()
                .collect::<Result<_, _>>()?;
            Value::from_pairs(keys.into_iter().map(|key| (key, value.clone())))
        }
        "clear" | "pop" | "popitem" | "setdefault" | "update" => {
            return Err(refused("changing a dictionary"));
        }
        _ => return Ok(None),
    }))
}

fn of_list(this: &Value, name: &str, arguments: &[Value]) -> Result<Option<Value>, Error> {
    let items = || -> Result<Vec<Value>, Error> { this.try_iter()?.checked().collect() };
    Ok(Some(match name {
        "count" => {
            let given = bind(&["value"], arguments)?;
            let wanted = given.needed(0)?;
            items()?
                .iter()
                .filter(|item| *item == wanted)
                .count()
                .into()
        }
        "index" => {
            let given = bind(&["value", "start", "stop"], arguments)?;
            let (wanted, items) = (given.needed(0)?, items()?);
            let place = |number: i64| {
                let length = items.len().cast_signed() as i64;
                let from_end = if number < 0 { length } else { 0 };
                (number + from_end).clamp(0, length) as usize
            };
            let (from, to) = (
                place(given.number_or(1, 0)?),
                place(given.number_or(2, i64::MAX / 2)?),
            );
            let found = (from..to).find(|index| items[*index] == *wanted);
            found
                .ok_or_else(|| wrong("the value is not in the list"))?
                .into()
        }
        "copy" if !this.is_tuple() => {
            bind(&[], arguments)?;
            items()?.into()
        }
        "append" | "clear" | "extend" | "insert" | "pop" | "remove" | "reverse" | "sort"
            if !this.is_tuple() =>
        {
            return Err(refused("changing a list"));
        }
        _ => return Ok(None),
    }))
}
