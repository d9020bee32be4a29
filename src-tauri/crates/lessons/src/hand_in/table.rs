//! Many hand-ins as one table: a row a learner, and for each lesson what the class thought.

use std::{cmp::Reverse, collections::HashMap, path::Path};

use quartet_studio::{Code, Failure, Language, one_line};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    read::HandInFile,
    types::{Claimed, HandIn, Prediction, Taught},
    words::{claimed, measure, words},
};

/// Of a file's words, in characters: it may have been written by hand.
const LINE: usize = 200;
const REFLECTION: usize = 1000;
/// Of one file.
const MOST_SEEDS: usize = 40;

/// A class on one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandInTable {
    /// How many files were looked at.
    pub files: u32,
    /// By the names of their files.
    pub rows: Vec<HandInRow>,
    /// What the class thought, a lesson at a time; the one that most handed in comes first.
    pub lessons: Vec<HandInSummary>,
    pub problems: Vec<HandInProblem>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandInRow {
    /// In the folder that was read.
    pub file: String,
    /// As it was typed; may be empty.
    pub name: String,
    /// Which of the lessons, counted from 0.
    pub lesson: u32,
    pub finished: bool,
    /// RFC 3339, UTC.
    pub written: String,
    /// How long the lesson was open.
    pub seconds: f64,
    /// Of the predictions that can be right.
    pub right: u32,
    pub judged: u32,
    pub said: Vec<HandInSaid>,
    /// The number that the lesson is about; none where it was not measured.
    pub number: Option<f64>,
    /// As people read it; empty where it was not measured.
    pub told: String,
    pub holds: bool,
    /// The number came with the lesson.
    pub recorded: bool,
    pub seeds: Vec<u32>,
    /// Runs with words of one's own.
    pub tries: u32,
    pub reflections: Vec<String>,
    /// What is to be known of the file, though it was read.
    pub remark: Option<Failure>,
}

/// What was chosen at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandInSaid {
    /// Counted from 1.
    pub step: u32,
    /// Counted from 0.
    pub choice: u32,
}

/// What those who did a lesson thought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandInSummary {
    /// Its id.
    pub lesson: String,
    pub title: String,
    /// sha256 of its `lesson.toml`.
    pub digest: String,
    pub rows: u32,
    pub finished: u32,
    pub questions: Vec<HandInQuestion>,
    /// What was measured, as people read it; empty where the lesson claims nothing.
    pub claim: String,
    /// How many measured it, and for how many it came out as the lesson says.
    pub measured: u32,
    pub held: u32,
    /// The number in the middle of all, as people read it; empty where nobody measured it.
    pub median: String,
}

/// A question before the run, and how many chose what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandInQuestion {
    /// Counted from 1.
    pub step: u32,
    pub ask: String,
    pub choices: Vec<HandInChoice>,
    /// Counted from 0; none where the run decides.
    pub right: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandInChoice {
    pub text: String,
    pub count: u32,
}

/// A file that is not in the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandInProblem {
    /// In the folder that was read; empty for the folder itself.
    pub file: String,
    pub failure: Failure,
}

/// The table; titles and questions in `language`, where anybody handed in in that.
pub fn table(
    files: &[HandInFile],
    problems: Vec<HandInProblem>,
    total: u32,
    language: Language,
) -> HandInTable {
    let mut groups: Vec<Vec<&HandInFile>> = Vec::new();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for file in files {
        let lesson = &file.hand_in.lesson;
        let at = known
            .entry((&lesson.id, &lesson.digest))
            .or_insert(groups.len());
        match groups.get_mut(*at) {
            Some(group) => group.push(file),
            None => groups.push(vec![file]),
        }
    }
    groups.sort_by_key(|group| Reverse(group.len()));
    let lessons = groups.iter().enumerate().map(|(at, group)| {
        let lesson = &group[0].hand_in.lesson;
        ((lesson.id.as_str(), lesson.digest.as_str()), at as u32)
    });
    let lessons: HashMap<_, _> = lessons.collect();
    let rows = files.iter().map(|file| {
        let Taught { id, digest, .. } = &file.hand_in.lesson;
        let lesson = lessons.get(&(id.as_str(), digest.as_str()));
        row(file, lesson.copied().unwrap_or_default(), language)
    });
    HandInTable {
        files: total,
        rows: rows.collect(),
        lessons: groups
            .iter()
            .map(|group| summary(group, language))
            .collect(),
        problems,
    }
}

