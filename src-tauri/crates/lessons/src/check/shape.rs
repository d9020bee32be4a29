//! What the schema says of a document: names, kinds of values, limits. One walk, which stops at nothing.

use serde_json::Value;

use super::words;
use crate::{
    node::{Field, Kind, Node},
    problem::{Finding, Problem, Rule, Wanted},
    schema::json_schema,
    texts::{ANCHOR, ID, PICTURE, WORDS},
};

type Fits = fn(&str) -> bool;

/// Patterns of the schema, with what is said of what does not fit and what decides it.
const PATTERNS: [(&str, Rule, Fits); 3] = [
    (ID, Rule::Id, is_id),
    (PICTURE, Rule::Picture, is_picture),
    (ANCHOR, Rule::Anchor, is_anchor),
];

fn is_id(text: &str) -> bool {
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(fits)
}

fn is_picture(text: &str) -> bool {
    let fits = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'/' | b'-');
    let Some((stem, ending)) = text.rsplit_once('.') else {
        return false;
    };
    let is_plain = !stem.is_empty() && !stem.starts_with(['.', '/']) && stem.bytes().all(fits);
    is_plain && matches!(ending, "png" | "jpg" | "jpeg" | "webp")
}

fn is_anchor(text: &str) -> bool {
    text.split('.').all(|part| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|c| c.is_ascii_alphabetic())
    })
}

pub fn findings(document: &Node) -> Vec<Finding> {
    against(document, json_schema())
}

/// By another schema of the kind that is derived for lessons.
pub fn against(document: &Node, schema: &Value) -> Vec<Finding> {
    let mut walk = Walk {
        root: schema,
        findings: Vec::new(),
    };
    walk.value(document, schema, &Place::default());
    walk.findings
}

struct Walk<'a> {
    /// Where a `$ref` is looked up.
    root: &'a Value,
    findings: Vec<Finding>,
}

/// Where a value stands, as people are told.
#[derive(Debug, Clone, Default)]
struct Place(Vec<String>);

impl Place {
    fn inside(&self, name: &str) -> Self {
        let mut names = self.0.clone();
        names.push(name.to_owned());
        Self(names)
    }

    /// The last names: the line says the rest.
    fn told(&self) -> String {
        self.0[self.0.len().saturating_sub(2)..].join(".")
    }
}

/// What a schema's `$ref` leads to; itself where it has none.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let Some(name) = schema["$ref"].as_str() else {
        return schema;
    };
    let path = name.trim_start_matches('#');
    root.pointer(path).unwrap_or(schema)
}

/// The words that a value may be, where it is one of some.
fn words_of(schema: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(list) = schema["enum"].as_array() {
        return list.iter().map(text).collect();
    }
    let ways = schema["oneOf"].as_array()?;
    let words = ways.iter().flat_map(|way| match way["enum"].as_array() {
        Some(list) => list.iter().map(text).collect(),
        None => vec![text(&way["const"])],
    });
    words.collect()
}

fn is_local(schema: &Value) -> bool {
    let properties = &schema["properties"];
    properties["en"].is_object() && properties["zh"].is_object()
}

impl<'a> Walk<'a> {
    fn found(&mut self, line: u32, problem: Problem) {
        self.findings.push(Finding::new(line, problem));
    }

    fn value(&mut self, node: &Node, schema: &'a Value, place: &Place) {
        let schema = resolved(self.root, schema);
        if let Some(known) = words_of(schema) {
            self.word(node, known, place);
        } else if let Some(ways) = schema["oneOf"].as_array() {
            self.tagged(node, ways, place);
        } else {
            match schema["type"].as_str() {
                Some("string") => self.text(node, schema, place),
                Some("integer") => self.number(node, schema, place, Wanted::Integer),
                Some("number") => self.number(node, schema, place, Wanted::Number),
                Some("boolean") => match node.kind {
                    Kind::Bool(_) => {}
                    _ => self.wrong(node, place, Wanted::Bool),
                },
                Some("array") => self.list(node, schema, place),
                _ => self.table(node, schema, place),
            }
        }
    }

    fn wrong(&mut self, node: &Node, place: &Place, wanted: Wanted) {
        let field = place.told();
        self.found(node.line, Problem::WrongType { field, wanted });
    }

