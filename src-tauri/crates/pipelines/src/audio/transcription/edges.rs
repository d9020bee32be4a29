//! What a window says again of the one before it: a word at the border is often heard by both.

use super::characters::is_character;

/// As many words, or Chinese characters, at most.
const MOST: usize = 6;
/// A single Chinese character comes twice by chance.
const LEAST_CHARACTERS: usize = 2;
/// As many words, or Chinese characters, are a sentence.
const WHOLE: (usize, usize) = (3, 5);

/// How many bytes at the beginning of `text` only repeat the end of `before`.
pub(super) fn repeated(before: &str, text: &str) -> usize {
    let (before, after) = (words(before), words(text));
    let longest = MOST.min(before.len()).min(after.len());
    let same = |count: &usize| {
        let end = &before[before.len() - count..];
        end.iter().zip(&after).all(|(a, b)| a.text == b.text)
    };
    let Some(count) = (1..=longest).rev().find(same) else {
        return 0;
    };
    let characters = after[..count].iter().filter(|word| word.character).count();
    if characters == count && count < LEAST_CHARACTERS {
        return 0;
    }
    // A border is no longer than a word or two: a whole sentence was said again.
    let whole = if characters == count {
        WHOLE.1
    } else {
        WHOLE.0
    };
    if count == before.len() && count >= whole {
        return 0;
    }
    // Marks and spaces up to the next word go with it.
    after.get(count).map_or(text.len(), |next| next.from)
}

/// A word in lower case.
pub(super) struct Word {
    /// Its first byte in the text.
    from: usize,
    pub(super) text: String,
    /// A word of one Chinese character.
    pub(super) character: bool,
}

pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (from, c) in text.char_indices() {
        let character = is_character(c);
        let lower = c.to_lowercase();
        match words.last_mut() {
            _ if character => words.push(Word {
                from,
                text: lower.collect(),
                character,
            }),
            Some(word) if open && (c.is_alphanumeric() || c == '\'') => word.text.extend(lower),
            _ if c.is_alphanumeric() => words.push(Word {
                from,
                text: lower.collect(),
                character,
            }),
            _ => {}
        }
        open = !character && (c.is_alphanumeric() || c == '\'');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest<'a>(before: &str, text: &'a str) -> &'a str {
        &text[repeated(before, text)..]
    }

    #[test]
    fn what_the_last_window_said_already_is_left_out() {
        assert_eq!(rest("We will meet them.", "them."), "");
        assert_eq!(
            rest("We will meet them.", "Them. And then we go."),
            "And then we go."
        );
        assert_eq!(
            rest("at half past nine", "past nine, as always"),
            "as always"
        );
        assert_eq!(rest("请大家提前准备", "准备，星期五见。"), "星期五见。");
    }

    #[test]
    fn what_is_new_stays() {
        assert_eq!(rest("We will meet them.", "They came."), "They came.");
        assert_eq!(rest("他说好", "好的。"), "好的。");
        assert_eq!(rest("", "Hello."), "Hello.");
        let again = "I like green apples. And you?";
        assert_eq!(rest("I like green apples.", again), again);
        assert_eq!(rest("Hello.", ""), "");
        assert_eq!(rest("it isn't", "t is a letter"), "t is a letter");
    }
}