fn row(file: &HandInFile, lesson: u32, language: Language) -> HandInRow {
    let hand_in = &file.hand_in;
    let verdicts = hand_in.predictions.iter().filter_map(Prediction::is_right);
    let verdicts: Vec<_> = verdicts.collect();
    let claim = hand_in.claim.as_ref();
    let mut seeds: Vec<u32> = hand_in
        .runs
        .iter()
        .filter(|run| !run.own)
        .flat_map(|run| run.seeds.iter().copied())
        .collect();
    seeds.sort_unstable();
    seeds.dedup();
    seeds.truncate(MOST_SEEDS);
    HandInRow {
        file: one_line(&file.file, LINE),
        name: one_line(&hand_in.name, LINE),
        lesson,
        finished: hand_in.finished,
        written: one_line(&hand_in.written, LINE),
        seconds: hand_in.seconds,
        right: verdicts.iter().filter(|right| **right).count() as u32,
        judged: verdicts.len() as u32,
        said: hand_in
            .predictions
            .iter()
            .map(|one| HandInSaid {
                step: one.step,
                choice: one.said,
            })
            .collect(),
        number: claim.and_then(|claim| claim.number),
        told: claim
            .and_then(|claim| Some(told(claim, claim.number?, language)))
            .unwrap_or_default(),
        holds: claim.is_some_and(|claim| claim.holds),
        recorded: claim.is_some_and(|claim| claim.recorded),
        seeds,
        tries: hand_in.runs.iter().filter(|run| run.own).count() as u32,
        reflections: hand_in
            .reflections
            .iter()
            .map(|one| one_line(&one.words, REFLECTION))
            .collect(),
        remark: file.is_changed.then(|| {
            let path = Path::new(&file.file);
            Failure::at(Code::HandInPageChanged, path, "")
        }),
    }
}

fn told(claim: &Claimed, number: f64, language: Language) -> String {
    claimed(claim.measure, claim.is_difference, number, language)
}

fn summary(group: &[&HandInFile], language: Language) -> HandInSummary {
    let hand_ins: Vec<&HandIn> = group.iter().map(|file| &file.hand_in).collect();
    let spoken = hand_ins.iter().find(|one| one.language == language);
    let first = spoken.copied().unwrap_or(hand_ins[0]);
    let claims: Vec<&Claimed> = hand_ins
        .iter()
        .filter_map(|one| one.claim.as_ref())
        .collect();
    let known = first.claim.as_ref();
    let mut numbers: Vec<f64> = claims.iter().filter_map(|claim| claim.number).collect();
    numbers.sort_by(f64::total_cmp);
    HandInSummary {
        lesson: one_line(&first.lesson.id, LINE),
        title: one_line(&first.lesson.title, LINE),
        digest: one_line(&first.lesson.digest, LINE),
        rows: group.len() as u32,
        finished: hand_ins.iter().filter(|one| one.finished).count() as u32,
        questions: questions(&hand_ins, first),
        claim: known.map_or_else(String::new, |claim| {
            let what = one_line(&claim.what, LINE);
            format!(
                "{what}{}{}",
                words(language).colon,
                measure(claim.measure, language)
            )
        }),
        measured: numbers.len() as u32,
        held: claims
            .iter()
            .filter(|claim| claim.number.is_some() && claim.holds)
            .count() as u32,
        median: known
            .and_then(|claim| Some(told(claim, median(&numbers)?, language)))
            .unwrap_or_default(),
    }
}

fn median(sorted: &[f64]) -> Option<f64> {
    let (low, high) = (sorted.len().checked_sub(1)? / 2, sorted.len() / 2);
    Some(f64::midpoint(sorted[low], sorted[high]))
}

/// In the order of their steps; a question in the words of `first`, where that has it.
fn questions(hand_ins: &[&HandIn], first: &HandIn) -> Vec<HandInQuestion> {
    let mut questions: Vec<HandInQuestion> = Vec::new();
    let all = std::iter::once(first).chain(hand_ins.iter().copied());
    for one in all.flat_map(|hand_in| &hand_in.predictions) {
        if questions.iter().any(|question| question.step == one.step) {
            continue;
        }
        questions.push(HandInQuestion {
            step: one.step,
            ask: one_line(&one.ask, LINE),
            choices: one
                .choices
                .iter()
                .map(|text| HandInChoice {
                    text: one_line(text, LINE),
                    count: 0,
                })
                .collect(),
            right: one.right,
        });
    }
    for one in hand_ins.iter().flat_map(|hand_in| &hand_in.predictions) {
        let question = questions
            .iter_mut()
            .find(|question| question.step == one.step);
        let choice = question.and_then(|question| question.choices.get_mut(one.said as usize));
        if let Some(choice) = choice {
            choice.count += 1;
        }
    }
    questions.sort_by_key(|question| question.step);
    questions
}
