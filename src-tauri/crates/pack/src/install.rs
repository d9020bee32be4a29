//! From a pack into a person's own folders, or into a place that all accounts read: each thing whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use quartet_studio::{Cancel, Code, Failure, LocalText, Result, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use specta::Type;

use crate::{
    app,
    finding::{Finding, summed_up},
    manifest::{PackFile, PackItem, PackKind},
    places::Places,
    stick::{Outcome, Stick, not_written},
    task::{ClassPackProgress, Task},
};

/// What is left free on the disk, in bytes.
pub(crate) const MARGIN: u64 = 32 << 20;

/// Where a pack goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallInto {
    /// Models, lessons and decks into a data folder; the app, where there is one for this system, into `places`.
    Person {
        home: PathBuf,
        places: Option<Places>,
    },
    /// Models alone into a folder that all accounts read.
    Shared { folder: PathBuf },
}

/// What is to be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallOrder {
    pub into: InstallInto,
    /// Nothing else than these; empty: all.
    pub only: Vec<PackKind>,
}

/// What became of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Fate {
    Installed,
    /// It was there, byte for byte.
    AlreadyThere,
    /// A person's own lesson or deck of that name is another, and stays.
    KeptYours,
    /// Something in it is wrong.
    Refused,
    /// The app, where something else in the pack is wrong.
    NotTrusted,
    /// It is not for here: an installer, or an app for another system.
    NotForHere,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InstalledItem {
    pub item: PackItem,
    pub fate: Fate,
    /// Its folder, where it was installed.
    pub place: Option<PathBuf>,
}

/// What installing came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Installed {
    pub items: Vec<InstalledItem>,
    /// Each file that is wrong.
    pub wrong: Vec<Failure>,
    pub notes: Vec<LocalText>,
}

impl Installed {
    /// That something was refused, in one sentence; none where nothing was.
    pub fn failure(&self) -> Option<Failure> {
        let first = self.wrong.first()?;
        Some(summed_up(self.wrong.len(), &first.message.en))
    }
}

/// Installs what a pack holds, the text model first; each file is read once and hashed as it is read. A thing with a
/// wrong file is refused, the app if anything is wrong. `each` is told of every thing as soon as it can be used.
///
/// # Errors
/// As [`Stick::open`]; `Cancelled`, `ClassPackSpace`, `ClassPackNotWritten`; `ClassPackUnreadable` where the stick went
/// away. What was installed before stays, and nothing half.
pub fn install(
    stick: &Stick,
    order: &InstallOrder,
    cancel: &Cancel,
    tell: &mut dyn FnMut(ClassPackProgress),
    each: &mut dyn FnMut(&InstalledItem),
) -> Result<Installed> {
    let planned = planned(stick, order);
    let bytes: u64 = planned.iter().map(|one| one.bytes).sum();
    room(order.into.root(), bytes)?;
    let mut task = Task::new(cancel, bytes, tell);
    let mut installed = Installed {
        items: Vec::new(),
        wrong: Vec::new(),
        notes: Vec::new(),
    };
    for one in planned {
        let item = one.install(stick, order, &mut installed, &mut task)?;
        each(&item);
        installed.items.push(item);
    }
    Ok(installed)
}

impl InstallInto {
    fn root(&self) -> &Path {
        match self {
            Self::Person { home, .. } => home,
            Self::Shared { folder } => folder,
        }
    }

    /// Where a thing is to be; none where it is not for here.
    fn place(&self, item: &PackItem) -> Option<PathBuf> {
        match (self, item.kind) {
            (Self::Shared { folder }, PackKind::Model) => Some(folder.join(&item.id)),
            (Self::Person { home, .. }, PackKind::Model | PackKind::Lesson | PackKind::Deck) => {
                Some(home.join(item.kind.folder()).join(&item.id))
            }
            (Self::Person { places, .. }, PackKind::App) => {
                let places = places.as_ref().filter(|_| item.id == app::platform());
                places.map(|places| places.app.clone())
            }
            _ => None,
        }
    }
}

/// A thing, where it is to be, and what is to be read for it.
struct Planned<'a> {
    item: &'a PackItem,
    place: Option<PathBuf>,
    fate: Option<Fate>,
    bytes: u64,
}

