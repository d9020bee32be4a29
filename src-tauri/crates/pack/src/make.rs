//! Writing a pack: under another name beside its place, and under its own when all of it is on the disk.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use quartet_media::bounded::open_regular;
use quartet_studio::{Cancel, Code, Failure, Result};
use serde::{Deserialize, Serialize};
use specta::Type;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    app,
    install::room,
    manifest::{self, Manifest, PackFile},
    plan::{LeftOutItem, Plan},
    planned::{Content, Source},
    pour::{Broken, Poured, pour},
    stick::not_written,
    task::{ClassPackProgress, Task},
};

/// Held while a pack is being written, in the folder that is not one yet.
const LOCK: &str = "being-made.lock";

/// What was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MadePack {
    pub folder: PathBuf,
    pub files: u32,
    pub bytes: u64,
    pub left_out: Vec<LeftOutItem>,
}

/// Writes a pack at `out`, a folder that is not there yet, or an empty one. Every file is hashed as it is read, once.
///
/// # Errors
/// `ClassPackTaken`, `ClassPackSpace`, `OutputFolderMissing`, `Cancelled`, `ClassPackNotWritten`; `ModelChanged` for a
/// model that is not as its own list says, `InputMissing`. Nothing is left then, unless the stick went away: the next
/// time removes what it left.
pub fn make(
    plan: Plan,
    out: &Path,
    cancel: &Cancel,
    tell: &mut dyn FnMut(ClassPackProgress),
) -> Result<MadePack> {
    let place = Place::find(out)?;
    let bytes = plan.bytes();
    room(&place.target, bytes)?;
    let staging = Staging::begin(&place)?;
    let mut task = Task::new(cancel, bytes, tell);
    let mut files = Vec::new();
    for one in &plan.items {
        for file in &one.files {
            let path = one.path_of(file);
            files.push(put(&place.staging, &path, file, &mut task)?);
        }
    }
    for file in &plan.loose {
        files.push(put(&place.staging, &file.path, file, &mut task)?);
    }
    let manifest = Manifest {
        made: now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        items: plan.items.into_iter().map(|one| one.item).collect(),
        files,
    };
    let list = place.staging.join(manifest::FILE);
    let failed = |error: io::Error| not_written(&list, &error);
    let written = fs::write(&list, manifest.text());
    written
        .and_then(|()| File::open(&list)?.sync_all())
        .map_err(failed)?;
    staging.publish()?;
    Ok(MadePack {
        folder: place.target,
        files: manifest.files.len() as u32,
        bytes: manifest.bytes(),
        left_out: plan.left_out,
    })
}

fn now() -> String {
    let now = OffsetDateTime::now_utc();
    // Without what nobody reads.
    let now = now.replace_nanosecond(0).unwrap_or(now);
    now.format(&Rfc3339).unwrap_or_default()
}

fn put(root: &Path, path: &str, file: &Source, task: &mut Task<'_>) -> Result<PackFile> {
    task.begin(path);
    task.check()?;
    let target = root.join(path);
    let failed = |error: io::Error| not_written(&target, &error);
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut out = File::options()
        .write(true)
        .create_new(true)
        .open(&target)
        .map_err(failed)?;
    let poured = match &file.content {
        Content::Text(text) => pour(&mut text.as_bytes(), &mut out, file.bytes, task),
        Content::File { path, .. } => match open_regular(path) {
            Ok(mut source) => pour(&mut source, &mut out, file.bytes, task),
            Err(error) => Err(Broken::Read(error)),
        },
    };
    let poured = poured.map_err(|broken| broken_source(broken, file, &target))?;
    check_source(&poured, file)?;
    #[cfg(unix)]
    if app::is_started(&target) {
        use std::os::unix::fs::PermissionsExt as _;
        // Sticks with FAT32 know no modes.
        let _ = fs::set_permissions(&target, fs::Permissions::from_mode(0o755));
    }
    out.sync_all().map_err(failed)?;
    Ok(PackFile {
        path: path.to_owned(),
        bytes: poured.bytes,
        sha256: poured.sha256,
    })
}

fn broken_source(broken: Broken, file: &Source, target: &Path) -> Failure {
    let source = match &file.content {
        Content::Text(_) => Path::new(&file.path),
        Content::File { path, .. } => path,
    };
    match broken {
        Broken::Stopped(failure) => failure,
        Broken::Write(error) => not_written(target, &error),
        Broken::Read(error) => Failure::at(Code::InputMissing, source, error),
        Broken::Longer => Failure::at(Code::InputMissing, source, "it grew while it was read"),
    }
}

