//! `quartet speak` and `quartet compose`: sounds, played while they are made.

use std::{
    path::Path,
    process::ExitCode,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use quartet_studio::{
    Body, CompositionOrder, CompositionProgress, CompositionRecipe, Failure, JobHandle,
    SpeechOrder, SpeechProgress, SpokenSentence, Studio,
    audio::{
        SpeechRequest, SpeechStats,
        composition::{CompositionRequest, Form},
    },
    captions_of,
    sound::{PlayerPhase, PlayerState, Sound, SoundId},
};
use serde::Serialize;

use crate::{
    arguments::{ComposeArguments, SpeakArguments},
    job::{self, channel, generated, keep},
    output::{Result, User, note, result},
    progress::Progress,
    words,
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SpeechDocument<'a> {
    model: &'a str,
    /// Where the sound is; none when it was neither kept nor asked for.
    file: Option<&'a Path>,
    stats: &'a SpeechStats,
    /// Its id in the library.
    work: Option<&'a str>,
    keep_failure: &'a Option<Failure>,
    script: &'a [SpokenSentence],
}

pub fn speak(studio: &Studio, arguments: &SpeakArguments, user: &User) -> Result<ExitCode> {
    let out = arguments.out.as_deref();
    job::check_out::<SpeechOrder>(studio, out, &[])?;
    job::check_captions(
        studio,
        arguments.captions.as_deref(),
        arguments.out.as_slice(),
    )?;
    let order = SpeechOrder {
        model: arguments.model.clone(),
        request: SpeechRequest {
            text: arguments.text.clone(),
            voice: arguments.voice.clone(),
            speed: arguments.speed,
            seed: arguments.seed,
        },
    };
    let job = job::start(studio, order, keep(arguments.no_keep))?;
    let playing = arguments.play.then(|| play(studio, &job.handle));
    let ended = job.follow(user, |event, progress| {
        match event {
            SpeechProgress::Sentence { done, total, .. } => {
                progress.count(words::SPEAKING, done, total);
            }
            SpeechProgress::Skipped { text, .. } => {
                progress.clear();
                note(&format!("{}: {text}", user.say(words::LEFT_OUT)));
            }
            SpeechProgress::Audio { .. } => {}
        }
        Ok(())
    })?;
    let model = &job.handle.model;
    let (stats, script) = (&ended.made.stats, &ended.made.script);
    let file = ended.file(studio, out, |out| {
        let audible = arguments.audible_label || studio.settings().audible_label;
        let label = ended.label(studio, 0, generated(model))?;
        Body::Sound(&job.handle.live).export(out, &label, audible)
    })?;
    if let Some(captions) = &arguments.captions {
        let segments = captions_of(script, stats.sample_rate);
        let label = ended.label(studio, 0, generated(model))?;
        Body::Transcript(&segments).export(captions, &label, false)?;
    }
    let document = SpeechDocument {
        model,
        file: file.as_deref(),
        stats,
        work: ended.work(),
        keep_failure: &ended.keep_failure,
        script,
    };
    result(arguments.json, &document, &file)?;
    if let Some(playing) = playing {
        follow(&playing, user)?;
    }
    Ok(ended.code(user, words::SOUND_NOT_KEPT))
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TuneDocument<'a> {
    model: &'a str,
    /// Where the tune is; none when it was neither kept nor asked for.
    file: Option<&'a Path>,
    /// Its id in the library.
    work: Option<&'a str>,
    keep_failure: &'a Option<Failure>,
    #[serde(flatten)]
    tune: &'a CompositionRecipe,
}

pub fn compose(studio: &Studio, arguments: &ComposeArguments, user: &User) -> Result<ExitCode> {
    let out = arguments.out.as_deref();
    job::check_out::<CompositionOrder>(studio, out, &[])?;
    let order = CompositionOrder {
        model: arguments.model.clone(),
        request: request(arguments),
    };
    let job = job::start(studio, order, keep(arguments.no_keep))?;
    let playing = arguments.play.then(|| play(studio, &job.handle));
    let ended = job.follow(user, |event, progress| {
        if let CompositionProgress::Audio { bar, .. } = event {
            progress.count(words::COMPOSING, bar + 1, arguments.bars);
        }
        Ok(())
    })?;
    let (model, tune) = (&job.handle.model, &ended.made);
    let file = ended.file(studio, out, |out| {
        let audible = studio.settings().audible_label;
        let label = ended.label(studio, 0, generated(model))?;
        Body::Tune(&job.handle.live, tune).export(out, &label, audible)
    })?;
    let document = TuneDocument {
        model,
        file: file.as_deref(),
        work: ended.work(),
        keep_failure: &ended.keep_failure,
        tune,
    };
    result(arguments.json, &document, &file)?;
    if let Some(playing) = playing {
        follow(&playing, user)?;
    }
    Ok(ended.code(user, words::SOUND_NOT_KEPT))
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

/// Plays a sound as far as it is made, and returns the player's states.
fn play(studio: &Studio, job: &JobHandle<Arc<Sound>>) -> mpsc::Receiver<PlayerState> {
    let (sink, states) = channel();
    let id = SoundId::Take { job: job.id };
    let player = studio.sounds().player();
    player.put(id, Arc::clone(&job.live), 0.0, true);
    player.listen(sink);
    states
}

/// Waits for the end of what plays.
fn follow(states: &mpsc::Receiver<PlayerState>, user: &User) -> Result<()> {
    let mut progress = Progress::new(user.language);
    loop {
        user.cancel.check().map_err(Failure::from)?;
        let Ok(state) = states.recv_timeout(Duration::from_millis(100)) else {
            continue;
        };
        match (state.phase, state.failure) {
            (_, Some(failure)) => return Err(failure.into()),
            (PlayerPhase::Ended | PlayerPhase::Idle, None) => break,
            _ => {
                let (position, seconds) = (state.position, state.seconds);
                progress.about(
                    words::PLAYING,
                    format_args!("  {position:.0} / {seconds:.0} s"),
                );
            }
        }
    }
    // What the device still holds.
    thread::sleep(Duration::from_millis(300));
    Ok(())
}
