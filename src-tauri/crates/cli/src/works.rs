//! `quartet works`: the library.

use std::process::ExitCode;

use quartet_studio::{
    ExportRecipe, Studio,
    works::{Shelf, Work, WorksQuery},
};

use crate::{
    arguments::WorksCommand,
    output::{Result, User, json, line},
};

pub fn run(studio: &Studio, command: WorksCommand, user: &User) -> Result<ExitCode> {
    let works = studio.works();
    match command {
        WorksCommand::List {
            search,
            limit,
            offset,
            deleted,
            json: as_json,
        } => {
            let shelf = if deleted { Shelf::Deleted } else { Shelf::All };
            let page = works.list(&WorksQuery {
                search,
                shelf,
                limit,
                offset,
                ..WorksQuery::default()
            })?;
            if as_json {
                json(&page)?;
            } else {
                page.works.iter().try_for_each(|work| row(work, user))?;
            }
        }
        WorksCommand::Show {
            id,
            recipe,
            json: as_json,
        } => {
            let detail = works.open(&id)?;
            if let Some(problem) = &detail.work.problem {
                user.warning(problem);
            }
            match (as_json, recipe) {
                (true, _) => json(&detail)?,
                (false, true) => line(&detail.recipe)?,
                (false, false) => line(detail.content.trim_end_matches('\n'))?,
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
            works.export(&id, &file, recipe)?;
        }
        WorksCommand::Remove { id } => works.remove(&[id])?,
        WorksCommand::Restore { id } => works.restore(&[id])?,
    }
    Ok(ExitCode::SUCCESS)
}

/// id, time, kind, model, title.
fn row(work: &Work, user: &User) -> Result<()> {
    let title = work.title.replace(['\t', '\n'], " ");
    let kind = work.modality.as_str();
    let cells = [&work.id, &work.created_at, kind, &work.model, &title];
    user.row(&cells, work.problem.as_ref())
}