/// In the pack's order, the app last: it is installed only where nothing was wrong.
fn planned<'a>(stick: &'a Stick, order: &InstallOrder) -> Vec<Planned<'a>> {
    let mut planned: Vec<_> = stick
        .manifest
        .items
        .iter()
        .filter(|item| order.only.is_empty() || order.only.contains(&item.kind))
        .map(|item| {
            let place = order.into.place(item);
            let fate = match &place {
                None => Some(Fate::NotForHere),
                Some(place) if is_there(stick, item, place) => Some(Fate::AlreadyThere),
                Some(place) if is_persons_own(item.kind) && fs::symlink_metadata(place).is_ok() => {
                    Some(Fate::KeptYours)
                }
                Some(_) => None,
            };
            let bytes = if fate.is_none() { item.bytes } else { 0 };
            Planned {
                item,
                place,
                fate,
                bytes,
            }
        })
        .collect();
    planned.sort_by_key(|one| one.item.kind == PackKind::App);
    planned
}

fn is_persons_own(kind: PackKind) -> bool {
    matches!(kind, PackKind::Lesson | PackKind::Deck)
}

/// Whether every file of a thing is there already, byte for byte. The place is on a disk of this computer.
fn is_there(stick: &Stick, item: &PackItem, place: &Path) -> bool {
    let prefix = item.path();
    let files = stick.manifest.files_of(item);
    let mut files = files.filter(|file| !is_mark(item, file)).peekable();
    let is_any = files.peek().is_some();
    is_any
        && files.all(|file| {
            let path = within(place, &prefix, &file.path);
            let same_length = fs::metadata(&path).is_ok_and(|data| data.len() == file.bytes);
            same_length && sha256(&path).is_ok_and(|found| found == file.sha256)
        })
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}

/// Where a file of a thing goes: `models/tiny/a` of `models/tiny` is `a`; a thing that is one file is its place.
fn within(place: &Path, prefix: &str, path: &str) -> PathBuf {
    let rest = path.strip_prefix(prefix).unwrap_or(path);
    match rest.strip_prefix('/') {
        Some(rest) => place.join(rest),
        None => place.to_owned(),
    }
}

impl Planned<'_> {
    fn install(
        self,
        stick: &Stick,
        order: &InstallOrder,
        installed: &mut Installed,
        task: &mut Task<'_>,
    ) -> Result<InstalledItem> {
        let fate = match (self.fate, &self.place) {
            (Some(fate), _) => fate,
            (None, None) => Fate::NotForHere,
            (None, Some(_)) if self.item.kind == PackKind::App && !installed.wrong.is_empty() => {
                task.skip(self.bytes);
                Fate::NotTrusted
            }
            (None, Some(place)) => {
                let wrong = put(stick, self.item, place, order, task)?;
                if wrong.is_empty() {
                    Fate::Installed
                } else {
                    installed.wrong.extend(wrong.iter().map(Finding::told));
                    Fate::Refused
                }
            }
        };
        if fate == Fate::Installed
            && let PackKind::App = self.item.kind
            && let InstallInto::Person {
                places: Some(places),
                ..
            } = &order.into
        {
            installed.notes.extend(places.announce()?);
        }
        let is_there = matches!(fate, Fate::Installed | Fate::AlreadyThere | Fate::KeptYours);
        Ok(InstalledItem {
            item: self.item.clone(),
            fate,
            place: self.place.filter(|_| is_there),
        })
    }
}

/// Copies a thing under a temporary name, and gives it its own when all of it is whole; returns what is wrong.
fn put(
    stick: &Stick,
    item: &PackItem,
    place: &Path,
    order: &InstallOrder,
    task: &mut Task<'_>,
) -> Result<Vec<Finding>> {
    // What can be seen without reading it costs no time.
    let seen: Vec<_> = stick
        .manifest
        .files_of(item)
        .filter_map(|file| stick.look(file))
        .collect();
    if !seen.is_empty() {
        task.skip(item.bytes);
        return Ok(seen);
    }
    let staging = Staging::new(place)?;
    let prefix = item.path();
    for file in stick.manifest.files_of(item) {
        let path = within(&staging.folder, &prefix, &file.path);
        let outcome = if is_mark(item, file) {
            stick.read(file, &mut io::sink(), &path, task)?
        } else {
            copied(stick, file, &path, task)?
        };
        if let Outcome::Wrong(finding) = outcome {
            if !stick.is_there() {
                return Err(finding.told());
            }
            return Ok(vec![finding]);
        }
    }
    staging.open_up(&order.into)?;
    staging.publish(place)?;
    Ok(Vec::new())
}

