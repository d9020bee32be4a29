//! The minutes of a meeting, from a recording or from its transcript.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use quartet_runtime::Cancel;
use uuid::Uuid;

use super::{Studio, lock};
use crate::{
    Code, Failure, Result, Skill, clock,
    jobs::{Heard, JobId, MinutesJob, Outlet, TranscriptionJob},
    labels::{self, Provenance},
    wire::{MinutesJobEvent, MinutesSink, MinutesSource},
    works::write_file,
};

/// Writes minutes that need be in no library to a labelled Markdown file.
///
/// # Errors
/// `ExportFailed`.
pub fn export_minutes(minutes: &str, path: &Path) -> Result<()> {
    let id = Uuid::now_v7();
    let provenance = Provenance {
        title: None,
        created: clock::rfc3339(clock::millis_of(&id)),
        model: String::new(),
        recipe: None,
    };
    write_file(path, |out| {
        labels::text::write(out, &id.to_string(), &provenance, minutes)
    })
    .map_err(|error| Failure::at(Code::ExportFailed, path, error))
}

/// Who listens and who writes; none: the default model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MinutesModels {
    pub listening: Option<String>,
    pub writing: Option<String>,
}

impl Studio {
    /// Queues minutes: where they are made of a recording, its transcript is made first, and kept as
    /// well. The default models listen and write.
    ///
    /// # Errors
    /// `ModelNone`, a model's own problem, `WorkUnknown`, `WorkFileMissing`, `WorkFileBroken`;
    /// `NothingToSumUp` for a work in which nobody speaks; everything later goes to the sink.
    pub fn start_minutes(
        &self,
        source: MinutesSource,
        keep: bool,
        sink: MinutesSink,
    ) -> Result<JobId> {
        self.start_minutes_with(source, MinutesModels::default(), keep, sink)
    }

    /// Queues minutes by models that are named.
    ///
    /// # Errors
    /// As [`Studio::start_minutes`], and those of a model that is unknown or of another kind.
    pub fn start_minutes_with(
        &self,
        source: MinutesSource,
        models: MinutesModels,
        keep: bool,
        sink: MinutesSink,
    ) -> Result<JobId> {
        let named = |model: Option<String>, skill| match model {
            Some(model) => Ok(model),
            None => self.default_model(skill),
        };
        let writer = self.model_that(&named(models.writing, Skill::Text)?, Skill::Text)?;
        let cancel = Cancel::new();
        // Both tell of one job: what the first tells is wrapped up.
        let sink = Arc::new(Mutex::new(sink));
        let outer = Arc::clone(&sink);
        let tell = move |event| {
            let mut sink = lock(&outer);
            sink(event)
        };
        let outlet = Outlet::new(Box::new(tell), cancel.clone());
        let job = match source {
            MinutesSource::Recording { request } => {
                let listener = named(models.listening, Skill::Transcription)?;
                let wrap = move |event| {
                    let mut sink = lock(&sink);
                    sink(MinutesJobEvent::Listening { event })
                };
                MinutesJob {
                    heard: None,
                    name: request.path.clone(),
                    listening: Some(TranscriptionJob {
                        model: self.model_that(&listener, Skill::Transcription)?,
                        request,
                        keep,
                        outlet: Outlet::new(Box::new(wrap), cancel.clone()),
                        heard: None,
                    }),
                    writer,
                    keep,
                    outlet,
                }
            }
            MinutesSource::Transcript { work } => {
                let detail = self.open_work(&work)?;
                let heard = detail.made.and_then(|recipe| recipe.transcription);
                let heard = heard.ok_or_else(|| Failure::new(Code::NothingToSumUp, &work))?;
                MinutesJob {
                    listening: None,
                    heard: Some(Heard {
                        segments: heard.segments,
                        language: heard.stats.language,
                        work: Some(work),
                    }),
                    name: heard.request.path,
                    writer,
                    keep,
                    outlet,
                }
            }
        };
        Ok(self.queue.start_with(job, cancel))
    }
}
