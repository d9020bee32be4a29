//! Reads a `kiosk.toml`: everything that is wrong at once, each with its line.

use std::{io, path::Path, sync::LazyLock};

use quartet_lessons::document::{self, At, Kind, Node};
use quartet_studio::read_text;
use serde_json::Value;

use crate::{
    format::{Kiosk, SCHEMA},
    hours, passcode,
    problem::{Finding, Problem},
};

/// Of the file.
pub const MAX_BYTES: u64 = 64_000;

/// What there is on this computer to be named; none: it is not known.
#[derive(Debug, Clone, Default)]
pub struct Here {
    pub lessons: Option<Vec<String>>,
    pub models: Option<Vec<String>>,
}

/// A file that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// There where nothing is wrong.
    pub kiosk: Option<Kiosk>,
    /// In the order of their lines.
    pub findings: Vec<Finding>,
    /// The hash of the passcode, where it can be checked: it leads out also where something else is wrong.
    pub passcode: Option<String>,
}

impl Checked {
    fn refused(line: u32, problem: Problem) -> Self {
        Self {
            kiosk: None,
            passcode: None,
            findings: vec![Finding::new(line, problem)],
        }
    }

    fn shape(line: u32, problem: quartet_lessons::Problem) -> Self {
        Self::refused(line, Problem::Shape(problem))
    }
}

static FORMAT: LazyLock<Value> = LazyLock::new(|| document::schema::<Kiosk>("Quartet kiosk.toml"));

/// Reads and checks a file.
pub fn check(path: &Path, here: &Here) -> Checked {
    match read_text(path, MAX_BYTES) {
        Ok(text) => check_text(&text, here),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Checked::refused(1, Problem::TooLarge { most: MAX_BYTES })
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Checked::shape(1, quartet_lessons::Problem::NotText)
        }
        Err(error) => Checked::shape(1, quartet_lessons::Problem::Unreadable(error.to_string())),
    }
}

/// Checks what a file holds.
pub fn check_text(text: &str, here: &Here) -> Checked {
    if text.len() as u64 > MAX_BYTES {
        return Checked::refused(1, Problem::TooLarge { most: MAX_BYTES });
    }
    let document = match document::read(text) {
        Ok(document) => document,
        Err(broken) => {
            let shape = |(line, reason)| {
                let problem = quartet_lessons::Problem::NotToml(reason);
                Finding::new(line, Problem::Shape(problem))
            };
            let mut findings: Vec<_> = broken.into_iter().map(shape).collect();
            findings.sort_by_key(|finding| finding.line);
            return Checked {
                kiosk: None,
                findings,
                passcode: None,
            };
        }
    };
    if let Some(too_new) = too_new(&document) {
        return too_new;
    }
    let shape = document::findings(&document, &FORMAT).into_iter();
    let mut findings: Vec<_> = shape
        .map(|finding| Finding::new(finding.line, Problem::Shape(finding.problem)))
        .collect();
    let kiosk = serde_json::from_value::<Kiosk>(document.json());
    match &kiosk {
        Ok(kiosk) => findings.extend(sense(kiosk, &document, here)),
        Err(error) if findings.is_empty() => {
            let reason = format!("what the format allows could not be read: {error}");
            return Checked::shape(1, quartet_lessons::Problem::Internal(reason));
        }
        Err(_) => {}
    }
    findings.sort_by_key(|finding| finding.line);
    Checked {
        kiosk: kiosk.ok().filter(|_| findings.is_empty()),
        findings,
        passcode: passcode_of(&document),
    }
}

fn passcode_of(document: &Node) -> Option<String> {
    match &document.field("passcode")?.value.kind {
        Kind::Text(text) if passcode::is_hash(text) => Some(text.clone()),
        _ => None,
    }
}

