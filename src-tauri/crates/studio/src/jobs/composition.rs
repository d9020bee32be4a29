//! Tunes: composed bar by bar, heard while they are written.

use std::{path::Path, sync::Arc};

use quartet_media::{UnknownFormat, labels::SourceType};
use quartet_pipelines::audio::composition::{
    ComposedNote, CompositionEvent, CompositionModel, CompositionRequest, SAMPLE_RATE,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    job::{Job, JobContext, Order, Prepared},
    product::Product,
};
use crate::{
    Code, Failure, Merge, Modality, Result, Skill,
    export::{Body, tune_format},
    models::Model,
    recipe::{self, ComposedBar, CompositionRecipe, Made},
    resources::Resources,
    sound::Sound,
};

/// A tune to be composed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CompositionOrder {
    #[serde(default)]
    pub model: Option<String>,
    pub request: CompositionRequest,
}

/// The progress of a tune.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum CompositionProgress {
    /// What the request comes to: nothing in it is left open any more.
    Begun {
        request: CompositionRequest,
    },
    Notes {
        notes: Vec<ComposedNote>,
    },
    /// All notes of a bar are written.
    Bar {
        /// Counts from 0.
        index: u32,
        /// The part of the form that it belongs to, from 0; repeats have the same.
        part: u32,
        /// The bar that it repeats note for note.
        repeats: Option<u32>,
    },
    /// The bar sounds.
    Audio {
        bar: u32,
        /// Where it begins and ends, in samples of the whole sound; the last one rings out.
        from: u32,
        to: u32,
        sample_rate: u32,
    },
}

impl Merge for CompositionProgress {
    fn merge(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Notes { notes }, Self::Notes { notes: more }) => {
                notes.extend(more);
                None
            }
            (_, next) => Some(next),
        }
    }
}

#[derive(Debug)]
pub struct CompositionJob {
    order: CompositionOrder,
    model: Model,
    /// Grows as it is played.
    sound: Arc<Sound>,
}

impl Order for CompositionOrder {
    type Job = CompositionJob;
    type Live = Arc<Sound>;

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        let model = resources
            .models
            .choose(self.model.as_deref(), Skill::Composition)?;
        let sound = Arc::new(Sound::default());
        Ok(Prepared {
            model: model.id.clone(),
            live: Arc::clone(&sound),
            job: CompositionJob {
                order: self,
                model,
                sound,
            },
        })
    }
}

impl Job for CompositionJob {
    type Progress = CompositionProgress;
    type Made = CompositionRecipe;

    fn check_ending(path: &Path) -> Result<(), UnknownFormat> {
        tune_format(path)
    }

    fn run(&mut self, context: &mut JobContext<'_, Self>) -> Result<CompositionRecipe> {
        let mut asked = self.order.request.clone();
        let cancel = context.cancel;
        let (model, events) = context.model::<dyn CompositionModel>(&self.model)?;
        let mut notes: Vec<ComposedNote> = Vec::new();
        let mut bars: Vec<ComposedBar> = Vec::new();
        for event in model.run(asked.clone(), cancel)? {
            match event? {
                CompositionEvent::Begun { request } => {
                    asked.clone_from(&request);
                    events.progress(CompositionProgress::Begun { request });
                }
                CompositionEvent::Note(note) => {
                    notes.push(note.clone());
                    let notes = vec![note];
                    events.coalesced(CompositionProgress::Notes { notes });
                }
                CompositionEvent::Bar {
                    index,
                    part,
                    repeats,
                } => {
                    bars.push(ComposedBar {
                        part,
                        repeats,
                        ..ComposedBar::default()
                    });
                    events.progress(CompositionProgress::Bar {
                        index,
                        part,
                        repeats,
                    });
                }
                CompositionEvent::Audio { bar, samples } => {
                    let range = self.sound.append(SAMPLE_RATE, &samples);
                    if let Some(bar) = bars.get_mut(bar as usize) {
                        (bar.from, bar.to) = (range.start, range.end);
                    }
                    events.progress(CompositionProgress::Audio {
                        bar,
                        from: range.start,
                        to: range.end,
                        sample_rate: SAMPLE_RATE,
                    });
                }
                CompositionEvent::Done(stats) => {
                    return Ok(CompositionRecipe {
                        request: asked,
                        stats,
                        notes,
                        bars,
                    });
                }
            }
        }
        Err(Failure::new(Code::Internal, "a tune without an end"))
    }

    fn products<'a>(&'a self, made: &'a CompositionRecipe) -> Vec<Product<'a>> {
        vec![Product {
            modality: Modality::Audio,
            model: &self.model,
            seconds: made.stats.writing_seconds + made.stats.playing_seconds,
            title: recipe::title(&recipe::default_title(&made.request)),
            content: None,
            made: Made::Composition(made.clone()),
            source: SourceType::Generated,
            parts: Vec::new(),
            body: Body::Tune(&self.sound, made),
        }]
    }

    fn end(&mut self) {
        self.sound.end();
    }
}
