//! A lesson as a `lesson.toml`: readable, always in one order, and read again as what it was.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use crate::lesson::{FORMAT_ORDER, Lesson};

/// Longer lists of texts have a line for each.
const LINE: usize = 100;
/// What has a heading of its own; all else stands on its line.
const HEADED: [&str; 5] = ["teacher", "claim", "steps", "predict", "do"];

/// What a lesson's file holds. What a reader takes for granted is left out.
pub fn write(lesson: &Lesson) -> String {
    // By way of text, so that a number of 32 bits keeps its few digits.
    let fields = serde_json::to_string(lesson).and_then(|text| serde_json::from_str(&text));
    let mut out = String::new();
    if let Ok(Value::Object(fields)) = fields {
        table(&mut out, "", &fields);
    }
    out
}

fn table(out: &mut String, heading: &str, fields: &Map<String, Value>) {
    let mut told: Vec<_> = fields
        .iter()
        .filter(|(name, value)| is_told(name, value))
        .collect();
    told.sort_by_key(|(name, _)| rank(name));
    let (headed, plain): (Vec<_>, Vec<_>) = told
        .into_iter()
        .partition(|(name, value)| HEADED.contains(&name.as_str()) && is_table(value));
    for (name, value) in plain {
        let _ = writeln!(out, "{} = {}", key(name), spread(value));
    }
    for (name, value) in headed {
        let inside = if heading.is_empty() {
            name.clone()
        } else {
            format!("{heading}.{name}")
        };
        // Those of a step stand close to it.
        let space = if heading.is_empty() { "\n" } else { "" };
        match value {
            Value::Object(fields) => {
                let _ = writeln!(out, "{space}[{inside}]");
                table(out, &inside, fields);
            }
            Value::Array(items) => {
                for fields in items.iter().filter_map(Value::as_object) {
                    let _ = writeln!(out, "{space}[[{inside}]]");
                    table(out, &inside, fields);
                }
            }
            _ => {}
        }
    }
}

fn is_told(name: &str, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        Value::String(text) => (name, text.as_str()) != ("go", "click"),
        _ => true,
    }
}

fn is_table(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(Value::is_object),
        other => other.is_object(),
    }
}

/// What is not known here comes last, by its name.
fn rank(name: &str) -> (usize, &str) {
    let place = FORMAT_ORDER.iter().position(|one| *one == name);
    (place.unwrap_or(FORMAT_ORDER.len()), name)
}

fn key(name: &str) -> String {
    let is_bare = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    if !name.is_empty() && name.bytes().all(is_bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// A value of a line of its own: a long list has a line for each of its entries.
fn spread(value: &Value) -> String {
    let Value::Array(items) = value else {
        return inline(value);
    };
    let one = inline(value);
    if !items.iter().any(Value::is_object) && one.len() <= LINE {
        return one;
    }
    let mut lines = String::from("[\n");
    for item in items {
        let _ = writeln!(lines, "    {},", inline(item));
    }
    lines.push(']');
    lines
}

fn inline(value: &Value) -> String {
    match value {
        // Never told by itself.
        Value::Null => "\"\"".to_owned(),
        Value::Bool(is) => is.to_string(),
        Value::Number(value) => number(value),
        Value::String(text) if text.contains('\n') => lines(text),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let mut told: Vec<_> = fields
                .iter()
                .filter(|(name, value)| is_told(name, value))
                .collect();
            told.sort_by_key(|(name, _)| rank(name));
            let told: Vec<_> = told
                .iter()
                .map(|(name, value)| format!("{} = {}", key(name), inline(value)))
                .collect();
            if told.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", told.join(", "))
            }
        }
    }
}

fn number(number: &Number) -> String {
    match number.as_f64() {
        // With a point, also where nothing stands behind it.
        Some(value) if number.is_f64() => format!("{value:?}"),
        _ => number.to_string(),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            c => push(&mut out, c),
        }
    }
    out.push('"');
    out
}

/// A text of several lines, as lines.
fn lines(text: &str) -> String {
    let mut out = String::from("\"\"\"");
    let mut rest = text.chars().peekable();
    let mut is_first = true;
    while let Some(c) = rest.next() {
        match c {
            // The break behind the opening quotes is none of the text's.
            '\n' if is_first => out.push_str("\\n"),
            '\n' => out.push('\n'),
            // Three in a row would end it.
            '"' if matches!(rest.peek(), None | Some('"')) => out.push_str("\\\""),
            '"' => out.push('"'),
            c => push(&mut out, c),
        }
        is_first = false;
    }
    out.push_str("\"\"\"");
    out
}

fn push(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        c if c.is_control() => {
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        }
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use quartet_studio::LocalText;

    use super::*;
    use crate::{
        check::{check, check_text},
        folder::{FILE, Folder, MAX_BYTES},
    };

    /// What is read of what is written.
    fn again(lesson: &Lesson) -> Lesson {
        let text = write(lesson);
        let checked = check_text(&text, None);
        assert_eq!(checked.findings, [], "{text}");
        checked.lesson.unwrap()
    }

    #[test]
    fn every_built_in_lesson_is_read_again_as_it_was() {
        for folder in Folder::built_in() {
            let lesson = check(&folder).whole(&folder).unwrap();
            assert_eq!(again(&lesson), lesson);
            // Always the same file, and about as long as the one that a person wrote.
            let (text, twice) = (write(&lesson), write(&again(&lesson)));
            assert_eq!(text, twice);
            let by_hand = folder.read(FILE, MAX_BYTES).unwrap().len();
            assert!(text.len() < by_hand + by_hand / 4, "{}", lesson.id);
        }
    }

    #[test]
    fn words_of_any_kind_are_read_again_as_they_were() {
        let folder = Folder::BuiltIn("next-word".to_owned());
        let mut lesson = check(&folder).whole(&folder).unwrap();
        for words in [
            "a \"quoted\" word",
            "\"\"\"",
            "line\nline\n",
            "\nfirst is a break, last are quotes: \"\"",
            "back\\slash\nand \\n that is none",
            "tab\there\nand # no comment",
            "'single' ''' and = [brackets] {}",
            "一行\n两行“引号”",
            " spaces \n at ends ",
        ] {
            let text = LocalText::same(words);
            let teacher = lesson.teacher.as_mut().unwrap();
            teacher.notes = Some(text.clone());
            lesson.steps[1].say = text;
            assert_eq!(again(&lesson), lesson, "{words:?}");
        }
    }

    #[test]
    fn it_reads_as_a_person_would_write_it() {
        let folder = Folder::BuiltIn("next-word".to_owned());
        let text = write(&check(&folder).whole(&folder).unwrap());
        assert!(
            text.starts_with("schema = 1\nid = \"next-word\"\ntopic = \"basics\"\nminutes = 6\n")
        );
        assert!(text.contains("\n[[steps]]\nid = \"guess\"\npart = \"predict\"\nsay = { en = "));
        assert!(text.contains("\ngo = \"answer\"\n[steps.predict]\nask = "));
        assert!(
            text.contains("\nseed = 1\ntemperature = 0.7\nmaxTokens = 48\nprobabilities = true\n")
        );
        assert!(text.contains("atLeast = 3.0\n"));
        assert!(!text.contains("null") && !text.contains("go = \"click\""));
    }
}
