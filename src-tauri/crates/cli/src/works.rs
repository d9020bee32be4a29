//! `quartet works`: the library.

use std::process::ExitCode;

use quartet_studio::{
    Studio,
    works::{ExportRecipe, Work, WorksQuery},
};

use crate::{
    arguments::WorksCommand,
    output::{Output, Result},
};

pub fn run(studio: &Studio, command: WorksCommand, output: &Output) -> Result<ExitCode> {
    match command {
        WorksCommand::List {
            search,
            limit,
            offset,
            json,
        } => {
            let page = studio.works(&WorksQuery {
                search,
                modality: None,
                limit,
                offset,
            })?;
            if json {
                output.json(&page)?;
            } else {
                for work in &page.works {
                    output.line(&row(work, output))?;
                }
            }
        }
        WorksCommand::Show { id, recipe, json } => {
            let detail = studio.open_work(&id)?;
            if let Some(problem) = &detail.work.problem {
                output.warning(problem);
            }
            match (json, recipe) {
                (true, _) => output.json(&detail)?,
                (false, true) => output.line(&detail.recipe)?,
                (false, false) => output.line(detail.content.trim_end_matches('\n'))?,
            }
        }
        WorksCommand::Export {
            id,
            file,
            with_recipe,
        } => {
            let recipe = if with_recipe {
                ExportRecipe::Included
            } else {
                ExportRecipe::Omitted
            };
            studio.export_work(&id, &file, recipe)?;
        }
        WorksCommand::Remove { id } => studio.remove_work(&id)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// id, time, kind, model, title, and what is wrong, between tabs for scripts.
fn row(work: &Work, output: &Output) -> String {
    let problem = work
        .problem
        .as_ref()
        .map_or("", |problem| problem.message.of(output.language));
    let row = format!(
        "{}\t{}\t{}\t{}\t{}\t{problem}",
        work.id,
        work.created_at,
        work.modality.as_str(),
        work.model,
        work.title.replace(['\t', '\n'], " "),
    );
    row.trim_end().to_owned()
}
