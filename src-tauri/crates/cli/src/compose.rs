//! `quartet compose`: a mood in, a tune out.

use std::{path::PathBuf, process::ExitCode, sync::mpsc};

use quartet_studio::{
    Cancel, Code, ComposedBar, CompositionJobEvent, CompositionRecipe, Failure, Skill, Studio,
    audio::composition::{ComposedNote, CompositionRequest, CompositionStats, Form},
    tune_format,
};
use serde::Serialize;

use crate::{
    arguments::ComposeArguments,
    job::channel,
    output::{Output, Result},
    progress::Progress,
    speak::{follow, play},
    words::{self, say},
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    model: String,
    /// Where the tune lies; none when it was neither kept nor asked for.
    file: Option<PathBuf>,
    /// Its id in the library.
    work: Option<String>,
    keep_failure: Option<Failure>,
    #[serde(flatten)]
    tune: CompositionRecipe,
}

pub fn run(
    studio: &Studio,
    arguments: &ComposeArguments,
    cancel: &Cancel,
    output: &Output,
) -> Result<ExitCode> {
    // Told before the tune is made, not after.
    if let Some(out) = &arguments.out {
        tune_format(out)?;
    }
    let model = match &arguments.model {
        Some(model) => model.clone(),
        None => studio.default_model(Skill::Composition)?,
    };
    let (sink, events) = channel();
    let take = if arguments.no_keep {
        studio.start_unkept_composition(&model, request(arguments), sink)?
    } else {
        studio.start_composition(&model, request(arguments), sink)?
    };
    let playing = arguments.play.then(|| play(studio, &take));
    let mut document = gather(model, &events, output)?;
    document.file = match (&arguments.out, &document.work) {
        (Some(out), _) => {
            studio.export_tune(&take, &document.tune, out, false)?;
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
    if let Some(playing) = playing {
        follow(&playing, cancel, output)?;
    }
    match &document.keep_failure {
        Some(failure) => {
            output.note(say(words::SOUND_NOT_KEPT, output.language));
            Ok(output.failure(failure))
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

fn request(arguments: &ComposeArguments) -> CompositionRequest {
    let bars = arguments.bars;
    let usual = if bars.is_multiple_of(4) && bars >= 8 {
        Form::Aaba
    } else {
        Form::Free
    };
    CompositionRequest {
        title: arguments.title.clone(),
        mood: arguments.mood,
        metre: arguments.metre,
        mode: arguments.mode,
        key: arguments.key,
        bars,
        tempo: arguments.tempo,
        instrument: arguments.instrument.clone(),
        accompaniment: arguments.accompaniment,
        form: arguments.form.unwrap_or(usual),
        temperature: arguments.temperature,
        top_p: None,
        seed: arguments.seed,
        start: Vec::new(),
    }
}

/// Follows a job to its end.
fn gather(
    model: String,
    events: &mpsc::Receiver<CompositionJobEvent>,
    output: &Output,
) -> Result<Document> {
    let language = output.language;
    let mut progress = Progress::new();
    let mut asked: Option<CompositionRequest> = None;
    let mut notes: Vec<ComposedNote> = Vec::new();
    let mut bars: Vec<ComposedBar> = Vec::new();
    for event in events {
        match event {
            CompositionJobEvent::Queued { .. } => progress.show(say(words::WAITING, language)),
            CompositionJobEvent::Loading {
                model,
                seconds,
                expected_seconds,
            } => progress.loading(&model, seconds, expected_seconds, language),
            CompositionJobEvent::Begun { request } => asked = Some(request),
            CompositionJobEvent::Notes { notes: more } => notes.extend(more),
            CompositionJobEvent::Bar { part, repeats, .. } => bars.push(ComposedBar {
                part,
                repeats,
                ..ComposedBar::default()
            }),
            CompositionJobEvent::Audio { bar, from, to, .. } => {
                let total = asked.as_ref().map_or(0, |request| request.bars);
                let composing = say(words::COMPOSING, language);
                progress.show(&format!("{composing}  {} / {total}", bar + 1));
                if let Some(bar) = bars.get_mut(bar as usize) {
                    (bar.from, bar.to) = (from, to);
                }
            }
            CompositionJobEvent::Done {
                stats,
                work,
                keep_failure,
            } => return document(model, asked, stats, notes, bars, (work, keep_failure)),
            CompositionJobEvent::Failed { failure } => return Err(failure.into()),
        }
    }
    Err(Failure::new(Code::Internal, "the job ended without an end").into())
}

fn document(
    model: String,
    asked: Option<CompositionRequest>,
    stats: CompositionStats,
    notes: Vec<ComposedNote>,
    bars: Vec<ComposedBar>,
    (work, keep_failure): (Option<String>, Option<Failure>),
) -> Result<Document> {
    let request =
        asked.ok_or_else(|| Failure::new(Code::Internal, "a tune that nobody asked for"))?;
    Ok(Document {
        model,
        file: None,
        work,
        keep_failure,
        tune: CompositionRecipe {
            request,
            stats,
            notes,
            bars,
        },
    })
}
