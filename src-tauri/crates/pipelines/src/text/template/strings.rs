//! The methods of Python's texts, by what they do.

pub(super) mod padded;
pub(super) mod predicates;
pub(super) mod search;
pub(super) mod splitting;

use minijinja::{Error, State, Value};

use super::arguments::bind;

/// Calls a method of a text; None where it is of another group.
pub(super) type Group = fn(&State, &str, &str, &[Value]) -> Result<Option<Value>, Error>;

/// What Python takes for white space.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// Those that change the case of letters.
///
/// # Errors
/// Arguments: there are none.
pub(super) fn cases(
    _: &State,
    this: &str,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Error> {
    let text = match name {
        "upper" => this.to_uppercase(),
        "lower" => this.to_lowercase(),
        // What Unicode folds beyond lower case, of the letters in use.
        "casefold" => this.to_lowercase().replace('ß', "ss").replace('ς', "σ"),
        "capitalize" => {
            let mut characters = this.chars();
            let first = characters
                .next()
                .map(|first| first.to_uppercase().to_string());
            first.unwrap_or_default() + &characters.as_str().to_lowercase()
        }
        "title" => titled(this),
        "swapcase" => this.chars().flat_map(swapped).collect(),
        _ => return Ok(None),
    };
    bind(&[], arguments)?;
    Ok(Some(text.into()))
}

fn titled(text: &str) -> String {
    let mut after_letter = false;
    let mut titled = String::with_capacity(text.len());
    for character in text.chars() {
        if after_letter {
            titled.extend(character.to_lowercase());
        } else {
            titled.extend(character.to_uppercase());
        }
        after_letter = character.is_lowercase() || character.is_uppercase();
    }
    titled
}

fn swapped(character: char) -> Vec<char> {
    if character.is_uppercase() {
        character.to_lowercase().collect()
    } else {
        character.to_uppercase().collect()
    }
}
