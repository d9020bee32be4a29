//! Finding and replacing within a text. Places are counted in characters, as in Python.

use minijinja::{Error, State, Value, value::ValueKind};

use crate::text::template::{
    arguments::{Bound, bind},
    limits::{pay_for_text, wrong},
};

/// # Errors
/// As Python's, and what is too large.
pub(in crate::text::template) fn call(
    state: &State,
    this: &str,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Error> {
    state.consume_fuel(this.len() as u64 / 1024)?;
    Ok(Some(match name {
        "find" | "index" | "rfind" | "rindex" => {
            let given = bind(&["sub", "start", "end"], arguments)?;
            let (window, skipped) = window(this, &given)?;
            let wanted = given.text(0)?;
            let found = if name.starts_with('r') {
                window.rfind(wanted)
            } else {
                window.find(wanted)
            };
            match found {
                Some(at) => (skipped + window[..at].chars().count()).into(),
                None if name.ends_with("index") => return Err(wrong("substring not found")),
                None => (-1).into(),
            }
        }
        "count" => {
            let given = bind(&["sub", "start", "end"], arguments)?;
            let (window, _) = window(this, &given)?;
            window.matches(given.text(0)?).count().into()
        }
        "startswith" | "endswith" => {
            let given = bind(&["prefix", "start", "end"], arguments)?;
            let (window, _) = window(this, &given)?;
            let holds = |part: &str| match name {
                "startswith" => window.starts_with(part),
                _ => window.ends_with(part),
            };
            any_of(given.needed(0)?, &holds)?.into()
        }
        "replace" => replaced(state, this, &bind(&["old", "new", "count"], arguments)?)?,
        "removeprefix" => {
            let given = bind(&["prefix"], arguments)?;
            this.strip_prefix(given.text(0)?).unwrap_or(this).into()
        }
        "removesuffix" => {
            let given = bind(&["suffix"], arguments)?;
            this.strip_suffix(given.text(0)?).unwrap_or(this).into()
        }
        _ => return Ok(None),
    }))
}

/// The part of a text that the second and third arguments leave, and how many characters before it.
fn window<'t>(this: &'t str, given: &Bound) -> Result<(&'t str, usize), Error> {
    if given.some(1).is_none() && given.some(2).is_none() {
        return Ok((this, 0));
    }
    let length = this.chars().count().cast_signed() as i64;
    let place = |number: i64| {
        let from_end = if number < 0 { length } else { 0 };
        number.saturating_add(from_end).clamp(0, length) as usize
    };
    let (from, to) = (
        place(given.number_or(1, 0)?),
        place(given.number_or(2, length)?),
    );
    let byte = |index: usize| {
        this.char_indices()
            .nth(index)
            .map_or(this.len(), |(at, _)| at)
    };
    Ok((this.get(byte(from)..byte(to)).unwrap_or_default(), from))
}

/// Whether it holds for a text, or for one of a tuple of them.
fn any_of(wanted: &Value, holds: &dyn Fn(&str) -> bool) -> Result<bool, Error> {
    if wanted.kind() != ValueKind::Seq {
        let part = wanted.as_str();
        return part
            .map(holds)
            .ok_or_else(|| wrong("this must be a text or a tuple of texts"));
    }
    for part in wanted.try_iter()?.checked() {
        let part = part?;
        if holds(part.as_str().ok_or_else(|| wrong("this must be a text"))?) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn replaced(state: &State, this: &str, given: &Bound) -> Result<Value, Error> {
    let (old, new) = (given.text(0)?, given.text(1)?);
    let most = usize::try_from(given.number_or(2, -1)?).unwrap_or(usize::MAX);
    let count = this.matches(old).count().min(most);
    // Known beforehand, as the new text may be much longer than the old.
    pay_for_text(
        state,
        this.len().saturating_add(count.saturating_mul(new.len())),
    )?;
    Ok(this.replacen(old, new, count).into())
}
