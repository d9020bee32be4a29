//! What is wrong with a deck: everything at once, each with its line.

use quartet_studio::{Code, Failure, Result};

use super::{not_toml, shape, sorted, too_new, unreadable};
use crate::{
    deck::{DECK_FILE, DECK_SCHEMA, Deck, MAX_DECK_BYTES},
    folder::Folder,
    node::{self, Field, Kind, Node},
    problem::{Finding, Problem},
    schema::deck_schema,
};

/// A deck that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedDeck {
    /// There where nothing is wrong.
    pub deck: Option<Deck>,
    /// In the order of their lines.
    pub findings: Vec<Finding>,
}

impl CheckedDeck {
    fn refused(line: u32, problem: Problem) -> Self {
        Self::wrong(vec![Finding::new(line, problem)])
    }

    fn wrong(findings: Vec<Finding>) -> Self {
        Self {
            deck: None,
            findings,
        }
    }

    /// The deck, where nothing is wrong with it; `file` is what people are told.
    ///
    /// # Errors
    /// `DeckBroken`, with what is wrong as detail.
    pub fn whole(self, file: &str) -> Result<Deck> {
        let findings = self.findings;
        self.deck.ok_or_else(|| {
            let lines = findings.iter().map(|finding| finding.told(file));
            let lines = lines.map(|one| format!("{}:{}: {}", one.file, one.line, one.message));
            let (count, lines) = (findings.len().to_string(), lines.collect::<Vec<_>>());
            let values = [("path", file), ("count", count.as_str())];
            Failure::with(Code::DeckBroken, &values, lines.join("; "))
        })
    }
}

/// Reads the deck of a folder and checks it.
pub fn check_deck(folder: &Folder) -> CheckedDeck {
    let text = match folder.read(DECK_FILE, MAX_DECK_BYTES) {
        Ok(bytes) => String::from_utf8(bytes),
        Err(denied) => {
            return CheckedDeck::refused(1, unreadable(denied, DECK_FILE, MAX_DECK_BYTES));
        }
    };
    match text {
        Ok(text) => check_deck_text(&text, folder.name().as_deref()),
        Err(_) => CheckedDeck::refused(1, Problem::NotText),
    }
}

/// Checks what a `deck.toml` holds, and its id where the folder's name is given.
pub(crate) fn check_deck_text(text: &str, name: Option<&str>) -> CheckedDeck {
    if text.len() as u64 > MAX_DECK_BYTES {
        let most = MAX_DECK_BYTES;
        return CheckedDeck::refused(1, Problem::FileTooLarge { most });
    }
    let mut document = match node::read(text.trim_start_matches('\u{feff}')) {
        Ok(document) => document,
        Err(broken) => return CheckedDeck::wrong(not_toml(broken)),
    };
    if let Some(too_new) = too_new(&document, DECK_SCHEMA) {
        return CheckedDeck::wrong(vec![too_new]);
    }
    widen(&mut document);
    let mut findings = shape::findings(&document, deck_schema());
    findings.extend(name.and_then(|name| wrong_id(&document, name)));
    if !findings.is_empty() {
        sorted(&mut findings);
        return CheckedDeck::wrong(findings);
    }
    match serde_json::from_value(document.json()) {
        Ok(deck) => CheckedDeck {
            deck: Some(deck),
            findings,
        },
        Err(error) => CheckedDeck::refused(1, Problem::Internal(error.to_string())),
    }
}

fn wrong_id(document: &Node, name: &str) -> Option<Finding> {
    let field = document.field("id")?;
    let Kind::Text(id) = &field.value.kind else {
        return None;
    };
    let problem = Problem::WrongId {
        id: id.clone(),
        folder: name.to_owned(),
    };
    (id != name).then(|| Finding::new(field.line, problem))
}

