//! `quartet transcribe`: a recording in, its words or the minutes of the meeting out.

use std::{path::Path, process::ExitCode};

use quartet_studio::{
    Body, Failure, MinutesOrder, MinutesProgress, MinutesSource, MinutesStats, MinutesStep, Studio,
    TranscriptionOrder, TranscriptionProgress,
    audio::transcription::{Segment, TranscriptionRequest, TranscriptionStats},
    check_input, transcript_text,
};
use serde::Serialize;

use crate::{
    arguments::TranscribeArguments,
    job::{self, generated, keep},
    output::{Result, User, line, note, result, write},
    progress::Progress,
    words,
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    model: &'a str,
    /// Where the transcript was written, where that was asked for.
    file: Option<&'a Path>,
    stats: &'a TranscriptionStats,
    /// Its id in the library.
    work: Option<&'a str>,
    keep_failure: &'a Option<Failure>,
    segments: &'a [Segment],
}

/// What `--minutes --json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MinutesDocument<'a> {
    minutes: &'a str,
    /// Where they were written, where that was asked for.
    file: Option<&'a Path>,
    stats: &'a MinutesStats,
    /// Their id in the library.
    work: Option<&'a str>,
    keep_failure: &'a Option<Failure>,
    /// What was said.
    segments: &'a [Segment],
    /// The transcript's id in the library.
    transcript: Option<&'a str>,
}

pub fn run(studio: &Studio, arguments: &TranscribeArguments, user: &User) -> Result<ExitCode> {
    let (out, sources) = (arguments.out.as_deref(), [arguments.file.clone()]);
    if arguments.minutes {
        job::check_out::<MinutesOrder>(studio, out, &sources)?;
    } else {
        job::check_out::<TranscriptionOrder>(studio, out, &sources)?;
    }
    // Before a model is loaded.
    check_input(&arguments.file)?;
    let request = TranscriptionRequest {
        path: arguments.file.display().to_string(),
        language: arguments.spoken.clone(),
        translate: arguments.translate,
        script: arguments.script,
    };
    if arguments.minutes {
        return minutes(studio, request, arguments, user);
    }
    let order = TranscriptionOrder {
        model: arguments.model.clone(),
        request,
    };
    let job = job::start(studio, order, keep(arguments.no_keep))?;
    let ended = job.follow(user, show)?;
    let (model, segments) = (&job.handle.model, &ended.made.segments);
    if let Some(out) = out {
        let label = ended.label(studio, 0, generated(model))?;
        Body::Transcript(segments).export(out, &label, false)?;
    }
    let document = Document {
        model,
        file: out,
        stats: &ended.made.stats,
        work: ended.work(),
        keep_failure: &ended.keep_failure,
        segments,
    };
    result(arguments.json, &document, out)?;
    if ended.made.stats.cut_short {
        note(user.say(words::SOUND_CUT_SHORT));
    }
    if segments.is_empty() {
        note(user.say(words::NOTHING_HEARD));
    } else if !arguments.json && out.is_none() {
        write(&transcript_text(segments, arguments.format))?;
    }
    Ok(ended.code(user, words::NOT_KEPT))
}

fn minutes(
    studio: &Studio,
    request: TranscriptionRequest,
    arguments: &TranscribeArguments,
    user: &User,
) -> Result<ExitCode> {
    let order = MinutesOrder {
        source: MinutesSource::Recording { request },
        listener: arguments.model.clone(),
        writer: arguments.text_model.clone(),
    };
    let job = job::start(studio, order, keep(arguments.no_keep))?;
    let mut heard = None;
    let ended = job.follow(user, |event, progress| {
        match event {
            MinutesProgress::Listening { event } => {
                heard = job::step(*event, progress, show)?.or(heard.take());
            }
            MinutesProgress::Step {
                step: MinutesStep::Notes,
                index,
                total,
            } => progress.count(words::TAKING_NOTES, index + 1, total),
            MinutesProgress::Step { .. } => progress.say(words::WRITING_MINUTES),
            MinutesProgress::Prompt { .. } | MinutesProgress::Text { .. } => {}
        }
        Ok(())
    })?;
    let (text, out) = (&ended.made.text, arguments.out.as_deref());
    if let Some(out) = out {
        let label = ended.label(studio, 0, generated(&job.handle.model))?;
        Body::Text(text).export(out, &label, false)?;
    }
    let document = MinutesDocument {
        minutes: text,
        file: out,
        stats: &ended.made.recipe.stats,
        work: ended.work(),
        keep_failure: &ended.keep_failure,
        segments: heard.as_ref().map_or(&[], |heard| &heard.made.segments),
        transcript: heard.as_ref().and_then(|heard| heard.work()),
    };
    result(arguments.json, &document, out)?;
    if heard
        .as_ref()
        .is_some_and(|heard| heard.made.stats.cut_short)
    {
        note(user.say(words::SOUND_CUT_SHORT));
    }
    if !arguments.json && out.is_none() {
        line(text)?;
    }
    Ok(ended.code(user, words::NOT_KEPT))
}

/// How far it is.
#[expect(clippy::unnecessary_wraps, reason = "as jobs are followed")]
fn show(event: TranscriptionProgress, progress: &mut Progress) -> Result<()> {
    match event {
        TranscriptionProgress::Language { code, .. } => {
            progress.about(words::LISTENING, format_args!("  {code}"));
        }
        TranscriptionProgress::Heard { done, total } => {
            let total = total.map(|total| format!(" / {total:.0}"));
            let total = total.unwrap_or_default();
            progress.about(words::LISTENING, format_args!("  {done:.0}{total} s"));
        }
        TranscriptionProgress::Partial { .. } | TranscriptionProgress::Segment { .. } => {}
    }
    Ok(())
}
