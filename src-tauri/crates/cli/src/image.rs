//! `quartet image` and `quartet upscale`: pictures from words, and larger ones.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use quartet_studio::{
    Body, EventOf, Failure, Gallery, ImageCost, ImageJob, ImageOrder, ImageProgress, Skill, Studio,
    UpscaleOrder, check_input,
    image::{ImageParameters, ImageRequest, ImageStats, MAX_COUNT, Subject, SubjectChoice},
    labels::SourceType,
    numbered,
    pictures::{ImageSources, PictureSource},
};
use serde::Serialize;

use crate::{
    arguments::{ImageArguments, UpscaleArguments},
    job::{self, Running, keep},
    output::{self, Result, User, result},
    subjects, words,
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    model: &'a str,
    /// Where the pictures are; empty when they were neither kept nor asked for.
    files: &'a [PathBuf],
    stats: &'a ImageStats,
    /// What the words were taken for, and what else could be meant.
    subject: &'a Option<Subject>,
    /// What it took, and what was estimated.
    cost: &'a ImageCost,
    /// Their ids in the library.
    works: &'a [String],
    keep_failure: &'a Option<Failure>,
}

pub fn run(studio: &Studio, arguments: &ImageArguments, user: &User) -> Result<ExitCode> {
    let out = arguments.out.as_deref();
    let sources: Vec<_> = [&arguments.init, &arguments.mask]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let count = arguments.count.min(MAX_COUNT) as usize;
    // What is wrong with a name is told of the one that was given, which several pictures do not get.
    job::check_out::<ImageOrder>(studio, out, if count == 1 { &sources } else { &[] })?;
    for index in 0..count {
        let file = out.map(|out| numbered(out, index, count));
        job::check_out::<ImageOrder>(studio, file.as_deref(), &sources)?;
    }
    // Before a model is loaded.
    sources.iter().try_for_each(|source| check_input(source))?;
    let models = studio.models();
    let model = match &arguments.model {
        Some(model) if is_folder(model) => models.add_for_session(Path::new(model))?,
        Some(model) => model.clone(),
        None => models.default(Skill::Image)?,
    };
    let factor = match arguments.enlarge {
        Some(factor) => factor,
        // Small pictures are made larger, where something here can.
        None if models.draws_small(&model)? && models.default(Skill::Upscale).is_ok() => 4,
        None => 1,
    };
    let file = |path: &Option<PathBuf>| path.clone().map(|path| PictureSource::File { path });
    let order = ImageOrder {
        model: Some(model),
        request: ImageRequest {
            prompt: arguments.prompt.clone(),
            negative_prompt: arguments.negative.clone(),
            parameters: ImageParameters {
                steps: arguments.steps,
                guidance: arguments.guidance,
                seed: arguments.seed,
                count: arguments.count,
                style: arguments.style.clone(),
                strength: arguments.strength,
                scheduler: arguments.scheduler,
                width: arguments.size.map(|(width, _)| width),
                height: arguments.size.map(|(_, height)| height),
                previews: false,
                ..ImageParameters::default()
            },
            subject: Some(SubjectChoice::Words),
            ..ImageRequest::default()
        },
        sources: ImageSources {
            start: file(&arguments.init),
            mask: file(&arguments.mask),
        },
        factor,
    };
    let source = order.source_type(studio.works());
    let job = job::start(studio, order, keep(arguments.no_keep))?;
    finish(studio, (&job, source), out, arguments.json, user)
}

/// A path rather than an id: ids have no separators.
fn is_folder(model: &str) -> bool {
    model.contains(['/', '\\']) || (model.starts_with('.') && Path::new(model).is_dir())
}

pub fn upscale(studio: &Studio, arguments: &UpscaleArguments, user: &User) -> Result<ExitCode> {
    let out = arguments.out.as_deref();
    job::check_out::<UpscaleOrder>(studio, out, std::slice::from_ref(&arguments.file))?;
    check_input(&arguments.file)?;
    let name = arguments.file.file_name().unwrap_or_default();
    let order = UpscaleOrder {
        source: PictureSource::File {
            path: arguments.file.clone(),
        },
        title: name.to_string_lossy().into_owned(),
        factor: arguments.factor,
    };
    let source = order.source_type(studio.works());
    let job = job::start(studio, order, keep(arguments.no_keep))?;
    finish(studio, (&job, source), out, false, user)
}

/// Follows a job and writes what was asked for, or says where the library has it. `source` is how much of the
/// pictures models made.
fn finish(
    studio: &Studio,
    (job, source): (&Running<Gallery, EventOf<ImageJob>>, SourceType),
    out: Option<&Path>,
    json: bool,
    user: &User,
) -> Result<ExitCode> {
    let ended = job.follow(user, |event, progress| {
        match event {
            ImageProgress::Step { index, total, .. } => {
                progress.count(words::DRAWING, index + 1, total);
            }
            ImageProgress::Tile { done, total } => progress.count(words::ENLARGING, done, total),
            ImageProgress::Stage { .. }
            | ImageProgress::Prompt { .. }
            | ImageProgress::Picture { .. } => {}
        }
        Ok(())
    })?;
    let model = &job.handle.model;
    let pictures = job.handle.live.get().map_or(&[][..], Vec::as_slice);
    let write = |out| {
        let files = (0..).zip(pictures).map(|(index, picture)| {
            let file = numbered(out, index, pictures.len());
            let label = ended.label(studio, index, (model, source))?;
            Body::Picture(picture).export(&file, &label, false)?;
            Ok(file)
        });
        files.collect()
    };
    let files: Vec<_> = out.map_or_else(|| ended.files(studio), write)?;
    let document = Document {
        model,
        files: &files,
        stats: &ended.made.stats,
        subject: &ended.made.subject,
        cost: &ended.made.cost,
        works: &ended.works,
        keep_failure: &ended.keep_failure,
    };
    if let Some(subject) = &ended.made.subject {
        for line in subjects::told(subject, user.language) {
            output::note(&line);
        }
    }
    result(json, &document, &files)?;
    Ok(ended.code(user, words::PICTURE_NOT_KEPT))
}
