//! Speaking and listening as contenders.
//!
//! `speak` is the whole way from a text to samples, `voice` the network's part of it, from phonemes
//! on, and `listen` the whole way from a file to a text. `read` tells the syllables of a Chinese text.

use std::{fs, path::PathBuf, time::Instant};

use quartet_pipelines::{
    audio::transcription::{
        ChineseScript, TranscriptionEvent, TranscriptionModel, TranscriptionPipeline,
        TranscriptionRequest,
    },
    audio::{
        KokoroVoice, SeededNoise, SpeakOptions, SpeechEvent, SpeechModel, SpeechPipeline,
        SpeechRequest, Voice, open_mandarin, wav,
    },
};
use quartet_runtime::{Cancel, SessionOptions};
use serde::{Deserialize, Serialize};
use serde_json::to_value;

use crate::protocol::{self, Asked, Outcome};

/// One seed for all: what is timed must not depend on luck.
const SEED: u32 = 1;

/// `{"say": text}`: says it and keeps it where `file` says, cut or filled up to `seconds`.
#[derive(Deserialize)]
struct Say {
    #[serde(rename = "say")]
    text: String,
    voice: Option<String>,
    file: Option<PathBuf>,
    seconds: Option<f64>,
}

#[derive(Serialize)]
struct Said {
    first_sound_seconds: f64,
    seconds: f64,
    audio_seconds: f64,
    /// Of its sentences, one after the other.
    phonemes: String,
}

/// `{"phonemes": …}`: says just these.
#[derive(Deserialize)]
struct Pronounce {
    phonemes: String,
    voice: String,
}

#[derive(Serialize)]
struct Pronounced {
    seconds: f64,
    audio_seconds: f64,
}

/// `{"hear": path}`: writes down what is said there.
#[derive(Deserialize)]
struct Hear {
    #[serde(rename = "hear")]
    path: String,
    language: Option<String>,
    /// Chinese in simplified characters; otherwise as Whisper has it.
    #[serde(default)]
    simplified: bool,
}

#[derive(Serialize)]
struct Heard {
    seconds: f64,
    text: String,
    /// Parts of `seconds`.
    encode_seconds: f64,
    decode_seconds: f64,
    tokens: u32,
}

pub fn speak(asked: &Asked) -> Outcome<()> {
    let options = SessionOptions {
        threads: asked.threads,
        spinning: asked.spinning,
        ..SessionOptions::default()
    };
    protocol::serve(
        |runtime| {
            let cancel = Cancel::new();
            Ok(SpeechPipeline::open(
                runtime,
                &asked.folder,
                &[],
                &options,
                &cancel,
            )?)
        },
        |pipeline, command| Ok(to_value(spoken(pipeline, command)?)?),
    )
}

fn spoken(pipeline: &mut SpeechPipeline, command: Say) -> Outcome<Said> {
    let rate = pipeline.info().sample_rate;
    let request = SpeechRequest {
        text: command.text,
        voice: command.voice,
        speed: 1.0,
        seed: Some(SEED),
    };
    let cancel = Cancel::new();
    let started = Instant::now();
    let (mut first, mut sound, mut phonemes) = (None, Vec::new(), Vec::new());
    for event in pipeline.run(request, &cancel)? {
        match event? {
            SpeechEvent::Sentence { words, .. } => {
                phonemes.extend(words.into_iter().map(|word| word.phonemes));
            }
            SpeechEvent::Audio { samples, .. } => {
                first.get_or_insert_with(|| started.elapsed().as_secs_f64());
                sound.extend(samples);
            }
            SpeechEvent::Skipped { .. } | SpeechEvent::Done(_) => {}
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let audio_seconds = sound.len() as f64 / f64::from(rate);
    if let Some(wanted) = command.seconds {
        sound.resize((wanted * f64::from(rate)) as usize, 0.0);
    }
    if let Some(file) = command.file {
        fs::write(file, wav(&sound, rate)?)?;
    }
    Ok(Said {
        first_sound_seconds: first.ok_or("no sound")?,
        seconds,
        audio_seconds,
        phonemes: phonemes.join(" "),
    })
}

/// Kokoro's network alone; its symbols are given as they are.
pub fn voice(asked: &Asked) -> Outcome<()> {
    let options = SessionOptions {
        // As the pipeline opens it.
        memory_pattern: false,
        ..session(asked)
    };
    protocol::serve(
        |runtime| {
            let cancel = Cancel::new();
            Ok(KokoroVoice::open(
                runtime,
                &asked.folder,
                &options,
                &cancel,
            )?)
        },
        |voice, command| Ok(to_value(pronounced(voice, &command)?)?),
    )
}

fn pronounced(voice: &mut KokoroVoice, command: &Pronounce) -> Outcome<Pronounced> {
    let phonemes = command.phonemes.chars();
    let phonemes: Vec<char> = phonemes.filter(|one| voice.knows(*one)).collect();
    let options = SpeakOptions {
        voice: &command.voice,
        speed: 1.0,
    };
    let mut noise = SeededNoise::new(SEED);
    let started = Instant::now();
    let said = voice.speak(
        &phonemes,
        &options,
        &mut |values| noise.fill(values),
        &Cancel::new(),
    )?;
    Ok(Pronounced {
        seconds: started.elapsed().as_secs_f64(),
        audio_seconds: said.samples.len() as f64 / f64::from(voice.sample_rate()),
    })
}

/// `{"read": text}`: tells its Chinese syllables, in pinyin with tones.
#[derive(Deserialize)]
struct Read {
    #[serde(rename = "read")]
    text: String,
}

pub fn read(asked: &Asked) -> Outcome<()> {
    protocol::serve(
        |_| Ok(open_mandarin(&asked.folder)?),
        |mandarin, command: Read| {
            Ok(serde_json::json!({ "syllables": mandarin.syllables(&command.text) }))
        },
    )
}

pub fn listen(asked: &Asked) -> Outcome<()> {
    protocol::serve(
        |runtime| {
            let cancel = Cancel::new();
            Ok(TranscriptionPipeline::open(
                runtime,
                &asked.folder,
                &session(asked),
                &cancel,
            )?)
        },
        |pipeline, command| Ok(to_value(heard(pipeline, command)?)?),
    )
}

fn session(asked: &Asked) -> SessionOptions {
    SessionOptions {
        threads: asked.threads,
        spinning: asked.spinning,
        ..SessionOptions::default()
    }
}

fn heard(pipeline: &mut TranscriptionPipeline, command: Hear) -> Outcome<Heard> {
    let request = TranscriptionRequest {
        path: command.path,
        language: command.language,
        translate: false,
        script: command.simplified.then_some(ChineseScript::Simplified),
    };
    let cancel = Cancel::new();
    let started = Instant::now();
    let mut texts = Vec::new();
    for event in pipeline.run(request, &cancel)? {
        match event? {
            TranscriptionEvent::Segment(segment) => texts.push(segment.text),
            TranscriptionEvent::Done(stats) => {
                return Ok(Heard {
                    seconds: started.elapsed().as_secs_f64(),
                    text: texts.join(" "),
                    encode_seconds: stats.encode_seconds,
                    decode_seconds: stats.decode_seconds,
                    tokens: stats.tokens,
                });
            }
            _ => {}
        }
    }
    Err("no end".into())
}
