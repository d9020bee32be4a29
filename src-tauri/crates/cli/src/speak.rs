//! `quartet speak`: a text in, a sound out.

use std::{path::PathBuf, process::ExitCode, sync::mpsc};

use quartet_studio::{
    Code, Failure, Skill, SpeechJobEvent, SpokenSentence, Studio,
    audio::{SpeechRequest, SpeechStats},
    sound::Format,
};
use serde::Serialize;

use crate::{
    arguments::SpeakArguments,
    job::channel,
    output::{Output, Result},
    progress::Progress,
    words::{self, say},
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    model: String,
    /// Where the sound lies; none when it was neither kept nor asked for.
    file: Option<PathBuf>,
    stats: SpeechStats,
    /// Its id in the library.
    work: Option<String>,
    keep_failure: Option<Failure>,
    script: Vec<SpokenSentence>,
}

pub fn run(studio: &Studio, arguments: &SpeakArguments, output: &Output) -> Result<ExitCode> {
    if let Some(out) = &arguments.out {
        // Told before the sound is made, not after.
        Format::of(out)?;
    }
    let model = match &arguments.model {
        Some(model) => model.clone(),
        None => studio.default_model(Skill::Speech)?,
    };
    let request = SpeechRequest {
        text: arguments.text.clone(),
        voice: arguments.voice.clone(),
        speed: arguments.speed,
        seed: arguments.seed,
    };
    let (sink, events) = channel();
    let take = if arguments.no_keep {
        studio.start_unkept_speech(&model, request, sink)?
    } else {
        studio.start_speech(&model, request, sink)?
    };
    let mut document = gather(model, &events, output)?;
    document.file = match (&arguments.out, &document.work) {
        (Some(out), _) => {
            studio.export_take(&take, out)?;
            Some(out.clone())
        }
        (None, Some(work)) => Some(PathBuf::from(studio.open_work(work)?.file)),
        (None, None) => None,
    };
    if arguments.json {
        output.json(&document)?;
    } else if let Some(file) = &document.file {
        output.line(&file.display().to_string())?;
    }
    match &document.keep_failure {
        Some(failure) => {
            output.note(say(words::SOUND_NOT_KEPT, output.language));
            Ok(output.failure(failure))
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Follows a job to its end.
fn gather(
    model: String,
    events: &mpsc::Receiver<SpeechJobEvent>,
    output: &Output,
) -> Result<Document> {
    let language = output.language;
    let mut progress = Progress::new();
    let mut script: Vec<SpokenSentence> = Vec::new();
    for event in events {
        match event {
            SpeechJobEvent::Queued { .. } => progress.show(say(words::WAITING, language)),
            SpeechJobEvent::Loading {
                model,
                seconds,
                expected_seconds,
            } => progress.loading(&model, seconds, expected_seconds, language),
            SpeechJobEvent::Sentence {
                words, done, total, ..
            } => {
                let speaking = say(words::SPEAKING, language);
                progress.show(&format!("{speaking}  {done} / {total}"));
                script.push(SpokenSentence {
                    words,
                    timings: Vec::new(),
                    from: 0,
                    to: 0,
                });
            }
            SpeechJobEvent::Skipped { text, .. } => {
                progress.clear();
                output.note(&format!("{}: {text}", say(words::LEFT_OUT, language)));
            }
            SpeechJobEvent::Audio {
                timings, from, to, ..
            } => {
                if let Some(sentence) = script.last_mut() {
                    sentence.timings = timings;
                    (sentence.from, sentence.to) = (from, to);
                }
            }
            SpeechJobEvent::Done {
                stats,
                work,
                keep_failure,
            } => {
                return Ok(Document {
                    model,
                    file: None,
                    stats,
                    work,
                    keep_failure,
                    script,
                });
            }
            SpeechJobEvent::Failed { failure } => return Err(failure.into()),
        }
    }
    Err(Failure::new(Code::Internal, "the job ended without an end").into())
}
