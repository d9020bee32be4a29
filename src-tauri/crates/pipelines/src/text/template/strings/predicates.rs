//! What a text consists of.

use minijinja::{Error, State, Value};

use super::is_space;
use crate::text::template::{arguments::bind, text::is_printable};

/// # Errors
/// Arguments: there are none.
pub(in crate::text::template) fn call(
    _: &State,
    this: &str,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Error> {
    let all = |holds: fn(char) -> bool| !this.is_empty() && this.chars().all(holds);
    let (lower, upper) = (
        this.chars().any(char::is_lowercase),
        this.chars().any(char::is_uppercase),
    );
    let holds = match name {
        "isalnum" => all(char::is_alphanumeric),
        "isalpha" => all(char::is_alphabetic),
        "isascii" => this.is_ascii(),
        "isdecimal" => all(is_decimal),
        "isdigit" => all(|c| is_decimal(c) || is_raised_digit(c)),
        "isnumeric" => all(|c| c.is_numeric() || is_ideographic_number(c)),
        "isspace" => all(is_space),
        "islower" => lower && !upper,
        "isupper" => upper && !lower,
        "istitle" => is_title(this),
        "isprintable" => this.chars().all(is_printable),
        "isidentifier" => {
            let begins = |c: char| c == '_' || c.is_alphabetic();
            this.starts_with(begins) && this.chars().all(|c| begins(c) || c.is_alphanumeric())
        }
        _ => return Ok(None),
    };
    bind(&[], arguments)?;
    Ok(Some(holds.into()))
}

/// Where decimal digits begin, ten each, in the scripts that people type numbers in.
const DECIMAL_ZEROS: &[char] = &[
    '0', '٠', '۰', '߀', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '෦', '๐', '໐', '༠', '၀', '០',
    '᠐', '０',
];

fn is_decimal(character: char) -> bool {
    let code = u32::from(character);
    let within = |zero: &char| (u32::from(*zero)..u32::from(*zero) + 10).contains(&code);
    DECIMAL_ZEROS.iter().any(within)
}

fn is_raised_digit(character: char) -> bool {
    matches!(character, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' | '₀'..='₉' | '①'..='⑨' | '⓪')
}

fn is_ideographic_number(character: char) -> bool {
    "〇一二三四五六七八九十百千万億兆零壹贰叁肆伍陆柒捌玖拾佰仟亿".contains(character)
}

fn is_title(text: &str) -> bool {
    let (mut after_letter, mut any) = (false, false);
    for character in text.chars() {
        if character.is_uppercase() {
            if after_letter {
                return false;
            }
            (after_letter, any) = (true, true);
        } else if character.is_lowercase() {
            if !after_letter {
                return false;
            }
        } else {
            after_letter = false;
        }
    }
    any
}
