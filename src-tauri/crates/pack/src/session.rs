//! The models of a stick, used from where they lie.

use std::{io, path::Path};

use quartet_studio::{Cancel, Failure, Result, Studio, models::describe};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    finding::Finding,
    manifest::{PackItem, PackKind},
    stick::{Outcome, Stick},
    task::{ClassPackProgress, Task},
};

/// A model of a stick that can be used now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UsedModel {
    pub item: PackItem,
    /// What it is called in this program.
    pub id: String,
    /// It was there already, on this computer or from this stick.
    pub already: bool,
}

/// What using a stick's models came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Used {
    pub models: Vec<UsedModel>,
    /// Each file that is wrong; its model is not used.
    pub wrong: Vec<Failure>,
}

/// Reads the models of a pack, the text model first, and lists each that is whole for this process; nothing is
/// copied. `each` is told of every one as soon as it can be used.
///
/// # Errors
/// `Cancelled`; `ClassPackUnreadable` where the stick went away.
pub fn use_now(
    studio: &Studio,
    stick: &Stick,
    cancel: &Cancel,
    tell: &mut dyn FnMut(ClassPackProgress),
    each: &mut dyn FnMut(&UsedModel),
) -> Result<Used> {
    let models: Vec<_> = stick
        .manifest
        .items
        .iter()
        .filter(|item| item.kind == PackKind::Model)
        .map(|item| (item, there_already(studio, stick, item)))
        .collect();
    let to_read = models.iter().filter(|(_, already)| already.is_none());
    let mut task = Task::new(cancel, to_read.map(|(item, _)| item.bytes).sum(), tell);
    let mut used = Used {
        models: Vec::new(),
        wrong: Vec::new(),
    };
    for (item, already) in models {
        let (id, already) = match already {
            Some(id) => (Ok(id), true),
            None => (listed(studio, stick, item, &mut task)?, false),
        };
        match id {
            Ok(id) => {
                let model = UsedModel {
                    item: item.clone(),
                    id,
                    already,
                };
                each(&model);
                used.models.push(model);
            }
            Err(failures) => used.wrong.extend(failures),
        }
    }
    Ok(used)
}

/// The id of a model that this program lists and that says it is this one, file by file.
fn there_already(studio: &Studio, stick: &Stick, item: &PackItem) -> Option<String> {
    let digest = describe(&stick.folder.join(item.path())).ok()?.digest()?;
    let listed = studio.models().list().into_iter();
    let mut whole = listed.filter(|model| model.problem.is_none());
    let same = whole.find(|model| {
        let model = studio.models().get(&model.id);
        model.is_ok_and(|model| model.digest().as_ref() == Some(&digest))
    });
    same.map(|model| model.id)
}

fn listed(
    studio: &Studio,
    stick: &Stick,
    item: &PackItem,
    task: &mut Task<'_>,
) -> Result<Result<String, Vec<Failure>>> {
    let wrong = read_item(stick, item, task)?;
    if !wrong.is_empty() {
        if !stick.is_there() {
            return Err(wrong[0].told());
        }
        return Ok(Err(wrong.iter().map(Finding::told).collect()));
    }
    let added = studio
        .models()
        .add_for_session(&stick.folder.join(item.path()));
    Ok(added.map_err(|failure| vec![failure]))
}

/// Reads every file of a thing, and returns what is wrong.
pub(crate) fn read_item(
    stick: &Stick,
    item: &PackItem,
    task: &mut Task<'_>,
) -> Result<Vec<Finding>> {
    let mut wrong = Vec::new();
    for file in stick.manifest.files_of(item) {
        let outcome = stick.read(file, &mut io::sink(), Path::new(""), task)?;
        if let Outcome::Wrong(finding) = outcome {
            task.skip(file.bytes);
            wrong.push(finding);
        }
    }
    Ok(wrong)
}
