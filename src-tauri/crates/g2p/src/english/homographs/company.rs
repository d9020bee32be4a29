//! Words that stand before nouns and verbs, or behind them, and tell which is meant.

pub(super) const SUBJECTS: &[&str] = &["i", "we", "they", "you", "he", "she", "it", "who"];

pub(super) const MODALS: &[&str] = &[
    "will", "would", "can", "could", "shall", "should", "may", "might", "must", "'ll", "'d", "ca",
    "wo", "do", "does", "did", "please", "let's", "n't", "cannot", "to",
];

pub(super) const DETERMINERS: &[&str] = &[
    "a", "an", "the", "no", "any", "some", "this", "every", "each", "another", "my", "your", "his",
    "its", "our", "their", "'s", "whose", "what", "such", "these", "those", "many", "few",
    "several", "both", "of",
];

pub(super) const BEING: &[&str] = &[
    "is",
    "are",
    "am",
    "was",
    "were",
    "be",
    "been",
    "being",
    "'s",
    "'re",
    "'m",
    "feel",
    "feels",
    "felt",
    "seem",
    "seems",
    "seemed",
    "look",
    "looks",
    "looked",
    "remain",
    "remains",
    "remained",
    "stay",
    "stayed",
    "quite",
    "very",
    "perfectly",
    "so",
    "not",
    "more",
    "less",
    "too",
    "fairly",
    "rather",
    "never",
    "always",
    "really",
    "completely",
    "extremely",
];

/// Whether a word begins what a verb has for its object: `to object the`.
pub(super) fn noun_object(next: &str) -> bool {
    matches!(
        next,
        "the"
            | "a"
            | "an"
            | "it"
            | "them"
            | "him"
            | "her"
            | "me"
            | "us"
            | "my"
            | "your"
            | "his"
            | "their"
            | "our"
            | "this"
            | "that"
            | "to"
    )
}
