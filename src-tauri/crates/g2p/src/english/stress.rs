//! Moving and changing the stress marks of a pronunciation.
//!
//! Source: misaki 0.9.4, `en.py` (Apache-2.0).

pub(super) const PRIMARY: char = 'ˈ';
pub(super) const SECONDARY: char = 'ˌ';

pub(super) fn is_vowel(phoneme: char) -> bool {
    "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ".contains(phoneme)
}

pub(super) fn is_consonant(phoneme: char) -> bool {
    "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ".contains(phoneme)
}

/// How a word's stress is changed; from weaker to stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stress {
    /// No mark stays.
    Removed,
    /// A primary mark becomes secondary; nothing gets a mark.
    Lowered,
    /// A primary mark becomes secondary; a word without any gets a secondary one.
    Secondary,
    /// A word without a mark gets a secondary one.
    AtLeastSecondary,
    /// A secondary mark becomes primary; a word without any gets a primary one.
    Primary,
}

/// The pronunciation with its stress changed; `None` leaves it.
pub(super) fn apply(phonemes: &str, stress: Option<Stress>) -> String {
    let primary = phonemes.contains(PRIMARY);
    let secondary = phonemes.contains(SECONDARY);
    let marked = primary || secondary;
    let swap = |from: char, to: char| phonemes.replace(from, to.encode_utf8(&mut [0; 4]));
    match stress {
        Some(Stress::Removed) => phonemes.replace([PRIMARY, SECONDARY], ""),
        Some(Stress::Lowered | Stress::Secondary) if primary => phonemes
            .replace(SECONDARY, "")
            .replace(PRIMARY, SECONDARY.encode_utf8(&mut [0; 4])),
        Some(Stress::Secondary | Stress::AtLeastSecondary) if !marked => mark(phonemes, SECONDARY),
        Some(Stress::Primary) if secondary && !primary => swap(SECONDARY, PRIMARY),
        Some(Stress::Primary) if !marked => mark(phonemes, PRIMARY),
        _ => phonemes.to_owned(),
    }
}

/// Puts a mark before the first vowel; without one there is nothing to stress.
fn mark(phonemes: &str, stress: char) -> String {
    let mut marked = phonemes.to_owned();
    if let Some(vowel) = phonemes.find(is_vowel) {
        marked.insert(vowel, stress);
    }
    marked
}

/// How heavy a word is: diphthongs and affricates count twice.
pub(super) fn weight(phonemes: &str) -> usize {
    let heavy = |phoneme| if "AIOQWYʤʧ".contains(phoneme) { 2 } else { 1 };
    phonemes.chars().map(heavy).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_move_as_in_the_reference() {
        let cases = [
            ("ɹˈɛkəɹd", Stress::Removed, "ɹɛkəɹd"),
            ("ˌɪntəɹˈɛst", Stress::Lowered, "ɪntəɹˌɛst"),
            ("kæt", Stress::Lowered, "kæt"),
            ("kæt", Stress::Secondary, "kˌæt"),
            ("kˈæt", Stress::AtLeastSecondary, "kˈæt"),
            ("kˌæt", Stress::Primary, "kˈæt"),
            ("stɹɪŋ", Stress::Primary, "stɹˈɪŋ"),
            ("ʃ", Stress::Primary, "ʃ"),
        ];
        for (before, stress, after) in cases {
            assert_eq!(apply(before, Some(stress)), after);
        }
        assert_eq!(apply("kˈæt", None), "kˈæt");
        assert_eq!(weight("ʤˈʌmps"), 7);
    }
}
