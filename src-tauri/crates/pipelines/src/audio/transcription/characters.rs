//! Characters that are words by themselves, or nearly: those of Chinese and Japanese.

pub(super) fn is_character(c: char) -> bool {
    ('\u{3040}'..='\u{9fff}').contains(&c)
}
