//! What can be read of a document in which something is wrong, so that the rest is checked all the same.

use quartet_studio::LocalText;
use serde_json::{Map, Value, json};

use crate::{
    lesson::{Go, Lesson, Part, Step},
    node::Node,
};

/// A lesson, and what of it stands in for what could not be read.
pub struct Read {
    pub lesson: Lesson,
    /// Of steps, by their place.
    steps: Vec<usize>,
    /// Of the lesson's own fields, by name.
    fields: Vec<String>,
}

impl Read {
    pub fn is_whole(&self) -> bool {
        self.steps.is_empty() && self.fields.is_empty()
    }

    pub fn knows_step(&self, index: usize) -> bool {
        !self.steps.contains(&index)
    }

    pub fn knows(&self, field: &str) -> bool {
        !self.fields.iter().any(|name| name == field)
    }
}

/// A lesson of which nothing is known.
fn blank() -> Map<String, Value> {
    let text = json!({ "en": "", "zh": "" });
    let blank = json!({
        "schema": 1, "id": "", "topic": "basics", "minutes": 1, "age": 6, "mode": "free",
        "title": text, "goal": text, "misconception": text, "steps": [],
    });
    match blank {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

#[expect(
    clippy::expect_used,
    reason = "a lesson of which nothing is known can be read: every test does"
)]
pub fn read(document: &Node) -> Read {
    let given = match document.json() {
        Value::Object(given) => given,
        _ => Map::new(),
    };
    let (mut whole, mut fields) = (blank(), Vec::new());
    for name in whole.keys() {
        if !given.contains_key(name) {
            fields.push(name.clone());
        }
    }
    let as_lesson =
        |whole: &Map<String, Value>| serde_json::from_value::<Lesson>(Value::Object(whole.clone()));
    let mut steps = Vec::new();
    for (name, value) in given {
        if name == "steps" {
            steps = value.as_array().cloned().unwrap_or_default();
            continue;
        }
        let before = whole.insert(name.clone(), value);
        if as_lesson(&whole).is_err() {
            match before {
                Some(before) => whole.insert(name.clone(), before),
                None => whole.remove(&name),
            };
            fields.push(name);
        }
    }
    let mut lesson = as_lesson(&whole).expect("each field was tried");
    let mut unknown = Vec::new();
    // More than there may be are not looked at.
    for (index, step) in steps.into_iter().take(200).enumerate() {
        lesson.steps.push(known(&step).unwrap_or_else(|| {
            unknown.push(index);
            stand_in(&step)
        }));
    }
    Read {
        lesson,
        steps: unknown,
        fields,
    }
}

fn known(step: &Value) -> Option<Step> {
    serde_json::from_value(step.clone()).ok()
}

/// A step that only has its id.
fn stand_in(step: &Value) -> Step {
    Step {
        id: step["id"].as_str().map(str::to_owned),
        part: Part::Run,
        say: LocalText::default(),
        picture: None,
        look: None,
        go: Go::Click,
        predict: None,
        act: None,
        broken: None,
        keep: None,
        compare: None,
    }
}
