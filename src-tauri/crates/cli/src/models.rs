//! `quartet models`: what there is, and whether it is whole.

use std::process::ExitCode;

use quartet_studio::{Cancel, Code, ModelSummary, Studio};

use crate::{
    arguments::ModelsCommand,
    output::{Output, Result, exit_code},
    progress::Progress,
    words::{self, say},
};

pub fn run(
    studio: &Studio,
    command: ModelsCommand,
    cancel: &Cancel,
    output: &Output,
) -> Result<ExitCode> {
    match command {
        ModelsCommand::List { json: true } => output.json(&studio.models())?,
        ModelsCommand::List { json: false } => {
            for model in studio.models() {
                output.line(&row(&model, output))?;
            }
        }
        ModelsCommand::Verify { models } => return verify(studio, models, cancel, output),
        ModelsCommand::Add { folder } => output.line(&studio.add_model(&folder)?.id)?,
        ModelsCommand::Remove { model } => studio.remove_model(&model)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// id, kind, size, languages, licence, name, and what is wrong, between tabs for scripts.
fn row(model: &ModelSummary, output: &Output) -> String {
    let problem = model
        .problem
        .as_ref()
        .map_or("", |problem| problem.message.of(output.language));
    let default = if model.is_default { "*" } else { "" };
    format!(
        "{}{default}\t{}\t{} MB\t{}\t{}\t{}\t{problem}",
        model.id,
        model.modality.as_str(),
        model.bytes / 1_000_000,
        model.languages.join(","),
        model.licence,
        model.name.of(output.language),
    )
    .trim_end()
    .to_owned()
}

fn verify(
    studio: &Studio,
    named: Vec<String>,
    cancel: &Cancel,
    output: &Output,
) -> Result<ExitCode> {
    let all = named.is_empty();
    let ids = if all {
        studio.models().into_iter().map(|model| model.id).collect()
    } else {
        named
    };
    let mut code = ExitCode::SUCCESS;
    for id in ids {
        let mut progress = Progress::new();
        let verifying = say(words::VERIFYING, output.language);
        let verified = studio.verify_model(&id, cancel, |at| {
            let percent = (at.done * 100).checked_div(at.total).unwrap_or(100);
            progress.show(&format!("{verifying} {id}  {percent} %"));
        });
        progress.clear();
        let problem = match verified {
            Ok(model) => model.problem,
            Err(failure) if all && failure.code == Code::ModelUnverifiable => {
                output.line(&format!(
                    "{id}\t{}",
                    say(words::NO_CHECKSUMS, output.language)
                ))?;
                continue;
            }
            Err(failure) if failure.is_cancelled() => return Err(failure.into()),
            Err(failure) => Some(failure),
        };
        match problem {
            None => output.line(&format!("{id}\t{}", say(words::WHOLE, output.language)))?,
            Some(failure) => {
                output.failure(&failure);
                code = exit_code(failure.code);
            }
        }
    }
    Ok(code)
}
