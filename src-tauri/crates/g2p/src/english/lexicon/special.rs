//! Words that have rules of their own: articles, `to`, `used to`, initials and symbols.

use super::{Lexicon, SECONDARY, Stress, Use, is_alphabetic, is_noun, parent, written::symbol};

impl Lexicon {
    pub(super) fn special_case(&self, word: &str, how: Use<'_>) -> Option<String> {
        let tag = how.tag.unwrap_or_default();
        let future_vowel = how.context.and_then(|context| context.future_vowel);
        let in_address = match word {
            "." if tag == "ADD" => Some("dot"),
            "/" if tag == "ADD" => Some("slash"),
            _ => None,
        };
        if let Some(name) = in_address {
            let how = Use {
                tag: None,
                stress: Some(Stress::Lowered),
                ..how
            };
            return self.lookup(name, how);
        }
        let plain = Use {
            tag: None,
            stress: None,
            ..how
        };
        if let Some(name) = symbol(word) {
            return self.lookup(name, plain);
        }
        if is_initials(word) {
            return self.spelled(word);
        }
        let fixed = |said: &str| Some(said.to_owned());
        match word {
            "a" | "A" => fixed(if tag == "DT" { "ɐ" } else { "ˈA" }),
            "am" | "Am" | "AM" | "AN" if is_noun(how.tag) => self.spelled(word),
            "am" | "Am" | "AM" => {
                let stressed = how.stress >= Some(Stress::AtLeastSecondary);
                if future_vowel.is_none() || word != "am" || stressed {
                    self.first_reading("am")
                } else {
                    fixed("ɐm")
                }
            }
            "an" | "An" | "AN" => fixed("ɐn"),
            "I" if tag == "PRP" => Some(format!("{SECONDARY}I")),
            "by" | "By" | "BY" if parent(tag) == "ADV" => fixed("bˈI"),
            "to" | "To" => self.to(future_vowel),
            "TO" if matches!(tag, "TO" | "IN") => self.to(future_vowel),
            "in" | "In" => fixed(inside(future_vowel, tag)),
            "IN" if tag != "NNP" => fixed(inside(future_vowel, tag)),
            "the" | "The" => fixed(the(future_vowel)),
            "THE" if tag == "DT" => fixed(the(future_vowel)),
            "used" | "Used" | "USED" => {
                let future_to = how.context.is_some_and(|context| context.future_to);
                let habit = matches!(tag, "VBD" | "JJ") && future_to;
                let tag = if habit { Some("VBD") } else { None };
                let how = Use { tag, ..Use::PLAIN };
                super::pronunciation(self.gold("used")?, how).map(str::to_owned)
            }
            _ if tag == "IN" && matches!(word.to_ascii_lowercase().as_str(), "vs" | "vs.") => {
                self.lookup("versus", plain)
            }
            _ => None,
        }
    }

    fn first_reading(&self, word: &str) -> Option<String> {
        let entry = self.gold(word)?;
        entry.split('\t').next().map(str::to_owned)
    }

    fn to(&self, future_vowel: Option<bool>) -> Option<String> {
        match future_vowel {
            None => self.first_reading("to"),
            Some(false) => Some("tə".to_owned()),
            Some(true) => Some("tʊ".to_owned()),
        }
    }
}

fn the(future_vowel: Option<bool>) -> &'static str {
    if future_vowel == Some(true) {
        "ði"
    } else {
        "ðə"
    }
}

fn inside(future_vowel: Option<bool>, tag: &str) -> &'static str {
    if future_vowel.is_none() || tag != "IN" {
        "ˈɪn"
    } else {
        "ɪn"
    }
}

/// `U.S.`, `J.R.R`: stops inside, and no run of letters longer than two.
fn is_initials(word: &str) -> bool {
    word.trim_matches('.').contains('.')
        && is_alphabetic(&word.replace('.', ""))
        && word.split('.').all(|run| run.chars().count() < 3)
}