/// A title that is one text is that text in both languages.
fn widen(document: &mut Node) {
    let Kind::Table(fields) = &mut document.kind else {
        return;
    };
    for field in fields {
        match &mut field.value.kind {
            Kind::Text(_) if field.name == "title" => widen_title(&mut field.value),
            Kind::List(items) if field.name == "items" => {
                for item in items {
                    if let Kind::Table(fields) = &mut item.kind {
                        let titles = fields.iter_mut().filter(|field| field.name == "title");
                        titles.for_each(|field| widen_title(&mut field.value));
                    }
                }
            }
            _ => {}
        }
    }
}

fn widen_title(title: &mut Node) {
    let Kind::Text(text) = &title.kind else {
        return;
    };
    let in_language = |name: &str| Field {
        name: name.to_owned(),
        line: title.line,
        value: Node {
            line: title.line,
            kind: Kind::Text(text.clone()),
        },
    };
    title.kind = Kind::Table(vec![in_language("en"), in_language("zh")]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::{DeckItem, DeckStart};

    const WHOLE: &str = r#"schema = 1
id = "open-day"
title = "Open day"
minutes = 20
[[items]]
kind = "lesson"
lesson = "next-word"
[[items]]
kind = "card"
panel = "image"
card = "story"
start = "key"
[[items]]
kind = "act"
title = { en = "A slogan", zh = "一句口号" }
do = { act = "text.ask", prompt = { en = "A slogan.", zh = "一句口号。" }, seed = 7 }
[[items]]
kind = "work"
work = "20260101-abc"
title = "Our umbrella"
"#;

    fn told(text: &str) -> Vec<String> {
        let findings = check_deck_text(text, Some("open-day")).findings;
        let lines = findings.iter().map(|one| one.told("d"));
        lines
            .map(|one| format!("{}: {}", one.line, one.message.en))
            .collect()
    }

    #[test]
    fn a_whole_deck_is_read() {
        let checked = check_deck_text(WHOLE, Some("open-day"));
        assert_eq!(checked.findings, []);
        let deck = checked.deck.unwrap();
        assert_eq!((deck.title.zh.as_str(), deck.minutes), ("Open day", 20));
        assert_eq!(deck.items.len(), 4);
        assert!(matches!(
            &deck.items[1],
            DeckItem::Card {
                start: DeckStart::Key,
                ..
            }
        ));
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_its_line() {
        let wrong = WHOLE
            .replace("minutes = 20", "minutes = 0\nlength = 3")
            .replace(
                "\"lesson\"\nlesson = \"next-word\"",
                "\"lesson\"\nlesson = \"../etc\"",
            )
            .replace("panel = \"image\"", "panel = \"dance\"")
            .replace("act = \"text.ask\"", "act = \"text.sing\"")
            .replace("title = \"Our umbrella\"", "title = \"<b>x</b>\"");
        let told = told(&wrong);
        for (line, part) in [
            (4, "`minutes` is 0"),
            (5, "no field `length`"),
            (8, "`items.lesson` is \"../etc\""),
            (11, "none of: text, image, audio, video"),
            (17, "\"text.sing\""),
            (21, "HTML"),
        ] {
            let found = |one: &String| one.starts_with(&format!("{line}: ")) && one.contains(part);
            assert!(told.iter().any(found), "{line} {part}: {told:#?}");
        }
    }

    #[test]
    fn what_is_no_deck_is_refused() {
        assert!(told("schema = 2\nwhatever = 1\n")[0].contains("newer Quartet"));
        assert!(told("schema = \n")[0].contains("not TOML"));
        assert!(told(&WHOLE.replace("\"open-day\"", "\"other\""))[0].contains("folder is called"));
        assert!(told(&WHOLE.replace("\"card\"", "\"song\""))[0].contains("none of: lesson, card"));
        let many = "[[items]]\nkind = \"lesson\"\nlesson = \"a\"\n".repeat(101);
        let head = &WHOLE[..WHOLE.find("[[items]]").unwrap()];
        assert!(told(&format!("{head}{many}"))[0].contains("at most 100"));
        assert!(told(&"#".repeat(MAX_DECK_BYTES as usize + 1))[0].contains("larger than"));
    }
}