    fn word(&mut self, node: &Node, known: Vec<String>, place: &Place) {
        match &node.kind {
            Kind::Text(found) if known.contains(found) => {}
            Kind::Text(found) => {
                let (field, found) = (place.told(), found.clone());
                let problem = Problem::UnknownValue {
                    field,
                    found,
                    known,
                };
                self.found(node.line, problem);
            }
            _ => self.wrong(node, place, Wanted::Text),
        }
    }

    /// A table whose field `act` says which of several it is.
    fn tagged(&mut self, node: &Node, ways: &'a [Value], place: &Place) {
        const TAG: &str = "act";
        let Kind::Table(_) = node.kind else {
            return self.wrong(node, place, Wanted::Table);
        };
        let field = place.inside(TAG).told();
        let Some(tag) = node.field(TAG) else {
            return self.found(node.line, Problem::MissingField { field });
        };
        let name = |way: &Value| way["properties"][TAG]["const"].clone();
        let Kind::Text(found) = &tag.value.kind else {
            return self.wrong(&tag.value, &place.inside(TAG), Wanted::Text);
        };
        if let Some(way) = ways.iter().find(|way| name(way) == found.as_str()) {
            return self.table(node, way, place);
        }
        let known = ways
            .iter()
            .filter_map(|way| Some(name(way).as_str()?.to_owned()));
        let (found, known) = (found.clone(), known.collect());
        let problem = Problem::UnknownValue {
            field,
            found,
            known,
        };
        self.found(tag.line, problem);
    }

    fn text(&mut self, node: &Node, schema: &Value, place: &Place) {
        let Kind::Text(text) = &node.kind else {
            return self.wrong(node, place, Wanted::Text);
        };
        let field = place.told();
        let found = text.chars().count();
        let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
        let pattern = schema["pattern"].as_str();
        let rule = PATTERNS.iter().find(|(one, ..)| Some(*one) == pattern);
        if found as u64 > most {
            self.found(node.line, Problem::TooLong { field, found, most });
        } else if let Some((_, rule, fits)) = rule {
            if !fits(text) {
                let (rule, found) = (*rule, text.clone());
                self.found(node.line, Problem::WrongName { field, found, rule });
            }
        } else if text.trim().is_empty() {
            self.found(node.line, Problem::EmptyWords { field });
        } else {
            let mut problems = Vec::from_iter(words::control(text, &field));
            if schema["format"] == WORDS {
                problems.extend(words::problems(text, &field));
            }
            let line = node.line;
            let findings = problems.into_iter();
            self.findings
                .extend(findings.map(|problem| Finding::new(line, problem)));
        }
    }

    fn number(&mut self, node: &Node, schema: &Value, place: &Place, wanted: Wanted) {
        let (number, found) = match node.kind {
            Kind::Integer(number) => (number as f64, number.to_string()),
            Kind::Float(number) if wanted == Wanted::Number && number.is_finite() => {
                (number, number.to_string())
            }
            _ => return self.wrong(node, place, wanted),
        };
        let whole = match schema["format"].as_str() {
            Some("uint32") => Some(f64::from(u32::MAX)),
            _ => None,
        };
        let from = schema["minimum"].as_f64().unwrap_or(f64::MIN);
        let to = schema["maximum"].as_f64().or(whole).unwrap_or(f64::MAX);
        if number < from || number > to {
            let (field, from, to) = (place.told(), from.to_string(), to.to_string());
            let problem = Problem::OutOfRange {
                field,
                found,
                from,
                to,
            };
            self.found(node.line, problem);
        }
    }

    fn list(&mut self, node: &Node, schema: &'a Value, place: &Place) {
        let Kind::List(list) = &node.kind else {
            return self.wrong(node, place, Wanted::List);
        };
        // What is too long is not looked at.
        if self.count(node.line, list.len(), schema, "Items", place) {
            for node in list {
                self.value(node, &schema["items"], place);
            }
        }
    }

