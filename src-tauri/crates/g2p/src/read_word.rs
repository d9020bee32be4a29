//! What reading a text gives.

/// A word, number or mark, and how it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadWord {
    /// Its place in the whole text, in characters; neighbours share one where several words are
    /// said for what is written as one (`7:30`).
    pub start: u32,
    pub end: u32,
    /// Empty where nothing is said.
    pub phonemes: String,
    /// Whether a space follows.
    pub space: bool,
}

/// The words as one string, as voices are given it.
pub fn joined(words: &[ReadWord]) -> String {
    let mut phonemes = String::new();
    for word in words {
        phonemes += &word.phonemes;
        if word.space {
            phonemes.push(' ');
        }
    }
    phonemes.trim().to_owned()
}
