//! What a prompt is taken for, by models that draw what they know by name; as it crosses to the window.

use serde::{Deserialize, Serialize};

use super::Colour;

/// A thing that a model knows, by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    pub english: String,
    pub chinese: String,
}

/// Why a thing was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum TakenBy {
    /// The words name it.
    Name,
    /// The words name a kind, of which it is a typical one.
    Kind,
    /// The words name nothing known: it is the nearest by their vector, and may be far off.
    Nearness,
    /// It was chosen by hand.
    Choice,
}

/// What the words name, and the picture of one thing does not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum NotDrawn {
    /// How many there should be, where it is more than one: `two`, 两只, `frogs`.
    Number { words: String },
    /// Another thing: `cat`; by its names where the model knows it.
    Thing { words: String, thing: Option<Thing> },
    /// What should not be there: `no clouds`, 没有云. Nothing is taken away for it; where nothing else is named, it
    /// is what is drawn.
    Negation { words: String },
}

impl NotDrawn {
    pub fn words(&self) -> &str {
        match self {
            Self::Number { words } | Self::Thing { words, .. } | Self::Negation { words } => words,
        }
    }
}

/// What the words of a prompt were taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    pub thing: Thing,
    pub by: TakenBy,
    /// The words that name it, or that name nothing known.
    pub words: String,
    /// What the picture is given; none: the thing's own colours.
    pub colour: Option<Colour>,
    /// What else could be meant, the likeliest first; at most 6.
    pub others: Vec<Thing>,
    /// What is not drawn, since one thing is; in the order of the words, at most 24.
    pub left_out: Vec<NotDrawn>,
}

impl Subject {
    /// With a thing that a person chose; what the words say is then one of the others.
    #[must_use]
    pub fn chosen(mut self, choice: &SubjectChoice) -> Self {
        let SubjectChoice::Thing { english, colour } = choice else {
            return self;
        };
        self.colour = *colour;
        if self.thing.english == *english {
            return self;
        }
        let place = self.others.iter().position(|one| one.english == *english);
        let thing = match place {
            Some(place) => self.others.remove(place),
            None => Thing {
                english: english.clone(),
                chinese: String::new(),
            },
        };
        self.others
            .insert(0, std::mem::replace(&mut self.thing, thing));
        self.by = TakenBy::Choice;
        self
    }

    /// What a recipe keeps of it.
    pub fn choice(&self) -> SubjectChoice {
        SubjectChoice::Thing {
            english: self.thing.english.clone(),
            colour: self.colour,
        }
    }
}

/// What a request wants drawn; none (and recipes of 0.1): what lies nearest to the prompt's vector, in its own
/// colours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum SubjectChoice {
    /// What the prompt's words name. Recipes keep the thing that was found instead, so that they draw it
    /// whatever a later lexicon says.
    Words,
    /// A thing by its English name.
    Thing {
        english: String,
        #[serde(default)]
        colour: Option<Colour>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(english: &str) -> Thing {
        Thing {
            english: english.to_owned(),
            chinese: String::new(),
        }
    }

    #[test]
    fn what_was_chosen_changes_places_with_what_the_words_say() {
        let subject = Subject {
            thing: thing("dog"),
            by: TakenBy::Name,
            words: "dog".to_owned(),
            colour: Some(Colour::Red),
            others: vec![thing("dog face"), thing("poodle")],
            left_out: vec![NotDrawn::Thing {
                words: "cat".to_owned(),
                thing: Some(thing("cat")),
            }],
        };
        let same = subject.clone().chosen(&subject.choice());
        assert_eq!(same, subject);
        let poodle = SubjectChoice::Thing {
            english: "poodle".to_owned(),
            colour: None,
        };
        let chosen = subject.chosen(&poodle);
        assert_eq!(chosen.choice(), poodle);
        assert_eq!((chosen.by, chosen.words.as_str()), (TakenBy::Choice, "dog"));
        assert_eq!(chosen.others, [thing("dog"), thing("dog face")]);
        assert_eq!(chosen.left_out[0].words(), "cat");
    }

    #[test]
    fn a_request_of_the_version_before_has_no_choice() {
        use crate::image::ImageRequest;
        let before = r#"{"prompt":"car","negativePrompt":"","parameters":{"seed":7}}"#;
        let request: ImageRequest = serde_json::from_str(before).unwrap();
        assert_eq!(request.subject, None);
        assert!(!serde_json::to_string(&request).unwrap().contains("subject"));
        let words: ImageRequest =
            serde_json::from_str(r#"{"prompt":"car","subject":{"kind":"words"}}"#).unwrap();
        assert_eq!(words.subject, Some(SubjectChoice::Words));
    }
}
