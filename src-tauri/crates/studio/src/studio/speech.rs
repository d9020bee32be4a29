//! Speech: loading a voice, and speaking.

use std::{path::Path, sync::Arc};

use quartet_pipelines::audio::SpeechRequest;
use quartet_runtime::Cancel;
use uuid::Uuid;

use super::{Studio, lock, replace};
use crate::{
    Result, Skill,
    bench::Bench,
    clock,
    jobs::{Ask, JobId, Outlet, SpeechJob, Task},
    labels::Provenance,
    sound::{self, Sound, SoundId},
    wire::{LoadedSpeech, SpeechSink},
};

/// A sound on its way, beside its events.
#[derive(Debug)]
pub struct Take {
    pub job: JobId,
    /// Grows while the job runs.
    pub sound: Arc<Sound>,
    model: String,
}

impl Take {
    /// An id and the label of a copy that is in no library, made now.
    pub(super) fn stamp(&self) -> (String, Provenance) {
        let id = Uuid::now_v7();
        let provenance = Provenance {
            title: None,
            created: clock::rfc3339(clock::millis_of(&id)),
            model: self.model.clone(),
            recipe: None,
        };
        (id.to_string(), provenance)
    }
}

impl Studio {
    /// Loads a model ahead of its use and waits for it; an older call that still waits is stopped.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, `ModelTooLarge`, `Cancelled`, and whatever is wrong with
    /// the model.
    pub fn load_speech(&self, model: &str, sink: SpeechSink) -> Result<LoadedSpeech> {
        let model = self.model_that(model, Skill::Speech)?;
        let cancel = replace(&self.preload);
        let mut outlet = Outlet::new(sink, cancel.clone());
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let info = bench.speech(&model, &mut outlet, cancel)?.info();
            Ok(LoadedSpeech {
                model: model.id,
                voices: info.voices,
                sample_rate: info.sample_rate,
                device: info.device,
            })
        });
        self.queue.start_with(ask, cancel);
        answer.wait()
    }

    /// Queues a text to be spoken and kept in the library.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, or the model's own problem; everything later goes to the
    /// sink.
    pub fn start_speech(
        &self,
        model: &str,
        request: SpeechRequest,
        sink: SpeechSink,
    ) -> Result<Take> {
        self.queue_speech(model, request, sink, true)
    }

    /// The same, leaving no trace in the library.
    ///
    /// # Errors
    /// As [`Studio::start_speech`].
    pub fn start_unkept_speech(
        &self,
        model: &str,
        request: SpeechRequest,
        sink: SpeechSink,
    ) -> Result<Take> {
        self.queue_speech(model, request, sink, false)
    }

    fn queue_speech(
        &self,
        model: &str,
        request: SpeechRequest,
        sink: SpeechSink,
        keep: bool,
    ) -> Result<Take> {
        let model = self.model_that(model, Skill::Speech)?;
        let chinese = self.chinese_speakers();
        Ok(
            self.queue_take(model.id.clone(), |sound, cancel| SpeechJob {
                model,
                request,
                chinese,
                keep,
                sound,
                spoken: None,
                outlet: Outlet::new(sink, cancel),
            }),
        )
    }

    /// Queues a job whose sound can be heard and written while it grows.
    pub(super) fn queue_take<T: Task + 'static>(
        &self,
        model: String,
        job: impl FnOnce(Arc<Sound>, Cancel) -> T,
    ) -> Take {
        let cancel = Cancel::new();
        let sound = Arc::new(Sound::default());
        let job = job(Arc::clone(&sound), cancel.clone());
        let job = self.queue.start_with(job, cancel);
        lock(&self.sounds).put(SoundId::Take { job }, Arc::clone(&sound));
        Take { job, sound, model }
    }

    /// Names of the models here that speak Chinese.
    pub(super) fn chinese_speakers(&self) -> Vec<String> {
        let models = lock(&self.models);
        let able = models.iter().filter(|model| {
            model.architecture.skill() == Some(Skill::Speech)
                && model.problem.is_none()
                && model
                    .languages
                    .iter()
                    .any(|language| language.starts_with("zh"))
        });
        able.map(|model| model.name.en.clone()).collect()
    }

    /// Writes a labelled copy of a sound that is in no library, as far as it is made; with
    /// `audible`, or where the settings ask for it, the label can be heard as well.
    ///
    /// # Errors
    /// `ExportFormat`, `ExportFailed`.
    pub fn export_take(&self, take: &Take, path: &Path, audible: bool) -> Result<()> {
        let (id, provenance) = take.stamp();
        let audible = audible || self.settings.load().audible_label;
        take.sound
            .with(|pcm| sound::export(path, &id, &provenance, pcm, audible))
    }
}
