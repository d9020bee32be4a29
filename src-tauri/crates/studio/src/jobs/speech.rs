//! Speech as a job: load, speak sentence by sentence, keep, tell.

use std::sync::Arc;

use quartet_pipelines::{
    Error as PipelineError,
    audio::{SpeechEvent, SpeechRequest, SpeechStats},
};
use quartet_runtime::Cancel;

use super::{Outlet, Task};
use crate::{
    Code, Failure, JobEvent, Modality, Result,
    bench::Bench,
    labels,
    models::Model,
    recipe::{self, Recipe, SpeechRecipe, SpokenSentence},
    sound::Sound,
    wire::SpeechJobEvent,
    works::{Draft, Work},
};

/// About four hours of sound, 700 MB of memory.
const MAX_CHARACTERS: usize = 200_000;

pub(crate) struct SpeechJob {
    pub(crate) model: Model,
    pub(crate) request: SpeechRequest,
    /// Names of models that speak Chinese, for a text that this one cannot say.
    pub(crate) chinese: Vec<String>,
    /// Whether the result goes into the library.
    pub(crate) keep: bool,
    /// Grows as it is said.
    pub(crate) sound: Arc<Sound>,
    /// What was said, for a job that goes on with it.
    pub(crate) spoken: Option<Spoken>,
    pub(crate) outlet: Outlet<SpeechJobEvent>,
}

/// A text that was spoken.
#[derive(Debug)]
pub(crate) struct Spoken {
    pub(crate) script: Vec<SpokenSentence>,
    pub(crate) sample_rate: u32,
    /// The sound's id in the library.
    pub(crate) work: Option<String>,
}

impl Task for SpeechJob {
    fn run(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<()> {
        check_length(&self.request.text)?;
        let model = bench.speech(&self.model, &mut self.outlet, cancel)?;
        let info = model.info();
        let mut script: Vec<SpokenSentence> = Vec::new();
        let mut finished = None;
        let events = model.run(self.request.clone(), cancel);
        for event in events.map_err(|error| told(error, &self.chinese))? {
            match event? {
                SpeechEvent::Sentence {
                    index,
                    words,
                    done,
                    total,
                } => {
                    script.push(SpokenSentence {
                        words: words.clone(),
                        timings: Vec::new(),
                        from: 0,
                        to: 0,
                    });
                    self.outlet.send(SpeechJobEvent::Sentence {
                        index,
                        words,
                        done,
                        total,
                    });
                }
                SpeechEvent::Skipped { text, start, end } => {
                    self.outlet
                        .send(SpeechJobEvent::Skipped { text, start, end });
                }
                SpeechEvent::Audio {
                    index,
                    samples,
                    timings,
                } => {
                    let place = self.sound.append(info.sample_rate, &samples);
                    if let Some(sentence) = script.last_mut() {
                        sentence.timings.clone_from(&timings);
                        (sentence.from, sentence.to) = (place.start, place.end);
                    }
                    self.outlet.send(SpeechJobEvent::Audio {
                        index,
                        timings,
                        from: place.start,
                        to: place.end,
                        sample_rate: info.sample_rate,
                    });
                }
                SpeechEvent::Done(stats) => finished = Some(stats),
            }
        }
        self.sound.end();
        let stats =
            finished.ok_or_else(|| Failure::new(Code::Internal, "speech without an end"))?;
        let kept = self
            .keep
            .then(|| self.keep(bench, script.clone(), &stats, info.device))
            .transpose();
        let (work, keep_failure) = match kept {
            Ok(work) => (work.map(|work| work.id), None),
            Err(failure) => (None, Some(failure)),
        };
        self.spoken = Some(Spoken {
            script,
            sample_rate: info.sample_rate,
            work: work.clone(),
        });
        self.outlet.send(SpeechJobEvent::Done {
            stats,
            work,
            keep_failure,
        });
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.sound.end();
        self.outlet.send(SpeechJobEvent::failed(failure));
    }

    fn ahead(&mut self, jobs: u32) {
        self.outlet.send(SpeechJobEvent::queued(jobs));
    }
}

/// A text in a language that the model lacks: which of those that are here has it.
fn told(error: PipelineError, chinese: &[String]) -> Failure {
    match &error {
        PipelineError::VoiceLanguage { able, .. } if able.is_empty() && !chinese.is_empty() => {
            let models = chinese.join(", ");
            Failure::with(Code::SpeechLanguage, &[("models", &models)], error)
        }
        _ => error.into(),
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

impl SpeechJob {
    fn keep(
        &self,
        bench: &Bench,
        script: Vec<SpokenSentence>,
        stats: &SpeechStats,
        device: String,
    ) -> Result<Work> {
        let library = bench.library()?;
        let mut request = self.request.clone();
        request.seed = Some(stats.seed);
        request.voice = Some(stats.voice.clone());
        let seconds = stats.phoneme_seconds + stats.voice_seconds;
        let recipe = Recipe {
            speech: Some(SpeechRecipe {
                request,
                stats: stats.clone(),
                script,
            }),
            ..bench.recipe(Modality::Audio, &self.model, device, seconds)
        }
        .json()?;
        let text = &self.request.text;
        let draft = Draft {
            modality: Modality::Audio,
            title: &recipe::title(text),
            model: &self.model.id,
            seconds,
            prompt: text,
            content: text,
            recipe: &recipe,
            extension: "wav",
        };
        library.keep(&draft, |stamp, out| {
            let provenance = draft.provenance(stamp);
            self.sound
                .with(|pcm| labels::wav::write(out, &stamp.id, &provenance, pcm))
        })
    }
}
