//! Whether what a lesson claims can be measured in one of its steps.

use quartet_studio::Measure;

use super::lenient::Read;
use crate::{
    act::{Act, Experiment, measure_name},
    lesson::Claim,
    node::{At, Node},
    problem::{Finding, Problem},
};

pub fn findings(read: &Read, document: &Node) -> Vec<Finding> {
    let Some(claim) = &read.lesson.claim else {
        return Vec::new();
    };
    let mut problems = bounds(claim);
    let mut steps = read.lesson.steps.iter().enumerate();
    match steps.find(|(_, step)| step.id.as_ref() == Some(&claim.step)) {
        None => {
            let (field, id) = ("claim.step", claim.step.clone());
            problems.push(("step", Problem::UnknownStep { field, id }));
        }
        Some((_, step)) => {
            if let Some(Act::Experiment(experiment)) = &step.act {
                problems.extend(groups(claim, experiment));
            } else {
                let id = claim.step.clone();
                problems.push(("step", Problem::ClaimNoExperiment { id }));
            }
        }
    }
    // Of what could not be read nothing is said.
    let known = |problem: &Problem| match problem {
        Problem::ClaimNoExperiment { id } => {
            let mut steps = read.lesson.steps.iter();
            let place = steps.position(|step| step.id.as_ref() == Some(id));
            place.is_none_or(|place| read.knows_step(place))
        }
        _ => true,
    };
    let problems = problems.into_iter().filter(|(_, problem)| known(problem));
    problems
        .map(|(field, problem)| {
            let line = document.line_of(&[At::Name("claim"), At::Name(field)]);
            Finding::new(line, problem)
        })
        .collect()
}

fn bounds(claim: &Claim) -> Vec<(&'static str, Problem)> {
    let problem = match (claim.at_least, claim.at_most) {
        (None, None) => ("measure", Problem::ClaimNoBound),
        (Some(least), Some(most)) if least > most => ("atLeast", Problem::ClaimNever),
        _ => return Vec::new(),
    };
    vec![problem]
}

fn groups(claim: &Claim, experiment: &Experiment) -> Vec<(&'static str, Problem)> {
    let mut problems = Vec::new();
    if claim.minus.as_ref() == Some(&claim.group) {
        let id = claim.group.clone();
        problems.push(("minus", Problem::ClaimSameGroup { id }));
    }
    let named = [
        ("group", Some(&claim.group)),
        ("minus", claim.minus.as_ref()),
    ];
    for (field, id) in named {
        let Some(id) = id else { continue };
        if !experiment.groups.contains_key(id) {
            problems.push((field, Problem::UnknownGroup { id: id.clone() }));
            continue;
        }
        let rows = experiment.rows.iter().filter(|row| row.group == *id);
        let lacking = match claim.measure {
            Measure::Right | Measure::ConfidenceWhenWrong => rows
                .clone()
                .any(|row| row.right.is_none())
                .then_some("right"),
            Measure::LogProbability => rows
                .clone()
                .any(|row| row.answer.is_none())
                .then_some("answer"),
            _ => None,
        };
        if let Some(field) = lacking {
            let problem = Problem::ClaimUnmeasured {
                measure: measure_name(claim.measure),
                group: id.clone(),
                field,
            };
            problems.push(("measure", problem));
        }
    }
    problems
}
