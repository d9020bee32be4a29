//! Turns a stream of tokens into a stream of text that never shows half a character.
//!
//! Byte-level tokenizers split rare characters over tokens, and some decoders drop or keep a
//! leading space depending on what stands before. So a window of tokens is decoded again with each
//! new one and only what it adds is handed out (the two-offset scheme of Hugging Face's
//! text-generation-inference).

use super::TokenId;

/// What a decoder shows for bytes that do not make a character yet.
const REPLACEMENT: char = '\u{fffd}';

/// No character takes more tokens than this (four bytes, a joiner's worth of slack): a longer run
/// of replacement characters is not unfinished, it is broken, and is shown.
const LONGEST_CHARACTER: usize = 8;

#[derive(Debug, Default)]
pub(crate) struct Detokenizer {
    /// Tokens from a point whose text was handed out, then those that are held back.
    window: Vec<TokenId>,
    /// How many of `window` were handed out.
    shown: usize,
}

impl Detokenizer {
    /// Starts after `before`, whose text counts as handed out, as far as it is whole characters.
    pub(super) fn after(before: &[TokenId], decode: impl Fn(&[TokenId]) -> String) -> Self {
        let mut detokenizer = Self::default();
        for &id in before {
            detokenizer.push(id, &decode);
        }
        detokenizer
    }

    /// The text that `id` makes visible; empty while a character is unfinished.
    pub(crate) fn push(&mut self, id: TokenId, decode: impl Fn(&[TokenId]) -> String) -> String {
        self.window.push(id);
        let unfinished = self.window.len() - self.shown;
        let text = decode(&self.window);
        if text.ends_with(REPLACEMENT) && unfinished < LONGEST_CHARACTER {
            return String::new();
        }
        self.hand_out(&text, decode)
    }

    /// The text still held back when no more tokens come. Half a character at its end stays back: an
    /// answer that is cut off in the middle of an emoji ends before it.
    pub(super) fn finish(&mut self, decode: impl Fn(&[TokenId]) -> String) -> String {
        let text = decode(&self.window);
        let whole = if self.holds() {
            text.trim_end_matches(REPLACEMENT)
        } else {
            &text
        };
        self.hand_out(whole, decode)
    }

    /// Whether the last token's text is still held back.
    pub(super) fn holds(&self) -> bool {
        self.shown < self.window.len()
    }

    fn hand_out(&mut self, text: &str, decode: impl Fn(&[TokenId]) -> String) -> String {
        let before = decode(&self.window[..self.shown]);
        // A decoder may normalise across the border; then what is the same is not shown again.
        let same: usize = text
            .chars()
            .zip(before.chars())
            .take_while(|(new, old)| new == old)
            .map(|(new, _)| new.len_utf8())
            .sum();
        let new = text[same..].to_owned();
        self.window.drain(..self.shown);
        self.shown = self.window.len();
        new
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A tokenizer of single bytes: the hardest case, every character split as far as can be.
    fn bytes(ids: &[TokenId]) -> String {
        let bytes: Vec<u8> = ids.iter().map(|&id| id as u8).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn stream(text: &str) -> Vec<String> {
        let mut detokenizer = Detokenizer::default();
        let mut parts: Vec<_> = text
            .bytes()
            .map(|byte| detokenizer.push(byte.into(), bytes))
            .collect();
        parts.push(detokenizer.finish(bytes));
        parts
    }

    proptest! {
        #[test]
        fn the_parts_make_the_whole_and_none_shows_half_a_character(text in "\\PC{0,40}") {
            prop_assume!(!text.contains(REPLACEMENT));
            let parts = stream(&text);
            prop_assert_eq!(parts.concat(), text);
            prop_assert!(parts.iter().all(|part| !part.contains(REPLACEMENT)));
        }
    }

    #[test]
    fn a_character_comes_with_its_last_token() {
        assert_eq!(stream("a猫"), ["a", "", "", "猫", ""]);
    }

    #[test]
    fn bytes_that_never_become_a_character_are_shown_in_the_end() {
        let mut detokenizer = Detokenizer::default();
        let shown: String = (0..20).map(|_| detokenizer.push(0x80, bytes)).collect();
        assert!(
            !shown.is_empty(),
            "broken bytes must not hold the text back for ever"
        );
        // Of those held back in the end nobody knows whether they are broken.
        assert_eq!(detokenizer.finish(bytes), "");
        assert!(shown.chars().count() >= 12, "{shown}");
    }

    #[test]
    fn half_a_character_at_the_end_stays_back() {
        for (text, bytes_read, whole) in [
            ("well done 🎉", 12, "well done "),
            ("a猫", 2, "a"),
            ("好的👍🏽", 12, "好的👍"),
            ("ok", 2, "ok"),
        ] {
            let mut detokenizer = Detokenizer::default();
            let read = text.bytes().take(bytes_read);
            let mut shown: String = read
                .map(|byte| detokenizer.push(byte.into(), bytes))
                .collect();
            shown += &detokenizer.finish(bytes);
            assert_eq!(shown, whole);
        }
    }

    #[test]
    fn a_fork_inside_a_character_goes_on_with_it() {
        let before: Vec<TokenId> = "x猫".bytes().take(3).map(TokenId::from).collect();
        let mut detokenizer = Detokenizer::after(&before, bytes);
        assert!(detokenizer.holds());
        assert_eq!(detokenizer.push("猫".as_bytes()[2].into(), bytes), "猫");
    }
}
