//! Words that are another word with an ending: -s, -ed, -ing.

use super::{Lexicon, Use};

impl Lexicon {
    /// `cats`, `Anna's`, `boxes`, `cities`
    pub(super) fn with_s(&self, word: &str, how: Use<'_>) -> Option<String> {
        let length = word.chars().count();
        let stem = word.strip_suffix('s').filter(|_| length >= 3)?;
        let plain = (!word.ends_with("ss")).then(|| stem.to_owned());
        let possessive = word.strip_suffix("'s");
        let plural = word
            .strip_suffix("es")
            .filter(|_| length > 4 && !word.ends_with("ies"));
        let changed = word
            .strip_suffix("ies")
            .filter(|_| length > 4)
            .map(|stem| format!("{stem}y"));
        let stems = [plain, possessive.or(plural).map(str::to_owned), changed];
        let stem = stems
            .into_iter()
            .flatten()
            .find(|stem| self.is_known(stem))?;
        self.add_s(&self.lookup(&stem, how)?)
    }

    /// `played`, `agreed`, `wanted`
    pub(super) fn with_ed(&self, word: &str, how: Use<'_>) -> Option<String> {
        let length = word.chars().count();
        let stem = word.strip_suffix('d').filter(|_| length >= 4)?;
        let plain = (!word.ends_with("dd")).then_some(stem);
        let longer = word
            .strip_suffix("ed")
            .filter(|_| length > 4 && !word.ends_with("eed"));
        let stem = [plain, longer]
            .into_iter()
            .flatten()
            .find(|stem| self.is_known(stem))?;
        self.add_ed(&self.lookup(stem, how)?)
    }

    /// `going`, `making`, `running`
    pub(super) fn with_ing(&self, word: &str, how: Use<'_>) -> Option<String> {
        let length = word.chars().count();
        let stem = word.strip_suffix("ing").filter(|_| length >= 5)?;
        let plain = (length > 5).then(|| stem.to_owned());
        let silent = Some(format!("{stem}e"));
        let single = stem
            .char_indices()
            .next_back()
            .filter(|_| length > 5 && ends_doubled(stem))
            .map(|(at, _)| stem[..at].to_owned());
        let stems = [plain, silent, single];
        let stem = stems
            .into_iter()
            .flatten()
            .find(|stem| self.is_known(stem))?;
        self.add_ing(&self.lookup(&stem, how)?)
    }

    pub(super) fn add_s(&self, stem: &str) -> Option<String> {
        let last = stem.chars().next_back()?;
        Some(if "ptkfθ".contains(last) {
            format!("{stem}s")
        } else if "szʃʒʧʤ".contains(last) {
            format!("{stem}{}z", self.weak_vowel())
        } else {
            format!("{stem}z")
        })
    }

    pub(super) fn add_ed(&self, stem: &str) -> Option<String> {
        let mut behind = stem.chars().rev();
        let (last, before) = (behind.next()?, behind.next());
        Some(match (last, before) {
            ('p' | 'k' | 'f' | 'θ' | 'ʃ' | 's' | 'ʧ', _) => format!("{stem}t"),
            ('d', _) => format!("{stem}{}d", self.weak_vowel()),
            ('t', None) => format!("{stem}ɪd"),
            ('t', _) if self.is_british() => format!("{stem}ɪd"),
            ('t', Some(vowel)) if flaps(vowel) => format!("{}ɾᵻd", stem.trim_end_matches('t')),
            ('t', _) => format!("{stem}ᵻd"),
            _ => format!("{stem}d"),
        })
    }

    pub(super) fn add_ing(&self, stem: &str) -> Option<String> {
        let mut behind = stem.chars().rev();
        let (last, before) = (behind.next()?, behind.next());
        if self.is_british() && "əː".contains(last) {
            return None;
        }
        if !self.is_british() && last == 't' && before.is_some_and(flaps) {
            return Some(format!("{}ɾɪŋ", stem.trim_end_matches('t')));
        }
        Some(format!("{stem}ɪŋ"))
    }

    fn weak_vowel(&self) -> char {
        if self.is_british() { 'ɪ' } else { 'ᵻ' }
    }
}

/// Whether an American t after it becomes a flap.
fn flaps(vowel: char) -> bool {
    "AIOWYiuæɑəɛɪɹʊʌ".contains(vowel)
}

/// `runn`, `panick`
fn ends_doubled(stem: &str) -> bool {
    let mut behind = stem.chars().rev();
    let (last, before) = (behind.next(), behind.next());
    let doubled = last == before && last.is_some_and(|c| "bcdgklmnprstvxz".contains(c));
    doubled || (last == Some('k') && before == Some('c'))
}
