//! What we write beside what jinja2 writes: `tests/golden/text/make_templates.py` made the numbers.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Templates {
    now: String,
    tokens: BTreeMap<String, String>,
    /// The variables of each conversation. Values keep their order, which `serde_json`'s own do not.
    cases: BTreeMap<String, Value>,
    /// By template and conversation; none where jinja2 refuses.
    rendered: BTreeMap<String, BTreeMap<String, Option<String>>>,
}

#[derive(Deserialize)]
struct Jinja {
    variables: Value,
    names: Vec<Offered>,
}

/// A filter, test, function, method or a piece of syntax.
#[derive(Deserialize)]
struct Offered {
    kind: String,
    name: String,
    /// Why it is not here.
    refused: Option<String>,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    source: String,
    expected: Option<String>,
}

fn golden(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/text");
    folder.join(name)
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    serde_json::from_str(&fs::read_to_string(golden(name)).unwrap()).unwrap()
}

fn write(
    source: &str,
    tokens: &[(String, String)],
    variables: &Value,
    now: DateTime,
) -> Result<String> {
    let names: Vec<Value> = variables.try_iter().unwrap().collect();
    let variables = names.iter().map(|name| {
        let value = variables.get_item(name).unwrap();
        (name.as_str().unwrap(), value)
    });
    ChatTemplate::new(source, tokens)?.write(variables.collect(), now)
}

/// Where a text differs, for the eye.
fn difference(found: &Result<String>, expected: Option<&String>) -> String {
    format!("found    {found:?}\nexpected {expected:?}")
}

#[test]
fn templates_of_current_models_are_written_as_the_reference_writes_them() {
    let golden: Templates = read("templates.json");
    let tokens: Vec<_> = golden.tokens.into_iter().collect();
    let now: DateTime = golden.now.parse().unwrap();
    let (mut count, mut wrong) = (0, Vec::new());
    for (name, cases) in &golden.rendered {
        let source = fs::read_to_string(self::golden(&format!("templates/{name}.jinja"))).unwrap();
        for (case, expected) in cases {
            let found = write(&source, &tokens, &golden.cases[case], now);
            count += 1;
            if found.as_ref().ok() != expected.as_ref() {
                let difference = difference(&found, expected.as_ref());
                wrong.push(format!("{name}, {case}:\n{difference}"));
            }
        }
    }
    assert!(golden.rendered.len() >= 40 && count >= 400, "{count}");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_name_that_jinja_offers_is_there_or_refused_on_purpose() {
    let golden: Jinja = read("jinja.json");
    let tokens = [("bos_token", "<s>"), ("eos_token", "</s>")];
    let tokens = tokens.map(|(name, token)| (name.to_owned(), token.to_owned()));
    let now: DateTime = "2026-03-01T09:05:07".parse().unwrap();
    let mut wrong = Vec::new();
    for Offered {
        kind,
        name,
        refused,
        runs,
    } in &golden.names
    {
        assert!(!runs.is_empty(), "{kind} {name} is not run");
        for Run { source, expected } in runs {
            let found = write(source, &tokens, &golden.variables, now);
            let expected = expected.as_ref().filter(|_| refused.is_none());
            if found.as_ref().ok() != expected {
                let difference = difference(&found, expected);
                wrong.push(format!("{kind} {name}: {source}\n{difference}"));
            }
        }
    }
    assert!(golden.names.len() >= 180, "{}", golden.names.len());
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_page_about_templates_lists_each_name() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../docs/chat-templates.md");
    let page = fs::read_to_string(page).unwrap();
    let golden: Jinja = read("jinja.json");
    for Offered { name, refused, .. } in &golden.names {
        let says = refused
            .as_ref()
            .map_or_else(|| "there".to_owned(), |why| format!("refused: {why}"));
        let row = format!("| `{name}` | {says} |");
        assert!(page.contains(&row), "{row}");
    }
}
