//! `quartet speak`: a text in, a sound out.

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, mpsc},
    time::Duration,
};

use quartet_studio::{
    Cancel, Code, Failure, Skill, SpeechJobEvent, SpokenSentence, Studio, Take,
    audio::{SpeechRequest, SpeechStats},
    captions_of, export_segments,
    sound::{Format, PlayerPhase, PlayerState, SoundId},
    transcript_format,
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

pub fn run(
    studio: &Studio,
    arguments: &SpeakArguments,
    cancel: &Cancel,
    output: &Output,
) -> Result<ExitCode> {
    // Told before the sound is made, not after.
    if let Some(out) = &arguments.out {
        Format::of(out)?;
    }
    if let Some(captions) = &arguments.captions {
        transcript_format(captions)?;
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
    let playing = arguments.play.then(|| play(studio, &take));
    let mut document = gather(model, &events, output)?;
    document.file = match (&arguments.out, &document.work) {
        (Some(out), _) => {
            studio.export_take(&take, out, arguments.audible_label)?;
            Some(out.clone())
        }
        (None, Some(work)) => Some(PathBuf::from(studio.open_work(work)?.file)),
        (None, None) => None,
    };
    if let Some(captions) = &arguments.captions {
        let rate = document.stats.sample_rate;
        export_segments(&captions_of(&document.script, rate), captions)?;
    }
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

/// Plays a sound as far as it is made, and gives what the player tells.
pub fn play(studio: &Studio, take: &Take) -> mpsc::Receiver<PlayerState> {
    let (sink, states) = channel();
    let id = SoundId::Take { job: take.job };
    studio.player().put(id, Arc::clone(&take.sound), 0.0, true);
    studio.player().listen(sink);
    states
}

/// Waits for the end of what plays.
pub fn follow(
    states: &mpsc::Receiver<PlayerState>,
    cancel: &Cancel,
    output: &Output,
) -> Result<()> {
    let mut progress = Progress::new();
    let playing = say(words::PLAYING, output.language);
    loop {
        cancel.check().map_err(Failure::from)?;
        let Ok(state) = states.recv_timeout(Duration::from_millis(100)) else {
            continue;
        };
        match (state.phase, state.failure) {
            (_, Some(failure)) => return Err(failure.into()),
            (PlayerPhase::Ended | PlayerPhase::Idle, None) => break,
            _ => progress.show(&format!(
                "{playing}  {:.0} / {:.0} s",
                state.position, state.seconds
            )),
        }
    }
    // What the device still holds.
    std::thread::sleep(Duration::from_millis(300));
    Ok(())
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
