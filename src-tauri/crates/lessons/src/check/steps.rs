//! How the steps of a lesson fit together: names, what leads where, what each part needs.

use std::collections::HashMap;

use super::lenient::Read;
use crate::{
    act::{Act, Experiment},
    lesson::{Go, Lesson, Part, Step},
    node::{At, Node},
    problem::{Finding, Problem},
};

/// Finds what is wrong, and says on which line.
struct Steps<'a> {
    read: &'a Read,
    document: &'a Node,
    /// The place of each step that has an id; of several, the first.
    places: HashMap<&'a str, usize>,
    findings: Vec<Finding>,
}

pub fn findings(read: &Read, document: &Node) -> Vec<Finding> {
    let mut places = HashMap::new();
    for (index, step) in read.lesson.steps.iter().enumerate() {
        if let Some(id) = &step.id {
            places.entry(id.as_str()).or_insert(index);
        }
    }
    let mut steps = Steps {
        read,
        document,
        places,
        findings: Vec::new(),
    };
    for (index, step) in read.lesson.steps.iter().enumerate() {
        steps.names(index, step);
        if read.knows_step(index) {
            steps.leads(index, step);
            steps.part(index, step);
            steps.waits(index, step);
            steps.acts(index, step, &read.lesson);
        }
    }
    steps.findings
}

impl<'a> Steps<'a> {
    fn found(&mut self, index: usize, path: &[At<'_>], problem: Problem) {
        let start = [At::Name("steps"), At::Index(index)];
        let line = self.document.line_of(&[&start, path].concat());
        self.findings.push(Finding::new(line, problem));
    }

    fn names(&mut self, index: usize, step: &'a Step) {
        if let Some(id) = &step.id
            && self.places[id.as_str()] != index
        {
            let problem = Problem::DuplicateId { id: id.clone() };
            self.found(index, &[At::Name("id")], problem);
        }
    }

    /// Choices lead on; what is compared has happened.
    fn leads(&mut self, index: usize, step: &'a Step) {
        let choices = step.predict.iter().flat_map(|predict| &predict.choices);
        for (at, choice) in choices.enumerate() {
            let Some(id) = &choice.to else { continue };
            let id = id.clone();
            let field = "to";
            let problem = match self.places.get(id.as_str()) {
                None => Problem::UnknownStep { field, id },
                Some(&place) if place <= index => Problem::LeadsBack { field, id },
                Some(_) => continue,
            };
            let path = [
                At::Name("predict"),
                At::Name("choices"),
                At::Index(at),
                At::Name("to"),
            ];
            self.found(index, &path, problem);
        }
        for (at, id) in step.compare.iter().flatten().enumerate() {
            let id = id.clone();
            let problem = match self.places.get(id.as_str()) {
                None => Problem::UnknownStep {
                    field: "compare",
                    id,
                },
                Some(&place) if place >= index => Problem::NotYet { id },
                Some(_) => continue,
            };
            self.found(index, &[At::Name("compare"), At::Index(at)], problem);
        }
    }

    /// A part has what makes it that part.
    fn part(&mut self, index: usize, step: &Step) {
        let (part, needed): (_, &[(&str, bool)]) = match step.part {
            Part::Predict => ("predict", &[("predict", step.predict.is_some())]),
            Part::Run => return,
            Part::Compare => ("compare", &[("compare", step.compare.is_some())]),
            Part::Break => (
                "break",
                &[("break", step.broken.is_some()), ("do", step.act.is_some())],
            ),
            Part::Keep => ("keep", &[("keep", step.keep.is_some())]),
        };
        for &(field, _) in needed.iter().filter(|(_, is_there)| !is_there) {
            self.found(
                index,
                &[At::Name("part")],
                Problem::PartLacks { part, field },
            );
        }
        if step.broken.is_some() && step.act.as_ref().is_some_and(|act| !act.has_prompt()) {
            self.found(index, &[At::Name("break")], Problem::NothingToChange);
        }
    }

    /// What leads on can happen, and the right choice is one of those that there are.
    fn waits(&mut self, index: usize, step: &Step) {
        let lacks = match step.go {
            Go::Done if step.act.is_none() => Some(("done", "do")),
            Go::Answer if step.predict.is_none() => Some(("answer", "predict")),
            _ => None,
        };
        if let Some((go, field)) = lacks {
            self.found(index, &[At::Name("go")], Problem::NeverGoes { go, field });
        }
        if let Some(predict) = &step.predict
            && let Some(found) = predict.right
            && found as usize >= predict.choices.len()
        {
            let choices = predict.choices.len();
            let path = [At::Name("predict"), At::Name("right")];
            self.found(index, &path, Problem::RightChoice { found, choices });
        }
    }

    fn acts(&mut self, index: usize, step: &Step, lesson: &Lesson) {
        let Some(act) = &step.act else { return };
        if let Some(need) = act.need()
            && self.read.knows("needs")
            && !lesson.needs.contains(&need)
        {
            let need = serde_json::to_value(need).unwrap_or_default();
            let need = need.as_str().unwrap_or_default().to_owned();
            let problem = Problem::NeedMissing {
                act: act.name(),
                need,
            };
            self.found(index, &[At::Name("do")], problem);
        }
        if let Act::Experiment(experiment) = act {
            self.experiment(index, experiment);
        }
    }

    fn experiment(&mut self, index: usize, experiment: &Experiment) {
        for (at, row) in experiment.rows.iter().enumerate() {
            let path = |field| {
                [
                    At::Name("do"),
                    At::Name("rows"),
                    At::Index(at),
                    At::Name(field),
                ]
            };
            if !experiment.groups.contains_key(&row.group) {
                let id = row.group.clone();
                self.found(index, &path("group"), Problem::UnknownGroup { id });
            }
            if row.right.is_some() && row.answer.is_some() {
                self.found(index, &path("answer"), Problem::RightAndAnswer);
            }
        }
        for id in experiment.groups.keys() {
            if !experiment.rows.iter().any(|row| row.group == *id) {
                let path = [At::Name("do"), At::Name("groups"), At::Name(id)];
                self.found(index, &path, Problem::UnusedGroup { id: id.clone() });
            }
        }
    }
}