/// A model that is damaged here is not handed on.
fn check_source(poured: &Poured, file: &Source) -> Result<()> {
    let Content::File { path, sha256 } = &file.content else {
        return Ok(());
    };
    match sha256 {
        Some(expected) if *expected != poured.sha256 => {
            let found = format!("sha256 {}, not {expected}", poured.sha256);
            Err(Failure::at(Code::ModelChanged, path, found))
        }
        _ if poured.bytes != file.bytes => {
            let reason = "it became shorter while it was read";
            Err(Failure::at(Code::InputMissing, path, reason))
        }
        _ => Ok(()),
    }
}

/// Where a pack is to be, and where it is while it is none yet.
struct Place {
    target: PathBuf,
    staging: PathBuf,
}

impl Place {
    fn find(out: &Path) -> Result<Self> {
        let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
        let suggested = out.join("quartet-class-pack").display().to_string();
        let path = out.display().to_string();
        let values = [("path", path.as_str()), ("suggested", &suggested)];
        let taken = |reason: &str| Failure::with(Code::ClassPackTaken, &values, reason);
        let (Some(parent), Some(name)) = (out.parent(), out.file_name()) else {
            return Err(taken("a whole disk"));
        };
        if !parent.is_dir() {
            return Err(Failure::at(Code::OutputFolderMissing, parent, ""));
        }
        match fs::symlink_metadata(&out) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(not_written(&out, &error)),
            Ok(data) if !data.is_dir() => return Err(taken("a file or a link")),
            Ok(_) if is_mount(&out, parent) => return Err(taken("a whole disk")),
            Ok(_) => {
                let mut entries = fs::read_dir(&out).map_err(|error| not_written(&out, &error))?;
                if entries.next().is_some() {
                    return Err(taken("it is not empty"));
                }
            }
        }
        let name = name.to_string_lossy();
        let staging = parent.join(format!("{name}.quartet-partial"));
        Ok(Self {
            target: out,
            staging,
        })
    }
}

/// Whether a folder is the root of a disk, which nothing can be put into the place of.
#[cfg(unix)]
fn is_mount(folder: &Path, parent: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| fs::metadata(path).map(|data| data.dev()).ok();
    device(folder) != device(parent)
}

#[cfg(not(unix))]
fn is_mount(_: &Path, _: &Path) -> bool {
    false
}

/// A pack that is none yet. Dropped, it is removed.
struct Staging<'a> {
    place: &'a Place,
    lock: Option<File>,
}

impl<'a> Staging<'a> {
    /// Takes the place of what an interrupted one left.
    fn begin(place: &'a Place) -> Result<Self> {
        let failed = |error: io::Error| not_written(&place.staging, &error);
        let path = place.staging.join(LOCK);
        if fs::symlink_metadata(&place.staging).is_ok() {
            let suggested = place.target.display().to_string();
            let staging = place.staging.display().to_string();
            let values = [("path", staging.as_str()), ("suggested", &suggested)];
            let taken = |reason: &str| Failure::with(Code::ClassPackTaken, &values, reason);
            // Nothing of a person's is called so; what is not ours all the same stays.
            let lock = File::open(&path).map_err(|_| taken("no unfinished pack"))?;
            if lock.try_lock().is_err() {
                return Err(taken("another Quartet is making this pack"));
            }
            drop(lock);
            fs::remove_dir_all(&place.staging).map_err(failed)?;
        }
        fs::create_dir(&place.staging).map_err(failed)?;
        let mut staging = Self { place, lock: None };
        let lock = File::create_new(&path).map_err(failed)?;
        // Disks that know no locks hold packs all the same.
        let _ = lock.try_lock();
        staging.lock = Some(lock);
        Ok(staging)
    }

    fn publish(mut self) -> Result<()> {
        let Place { target, staging } = self.place;
        let failed = |error: io::Error| not_written(target, &error);
        self.lock = None;
        fs::remove_file(staging.join(LOCK)).map_err(failed)?;
        if fs::symlink_metadata(target).is_ok() {
            fs::remove_dir(target).map_err(failed)?;
        }
        fs::rename(staging, target).map_err(failed)?;
        #[cfg(unix)]
        if let Some(Ok(folder)) = target.parent().map(File::open) {
            // Some disks cannot.
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        self.lock = None;
        // Gone already after a rename. What cannot be removed is by the next one.
        let _ = fs::remove_dir_all(&self.place.staging);
    }
}

#[cfg(test)]
#[path = "make_tests.rs"]
mod tests;
