//! Something small of every kind, made as a panel makes it, and timed.

use std::{path::PathBuf, time::Instant};

use quartet_pipelines::{
    audio::{SpeechRequest, composition::CompositionRequest, transcription::TranscriptionRequest},
    image::{ImageParameters, ImageRequest, SubjectChoice},
    text::{Message, Role, TextParameters, TextRequest},
    video::{Scene, TravelParameters, TravelRequest},
};
use quartet_runtime::Cancel;

use super::{finding::Finding, same_seed::SameSeed};
use crate::{
    CompositionOrder, ImageOrder, Keep, Live, MadeOf, Order, Result, RuntimeState, SpeechOrder,
    Studio, TextOrder, TranscriptionOrder, TravelOrder, film_orders::Inbetweens, films::FilmFormat,
    pictures::ImageSources,
};

const SEED: u32 = 7;
/// Said and heard again.
const SENTENCE: &str = "Good morning, everyone. Today we look inside a machine.";
const HEARD: &str = "morning";
/// People read about this many tokens a second.
const READING: f64 = 4.0;
/// Longer than this, a room grows restless.
const PATIENCE: f64 = 20.0;

/// What the trials hand to each other.
pub(super) struct Trials<'a> {
    pub(super) cancel: &'a Cancel,
    text: Option<String>,
    picture: Option<Vec<u8>>,
    spoken: Option<PathBuf>,
}

impl<'a> Trials<'a> {
    pub(super) fn new(cancel: &'a Cancel) -> Self {
        Self {
            cancel,
            text: None,
            picture: None,
            spoken: None,
        }
    }

    pub(super) fn same_seed(&self, studio: &Studio) -> Option<SameSeed> {
        let RuntimeState::Ready { version, .. } = studio.state().runtime else {
            return None;
        };
        Some(SameSeed::new(
            self.text.as_ref()?,
            self.picture.as_ref()?,
            &version,
        ))
    }
}

impl Drop for Trials<'_> {
    fn drop(&mut self) {
        if let Some(file) = &self.spoken {
            // It may be gone already.
            let _ = std::fs::remove_file(file);
        }
    }
}

/// Runs a job to its end, or until the check-up is stopped.
fn made<O: Order<Live: Live>>(
    studio: &Studio,
    order: O,
    keep: Keep,
    cancel: &Cancel,
) -> Result<(MadeOf<O::Job>, O::Live)> {
    let stopped = |_| Ok(cancel.check()?);
    let (handle, made) = studio.jobs().finish(order, keep, stopped)?;
    Ok((made, handle.live))
}

fn patience(finding: Finding, is_slow: bool) -> Finding {
    if is_slow {
        finding.doubtful(
            "Close other programs, plug in the charger, or show what was made before.",
            "请关闭其他程序、接上电源，或展示事先做好的作品。",
        )
    } else {
        finding
    }
}

pub(super) fn text(studio: &Studio, trials: &mut Trials<'_>) -> Result<Finding> {
    let order = TextOrder {
        model: None,
        request: TextRequest {
            messages: vec![Message {
                role: Role::User,
                content: "Name three fruits.".to_owned(),
            }],
            answer_start: Vec::new(),
            parameters: TextParameters {
                seed: Some(SEED),
                max_tokens: 24,
                ..TextParameters::default()
            },
            alternatives: 0,
            local_time: Some("2026-01-01T08:00:00".to_owned()),
        },
    };
    let (text, ()) = made(studio, order, Keep::No, trials.cancel)?;
    let stats = text.stats;
    let rate = f64::from(stats.generated_tokens) / stats.decode_seconds.max(1e-3);
    let first = stats.prompt_seconds;
    trials.text = Some(text.text);
    let finding = Finding::fine(
        format!("Writes {rate:.0} tokens a second, the first after {first:.1} s."),
        format!("每秒写 {rate:.0} 个词元，第一个在 {first:.1} 秒后出现。"),
    );
    Ok(patience(finding, rate < READING))
}

pub(super) fn picture(studio: &Studio, trials: &mut Trials<'_>) -> Result<Finding> {
    let order = ImageOrder {
        model: None,
        request: ImageRequest {
            prompt: "cat".to_owned(),
            subject: Some(SubjectChoice::Words),
            parameters: ImageParameters {
                seed: Some(SEED),
                previews: false,
                ..ImageParameters::default()
            },
            ..ImageRequest::default()
        },
        sources: ImageSources::default(),
        factor: 1,
    };
    let (image, gallery) = made(studio, order, Keep::No, trials.cancel)?;
    trials.picture = gallery
        .get()
        .and_then(|pictures| pictures.first())
        .map(|picture| picture.rgb().to_vec());
    let seconds = image.cost.seconds;
    let finding = Finding::fine(
        format!("Draws a picture in {seconds:.1} s."),
        format!("画一张图片需要 {seconds:.1} 秒。"),
    );
    Ok(patience(finding, seconds > PATIENCE))
}

