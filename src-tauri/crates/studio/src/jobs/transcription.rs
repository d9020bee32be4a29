//! Transcription: a recording written down segment by segment.

use std::path::Path;

use quartet_media::{UnknownFormat, labels::SourceType};
use quartet_pipelines::audio::transcription::{
    LanguageGuess, Segment, TranscriptionEvent, TranscriptionModel, TranscriptionRequest,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    job::{Job, JobContext, Order, Prepared},
    product::Product,
};
use crate::{
    Code, Failure, Merge, Modality, Result, Skill,
    export::{self, Body, transcript_format},
    models::Model,
    recipe::{self, Made, TranscriptionRecipe},
    resources::Resources,
};

/// A recording to be written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptionOrder {
    #[serde(default)]
    pub model: Option<String>,
    pub request: TranscriptionRequest,
}

/// The progress of a transcription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TranscriptionProgress {
    /// What is spoken from here on: as heard, or as asked for (then without guesses).
    Language {
        code: String,
        probability: f32,
        guesses: Vec<LanguageGuess>,
    },
    /// What is written so far from `from` seconds on; it may yet be taken back.
    Partial { from: f64, text: String },
    /// Final.
    Segment { segment: Segment },
    /// Seconds of sound that are behind, and all of them where that is known.
    Heard { done: f64, total: Option<f64> },
}

impl Merge for TranscriptionProgress {
    fn merge(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            // What was not shown yet is overtaken.
            (before @ Self::Partial { .. }, next @ Self::Partial { .. })
            | (before @ Self::Heard { .. }, next @ Self::Heard { .. }) => {
                *before = next;
                None
            }
            (_, next) => Some(next),
        }
    }
}

#[derive(Debug)]
pub struct TranscriptionJob {
    order: TranscriptionOrder,
    model: Model,
}

impl Order for TranscriptionOrder {
    type Job = TranscriptionJob;
    type Live = ();

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        let model = resources
            .models
            .choose(self.model.as_deref(), Skill::Transcription)?;
        Ok(Prepared {
            model: model.id.clone(),
            live: (),
            job: TranscriptionJob { order: self, model },
        })
    }
}

impl Job for TranscriptionJob {
    type Progress = TranscriptionProgress;
    type Made = TranscriptionRecipe;

    fn check_ending(path: &Path) -> Result<(), UnknownFormat> {
        transcript_format(path)
    }

    fn run(&mut self, context: &mut JobContext<'_, Self>) -> Result<TranscriptionRecipe> {
        let cancel = context.cancel;
        let (model, events) = context.model::<dyn TranscriptionModel>(&self.model)?;
        let mut segments: Vec<Segment> = Vec::new();
        let mut languages: Vec<String> = Vec::new();
        for event in model.run(self.order.request.clone(), cancel)? {
            match event? {
                TranscriptionEvent::Language {
                    code,
                    probability,
                    guesses,
                } => {
                    languages.push(code.clone());
                    events.progress(TranscriptionProgress::Language {
                        code,
                        probability,
                        guesses,
                    });
                }
                // The spectrogram is large, and nothing shows it yet.
                TranscriptionEvent::Window { .. } => {}
                TranscriptionEvent::Partial { from, text } => {
                    events.coalesced(TranscriptionProgress::Partial { from, text });
                }
                TranscriptionEvent::Segment(segment) => {
                    segments.push(segment.clone());
                    events.progress(TranscriptionProgress::Segment { segment });
                }
                TranscriptionEvent::Progress { done, total } => {
                    events.coalesced(TranscriptionProgress::Heard { done, total });
                }
                TranscriptionEvent::Done(stats) => {
                    let mut request = self.order.request.clone();
                    // A replay asks for what was heard; where that were several it listens again.
                    if languages.len() < 2 && !stats.language.is_empty() {
                        request.language = Some(stats.language.clone());
                    }
                    return Ok(TranscriptionRecipe {
                        request,
                        stats,
                        segments,
                    });
                }
            }
        }
        let reason = "a transcription without an end";
        Err(Failure::new(Code::Internal, reason))
    }

    /// A transcript is a text: it is kept as one.
    fn products<'a>(&'a self, made: &'a TranscriptionRecipe) -> Vec<Product<'a>> {
        let content = export::lines(&made.segments);
        let title = match recipe::title(&content) {
            empty if empty.is_empty() => recipe::title(&recipe::file_name(&made.request.path)),
            title => title,
        };
        vec![Product {
            modality: Modality::Text,
            model: &self.model,
            seconds: made.stats.seconds,
            title,
            content: Some(content),
            made: Made::Transcription(made.clone()),
            source: SourceType::Generated,
            parts: Vec::new(),
            body: Body::Transcript(&made.segments),
        }]
    }
}

impl TranscriptionJob {
    pub(super) fn order(&self) -> &TranscriptionOrder {
        &self.order
    }

    pub(super) fn model(&self) -> &str {
        &self.model.id
    }
}
