//! `quartet video`: films from scenes, from clips, from a topic.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use quartet_studio::{
    Body, ClipSource, Code, Failure, FilmCost, FilmProgress, Inbetweens, Keep, Language, LocalText,
    Narration, RetimingOrder, StoryLine, StoryOrder, Studio, TravelOrder,
    audio::{SpeechRequest, is_chinese},
    check_input,
    films::{FilmFormat, FilmId},
    image::{Subject, SubjectChoice},
    labels::Label,
    read_text,
    video::{
        Camera, RetimingRequest, Scene, SpeedMode, TravelParameters, TravelRequest, VideoPlan,
        VideoStats,
    },
};
use serde::Serialize;

use crate::{
    arguments::VideoArguments,
    job::{self, generated},
    output::{Result, User, note, result},
    progress::Progress,
    subjects, words,
};

/// Pictures a second, where nobody says how many.
const PICTURES: u32 = 12;
/// A storyboard of more bytes is none.
const MAX_STORYBOARD: u64 = 1 << 20;

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    /// Where the film is; none when it was neither kept nor asked for.
    file: Option<&'a Path>,
    /// The ids of the networks that made frames in between and enlarged.
    inbetween: Option<String>,
    upscaler: Option<String>,
    stats: &'a VideoStats,
    /// What the words of each scene were taken for, and what the film leaves out.
    subjects: Vec<Option<Subject>>,
    cost: &'a FilmCost,
    /// Of a story.
    lines: Vec<StoryLine>,
    /// Its id in the library, and that of its narration.
    work: Option<&'a str>,
    narration: &'a Option<String>,
    keep_failure: &'a Option<Failure>,
    /// What a person should know of the film.
    notices: &'a [Failure],
}

/// What a film is made by and of, as its progress says.
#[derive(Debug, Default)]
struct Summary {
    plan: VideoPlan,
    inbetween: Option<String>,
    upscaler: Option<String>,
    lines: Vec<StoryLine>,
    subjects: Vec<Option<Subject>>,
}

pub fn run(studio: &Studio, arguments: &VideoArguments, user: &User) -> Result<ExitCode> {
    let out = arguments.out.as_deref();
    let sources: Vec<_> = arguments
        .files
        .iter()
        .chain(&arguments.storyboard)
        .cloned()
        .collect();
    job::check_out::<TravelOrder>(studio, out, &sources)?;
    let all: Vec<_> = sources.iter().chain(&arguments.out).cloned().collect();
    job::check_captions(studio, arguments.captions.as_deref(), &all)?;
    check_files(&arguments.files)?;
    let named = out.map(FilmFormat::of).transpose()?;
    let format = arguments.format.or(named).unwrap_or_default();
    let keep = match &arguments.out {
        Some(out) if arguments.no_keep => Keep::File(out.clone()),
        Some(out) => Keep::LibraryNear(out.clone()),
        None => Keep::Library,
    };
    let job = if let Some(topic) = &arguments.story {
        let order = story(arguments, topic, format, user.language);
        job::start(studio, order, keep)?
    } else if arguments.files.is_empty() {
        job::start(studio, travel(arguments, format)?, keep)?
    } else {
        job::start(studio, retiming(arguments, format), keep)?
    };
    let mut summary = Summary::default();
    let ended = job.follow(user, |progress, line| {
        show(progress, line, &mut summary, user.language)
    })?;
    let (id, made) = (FilmId::Take { job: job.handle.id }, &ended.made);
    let file = ended.file(studio, out, |out| {
        if arguments.no_keep {
            // Written while it was made.
            return Ok(());
        }
        studio.films().export(&id, out)
    })?;
    if let Some(captions) = &arguments.captions {
        let label = ended.label(studio, 0, generated(&job.handle.model))?;
        write_captions(studio, &id, captions, &label)?;
    }
    let document = Document {
        file: file.as_deref(),
        inbetween: summary.inbetween,
        upscaler: summary.upscaler,
        stats: &made.stats,
        subjects: summary.subjects,
        cost: &made.cost,
        lines: summary.lines,
        work: ended.work(),
        narration: &made.narration,
        keep_failure: &ended.keep_failure,
        notices: &made.notices,
    };
    for notice in &made.notices {
        user.warning(notice);
    }
    result(arguments.json, &document, &file)?;
    Ok(ended.code(user, words::FILM_NOT_KEPT))
}

