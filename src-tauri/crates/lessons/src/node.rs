//! A TOML document whose every value knows its line.

use serde_json::{Map, Number, Value};
use toml::de::{DeTable, DeValue};

/// A value, and the line that it begins on, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub line: u32,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Text(String),
    Integer(i64),
    Float(f64),
    Bool(bool),
    /// A day or a time, or an integer beyond 64 bits: nothing in a lesson is one.
    Other,
    List(Vec<Node>),
    /// In the order of the file.
    Table(Vec<Field>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: String,
    /// Of the name.
    pub line: u32,
    pub value: Node,
}

/// What is not TOML: the line, and what the parser says of it in English.
pub type Broken = (u32, String);

/// Reads a document.
///
/// # Errors
/// Every place where it is not TOML.
pub fn read(text: &str) -> Result<Node, Vec<Broken>> {
    let lines = Lines::of(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let kind = Kind::Table(lines.table(document.get_ref()));
        return Ok(Node { line: 1, kind });
    }
    let broken = errors.iter().map(|error| {
        let at = error.span().map_or(0, |span| span.start);
        (lines.at(at), error.message().to_owned())
    });
    Err(broken.collect())
}

/// A document that is no file: each value has a number of its own in the place of its line, and what stands there is
/// told by it, counted from 1, as `steps/2/say`.
pub fn numbered(value: &Value) -> (Node, Vec<String>) {
    let mut places = Vec::new();
    let document = number(value, "", &mut places);
    (document, places)
}

fn number(value: &Value, place: &str, places: &mut Vec<String>) -> Node {
    let inside = |name: &str| match place {
        "" => name.to_owned(),
        place => format!("{place}/{name}"),
    };
    places.push(place.to_owned());
    let line = places.len() as u32;
    let kind = match value {
        Value::Null => Kind::Other,
        Value::Bool(is) => Kind::Bool(*is),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Kind::Integer(whole),
            (None, Some(value)) if number.is_f64() => Kind::Float(value),
            _ => Kind::Other,
        },
        Value::String(text) => Kind::Text(text.clone()),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(at, item)| number(item, &inside(&at.to_string()), places));
            Kind::List(items.collect())
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let value = number(value, &inside(name), places);
                let (name, line) = (name.clone(), value.line);
                Field { name, line, value }
            });
            Kind::Table(fields.collect())
        }
    };
    Node { line, kind }
}

/// Where lines begin, in bytes.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(breaks).collect())
    }

    fn at(&self, byte: usize) -> u32 {
        self.0.partition_point(|&start| start <= byte) as u32
    }

    fn table(&self, table: &DeTable<'_>) -> Vec<Field> {
        let mut fields: Vec<_> = table
            .iter()
            .map(|(name, value)| {
                let at = name.span().start;
                let line = self.at(at);
                let node = Node {
                    // A table that grew of dotted keys has no place of its own.
                    line: self.at(value.span().start).max(line),
                    kind: self.kind(value.get_ref()),
                };
                let name = name.get_ref().to_string();
                (
                    at,
                    Field {
                        name,
                        line,
                        value: node,
                    },
                )
            })
            .collect();
        fields.sort_by_key(|(at, _)| *at);
        fields.into_iter().map(|(_, field)| field).collect()
    }

    fn kind(&self, value: &DeValue<'_>) -> Kind {
        match value {
            DeValue::String(text) => Kind::Text(text.to_string()),
            DeValue::Integer(number) => {
                let parsed = i64::from_str_radix(number.as_str(), number.radix());
                parsed.map_or(Kind::Other, Kind::Integer)
            }
            DeValue::Float(number) => number.as_str().parse().map_or(Kind::Other, Kind::Float),
            DeValue::Boolean(is) => Kind::Bool(*is),
            DeValue::Datetime(_) => Kind::Other,
            DeValue::Array(list) => Kind::List(
                list.iter()
                    .map(|value| Node {
                        line: self.at(value.span().start),
                        kind: self.kind(value.get_ref()),
                    })
                    .collect(),
            ),
            DeValue::Table(table) => Kind::Table(self.table(table)),
        }
    }
}

/// A step on the way to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At<'a> {
    Name(&'a str),
    Index(usize),
}

impl Node {
    pub fn field(&self, name: &str) -> Option<&Field> {
        match &self.kind {
            Kind::Table(fields) => fields.iter().find(|field| field.name == name),
            _ => None,
        }
    }

    /// The line of what is there, or of the nearest that there is on the way.
    pub fn line_of(&self, path: &[At<'_>]) -> u32 {
        let (mut node, mut line) = (self, self.line);
        for at in path {
            let next = match at {
                At::Name(name) => node.field(name).map(|field| (&field.value, field.line)),
                At::Index(index) => match &node.kind {
                    Kind::List(list) => list.get(*index).map(|node| (node, node.line)),
                    _ => None,
                },
            };
            let Some(next) = next else { break };
            (node, line) = next;
        }
        line
    }

    /// As JSON, which cannot hold everything: what is no number becomes null.
    pub fn json(&self) -> Value {
        match &self.kind {
            Kind::Text(text) => Value::String(text.clone()),
            Kind::Integer(number) => Value::from(*number),
            Kind::Float(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
            Kind::Bool(is) => Value::Bool(*is),
            Kind::Other => Value::Null,
            Kind::List(list) => Value::Array(list.iter().map(Self::json).collect()),
            Kind::Table(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|field| (field.name.clone(), field.value.json()));
                Value::Object(fields.collect::<Map<_, _>>())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        At::{Index, Name},
        *,
    };

    #[test]
    fn every_value_knows_its_line() {
        let text =
            "a = 1\n\n[[steps]]\nsay = { en = \"x\",\n  zh = \"y\" }\n[[steps]]\nb.c = 2.5\n";
        let document = read(text).unwrap();
        assert_eq!(document.line_of(&[Name("a")]), 1);
        let second = [Name("steps"), Index(0), Name("say"), Name("zh")];
        assert_eq!(document.line_of(&second), 5);
        assert_eq!(document.line_of(&[Name("steps"), Index(1)]), 6);
        let dotted = [Name("steps"), Index(1), Name("b"), Name("c")];
        assert_eq!(document.line_of(&dotted), 7);
        // Of what is not there: where it would be.
        assert_eq!(document.line_of(&[Name("steps"), Index(1), Name("no")]), 6);
        assert_eq!(document.json()["steps"][1]["b"]["c"], 2.5);
    }

    #[test]
    fn every_place_that_is_not_toml_is_told() {
        let broken = read("a = \nb = 1\nc = [1,\n").unwrap_err();
        let lines: Vec<_> = broken.iter().map(|(line, _)| *line).collect();
        assert!(lines.contains(&1) && lines.contains(&3), "{broken:?}");
    }
}