    /// Whether there are as many as there may be, or fewer.
    fn count(
        &mut self,
        line: u32,
        found: usize,
        schema: &Value,
        what: &str,
        place: &Place,
    ) -> bool {
        let limit = |start: &str| schema[format!("{start}{what}")].as_u64();
        let most = limit("max").unwrap_or(u64::MAX);
        let least = limit("min").unwrap_or(0);
        let field = place.told();
        if (found as u64) < least {
            self.found(line, Problem::TooFew { field, least });
        } else if found as u64 > most {
            self.found(line, Problem::TooMany { field, found, most });
            return false;
        }
        true
    }

    fn table(&mut self, node: &Node, schema: &'a Value, place: &Place) {
        let Kind::Table(fields) = &node.kind else {
            let local = is_local(schema);
            let wanted = if local {
                Wanted::LocalText
            } else {
                Wanted::Table
            };
            return self.wrong(node, place, wanted);
        };
        let others = &schema["additionalProperties"];
        if !self.count(node.line, fields.len(), schema, "Properties", place) {
            return;
        }
        for field in fields {
            let inside = place.inside(&field.name);
            match schema["properties"].get(&field.name) {
                Some(schema) if schema.get("const").is_some() => {}
                Some(schema) => self.value(&field.value, schema, &inside),
                None if others.is_object() => {
                    self.key(field, place);
                    self.value(&field.value, others, &inside);
                }
                None => self.unknown(field, schema),
            }
        }
        let required = schema["required"].as_array().into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if node.field(name).is_none() {
                let problem = missing(name, is_local(schema), place);
                self.found(node.line, problem);
            }
        }
    }

    fn key(&mut self, field: &Field, place: &Place) {
        if !is_id(&field.name) {
            let problem = Problem::WrongName {
                field: place.told(),
                found: field.name.clone(),
                rule: Rule::Id,
            };
            self.found(field.line, problem);
        }
    }

    fn unknown(&mut self, field: &Field, schema: &Value) {
        let known = schema["properties"].as_object();
        let known = known.map(|known| known.keys().cloned().collect());
        let problem = Problem::UnknownField {
            field: field.name.clone(),
            known: known.unwrap_or_default(),
        };
        self.found(field.line, problem);
    }
}

fn missing(name: &str, is_local: bool, place: &Place) -> Problem {
    match name {
        "en" | "zh" if is_local => Problem::MissingLanguage {
            field: place.told(),
            language: if name == "en" { "en" } else { "zh" },
        },
        _ => Problem::MissingField {
            field: place.inside(name).told(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value of a key in the schema.
    fn all<'a>(schema: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
        match schema {
            Value::Object(fields) => {
                found.extend(fields.get(key));
                fields.values().for_each(|value| all(value, key, found));
            }
            Value::Array(list) => list.iter().for_each(|value| all(value, key, found)),
            _ => {}
        }
    }

    #[test]
    fn the_walk_knows_all_that_the_schema_says() {
        let schema = json_schema();
        let mut patterns = Vec::new();
        all(schema, "pattern", &mut patterns);
        for pattern in patterns.iter().filter_map(|pattern| pattern.as_str()) {
            assert!(
                PATTERNS.iter().any(|(one, ..)| *one == pattern),
                "{pattern}"
            );
        }
        for unknown in [
            "anyOf",
            "allOf",
            "not",
            "if",
            "exclusiveMinimum",
            "uniqueItems",
        ] {
            let mut found = Vec::new();
            all(schema, unknown, &mut found);
            assert!(found.is_empty(), "{unknown}: {found:?}");
        }
    }

    #[test]
    fn names_are_told_from_what_is_none() {
        for right in ["a", "next-word", "3", &"a".repeat(40)] {
            assert!(is_id(right), "{right}");
        }
        for wrong in ["", "A", "a b", "a_b", "中", &"a".repeat(41)] {
            assert!(!is_id(wrong), "{wrong}");
        }
        assert!(is_picture("a.png") && is_picture("pictures/a-1.jpg"));
        for wrong in [
            "a.svg",
            "/a.png",
            ".a.png",
            "a",
            ".png",
            "a b.png",
            "c:\\a.png",
        ] {
            assert!(!is_picture(wrong), "{wrong}");
        }
        assert!(is_anchor("text.answer") && is_anchor("start"));
        assert!(!is_anchor("text.") && !is_anchor("Text") && !is_anchor("a b"));
    }
}