fn write_captions(studio: &Studio, film: &FilmId, file: &Path, label: &Label) -> Result<()> {
    let sheet = studio.films().sheet(film)?;
    let segments: Vec<_> = sheet.captions.iter().map(Into::into).collect();
    Ok(Body::Transcript(&segments).export(file, label, false)?)
}

/// Words that are to be filmed are no files: told with what to type.
fn check_files(files: &[PathBuf]) -> Result<()> {
    let Some(missing) = files.iter().find(|file| !file.exists()) else {
        return Ok(());
    };
    let mut failure = Failure::at(Code::InputMissing, missing, "");
    if missing.extension().is_none() && missing.components().count() == 1 {
        let scenes = files
            .iter()
            .map(|words| format!("--scene \"{}\"", words.display()));
        let command = format!("quartet video {}", scenes.collect::<Vec<_>>().join(" "));
        failure.next_step = Box::new(LocalText {
            en: format!("To film what words say, give them as scenes: {command}"),
            zh: format!("要把文字拍成影片，请以场景的形式给出：{command}"),
        });
    }
    Err(failure.into())
}

/// How far it is; what the document needs is put aside.
fn show(
    progress: FilmProgress,
    line: &mut Progress,
    summary: &mut Summary,
    language: Language,
) -> Result<()> {
    match progress {
        FilmProgress::Text { .. } => line.say(words::WRITING_STORY),
        FilmProgress::Lines { lines } => {
            line.clear();
            for line in &lines {
                note(&line.text);
            }
            summary.lines = lines;
        }
        FilmProgress::Narration { event } => {
            let saying = |_, line: &mut Progress| {
                line.say(words::SPEAKING);
                Ok(())
            };
            job::step(event, line, saying)?;
        }
        FilmProgress::Subjects { subjects } => {
            // Before the film is drawn: it may not be worth the wait.
            line.clear();
            for told in subjects::told_of_scenes(&subjects, language) {
                note(&told);
            }
            summary.subjects = subjects;
        }
        FilmProgress::Plan {
            promise,
            inbetween,
            upscaler,
        } => {
            summary.plan = promise.plan;
            (summary.inbetween, summary.upscaler) = (inbetween, upscaler);
        }
        FilmProgress::Drawn { done, total, .. } => line.count(words::DRAWING, done, total),
        FilmProgress::Frames { first, frames, .. } => {
            let done = first + frames.len() as u32;
            match summary.plan.frames {
                0 => line.about(words::FILMING, format_args!("  {done}")),
                total => line.count(words::FILMING, done, total),
            }
        }
        FilmProgress::Finishing => line.say(words::FINISHING),
    }
    Ok(())
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
            motion: arguments.camera.unwrap_or(own.camera.motion),
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
        subject: Some(SubjectChoice::Words),
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
    let unreadable =
        |error: &dyn std::fmt::Display| Failure::at(Code::StoryboardUnreadable, path, error);
    check_input(path)?;
    // Editors of other systems begin a text with a byte order mark, which is passed over.
    let text = read_text(path, MAX_STORYBOARD).map_err(|error| unreadable(&error))?;
    let board: TravelRequest = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    if board.scenes.is_empty() {
        return Err(unreadable(&"it has no scenes").into());
    }
    Ok(board)
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
        (_, Some(times)) => (times, SpeedMode::Slower),
        (Some(times), None) => (times, SpeedMode::Smoother),
        (None, None) if sharpen > 1 => (1, SpeedMode::Smoother),
        (None, None) => (2, SpeedMode::Smoother),
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
