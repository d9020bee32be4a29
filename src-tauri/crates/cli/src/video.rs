//! `quartet video`: films from scenes, from clips, from a topic.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::mpsc,
};

use quartet_studio::{
    ClipSource, Code, Failure, FilmCost, FilmId, Inbetweens, JobId, Language, Narration,
    RetimingOrder, SpeechJobEvent, StoryLine, StoryOrder, Studio, TravelOrder, VideoJobEvent,
    audio::{SpeechRequest, is_chinese},
    export_segments,
    films::FilmFormat,
    transcript_format,
    video::{
        Camera, Pace, RetimingRequest, Scene, TravelParameters, TravelRequest, VideoPlan,
        VideoStats,
    },
    works::ExportRecipe,
};
use serde::Serialize;

use crate::{
    arguments::VideoArguments,
    job::channel,
    output::{Output, Result},
    progress::Progress,
    words::{self, say},
};

/// Pictures a second, where nobody says how many.
const PICTURES: u32 = 12;
/// A storyboard of more bytes is none.
const MAX_STORYBOARD: u64 = 1 << 20;

/// What `--json` prints.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    /// Where the film lies; none when it was neither kept nor asked for.
    file: Option<PathBuf>,
    /// The ids of the networks that made frames in between and enlarged.
    inbetween: Option<String>,
    upscaler: Option<String>,
    stats: VideoStats,
    cost: Option<FilmCost>,
    /// Of a story.
    lines: Vec<StoryLine>,
    /// Its id in the library, and that of its narration.
    work: Option<String>,
    narration: Option<String>,
    keep_failure: Option<Failure>,
}