pub(super) fn speech(studio: &Studio, trials: &mut Trials<'_>) -> Result<Finding> {
    let file = studio.home().join("checkup.wav");
    trials.spoken = Some(file.clone());
    let order = SpeechOrder {
        model: None,
        request: SpeechRequest {
            text: SENTENCE.to_owned(),
            voice: None,
            speed: 1.0,
            seed: Some(SEED),
        },
    };
    let (speech, _) = made(studio, order, Keep::File(file), trials.cancel)?;
    let stats = speech.stats;
    let first = stats.first_sound_seconds;
    let pace = stats.audio_seconds / (stats.phoneme_seconds + stats.voice_seconds).max(1e-3);
    let finding = Finding::fine(
        format!(
            "Speaks {pace:.1} times as fast as it is heard, the first sound after {first:.1} s."
        ),
        format!("合成速度是播放速度的 {pace:.1} 倍，{first:.1} 秒后出声。"),
    );
    Ok(patience(finding, pace < 1.0))
}

/// What was just said is written down: the way of sound through the app and back.
pub(super) fn hearing(studio: &Studio, trials: &mut Trials<'_>) -> Result<Finding> {
    let Some(file) = trials.spoken.as_ref().filter(|file| file.exists()) else {
        return Ok(Finding::fine(
            "Nothing was said that could be heard.".to_owned(),
            "没有可听的声音。".to_owned(),
        )
        .doubtful(
            "Mend what is wrong with the voice first.",
            "请先解决语音的问题。",
        ));
    };
    let order = TranscriptionOrder {
        model: None,
        request: TranscriptionRequest {
            path: file.display().to_string(),
            language: Some("en".to_owned()),
            translate: false,
            script: None,
        },
    };
    let (heard, ()) = made(studio, order, Keep::No, trials.cancel)?;
    let stats = heard.stats;
    let said: String = heard.segments.iter().map(|one| one.text.as_str()).collect();
    let pace = stats.audio_seconds / stats.seconds.max(1e-3);
    let finding = Finding::fine(
        format!("Writes down what it hears {pace:.1} times as fast as it is said."),
        format!("听写速度是说话速度的 {pace:.1} 倍。"),
    );
    if !said.to_lowercase().contains(HEARD) {
        return Ok(finding.doubtful(
            "It did not understand its own voice: verify the listening model in Models.",
            "它没听懂自己的声音：请在“模型”页面校验听写模型。",
        ));
    }
    Ok(patience(finding, pace < 1.0))
}

pub(super) fn tune(studio: &Studio, trials: &mut Trials<'_>) -> Result<Finding> {
    let order = CompositionOrder {
        model: None,
        request: CompositionRequest {
            bars: 4,
            seed: Some(SEED),
            ..CompositionRequest::default()
        },
    };
    let began = Instant::now();
    made(studio, order, Keep::No, trials.cancel)?;
    let seconds = began.elapsed().as_secs_f64();
    let finding = Finding::fine(
        format!("Writes four bars of music in {seconds:.1} s."),
        format!("写四小节音乐需要 {seconds:.1} 秒。"),
    );
    Ok(patience(finding, seconds > PATIENCE))
}

pub(super) fn film(studio: &Studio, trials: &mut Trials<'_>) -> Result<Finding> {
    let scene = |prompt: &str| Scene {
        prompt: prompt.to_owned(),
        seconds: 0.5,
        subject: Some(SubjectChoice::Words),
    };
    let order = TravelOrder {
        model: None,
        request: TravelRequest {
            scenes: vec![scene("cat"), scene("dog")],
            parameters: TravelParameters {
                seed: Some(SEED),
                fps: 12,
                keys_per_second: 3.0,
                ..TravelParameters::default()
            },
        },
        inbetweens: Inbetweens::default(),
        sharpen: false,
        format: FilmFormat::default(),
        narration: None,
    };
    let began = Instant::now();
    made(studio, order, Keep::No, trials.cancel)?;
    let seconds = began.elapsed().as_secs_f64();
    let finding = Finding::fine(
        format!("Makes a second of film in {seconds:.1} s."),
        format!("制作一秒影片需要 {seconds:.1} 秒。"),
    );
    Ok(patience(finding, seconds > 2.0 * PATIENCE))
}
