//! An experiment: a question put many ways, each several times, and what comes out counted.

mod measures;
mod reading;
mod rows;

use std::{
    collections::{HashMap, hash_map::Entry},
    time::Instant,
};

use quartet_pipelines::text::{
    Message, Role, TextEvent, TextModel, TextParameters, TextRequest, local_time,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::job::{Job, JobContext, Order, Prepared};
use crate::{Failure, Merge, Result, Skill, models::Model, resources::Resources};
pub use measures::{GroupMeasures, Measure};
pub use rows::{ExperimentAnswer, ExperimentRow, RowAnswers};

/// Longer ones are no longer looked at by anybody.
const MOST_ROWS: usize = 40;
const MOST_SEEDS: usize = 10;
const MOST_TOKENS: u32 = 256;

/// What is asked: every row with every seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExperimentOrder {
    /// Answers where a row names none.
    #[serde(default)]
    pub model: Option<String>,
    /// At most 40.
    pub rows: Vec<ExperimentRow>,
    /// At most 10; a row whose answer is given is asked once.
    pub seeds: Vec<u32>,
    pub temperature: f32,
    /// Of each answer; at most 256.
    pub max_tokens: u32,
}

/// The progress of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ExperimentProgress {
    /// A row, counted from 0, is asked now.
    Began { row: u32, seed: u32 },
    /// It was answered: the `done`th answer of `total`.
    Answer {
        row: u32,
        answer: ExperimentAnswer,
        done: u32,
        total: u32,
    },
}

impl Merge for ExperimentProgress {}

/// What came out of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExperimentMade {
    /// As they were asked.
    pub rows: Vec<RowAnswers>,
    /// In the order in which rows name them.
    pub groups: Vec<GroupMeasures>,
}

#[derive(Debug)]
pub struct ExperimentJob {
    order: ExperimentOrder,
    /// One a row.
    models: Vec<Model>,
}

impl Order for ExperimentOrder {
    type Job = ExperimentJob;
    type Live = ();

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        let count = |name, found, most| Failure::check_count(name, found, 1, most);
        count("rows", self.rows.len(), MOST_ROWS)?;
        count("seeds", self.seeds.len(), MOST_SEEDS)?;
        count("max_tokens", self.max_tokens as usize, MOST_TOKENS as usize)?;
        let mut known: HashMap<Option<&str>, Model> = HashMap::new();
        let mut models = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let id = row.model.as_deref().or(self.model.as_deref());
            let model = match known.entry(id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(resources.models.choose(id, Skill::Text)?),
            };
            models.push(model.clone());
        }
        Ok(Prepared {
            model: models[0].id.clone(),
            live: (),
            job: ExperimentJob {
                order: self,
                models,
            },
        })
    }
}

impl Job for ExperimentJob {
    type Progress = ExperimentProgress;
    type Made = ExperimentMade;

    fn run(&mut self, context: &mut JobContext<'_, Self>) -> Result<ExperimentMade> {
        let seeds = |row: &ExperimentRow| {
            let once = row.answer.is_some();
            &self.order.seeds[..if once { 1 } else { self.order.seeds.len() }]
        };
        let total = self
            .order
            .rows
            .iter()
            .map(|row| seeds(row).len())
            .sum::<usize>() as u32;
        let mut done = 0;
        let mut rows = Vec::with_capacity(self.order.rows.len());
        for (index, (row, model)) in (0..).zip(self.order.rows.iter().zip(&self.models)) {
            let mut answers = Vec::new();
            for &seed in seeds(row) {
                context.send(ExperimentProgress::Began { row: index, seed });
                let answer = self.ask(context, row, model, seed)?;
                done += 1;
                context.send(ExperimentProgress::Answer {
                    row: index,
                    answer: answer.clone(),
                    done,
                    total,
                });
                answers.push(answer);
            }
            rows.push(RowAnswers {
                row: row.clone(),
                answers,
            });
        }
        let groups = measures::of_groups(&rows);
        Ok(ExperimentMade { rows, groups })
    }
}

impl ExperimentJob {
    fn ask(
        &self,
        context: &mut JobContext<'_, Self>,
        row: &ExperimentRow,
        model: &Model,
        seed: u32,
    ) -> Result<ExperimentAnswer> {
        let cancel = context.cancel;
        let (loaded, _) = context.model::<dyn TextModel>(model)?;
        let info = loaded.info();
        let role = |role, content: &str| Message {
            role,
            content: content.to_owned(),
        };
        let system = row.system.as_deref().or(model.system_prompt.as_deref());
        let system = system.filter(|text| !text.trim().is_empty());
        let request = TextRequest {
            messages: system
                .map(|text| role(Role::System, text))
                .into_iter()
                .chain([role(Role::User, &row.prompt)])
                .collect(),
            answer_start: Vec::new(),
            parameters: TextParameters {
                temperature: self.order.temperature,
                max_tokens: self.order.max_tokens,
                seed: Some(seed),
                ..info.defaults
            },
            alternatives: 0,
            local_time: info.is_dated.then(local_time),
        };
        let began = Instant::now();
        let tokens = loaded.tokenize(&row.prompt)?.len() as u32;
        let (text, logprobs) = if let Some(answer) = &row.answer {
            (answer.clone(), loaded.likelihood(&request, answer, cancel)?)
        } else {
            let mut text = String::new();
            let mut logprobs = Vec::new();
            for event in loaded.run(request, cancel)? {
                if let TextEvent::Token(token) = event? {
                    text.push_str(&token.text);
                    logprobs.push(token.logprob);
                }
            }
            (text, logprobs)
        };
        Ok(measures::of_answer(
            row,
            seed,
            text,
            &logprobs,
            tokens,
            began.elapsed().as_secs_f64(),
        ))
    }
}
