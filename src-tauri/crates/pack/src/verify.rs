//! What a pack holds, and whether it is whole.

use std::{
    io,
    path::{Path, PathBuf},
};

use quartet_studio::{Cancel, Failure, Result};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    finding::Finding,
    manifest::{Manifest, PackFile, PackItem},
    session::read_item,
    stick::{Outcome, Stick},
    task::{ClassPackProgress, Task},
};

/// A pack as its list tells it, before any of it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PackContents {
    pub folder: PathBuf,
    /// RFC 3339.
    pub made: String,
    pub version: String,
    pub items: Vec<PackItem>,
    /// Of all its files.
    pub bytes: u64,
}

/// A thing in a pack that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CheckedItem {
    pub item: PackItem,
    pub whole: bool,
}

/// What reading a whole pack came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    pub items: Vec<CheckedItem>,
    /// Each file that is wrong.
    pub wrong: Vec<Failure>,
    /// What lies there and is not listed: it is not used.
    pub extra: Vec<String>,
    pub files: u32,
    pub bytes: u64,
}

/// What the pack in a folder holds, from its list alone.
///
/// # Errors
/// As [`Stick::open`].
pub fn contents(folder: &Path) -> Result<PackContents> {
    let Manifest {
        made,
        version,
        items,
        files,
    } = Stick::open(folder)?.manifest;
    Ok(PackContents {
        folder: folder.to_owned(),
        made,
        version,
        bytes: files.iter().map(|file| file.bytes).sum(),
        items,
    })
}

/// Reads every file of a pack and compares it with the list; what can be seen without reading is found first.
/// `each` is told of every thing once it was read.
///
/// # Errors
/// As [`Stick::open`], and `Cancelled`.
pub fn verify(
    folder: &Path,
    cancel: &Cancel,
    tell: &mut dyn FnMut(ClassPackProgress),
    each: &mut dyn FnMut(&CheckedItem),
) -> Result<Checked> {
    read_all(&Stick::open(folder)?, cancel, tell, each)
}

pub(crate) fn read_all(
    stick: &Stick,
    cancel: &Cancel,
    tell: &mut dyn FnMut(ClassPackProgress),
    each: &mut dyn FnMut(&CheckedItem),
) -> Result<Checked> {
    let manifest = &stick.manifest;
    let mut task = Task::new(cancel, manifest.bytes(), tell);
    let mut wrong: Vec<Finding> = Vec::new();
    let mut items = Vec::new();
    for item in &manifest.items {
        let found = read_item(stick, item, &mut task)?;
        let checked = CheckedItem {
            item: item.clone(),
            whole: found.is_empty(),
        };
        wrong.extend(found);
        each(&checked);
        items.push(checked);
    }
    let is_loose = |path: &str| !manifest.items.iter().any(|item| item.owns(path));
    for file in manifest.files.iter().filter(|file| is_loose(&file.path)) {
        read(stick, file, &mut task, &mut wrong)?;
    }
    Ok(Checked {
        items,
        wrong: wrong.iter().map(Finding::told).collect(),
        extra: stick.extra(),
        files: manifest.files.len() as u32,
        bytes: manifest.bytes(),
    })
}

fn read(
    stick: &Stick,
    file: &PackFile,
    task: &mut Task<'_>,
    wrong: &mut Vec<Finding>,
) -> Result<()> {
    let outcome = stick.read(file, &mut io::sink(), Path::new(""), task)?;
    if let Outcome::Wrong(finding) = outcome {
        task.skip(file.bytes);
        wrong.push(finding);
    }
    Ok(())
}
