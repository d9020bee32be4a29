//! What is no word in letters: numbers with their endings, and symbols.

/// Endings that a number may have: `1990s`, `3rd`.
pub(super) const ENDINGS: [&str; 9] = ["ing", "'d", "ed", "'s", "st", "nd", "rd", "th", "s"];
pub(super) const ORDINALS: [&str; 4] = ["st", "nd", "rd", "th"];

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a token is a number, with an ending at most.
pub(super) fn is_number(word: &str, is_head: bool) -> bool {
    let ending = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending));
    let number = ending.unwrap_or(word);
    word.contains(|c: char| c.is_ascii_digit())
        && number.chars().enumerate().all(|(index, c)| {
            c.is_ascii_digit() || ",.".contains(c) || (is_head && index == 0 && c == '-')
        })
}

/// How a symbol is read.
pub(super) fn symbol(text: &str) -> Option<&'static str> {
    match text {
        "%" => Some("percent"),
        "&" => Some("and"),
        "+" => Some("plus"),
        "@" => Some("at"),
        _ => None,
    }
}