pub fn run(studio: &Studio, arguments: &VideoArguments, output: &Output) -> Result<ExitCode> {
    let format = format(arguments)?;
    if let Some(captions) = &arguments.captions {
        transcript_format(captions)?;
    }
    let out = arguments.out.as_deref().filter(|_| arguments.no_keep);
    let (sink, events) = channel();
    let job = if let Some(topic) = &arguments.story {
        let order = story(arguments, topic, format, output.language);
        studio.start_story(order, out, sink)?
    } else if arguments.files.is_empty() {
        studio.start_travel(travel(arguments, format)?, out, sink)?
    } else {
        studio.start_retiming(retiming(arguments, format), out, sink)?
    };
    let mut document = gather(&events, output)?;
    document.file = file(studio, arguments, job, &document)?;
    if let Some(captions) = &arguments.captions {
        let sheet = studio.film_sheet(&FilmId::Take { job })?;
        let segments: Vec<_> = sheet.captions.iter().map(Into::into).collect();
        export_segments(&segments, captions)?;
    }
    if arguments.json {
        output.json(&document)?;
    } else if let Some(file) = &document.file {
        output.line(&file.display().to_string())?;
    }
    match &document.keep_failure {
        Some(failure) => {
            output.note(say(words::FILM_NOT_KEPT, output.language));
            Ok(output.failure(failure))
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Told before the film is made, not after.
fn format(arguments: &VideoArguments) -> Result<FilmFormat> {
    let named = arguments.out.as_deref().map(FilmFormat::of).transpose()?;
    let asked = arguments.format.map(FilmFormat::from);
    Ok(asked.or(named).unwrap_or_default())
}

/// Where the film lies that was asked for.
fn file(
    studio: &Studio,
    arguments: &VideoArguments,
    job: JobId,
    document: &Document,
) -> Result<Option<PathBuf>> {
    match (&arguments.out, &document.work) {
        (Some(out), _) if arguments.no_keep => Ok(Some(out.clone())),
        (Some(out), Some(work)) => {
            studio.export_work(work, out, ExportRecipe::Omitted)?;
            Ok(Some(out.clone()))
        }
        (Some(out), None) => {
            studio.export_film(&FilmId::Take { job }, out)?;
            Ok(Some(out.clone()))
        }
        (None, Some(work)) => Ok(Some(PathBuf::from(studio.open_work(work)?.file))),
        (None, None) => Ok(None),
    }
}

fn inbetweens(arguments: &VideoArguments) -> Inbetweens {
    match &arguments.inbetween {
        _ if arguments.blend => Inbetweens::Blended,
        Some(model) => Inbetweens::Network {
            model: model.clone(),
        },
        None => Inbetweens::Best,
    }
}

/// What was asked for, over what a storyboard says.
fn parameters(arguments: &VideoArguments, own: TravelParameters) -> TravelParameters {
    TravelParameters {
        fps: arguments.fps.unwrap_or(own.fps),
        size: arguments.size.unwrap_or(own.size),
        keys_per_second: arguments.keys.unwrap_or(own.keys_per_second),
        seed: arguments.seed.or(own.seed),
        drift: arguments.drift.unwrap_or(own.drift),
        circle: arguments.circle || own.circle,
        style: arguments.style.clone().or(own.style),
        steps: arguments.steps.or(own.steps),
        guidance: arguments.guidance.or(own.guidance),
        camera: Camera {
            motion: arguments.camera.map_or(own.camera.motion, Into::into),
            strength: arguments.camera_strength.unwrap_or(own.camera.strength),
            ..own.camera
        },
    }
}

fn travel(arguments: &VideoArguments, format: FilmFormat) -> Result<TravelOrder> {
    let board = match &arguments.storyboard {
        Some(path) => storyboard(path)?,
        None => TravelRequest::default(),
    };
    let scenes = arguments.scene.iter().map(|(prompt, seconds)| Scene {
        prompt: prompt.clone(),
        seconds: *seconds,
    });
    let mut request = TravelRequest {
        parameters: parameters(arguments, board.parameters),
        ..board
    };
    request.scenes.extend(scenes);
    let spoken = arguments.narrate.as_ref().map(|text| Narration::Spoken {
        model: None,
        request: SpeechRequest {
            text: text.clone(),
            voice: arguments.voice.clone(),
            speed: 1.0,
            seed: arguments.seed,
        },
    });
    let kept = arguments.sound.clone().map(|id| Narration::Work { id });
    Ok(TravelOrder {
        model: arguments.model.clone(),
        request,
        inbetweens: inbetweens(arguments),
        sharpen: !arguments.soft,
        format,
        narration: spoken.or(kept),
    })
}

fn storyboard(path: &Path) -> Result<TravelRequest> {
    let unreadable = |error: &dyn std::fmt::Display| Failure::at(Code::PromptNotText, path, error);
    let length = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if length.len() > MAX_STORYBOARD {
        return Err(unreadable(&"the file is too large").into());
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(&error))?;
    Ok(serde_json::from_str(&text).map_err(|error| unreadable(&error))?)
}

fn story(
    arguments: &VideoArguments,
    topic: &str,
    format: FilmFormat,
    language: Language,
) -> StoryOrder {
    let language = if is_chinese(topic) || matches!(language, Language::Zh) {
        "zh"
    } else {
        "en"
    };
    StoryOrder {
        topic: topic.to_owned(),
        language: language.to_owned(),
        writer: None,
        speaker: None,
        voice: arguments.voice.clone(),
        spoken: true,
        model: arguments.model.clone(),
        parameters: parameters(arguments, TravelParameters::default()),
        inbetweens: inbetweens(arguments),
        format,
    }
}

fn retiming(arguments: &VideoArguments, format: FilmFormat) -> RetimingOrder {
    let sharpen = arguments.sharpen.unwrap_or(1);
    let (factor, pace) = match (arguments.smoother, arguments.slower) {
        (_, Some(times)) => (times, Pace::Slower),
        (Some(times), None) => (times, Pace::Smoother),
        (None, None) if sharpen > 1 => (1, Pace::Smoother),
        (None, None) => (2, Pace::Smoother),
    };
    let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let paths = arguments.files.iter().map(absolute);
    RetimingOrder {
        source: ClipSource::Files {
            paths: paths.map(|path| path.display().to_string()).collect(),
            fps: arguments.fps.unwrap_or(PICTURES),
        },
        request: RetimingRequest {
            factor,
            pace,
            sharpen,
        },
        inbetweens: inbetweens(arguments),
        format,
    }
}

/// Follows a job to its end.
fn gather(events: &mpsc::Receiver<VideoJobEvent>, output: &Output) -> Result<Document> {
    let language = output.language;
    let mut progress = Progress::new();
    let mut document = Document::default();
    let mut plan = VideoPlan::default();
    for event in events {
        match event {
            VideoJobEvent::Queued { .. } => progress.show(say(words::WAITING, language)),
            VideoJobEvent::Loading {
                model,
                seconds,
                expected_seconds,
            }
            | VideoJobEvent::Narration {
                event:
                    SpeechJobEvent::Loading {
                        model,
                        seconds,
                        expected_seconds,
                    },
            } => progress.loading(&model, seconds, expected_seconds, language),
            VideoJobEvent::Text { .. } => progress.show(say(words::WRITING_STORY, language)),
            VideoJobEvent::Lines { lines } => {
                progress.clear();
                for line in &lines {
                    output.note(&line.text);
                }
                document.lines = lines;
            }
            VideoJobEvent::Narration { .. } => progress.show(say(words::SPEAKING, language)),
            VideoJobEvent::Plan {
                promise,
                inbetween,
                upscaler,
            } => {
                plan = promise.plan;
                (document.inbetween, document.upscaler) = (inbetween, upscaler);
            }
            VideoJobEvent::Drawn { done, total, .. } => {
                let drawing = say(words::DRAWING, language);
                progress.show(&format!("{drawing}  {done} / {total}"));
            }
            VideoJobEvent::Frames { first, frames, .. } => {
                let made = say(words::FILMING, language);
                let done = first as usize + frames.len();
                progress.show(&match plan.frames {
                    0 => format!("{made}  {done}"),
                    total => format!("{made}  {done} / {total}"),
                });
            }
            VideoJobEvent::Finishing => progress.show(say(words::FINISHING, language)),
            VideoJobEvent::Done {
                stats,
                cost,
                work,
                narration,
                keep_failure,
                ..
            } => {
                return Ok(Document {
                    stats,
                    cost: Some(cost),
                    work,
                    narration,
                    keep_failure,
                    ..document
                });
            }
            VideoJobEvent::Failed { failure } => return Err(failure.into()),
        }
    }
    Err(Failure::new(Code::Internal, "the job ended without an end").into())
}
