//! `quartet transcribe`: a recording in, its words out.

use std::{path::PathBuf, process::ExitCode, sync::mpsc};

use quartet_studio::{
    Code, Failure, Language, Skill, Studio, TranscriptionJobEvent,
    audio::transcription::{
        ChineseScript, Segment, TranscriptFormat, TranscriptionRequest, TranscriptionStats,
    },
    export_segments, transcript_format, transcript_text,
};
use serde::Serialize;

use crate::{
    arguments::{Script, TranscribeArguments, TranscriptKind},
    job::channel,
    minutes,
    output::{Output, Result, write},
    progress::Progress,
    words::{self, say},
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    model: String,
    /// Where the transcript was written, where that was asked for.
    file: Option<PathBuf>,
    stats: TranscriptionStats,
    /// Its id in the library.
    work: Option<String>,
    keep_failure: Option<Failure>,
    segments: Vec<Segment>,
}

pub fn run(studio: &Studio, arguments: &TranscribeArguments, output: &Output) -> Result<ExitCode> {
    if arguments.minutes {
        return minutes::run(studio, arguments, request(arguments), output);
    }
    if let Some(out) = &arguments.out {
        // Told before the recording is heard, not after.
        transcript_format(out)?;
    }
    let model = match &arguments.model {
        Some(model) => model.clone(),
        None => studio.default_model(Skill::Transcription)?,
    };
    let (sink, events) = channel();
    if arguments.no_keep {
        studio.start_unkept_transcription(&model, request(arguments), sink)?;
    } else {
        studio.start_transcription(&model, request(arguments), sink)?;
    }
    let mut document = gather(model, &events, output)?;
    if let Some(out) = &arguments.out {
        export_segments(&document.segments, out)?;
        document.file = Some(out.clone());
    }
    if arguments.json {
        output.json(&document)?;
    } else if let Some(file) = &document.file {
        output.line(&file.display().to_string())?;
    } else {
        let format = match arguments.format {
            TranscriptKind::Txt => TranscriptFormat::Txt,
            TranscriptKind::Srt => TranscriptFormat::Srt,
            TranscriptKind::Vtt => TranscriptFormat::Vtt,
            TranscriptKind::Json => TranscriptFormat::Json,
        };
        write(&transcript_text(&document.segments, format))?;
    }
    match &document.keep_failure {
        Some(failure) => {
            output.note(say(words::NOT_KEPT, output.language));
            Ok(output.failure(failure))
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

fn request(arguments: &TranscribeArguments) -> TranscriptionRequest {
    TranscriptionRequest {
        path: arguments.file.display().to_string(),
        language: arguments.spoken.clone(),
        translate: arguments.translate,
        script: arguments.script.map(|script| match script {
            Script::Simplified => ChineseScript::Simplified,
            Script::Traditional => ChineseScript::Traditional,
        }),
    }
}

/// Follows a job to its end.
fn gather(
    model: String,
    events: &mpsc::Receiver<TranscriptionJobEvent>,
    output: &Output,
) -> Result<Document> {
    let language = output.language;
    let mut progress = Progress::new();
    let mut segments = Vec::new();
    for event in events {
        match event {
            TranscriptionJobEvent::Segment { segment } => segments.push(segment),
            TranscriptionJobEvent::Done {
                stats,
                work,
                keep_failure,
            } => {
                progress.clear();
                return Ok(Document {
                    model,
                    file: None,
                    stats,
                    work,
                    keep_failure,
                    segments,
                });
            }
            TranscriptionJobEvent::Failed { failure } => return Err(failure.into()),
            other => show(&other, &mut progress, language),
        }
    }
    Err(Failure::new(Code::Internal, "the job ended without an end").into())
}

/// How far it is.
pub fn show(event: &TranscriptionJobEvent, progress: &mut Progress, language: Language) {
    let listening = say(words::LISTENING, language);
    match event {
        TranscriptionJobEvent::Queued { .. } => progress.show(say(words::WAITING, language)),
        TranscriptionJobEvent::Loading {
            model,
            seconds,
            expected_seconds,
        } => progress.loading(model, *seconds, *expected_seconds, language),
        TranscriptionJobEvent::Language { code, .. } => {
            progress.show(&format!("{listening}  {code}"));
        }
        TranscriptionJobEvent::Progress { done, total } => {
            let total = total.map(|total| format!(" / {total:.0}"));
            let total = total.unwrap_or_default();
            progress.show(&format!("{listening}  {done:.0}{total} s"));
        }
        TranscriptionJobEvent::Partial { .. }
        | TranscriptionJobEvent::Segment { .. }
        | TranscriptionJobEvent::Done { .. }
        | TranscriptionJobEvent::Failed { .. } => {}
    }
}
