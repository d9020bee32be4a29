//! What is wrong with a lesson: everything at once, each with its line.

mod claim;
mod decks;
mod lenient;
mod pictures;
mod shape;
mod steps;
mod words;

use quartet_studio::{Code, Failure, Result};

use crate::{
    folder::{Denied, FILE, Folder, MAX_BYTES},
    lesson::{Lesson, SCHEMA},
    node::{self, Kind, Node},
    problem::{Finding, Problem},
    schema::json_schema,
};

pub(crate) use decks::check_deck_text;
pub use decks::{CheckedDeck, check_deck};
pub(crate) use pictures::{MAX_PICTURE, MAX_SIDE};
pub(crate) use shape::{findings as shape_findings, is_id};

/// More of a file are counted, not told.
const MOST_FINDINGS: usize = 100;

/// A lesson that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// There where nothing is wrong.
    pub lesson: Option<Lesson>,
    /// In the order of their lines.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// The lesson, where nothing is wrong with it.
    ///
    /// # Errors
    /// `LessonBroken`, with what is wrong as detail.
    pub fn whole(self, folder: &Folder) -> Result<Lesson> {
        let (file, findings) = (folder.told(FILE), self.findings);
        self.lesson.ok_or_else(|| {
            let lines = findings.iter().map(|finding| finding.told(&file));
            let lines = lines.map(|one| format!("{}:{}: {}", one.file, one.line, one.message));
            let (count, lines) = (findings.len().to_string(), lines.collect::<Vec<_>>());
            let values = [("path", file.as_str()), ("count", count.as_str())];
            Failure::with(Code::LessonBroken, &values, lines.join("; "))
        })
    }

    fn refused(line: u32, problem: Problem) -> Self {
        Self {
            lesson: None,
            findings: vec![Finding::new(line, problem)],
        }
    }
}

/// Reads the lesson of a folder and checks it, with the pictures that it names.
pub fn check(folder: &Folder) -> Checked {
    let text = match folder.read(FILE, MAX_BYTES) {
        Ok(bytes) => String::from_utf8(bytes),
        Err(denied) => return Checked::refused(1, unreadable(denied, FILE, MAX_BYTES)),
    };
    match text {
        Ok(text) => check_text(text.trim_start_matches('\u{feff}'), Some(folder)),
        Err(_) => Checked::refused(1, Problem::NotText),
    }
}

fn unreadable(denied: Denied, file: &str, most: u64) -> Problem {
    match denied {
        Denied::TooLarge => Problem::FileTooLarge { most },
        Denied::Missing => Problem::Unreadable(format!("there is no {file}")),
        Denied::Outside => Problem::Unreadable(format!("{file} is a link")),
        Denied::System(error) => Problem::Unreadable(error.to_string()),
    }
}

/// Checks what a `lesson.toml` holds; its name and its pictures, where there is a folder.
pub(crate) fn check_text(text: &str, folder: Option<&Folder>) -> Checked {
    if text.len() as u64 > MAX_BYTES {
        return Checked::refused(1, Problem::FileTooLarge { most: MAX_BYTES });
    }
    let document = match node::read(text) {
        Ok(document) => document,
        Err(broken) => {
            return Checked {
                lesson: None,
                findings: not_toml(broken),
            };
        }
    };
    check_document(&document, folder)
}

/// As [`check_text`], for what is no file yet.
pub(crate) fn check_document(document: &Node, folder: Option<&Folder>) -> Checked {
    if let Some(too_new) = too_new(document, SCHEMA) {
        return Checked::refused(too_new.line, too_new.problem);
    }
    let mut findings = shape::findings(document, json_schema());
    let read = lenient::read(document);
    findings.extend(steps::findings(&read, document));
    findings.extend(claim::findings(&read, document));
    if let Some(folder) = folder {
        findings.extend(pictures::findings(&read.lesson, document, folder));
    }
    if findings.is_empty() && !read.is_whole() {
        let problem = Problem::Internal("what the schema allows could not be read".to_owned());
        return Checked::refused(1, problem);
    }
    sorted(&mut findings);
    Checked {
        lesson: findings.is_empty().then_some(read.lesson),
        findings,
    }
}

fn not_toml(broken: Vec<node::Broken>) -> Vec<Finding> {
    let broken = broken.into_iter();
    let mut findings = broken
        .map(|(line, reason)| Finding::new(line, Problem::NotToml(reason)))
        .collect();
    sorted(&mut findings);
    findings
}

/// What a later format means is not known: nothing else is said of it.
fn too_new(document: &Node, known: u32) -> Option<Finding> {
    let field = document.field("schema")?;
    match field.value.kind {
        Kind::Integer(found) if found > i64::from(known) => Some(Finding::new(
            field.line,
            Problem::SchemaTooNew { found, known },
        )),
        _ => None,
    }
}

fn sorted(findings: &mut Vec<Finding>) {
    findings.sort_by_key(|finding| finding.line);
    if findings.len() > MOST_FINDINGS {
        let count = findings.len() - MOST_FINDINGS;
        findings.truncate(MOST_FINDINGS);
        let line = findings.last().map_or(1, |last| last.line);
        findings.push(Finding::new(line, Problem::More { count }));
    }
}

#[cfg(test)]
mod tests;
