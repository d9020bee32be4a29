//! `quartet transcribe --minutes`: a recording in, the minutes of the meeting out.

use std::{path::PathBuf, process::ExitCode, sync::mpsc};

use quartet_studio::{
    Code, Failure, MinutesJobEvent, MinutesModels, MinutesSource, MinutesStats, MinutesStep,
    Studio, TranscriptionJobEvent,
    audio::transcription::{Segment, TranscriptionRequest},
    export_minutes,
};
use serde::Serialize;

use crate::{
    arguments::TranscribeArguments,
    job::channel,
    output::{Output, Result, write},
    progress::Progress,
    transcribe,
    words::{self, say},
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    minutes: String,
    /// Where they were written, where that was asked for.
    file: Option<PathBuf>,
    stats: MinutesStats,
    /// Their id in the library.
    work: Option<String>,
    keep_failure: Option<Failure>,
    /// What was said.
    segments: Vec<Segment>,
    /// The transcript's id in the library.
    transcript: Option<String>,
}

pub fn run(
    studio: &Studio,
    arguments: &TranscribeArguments,
    request: TranscriptionRequest,
    output: &Output,
) -> Result<ExitCode> {
    let (sink, events) = channel();
    let source = MinutesSource::Recording { request };
    let models = MinutesModels {
        listening: arguments.model.clone(),
        writing: arguments.text_model.clone(),
    };
    studio.start_minutes_with(source, models, !arguments.no_keep, sink)?;
    let mut document = gather(&events, output)?;
    if let Some(out) = &arguments.out {
        export_minutes(&document.minutes, out)?;
        document.file = Some(out.clone());
    }
    if arguments.json {
        output.json(&document)?;
    } else if let Some(file) = &document.file {
        output.line(&file.display().to_string())?;
    } else {
        write(&format!("{}\n", document.minutes))?;
    }
    match &document.keep_failure {
        Some(failure) => {
            output.note(say(words::NOT_KEPT, output.language));
            Ok(output.failure(failure))
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Follows a job to its end.
fn gather(events: &mpsc::Receiver<MinutesJobEvent>, output: &Output) -> Result<Document> {
    let language = output.language;
    let mut progress = Progress::new();
    let (mut segments, mut transcript) = (Vec::new(), None);
    for event in events {
        match event {
            MinutesJobEvent::Queued { .. } => progress.show(say(words::WAITING, language)),
            MinutesJobEvent::Loading {
                model,
                seconds,
                expected_seconds,
            } => progress.loading(&model, seconds, expected_seconds, language),
            MinutesJobEvent::Listening { event } => match event {
                TranscriptionJobEvent::Segment { segment } => segments.push(segment),
                TranscriptionJobEvent::Done { work, .. } => transcript = work,
                other => transcribe::show(&other, &mut progress, language),
            },
            MinutesJobEvent::Step { step, index, total } => progress.show(&match step {
                MinutesStep::Notes => {
                    let notes = say(words::TAKING_NOTES, language);
                    format!("{notes}  {} / {total}", index + 1)
                }
                MinutesStep::Minutes => say(words::WRITING_MINUTES, language).to_owned(),
            }),
            MinutesJobEvent::Prompt { .. } | MinutesJobEvent::Text { .. } => {}
            MinutesJobEvent::Done {
                minutes,
                stats,
                work,
                keep_failure,
            } => {
                progress.clear();
                return Ok(Document {
                    minutes,
                    file: None,
                    stats,
                    work,
                    keep_failure,
                    segments,
                    transcript,
                });
            }
            MinutesJobEvent::Failed { failure } => return Err(failure.into()),
        }
    }
    Err(Failure::new(Code::Internal, "the job ended without an end").into())
}
