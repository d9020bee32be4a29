//! What visitors may have done, command by command, and with what in it.

use std::collections::{BTreeSet, HashSet};

use quartet_lessons::Lesson;
use serde_json::Value;

use crate::{
    format::{Kiosk, KioskPlace},
    rules::{Rule, rule_of},
};

/// Settings that a visitor may change, as they are called on the wire.
const VISITORS: [&str; 3] = ["language", "textScale", "theme"];
/// Fields of requests in which a model reads words that somebody typed.
const WORDS: [&str; 5] = ["prompt", "negativePrompt", "text", "topic", "system"];
/// Fields that name a model by its id.
const MODELS: [&str; 4] = ["model", "writer", "speaker", "listener"];
/// What a tree of a request may hold, which is far less: it is somebody's who may send anything.
const DEEPEST: usize = 32;

/// Why a command was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The kiosk is closed.
    Closed,
    /// It does not do that.
    Command,
    /// It does that in places that are not open.
    Place,
    /// Not with this model.
    Model(String),
    Language(String),
    /// Words that are neither on a card nor in a lesson.
    Words,
    /// A setting that is not the visitor's.
    Setting(String),
    Lesson(String),
}

/// What an open kiosk answers.
#[derive(Debug, Clone)]
pub struct Gate {
    kiosk: Kiosk,
    /// In which there are jobs: those that are open, and those in which a lesson does something.
    places: BTreeSet<KioskPlace>,
    /// Words of cards and lessons.
    known: HashSet<String>,
}

impl Gate {
    /// `lessons` are all that there are, `cards` the files of example cards.
    pub fn new(kiosk: Kiosk, lessons: &[Lesson], cards: &[Value]) -> Self {
        let mut places: BTreeSet<_> = kiosk.places.iter().copied().collect();
        let mut known = HashSet::new();
        for card in cards {
            collect(card, &mut known, 0);
        }
        for lesson in lessons.iter().filter(|one| kiosk.lessons.contains(&one.id)) {
            let steps = serde_json::to_value(&lesson.steps).unwrap_or_default();
            collect(&steps, &mut known, 0);
            let acts = steps.as_array().into_iter().flatten();
            places.extend(acts.filter_map(|step| place_of(step["do"]["act"].as_str()?)));
        }
        Self {
            kiosk,
            places,
            known,
        }
    }

    pub fn kiosk(&self) -> &Kiosk {
        &self.kiosk
    }

    /// Whether a command is answered; `settings` are those of now.
    ///
    /// # Errors
    /// Why it is not.
    pub fn check(&self, command: &str, arguments: &Value, settings: &Value) -> Result<(), Refusal> {
        match rule_of(command) {
            Rule::Anytime | Rule::Open => {}
            Rule::Never => return Err(Refusal::Command),
            Rule::In(places) => {
                if !places.iter().any(|place| self.places.contains(place)) {
                    return Err(Refusal::Place);
                }
            }
        }
        match command {
            "save_settings" => self.settings(&arguments["settings"], settings),
            "keep_desk" => Ok(()),
            // What is dropped or pasted; a work's picture is the visitor's own.
            "import_picture" if arguments["source"]["kind"] == "data" => Err(Refusal::Command),
            "lesson_file" => {
                let id = arguments["id"].as_str().unwrap_or_default();
                let is_open = self.kiosk.lessons.iter().any(|one| one == id);
                is_open
                    .then_some(())
                    .ok_or_else(|| Refusal::Lesson(id.to_owned()))
            }
            _ => self.request(arguments, command.starts_with("start_"), 0),
        }
    }

    /// Models and words, wherever they stand in a request.
    fn request(&self, value: &Value, starts: bool, depth: usize) -> Result<(), Refusal> {
        if depth > DEEPEST {
            return Err(Refusal::Command);
        }
        match value {
            Value::Array(all) => all
                .iter()
                .try_for_each(|one| self.request(one, starts, depth + 1)),
            Value::Object(fields) => fields.iter().try_for_each(|(name, value)| match value {
                Value::String(text) => {
                    let by_person = fields.get("role").and_then(Value::as_str) != Some("assistant");
                    self.text(name, text, by_person && starts)
                }
                _ => self.request(value, starts, depth + 1),
            }),
            _ => Ok(()),
        }
    }

