//! Transcription as a job: load, write down segment by segment, keep, tell.

use std::path::Path;

use quartet_pipelines::audio::transcription::{
    Segment, TranscriptionEvent, TranscriptionRequest, TranscriptionStats,
};
use quartet_runtime::Cancel;

use super::{Outlet, Task};
use crate::{
    Code, Failure, JobEvent, Modality, Result,
    bench::Bench,
    labels,
    models::Model,
    recipe::{self, Recipe, TranscriptionRecipe},
    wire::TranscriptionJobEvent,
    works::{Draft, Work},
};

pub(crate) struct TranscriptionJob {
    pub(crate) model: Model,
    pub(crate) request: TranscriptionRequest,
    /// Whether the result goes into the library.
    pub(crate) keep: bool,
    pub(crate) outlet: Outlet<TranscriptionJobEvent>,
    /// What came of it, for a job that goes on with it.
    pub(crate) heard: Option<Heard>,
}

/// What was said in a recording.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) segments: Vec<Segment>,
    pub(crate) language: String,
    /// The transcript's id in the library.
    pub(crate) work: Option<String>,
}

impl Task for TranscriptionJob {
    fn run(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<()> {
        let model = bench.transcription(&self.model, &mut self.outlet, cancel)?;
        let device = model.info().device;
        let mut segments: Vec<Segment> = Vec::new();
        let mut finished = None;
        for event in model.run(self.request.clone(), cancel)? {
            match event? {
                TranscriptionEvent::Language {
                    code,
                    probability,
                    guesses,
                } => self.outlet.send(TranscriptionJobEvent::Language {
                    code,
                    probability,
                    guesses,
                }),
                // The spectrogram is large, and nothing shows it yet.
                TranscriptionEvent::Window { .. } => {}
                TranscriptionEvent::Partial { from, text } => {
                    self.outlet
                        .gather(TranscriptionJobEvent::Partial { from, text });
                }
                TranscriptionEvent::Segment(segment) => {
                    segments.push(segment.clone());
                    self.outlet.send(TranscriptionJobEvent::Segment { segment });
                }
                TranscriptionEvent::Progress { done, total } => {
                    self.outlet
                        .gather(TranscriptionJobEvent::Progress { done, total });
                }
                TranscriptionEvent::Done(stats) => finished = Some(stats),
            }
        }
        let stats = finished
            .ok_or_else(|| Failure::new(Code::Internal, "a transcription without an end"))?;
        let kept = self
            .keep
            .then(|| self.keep(bench, &segments, &stats, device))
            .transpose();
        let (work, keep_failure) = match kept {
            Ok(work) => (work.map(|work| work.id), None),
            Err(failure) => (None, Some(failure)),
        };
        self.heard = Some(Heard {
            segments,
            language: stats.language.clone(),
            work: work.clone(),
        });
        self.outlet.send(TranscriptionJobEvent::Done {
            stats,
            work,
            keep_failure,
        });
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.outlet.send(TranscriptionJobEvent::failed(failure));
    }

    fn ahead(&mut self, jobs: u32) {
        self.outlet.send(TranscriptionJobEvent::queued(jobs));
    }
}

impl TranscriptionJob {
    /// A transcript is a text: it is kept as one.
    fn keep(
        &self,
        bench: &Bench,
        segments: &[Segment],
        stats: &TranscriptionStats,
        device: String,
    ) -> Result<Work> {
        let library = bench.library()?;
        let mut request = self.request.clone();
        request.language = Some(stats.language.clone()).filter(|code| !code.is_empty());
        let recipe = Recipe {
            transcription: Some(TranscriptionRecipe {
                request,
                stats: stats.clone(),
                segments: segments.to_vec(),
            }),
            ..bench.recipe(Modality::Text, &self.model, device, stats.seconds)
        }
        .json()?;
        let lines: Vec<_> = segments.iter().map(|one| one.text.as_str()).collect();
        let content = lines.join("\n");
        let file = Path::new(&self.request.path).file_name();
        let file = file.unwrap_or_default().to_string_lossy();
        let title = match recipe::title(&content) {
            empty if empty.is_empty() => recipe::title(&file),
            title => title,
        };
        let draft = Draft {
            modality: Modality::Text,
            title: &title,
            model: &self.model.id,
            seconds: stats.seconds,
            prompt: &file,
            content: &content,
            recipe: &recipe,
            extension: "md",
        };
        library.keep(&draft, |stamp, out| {
            let provenance = draft.provenance(stamp);
            labels::text::write(out, &stamp.id, &provenance, &content)
        })
    }
}
