//! `quartet image` and `quartet upscale`: pictures from words, and larger ones.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::mpsc,
};

use quartet_studio::{
    Code, Failure, ImageCost, ImageJobEvent, Sitting, Skill, Studio,
    image::{ImageParameters, ImageRequest, ImageStats, schedulers::SchedulerKind},
    pictures::{self, PictureFormat},
};
use serde::Serialize;

use crate::{
    arguments::{ImageArguments, Method, UpscaleArguments},
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
    /// Where the pictures lie; empty when they were neither kept nor asked for.
    files: Vec<PathBuf>,
    stats: ImageStats,
    /// What it took, and what was promised.
    cost: ImageCost,
    /// Their ids in the library.
    works: Vec<String>,
    keep_failure: Option<Failure>,
}

pub fn run(studio: &Studio, arguments: &ImageArguments, output: &Output) -> Result<ExitCode> {
    if let Some(out) = &arguments.out {
        // Told before the picture is made, not after.
        PictureFormat::of(out)?;
    }
    let model = match &arguments.model {
        Some(model) if is_folder(model) => studio.guest_model(Path::new(model))?,
        Some(model) => model.clone(),
        None => studio.default_model(Skill::Image)?,
    };
    // Read before the model: a picture that cannot be read is told at once.
    let start = arguments.init.as_deref().map(pictures::read).transpose()?;
    let mask = arguments.mask.as_deref();
    let mask = mask.map(pictures::read_mask).transpose()?;
    let request = ImageRequest {
        prompt: arguments.prompt.clone(),
        negative_prompt: arguments.negative.clone(),
        parameters: ImageParameters {
            steps: arguments.steps,
            guidance: arguments.guidance,
            seed: arguments.seed,
            count: arguments.count,
            style: arguments.style.clone(),
            strength: arguments.strength,
            scheduler: arguments.scheduler.map(kind),
            width: arguments.size.map(|(width, _)| width),
            height: arguments.size.map(|(_, height)| height),
            previews: false,
            ..ImageParameters::default()
        },
        start,
        mask,
    };
    let factor = match arguments.enlarge {
        Some(factor) => factor,
        None => usual_factor(studio, &model)?,
    };
    let (sink, events) = channel();
    let sitting = studio.start_image(&model, request, factor, !arguments.no_keep, sink)?;
    let mut document = gather(model, &events, output)?;
    document.files = files(studio, &sitting, &document, arguments.out.as_deref())?;
    finish(&document, arguments.json, output)
}

/// A path rather than an id: ids have no separators.
fn is_folder(model: &str) -> bool {
    model.contains(['/', '\\']) || (model.starts_with('.') && Path::new(model).is_dir())
}

/// Small pictures are made larger unless somebody says otherwise, where something here can.
fn usual_factor(studio: &Studio, model: &str) -> Result<u32> {
    let small = studio.draws_small(model)?;
    let enlarges = studio.default_model(Skill::Upscale).is_ok();
    Ok(if small && enlarges { 4 } else { 1 })
}

fn kind(method: Method) -> SchedulerKind {
    match method {
        Method::Ddim => SchedulerKind::Ddim,
        Method::Pndm => SchedulerKind::Pndm,
        Method::Euler => SchedulerKind::Euler,
        Method::EulerAncestral => SchedulerKind::EulerAncestral,
        Method::DpmSolver => SchedulerKind::DpmSolver,
        Method::Lcm => SchedulerKind::Lcm,
        Method::FlowEuler => SchedulerKind::FlowEuler,
    }
}

pub fn upscale(studio: &Studio, arguments: &UpscaleArguments, output: &Output) -> Result<ExitCode> {
    if let Some(out) = &arguments.out {
        PictureFormat::of(out)?;
    }
    let picture = pictures::read(&arguments.file)?;
    let name = arguments.file.file_name().unwrap_or_default();
    let title = name.to_string_lossy();
    let (sink, events) = channel();
    let keep = !arguments.no_keep;
    let sitting = studio.start_upscale(picture, &title, arguments.factor, keep, sink)?;
    let mut document = gather(String::new(), &events, output)?;
    document.files = files(studio, &sitting, &document, arguments.out.as_deref())?;
    finish(&document, false, output)
}

/// Writes what was asked for, or says where the library has it.
fn files(
    studio: &Studio,
    sitting: &Sitting,
    document: &Document,
    out: Option<&Path>,
) -> Result<Vec<PathBuf>> {
    let Some(out) = out else {
        let files = document.works.iter().map(|work| {
            let opened = studio.open_work(work)?;
            Ok(PathBuf::from(opened.file))
        });
        return files.collect();
    };
    let count = sitting.pictures().len();
    let mut files = Vec::new();
    for index in 0..count {
        let file = if count == 1 {
            out.to_owned()
        } else {
            numbered(out, index + 1)
        };
        studio.export_picture(sitting, index, &file)?;
        files.push(file);
    }
    Ok(files)
}

/// `cat.png` as `cat-2.png`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{number}.{ending}"))
}

fn finish(document: &Document, json: bool, output: &Output) -> Result<ExitCode> {
    if json {
        output.json(document)?;
    } else {
        for file in &document.files {
            output.line(&file.display().to_string())?;
        }
    }
    match &document.keep_failure {
        Some(failure) => {
            output.note(say(words::PICTURE_NOT_KEPT, output.language));
            Ok(output.failure(failure))
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Follows a job to its end.
fn gather(
    model: String,
    events: &mpsc::Receiver<ImageJobEvent>,
    output: &Output,
) -> Result<Document> {
    let language = output.language;
    let mut progress = Progress::new();
    for event in events {
        match event {
            ImageJobEvent::Queued { .. } => progress.show(say(words::WAITING, language)),
            ImageJobEvent::Loading {
                model,
                seconds,
                expected_seconds,
            } => progress.loading(&model, seconds, expected_seconds, language),
            ImageJobEvent::Step { index, total, .. } => {
                let drawing = say(words::DRAWING, language);
                progress.show(&format!("{drawing}  {} / {total}", index + 1));
            }
            ImageJobEvent::Tile { done, total } => {
                let enlarging = say(words::ENLARGING, language);
                progress.show(&format!("{enlarging}  {done} / {total}"));
            }
            ImageJobEvent::Stage { .. }
            | ImageJobEvent::Prompt { .. }
            | ImageJobEvent::Picture { .. } => {}
            ImageJobEvent::Done {
                stats,
                cost,
                works,
                keep_failure,
            } => {
                return Ok(Document {
                    model,
                    files: Vec::new(),
                    stats,
                    cost,
                    works,
                    keep_failure,
                });
            }
            ImageJobEvent::Failed { failure } => return Err(failure.into()),
        }
    }
    Err(Failure::new(Code::Internal, "the job ended without an end").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_pictures_get_numbers_before_the_ending() {
        let numbered = numbered(Path::new("/a/my cat.v2.png"), 3);
        assert_eq!(numbered, Path::new("/a/my cat.v2-3.png"));
    }
}