    fn text(&self, name: &str, text: &str, starts: bool) -> Result<(), Refusal> {
        let models = &self.kiosk.models;
        if MODELS.contains(&name) && !models.is_empty() && !models.iter().any(|one| one == text) {
            return Err(Refusal::Model(text.to_owned()));
        }
        let is_typed = WORDS.contains(&name) || name == "content";
        let text = text.trim();
        if starts
            && is_typed
            && !self.kiosk.free_words
            && !text.is_empty()
            && !self.known.contains(text)
        {
            return Err(Refusal::Words);
        }
        Ok(())
    }

    /// What is changed must be a visitor's to change.
    fn settings(&self, wanted: &Value, now: &Value) -> Result<(), Refusal> {
        let Some(wanted) = wanted.as_object() else {
            return Err(Refusal::Setting("settings".to_owned()));
        };
        for (name, value) in wanted {
            if now.get(name) != Some(value) && !VISITORS.contains(&name.as_str()) {
                return Err(Refusal::Setting(name.clone()));
            }
        }
        let language = wanted.get("language").and_then(Value::as_str);
        let offered = serde_json::to_value(&self.kiosk.languages).unwrap_or_default();
        let offered = offered.as_array().into_iter().flatten();
        match language {
            Some(language) if !offered.clone().any(|one| one == language) => {
                Err(Refusal::Language(language.to_owned()))
            }
            _ => Ok(()),
        }
    }
}

/// Every text in a tree.
fn collect(value: &Value, into: &mut HashSet<String>, depth: usize) {
    match value {
        Value::String(text) => {
            into.insert(text.trim().to_owned());
        }
        Value::Array(all) if depth < DEEPEST => {
            for one in all {
                collect(one, into, depth + 1);
            }
        }
        Value::Object(fields) if depth < DEEPEST => {
            for one in fields.values() {
                collect(one, into, depth + 1);
            }
        }
        _ => {}
    }
}

