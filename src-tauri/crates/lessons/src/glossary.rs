//! The words of the field that lessons use, and where in the app one can see what they mean.

use std::sync::LazyLock;

use quartet_studio::LocalText;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Built in: what is wrong with it is seen by the tests.
const SOURCE: &str = include_str!("../content/glossary.toml");

/// A word and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GlossaryEntry {
    pub id: String,
    pub term: LocalText,
    /// One sentence or two.
    pub meaning: LocalText,
    /// A place of the window, or a named place of the page in one: `text.answer`.
    #[serde(default)]
    pub see: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Glossary {
    entries: Vec<GlossaryEntry>,
}

/// All entries, in the order of their ids.
pub fn glossary() -> &'static [GlossaryEntry] {
    static ENTRIES: LazyLock<Vec<GlossaryEntry>> = LazyLock::new(|| {
        let read = toml::from_str::<Glossary>(SOURCE);
        read.map_or_else(|_| Vec::new(), |glossary| glossary.entries)
    });
    &ENTRIES
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Folder, check};

    #[test]
    fn every_entry_is_whole_and_stands_once_in_order() {
        assert!(toml::from_str::<Glossary>(SOURCE).is_ok());
        let ids: Vec<_> = glossary().iter().map(|entry| &entry.id).collect();
        let sorted: BTreeSet<_> = ids.iter().copied().collect();
        assert!(ids.len() >= 40);
        assert_eq!(ids, sorted.into_iter().collect::<Vec<_>>());
        for entry in glossary() {
            let texts = [&entry.term, &entry.meaning];
            assert!(
                texts
                    .iter()
                    .all(|text| !text.en.is_empty() && !text.zh.is_empty())
            );
        }
    }

    #[test]
    fn every_word_of_a_built_in_lesson_is_explained() {
        let ids: BTreeSet<_> = glossary().iter().map(|entry| entry.id.as_str()).collect();
        for folder in Folder::built_in() {
            let lesson = check(&folder).whole(&folder).unwrap();
            for word in &lesson.words {
                assert!(ids.contains(word.as_str()), "{}: {word}", lesson.id);
            }
        }
    }
}
