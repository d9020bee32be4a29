//! Taking a text apart, and stripping its ends.

use minijinja::{Error, State, Value, value::Tuple};

use super::is_space;
use crate::text::template::{
    arguments::{Bound, bind},
    limits::wrong,
};

/// # Errors
/// As Python's.
pub(in crate::text::template) fn call(
    state: &State,
    this: &str,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Error> {
    let parts = match name {
        "strip" | "lstrip" | "rstrip" => {
            let given = bind(&["chars"], arguments)?;
            return Ok(Some(stripped(this, name, &given)?.into()));
        }
        "partition" | "rpartition" => {
            let given = bind(&["sep"], arguments)?;
            return partition(this, name == "rpartition", given.text(0)?).map(Some);
        }
        "split" | "rsplit" => {
            let given = bind(&["sep", "maxsplit"], arguments)?;
            let most = usize::try_from(given.number_or(1, -1)?).unwrap_or(usize::MAX);
            let from_end = name == "rsplit";
            match given.some(0) {
                None => at_spaces(this, most, from_end),
                Some(_) => at_separator(this, given.text(0)?, most, from_end)?,
            }
        }
        "splitlines" => lines(this, bind(&["keepends"], arguments)?.is_true(0, false)),
        _ => return Ok(None),
    };
    state.consume_fuel(parts.len() as u64)?;
    let parts: Vec<Value> = parts.into_iter().map(Value::from).collect();
    Ok(Some(parts.into()))
}

fn stripped<'t>(this: &'t str, name: &str, given: &Bound) -> Result<&'t str, Error> {
    let characters: Option<Vec<char>> = match given.some(0) {
        Some(_) => Some(given.text(0)?.chars().collect()),
        None => None,
    };
    let goes = |c: char| {
        characters
            .as_ref()
            .map_or_else(|| is_space(c), |set| set.contains(&c))
    };
    Ok(match name {
        "lstrip" => this.trim_start_matches(goes),
        "rstrip" => this.trim_end_matches(goes),
        _ => this.trim_matches(goes),
    })
}

fn partition(this: &str, from_end: bool, separator: &str) -> Result<Value, Error> {
    if separator.is_empty() {
        return Err(wrong("empty separator"));
    }
    let found = if from_end {
        this.rsplit_once(separator)
    } else {
        this.split_once(separator)
    };
    let parts = match found {
        Some((before, after)) => [before, separator, after],
        None if from_end => ["", "", this],
        None => [this, "", ""],
    };
    Ok(Tuple::from(parts.map(Value::from)).into())
}

fn at_separator<'t>(
    this: &'t str,
    separator: &str,
    most: usize,
    from_end: bool,
) -> Result<Vec<&'t str>, Error> {
    if separator.is_empty() {
        return Err(wrong("empty separator"));
    }
    let pieces = most.saturating_add(1);
    Ok(if from_end {
        let mut parts: Vec<_> = this.rsplitn(pieces, separator).collect();
        parts.reverse();
        parts
    } else {
        this.splitn(pieces, separator).collect()
    })
}

/// At runs of white space, which leave nothing empty; the last piece keeps its own.
fn at_spaces(this: &str, most: usize, from_end: bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = this;
    loop {
        rest = if from_end {
            rest.trim_end_matches(is_space)
        } else {
            rest.trim_start_matches(is_space)
        };
        if rest.is_empty() {
            break;
        }
        let cut = if parts.len() >= most {
            None
        } else if from_end {
            rest.rfind(is_space).map(|at| {
                let space = rest[at..].chars().next().map_or(1, char::len_utf8);
                (&rest[at + space..], &rest[..at])
            })
        } else {
            rest.find(is_space).map(|at| rest.split_at(at))
        };
        let Some((part, remains)) = cut else {
            // What is left keeps the white space within, but not that at the end where it is cut from.
            parts.push(rest);
            break;
        };
        parts.push(part);
        rest = remains;
    }
    if from_end {
        parts.reverse();
    }
    parts
}

/// Between all that Python takes for the end of a line.
pub(in crate::text::template) fn lines(this: &str, keep_ends: bool) -> Vec<&str> {
    let ends = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'
                ..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut lines = Vec::new();
    let mut rest = this;
    while let Some(at) = rest.find(ends) {
        let after = &rest[at..];
        let end = if after.starts_with("\r\n") {
            2
        } else {
            after.chars().next().map_or(1, char::len_utf8)
        };
        lines.push(&rest[..if keep_ends { at + end } else { at }]);
        rest = &after[end..];
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}