/// Where a lesson's act is done.
fn place_of(act: &str) -> Option<KioskPlace> {
    match act.split('.').next()? {
        "text" | "experiment" => Some(KioskPlace::Text),
        "image" => Some(KioskPlace::Image),
        "audio" => Some(KioskPlace::Audio),
        "video" => Some(KioskPlace::Video),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use quartet_lessons::Shelf;
    use serde_json::json;

    use super::*;
    use crate::{check::tests::kiosk, rules::COMMANDS};

    fn lessons() -> Vec<Lesson> {
        let home = tempfile::tempdir().unwrap();
        let listed = Shelf::new(home.path()).list();
        listed.into_iter().filter_map(|one| one.lesson).collect()
    }

    fn gate(change: impl FnOnce(&mut Kiosk)) -> Gate {
        let mut kiosk = kiosk();
        change(&mut kiosk);
        let cards = [json!([{ "id": "a", "prompt": { "en": "a cat ", "zh": "一只猫" } }])];
        Gate::new(kiosk, &lessons(), &cards)
    }

    fn asked(gate: &Gate, command: &str, arguments: &Value) -> Result<(), Refusal> {
        gate.check(command, arguments, &Value::Null)
    }

    #[test]
    fn every_command_is_answered_as_the_table_says() {
        let none = gate(|kiosk| {
            kiosk.places = vec![KioskPlace::Video];
            kiosk.lessons = Vec::new();
        });
        let arguments = json!({ "settings": {}, "volume": 0.1 });
        for (command, rule) in COMMANDS {
            let answer = asked(&none, command, &arguments);
            let expected = match rule {
                Rule::Never => Err(Refusal::Command),
                Rule::In(places) if !places.contains(&KioskPlace::Video) => Err(Refusal::Place),
                _ if *command == "lesson_file" => Err(Refusal::Lesson(String::new())),
                _ => Ok(()),
            };
            assert_eq!(answer, expected, "{command}");
        }
        assert_eq!(
            asked(&none, "a_new_command", &arguments),
            Err(Refusal::Command)
        );
    }

    #[test]
    fn a_lesson_opens_the_place_that_it_needs_for_its_own_words() {
        let lesson = gate(|kiosk| kiosk.places = Vec::new());
        let all = lessons();
        let next_word = all.iter().find(|one| one.id == "next-word").unwrap();
        let steps = serde_json::to_value(&next_word.steps).unwrap();
        let mut words = HashSet::new();
        collect(&steps, &mut words, 0);
        let act = steps
            .as_array()
            .unwrap()
            .iter()
            .find(|step| step["do"]["prompt"].is_object());
        let prompt = act.unwrap()["do"]["prompt"]["zh"].clone();
        let order = |content: &Value| {
            json!({ "order": { "request": { "messages": [
            { "role": "assistant", "content": "whatever it said" },
            { "role": "user", "content": content },
        ] } } })
        };
        assert_eq!(asked(&lesson, "start_text", &order(&prompt)), Ok(()));
        let free = order(&json!("how do I leave this?"));
        assert_eq!(asked(&lesson, "start_text", &free), Err(Refusal::Words));
        assert_eq!(
            asked(&lesson, "start_image", &json!({})),
            Err(Refusal::Place)
        );
    }

    #[test]
    fn words_of_ones_own_are_taken_only_where_they_are_allowed() {
        let typed = json!({ "order": { "model": null, "request": { "prompt": "a dog", "negativePrompt": "" } } });
        let card = json!({ "order": { "request": { "prompt": " a cat" } } });
        let closed = gate(|_| ());
        assert_eq!(asked(&closed, "start_image", &typed), Err(Refusal::Words));
        assert_eq!(asked(&closed, "start_image", &card), Ok(()));
        let negative =
            json!({ "order": { "request": { "prompt": "a cat", "negativePrompt": "x" } } });
        assert_eq!(
            asked(&closed, "start_image", &negative),
            Err(Refusal::Words)
        );
        let free = gate(|kiosk| kiosk.free_words = true);
        assert_eq!(asked(&free, "start_image", &typed), Ok(()));
    }

    #[test]
    fn other_models_are_refused_wherever_they_are_named() {
        let one = gate(|kiosk| {
            kiosk.models = vec!["small".to_owned()];
            kiosk.free_words = true;
            kiosk.places.push(KioskPlace::Video);
        });
        let wrong = Err(Refusal::Model("large".to_owned()));
        assert_eq!(
            asked(&one, "load_text", &json!({ "model": "large" })),
            wrong
        );
        assert_eq!(
            asked(&one, "load_text", &json!({ "model": "small" })),
            Ok(())
        );
        let nested = json!({ "order": { "model": null, "narration": { "model": "large" } } });
        assert_eq!(asked(&one, "start_travel", &nested), wrong);
        let row = json!({ "order": { "model": "small", "rows": [{ "model": "large" }] } });
        assert_eq!(asked(&one, "start_experiment", &row), wrong);
        assert_eq!(
            asked(
                &one,
                "start_story",
                &json!({ "order": { "writer": "large" } })
            ),
            wrong
        );
    }

    #[test]
    fn of_the_settings_only_the_visitors_own_are_changed() {
        let gate = gate(|kiosk| kiosk.languages = vec![quartet_studio::Language::Zh]);
        let now = json!({ "language": "zh", "theme": "system", "threads": 0 });
        let check =
            |wanted: Value| gate.check("save_settings", &json!({ "settings": wanted }), &now);
        assert_eq!(
            check(json!({ "language": "zh", "theme": "dark", "threads": 0 })),
            Ok(())
        );
        let english = json!({ "language": "en", "theme": "dark", "threads": 0 });
        assert_eq!(check(english), Err(Refusal::Language("en".to_owned())));
        let threads = json!({ "language": "zh", "threads": 9 });
        assert_eq!(check(threads), Err(Refusal::Setting("threads".to_owned())));
        assert_eq!(
            check(json!({ "new": 1 })),
            Err(Refusal::Setting("new".to_owned()))
        );
        assert_eq!(
            check(json!(3)),
            Err(Refusal::Setting("settings".to_owned()))
        );
    }

    #[test]
    fn a_picture_that_was_dropped_is_not_taken() {
        let gate = gate(|_| ());
        let source = |kind: &str| json!({ "source": { "kind": kind }, "limit": 64 });
        let dropped = asked(&gate, "import_picture", &source("data"));
        assert_eq!(dropped, Err(Refusal::Command));
        assert_eq!(asked(&gate, "import_picture", &source("work")), Ok(()));
    }

    #[test]
    fn a_request_without_end_is_refused() {
        let gate = gate(|_| ());
        let deep = (0..100).fold(json!({}), |inner, _| json!({ "a": inner }));
        assert_eq!(asked(&gate, "start_text", &deep), Err(Refusal::Command));
    }
}
