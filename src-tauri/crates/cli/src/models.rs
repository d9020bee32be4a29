//! `quartet models`: what there is, and whether it is whole.

use std::process::ExitCode;

use quartet_studio::{Code, ModelSummary, Studio};

use crate::{
    arguments::ModelsCommand,
    output::{Result, User, json, line},
    progress::Progress,
    words,
};

pub fn run(studio: &Studio, command: ModelsCommand, user: &User) -> Result<ExitCode> {
    let models = studio.models();
    match command {
        ModelsCommand::List { json: true } => json(&models.list())?,
        ModelsCommand::List { json: false } => {
            models
                .list()
                .iter()
                .try_for_each(|model| row(model, user))?;
        }
        ModelsCommand::Verify { models } => return verify(studio, models, user),
        ModelsCommand::Add { folder } => line(&models.add(&folder)?.id)?,
        ModelsCommand::Remove { model } => drop(studio.remove_model(&model)?),
    }
    Ok(ExitCode::SUCCESS)
}

/// id, kind, size, languages, licence, name.
fn row(model: &ModelSummary, user: &User) -> Result<()> {
    let default = if model.is_default { "*" } else { "" };
    let cells = [
        &format!("{}{default}", model.id),
        model.modality.as_str(),
        &format!("{} MB", model.bytes / 1_000_000),
        &model.languages.join(","),
        &model.licence,
        model.name.of(user.language),
    ];
    user.row(&cells, model.problem.as_ref())
}

fn verify(studio: &Studio, named: Vec<String>, user: &User) -> Result<ExitCode> {
    let models = studio.models();
    let all = named.is_empty();
    let ids = if all {
        models.list().into_iter().map(|model| model.id).collect()
    } else {
        named
    };
    let mut code = ExitCode::SUCCESS;
    for id in ids {
        let mut progress = Progress::new(user.language);
        let verified = models.verify(&id, &user.cancel, |at| {
            let percent = (at.done * 100).checked_div(at.total).unwrap_or(100);
            progress.about(words::VERIFYING, format_args!(" {id}  {percent} %"));
        });
        progress.clear();
        let problem = match verified {
            Ok(model) => model.problem,
            Err(failure) if all && failure.code == Code::ModelUnverifiable => {
                line(&format!("{id}\t{}", user.say(words::NO_CHECKSUMS)))?;
                continue;
            }
            Err(failure) if failure.is_cancelled() => return Err(failure.into()),
            Err(failure) => Some(failure),
        };
        match problem {
            None => line(&format!("{id}\t{}", user.say(words::WHOLE)))?,
            Some(failure) => code = user.failure(&failure),
        }
    }
    Ok(code)
}
