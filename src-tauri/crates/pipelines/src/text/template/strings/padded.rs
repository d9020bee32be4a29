//! Filling a text up to a width, in characters.

use minijinja::{Error, State, Value};

use crate::text::template::{
    arguments::bind,
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
    let text = match name {
        "center" | "ljust" | "rjust" => {
            let given = bind(&["width", "fillchar"], arguments)?;
            let width = usize::try_from(given.number_or(0, 0)?).unwrap_or(0);
            let fill = given.text_or(1, " ")?;
            if fill.chars().count() != 1 {
                return Err(wrong("the fill must be one character"));
            }
            padded(state, this, name, width, fill)?
        }
        "zfill" => {
            let given = bind(&["width"], arguments)?;
            given.needed(0)?;
            let width = usize::try_from(given.number_or(0, 0)?).unwrap_or(0);
            let sign = usize::from(this.starts_with(['+', '-']));
            let (sign, digits) = this.split_at(sign);
            let width = width.saturating_sub(sign.len());
            format!("{sign}{}", padded(state, digits, "rjust", width, "0")?)
        }
        "expandtabs" => {
            let given = bind(&["tabsize"], arguments)?;
            let size = usize::try_from(given.number_or(0, 8)?).unwrap_or(0);
            expanded(state, this, size)?
        }
        _ => return Ok(None),
    };
    Ok(Some(text.into()))
}

/// A text in the middle or at one side of a width.
///
/// # Errors
/// What is too large.
pub(in crate::text::template) fn padded(
    state: &State,
    this: &str,
    name: &str,
    width: usize,
    fill: &str,
) -> Result<String, Error> {
    let missing = width.saturating_sub(this.chars().count());
    pay_for_text(
        state,
        this.len()
            .saturating_add(missing.saturating_mul(fill.len())),
    )?;
    let left = match name {
        "ljust" => 0,
        "rjust" => missing,
        // Python puts the odd one to the left where the width is odd.
        _ => missing / 2 + (missing & width & 1),
    };
    Ok(format!(
        "{}{this}{}",
        fill.repeat(left),
        fill.repeat(missing - left)
    ))
}

fn expanded(state: &State, this: &str, size: usize) -> Result<String, Error> {
    let tabs = this.matches('\t').count();
    pay_for_text(state, this.len().saturating_add(tabs.saturating_mul(size)))?;
    let (mut expanded, mut column) = (String::with_capacity(this.len()), 0);
    for character in this.chars() {
        match character {
            '\t' if size > 0 => {
                let spaces = size - column % size;
                expanded.push_str(&" ".repeat(spaces));
                column += spaces;
            }
            '\t' => {}
            '\n' | '\r' => {
                expanded.push(character);
                column = 0;
            }
            _ => {
                expanded.push(character);
                column += 1;
            }
        }
    }
    Ok(expanded)
}