/// What makes an app portable is not installed: what is installed keeps its data at home.
fn is_mark(item: &PackItem, file: &PackFile) -> bool {
    item.kind == PackKind::App && file.path.ends_with(quartet_studio::PORTABLE_FILE)
}

fn copied(stick: &Stick, file: &PackFile, path: &Path, task: &mut Task<'_>) -> Result<Outcome> {
    let failed = |error: io::Error| not_written(path, &error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut out = File::options()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(failed)?;
    let outcome = stick.read(file, &mut out, path, task)?;
    out.sync_all().map_err(failed)?;
    Ok(outcome)
}

/// Where a thing lies until it is whole; hidden, so that nobody lists it. Dropped, it is removed.
struct Staging {
    folder: PathBuf,
}

impl Staging {
    fn new(place: &Path) -> Result<Self> {
        let beside = place.parent().unwrap_or(place);
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let folder = beside.join(format!(".{name}.quartet-partial"));
        fs::create_dir_all(beside).map_err(|error| not_written(beside, &error))?;
        // Of one that was interrupted.
        remove(&folder);
        Ok(Self { folder })
    }

    /// Programs can be started; what all accounts share can be read by all, whatever the mask of who installs it.
    fn open_up(&self, into: &InstallInto) -> Result<()> {
        #[cfg(unix)]
        {
            let shared = matches!(into, InstallInto::Shared { .. });
            modes(&self.folder, shared).map_err(|error| not_written(&self.folder, &error))?;
        }
        #[cfg(not(unix))]
        let _ = into;
        Ok(())
    }

    /// Gives it its name. What was there before is removed when the new one is there.
    fn publish(&self, place: &Path) -> Result<()> {
        let failed = |error: io::Error| not_written(place, &error);
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let old = place.with_file_name(format!(".{name}.quartet-old"));
        let is_replaced = fs::symlink_metadata(place).is_ok();
        if is_replaced {
            remove(&old);
            fs::rename(place, &old).map_err(failed)?;
        }
        if let Err(error) = fs::rename(&self.folder, place) {
            if is_replaced {
                // Back where it was: the error that is told is the first.
                let _ = fs::rename(&old, place);
            }
            return Err(failed(error));
        }
        #[cfg(unix)]
        if let Some(folder) = place.parent().and_then(|folder| File::open(folder).ok()) {
            // The rename is durable once its folder is; some disks cannot.
            let _ = folder.sync_all();
        }
        remove(&old);
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

/// What cannot be removed is by the next one.
fn remove(path: &Path) {
    let removed = match fs::symlink_metadata(path) {
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    drop(removed);
}

#[cfg(unix)]
fn modes(path: &Path, shared: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let data = fs::symlink_metadata(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mode = match (data.is_dir(), shared) {
        (true, true) => Some(0o755),
        (false, true) => Some(0o644),
        (false, false) if app::PROGRAMS.contains(&name.as_ref()) => Some(0o755),
        _ => None,
    };
    if let Some(mode) = mode {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    if data.is_dir() {
        for entry in fs::read_dir(path)? {
            modes(&entry?.path(), shared)?;
        }
    }
    Ok(())
}

/// Whether so many bytes have room in a folder that may not be there yet.
pub(crate) fn room(folder: &Path, bytes: u64) -> Result<()> {
    let there = folder.ancestors().find(|folder| folder.is_dir());
    let there = there.unwrap_or(Path::new("."));
    let free = fs4::available_space(there).map_err(|error| not_written(folder, &error))?;
    if bytes == 0 || free >= bytes.saturating_add(MARGIN) {
        return Ok(());
    }
    let megabytes = |bytes: u64| bytes.div_ceil(1_000_000).to_string();
    let (needed, free) = (
        megabytes(bytes.saturating_add(MARGIN)),
        (free / 1_000_000).to_string(),
    );
    let path = folder.display().to_string();
    let values = [
        ("path", path.as_str()),
        ("needed", &needed),
        ("free", &free),
    ];
    Err(Failure::with(Code::ClassPackSpace, &values, ""))
}

#[cfg(test)]
#[path = "install_tests.rs"]
mod tests;
