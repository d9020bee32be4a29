//! Text: generated token by token.

use quartet_media::labels::SourceType;
use quartet_pipelines::text::{TextEvent, TextModel, TextRequest, TextStats, Token, local_time};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    job::{Job, JobContext, Order, Prepared},
    product::Product,
};
use crate::{
    Code, Failure, Merge, Modality, Result, Skill,
    export::Body,
    models::Model,
    recipe::{self, Made, TextRecipe},
    resources::Resources,
};

/// A text to be generated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TextOrder {
    #[serde(default)]
    pub model: Option<String>,
    pub request: TextRequest,
}

/// The progress of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TextProgress {
    /// Tokens of the prompt read; `reused` of them were still in the cache.
    Prompt {
        done: u32,
        total: u32,
        reused: u32,
    },
    Tokens {
        tokens: Vec<Token>,
    },
}

impl Merge for TextProgress {
    fn merge(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Tokens { tokens }, Self::Tokens { tokens: more }) => {
                tokens.extend(more);
                None
            }
            // Progress that was not shown yet is overtaken.
            (before @ Self::Prompt { .. }, next @ Self::Prompt { .. }) => {
                *before = next;
                None
            }
            (_, next) => Some(next),
        }
    }
}

/// A finished text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TextMade {
    pub text: String,
    pub stats: TextStats,
}

#[derive(Debug)]
pub struct TextJob {
    model: Model,
    order: TextOrder,
}

impl Order for TextOrder {
    type Job = TextJob;
    type Live = ();

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        let model = resources
            .models
            .choose(self.model.as_deref(), Skill::Text)?;
        Ok(Prepared {
            model: model.id.clone(),
            live: (),
            job: TextJob { model, order: self },
        })
    }
}

impl Job for TextJob {
    type Progress = TextProgress;
    type Made = TextMade;

    fn run(&mut self, context: &mut JobContext<'_, Self>) -> Result<TextMade> {
        let cancel = context.cancel;
        let (model, events) = context.model::<dyn TextModel>(&self.model)?;
        if model.info().is_dated {
            // Kept in the recipe, so that a run again says the same day.
            let asked = &mut self.order.request.local_time;
            asked.get_or_insert_with(local_time);
        }
        let request = &self.order.request;
        // A fork's answer begins with tokens that are not sent again. Half a character at their end
        // is shown whole with the first new token.
        let mut text = model.decode(&request.answer_start);
        text.truncate(text.trim_end_matches(char::REPLACEMENT_CHARACTER).len());
        for event in model.run(request.clone(), cancel)? {
            match event? {
                TextEvent::Prompt {
                    done,
                    total,
                    reused,
                } => {
                    let progress = TextProgress::Prompt {
                        done,
                        total,
                        reused,
                    };
                    // The end of it is sent at once.
                    if done == total {
                        events.progress(progress);
                    } else {
                        events.coalesced(progress);
                    }
                }
                TextEvent::Token(token) => {
                    text.push_str(&token.text);
                    let tokens = vec![token];
                    events.coalesced(TextProgress::Tokens { tokens });
                }
                TextEvent::Done(stats) => return Ok(TextMade { text, stats }),
            }
        }
        Err(Failure::new(Code::Internal, "a generation without an end"))
    }

    fn products<'a>(&'a self, TextMade { text, stats }: &'a TextMade) -> Vec<Product<'a>> {
        let mut request = self.order.request.clone();
        request.parameters.seed = Some(stats.seed);
        vec![Product {
            modality: Modality::Text,
            model: &self.model,
            seconds: stats.prompt_seconds + stats.decode_seconds,
            title: recipe::title(recipe::asked_last(&request)),
            content: Some(text.clone()),
            made: Made::Text(TextRecipe {
                request,
                stats: stats.clone(),
            }),
            source: SourceType::Generated,
            parts: Vec::new(),
            body: Body::Text(text),
        }]
    }
}
