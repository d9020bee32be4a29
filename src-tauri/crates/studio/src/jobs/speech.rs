//! Speech: said sentence by sentence, heard while it is made.

use std::{path::Path, sync::Arc};

use quartet_media::{UnknownFormat, labels::SourceType};
use quartet_pipelines::{
    Error as PipelineError,
    audio::{SpeechEvent, SpeechModel, SpeechRequest, SpokenWord, WordTiming},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    job::{Job, JobContext, Order, Prepared},
    product::Product,
};
use crate::{
    Code, Failure, Merge, Modality, Result, Skill, SpokenSentence,
    export::Body,
    models::Model,
    recipe::{self, Made, SpeechRecipe},
    resources::Resources,
    sound::{Format, Sound},
};

/// About four hours of sound, 700 MB of memory.
const MAX_CHARACTERS: usize = 200_000;

/// A text to be spoken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SpeechOrder {
    #[serde(default)]
    pub model: Option<String>,
    pub request: SpeechRequest,
}

/// The progress of speech.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum SpeechProgress {
    /// A sentence is about to be said.
    Sentence {
        /// Counts from 0.
        index: u32,
        words: Vec<SpokenWord>,
        /// Characters of the text that are behind, and all of them.
        done: u32,
        total: u32,
    },
    /// Something that the voice cannot say was left out.
    Skipped { text: String, start: u32, end: u32 },
    /// The sentence sounds.
    Audio {
        index: u32,
        /// In samples of the sentence; empty where the network gives none.
        timings: Vec<WordTiming>,
        /// Where it begins and ends, in samples of the whole sound.
        from: u32,
        to: u32,
        sample_rate: u32,
    },
}

impl Merge for SpeechProgress {}

#[derive(Debug)]
pub struct SpeechJob {
    pub(super) order: SpeechOrder,
    model: Model,
    /// Ids and names of models that speak Chinese, for a text that this one cannot say.
    chinese: Vec<(String, String)>,
    /// Grows as it is said.
    sound: Arc<Sound>,
}

impl Order for SpeechOrder {
    type Job = SpeechJob;
    type Live = Arc<Sound>;

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        let model = resources
            .models
            .choose(self.model.as_deref(), Skill::Speech)?;
        let sound = Arc::new(Sound::default());
        Ok(Prepared {
            model: model.id.clone(),
            live: Arc::clone(&sound),
            job: SpeechJob {
                order: self,
                model,
                chinese: resources.models.chinese_speakers(),
                sound,
            },
        })
    }
}

impl Job for SpeechJob {
    type Progress = SpeechProgress;
    type Made = SpeechRecipe;

    fn check_ending(path: &Path) -> Result<(), UnknownFormat> {
        Format::of(path).map(drop)
    }

    fn run(&mut self, context: &mut JobContext<'_, Self>) -> Result<SpeechRecipe> {
        let mut request = self.order.request.clone();
        check_length(&request.text)?;
        let cancel = context.cancel;
        let (model, events) = context.model::<dyn SpeechModel>(&self.model)?;
        let info = model.info();
        let sample_rate = info.sample_rate;
        let mut script: Vec<SpokenSentence> = Vec::new();
        let run = model.run(request.clone(), cancel);
        for event in run.map_err(|error| self.explain(error))? {
            match event? {
                SpeechEvent::Sentence {
                    index,
                    words,
                    done,
                    total,
                } => {
                    script.push(SpokenSentence {
                        words: words.clone(),
                        ..SpokenSentence::default()
                    });
                    events.progress(SpeechProgress::Sentence {
                        index,
                        words,
                        done,
                        total,
                    });
                }
                SpeechEvent::Skipped { text, start, end } => {
                    events.progress(SpeechProgress::Skipped { text, start, end });
                }
                SpeechEvent::Audio {
                    index,
                    samples,
                    timings,
                } => {
                    let range = self.sound.append(sample_rate, &samples);
                    if let Some(sentence) = script.last_mut() {
                        sentence.timings.clone_from(&timings);
                        (sentence.from, sentence.to) = (range.start, range.end);
                    }
                    events.progress(SpeechProgress::Audio {
                        index,
                        timings,
                        from: range.start,
                        to: range.end,
                        sample_rate,
                    });
                }
                SpeechEvent::Done(stats) => {
                    request.seed = Some(stats.seed);
                    request.voice = Some(stats.voice.clone());
                    return Ok(SpeechRecipe {
                        request,
                        stats,
                        script,
                    });
                }
            }
        }
        Err(Failure::new(Code::Internal, "speech without an end"))
    }

    fn products<'a>(&'a self, made: &'a SpeechRecipe) -> Vec<Product<'a>> {
        vec![Product {
            modality: Modality::Audio,
            model: &self.model,
            seconds: made.stats.phoneme_seconds + made.stats.voice_seconds,
            title: recipe::title(&made.request.text),
            content: None,
            made: Made::Speech(made.clone()),
            source: SourceType::Generated,
            parts: Vec::new(),
            body: Body::Sound(&self.sound),
        }]
    }

    fn end(&mut self) {
        self.sound.end();
    }
}

impl SpeechJob {
    pub(super) fn sound(&self) -> &Sound {
        &self.sound
    }

    /// A text in a language that the model lacks: which of those that are here has it.
    fn explain(&self, error: PipelineError) -> Failure {
        match &error {
            PipelineError::VoiceLanguage { able, .. }
                if able.is_empty() && !self.chinese.is_empty() =>
            {
                let name = |(_, name): &(String, String)| name.clone();
                let models: Vec<_> = self.chinese.iter().map(name).collect();
                let models = models.join(", ");
                let id = self.chinese.first().map_or("", |(id, _)| id.as_str());
                let values = [("models", models.as_str()), ("id", id)];
                Failure::with(Code::SpeechLanguage, &values, error)
            }
            _ => error.into(),
        }
    }
}

/// # Errors
/// `TextTooLong`.
fn check_length(text: &str) -> Result<()> {
    let found = text.chars().count();
    if found <= MAX_CHARACTERS {
        return Ok(());
    }
    let (found, limit) = (found.to_string(), MAX_CHARACTERS.to_string());
    let values = [("found", found.as_str()), ("limit", limit.as_str())];
    Err(Failure::with(Code::TextTooLong, &values, ""))
}