/// What a later format means is not known: nothing else is said of it.
fn too_new(document: &Node) -> Option<Checked> {
    let field = document.field("schema")?;
    match field.value.kind {
        Kind::Integer(found) if found > i64::from(SCHEMA) => {
            let known = SCHEMA;
            let problem = Problem::SchemaTooNew { found, known };
            Some(Checked::refused(field.line, problem))
        }
        _ => None,
    }
}

/// What a format cannot say: whether its parts make sense together, and here.
fn sense(kiosk: &Kiosk, document: &Node, here: &Here) -> Vec<Finding> {
    let mut found = Vec::new();
    let line = |path: &[At<'_>]| document.line_of(path);
    let mut tell = |line, problem| found.push(Finding::new(line, problem));
    if kiosk.places.is_empty() && kiosk.lessons.is_empty() {
        tell(line(&[At::Name("places")]), Problem::NothingToDo);
    }
    if !kiosk.places.is_empty() && !kiosk.free_words && !kiosk.cards {
        tell(line(&[At::Name("freeWords")]), Problem::NothingToPress);
    }
    if !passcode::is_hash(&kiosk.passcode) {
        tell(line(&[At::Name("passcode")]), Problem::Passcode);
    }
    let words = |field: &'static str| names(document, field);
    for field in ["places", "lessons", "models", "languages"] {
        let all = words(field);
        for (at, name) in all.iter().enumerate() {
            if all[..at].contains(name) {
                let problem = Problem::Twice {
                    field,
                    found: name.clone(),
                };
                tell(line(&[At::Name(field), At::Index(at)]), problem);
            }
        }
    }
    for (at, id) in kiosk.lessons.iter().enumerate() {
        if here
            .lessons
            .as_ref()
            .is_some_and(|known| !known.contains(id))
        {
            let problem = Problem::UnknownLesson { id: id.clone() };
            tell(line(&[At::Name("lessons"), At::Index(at)]), problem);
        }
    }
    for (at, id) in kiosk.models.iter().enumerate() {
        if let Some(known) = here.models.as_ref().filter(|known| !known.contains(id)) {
            let problem = Problem::UnknownModel {
                id: id.clone(),
                known: known.clone(),
            };
            tell(line(&[At::Name("models"), At::Index(at)]), problem);
        }
    }
    for (at, hours) in kiosk.hours.iter().enumerate() {
        if let Err((field, problem)) = hours::minutes(hours) {
            let path = [At::Name("hours"), At::Index(at), At::Name(field)];
            tell(line(&path), problem);
        }
    }
    found
}

/// The words of a list, as they stand in the file.
fn names(document: &Node, field: &str) -> Vec<String> {
    let Some(Kind::List(list)) = document.field(field).map(|field| &field.value.kind) else {
        return Vec::new();
    };
    let text = |node: &Node| match &node.kind {
        Kind::Text(text) => text.clone(),
        _ => String::new(),
    };
    list.iter().map(text).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{format::written, passcode::tests::HASH};

    /// A whole file, one field a line.
    pub(crate) fn whole() -> String {
        format!(
            "schema = 1\nplaces = [\"text\", \"image\"]\nlessons = [\"next-word\"]\nfreeWords = false\nlanguages = [\"en\", \"zh\"]\nidleSeconds = 60\npasscode = \"{HASH}\"\nworks = \"wipe\"\nvolume = 0.5\n\n[[hours]]\ndays = [\"mon\", \"sat\"]\nfrom = \"09:00\"\nto = \"17:30\"\n"
        )
    }

    pub(crate) fn kiosk() -> Kiosk {
        check_text(&whole(), &Here::default()).kiosk.unwrap()
    }

    /// The one thing that is wrong after a change, with its line.
    fn wrong(from: &str, to: &str) -> (u32, String) {
        let text = whole();
        assert!(text.contains(from), "{from}");
        let here = Here {
            lessons: Some(vec!["next-word".to_owned()]),
            models: Some(vec!["a-model".to_owned()]),
        };
        let checked = check_text(&text.replace(from, to), &here);
        assert_eq!(checked.kiosk, None, "{to}");
        assert_eq!(checked.findings.len(), 1, "{to}: {:?}", checked.findings);
        let finding = &checked.findings[0];
        let words = finding.problem.words();
        assert!(words.zh.chars().any(|c| c > '\u{4e00}'), "{}", words.zh);
        (finding.line, words.en)
    }

    #[test]
    fn a_whole_file_is_read_and_what_is_written_is_read_again() {
        let kiosk = kiosk();
        assert!(kiosk.cards && kiosk.attract && kiosk.models.is_empty());
        let again = check_text(&written(&kiosk).unwrap(), &Here::default());
        assert_eq!(again.findings, []);
        assert_eq!(again.kiosk, Some(kiosk));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_what_to_write() {
        for (from, to, line, said) in [
            (
                "idleSeconds",
                "idelSeconds = 60\nidleSeconds",
                6,
                "no field `idelSeconds`",
            ),
            ("idleSeconds = 60\n", "", 1, "`idleSeconds` is missing"),
            ("idleSeconds = 60", "idleSeconds = 5", 6, "from 15 to 3600"),
            (
                "idleSeconds = 60",
                "idleSeconds = \"60\"",
                6,
                "a whole number",
            ),
            ("\"image\"]", "\"picture\"]", 2, "none of: text, image"),
            ("\"image\"]", "\"text\"]", 2, "\"text\" twice"),
            ("\"zh\"]", "\"fr\"]", 5, "none of: en, zh"),
            ("\"en\", \"zh\"", "", 5, "at least 1"),
            ("\"wipe\"", "\"forget\"", 8, "none of: wipe, keep"),
            ("0.5", "1.5", 9, "from 0 to 1"),
            ("\"09:00\"", "\"9 am\"", 13, "as 09:00"),
            ("\"17:30\"", "\"08:00\"", 14, "not later than 09:00"),
            ("\"sat\"", "\"saturday\"", 12, "none of: mon"),
            ("next-word", "no-such", 3, "quartet lessons list"),
            (
                "idleSeconds",
                "models = [\"b\"]\nidleSeconds",
                6,
                "there are: a-model",
            ),
            ("$argon2id", "$argon2i", 7, "quartet kiosk passcode"),
            (
                "freeWords = false",
                "freeWords = false\ncards = false",
                4,
                "nothing to press",
            ),
            ("schema = 1", "schema = 2", 1, "newer Quartet"),
        ] {
            let (at, words) = wrong(from, to);
            assert!(words.contains(said), "{words}");
            assert_eq!(at, line, "{words}");
        }
    }

    #[test]
    fn the_passcode_leads_out_also_where_something_else_is_wrong() {
        let checked = check_text(&whole().replace("works", "wroks"), &Here::default());
        assert!(checked.kiosk.is_none());
        assert_eq!(checked.passcode.as_deref(), Some(HASH));
        let none = check_text(&whole().replace("$argon2id", "$scrypt"), &Here::default());
        assert_eq!(none.passcode, None);
    }

    #[test]
    fn what_is_not_toml_and_no_file_are_told() {
        let broken = check_text("schema = \nplaces = [", &Here::default());
        assert!(broken.kiosk.is_none() && broken.findings[0].line == 1);
        let missing = check(Path::new("/nowhere/kiosk.toml"), &Here::default());
        assert!(
            missing.findings[0]
                .problem
                .words()
                .en
                .contains("cannot be read")
        );
        let long = "#".repeat(MAX_BYTES as usize + 1);
        assert!(check_text(&long, &Here::default()).kiosk.is_none());
    }

    #[test]
    fn neither_places_nor_lessons_are_nothing_to_do() {
        let text = whole()
            .replace("[\"text\", \"image\"]", "[]")
            .replace("[\"next-word\"]", "[]");
        let checked = check_text(&text, &Here::default());
        assert_eq!(checked.findings, [Finding::new(2, Problem::NothingToDo)]);
    }
}
