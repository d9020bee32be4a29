//! Sentences, and plain words that sound the same: what people write, read as people read it.
//!
//! The tables beside are of our own making; their comments say which rows were written before the
//! rules.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it relied on, and how many rows are right"
)]

use std::{
    convert::Infallible,
    path::{Path, PathBuf},
};

use quartet_g2p::{Accent, English, Mandarin, ReadWord, Tables, joined, spoken_text};

/// Tables in a folder.
struct Folder(PathBuf);

impl Tables for Folder {
    type Error = String;

    fn text(&self, name: &str, what: &'static str) -> Result<String, String> {
        std::fs::read_to_string(self.0.join(name)).map_err(|_| format!("no {what}"))
    }

    fn broken(&self, name: &str, reason: &str) -> String {
        format!("{name}: {reason}")
    }
}

fn folder() -> Folder {
    let models = std::env::var_os("QUARTET_MODELS").expect("QUARTET_MODELS: cargo xtask test");
    Folder(Path::new(&models).join("kokoro"))
}

/// A row of a table: its kind, what is read, and what sounds the same.
fn rows(table: &str) -> impl Iterator<Item = [&str; 3]> {
    let lines = table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| {
        let mut fields = line.splitn(3, '\t');
        [(); 3].map(|()| {
            fields
                .next()
                .unwrap_or_else(|| panic!("three fields: {line}"))
        })
    })
}

/// What is heard: no marks of stress, no pauses.
fn sounds(words: &[ReadWord]) -> String {
    let phonemes = joined(words);
    phonemes
        .chars()
        .filter(|c| c.is_alphabetic() && !"ˈˌː".contains(*c) || "→↗↓↘".contains(*c))
        .collect()
}

/// Words that no dictionary has are said by their letters.
fn english(reader: &English, text: &str, start: u32) -> Vec<ReadWord> {
    let mut oov = |word: &str| Ok::<_, Infallible>(Some(word.to_lowercase()));
    reader.read(text, start, &mut oov).unwrap()
}

fn english_sounds(reader: &English, text: &str) -> Vec<String> {
    let text = spoken_text(&text.replace("\\n", "\n"));
    let sentences = reader.sentences(&text).into_iter();
    let said = sentences.map(|range| sounds(&english(reader, &text[range], 0)));
    said.filter(|said| !said.is_empty()).collect()
}

fn report(wrong: &[String], all: usize) {
    println!("{} of {all} are read right", all - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs the tables: cargo xtask test"]
fn english_is_read_as_people_read_it() {
    let reader = English::open(&folder(), Accent::American).unwrap();
    let (mut wrong, mut all) = (Vec::new(), 0);
    for [kind, text, same] in rows(include_str!("aloud/english.tsv")) {
        all += 1;
        let said = english_sounds(&reader, text);
        let wanted: Vec<_> = same
            .split(" | ")
            .flat_map(|one| english_sounds(&reader, one))
            .collect();
        if said != wanted {
            wrong.push(format!(
                "{kind}  {text}\n    {said:?}\n    {wanted:?} {same}"
            ));
        }
    }
    report(&wrong, all);
}

#[test]
#[ignore = "needs the tables: cargo xtask test"]
fn mandarin_is_read_as_people_read_it() {
    let reader = Mandarin::open(&folder()).unwrap();
    let other = English::open(&folder(), Accent::American).unwrap();
    let said = |text: &str| {
        let text = spoken_text(text);
        let sentences = Mandarin::sentences(&text).unwrap_or_else(|| other.sentences(&text));
        let sentences = sentences.into_iter().map(|range| {
            let other = |text: &str, start| Ok::<_, Infallible>(english(&other, text, start));
            sounds(&reader.read(&text[range], 0, other).unwrap())
        });
        sentences.collect::<Vec<_>>()
    };
    let (mut wrong, mut all) = (Vec::new(), 0);
    for [kind, text, same] in rows(include_str!("aloud/mandarin.tsv")) {
        all += 1;
        let syllables = same
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let (said, wanted) =
            match syllables.filter(|list| list.ends_with(|c: char| c.is_ascii_digit())) {
                Some(list) => (reader.syllables(text).join(" "), list.to_owned()),
                None => (said(text).join("|"), said(same).join("|")),
            };
        if said != wanted {
            wrong.push(format!("{kind}  {text}\n    {said}\n    {wanted} {same}"));
        }
    }
    report(&wrong, all);
}
